/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_SCTP_SOCKET_H
#define ROAM_SCTP_SOCKET_H

#include "ns3/sctp-types.h"
#include "ns3/socket.h"
#include "ns3/traced-callback.h"

#include <deque>
#include <vector>

struct sctp_config;
struct sctp_event;
struct sctp_message;
struct sctp_message_info;

namespace ns3::roam
{

class SctpEndpoint;
class SctpL4Protocol;

/**
 * A socket over one SCTP association, or over an endpoint that accepts them: the one-to-one style
 * of RFC 6458 with message boundaries (NS3_SOCK_SEQPACKET). What ns-3's applications do with a TCP
 * socket, they do with this one.
 *
 * Differences that come with SCTP: a Send is one message and either fits into the send buffer or
 * is refused (-1, ERROR_AGAIN; the send callback says when there is room). There is no half-closed
 * state: ShutdownSend and Close both end the association after all that was queued is delivered;
 * Close with unread data, or before the association is up, aborts it. After Close the receive
 * callback still fires for what the peer had under way, and what it leaves unread is discarded.
 *
 * Recv returns no more than one message, and as much of it as fits and is there: the rest comes
 * with the next call. RecvMessage says whether it was the end. A message comes in parts, before it
 * has arrived whole, when it is larger than the receive buffer or PartialDeliveryPoint (RFC 9260
 * section 6.9).
 *
 * Bind() binds all IPv4 addresses of the node, Bind6() all addresses of both families; link-local,
 * loopback and tentative ones are left out. Bind(address) and BindX bind what they name. Accepted
 * sockets share the endpoint, and with it the port, and survive the listening socket.
 */
class SctpSocket : public Socket
{
  public:
    /**
     * Get the type ID.
     * \return the object TypeId
     */
    static TypeId GetTypeId();

    /** What a change of primary path does to data in flight; as enum sctp_switch_policy. */
    enum SwitchPolicy
    {
        LEAVE,     //!< it stays on its path
        HOLD,      //!< it moves to the new link and waits for the answer to SET PRIMARY
        RETRANSMIT //!< it is sent again on the new path at once
    };

    /** How long a message is tried for; as enum sctp_policy. */
    enum Reliability
    {
        RELIABLE,        //!< for ever
        TIMED,           //!< for a lifetime (RFC 3758 section 4.1)
        RETRANSMISSIONS, //!< a number of times (RFC 7496 section 3.1)
        PRIORITY         //!< until a more important message needs its room (RFC 7496 section 3.2)
    };

    SctpSocket();
    ~SctpSocket() override;

    // Inherited from Socket
    SocketErrno GetErrno() const override;
    SocketType GetSocketType() const override;
    Ptr<Node> GetNode() const override;
    int Bind() override;
    int Bind6() override;
    int Bind(const Address& address) override;
    int Connect(const Address& address) override;
    int Listen() override;
    int Close() override;
    int ShutdownSend() override;
    int ShutdownRecv() override;
    uint32_t GetTxAvailable() const override;
    uint32_t GetRxAvailable() const override;
    using Socket::Send;
    int Send(Ptr<Packet> p, uint32_t flags) override;
    using Socket::SendTo;
    int SendTo(Ptr<Packet> p, uint32_t flags, const Address& toAddress) override;
    using Socket::Recv;
    Ptr<Packet> Recv(uint32_t maxSize, uint32_t flags) override;
    using Socket::RecvFrom;
    Ptr<Packet> RecvFrom(uint32_t maxSize, uint32_t flags, Address& fromAddress) override;
    int GetSockName(Address& address) const override;
    int GetPeerName(Address& address) const override;
    bool SetAllowBroadcast(bool allowBroadcast) override;
    bool GetAllowBroadcast() const override;

