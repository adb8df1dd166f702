// SPDX-License-Identifier: GPL-2.0-or-later
// Dynamic addresses (RFC 5061) through sockets and through the handover's binding, in a world where
// the interface of a packet matters: a client with two links to a router, each with its own default
// route, and a server behind the router.
#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/hash.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/sctp-handover-binding.h"
#include "ns3/sctp-helper.h"
#include "ns3/sctp-l4-protocol.h"
#include "ns3/sctp-socket.h"
#include "ns3/session-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <set>
#include <vector>

using namespace ns3;
using namespace ns3::roam;

namespace
{

constexpr uint16_t PORT = 5000;
const Ipv4Address OLD("10.1.0.1");    // the client's first address
const Ipv4Address NEW("10.2.0.1");    // and its second
const Ipv4Address SERVER("10.3.0.1"); // the server's only one
constexpr uint32_t OLD_IF = 2;        // device index plus one; loopback is device 0
constexpr uint32_t NEW_IF = 3;

/** A session with 100 messages a second each way, and everything that can be seen of it. */
class HandoverWorld
{
  public:
    /** \param from an address that the client binds; any binds both */
    explicit HandoverWorld(Ipv4Address from)
    {
        nodes.Create(3); // client, server, router
        InternetStackHelper().Install(nodes);
        SctpHelper sctp;
        sctp.Install(NodeContainer(nodes.Get(0), nodes.Get(1)));
        sctp.AssignStreams(nodes, 1000);
        Link(0, "10.1.0.0");
        Link(0, "10.2.0.0");
        Link(1, "10.3.0.0");
        Ipv4StaticRoutingHelper routing;
        Ptr<Ipv4StaticRouting> client = routing.GetStaticRouting(Stack(0));
        client->SetDefaultRoute("10.2.0.2", 2);
        client->SetDefaultRoute("10.1.0.2", 1); // added last: the one that a plain lookup finds
        routing.GetStaticRouting(Stack(1))->SetDefaultRoute("10.3.0.2", 1);

        SessionHelper session("ns3::roam::SctpSocketFactory");
        ObjectFactory flow("ns3::roam::SessionFlow");
        flow.Set("Interval", TimeValue(MilliSeconds(10)));
        flow.Set("MessageSize", UintegerValue(400));
        flow.Set("Stop", TimeValue(Seconds(8)));
        session.AddUplink(flow);
        session.AddDownlink(flow);
        session.SetClientAttribute("Local", AddressValue(InetSocketAddress(from, 0)));
        server =
            session.InstallServer(nodes.Get(1), InetSocketAddress(Ipv4Address::GetAny(), PORT));
        client_ = session.InstallClient(nodes.Get(0), InetSocketAddress(SERVER, PORT));
        client_->TraceConnectWithoutContext("Socket", MakeCallback(&HandoverWorld::Client, this));
        server->TraceConnectWithoutContext("Socket", MakeCallback(&HandoverWorld::Server, this));
        for (Ptr<SessionApplication> a :
             {Ptr<SessionApplication>(server), Ptr<SessionApplication>(client_)})
        {
            a->TraceConnectWithoutContext("Sent", MakeCallback(&HandoverWorld::Sent, this));
            a->TraceConnectWithoutContext("Received", MakeCallback(&HandoverWorld::Received, this));
            a->TraceConnectWithoutContext("Broken", MakeCallback(&HandoverWorld::Broken, this));
        }
        nodes.Get(0)->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
            "Tx", MakeCallback(&HandoverWorld::IpTx, this));
        for (uint32_t i = 0; i < 2; ++i)
        {
            nodes.Get(i)->GetObject<SctpL4Protocol>()->TraceConnectWithoutContext(
                "Tx", MakeCallback(&HandoverWorld::SctpTx, this));
        }

