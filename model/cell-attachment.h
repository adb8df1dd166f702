/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_CELL_ATTACHMENT_H
#define ROAM_CELL_ATTACHMENT_H

#include "ns3/cell-transmitter.h"
#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"

namespace ns3::roam
{

class CellChannel;
class RadioDevice;

/**
 * One radio in one cell, from Attach to Detach, with the radio's transmitter towards that cell. It
 * belongs to the radio; the cell knows it while it is up. Coming back makes a new one, so that
 * nothing of the old one can arrive in the new.
 */
class CellAttachment : public SimpleRefCount<CellAttachment>
{
  public:
    CellAttachment(Ptr<CellChannel> cell, Ptr<RadioDevice> radio);
    ~CellAttachment();

    Ptr<CellChannel> cell;
    Ptr<RadioDevice> radio;
    bool up{false};         //!< the attach latency is over
    Time since;             //!< when it came up
    EventId coming;         //!< the end of the attach latency
    CellTransmitter uplink; //!< towards the cell
};

} // namespace ns3::roam

#endif
