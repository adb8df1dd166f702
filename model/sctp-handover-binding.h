/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_SCTP_HANDOVER_BINDING_H
#define ROAM_SCTP_HANDOVER_BINDING_H

#include "ns3/handover-binding.h"
#include "ns3/node.h"
#include "ns3/ptr.h"
#include "ns3/sctp-types.h"
#include "ns3/socket.h"

#include <string>
#include <utility>
#include <vector>

namespace ns3::roam
{

class SctpL4Protocol;
class SctpSocket;

/**
 * \ingroup roam
 * The binding of a session over SCTP: a request becomes one ASCONF (RFC 5061) with a parameter for
 * each part, its ASCONF-ACK becomes the answers. When the peer has acknowledged SET PRIMARY, this
 * end sends from that address too, so that both directions move together
 * (draft-sjkoh-sctp-mobility-04 section 4.4).
 *
 * Call SetNode when the node has its SctpL4Protocol, and SetSocket with the client's socket before
 * it connects (SessionClient's Socket trace brings it).
 */
class SctpHandoverBinding : public HandoverBinding
{
  public:
    /**
     * \brief Get the type ID.
     * \return the object TypeId
     */
    static TypeId GetTypeId();

    /**
     * The node whose endpoints are told of addresses.
     * \param node a node with an SctpL4Protocol
     */
    void SetNode(Ptr<Node> node);

    /**
     * The socket of the session; a session that is up already is told at once. One that was set
     * before is not listened to any more.
     * \param socket an SctpSocket; any other is an error of the program
     */
    void SetSocket(Ptr<Socket> socket);

    void AddressGained(Address address, uint32_t ifindex) override;
    void AddressLost(Address address) override;
    void Request(const std::vector<Part>& parts) override;

  protected:
    void DoDispose() override;

  private:
    /** Stops listening to the socket. */
    void Forget();
    /** The association is up. */
    void Up();
    /** The association is gone. \param broken whether it broke \param why what broke it */
    void Down(bool broken, const std::string& why);
    /** True if this was without an answer; it is not any more. \param op what \param address of it
     */
    bool TakePending(AddressOp op, Address address);
    /** The answer to a request may be among these. \param event of the association */
    void Handover(const SctpHandoverEvent& event);

    Ptr<SctpL4Protocol> m_sctp;                           //!< of the node
    Ptr<SctpSocket> m_socket;                             //!< of the session
    std::vector<std::pair<AddressOp, Address>> m_pending; //!< asked for, without an answer
};

} // namespace ns3::roam

#endif // ROAM_SCTP_HANDOVER_BINDING_H
