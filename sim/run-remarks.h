/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_RUN_REMARKS_H
#define ROAM_RUN_REMARKS_H

#include "sim/record/recorder.h"
#include "sim/world.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ns3::roam
{

class EdgeOfCells;

/**
 * Says in words why a run has no handover, or no session that lasted: what its author would look
 * for first. It watches what the client's radios and addresses do; the levels and the rule are
 * those of the scenario.
 */
class RunRemarks
{
  public:
    /** Connects to the world, which has to live as long. */
    explicit RunRemarks(World& world);

    RunRemarks(const RunRemarks&) = delete;
    RunRemarks& operator=(const RunRemarks&) = delete;

    /** After Recorder::Finish(): sentences, a line each; none for a run that needs no explanation.
     */
    std::vector<std::string> Make(const Recorder& recorder) const;

  private:
    /** Something that happened to the client's links. */
    struct Happening
    {
        Time at;
        double x; //!< the client's, m
        std::string text;
    };

    void Radio(uint32_t ifindex, uint32_t cell, bool attach, const std::string& why);
    void Gained(uint32_t ifindex, Address address, Address gateway);
    void Lost(uint32_t ifindex, Address address);
    void Primary(Address address, uint32_t ifindex, uint32_t cell);
    void Verdict(Address candidate, bool change, const std::string& why);
    void Note(const std::string& text);

    using Lines = std::vector<std::string>;
    void ExplainNoHandover(Lines& lines) const;
    void ExplainReach(const EdgeOfCells& edge, double end, Lines& lines) const;
    void ExplainNoConnection(Lines& lines) const;
    void TellAround(Time moment, Lines& lines) const;

    World& m_world;
    std::vector<Happening> m_happenings;
    std::optional<Time> m_firstAddress;
    uint32_t m_addresses{0};     //!< held now
    uint32_t m_mostAddresses{0}; //!< held at once
    double m_begin{0};           //!< the client's first x, m
    std::string m_lastVerdict;   //!< on a candidate, and when
};

} // namespace ns3::roam

#endif
