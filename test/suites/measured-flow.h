// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef ROAM_TEST_MEASURED_FLOW_H
#define ROAM_TEST_MEASURED_FLOW_H

#include "ns3/handover-record.h"
#include "ns3/ipv4-address.h"
#include "ns3/message-ledger.h"
#include "ns3/nstime.h"

#include <cstdint>

namespace ns3::roam::measuretest
{

inline Time Ms(int64_t ms)
{
    return MilliSeconds(ms);
}

/** A flow of one message of 100 bytes every 10 ms from 0 on, each 5 ms on its way;
 *  those from newFrom on come over cell 2. */
inline MessageLedger MakeFlow(uint64_t n, uint64_t lostFrom, uint64_t lostTo, uint64_t newFrom = 50)
{
    MessageLedger flow;
    for (uint64_t i = 0; i < n; ++i)
    {
        flow.Sent(i, 100, Ms(10 * i));
        if (i < lostFrom || i >= lostTo)
        {
            flow.Delivered(i, 100, Ms(10 * i), Ms(10 * i + 5), i < newFrom ? 1 : 2);
        }
    }
    return flow;
}

/** A handover from cell 1 to cell 2, opened at 400 ms. */
inline HandoverRecord MakeRecord(HandoverRecord::Outcome outcome)
{
    HandoverRecord record;
    record.id = 1;
    record.fromCell = 1;
    record.toCell = 2;
    record.from = Ipv4Address("2.2.2.2");
    record.to = Ipv4Address("3.3.3.2");
    record.why = "signal";
    record.end = "-";
    record.outcome = outcome;
    record.tOpen = record.tTrigger = Ms(400);
    record.tLink = record.tDetect = record.tAddress = Ms(300);
    record.tSignal = Ms(310);
    record.tBound = Ms(440);
    record.tRelease = HandoverRecord::Never();
    return record;
}

} // namespace ns3::roam::measuretest

#endif
