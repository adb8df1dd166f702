/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/record/session-verdict.h"

#include "sim/record/result-text.h"

#include <algorithm>

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
    return "stalled: " + (since ? std::to_string(since) : std::string("nothing")) +
           " delivered after " + FixedText(begin.GetSeconds(), 3) + " s";
}

} // namespace ns3::roam
