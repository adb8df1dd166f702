// SPDX-License-Identifier: GPL-2.0-or-later
// Private to the module.
#ifndef ROAM_SESSION_CONNECTION_H
#define ROAM_SESSION_CONNECTION_H

#include "session-message.h"
#include "session-source.h"

#include "ns3/address.h"
#include "ns3/simple-ref-count.h"
#include "ns3/socket.h"

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ns3
{
namespace roam
{

class SessionApplication;

/**
 * One end of one session: the flows that it sends, what waits to be sent, and what comes in. The
 * application owns it and Dispose()s of it.
 */
class SessionConnection : public SimpleRefCount<SessionConnection>
{
  public:
    /**
     * \param application whose flows, attributes and traces it uses
     * \param session its number at that application
     * \param socket a socket of its own, or the server's one UDP socket
     * \param remote where to send over a UDP socket that is shared; else invalid
     */
    SessionConnection(SessionApplication* application, uint32_t session, Ptr<Socket> socket,
                      const Address& remote);
    ~SessionConnection();

    /** The session is up: its flows begin. */
    void Start();

    /**
     * No more messages are made. What waits is sent, then the session is closed if the
     * application's CloseAtStop says so.
     */
    void Finish();

    /** \param bytes a message, or some of the stream of messages */
    void Receive(Ptr<Packet> bytes);

    /** \param heard called once, when the peer's first message of any kind has come */
    void SetHeardCallback(std::function<void()> heard);

    /** \param kind HELLO or HELLO_ACK, sent at once */
    void SendControl(SessionHeader::Kind kind);

    /** Lets go of socket and application. */
    void Dispose();

  private:
    /** A message that waits for room. */
    struct Waiting
    {
        uint32_t flow;       //!< as traces name it
        uint32_t seq;        //!< its number
        uint32_t bytes;      //!< its size
        Ptr<Packet> message; //!< what of it is still to be sent
    };

    /** \param source whose message is due */
    void Due(SessionSource& source);
    /** Sends what waits, then what bulk flows have, while there is room. */
    void Flush();
    /** \return whether the messages that wait are all sent */
    bool FlushBacklog();
    /** \param message to send; what a partial send leaves stays in it \return whether all went */
    bool Send(Ptr<Packet> message);
    /** \param source \param header of the message that was made */
    void TraceSent(const SessionSource& source, const SessionHeader& header);
    /** \param header of a message that came */
    void Deliver(const SessionHeader& header);
    /** Stops the flows; what waits is dropped. */
    void End();
    /** Closes the socket when all is sent. */
    void CloseWhenEmpty();

    void HandleRead(Ptr<Socket> socket);             //!< \param socket with something to read
    void HandleSend(Ptr<Socket> socket, uint32_t n); //!< \param socket with room \param n bytes
    void HandleClose(Ptr<Socket> socket);            //!< \param socket whose session has ended
    void HandleError(Ptr<Socket> socket);            //!< \param socket whose session broke
    /** A message that came in parts will not go on. */
    void HandleAborted(uint16_t stream, uint16_t ssn);

    SessionApplication* m_application;                     //!< null once disposed of
    uint32_t m_session;                                    //!< number at the application
    uint32_t m_serverSession;                              //!< number at the server
    Ptr<Socket> m_socket;                                  //!< its own, or shared
    Address m_remote;                                      //!< over a shared socket
    bool m_datagram;                                       //!< UDP
    bool m_up{false};                                      //!< between Start and the end
    bool m_finishing{false};                               //!< Finish was called
    bool m_flushing{false};                                //!< inside Flush
    bool m_again{false};                                   //!< there was room meanwhile
    std::function<void()> m_heard;                         //!< SetHeardCallback
    SessionDeframer m_deframer;                            //!< of a byte stream
    Ptr<Packet> m_message;                                 //!< the parts of one so far, or null
    std::vector<std::unique_ptr<SessionSource>> m_sources; //!< one for each flow
    size_t m_turn{0};                                      //!< the bulk flow to send next
    std::deque<Waiting> m_backlog;                         //!< at most Backlog messages
};

} // namespace roam
} // namespace ns3

#endif // ROAM_SESSION_CONNECTION_H
