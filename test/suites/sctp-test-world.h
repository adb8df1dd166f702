// SPDX-License-Identifier: GPL-2.0-or-later
// What the suites of SCTP and of sessions share: two nodes and the links between them.
#ifndef ROAM_SCTP_TEST_WORLD_H
#define ROAM_SCTP_TEST_WORLD_H

#include "ns3/error-model.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv6-address-helper.h"
#include "ns3/ipv6-interface-container.h"
#include "ns3/node-container.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/sctp-helper.h"
#include "ns3/sctp-socket.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"

#include <string>
#include <vector>

namespace ns3
{
namespace roam
{

/** Loses every packet from a moment on. */
class CutErrorModel : public ErrorModel
{
  public:
    explicit CutErrorModel(Time from) : m_from(from)
    {
    }

  private:
    bool DoCorrupt(Ptr<Packet>) override
    {
        return Simulator::Now() >= m_from;
    }

    void DoReset() override
    {
    }

    Time m_from; //!< when the link is cut
};

/** Node 0 is the client and node 1 the server, with any number of links between them. */
class SctpTestWorld
{
  public:
    SctpTestWorld()
    {
        nodes.Create(2);
        InternetStackHelper().Install(nodes);
        SctpHelper helper;
        helper.Install(nodes);
        helper.AssignStreams(nodes, 1000);
    }

    /**
     * Adds a link: subnet 10.0.<i>.0/24 and 2001:db8:<i>::/64, .1 the client, .2 the server.
     * \return its number, 0, 1, ...
     */
    uint32_t Link(const std::string& rate = "10Mbps", const std::string& delay = "10ms")
    {
        PointToPointHelper link;
        link.SetDeviceAttribute("DataRate", StringValue(rate));
        link.SetChannelAttribute("Delay", StringValue(delay));
        NetDeviceContainer devices = link.Install(nodes);
        const uint32_t i = links.size();
        const std::string n = std::to_string(i);
        Ipv4AddressHelper v4(("10.0." + n + ".0").c_str(), "255.255.255.0");
        addresses.push_back(v4.Assign(devices));
        Ipv6AddressHelper v6(("2001:db8:" + n + "::").c_str(), Ipv6Prefix(64));
        addresses6.push_back(v6.Assign(devices));
        links.push_back(devices);
        return i;
    }

    /** Nothing arrives over a link from a moment on, in either direction. */
    void Cut(uint32_t link, Time from)
    {
        for (uint32_t end = 0; end < 2; ++end)
        {
            DynamicCast<PointToPointNetDevice>(links[link].Get(end))
                ->SetReceiveErrorModel(CreateObject<CutErrorModel>(from));
        }
    }

    /** Runs the simulation on. Nodes can send once it has run: they are initialized at 0 s. */
    static void Run(Time t)
    {
        Simulator::Stop(t);
        Simulator::Run();
    }

    /** \return the server's IPv4 socket address on a link */
    Address Server(uint32_t link, uint16_t port) const
    {
        return InetSocketAddress(addresses[link].GetAddress(1), port);
    }

    /** \return the server's global IPv6 socket address on a link */
    Address Server6(uint32_t link, uint16_t port) const
    {
        return Inet6SocketAddress(addresses6[link].GetAddress(1, 1), port);
    }

    /** \return a new socket of a node, not bound */
    Ptr<SctpSocket> Socket(uint32_t node) const
    {
        return DynamicCast<SctpSocket>(ns3::Socket::CreateSocket(
            nodes.Get(node), TypeId::LookupByName("ns3::roam::SctpSocketFactory")));
    }

    /** \return a socket of the server that listens at a port of every IPv4 address */
    Ptr<SctpSocket> Listener(uint16_t port) const
    {
        Ptr<SctpSocket> s = Socket(1);
        s->Bind(InetSocketAddress(Ipv4Address::GetAny(), port));
        s->Listen();
        return s;
    }

    NodeContainer nodes;                            //!< client, server
    std::vector<NetDeviceContainer> links;          //!< by number
    std::vector<Ipv4InterfaceContainer> addresses;  //!< by link
    std::vector<Ipv6InterfaceContainer> addresses6; //!< by link
};

/** What the callbacks of one socket came to. */
class SocketLog
{
  public:
    /** Listens to every callback of a socket. */
    explicit SocketLog(Ptr<Socket> socket)
    {
        socket->SetConnectCallback(MakeCallback(&SocketLog::Connected, this),
                                   MakeCallback(&SocketLog::Failed, this));
        socket->SetCloseCallbacks(MakeCallback(&SocketLog::Closed, this),
                                  MakeCallback(&SocketLog::Broke, this));
        socket->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                  MakeCallback(&SocketLog::Accepted, this));
    }

    uint32_t connected{0};             //!< ConnectionSucceeded
    uint32_t failed{0};                //!< ConnectionFailed
    uint32_t closed{0};                //!< NormalClose
    uint32_t broke{0};                 //!< ErrorClose
    std::vector<Ptr<Socket>> accepted; //!< NewConnectionCreated

  private:
    void Connected(Ptr<Socket>)
    {
        ++connected;
    }

    void Failed(Ptr<Socket>)
    {
        ++failed;
    }

    void Closed(Ptr<Socket>)
    {
        ++closed;
    }

    void Broke(Ptr<Socket>)
    {
        ++broke;
    }

    void Accepted(Ptr<Socket> socket, const Address&)
    {
        accepted.push_back(socket);
    }
};

} // namespace roam
} // namespace ns3

#endif // ROAM_SCTP_TEST_WORLD_H
