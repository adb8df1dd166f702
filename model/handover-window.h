/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_HANDOVER_WINDOW_H
#define ROAM_HANDOVER_WINDOW_H

#include "ns3/handover-record.h"
#include "ns3/message-ledger.h"
#include "ns3/nstime.h"
#include "ns3/time-partition.h"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace ns3::roam
{

/** A data packet that came to the receiver's IP layer. */
struct DataArrival
{
    Time at;
    uint32_t cell; //!< over which it came; 0 for none that is known
    double links;  //!< that it crossed
};

/** The time that a handover is charged with, and the moments of the data in it. */
struct HandoverWindow
{
    Time begin;                        //!< included
    Time end;                          //!< not included; at most the next one's begin
    Time next;                         //!< the next one's begin, or the end of the run
    std::optional<Time> lastOld;       //!< last arrival over another path than the new one
    std::optional<Time> firstNew;      //!< first arrival over the new path
    std::optional<Time> firstDelivery; //!< first delivery to the user over the new path
};

/** A moment of a record; nothing when it did not come. */
std::optional<Time> Moment(Time time);

/** What the windows of a run's handovers are found from. Everything in the order of time. */
struct WindowEvidence
{
    const std::vector<DataArrival>& arrivals;
    const std::vector<Delivery>& deliveries;
    const std::map<uint32_t, Time>& failed; //!< by record: when one that came to nothing ended
    Time settle;                            //!< how long after its last step a handover lasts
    Time stop;                              //!< of the run
};

/** The windows of the records, which are in the order of opening: disjoint, in the same order. */
std::vector<HandoverWindow> FindWindows(const std::vector<HandoverRecord>& records,
                                        const WindowEvidence& evidence);

/** The windows as owners of the time, each by its place. */
TimePartition OwnWindows(const std::vector<HandoverWindow>& windows);

/**
 * The owner of each gap, by the place of its window; nothing for one that is nobody's. It is the
 * handover of which the first delivery over the new path ends the gap; else the one in whose window
 * it begins; else the first one that begins in it.
 * \param ended when the session ended: what begins later owns no gap
 */
std::vector<std::optional<std::size_t>> OwnGaps(const std::vector<Gap>& gaps,
                                                const std::vector<HandoverWindow>& windows,
                                                std::optional<Time> ended);

/**
 * The times before the windows in which the new links came up and got their addresses, as far as no
 * window covers them: from t_link until settle after the last step before the window. A link that
 * an earlier handover knew already was prepared for that one.
 */
TimePartition OwnPreparations(const std::vector<HandoverRecord>& records,
                              const std::vector<HandoverWindow>& windows, Time settle);

} // namespace ns3::roam

#endif
