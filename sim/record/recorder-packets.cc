/* SPDX-License-Identifier: GPL-2.0-or-later */
// The part of the recorder that watches packets on links and at IP layers.
#include "sim/record/recorder.h"
#include "sim/record/result-text.h"

#include "ns3/ethernet-header.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv6-header.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/simulator.h"

#include <string>

namespace ns3::roam
{

namespace
{

constexpr uint32_t PPP_HEADER = 2;
constexpr uint8_t PROTOCOL_TCP = 6;
constexpr uint8_t PROTOCOL_UDP = 17;
/** ns-3's initial time to live and hop limit. */
constexpr int INITIAL_TTL = 64;

} // namespace

void Recorder::WatchNetwork()
{
    for (const auto& port : m_world.network->ports)
    {
        bool server = port.device->GetNode() == m_world.network->hosts.front().node;
        m_watches.push_back(
            std::make_unique<Watch>(Watch{port.link, server ? "FS" : "", nullptr, 0}));
        const Watch* watch = m_watches.back().get();
        port.device->TraceConnectWithoutContext("PhyTxBegin",
                                                MakeBoundCallback(&Recorder::P2pSent, this, watch));
        if (server)
        {
            port.device->TraceConnectWithoutContext(
                "PhyRxEnd", MakeBoundCallback(&Recorder::P2pReceived, this, watch));
        }
    }
}

void Recorder::WatchCells()
{
    auto add = [this](Ptr<CellNetDevice> device, Watch watch)
    {
        m_watches.push_back(std::make_unique<Watch>(watch));
        device->TraceConnectWithoutContext(
            "Sniffer", MakeBoundCallback(&Recorder::CellSniffed, this,
                                         const_cast<const Watch*>(m_watches.back().get())));
        device->TraceConnectWithoutContext("Drop", MakeBoundCallback(&Recorder::CellDropped, this));
    };
    for (const auto& cell : m_world.cells)
    {
        add(cell.device, {"cell-" + std::to_string(cell.number), RouterOf(cell.number), cell.device,
                          cell.number});
    }
    for (const auto& radio : m_world.mobiles.front().radios)
    {
        add(radio, {"", "MC", radio, 0});
    }
}

void Recorder::WatchDeliveries()
{
    for (bool client : {true, false})
    {
        Ptr<Node> node =
            client ? m_world.mobiles.front().node : m_world.network->hosts.front().node;
        if (m_world.network->v6)
        {
            node->GetObject<Ipv6L3Protocol>()->TraceConnectWithoutContext(
                "LocalDeliver", MakeBoundCallback(&Recorder::Delivered6, this, client));
        }
        else
        {
            node->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
                "LocalDeliver", MakeBoundCallback(&Recorder::Delivered4, this, client));
        }
    }
}

std::string Recorder::RouterOf(uint32_t cell) const
{
    for (std::size_t i = 0; i < m_world.cells.size(); ++i)
    {
        if (m_world.cells[i].number == cell)
        {
            return "AR" + std::to_string(i + 1);
        }
    }
    return "";
}

PacketView Recorder::View(uint16_t ethertype, Ptr<const Packet> packet, uint32_t skip)
{
    m_bytes.resize(packet->GetSize());
    packet->CopyData(m_bytes.data(), packet->GetSize());
    return ViewPacket(ethertype, m_bytes.data() + skip, m_bytes.size() - skip);
}

void Recorder::P2pSent(Recorder* self, const Watch* watch, Ptr<const Packet> packet)
{
    uint16_t type = self->m_world.network->v6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4;
    self->Account(*watch, self->View(type, packet, PPP_HEADER), packet->GetUid(), true);
}

void Recorder::P2pReceived(Recorder* self, const Watch* watch, Ptr<const Packet> packet)
{
    uint16_t type = self->m_world.network->v6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4;
    self->Account(*watch, self->View(type, packet, PPP_HEADER), packet->GetUid(), false);
}

void Recorder::CellSniffed(Recorder* self, const Watch* watch, Ptr<const Packet> packet)
{
    EthernetHeader header(false);
    packet->PeekHeader(header);
    bool sent = header.GetSource() == watch->cellDevice->GetMac();
    if (!sent && header.GetDestination() != watch->cellDevice->GetMac() &&
        !header.GetDestination().IsGroup())
    {
        return; // the cell's other clients
    }
    PacketView view = self->View(header.GetLengthType(), packet, header.GetSerializedSize());
    self->Account(*watch, view, packet->GetUid(), sent);
}

