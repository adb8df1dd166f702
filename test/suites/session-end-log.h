// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef ROAM_TEST_SESSION_END_LOG_H
#define ROAM_TEST_SESSION_END_LOG_H

#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-address.h"
#include "ns3/nstime.h"
#include "ns3/object-factory.h"
#include "ns3/session-application.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace ns3::roam::sessiontest
{

const char* const SCTP = "ns3::roam::SctpSocketFactory";
const char* const TCP = "ns3::TcpSocketFactory";
const char* const UDP = "ns3::UdpSocketFactory";
constexpr uint16_t PORT = 5000;

/** What one end's traces told. */
class EndLog
{
  public:
    explicit EndLog(Ptr<SessionApplication> application)
    {
        application->TraceConnectWithoutContext("Sent", MakeCallback(&EndLog::Sent, this));
        application->TraceConnectWithoutContext("Received", MakeCallback(&EndLog::Received, this));
        application->TraceConnectWithoutContext("Dropped", MakeCallback(&EndLog::Dropped, this));
        application->TraceConnectWithoutContext("Connected",
                                                MakeCallback(&EndLog::Connected, this));
        application->TraceConnectWithoutContext("Broken", MakeCallback(&EndLog::Broken, this));
        application->TraceConnectWithoutContext("Closed", MakeCallback(&EndLog::Closed, this));
    }

    using Id = std::pair<uint32_t, uint64_t>; // flow, sequence number

    std::vector<Id> sent;
    std::vector<Time> sentAt;
    std::vector<Id> received;
    std::vector<Time> delay;
    std::vector<Time> stamps; // sentAt of what was received
    std::vector<Id> dropped;
    std::vector<uint32_t> connected;
    std::vector<uint32_t> closed;
    std::vector<std::string> broken;
    uint64_t receivedBytes{0};

  private:
    void Sent(uint32_t flow, uint64_t seq, uint32_t)
    {
        sent.emplace_back(flow, seq);
        sentAt.push_back(Simulator::Now());
    }

    void Received(uint32_t flow, uint64_t seq, uint32_t bytes, Time at)
    {
        received.emplace_back(flow, seq);
        delay.push_back(Simulator::Now() - at);
        stamps.push_back(at);
        receivedBytes += bytes;
    }

    void Dropped(uint32_t flow, uint64_t seq, uint32_t)
    {
        dropped.emplace_back(flow, seq);
    }

    void Connected(uint32_t session)
    {
        connected.push_back(session);
    }

    void Broken(uint32_t, const std::string& why)
    {
        broken.push_back(why);
    }

    void Closed(uint32_t session)
    {
        closed.push_back(session);
    }
};

/** A flow of one message each interval. */
inline ObjectFactory Flow(uint16_t id, uint32_t size, Time interval)
{
    ObjectFactory flow("ns3::roam::SessionFlow");
    flow.Set("Id", UintegerValue(id));
    flow.Set("MessageSize", UintegerValue(size));
    flow.Set("Interval", TimeValue(interval));
    return flow;
}

/** Where servers listen. */
inline Address AnyLocal()
{
    return InetSocketAddress(Ipv4Address::GetAny(), PORT);
}

} // namespace ns3::roam::sessiontest

#endif