        binding = CreateObject<SctpHandoverBinding>();
        binding->SetNode(nodes.Get(0));
        binding->SetDoneCallback(MakeCallback(&HandoverWorld::Done, this));
        binding->SetSessionCallbacks(MakeCallback(&HandoverWorld::Up, this), {},
                                     MakeCallback(&HandoverWorld::Down, this));
    }

    ~HandoverWorld()
    {
        binding->Dispose();
        clientSocket = serverSocket = nullptr;
        Simulator::Destroy();
    }

    void Run(Time t)
    {
        Simulator::Stop(t);
        Simulator::Run();
    }

    Ptr<Ipv4> Stack(uint32_t node) const
    {
        return nodes.Get(node)->GetObject<Ipv4>();
    }

    struct Answer
    {
        AddressOp op;
        Address address;
        bool ok;
        uint16_t cause;
    };

    NodeContainer nodes;
    Ptr<SessionServer> server;
    Ptr<SessionClient> client_;
    Ptr<SctpHandoverBinding> binding;
    Ptr<SctpSocket> clientSocket;
    Ptr<SctpSocket> serverSocket;
    std::vector<Answer> answers;
    std::vector<Address> upWith;
    uint32_t downs{0};
    uint32_t brokenDowns{0};
    uint32_t broken{0};
    uint32_t sent{0};
    uint32_t received{0};
    uint32_t duplicates{0};
    uint32_t disorder{0};
    uint32_t wrongInterface{0};
    uint32_t byNew{0};                          // packets of the client from its new address
    uint32_t byOld{0};                          // and from its old one
    uint32_t hash{0};                           // of every SCTP packet, with its time
    std::vector<std::vector<uint32_t>> asconfs; // parameter types of each, Address Parameter aside

  private:
    void Link(uint32_t node, const char* network)
    {
        PointToPointHelper link;
        link.SetDeviceAttribute("DataRate", StringValue("10Mbps"));
        link.SetChannelAttribute("Delay", StringValue("10ms"));
        Ipv4AddressHelper addresses(network, "255.255.255.0");
        addresses.Assign(link.Install(nodes.Get(node), nodes.Get(2)));
    }

    void Client(uint32_t, Ptr<Socket> socket)
    {
        clientSocket = DynamicCast<SctpSocket>(socket);
        binding->SetSocket(socket);
    }

    void Server(uint32_t, Ptr<Socket> socket)
    {
        serverSocket = DynamicCast<SctpSocket>(socket);
    }

    void Sent(uint32_t, uint64_t, uint32_t)
    {
        ++sent;
    }

    void Received(uint32_t, uint64_t seq, uint32_t, Time)
    {
        // Both directions come here: the node that is running tells them apart.
        const uint32_t node = Simulator::GetContext();
        ++received;
        duplicates += !m_seen[node].insert(seq).second;
        disorder += !m_seen[node].empty() && seq < *m_seen[node].rbegin();
    }

    void Broken(uint32_t, const std::string&)
    {
        ++broken;
    }

    void IpTx(Ptr<const Packet> packet, Ptr<Ipv4> ipv4, uint32_t interface)
    {
        Ipv4Header header;
        packet->PeekHeader(header);
        const bool own = header.GetSource() == OLD || header.GetSource() == NEW;
        if (own && header.GetProtocol() == SctpL4Protocol::PROT_NUMBER)
        {
            wrongInterface += ipv4->GetAddress(interface, 0).GetLocal() != header.GetSource();
            byNew += header.GetSource() == NEW;
            byOld += header.GetSource() == OLD;
        }
    }

    void SctpTx(Ptr<const Packet> packet, const Address&, const Address&, uint32_t)
    {
        std::vector<char> bytes(packet->GetSize());
        packet->CopyData(reinterpret_cast<uint8_t*>(bytes.data()), bytes.size());
        const std::string all = std::string(bytes.begin(), bytes.end()) +
                                std::to_string(Simulator::Now().GetNanoSeconds()) +
                                std::to_string(hash);
        hash = Hash32(all);
        KeepAsconf(all);
    }

