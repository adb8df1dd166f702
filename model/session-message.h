/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_SESSION_MESSAGE_H
#define ROAM_SESSION_MESSAGE_H

#include "ns3/header.h"
#include "ns3/nstime.h"
#include "ns3/packet.h"
#include "ns3/ptr.h"

#include <cstdint>

namespace ns3::roam
{

/**
 * \ingroup roam
 * The first 24 bytes of every message of a session: who it is and when it was sent, so that loss,
 * duplication and reordering can be told by identity.
 *
 *     0        4      6      8         12                16              24
 *     | length | kind | flow | session | sequence number | time sent, ns | filler ...
 *
 * In a HELLO, session is the number of the client's node and flow that of the application on it,
 * which together name the client wherever it sends from; the sequence number counts its HELLOs.
 */
class SessionHeader : public Header
{
  public:
    /** What a message is for. */
    enum Kind : uint16_t
    {
        DATA = 1,     //!< a message of a flow
        HELLO = 2,    //!< a client makes itself known; see SessionHeader
        HELLO_ACK = 3 //!< the server knows it, by the number in session
    };

    /** Bytes on the wire. */
    static constexpr uint32_t SIZE = 24;

    /**
     * Get the type ID.
     * \return the object TypeId
     */
    static TypeId GetTypeId();
    TypeId GetInstanceTypeId() const override;

    uint32_t length{SIZE}; //!< of the whole message, this header included
    uint16_t kind{DATA};   //!< a Kind
    uint16_t flow{0};      //!< the sender's number of the flow
    uint32_t session{0};   //!< the server's number of the session, where the client knows it
    uint32_t seq{0};       //!< 0, 1, 2, ... in each flow
    Time sentAt;           //!< when the sender's user handed it over

    /** \return whether length and kind are such as a session sends */
    bool IsValid() const;

    /** \return a message of length bytes that begins with this header */
    Ptr<Packet> MakeMessage() const;

    // Inherited from Header
    uint32_t GetSerializedSize() const override;
    void Serialize(Buffer::Iterator start) const override;
    uint32_t Deserialize(Buffer::Iterator start) override;
    void Print(std::ostream& os) const override;
};

/**
 * \ingroup roam
 * Cuts a byte stream into the messages that were written to it.
 */
class SessionDeframer
{
  public:
    /**
     * More bytes of the stream.
     * \param bytes as they came
     */
    void Add(Ptr<const Packet> bytes);

    /**
     * The header of the next whole message.
     * \param header filled in
     * \return false when there is no whole message yet, or the stream is bad
     */
    bool Next(SessionHeader& header);

    /** \return whether the stream had something that is no message; nothing more comes then */
    bool IsBad() const;

  private:
    Ptr<Packet> m_bytes; //!< what is not yet a whole message
    bool m_bad{false};   //!< see IsBad
};

} // namespace ns3::roam

#endif // ROAM_SESSION_MESSAGE_H