    /**
     * Binds a list of addresses to one port (RFC 6458 section 9.1).
     * \param addresses InetSocketAddress or Inet6SocketAddress, all with the same port (0 for an
     * ephemeral one), each of them an address of this node
     * \return 0, or -1: ERROR_INVAL (none, or bound already, or ports differ),
     * ERROR_ADDRNOTAVAIL (not of this node), ERROR_ADDRINUSE
     */
    int BindX(const std::vector<Address>& addresses);

    /**
     * Connects to a peer of which several addresses are known (RFC 6458 section 9.9). The INIT
     * goes to the first.
     * \param peers InetSocketAddress or Inet6SocketAddress, all with the same port
     * \return 0, or -1: ERROR_ISCONN, ERROR_INVAL (also: RemoteUdpPort without a UdpPort of the
     * node's SctpL4Protocol), ERROR_NOROUTETOHOST (no usable pair of
     * addresses), ERROR_ADDRINUSE (there is an association with that peer)
     */
    int ConnectX(const std::vector<Address>& peers);

    /**
     * Sends one message with its SCTP parameters; Send uses the attributes instead.
     * \param p the message, 1 byte to SndBufSize
     * \param stream an outbound stream that was negotiated
     * \param ppid payload protocol identifier
     * \param unordered whether the message may overtake others
     * \return its size, or -1: ERROR_NOTCONN, ERROR_SHUTDOWN, ERROR_AGAIN, ERROR_MSGSIZE,
     * ERROR_INVAL
     */
    int SendMessage(Ptr<Packet> p, uint16_t stream, uint32_t ppid, bool unordered);

    /**
     * Receives as Recv does, and says what it is.
     * \param maxSize the most bytes to return
     * \param info filled in if there is something
     * \return a message or the next piece of one, or null: ERROR_AGAIN, ERROR_NOTCONN
     */
    Ptr<Packet> RecvMessage(uint32_t maxSize, SctpReceiveInfo& info);

    /**
     * Asks the peer in one ASCONF for changes of our addresses, in the order given. Each ends in
     * one Handover event of kind ANSWERED. Requests queue behind an outstanding ASCONF.
     * \param requests 1 to 8 requests; an address to add must be the node's, or one that
     * SctpL4Protocol::AddressGained has told
     * \return 0, or -1: ERROR_NOTCONN, ERROR_OPNOTSUPP (an end lacks ADD-IP or AUTH), ERROR_INVAL
     * (the last or an unknown address), ERROR_ADDRINUSE (bound already)
     */
    int Asconf(const std::vector<SctpAddressRequest>& requests);

    /**
     * Chooses the primary path for what this end sends.
     * \param local our address, or an invalid Address to leave it
     * \param peer the peer's address, or an invalid Address to leave it
     * \return 0, or -1: ERROR_NOTCONN, ERROR_ADDRNOTAVAIL (no such path)
     */
    int SetPrimary(const Address& local, const Address& peer);

    /** \return our addresses in the association, in the order in which they came */
    std::vector<Address> GetLocalAddresses() const;

    /** \return the peer's addresses in the association, in the order in which they came */
    std::vector<Address> GetPeerAddresses() const;

    /** \return the paths of the association */
    std::vector<SctpPathInfo> GetPaths() const;

    /** \return the association's number at its endpoint, 0 before Connect */
    uint32_t GetAssociation() const;

    /** \return the state as RFC 9260 section 4 names it, "CLOSED" without an association */
    std::string GetStateName() const;

    /** \return why the association broke, in words; empty unless it did */
    const std::string& GetLostReason() const;

    /** \return the protocol of the node */
    Ptr<SctpL4Protocol> GetSctp() const;