    static uint32_t Get16(const std::string& bytes, size_t at)
    {
        return at + 2 <= bytes.size()
                   ? static_cast<uint8_t>(bytes[at]) << 8 | static_cast<uint8_t>(bytes[at + 1])
                   : 0;
    }

    /** The ASCONF that a packet may carry, behind its AUTH. */
    void KeepAsconf(const std::string& packet)
    {
        size_t at = 12;
        if (packet.at(at) == 0x0f)
        {
            at += Get16(packet, at + 2);
        }
        if (static_cast<uint8_t>(packet.at(at)) != 0xc1)
        {
            return;
        }
        asconfs.emplace_back();
        const size_t end = at + Get16(packet, at + 2);
        for (at += 8 + Get16(packet, at + 10); at < end; at += Get16(packet, at + 2))
        {
            asconfs.back().push_back(Get16(packet, at));
        }
    }

    void Done(AddressOp op, Address address, bool ok, uint16_t cause)
    {
        answers.push_back({op, address, ok, cause});
    }

    void Up(std::vector<Address> addresses)
    {
        upWith = addresses;
    }

    void Down(bool wasBroken)
    {
        ++downs;
        brokenDowns += wasBroken;
    }

    std::map<uint32_t, std::set<uint64_t>> m_seen; // by node
};

class HandoverTestCase : public TestCase
{
  public:
    explicit HandoverTestCase(const std::string& name) : TestCase(name)
    {
    }

  protected:
    /** One request, answered within a second. */
    void Request(HandoverWorld& w, AddressOp op, Address address, bool ok)
    {
        const size_t before = w.answers.size();
        w.binding->Request({{op, address}});
        w.Run(Seconds(1));
        NS_TEST_ASSERT_MSG_EQ(w.answers.size(), before + 1,
                              AddressOpName(op) << " is answered once");
        NS_TEST_EXPECT_MSG_EQ(w.answers.back().op, op, "the operation asked for");
        NS_TEST_EXPECT_MSG_EQ(w.answers.back().address, address, "of the address asked for");
        NS_TEST_EXPECT_MSG_EQ(w.answers.back().ok, ok, AddressOpName(op) << " worked");
    }

    void ExpectAddresses(HandoverWorld& w, const std::vector<Address>& expected, const char* when)
    {
        NS_TEST_EXPECT_MSG_EQ((w.clientSocket->GetLocalAddresses() == expected), true,
                              "the client's addresses " << when);
        NS_TEST_EXPECT_MSG_EQ((w.serverSocket->GetPeerAddresses() == expected), true,
                              "the server's view of them " << when);
    }

    Address PrimaryPeer(Ptr<SctpSocket> socket)
    {
        for (const SctpPathInfo& p : socket->GetPaths())
        {
            if (p.primary)
            {
                return p.peer;
            }
        }
        return Address();
    }

    Address PrimaryLocal(Ptr<SctpSocket> socket)
    {
        for (const SctpPathInfo& p : socket->GetPaths())
        {
            if (p.primary)
            {
                return p.local;
            }
        }
        return Address();
    }

    void ExpectIntact(HandoverWorld& w)
    {
        w.Run(Seconds(15));
        NS_TEST_EXPECT_MSG_GT(w.sent, 1500, "messages both ways");
        NS_TEST_EXPECT_MSG_EQ(w.received, w.sent, "nothing is lost");
        NS_TEST_EXPECT_MSG_EQ(w.duplicates, 0, "nothing comes twice");
        NS_TEST_EXPECT_MSG_EQ(w.disorder, 0, "nor out of order");
        NS_TEST_EXPECT_MSG_EQ(w.broken, 0, "nothing breaks");
        NS_TEST_EXPECT_MSG_EQ(w.wrongInterface, 0, "each packet leaves by its source's interface");
    }
};

class SoftHandoverTestCase : public HandoverTestCase
{
  public:
    SoftHandoverTestCase() : HandoverTestCase("two links: ADD, SET PRIMARY, DELETE")
    {
    }

