/* SPDX-License-Identifier: GPL-2.0-or-later */
// Private to the module: it names the core.
#ifndef ROAM_SCTP_ENDPOINT_H
#define ROAM_SCTP_ENDPOINT_H

#include "core/sctp/sctp.h"

#include "ns3/event-id.h"
#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"

#include <cstdint>
#include <deque>
#include <map>

namespace ns3::roam
{

class SctpL4Protocol;
class SctpSocket;

/** \param state of a path \return "unconfirmed", "active", "inactive", "removed" */
const char* SctpPathStateName(enum sctp_path_state state);
struct SctpHandoverEvent;

/**
 * One SCTP port of a node: the engine, its one simulator event, and the sockets that its
 * associations belong to. It lives as long as a socket is bound to it or an association is there.
 *
 * After every call into the engine somebody calls Pump(): all packets go out, all events go up,
 * the event is armed. Callbacks of applications run inside Pump and may call anything: a Pump
 * inside a Pump only asks the outer one for another round.
 */
class SctpEndpoint : public SimpleRefCount<SctpEndpoint>
{
  public:
    /**
     * \param sctp the node's protocol, which outlives the use of this endpoint
     * \param engine the engine, which belongs to this object from now on
     */
    SctpEndpoint(SctpL4Protocol* sctp, struct sctp_endpoint* engine);
    ~SctpEndpoint();

    SctpEndpoint(const SctpEndpoint&) = delete;
    SctpEndpoint& operator=(const SctpEndpoint&) = delete;

    /** \return the engine, null once disposed of */
    struct sctp_endpoint* Engine() const;

    /** \return the port */
    uint16_t GetPort() const;

    /** \return the time as the engine wants it */
    static roam_time Now();

    /** \param packet for this port */
    void Receive(const struct roam_packet& packet);

    /** \param icmp about a packet of this endpoint */
    void ReceiveIcmp(const struct sctp_icmp& icmp);

    /** Packets out, events up, the event armed. */
    void Pump();

    /** \param owner the socket that Bind was called on, which listens or connects */
    void SetOwner(Ptr<SctpSocket> owner);

    /** A socket has closed, or has lost its association. \param socket owner or not */
    void DropOwner(const SctpSocket* socket);

    /**
     * \param id an association that sctp_connect() has made
     * \param socket the one that it belongs to
     */
    void Attach(sctp_assoc_id id, Ptr<SctpSocket> socket);

    /** Which addresses of the node the endpoint hears of. */
    struct Scope
    {
        bool ipv4{true};     //!< those of IPv4
        bool ipv6{true};     //!< those of IPv6
        bool wildcard{true}; //!< all that the node has; else what Bind named, and later ones
        bool later{true};    //!< those that the node gains while the endpoint is there
        uint32_t ifindex{0}; //!< those of one device (its index plus one); 0 is all devices
    };

    /** \return the scope, to read or to change */
    Scope& GetScope();

    /** An address whatever the scope is. \param address it \param ifindex device index plus one */
    void AddAddress(const roam_addr& address, uint32_t ifindex);

    /** The node has an address, told if in scope. \param address it \param ifindex index plus one
     */
    void AddressGained(const roam_addr& address, uint32_t ifindex);

    /** The node cannot use an address. \param address it */
    void AddressLost(const roam_addr& address);

    /**
     * \param destination an address of a peer
     * \param ifindex the interface that leads to it, 0 for any
     */
    void SetHostRoute(const roam_addr& destination, uint32_t ifindex);

    /**
     * A request of the user, for the traces.
     * \param id the association
     * \param request what is asked
     */
    void TraceRequest(sctp_assoc_id id, const struct sctp_asconf_request& request);

    /** Ends everything without a word: the node goes away. */
    void Dispose();

  private:
    /** Makes the next simulator event no later than the engine's next expiry. */
    void Arm();
    /** The simulator event. */
    void Expire();
    /** Publishes what the engine has to say, in its order. */
    void PublishAll();
    /** \param event from the engine */
    void Publish(const struct sctp_event& event);
    /** \param id an association that came up without being asked for */
    void Accept(sctp_assoc_id id);
    /** \param event about an association that is gone */
    void Gone(const struct sctp_event& event);
    /** \param id the association \param event what came about */
    void TraceHandover(sctp_assoc_id id, const SctpHandoverEvent& event);
    /** Leaves the protocol when nobody uses the port. */
    void ReleaseIfIdle();
    /** \param id an association \return its socket, or null */
    Ptr<SctpSocket> Find(sctp_assoc_id id) const;

    SctpL4Protocol* m_sctp;                             //!< null once disposed of
    struct sctp_endpoint* m_engine;                     //!< owned
    EventId m_event;                                    //!< calls Expire
    roam_time m_armed{ROAM_NEVER};                      //!< when it does
    bool m_pumping{false};                              //!< inside Pump
    bool m_again{false};                                //!< Pump was called meanwhile
    std::deque<struct sctp_event> m_events;             //!< polled, to be published
    Scope m_scope;                                      //!< GetScope
    Ptr<SctpSocket> m_owner;                            //!< bound, listening or connecting
    std::map<sctp_assoc_id, Ptr<SctpSocket>> m_sockets; //!< by association
};

} // namespace ns3::roam

#endif // ROAM_SCTP_ENDPOINT_H
