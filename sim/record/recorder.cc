/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/record/recorder.h"

#include "sim/record/result-text.h"

#include "ns3/sctp-l4-protocol.h"
#include "ns3/sctp-types.h"
#include "ns3/session-verdict.h"
#include "ns3/simulator.h"

#include <algorithm>

namespace ns3::roam
{

Recorder::Recorder(World& world)
    : m_world(world), m_down{"down", world.scenario.GetTime("traffic.down_interval"),
                             {},     {},
                             {},     {},
                             {},     {},
                             {}},
      m_up{"up", world.scenario.GetTime("traffic.up_interval"), {}, {}, {}, {}, {}, {}, {}}
{
    WatchNetwork();
    WatchCells();
    WatchDeliveries();
    WatchClient();
    WatchServer();
    WatchSession(world.sessions.front().server, world.serverCalls ? m_up : m_down,
                 world.serverCalls ? m_down : m_up);
    world.clientMade = MakeCallback(&Recorder::ClientMade, this);
    Simulator::ScheduleNow(&Recorder::Sample, this);
}

void Recorder::WatchClient()
{
    Ptr<MobilityManager> manager = m_world.mobiles.front().manager;
    manager->TraceConnectWithoutContext("State", MakeCallback(&Recorder::State, this));
    manager->TraceConnectWithoutContext("Handover", MakeCallback(&Recorder::Handover, this));
    manager->TraceConnectWithoutContext("Verdict", MakeCallback(&Recorder::Verdict, this));
    manager->TraceConnectWithoutContext("Request", MakeCallback(&Recorder::Request, this));
    manager->TraceConnectWithoutContext("Answer", MakeCallback(&Recorder::Answer, this));
    manager->TraceConnectWithoutContext("Primary", MakeCallback(&Recorder::Primary, this));
    manager->TraceConnectWithoutContext("Radio", MakeCallback(&Recorder::Radio, this));
    Ptr<AddressClient> addresses = m_world.mobiles.front().addresses;
    addresses->TraceConnectWithoutContext("Gained", MakeCallback(&Recorder::Gained, this));
    addresses->TraceConnectWithoutContext("Lost", MakeCallback(&Recorder::Lost, this));
}

void Recorder::WatchServer()
{
    Ptr<SctpL4Protocol> sctp = m_world.network->hosts.front().node->GetObject<SctpL4Protocol>();
    if (sctp)
    {
        sctp->TraceConnectWithoutContext("Handover",
                                         MakeCallback(&Recorder::ServerAddresses, this));
    }
}

void Recorder::ClientMade(Ptr<SessionClient> client)
{
    WatchSession(client, m_world.serverCalls ? m_down : m_up, m_world.serverCalls ? m_up : m_down);
    client->TraceConnectWithoutContext("Connected", MakeCallback(&Recorder::Connected, this));
}

void Recorder::WatchSession(Ptr<SessionApplication> application, FlowRecord& sends,
                            FlowRecord& gets)
{
    application->TraceConnectWithoutContext(
        "Sent", MakeBoundCallback(&Recorder::MessageSent, this, &sends));
    application->TraceConnectWithoutContext(
        "Dropped", MakeBoundCallback(&Recorder::MessageDropped, this, &sends));
    application->TraceConnectWithoutContext(
        "Received", MakeBoundCallback(&Recorder::MessageReceived, this, &gets));
    application->TraceConnectWithoutContext("Broken", MakeCallback(&Recorder::Broken, this));
    application->TraceConnectWithoutContext("Closed", MakeCallback(&Recorder::Closed, this));
}

// --- The session ---------------------------------------------------------------------------------

void Recorder::MessageSent(Recorder* self, FlowRecord* flow, uint32_t, uint64_t seq, uint32_t bytes)
{
    flow->messages.Sent(seq, bytes, Simulator::Now());
    self->m_timeline.Add(Simulator::Now(), {"send", flow->name, "", seq, bytes, "", ""});
}

void Recorder::MessageReceived(Recorder* self, FlowRecord* flow, uint32_t, uint64_t seq,
                               uint32_t bytes, Time sentAt)
{
    Time now = Simulator::Now();
    flow->messages.Delivered(seq, bytes, sentAt, now, flow->lastCell);
    self->m_timeline.Add(
        now, {"deliver", flow->name, flow->lastPath, seq, bytes, TimeText(now - sentAt), ""});
}

void Recorder::MessageDropped(Recorder*, FlowRecord* flow, uint32_t, uint64_t seq, uint32_t)
{
    flow->messages.Dropped(seq);
}

void Recorder::Connected(uint32_t)
{
    m_outcome.connected = m_outcome.connected.value_or(Simulator::Now());
    m_timeline.Add(Simulator::Now(), {"session", "", "", {}, {}, "", "connected"});
}

void Recorder::Broken(uint32_t, const std::string& why)
{
    if (!m_outcome.ended && m_outcome.connected)
    {
        m_outcome.ended = Simulator::Now();
        m_outcome.why = why;
    }
    m_timeline.Add(Simulator::Now(), {"session", "", "", {}, {}, "", "broken: " + why});
}

void Recorder::Closed(uint32_t)
{
    m_outcome.ended = m_outcome.ended.value_or(Simulator::Now());
    m_timeline.Add(Simulator::Now(), {"session", "", "", {}, {}, "", "closed"});
}

// --- The handover machine and the addresses
// ----------------------------------------------------------

void Recorder::State(const std::string& what, const std::string& from, const std::string& to)
{
    m_timeline.Add(Simulator::Now(),
                   {"state", "", "", {}, {}, "", what + ": " + from + " -> " + to});
}

void Recorder::Handover(const HandoverRecord& record)
{
    if (record.outcome == HandoverRecord::ABANDONED || record.outcome == HandoverRecord::BROKEN)
    {
        m_failed[record.id] = Simulator::Now();
    }
    m_timeline.Add(
        Simulator::Now(),
        {"handover", "", "", record.id, {}, "", HandoverRecord::GetOutcomeName(record.outcome)});
}

void Recorder::Verdict(Address candidate, bool change, const std::string& why)
{
    m_timeline.Add(Simulator::Now(),
                   {"verdict", "", AddressText(candidate), {}, {}, change ? "1" : "0", why});
}

void Recorder::Request(AddressOp op, Address address)
{
    m_timeline.Add(Simulator::Now(),
                   {"request", "", AddressText(address), {}, {}, "", AddressOpName(op)});
}

void Recorder::Answer(AddressOp op, Address address, bool ok, uint16_t)
{
    m_timeline.Add(Simulator::Now(),
                   {"answer", "", AddressText(address), {}, {}, ok ? "1" : "0", AddressOpName(op)});
}

void Recorder::Primary(Address address, uint32_t, uint32_t cell)
{
    m_primaryChanges += m_hadPrimary; // the first choice is no change
    m_hadPrimary = true;
    m_timeline.Add(Simulator::Now(), {"primary", "", AddressText(address), cell, {}, "", ""});
}

void Recorder::ServerAddresses(uint16_t, const SctpHandoverEvent& event)
{
    if (event.kind == SctpHandoverEvent::PEER_REQUEST)
    {
        m_timeline.Add(
            Simulator::Now(),
            {"server", "", AddressText(event.address), {}, {}, "", AddressOpName(event.op)});
    }
    else if (event.kind == SctpHandoverEvent::PRIMARY)
    {
        m_timeline.Add(Simulator::Now(),
                       {"server", "", AddressText(event.peer), {}, {}, "", "sends here"});
    }
}

void Recorder::Radio(uint32_t ifindex, uint32_t cell, bool attach, const std::string& why)
{
    m_timeline.Add(Simulator::Now(),
                   {"radio",
                    "",
                    "",
                    cell,
                    {},
                    "",
                    (attach ? "attach " : "detach ") + std::to_string(ifindex) + ": " + why});
}

void Recorder::Gained(uint32_t, Address address, Address)
{
    m_timeline.Add(Simulator::Now(), {"address", "", AddressText(address), {}, {}, "", "gained"});
}

void Recorder::Lost(uint32_t, Address address)
{
    m_timeline.Add(Simulator::Now(), {"address", "", AddressText(address), {}, {}, "", "lost"});
}

// --- Samples
// -----------------------------------------------------------------------------------------

void Recorder::Sample()
{
    Time now = Simulator::Now();
    Vector at = m_world.mobiles.front().node->GetObject<MobilityModel>()->GetPosition();
    m_timeline.Add(now, {"position", "", "", {}, {}, FixedText(at.x, 3), FixedText(at.y, 3)});
    for (const auto& cell : m_world.cells)
    {
        double level = m_world.mobiles.front().radios.front()->GetLevel(cell.channel);
        m_timeline.Add(now, {"level", "", "", cell.number, {}, FixedText(level, 2), ""});
    }
    if (m_world.walk)
    {
        SampleFloor();
    }
    Simulator::Schedule(m_world.scenario.GetTime("run.sample_interval"), &Recorder::Sample, this);
}

void Recorder::SampleFloor()
{
    const Walk& walk = m_world.walk->walk;
    double now = Simulator::Now().GetSeconds();
    auto next = std::upper_bound(walk.begin(), walk.end(), now,
                                 [](double t, const WalkSample& s) { return t < s.time; });
    uint32_t serving = next == walk.begin() ? walk.front().cell : (next - 1)->cell;
    double level =
        m_world.mobiles.front().radios.front()->GetLevel(m_world.FindCell(serving)->channel);
    if (level < m_world.scenario.GetNumber("walk.floor"))
    {
        double interval = m_world.scenario.GetTime("run.sample_interval").GetSeconds();
        m_belowFloor += interval;
        m_belowFloorNow += interval;
        m_longestBelowFloor = std::max(m_longestBelowFloor, m_belowFloorNow);
    }
    else
    {
        m_belowFloorNow = 0;
    }
}

// --- The end
// -----------------------------------------------------------------------------------------

void Recorder::Finish()
{
    m_world.mobiles.front().manager->Finish();
    JudgeSession();
    CloseFlows();
    m_reports = MakeHandoverReports(m_world.mobiles.front().manager->GetHandovers(),
                                    {m_down.messages, m_down.arrivals, m_failed, m_down.spacing,
                                     m_world.GetSendingStop(), m_world.GetStop(),
                                     m_world.scenario.GetTime("run.settle"), m_outcome.connected,
                                     m_outcome.ended, m_outcome.completed},
                                    {m_down.retransmissions, m_tunnelled, m_signalling});
}

void Recorder::JudgeSession()
{
    m_outcome.why = FindFailure({m_outcome.connected, m_outcome.why, m_down.messages,
                                 m_down.spacing, m_world.GetSendingStop()});
    m_outcome.completed = m_outcome.why.empty();
}

void Recorder::CloseFlows()
{
    Transport transport = m_world.transport;
    FlowEnd end{m_world.GetStop(), !m_outcome.completed, transport != Transport::UDP};
    if (transport == Transport::SCTP)
    {
        end.givenUp = m_world.scenario.GetTime("sctp.lifetime");
    }
    m_down.messages.Close(end);
    m_up.messages.Close(end);
}

const FlowRecord& Recorder::GetDown() const
{
    return m_down;
}

const FlowRecord& Recorder::GetUp() const
{
    return m_up;
}

const SignallingLog& Recorder::GetSignalling() const
{
    return m_signalling;
}

const Timeline& Recorder::GetTimeline() const
{
    return m_timeline;
}

const Ladder& Recorder::GetLadder() const
{
    return m_ladder;
}

const std::vector<HandoverReport>& Recorder::GetReports() const
{
    return m_reports;
}

const RunOutcome& Recorder::GetOutcome() const
{
    return m_outcome;
}

uint64_t Recorder::GetTunnelled() const
{
    return m_tunnelled.size();
}

uint32_t Recorder::GetPrimaryChanges() const
{
    return m_primaryChanges;
}

double Recorder::GetBelowFloor() const
{
    return m_belowFloor;
}

double Recorder::GetLongestBelowFloor() const
{
    return m_longestBelowFloor;
}

} // namespace ns3::roam
