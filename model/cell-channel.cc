/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns3/cell-channel.h"

#include "ns3/abort.h"
#include "ns3/cell-device.h"
#include "ns3/double.h"
#include "ns3/log.h"
#include "ns3/mobility-model.h"
#include "ns3/pointer.h"
#include "ns3/radio-device.h"
#include "ns3/simulator.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::roam
{

NS_LOG_COMPONENT_DEFINE("RoamCellChannel");
NS_OBJECT_ENSURE_REGISTERED(CellChannel);

TypeId CellChannel::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::roam::CellChannel")
            .SetParent<Channel>()
            .SetGroupName("Roam")
            .AddConstructor<CellChannel>()
            .AddAttribute("CellId", "The cell's number, for results and logs.", UintegerValue(0),
                          MakeUintegerAccessor(&CellChannel::m_cellId),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("DataRate", "The rate towards the radios, which they share.",
                          DataRateValue(DataRate("10Mbps")),
                          MakeDataRateAccessor(&CellChannel::m_dataRate), MakeDataRateChecker())
            .AddAttribute("UplinkRate", "The rate of each radio's own transmitter.",
                          DataRateValue(DataRate("10Mbps")),
                          MakeDataRateAccessor(&CellChannel::m_uplinkRate), MakeDataRateChecker())
            .AddAttribute("Delay",
                          "From the last bit's leaving to its arrival, in both directions.",
                          TimeValue(MilliSeconds(2)), MakeTimeAccessor(&CellChannel::m_delay),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("Loss",
                          "The error model towards the radios, asked once for each frame and "
                          "radio; none is no loss.",
                          PointerValue(), MakePointerAccessor(&CellChannel::m_loss),
                          MakePointerChecker<ErrorModel>())
            .AddAttribute("UplinkLoss",
                          "The error model towards the access router; none is no loss.",
                          PointerValue(), MakePointerAccessor(&CellChannel::m_uplinkLoss),
                          MakePointerChecker<ErrorModel>())
            .AddAttribute("TxPower", "The power that the cell sends with, in dBm.",
                          DoubleValue(20.0), MakeDoubleAccessor(&CellChannel::m_txPower),
                          MakeDoubleChecker<double>())
            .AddAttribute("PropagationLoss",
                          "What makes a received level of TxPower and two positions; with none, "
                          "every radio receives TxPower.",
                          PointerValue(), MakePointerAccessor(&CellChannel::m_propagationLoss),
                          MakePointerChecker<PropagationLossModel>())
            .AddAttribute("AttachLatency", "From RadioDevice::Attach to the link's coming up.",
                          TimeValue(MilliSeconds(20)),
                          MakeTimeAccessor(&CellChannel::m_attachLatency), MakeTimeChecker(Time(0)))
            .AddTraceSource("Attach", "The link of a radio has come up.",
                            MakeTraceSourceAccessor(&CellChannel::m_attach),
                            "ns3::roam::CellChannel::AttachmentTracedCallback")
            .AddTraceSource("Detach", "A radio has left.",
                            MakeTraceSourceAccessor(&CellChannel::m_detach),
                            "ns3::roam::CellChannel::AttachmentTracedCallback");
    return tid;
}

CellChannel::CellChannel() = default;

CellChannel::~CellChannel() = default;

void CellChannel::DoDispose()
{
    m_device = nullptr;
    m_attachments.clear();
    m_byAddress.clear();
    m_loss = nullptr;
    m_uplinkLoss = nullptr;
    m_propagationLoss = nullptr;
    Channel::DoDispose();
}

uint32_t CellChannel::GetCellId() const
{
    return m_cellId;
}

DataRate CellChannel::GetDataRate() const
{
    return m_dataRate;
}

DataRate CellChannel::GetUplinkRate() const
{
    return m_uplinkRate;
}

Time CellChannel::GetDelay() const
{
    return m_delay;
}

Time CellChannel::GetAttachLatency() const
{
    return m_attachLatency;
}

Ptr<CellDevice> CellChannel::GetCellDevice() const
{
    return m_device;
}

void CellChannel::SetCellDevice(Ptr<CellDevice> device)
{
    NS_ABORT_MSG_IF(m_device, "cell " << m_cellId << " has a CellDevice already");
    m_device = device;
}

double CellChannel::GetLevel(Ptr<const RadioDevice> radio) const
{
    if (!m_propagationLoss)
    {
        return m_txPower;
    }
    NS_ABORT_MSG_UNLESS(m_device, "cell " << m_cellId << " has no CellDevice yet");
    Ptr<MobilityModel> here = m_device->GetMobility();
    Ptr<MobilityModel> there = radio->GetNode()->GetObject<MobilityModel>();
    NS_ABORT_MSG_UNLESS(here && there,
                        "cell " << m_cellId
                                << " has a PropagationLoss, so that the access router and the "
                                   "radio's node need a MobilityModel");
    return m_propagationLoss->CalcRxPower(m_txPower, here, there);
}

Ptr<CellAttachment> CellChannel::Find(Mac48Address radio) const
{
    auto it = m_byAddress.find(radio);
    return it == m_byAddress.end() ? nullptr : it->second;
}

const std::vector<Ptr<CellAttachment>>& CellChannel::GetAttachments() const
{
    return m_attachments;
}

void CellChannel::Add(Ptr<CellAttachment> attachment)
{
    const Mac48Address address = attachment->radio->GetMac();
    NS_ABORT_MSG_IF(Find(address), "two radios of address " << address << " in cell " << m_cellId);
    NS_LOG_INFO(Simulator::Now().As(Time::S) << " cell " << m_cellId << " + " << address);
    m_attachments.push_back(attachment);
    m_byAddress[address] = attachment;
    m_attach(m_cellId, attachment->radio);
}

void CellChannel::Remove(Ptr<CellAttachment> attachment)
{
    const Mac48Address address = attachment->radio->GetMac();
    auto it = std::find(m_attachments.begin(), m_attachments.end(), attachment);
    if (it == m_attachments.end())
    {
        return; // disposed of before its radio
    }
    NS_LOG_INFO(Simulator::Now().As(Time::S) << " cell " << m_cellId << " - " << address);
    m_attachments.erase(it);
    m_byAddress.erase(address);
    if (m_device)
    {
        m_device->DropFramesTo(address);
    }
    m_detach(m_cellId, attachment->radio);
}

bool CellChannel::IsLost(Ptr<ErrorModel> model, const CellFrame& frame)
{
    return model && model->IsCorrupt(frame.packet);
}

int64_t CellChannel::AssignStreams(int64_t stream)
{
    // ns-3 3.37's ErrorModel has no AssignStreams of its own.
    int64_t used = 0;
    for (const auto& model : {m_loss, m_uplinkLoss})
    {
        if (auto rate = DynamicCast<RateErrorModel>(model))
        {
            used += rate->AssignStreams(stream + used);
        }
        else if (auto burst = DynamicCast<BurstErrorModel>(model))
        {
            used += burst->AssignStreams(stream + used);
        }
    }
    if (m_propagationLoss)
    {
        used += m_propagationLoss->AssignStreams(stream + used);
    }
    return used;
}

std::size_t CellChannel::GetNDevices() const
{
    return (m_device ? 1 : 0) + m_attachments.size();
}

Ptr<NetDevice> CellChannel::GetDevice(std::size_t i) const
{
    if (m_device && i == 0)
    {
        return m_device;
    }
    return m_attachments.at(i - (m_device ? 1 : 0))->radio;
}

} // namespace ns3::roam
