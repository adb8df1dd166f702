/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_SCHEME_H
#define ROAM_SCHEME_H

#include "sim/world-parts.h"

#include "ns3/socket.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ns3::roam
{

class SessionHelper;
class World;

/** What carries a session. */
enum class Transport
{
    SCTP,
    TCP,
    UDP
};

/** "sctp", "tcp", "udp", as session.transport names it. */
std::string GetTransportName(Transport transport);

/**
 * What a scheme puts into a world: an object of its own for each world. The world calls each hook
 * once for each thing, in the order of the hooks, before the simulation.
 */
class SchemePart
{
  public:
    virtual ~SchemePart() = default;

    /** Adds what it needs beside the figure: world.network->AddHost(). */
    virtual void AddHosts(World&)
    {
    }

    /** Equips a fixed node with software; the server is one. */
    virtual void EquipHost(Host&)
    {
    }

    /** Equips an access router. */
    virtual void EquipSite(Site&)
    {
    }

    /** Equips a mobile, which has its transport by then. */
    virtual void EquipMobile(Mobile&)
    {
    }
};

/** What keeps the sessions of a mobile alive when it moves. */
class Mover : public SchemePart
{
  public:
    /** Sets the attributes of sockets and applications that it depends on; one end or the other. */
    virtual void ConfigureSession(SessionHelper&, Transport)
    {
    }

    /** What answers the handover machine of a mobile; null if nothing moves its sessions. */
    virtual Ptr<HandoverBinding> MakeBinding(Mobile&)
    {
        return nullptr;
    }

    /** The mobile's socket of a session: before it connects, or as the mobile accepted it. */
    virtual void SocketMade(Mobile&, Ptr<Socket>)
    {
    }
};

/** Who knows where a mobile is. Without one the mobile has to call. */
class Locator : public SchemePart
{
  public:
    /** A mobile's primary address is another. */
    virtual void Moved(Mobile& mobile, const Address& primary) = 0;

    /**
     * Finds the address of a mobile.
     * \param found called once with it, now or later; never while the mobile has had none
     */
    virtual void Find(const Mobile& mobile, std::function<void(const Address&)> found) = 0;
};

/** One row of the table: a way of staying connected. */
struct SchemeEntry
{
    std::string name;
    Transport transport;               //!< unless session.transport says otherwise
    std::vector<Transport> transports; //!< with which the mover works
    std::unique_ptr<Mover> (*makeMover)();
    std::unique_ptr<Locator> (*makeLocator)(); //!< null for none, unless session.locator says so
    std::string help;
};

/** For the table: a part that needs nothing to be made. */
template <typename Base, typename Part> std::unique_ptr<Base> MakePart()
{
    return std::make_unique<Part>();
}

} // namespace ns3::roam

#endif
