/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_SESSION_VERDICT_H
#define ROAM_SESSION_VERDICT_H

#include "ns3/message-ledger.h"
#include "ns3/nstime.h"

#include <optional>
#include <string>

namespace ns3::roam
{

/** What was seen of a session. */
struct SessionEvidence
{
    std::optional<Time> connected;
    std::string broken;            //!< why its ends called it broken; empty when they did not
    const MessageLedger& messages; //!< of the main flow
    Time spacing;                  //!< nominal, of its messages
    Time sendingStop;              //!< when its sending ended
};

/**
 * Return why a session counts as broken; empty when it is completed. One that its ends did not call
 * broken is stalled when messages are missing, the sending ended in a silence of more than a second
 * (or ten intervals of the flow, where those are longer), and fewer than ten messages came since.
 */
std::string FindFailure(const SessionEvidence& evidence);

} // namespace ns3::roam

#endif