  private:
    void DoRun() override
    {
        HandoverWorld w(OLD);
        w.Run(Seconds(2));
        NS_TEST_EXPECT_MSG_EQ((w.upWith == std::vector<Address>{OLD}), true, "the session is up");
        ExpectAddresses(w, {OLD}, "at first");
        NS_TEST_EXPECT_MSG_EQ(w.byNew, 0, "the second link is idle");

        w.binding->AddressGained(NEW, NEW_IF);
        Request(w, AddressOp::ADD, NEW, true);
        ExpectAddresses(w, {OLD, NEW}, "after ADD");
        NS_TEST_EXPECT_MSG_EQ(PrimaryLocal(w.clientSocket), Address(OLD), "still the old path");

        Request(w, AddressOp::SET_PRIMARY, NEW, true);
        NS_TEST_EXPECT_MSG_EQ(PrimaryLocal(w.clientSocket), Address(NEW), "client to server");
        NS_TEST_EXPECT_MSG_EQ(PrimaryPeer(w.serverSocket), Address(NEW), "server to client");

        Request(w, AddressOp::DELETE, OLD, true);
        ExpectAddresses(w, {NEW}, "after DELETE");
        const uint32_t old = w.byOld;
        ExpectIntact(w);
        NS_TEST_EXPECT_MSG_EQ(w.byOld, old, "nothing more from the old address");
        NS_TEST_EXPECT_MSG_GT(w.byNew, 300, "all from the new one");
        NS_TEST_EXPECT_MSG_EQ(w.downs, 0, "the session lives");
        w.clientSocket->Close();
        w.Run(Seconds(2));
        NS_TEST_EXPECT_MSG_EQ(w.downs, 1, "until its user ends it");
        NS_TEST_EXPECT_MSG_EQ(w.brokenDowns, 0, "gracefully");
    }
};

class HardHandoverTestCase : public HandoverTestCase
{
  public:
    HardHandoverTestCase()
        : HandoverTestCase("one link at a time: the ASCONF comes from an address not yet added")
    {
    }

  private:
    void DoRun() override
    {
        HandoverWorld w(OLD);
        w.Run(Seconds(2));
        w.Stack(0)->SetDown(1);
        w.binding->AddressLost(OLD);
        w.Run(MilliSeconds(300));
        w.binding->AddressGained(NEW, NEW_IF);
        Request(w, AddressOp::ADD, NEW, true);
        Request(w, AddressOp::SET_PRIMARY, NEW, true);
        Request(w, AddressOp::DELETE, OLD, true);
        ExpectAddresses(w, {NEW}, "at the end");
        ExpectIntact(w);
    }
};

class TogetherTestCase : public HandoverTestCase
{
  public:
    TogetherTestCase() : HandoverTestCase("ADD, SET PRIMARY and DELETE in one ASCONF")
    {
    }

  private:
    void Move(bool soft)
    {
        HandoverWorld w(OLD);
        w.Run(Seconds(2));
        if (!soft)
        {
            w.Stack(0)->SetDown(1);
            w.binding->AddressLost(OLD);
            w.Run(MilliSeconds(300));
        }
        w.binding->AddressGained(NEW, NEW_IF);
        w.binding->Request(
            {{AddressOp::ADD, NEW}, {AddressOp::SET_PRIMARY, NEW}, {AddressOp::DELETE, OLD}});
        w.Run(Seconds(1));
        NS_TEST_ASSERT_MSG_EQ(w.answers.size(), 3, "each part is answered");
        const AddressOp ops[] = {AddressOp::ADD, AddressOp::SET_PRIMARY, AddressOp::DELETE};
        for (size_t i = 0; i < 3; ++i)
        {
            NS_TEST_EXPECT_MSG_EQ(w.answers[i].op, ops[i], "in their order");
            NS_TEST_EXPECT_MSG_EQ(w.answers[i].ok, true, AddressOpName(ops[i]));
        }
        NS_TEST_ASSERT_MSG_EQ(w.asconfs.size(), 1, "one ASCONF");
        NS_TEST_EXPECT_MSG_EQ((w.asconfs[0] == std::vector<uint32_t>{0xc001, 0xc004, 0xc002}), true,
                              "Add IP Address, Set Primary Address, Delete IP Address");
        ExpectAddresses(w, {NEW}, "after it");
        NS_TEST_EXPECT_MSG_EQ(PrimaryLocal(w.clientSocket), Address(NEW), "client to server");
        NS_TEST_EXPECT_MSG_EQ(PrimaryPeer(w.serverSocket), Address(NEW), "server to client");
        ExpectIntact(w);
    }