void Recorder::CellDropped(Recorder* self, Ptr<const Packet> packet, CellDropReason reason)
{
    self->m_timeline.Add(Simulator::Now(),
                         {"drop", "", "", {}, packet->GetSize(), "", CellDropReasonName(reason)});
}

void Recorder::Account(const Watch& watch, const PacketView& view, uint64_t uid, bool sent)
{
    Time now = Simulator::Now();
    // a radio's link is that of the cell which it is in
    auto radio = DynamicCast<RadioDevice>(watch.cellDevice);
    uint32_t cell = watch.cell;
    if (radio && radio->GetCell())
    {
        cell = radio->GetCell()->GetCellId();
    }
    if (sent)
    {
        for (const auto& message : view.control)
        {
            m_signalling.Add(now, radio ? "cell-" + std::to_string(cell) : watch.link, message);
        }
        if (view.tunnelled && !view.data.empty())
        {
            m_tunnelled.push_back(now);
        }
        if (watch.node == "FS")
        {
            NoteSending(m_down, view);
        }
        else if (watch.node == "MC")
        {
            NoteSending(m_up, view);
        }
    }
    if (view.control.empty() || watch.node.empty())
    {
        return;
    }
    // end to end, unless it is between the client and its router
    std::string other = view.isIp && (m_world.network->IsServer(view.destination) ||
                                      m_world.network->IsServer(view.source))
                            ? (watch.node == "FS" ? "MC" : "FS")
                            : (watch.node == "MC" ? RouterOf(cell) : "MC");
    if (sent)
    {
        m_ladder.Sent(now, watch.node, other, uid, view.control);
    }
    else
    {
        m_ladder.Received(now, watch.node, other, uid, view.control);
    }
}

void Recorder::NoteSending(FlowRecord& flow, const PacketView& view)
{
    for (const auto& data : view.data)
    {
        if (view.protocol == PROTOCOL_UDP)
        {
            flow.messages.Left(data.seq);
        }
        uint32_t after = data.seq + (view.protocol == PROTOCOL_TCP ? data.bytes : 1);
        if (flow.nextToSend && static_cast<int32_t>(data.seq - *flow.nextToSend) < 0)
        {
            flow.retransmissions.push_back(Simulator::Now());
        }
        else
        {
            flow.nextToSend = after;
        }
    }
}

void Recorder::Delivered4(Recorder* self, bool atClient, const Ipv4Header& header,
                          Ptr<const Packet> packet, uint32_t)
{
    PacketView view;
    view.ttl = header.GetTtl();
    self->m_bytes.resize(packet->GetSize());
    packet->CopyData(self->m_bytes.data(), packet->GetSize());
    ViewPayload(view, header.GetProtocol(), self->m_bytes.data(), self->m_bytes.size(),
                header.GetSerializedSize());
    self->NoteArrival(atClient ? self->m_down : self->m_up,
                      atClient ? header.GetDestination() : header.GetSource(), view);
}

void Recorder::Delivered6(Recorder* self, bool atClient, const Ipv6Header& header,
                          Ptr<const Packet> packet, uint32_t)
{
    PacketView view;
    view.ttl = header.GetHopLimit();
    self->m_bytes.resize(packet->GetSize());
    packet->CopyData(self->m_bytes.data(), packet->GetSize());
    ViewPayload(view, header.GetNextHeader(), self->m_bytes.data(), self->m_bytes.size(),
                header.GetSerializedSize());
    self->NoteArrival(atClient ? self->m_down : self->m_up,
                      atClient ? header.GetDestination() : header.GetSource(), view);
}

void Recorder::NoteArrival(FlowRecord& flow, const Address& clientAddress, const PacketView& view)
{
    if (view.data.empty())
    {
        return;
    }
    const WorldCell* cell = m_world.FindCell(clientAddress);
    double links = INITIAL_TTL - view.ttl + 1;
    flow.arrivals.push_back({Simulator::Now(), cell ? cell->number : 0, links});
    flow.lastPath = AddressText(clientAddress);
    flow.lastCell = flow.arrivals.back().cell;
    for (const auto& data : view.data)
    {
        flow.first = flow.first.value_or(data.seq);
        bool again = !flow.came.insert(data.seq).second;
        m_timeline.Add(Simulator::Now(),
                       {"packet", flow.name, flow.lastPath, data.seq - *flow.first, data.bytes,
                        again ? "1" : "0", ""});
    }
}

} // namespace ns3::roam