    /**
     * Signature of the Handover trace.
     * \param event what came about in this association
     */
    typedef void (*HandoverTracedCallback)(const SctpHandoverEvent& event);
    /**
     * Signature of the State trace; states are named as in RFC 9260 section 4.
     * \param from the state that was left
     * \param to the state that was entered
     */
    typedef void (*StateTracedCallback)(const std::string& from, const std::string& to);
    /**
     * Signature of SendFailed.
     * \param stream the message's stream
     * \param ppid its payload protocol identifier
     * \param sent whether a part or all of it was sent, and may have arrived
     * \param limited whether its own limit gave it up, not the association's end
     */
    typedef void (*SendFailedTracedCallback)(uint16_t stream, uint32_t ppid, bool sent,
                                             bool limited);
    /**
     * Signature of PartialDeliveryAborted: when the last part was read, or with the next call of
     * Recv.
     * \param stream the message's stream
     * \param ssn its stream sequence number
     */
    typedef void (*PartialDeliveryAbortedTracedCallback)(uint16_t stream, uint16_t ssn);
    /** Signature of the Up trace: the association is established. */
    typedef void (*UpTracedCallback)();
    /**
     * Signature of the Down trace.
     * \param broken false after a graceful shutdown, true when data may have been lost
     * \param why what broke it, empty after a graceful shutdown
     */
    typedef void (*DownTracedCallback)(bool broken, const std::string& why);

  protected:
    void DoDispose() override;

  private:
    friend class SctpEndpoint;
    friend class SctpL4Protocol;

    /** What the socket is to its endpoint. */
    enum class Role
    {
        UNBOUND,
        BOUND,
        LISTENING,
        CONNECTING,
        CONNECTED,
        CLOSED
    };

    /** \param sctp the node's protocol */
    void SetSctp(Ptr<SctpL4Protocol> sctp);

    /** The policy and limit of Send from the attributes. \param info filled in */
    void FillReliability(struct sctp_message_info& info) const;

    /** The engine's parameters from the attributes. \param config filled in */
    void FillConfig(struct sctp_config& config) const;

    /**
     * \param port the port, 0 for an ephemeral one
     * \param addresses the addresses to bind, or none for all that the flags allow
     * \param v6 whether a wildcard takes in IPv6
     * \return 0 or -1
     */
    int BindEndpoint(uint16_t port, const std::vector<Address>& addresses, bool v6);

    /**
     * \param errno_ what GetErrno is to say
     * \return -1
     */
    int Fail(SocketErrno errno_) const;

    /**
     * \param error of the core
     * \return the socket's errno for it
     */
    static SocketErrno ErrnoOf(int error);

    // What the endpoint calls while it publishes the engine's events.
    /** The association is up. */
    void NotifyUp();
    /** \param event CLOSED or LOST: the association is gone */
    void NotifyGone(const struct sctp_event& event);
    /** A message waits. */
    void NotifyReadable();
    /** The peer sends no more, and wants no more. */
    void NotifyPeerDone();
    /** \param listener whose attributes and endpoint a new association inherits \param id of it */
    void Accept(const SctpSocket& listener, uint32_t id);
    /** \param other whose attributes this one gets, every one */
    void TakeAttributes(const SctpSocket& other);
    /** The endpoint is disposed of. */
    void Orphan();

    /** \param event a message that is read in parts will not go on */
    void NoteAborted(const struct sctp_event& event);

    /** \return the message or part to read next, or null */
    struct sctp_message* Front();

    /** \return its order, the largest number without one */
    uint64_t NextOrder() const;

    /** Reports the messages that ended incomplete before what is to be read next. */
    void ReportAborted();

    /** Throws away what waits to be read. */
    void Discard();

    /** \param addresses with ports \return them without, and -1 as port unless all agree on it */
    static std::pair<std::vector<Address>, int> Split(const std::vector<Address>& addresses);

    /** Ends the use of the endpoint. */
    void LeaveEndpoint();

