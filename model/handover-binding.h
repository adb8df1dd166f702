/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_HANDOVER_BINDING_H
#define ROAM_HANDOVER_BINDING_H

#include "ns3/address-op.h"
#include "ns3/address.h"
#include "ns3/callback.h"
#include "ns3/object.h"

#include <cstdint>
#include <vector>

namespace ns3::roam
{

/**
 * What is bound to the client's addresses, and follows it from one to the next: the association of
 * a session (ASCONF; draft-sjkoh-sctp-mobility-04, sections 4.3 to 4.5), a registration with a home
 * agent, a dialog, a connection that migrates. A session, below, is any of these.
 *
 * A MobilityManager calls it, and it tells the manager when the session begins and ends and how
 * each request was answered. All addresses are Ipv4Address or Ipv6Address, without port.
 *
 * What a binding has to do:
 * - call NotifySessionUp() once the session is established, with the client's addresses that are
 *   bound to it; nothing is requested before;
 * - carry out the parts of a Request() as one, and answer each by exactly one NotifyDone(), in
 *   their order, at once or later, until NotifySessionDown();
 * - on the success of SET_PRIMARY or MOVE, send from that address from then on;
 * - call NotifySessionReplaced() when the session goes on in a new association or connection, at
 *   whatever addresses that is bound to. What was not answered needs no answer then.
 */
class HandoverBinding : public Object
{
  public:
    /** A part of a request: an operation, and the address that it is about. */
    struct Part
    {
        AddressOp op;    //!< what to do
        Address address; //!< an Ipv4Address or Ipv6Address, without a port
    };

    /** The answer to a part of a request: operation, address, success, error cause (RFC 5061 4.3)
     * or 0. */
    typedef Callback<void, AddressOp, Address, bool, uint16_t> DoneCallback;
    /** The client's addresses of the session at its start; the first is the primary. */
    typedef Callback<void, std::vector<Address>> SessionUpCallback;
    /** The client's addresses of what the session goes on in; the first is the primary. */
    typedef Callback<void, std::vector<Address>> SessionReplacedCallback;
    /** True when the session broke, false when it ended as its user wanted. */
    typedef Callback<void, bool> SessionDownCallback;

    static TypeId GetTypeId();

    /**
     * The node can use an address. Called before any request that names it.
     * \param address the address
     * \param ifindex ns-3 device index plus one of the radio that has it
     */
    virtual void AddressGained(Address address, uint32_t ifindex) = 0;

    /**
     * The node cannot use an address any more: its link or its lease is gone.
     * \param address the address
     */
    virtual void AddressLost(Address address) = 0;

    /**
     * Begin what one request asks of the session.
     * \param parts one or several, to be carried out as one and in this order
     */
    virtual void Request(const std::vector<Part>& parts) = 0;

    /**
     * Set who hears the answers.
     * \param callback the manager's
     */
    void SetDoneCallback(DoneCallback callback);

    /**
     * Set who hears of the beginning of the session, of its going on elsewhere, and of its end.
     * When a session is up already, up is called at once.
     */
    void SetSessionCallbacks(SessionUpCallback up, SessionReplacedCallback replaced,
                             SessionDownCallback down);

  protected:
    void DoDispose() override;

    /**
     * Tell the answer to a part of a request.
     * \param op the operation
     * \param address its address
     * \param ok whether it had its effect
     * \param cause error cause of RFC 5061 section 4.3, 0 when there is none
     */
    void NotifyDone(AddressOp op, Address address, bool ok, uint16_t cause);

    /**
     * Tell that the session is established.
     * \param addresses the client's addresses that are bound to it, its primary first
     */
    void NotifySessionUp(const std::vector<Address>& addresses);

    /**
     * Tell that the session, which is up, goes on in another association or connection.
     * \param addresses the client's addresses that are bound to that, its primary first
     */
    void NotifySessionReplaced(const std::vector<Address>& addresses);

    /**
     * Tell that the session is over. A second call without a session between is ignored.
     * \param broken whether this was not its user's wish
     */
    void NotifySessionDown(bool broken);

  private:
    DoneCallback m_done;
    SessionUpCallback m_up;
    SessionReplacedCallback m_replaced;
    SessionDownCallback m_down;
    std::vector<Address> m_bound; //!< what the present session began with; empty without session
};

/**
 * The binding of a session that takes no part in handovers (the baselines). It never tells of a
 * session, so nothing is ever requested of it; the manager still attaches radios, moves the
 * default route to the new link and writes the records, with outcome "unbound".
 */
class NullHandoverBinding : public HandoverBinding
{
  public:
    static TypeId GetTypeId();

    void AddressGained(Address address, uint32_t ifindex) override;
    void AddressLost(Address address) override;
    void Request(const std::vector<Part>& parts) override;
};

} // namespace ns3::roam

#endif
