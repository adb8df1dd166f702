/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns3/mobility-manager.h"

#include "mobility-engine.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/log.h"
#include "ns3/roam-compat.h"
#include "ns3/simulator.h"
#include "ns3/trace-source-accessor.h"

#include <algorithm>
#include <utility>

namespace ns3::roam
{

NS_LOG_COMPONENT_DEFINE("RoamMobilityManager");
NS_OBJECT_ENSURE_REGISTERED(MobilityManager);

TypeId MobilityManager::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::roam::MobilityManager")
            .SetParent<Object>()
            .SetGroupName("Roam")
            .AddConstructor<MobilityManager>()
            .AddAttribute(
                "Rule",
                "When the primary address is changed: as soon as a new address is bound "
                "(draft-sjkoh-sctp-mobility-04 section 4.4 a), by signal levels (b), or "
                "by the upper layer's costs (c). In every rule, a primary whose link is "
                "down is left at once.",
                RoamEnumValue<Rule>(SIGNAL), MakeRoamEnumAccessor<Rule>(&MobilityManager::m_rule),
                MakeEnumChecker(IMMEDIATE, "Immediate", SIGNAL, "Signal", PREFERENCE, "Preference"))
            .AddAttribute(
                "Requests",
                "What the session is asked for: to add an address when there is one, to make it "
                "primary when the rule says so, and to delete the old one when it is inactive; or, "
                "when the rule has chosen an address, all that belongs to the change as one "
                "request (draft-sjkoh-sctp-mobility-04 section 4.6); or, for a binding that has "
                "one "
                "address at a time, to move to it.",
                RoamEnumValue<Requests>(STEPS),
                MakeRoamEnumAccessor<Requests>(&MobilityManager::m_requests),
                MakeEnumChecker(STEPS, "Steps", TOGETHER, "Together", MOVE, "Move"))
            .AddAttribute("Threshold", "Rule (b): the current level has to be below this (dBm).",
                          DoubleValue(-90), MakeDoubleAccessor(&MobilityManager::m_threshold),
                          MakeDoubleChecker<double>(-200, 100))
            .AddAttribute("Hysteresis",
                          "Rule (b): and the candidate's better by more than this (dB).",
                          DoubleValue(3), MakeDoubleAccessor(&MobilityManager::m_hysteresis),
                          MakeDoubleChecker<double>(0, 100))
            .AddAttribute("TimeToTrigger", "Rule (b): for this long.", TimeValue(MilliSeconds(320)),
                          MakeTimeAccessor(&MobilityManager::m_timeToTrigger),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("Floor",
                          "Coverage: a radio is in no cell whose level is below this (dBm).",
                          DoubleValue(-110), MakeDoubleAccessor(&MobilityManager::m_floor),
                          MakeDoubleChecker<double>(-200, 100))
            .AddAttribute(
                "EntryMargin",
                "A radio enters a cell whose level is above the floor by this (dB); where "
                "the network dictates, at the floor.",
                DoubleValue(2), MakeDoubleAccessor(&MobilityManager::m_entryMargin),
                MakeDoubleChecker<double>(0, 100))
            .AddAttribute("ReselectHysteresis",
                          "A radio that may turn to another cell does when that is better by more "
                          "than this (dB).",
                          DoubleValue(4),
                          MakeDoubleAccessor(&MobilityManager::m_reselectHysteresis),
                          MakeDoubleChecker<double>(0, 100))
            .AddAttribute("ReselectTime", "For this long.", TimeValue(MilliSeconds(500)),
                          MakeTimeAccessor(&MobilityManager::m_reselectTime),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("InactiveLevel",
                          "An address is inactive (section 4.5) when its link is down, or when its "
                          "level has been below this (dBm) for InactiveTime.",
                          DoubleValue(-105), MakeDoubleAccessor(&MobilityManager::m_inactiveLevel),
                          MakeDoubleChecker<double>(-200, 100))
            .AddAttribute("InactiveTime", "See InactiveLevel.", TimeValue(Seconds(1)),
                          MakeTimeAccessor(&MobilityManager::m_inactiveTime),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("RetryTime", "From a refusal of a request to the same request again.",
                          TimeValue(Seconds(1)), MakeTimeAccessor(&MobilityManager::m_retryTime),
                          MakeTimeChecker(MilliSeconds(1)))
            .AddAttribute("PingPongTime",
                          "A handover back to the cell that was left less than this before is a "
                          "ping-pong.",
                          TimeValue(Seconds(5)), MakeTimeAccessor(&MobilityManager::m_pingPongTime),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("Dictated",
                          "True if the network chooses the serving cell (SetServingCell).",
                          BooleanValue(false), MakeBooleanAccessor(&MobilityManager::m_dictated),
                          MakeBooleanChecker())
            .AddAttribute("SampleInterval", "Time between two samples of the levels.",
                          TimeValue(MilliSeconds(20)),
                          MakeTimeAccessor(&MobilityManager::m_sampleInterval),
                          MakeTimeChecker(MilliSeconds(1)))
            .AddTraceSource("State", "A step of a handover, or of an address.",
                            MakeTraceSourceAccessor(&MobilityManager::m_stateTrace),
                            "ns3::roam::MobilityManager::StateTracedCallback")
            .AddTraceSource("Handover", "A record is opened or closed.",
                            MakeTraceSourceAccessor(&MobilityManager::m_handoverTrace),
                            "ns3::roam::MobilityManager::HandoverTracedCallback")
            .AddTraceSource("Verdict", "The rule's word on a candidate is another than before.",
                            MakeTraceSourceAccessor(&MobilityManager::m_verdictTrace),
                            "ns3::roam::MobilityManager::VerdictTracedCallback")
            .AddTraceSource("Request", "The binding is asked for an operation.",
                            MakeTraceSourceAccessor(&MobilityManager::m_requestTrace),
                            "ns3::roam::MobilityManager::RequestTracedCallback")
            .AddTraceSource("Answer", "The binding has answered.",
                            MakeTraceSourceAccessor(&MobilityManager::m_answerTrace),
                            "ns3::roam::MobilityManager::AnswerTracedCallback")
            .AddTraceSource("Primary", "The primary address has changed.",
                            MakeTraceSourceAccessor(&MobilityManager::m_primaryTrace),
                            "ns3::roam::MobilityManager::PrimaryTracedCallback")
            .AddTraceSource("Radio", "A radio is sent to a cell, or leaves one.",
                            MakeTraceSourceAccessor(&MobilityManager::m_radioTrace),
                            "ns3::roam::MobilityManager::RadioTracedCallback");
    return tid;
}

MobilityManager::MobilityManager() : m_binding(CreateObject<NullHandoverBinding>())
{
}

MobilityManager::~MobilityManager() = default;

void MobilityManager::DoDispose()
{
    m_sample.Cancel();
    m_expiry.Cancel();
    m_engine.reset();
    m_binding->Dispose();
    m_binding = nullptr;
    m_radios.clear();
    m_cells.clear();
    m_waiting.clear();
    m_addresses = nullptr;
    m_node = nullptr;
    Object::DoDispose();
}

void MobilityManager::Install(Ptr<Node> node)
{
    NS_ABORT_MSG_IF(m_node, "a MobilityManager serves one node");
    m_addresses = node->GetObject<AddressClient>();
    NS_ABORT_MSG_UNLESS(m_addresses, "a MobilityManager needs an AddressClient on its node");
    m_node = node;
    for (uint32_t i = 0; i < node->GetNDevices(); i++)
    {
        if (auto radio = DynamicCast<RadioDevice>(node->GetDevice(i)))
        {
            m_radios[AddressClient::GetIfindex(radio)] = radio;
        }
    }
    NS_ABORT_MSG_IF(m_radios.empty(), "a MobilityManager needs a RadioDevice on its node");
    node->AggregateObject(this);
    if (node->IsInitialized())
    {
        Simulator::ScheduleNow(&MobilityManager::Initialize, this);
    }
}

void MobilityManager::AddCell(Ptr<CellChannel> cell)
{
    const uint32_t id = cell->GetCellId();
    NS_ABORT_MSG_IF(id == 0, "a cell that radios may enter needs a CellId other than 0");
    NS_ABORT_MSG_IF(m_cells.count(id), "there is a cell " << id << " already");
    NS_ABORT_MSG_IF(m_engine, "cells are to be added before the start");
    m_cells[id] = cell;
}

void MobilityManager::SetBinding(Ptr<HandoverBinding> binding)
{
    NS_ABORT_MSG_IF(m_engine, "the binding is to be set before the start");
    m_binding = binding;
}

void MobilityManager::PreferCell(uint32_t cellId, double cost)
{
    FindCell(cellId);
    Tell([cellId, cost](mobility* m, roam_time now)
         { return mobility_prefer_cell(m, cellId, cost, now); });
}

void MobilityManager::PreferInterface(uint32_t ifindex, double cost)
{
    Tell([ifindex, cost](mobility* m, roam_time now)
         { return mobility_prefer_radio(m, ifindex, cost, now); });
}

void MobilityManager::SetServingCell(uint32_t cellId)
{
    NS_ABORT_MSG_UNLESS(m_dictated, "SetServingCell needs the attribute Dictated");
    if (cellId != 0)
    {
        FindCell(cellId);
    }
    Tell([cellId](mobility* m, roam_time now) { return mobility_serve(m, cellId, now); });
}

void MobilityManager::SetAttachable(uint32_t cellId, bool attachable)
{
    NS_ABORT_MSG_UNLESS(m_dictated, "SetAttachable needs the attribute Dictated");
    FindCell(cellId);
    Tell([cellId, attachable](mobility* m, roam_time now)
         { return mobility_prepare(m, cellId, attachable, now); });
}

Ptr<CellChannel> MobilityManager::FindCell(uint32_t cellId) const
{
    auto it = m_cells.find(cellId);
    NS_ABORT_MSG_IF(it == m_cells.end(), "there is no cell " << cellId);
    return it->second;
}

Address MobilityManager::GetPrimary() const
{
    return m_engine ? FromCore(m_engine->GetStatus().primary) : Address();
}

uint32_t MobilityManager::GetServingCell() const
{
    return m_engine ? m_engine->GetStatus().serving_cell : 0;
}

const std::vector<HandoverRecord>& MobilityManager::GetHandovers() const
{
    return m_records;
}

void MobilityManager::Finish()
{
    m_sample.Cancel();
    m_expiry.Cancel();
    Tell(
        [](mobility* m, roam_time now)
        {
            mobility_finish(m, now);
            return ROAM_OK;
        });
}

void MobilityManager::DoInitialize()
{
    mobility_config config;
    mobility_config_default(&config);
    config.rule = static_cast<mobility_rule>(m_rule);
    config.threshold_dbm = m_threshold;
    config.hysteresis_db = m_hysteresis;
    config.time_to_trigger = m_timeToTrigger.GetNanoSeconds();
    config.floor_dbm = m_floor;
    config.entry_margin_db = m_entryMargin;
    config.reselect_hysteresis_db = m_reselectHysteresis;
    config.reselect_time = m_reselectTime.GetNanoSeconds();
    config.inactive_dbm = m_inactiveLevel;
    config.inactive_time = m_inactiveTime.GetNanoSeconds();
    config.retry_time = m_retryTime.GetNanoSeconds();
    config.ping_pong_time = m_pingPongTime.GetNanoSeconds();
    config.shape = static_cast<mobility_shape>(m_requests);
    config.dictated = m_dictated;
    config.max_radios = m_radios.size();
    config.max_cells = std::max<uint32_t>(1, m_cells.size());
    m_engine = std::make_unique<MobilityEngine>(config);

    m_binding->SetDoneCallback(MakeCallback(&MobilityManager::Done, this));
    m_addresses->TraceConnectWithoutContext("Detected",
                                            MakeCallback(&MobilityManager::Detected, this));
    m_addresses->TraceConnectWithoutContext("Gained", MakeCallback(&MobilityManager::Gained, this));
    m_addresses->TraceConnectWithoutContext("Lost", MakeCallback(&MobilityManager::Lost, this));
    for (auto& [ifindex, radio] : m_radios)
    {
        NS_ABORT_MSG_IF(radio->GetCell(), "interface " << ifindex << " is in a cell already");
        radio->AddLinkChangeCallback(
            MakeBoundCallback(&MobilityManager::LinkChange, this, ifindex));
        Tell([ifindex = ifindex](mobility* m, roam_time now)
             { return mobility_add_radio(m, ifindex, now); });
    }
    for (const Input& input : std::exchange(m_waiting, {}))
    {
        Tell(input);
    }
    m_binding->SetSessionCallbacks(MakeCallback(&MobilityManager::SessionUp, this),
                                   MakeCallback(&MobilityManager::SessionReplaced, this),
                                   MakeCallback(&MobilityManager::SessionDown, this));
    Sample();
    Object::DoInitialize();
}

void MobilityManager::Sample()
{
    m_sample = Simulator::Schedule(m_sampleInterval, &MobilityManager::Sample, this);
    // One antenna position: every radio of the node hears the same.
    Ptr<RadioDevice> radio = m_radios.begin()->second;
    std::vector<mobility_level> levels;
    for (const auto& [id, cell] : m_cells)
    {
        levels.push_back({id, radio->GetLevel(cell)});
    }
    Tell([&levels](mobility* m, roam_time now)
         { return mobility_levels(m, levels.data(), levels.size(), now); });
}

void MobilityManager::LinkChange(MobilityManager* manager, uint32_t ifindex)
{
    if (manager->m_engine)
    {
        const bool up = manager->m_radios.at(ifindex)->IsLinkUp();
        manager->Tell([ifindex, up](mobility* m, roam_time now)
                      { return mobility_link(m, ifindex, up, now); });
    }
}

void MobilityManager::Detected(uint32_t ifindex, Time)
{
    if (m_radios.count(ifindex))
    {
        Tell([ifindex](mobility* m, roam_time now) { return mobility_detected(m, ifindex, now); });
    }
}

void MobilityManager::Gained(uint32_t ifindex, Address address, Address)
{
    if (m_radios.count(ifindex))
    {
        m_binding->AddressGained(address, ifindex);
        Tell([a = ToCore(address), ifindex](mobility* m, roam_time now)
             { return mobility_address_gained(m, &a, ifindex, now); });
    }
}

void MobilityManager::Lost(uint32_t ifindex, Address address)
{
    if (m_radios.count(ifindex))
    {
        m_binding->AddressLost(address);
        Tell([a = ToCore(address)](mobility* m, roam_time now)
             { return mobility_address_lost(m, &a, now); });
    }
}

void MobilityManager::Done(AddressOp op, Address address, bool ok, uint16_t cause)
{
    Tell([op = static_cast<mobility_op>(op), a = ToCore(address), ok,
          cause](mobility* m, roam_time now) { return mobility_done(m, op, &a, ok, cause, now); });
}

namespace
{

std::vector<roam_addr> AllToCore(const std::vector<Address>& addresses)
{
    std::vector<roam_addr> core;
    for (const Address& address : addresses)
    {
        core.push_back(ToCore(address));
    }
    return core;
}

} // namespace

void MobilityManager::SessionUp(std::vector<Address> addresses)
{
    Tell([bound = AllToCore(addresses)](mobility* m, roam_time now)
         { return mobility_session_up(m, bound.data(), bound.size(), now); });
}

void MobilityManager::SessionReplaced(std::vector<Address> addresses)
{
    Tell([bound = AllToCore(addresses)](mobility* m, roam_time now)
         { return mobility_session_replaced(m, bound.data(), bound.size(), now); });
}

void MobilityManager::SessionDown(bool broken)
{
    Tell([broken](mobility* m, roam_time now) { return mobility_session_down(m, broken, now); });
}

void MobilityManager::Tell(const Input& input)
{
    if (!m_engine)
    {
        m_waiting.push_back(input);
        return;
    }
    const int result = input(m_engine->Get(), Simulator::Now().GetNanoSeconds());
    NS_ABORT_MSG_IF(result == ROAM_EINVAL || result == ROAM_ENOMEM || result == ROAM_EAGAIN,
                    "the mobility engine refused an input (" << result << ")");
    Pump();
}

void MobilityManager::Pump()
{
    if (m_pumping)
    {
        return; // what an event's execution brings is polled by the loop that executes it
    }
    m_pumping = true;
    mobility_event event;
    while (m_engine && mobility_poll_event(m_engine->Get(), &event))
    {
        Handle(event);
    }
    m_pumping = false;
    if (!m_engine)
    {
        return;
    }
    const roam_time next = mobility_next_expiry(m_engine->Get());
    const bool armed = !m_expiry.IsExpired();
    if (next != ROAM_NEVER && (!armed || NanoSeconds(next) < TimeStep(m_expiry.GetTs())))
    {
        m_expiry.Cancel();
        m_expiry = Simulator::Schedule(NanoSeconds(next) - Simulator::Now(),
                                       &MobilityManager::Expire, this);
    }
}

void MobilityManager::Expire()
{
    Tell(
        [](mobility* m, roam_time now)
        {
            mobility_expire(m, now);
            return ROAM_OK;
        });
}

void MobilityManager::Handle(const mobility_event& e)
{
    switch (e.type)
    {
    case MOBILITY_EV_ATTACH:
        m_radioTrace(e.u.radio.ifindex, e.u.radio.cell, true, WhyText(e.u.radio.why));
        m_radios.at(e.u.radio.ifindex)->Attach(FindCell(e.u.radio.cell));
        break;
    case MOBILITY_EV_DETACH:
        m_radioTrace(e.u.radio.ifindex, e.u.radio.cell, false, WhyText(e.u.radio.why));
        m_radios.at(e.u.radio.ifindex)->Detach();
        break;
    case MOBILITY_EV_REQUEST:
        HandleRequest(e);
        break;
    case MOBILITY_EV_ANSWER:
        m_answerTrace(static_cast<AddressOp>(e.u.answer.op), FromCore(e.u.answer.addr),
                      e.u.answer.ok, e.u.answer.cause);
        break;
    case MOBILITY_EV_PRIMARY:
        if (e.u.primary.ifindex != 0)
        {
            m_addresses->SetPrimary(e.u.primary.ifindex);
        }
        m_primaryTrace(FromCore(e.u.primary.addr), e.u.primary.ifindex, e.u.primary.cell);
        break;
    case MOBILITY_EV_VERDICT:
        m_verdictTrace(FromCore(e.u.verdict.addr), e.u.verdict.change, WhyText(e.u.verdict.why));
        break;
    case MOBILITY_EV_ADDRESS:
        m_stateTrace("address " + AddressText(e.u.address.addr),
                     mobility_address_state_name(e.u.address.from),
                     mobility_address_state_name(e.u.address.to));
        break;
    case MOBILITY_EV_STATE:
        m_stateTrace("handover " + std::to_string(e.u.state.id),
                     mobility_handover_state_name(e.u.state.from),
                     mobility_handover_state_name(e.u.state.to));
        break;
    case MOBILITY_EV_OPENED:
        m_records.push_back(FromCore(e.u.handover));
        m_handoverTrace(m_records.back());
        break;
    case MOBILITY_EV_CLOSED:
        m_records.at(e.u.handover.id - 1) = FromCore(e.u.handover);
        NS_LOG_INFO("" << m_records.at(e.u.handover.id - 1));
        m_handoverTrace(m_records.at(e.u.handover.id - 1));
        break;
    }
}

void MobilityManager::HandleRequest(const mobility_event& e)
{
    std::vector<HandoverBinding::Part> parts;
    for (uint32_t i = 0; i < e.u.request.n; i++)
    {
        const mobility_request& r = e.u.request.parts[i];
        NS_LOG_INFO(mobility_op_name(r.op) << " " << AddressText(r.addr));
        parts.push_back({static_cast<AddressOp>(r.op), FromCore(r.addr)});
        m_requestTrace(parts.back().op, parts.back().address);
    }
    m_binding->Request(parts);
}

} // namespace ns3::roam
