/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_HANDOVER_REPORT_H
#define ROAM_HANDOVER_REPORT_H

#include "sim/record/handover-window.h"
#include "sim/record/message-ledger.h"
#include "sim/record/signalling-log.h"

#include "ns3/mobility-manager.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ns3::roam
{

/** What was watched of the main flow, for the records of a run. Everything in the order of time. */
struct HandoverEvidence
{
    const MessageLedger& messages;
    const std::vector<DataArrival>& arrivals;
    const std::vector<Time>& retransmissions;
    const std::vector<Time>& tunnelled;
    const SignallingLog& signalling;
    const std::map<uint32_t, Time>& failed; //!< by record: when one that came to nothing ended
    Time spacing;                           //!< nominal, of the flow
    Time sendingStop;                       //!< when the sending ends
    Time stop;                              //!< of the run
    Time settle;                            //!< run.settle
    std::optional<Time> connected;          //!< when the session came up
    std::optional<Time> ended;              //!< when it broke or was closed
    bool completed; //!< it did not break, and had not fallen silent at the end
};

/** A time, or the least that it can be because its end was not seen. */
struct CensoredTime
{
    Time length;
    bool censored;
};

/** One row of handovers.csv: a record of the handover machine with what the flow saw of it. */
struct HandoverReport
{
    HandoverRecord record;
    HandoverWindow window;
    std::string outcome;
    std::string end;
    std::optional<CensoredTime> latency, interruption, silence;
    uint64_t lost{0};
    bool lostCensored{false}; //!< it is charged with a silence without end
    uint64_t unfinished{0};
    uint64_t duplicated{0};
    uint64_t reordered{0};
    uint64_t retransmitted{0};
    uint64_t tunnelled{0};
    std::map<std::string, SignallingCount> signalling;
    SignallingCount charged; //!< the sum of signalling
    std::optional<double> delayBefore, delayAfter, stretch;
};

/**
 * Joins the records of a run with what was watched, after the ledger was closed. Pure: the same
 * arguments, the same answer. Attribution is a partition: a message, a gap between deliveries, a
 * packet or a byte of signalling belongs to one record or to none. doc/results.md defines every
 * quantity.
 */
std::vector<HandoverReport> MakeHandoverReports(const std::vector<HandoverRecord>& records,
                                                const HandoverEvidence& evidence);

/** handovers.csv, with its header. */
std::string WriteHandovers(const std::vector<HandoverReport>& reports);

} // namespace ns3::roam

#endif