    Ptr<SctpL4Protocol> m_sctp;                  //!< the node's protocol
    Ptr<SctpEndpoint> m_endpoint;                //!< shared by all sockets of one port
    uint32_t m_association{0};                   //!< at that endpoint
    Role m_role{Role::UNBOUND};                  //!< to the endpoint
    mutable SocketErrno m_errno{ERROR_NOTERROR}; //!< of the last call that failed
    bool m_closing{false};                       //!< Close was called
    bool m_shutdownSend{false};                  //!< ShutdownSend was called
    bool m_shutdownRecv{false};                  //!< ShutdownRecv was called
    std::vector<Address> m_bound;                //!< addresses named in Bind; none is the wildcard
    bool m_v6{false};                            //!< the wildcard takes in IPv6
    Address m_peer;                              //!< the peer as RecvFrom names it
    Address m_name;                              //!< GetSockName once the endpoint is left
    std::string m_lost;                          //!< GetLostReason
    std::deque<struct sctp_message*> m_unread;   //!< taken over from the engine
    uint32_t m_offset{0};                        //!< bytes of the first that were read

    /** A message that ended incomplete. */
    struct Aborted
    {
        uint64_t order;  //!< what is of a lower order was delivered before
        uint16_t stream; //!< of the message
        uint16_t ssn;    //!< of the message
    };

    std::deque<Aborted> m_aborted; //!< not reported yet: parts of them are unread

    // Attributes
    Time m_rtoInitial;               //!< RTO.Initial
    Time m_rtoMin;                   //!< RTO.Min
    Time m_rtoMax;                   //!< RTO.Max
    Time m_cookieLife;               //!< Valid.Cookie.Life
    Time m_heartbeatInterval;        //!< HB.interval
    Time m_sackDelay;                //!< SACK delay
    uint32_t m_sackFrequency;        //!< packets per SACK
    uint32_t m_maxBurst;             //!< Max.Burst
    uint32_t m_maxRetrans;           //!< Association.Max.Retrans
    uint32_t m_pathMaxRetrans;       //!< Path.Max.Retrans
    uint32_t m_maxInitRetransmits;   //!< Max.Init.Retransmits
    uint32_t m_rcvBufSize;           //!< bytes
    uint32_t m_sndBufSize;           //!< bytes
    uint32_t m_partialPoint;         //!< bytes
    bool m_fragmentInterleave;       //!< level 2 of RFC 6458 section 8.1.20
    uint32_t m_mtu;                  //!< bytes
    uint16_t m_remoteUdpPort;        //!< RFC 6951
    uint16_t m_outboundStreams;      //!< asked for
    uint16_t m_inboundStreams;       //!< allowed
    bool m_auth;                     //!< offer RFC 4895
    bool m_addIp;                    //!< offer RFC 5061
    bool m_pmtuDiscovery;            //!< listen to Packet Too Big
    bool m_blackHoleSearch;          //!< RFC 8899 section 4.3
    bool m_ecn;                      //!< offer ECN
    bool m_pr;                       //!< offer RFC 3758
    uint32_t m_pfMaxRetrans;         //!< RFC 7829
    uint32_t m_switchoverMaxRetrans; //!< RFC 7829
    bool m_classicFastRetransmit;    //!< on any path
    SwitchPolicy m_switchPolicy;     //!< of data in flight
    Reliability m_reliability;       //!< of Send
    Time m_lifetime;                 //!< of Send, TIMED
    uint32_t m_retransmissions;      //!< of Send, RETRANSMISSIONS
    uint32_t m_priority;             //!< of Send, PRIORITY
    uint16_t m_stream;               //!< of Send
    uint32_t m_ppid;                 //!< of Send
    bool m_unordered;                //!< of Send

    TracedCallback<const SctpHandoverEvent&> m_handoverTrace;            //!< Handover
    TracedCallback<const std::string&, const std::string&> m_stateTrace; //!< State
    TracedCallback<uint16_t, uint32_t, bool, bool> m_sendFailedTrace;    //!< SendFailed
    TracedCallback<uint16_t, uint16_t> m_partialAbortedTrace;            //!< PartialDeliveryAborted
    TracedCallback<> m_upTrace;                                          //!< Up
    TracedCallback<bool, const std::string&> m_downTrace;                //!< Down
};

} // namespace ns3::roam

#endif // ROAM_SCTP_SOCKET_H
