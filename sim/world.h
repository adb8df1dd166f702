/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_WORLD_H
#define ROAM_WORLD_H

#include "sim/scenario.h"
#include "sim/scheme-table.h"
#include "sim/access/world-cells.h"
#include "sim/world-network.h"
#include "sim/world-parts.h"

#include "ns3/callback.h"
#include "ns3/object-factory.h"
#include "ns3/session-client.h"

#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace ns3::roam
{

class SctpHandoverBinding;
class SctpL4Protocol;

/**
 * One world: the network, the cells, the moving client and the session of one scheme, built from a
 * scenario and ready to be simulated until GetStop(). Who wants to watch connects to its parts
 * before that.
 */
class World
{
  public:
    /** The numbers of the flows. */
    static constexpr uint16_t FLOW_DOWN = 1;
    static constexpr uint16_t FLOW_UP = 2;

    /** \throws ScenarioError when a file that the scenario names cannot be read */
    explicit World(const Scenario& scenario);
    ~World();

    World(const World&) = delete;
    World& operator=(const World&) = delete;

    /** The end of the simulation: run.stop, or soon after the end of the walk if that is before. */
    Time GetStop() const;

    /** When the sending ends: traffic.drain before the end of the simulation. */
    Time GetSendingStop() const;

    /** The cell that has a client's address; null when none has. */
    const WorldCell* FindCell(const Address& clientAddress) const;

    /** The cell of a number; null when there is none. */
    const WorldCell* FindCell(uint32_t number) const;

    const Scenario& scenario;
    const Scheme& scheme;
    std::optional<WorldWalk> walk;
    std::unique_ptr<WorldNetwork> network;
    std::vector<WorldCell> cells;
    std::deque<Mobile> mobiles;
    std::deque<Session> sessions;

    /** Called when the client's application is there, before it does anything. */
    Callback<void, Ptr<SessionClient>> clientMade;

  private:
    void MakeMobile();
    void MakeTransport(Mobile& mobile, Host& host);
    void ConfigureManager(Mobile& mobile);
    void MakeSession();
    void FollowWalk(Ptr<MobilityManager> manager);
    Address WithPort(const Address& address) const;
    void Gained(uint32_t ifindex, Address address, Address gateway);
    void Lost(uint32_t ifindex, Address address);
    void StartSession();
    static void SocketMade(Ptr<SctpHandoverBinding> binding, uint32_t session, Ptr<Socket> socket);
    ObjectFactory MakeFlow(uint16_t id, const std::string& direction, Time applicationStart) const;

    Time m_stop;
    Time m_sendingStop;
    bool m_sessionStarted{false};
    Ptr<SctpHandoverBinding> m_binding; //!< of ASCONF
    Ptr<SctpL4Protocol> m_sctp;         //!< of a client that has SCTP
};

} // namespace ns3::roam

#endif