    void DoRun() override
    {
        Move(true);
        Move(false);
        // what cannot be asked as a whole is refused as a whole, each part once
        HandoverWorld w(OLD);
        w.Run(Seconds(2));
        w.binding->AddressGained(NEW, NEW_IF);
        w.binding->Request({{AddressOp::ADD, NEW}, {AddressOp::DELETE, Ipv4Address("10.9.9.9")}});
        NS_TEST_ASSERT_MSG_EQ(w.answers.size(), 2, "answered at once");
        NS_TEST_EXPECT_MSG_EQ((w.answers[0].ok || w.answers[1].ok), false, "with no");
        ExpectAddresses(w, {OLD}, "untouched");
        NS_TEST_EXPECT_MSG_EQ(w.asconfs.empty(), true, "nothing was sent");
    }
};

class RefusedRequestTestCase : public HandoverTestCase
{
  public:
    RefusedRequestTestCase()
        : HandoverTestCase("requests that cannot be carried out are answered all the same")
    {
    }

  private:
    void DoRun() override
    {
        {
            HandoverWorld w(OLD);
            w.binding->Request({{AddressOp::ADD, NEW}});
            NS_TEST_ASSERT_MSG_EQ(w.answers.size(), 1, "answered without a session");
            NS_TEST_EXPECT_MSG_EQ(w.answers[0].ok, false, "with no");
            w.Run(Seconds(2));
            Request(w, AddressOp::DELETE, OLD, false);
            Request(w, AddressOp::DELETE, NEW, false);
            Request(w, AddressOp::ADD, Ipv4Address("10.9.9.9"), false);
            ExpectAddresses(w, {OLD}, "untouched");
            NS_TEST_EXPECT_MSG_EQ(w.clientSocket->SetPrimary(NEW, Address()), -1, "no such path");
            NS_TEST_EXPECT_MSG_EQ(w.clientSocket->GetErrno(), Socket::ERROR_ADDRNOTAVAIL, "errno");
            ExpectIntact(w);
        }
        Config::SetDefault("ns3::roam::SctpSocket::AddIp", BooleanValue(false));
        {
            HandoverWorld w(OLD);
            w.Run(Seconds(2));
            w.binding->AddressGained(NEW, NEW_IF);
            Request(w, AddressOp::ADD, NEW, false);
            NS_TEST_EXPECT_MSG_EQ(w.clientSocket->Asconf({{AddressOp::ADD, NEW}}), -1, "no");
            NS_TEST_EXPECT_MSG_EQ(w.clientSocket->GetErrno(), Socket::ERROR_OPNOTSUPP,
                                  "the peers have not agreed on ADD-IP");
        }
        Config::Reset();
    }
};

class MultihomedTestCase : public HandoverTestCase
{
  public:
    MultihomedTestCase()
        : HandoverTestCase("a wildcard binds both addresses, each on its interface")
    {
    }

