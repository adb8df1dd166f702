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

class SessionHelper;

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

    /** With a scheme that need not be in the table; the scenario's is not looked at. */
    World(const Scenario& scenario, const SchemeEntry& entry);
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
    const SchemeEntry& scheme;
    const Transport transport; //!< of the sessions
    const bool serverCalls;    //!< else the mobile does
    std::optional<WorldWalk> walk;
    std::unique_ptr<WorldNetwork> network;
    std::vector<WorldCell> cells;
    std::deque<Mobile> mobiles;
    std::deque<Session> sessions;

    /** Called when the application of the end that calls is there, before it does anything. */
    Callback<void, Ptr<SessionClient>> clientMade;

  private:
    void MakeMobile();
    void InstallSctp(Mobile& mobile, Host& host);
    std::vector<SchemePart*> GetParts() const;
    void Equip();
    void ConfigureManager(Mobile& mobile);
    SessionHelper MakeSessionHelper() const;
    void MakeSession();
    void FollowWalk(Ptr<MobilityManager> manager);
    Address WithPort(const Address& address) const;
    void Gained(uint32_t ifindex, Address address, Address gateway);
    void Moved(Address primary, uint32_t ifindex, uint32_t cell);
    void StartSession();
    void Call(const Address& at);
    void SocketMade(uint32_t session, Ptr<Socket> socket);
    ObjectFactory MakeFlow(uint16_t id, const std::string& direction, Time applicationStart) const;

    Time m_stop;
    Time m_sendingStop;
    bool m_sessionStarted{false};
    std::unique_ptr<Mover> m_mover;
    std::unique_ptr<Locator> m_locator; //!< null for none
};

} // namespace ns3::roam

#endif
