/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_HANDOVER_REPORT_H
#define ROAM_HANDOVER_REPORT_H

#include "sim/record/signalling-log.h"

#include "ns3/handover-measurement.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ns3::roam
{

/** What was seen of packets on links, in the order of time. */
struct PacketEvidence
{
    const std::vector<Time>& retransmissions;
    const std::vector<Time>& tunnelled;
    const SignallingLog& signalling;
};

/** One row of handovers.csv: what the handover did to the main flow, and what it cost on links. */
struct HandoverReport : HandoverMeasurement
{
    uint64_t retransmitted{0};
    uint64_t tunnelled{0};
    std::map<std::string, SignallingCount> signalling;
    SignallingCount charged; //!< the sum of signalling
    std::optional<double> stretch;
};

/**
 * Joins the records of a run with what was seen of the main flow and of packets. Pure, and a
 * partition, as MeasureHandovers() is: a packet or a byte of signalling belongs to one record or to
 * none. doc/results.md defines every quantity.
 */
std::vector<HandoverReport> MakeHandoverReports(const std::vector<HandoverRecord>& records,
                                                const HandoverEvidence& flow,
                                                const PacketEvidence& packets);

/** handovers.csv, with its header. */
std::string WriteHandovers(const std::vector<HandoverReport>& reports);

} // namespace ns3::roam

#endif