  private:
    void DoRun() override
    {
        HandoverWorld w(Ipv4Address::GetAny());
        w.Run(Seconds(2));
        ExpectAddresses(w, {OLD, NEW}, "from the start");
        NS_TEST_EXPECT_MSG_EQ(w.clientSocket->GetPaths().size(), 2, "two paths");
        const Address local = PrimaryLocal(w.clientSocket);
        const Address other = local == Address(OLD) ? NEW : OLD;
        NS_TEST_EXPECT_MSG_EQ(w.clientSocket->SetPrimary(other, Address()), 0, "the other one");
        w.Run(Seconds(1));
        NS_TEST_EXPECT_MSG_EQ(PrimaryLocal(w.clientSocket), other, "is primary");
        ExpectIntact(w);
        NS_TEST_EXPECT_MSG_GT(w.byOld, 100, "both links were used");
        NS_TEST_EXPECT_MSG_GT(w.byNew, 100, "both links were used");
    }
};

class SourceGoneTestCase : public HandoverTestCase
{
  public:
    SourceGoneTestCase() : HandoverTestCase("nothing is sent from an address that is gone")
    {
    }

  private:
    void DoRun() override
    {
        HandoverWorld w(OLD);
        w.nodes.Get(0)->GetObject<SctpL4Protocol>()->TraceConnectWithoutContext(
            "Drop", MakeCallback(&SourceGoneTestCase::Drop, this));
        w.nodes.Get(0)->GetObject<SctpL4Protocol>()->TraceConnectWithoutContext(
            "State", MakeCallback(&SourceGoneTestCase::State, this));
        w.Run(Seconds(2));
        NS_TEST_EXPECT_MSG_EQ(m_gone, 0, "all is well");
        // What comes for the address that is gone is not for this host to forward.
        w.Stack(0)->SetAttribute("IpForward", BooleanValue(false));
        w.Stack(0)->RemoveAddress(1, 0); // and nobody tells the endpoint
        const uint32_t before = w.byOld + w.byNew;
        w.Run(Seconds(2));
        NS_TEST_EXPECT_MSG_EQ(w.byOld + w.byNew, before, "nothing leaves the node");
        NS_TEST_EXPECT_MSG_GT(m_gone, 0, "and the trace says why");
        NS_TEST_EXPECT_MSG_EQ(m_association, w.clientSocket->GetAssociation(),
                              "traces of the protocol name the socket's association");
        NS_TEST_EXPECT_MSG_NE(m_association, 0, "there is one");
    }

    void Drop(uint16_t, uint32_t, const std::string& why, uint8_t, uint32_t)
    {
        m_gone += why == "source address gone";
    }

    void State(uint16_t, uint32_t association, const std::string&, const std::string&)
    {
        m_association = association;
    }

    uint32_t m_gone{0};
    uint32_t m_association{0};
};

class SameBytesTestCase : public HandoverTestCase
{
  public:
    SameBytesTestCase()
        : HandoverTestCase("the same seed gives the same bytes, another seed others")
    {
    }

  private:
    uint32_t Bytes(uint64_t run)
    {
        RngSeedManager::SetRun(run);
        HandoverWorld w(OLD);
        w.Run(Seconds(2));
        w.binding->AddressGained(NEW, NEW_IF);
        Request(w, AddressOp::ADD, NEW, true);
        ExpectIntact(w);
        return w.hash;
    }

    void DoRun() override
    {
        const uint64_t run = RngSeedManager::GetRun();
        const uint32_t first = Bytes(7);
        NS_TEST_EXPECT_MSG_EQ(Bytes(7), first, "the same");
        NS_TEST_EXPECT_MSG_NE(Bytes(8), first, "others");
        RngSeedManager::SetRun(run);
    }
};

class SctpHandoverTestSuite : public TestSuite
{
  public:
    SctpHandoverTestSuite() : TestSuite("roam-sctp-handover", TestSuite::Type::UNIT)
    {
        AddTestCase(new SoftHandoverTestCase);
        AddTestCase(new HardHandoverTestCase);
        AddTestCase(new TogetherTestCase);
        AddTestCase(new RefusedRequestTestCase);
        AddTestCase(new MultihomedTestCase);
        AddTestCase(new SourceGoneTestCase);
        AddTestCase(new SameBytesTestCase);
    }
} g_sctpHandoverTestSuite;

} // namespace
