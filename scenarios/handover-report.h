/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_HANDOVER_REPORT_H
#define ROAM_HANDOVER_REPORT_H

#include "scenarios/message-ledger.h"
#include "scenarios/signalling-log.h"

#include "ns3/mobility-manager.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ns3::roam
{

/** A data packet that came to the receiver's IP layer. */
struct DataArrival
{
    Time at;
    uint32_t cell;  //!< over which it came; 0 for none that is known
    double stretch; //!< links crossed over those of the direct path
};

/** What was watched of the main flow, for the records of a run. Everything in the order of time. */
struct HandoverEvidence
{
    const MessageLedger& messages;
    const std::vector<DataArrival>& arrivals;
    const std::vector<Time>& retransmissions;
    const std::vector<Time>& tunnelled;
    const SignallingLog& signalling;
    Time spacing;                  //!< nominal, of the flow
    Time sendingStop;              //!< when the sending ends
    Time stop;                     //!< of the run
    Time settle;                   //!< run.settle
    std::optional<Time> connected; //!< when the session came up
    std::optional<Time> ended;     //!< when it broke or was closed
};

/** One row of handovers.csv: a record of the handover machine with what the flow saw of it. */
struct HandoverReport
{
    HandoverRecord record;
    std::string outcome;
    std::string end;
    std::optional<Time> lastOld, firstNew, latency, interruption;
    bool interruptionCensored{false}; //!< it had no end in the run: at least so long
    FlowWindow messages;
    uint64_t retransmitted{0};
    uint64_t tunnelled{0};
    std::map<std::string, SignallingCount> signalling;
    SignallingCount charged; //!< the sum of signalling
    std::optional<double> delayBefore, delayAfter, stretch;
    Time windowEnd;
};

/** A moment of a record; nothing when it did not come. */
std::optional<Time> Moment(Time time);

/**
 * Joins the records of a run with what was watched. Pure: the same arguments, the same answer.
 * doc/results.md defines every quantity.
 */
std::vector<HandoverReport> MakeHandoverReports(const std::vector<HandoverRecord>& records,
                                                const HandoverEvidence& evidence);

/** handovers.csv, with its header. */
std::string WriteHandovers(const std::vector<HandoverReport>& reports);

} // namespace ns3::roam

#endif
