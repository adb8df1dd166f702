/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns3/radio-device.h"

#include "ns3/abort.h"
#include "ns3/cell-device.h"
#include "ns3/log.h"
#include "ns3/simulator.h"

namespace ns3::roam
{

NS_LOG_COMPONENT_DEFINE("RoamRadioDevice");
NS_OBJECT_ENSURE_REGISTERED(RadioDevice);

TypeId RadioDevice::GetTypeId()
{
    static TypeId tid = TypeId("ns3::roam::RadioDevice")
                            .SetParent<CellNetDevice>()
                            .SetGroupName("Roam")
                            .AddConstructor<RadioDevice>();
    return tid;
}

RadioDevice::RadioDevice() = default;

RadioDevice::~RadioDevice() = default;

void RadioDevice::DoDispose()
{
    if (m_attachment)
    {
        m_attachment->coming.Cancel();
        m_attachment->uplink.Clear();
        m_attachment->cell = nullptr;
        m_attachment->radio = nullptr;
        m_attachment = nullptr;
    }
    CellNetDevice::DoDispose();
}

void RadioDevice::Attach(Ptr<CellChannel> cell)
{
    if (m_attachment && m_attachment->cell == cell)
    {
        return;
    }
    NS_ABORT_MSG_UNLESS(cell->GetCellDevice(), "cell " << cell->GetCellId() << " has no router");
    Detach();
    m_attachment = Create<CellAttachment>(cell, this);
    m_attachment->uplink.SetDeliver(MakeCallback(&RadioDevice::Arrive, this));
    m_attachment->coming = Simulator::Schedule(cell->GetAttachLatency(), &RadioDevice::Enter, this);
}

void RadioDevice::Enter()
{
    m_attachment->up = true;
    m_attachment->since = Simulator::Now();
    m_attachment->cell->Add(m_attachment);
    SetLinkUp(true);
}

void RadioDevice::Detach()
{
    Ptr<CellAttachment> left = m_attachment;
    m_attachment = nullptr;
    if (!left)
    {
        return;
    }
    left->coming.Cancel();
    if (!left->up)
    {
        return;
    }
    left->up = false;
    for (const CellFrame& frame : left->uplink.Clear())
    {
        CountDrop(frame.packet, CELL_DROP_LEFT);
    }
    left->cell->Remove(left);
    SetLinkUp(false);
}

Ptr<CellChannel> RadioDevice::GetCell() const
{
    return m_attachment ? m_attachment->cell : nullptr;
}

double RadioDevice::GetLevel(Ptr<CellChannel> cell) const
{
    return cell->GetLevel(this);
}

void RadioDevice::SetAddress(Address address)
{
    NS_ABORT_MSG_IF(m_attachment, "the address of a radio cannot change while it is in a cell");
    CellNetDevice::SetAddress(address);
}

Ptr<Channel> RadioDevice::GetChannel() const
{
    return GetCell();
}

CellDropReason RadioDevice::Transmit(const CellFrame& frame)
{
    if (!m_attachment || !m_attachment->up)
    {
        return CELL_DROP_LINK;
    }
    const CellChannel& cell = *m_attachment->cell;
    const bool queued =
        m_attachment->uplink.Enqueue(frame, cell.GetUplinkRate(), cell.GetDelay(), m_queueSize);
    return queued ? CELL_DROP_REASONS : CELL_DROP_QUEUE;
}

void RadioDevice::Arrive(const CellFrame& frame)
{
    // The transmitter belongs to the attachment, and leaving empties it: there is one here.
    m_attachment->cell->GetCellDevice()->ReceiveFromRadio(frame);
}

} // namespace ns3::roam
