/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns3/cell-attachment.h"

#include "ns3/cell-channel.h"
#include "ns3/radio-device.h"

namespace ns3::roam
{

CellAttachment::CellAttachment(Ptr<CellChannel> c, Ptr<RadioDevice> r) : cell(c), radio(r)
{
}

CellAttachment::~CellAttachment()
{
    coming.Cancel();
}

} // namespace ns3::roam
