/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_LADDER_H
#define ROAM_LADDER_H

#include "sim/record/handover-report.h"
#include "sim/dissect/packet-classifier.h"

#include "ns3/nstime.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ns3::roam
{

/**
 * The control messages between the client (MC), its access routers (AR1, AR2, ...) and the fixed
 * server (FS), end to end, and the drawing of those of one handover. Data is drawn by its last and
 * first packet only.
 */
class Ladder
{
  public:
    /**
     * A packet with control messages left a node.
     * \param node "MC", "AR1", "FS"
     * \param to where it will end
     * \param uid of the packet; a node that forwards it sends the same
     */
    void Sent(Time now, const std::string& node, const std::string& to, uint64_t uid,
              const std::vector<ControlMessage>& messages);

    /** A packet came to a node. An advertisement, which goes to all, is drawn by its arrival. */
    void Received(Time now, const std::string& node, const std::string& from, uint64_t uid,
                  const std::vector<ControlMessage>& messages);

    /** ladder.txt: time, arrow, message, transit time; one line each. */
    std::string WriteText(const HandoverReport& report, const std::string& oldRouter,
                          const std::string& newRouter) const;

    /** ladder.msc, for mscgen. */
    std::string WriteMsc(const HandoverReport& report, const std::string& oldRouter,
                         const std::string& newRouter) const;

  private:
    /** One arrow. */
    struct Arrow
    {
        Time sent;
        std::optional<Time> received;
        std::string from, to, label;
        bool periodic;
    };

    /** An arrow, or a remark at one node. */
    struct Line
    {
        Time at;
        const Arrow* arrow; //!< null for a remark
        std::string node;   //!< of a remark
        std::string text;
    };

    std::vector<Line> Select(const HandoverReport& report, const std::string& oldRouter,
                             const std::string& newRouter) const;

    std::vector<Arrow> m_arrows;
    std::map<uint64_t, std::size_t> m_byUid;
};

} // namespace ns3::roam

#endif
