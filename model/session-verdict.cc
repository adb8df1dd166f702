/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns3/session-verdict.h"

#include <algorithm>
#include <cstdio>

namespace ns3::roam
{

namespace
{

/** As many as come when a flow goes on; a retransmission now and then does not bring them. */
constexpr uint64_t GOES_ON = 10;

} // namespace

std::string FindFailure(const SessionEvidence& evidence)
{
    if (!evidence.connected)
    {
        return "never connected";
    }
    if (!evidence.broken.empty() || evidence.messages.GetMissing().empty())
    {
        return evidence.broken;
    }
    std::optional<Time> last;
    uint64_t since = 0;
    for (const auto& delivery : evidence.messages.GetDeliveries())
    {
        if (delivery.at <= evidence.sendingStop)
        {
            last = delivery.at;
        }
        else
        {
            since += !delivery.again;
        }
    }
    if (!last && since == 0)
    {
        return "no message was delivered";
    }
    Time patience = std::max(Seconds(1), evidence.spacing * 10);
    Time begin = last.value_or(*evidence.connected);
    if (evidence.sendingStop - begin <= patience || since >= GOES_ON)
    {
        return "";
    }
    char after[40];
    std::snprintf(after, sizeof(after), "%.3f s", begin.GetSeconds());
    return "stalled: " + (since ? std::to_string(since) : std::string("nothing")) +
           " delivered after " + after;
}

} // namespace ns3::roam
