/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_HANDOVER_RECORD_H
#define ROAM_HANDOVER_RECORD_H

#include "ns3/address.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <ostream>
#include <string>

namespace ns3::roam
{

/**
 * One change of serving cell, as DESIGN.md's table of measures names its moments. A moment that did
 * not come is HandoverRecord::Never(). t_last_old and t_first_new are the flow's to know.
 */
struct HandoverRecord
{
    /** How a record stands or ended. */
    enum Outcome
    {
        OPEN,      //!< under way
        COMPLETED, //!< the new address is the session's primary
        BROKEN,    //!< the session broke on the way
        ABANDONED, //!< the new link went away, or another handover came, before
        PING_PONG, //!< completed, and a return to the cell left less than PingPongTime before
        UNBOUND    //!< no session takes part: what became of it, the flow says
    };

    /** What a time that did not come is. */
    static Time Never();

    /** "completed", "ping-pong", ... */
    static const char* GetOutcomeName(Outcome outcome);

    uint32_t id{0}; //!< 1, 2, ... in the order of opening
    uint32_t fromCell{0};
    uint32_t toCell{0};
    uint32_t fromIfindex{0};
    uint32_t toIfindex{0}; //!< 0 while no radio is in the new cell
    Address from;
    Address to;           //!< invalid before tAddress
    bool soft{false};     //!< old link and new were usable at the same time
    bool returned{false}; //!< to the cell that was left less than PingPongTime before
    std::string why;      //!< the reasons, joined by '+': "new-address"
    std::string end;      //!< why it ended unfinished, "-" when it did not
    Outcome outcome{OPEN};
    Time tOpen;    //!< when the record was opened
    Time tTrigger; //!< the rule fired; before tOpen only where the network dictates
    Time tLink;    //!< new link usable
    Time tDetect;  //!< new network seen
    Time tAddress; //!< new address usable
    Time tSignal;  //!< first binding request
    Time tBound;   //!< the new primary is confirmed
    Time tRelease; //!< old address deleted; without session: lost
};

/** One line, times in seconds: for logs. */
std::ostream& operator<<(std::ostream& os, const HandoverRecord& record);

} // namespace ns3::roam

#endif
