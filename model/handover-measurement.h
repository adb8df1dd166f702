/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_HANDOVER_MEASUREMENT_H
#define ROAM_HANDOVER_MEASUREMENT_H

#include "ns3/handover-record.h"
#include "ns3/handover-window.h"
#include "ns3/message-ledger.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace ns3::roam
{

/** What was seen of one flow, for the records of a run. Everything in the order of time. */
struct HandoverEvidence
{
    const MessageLedger& messages; //!< closed
    const std::vector<DataArrival>& arrivals;
    const std::map<uint32_t, Time>& failed; //!< by record: when one that came to nothing ended
    Time spacing;                           //!< nominal, of the flow
    Time sendingStop;                       //!< when the sending ends
    Time stop;                              //!< of the run
    Time settle;                            //!< how long after its last step a handover lasts
    std::optional<Time> connected;          //!< when the session came up
    std::optional<Time> ended;              //!< when it broke or was closed
    bool completed;                         //!< FindFailure() found none
};

/** A time, or the least that it can be because its end was not seen. */
struct CensoredTime
{
    Time length;
    bool censored; //!< the true time is at least length
};

/** What one handover did to one flow. doc/results.md defines every quantity. */
struct HandoverMeasurement
{
    HandoverRecord record;
    HandoverWindow window;
    std::string outcome;                      //!< of the record or, without a binding, the flow
    std::string end;                          //!< why it ended unfinished, "-" when it did not
    std::optional<CensoredTime> latency;      //!< from the last data over the old path to the first
                                              //!< over the new, less the flow's interval
    std::optional<CensoredTime> interruption; //!< of the deliveries, at the switch
    std::optional<CensoredTime> silence;      //!< the longest gap between deliveries
    uint64_t lost{0};                         //!< messages
    uint64_t lostBytes{0};                    //!< of these messages
    bool lostCensored{false}; //!< it is charged with a silence without end: more may be lost
    uint64_t unfinished{0};   //!< messages that were neither delivered nor lost as the run ended
    uint64_t duplicated{0};   //!< second and further deliveries
    uint64_t reordered{0};    //!< deliveries of a message with a lower number than one before
    std::optional<double> delayBefore, delayAfter; //!< mean, s
    std::optional<double> links; //!< that data crossed over the new path, mean, by its hop limit
};

/**
 * Joins the records of a run with what was seen of a flow. Pure: the same arguments, the same
 * answer. Attribution is a partition: a message or a gap between deliveries belongs to one record
 * or to none.
 * \param records in the order of opening
 */
std::vector<HandoverMeasurement> MeasureHandovers(const std::vector<HandoverRecord>& records,
                                                  const HandoverEvidence& evidence);

/** One line, with units; "> 13900.0 ms" for a time of which only the least is known. */
std::ostream& operator<<(std::ostream& os, const HandoverMeasurement& measurement);

} // namespace ns3::roam

#endif
