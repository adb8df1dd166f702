/* SPDX-License-Identifier: GPL-2.0-or-later */
// Private to the module.
#ifndef ROAM_SESSION_CONNECTION_H
#define ROAM_SESSION_CONNECTION_H

#include "session-source.h"

#include "ns3/address.h"
#include "ns3/session-message.h"
#include "ns3/simple-ref-count.h"
#include "ns3/socket.h"

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ns3::roam
{

class SessionApplication;

/**
 * One end of one session: the flows that it sends, what waits to be sent, and what comes in. The
 * application owns it and Dispose()s of it.
 *
 * Before Start() it is a connection without a session: it carries hellos, and when it ends, the
 * callback of SetFailedCallback hears of it rather than the traces.
 */
class SessionConnection : public SimpleRefCount<SessionConnection>
{
  public:
    /**
     * \param application whose flows, attributes and traces it uses
     * \param socket a socket of its own, or the server's one UDP socket
     * \param remote where to send over a UDP socket that is shared; else invalid
     */
    SessionConnection(SessionApplication* application, Ptr<Socket> socket, const Address& remote);
    ~SessionConnection();

    /**
     * The session is up: its flows begin.
     * \param session its number at the application
     * \param atServer its number at the server, which messages carry
     */
    void Start(uint32_t session, uint32_t atServer);

    /** \return true from Start() to the end of the session */
    bool IsUp() const;

    /**
     * No more messages are made. What waits is sent, then the session is closed if the
     * application's CloseAtStop says so.
     */
    void Finish();

    /** \param bytes a message, or some of the stream of messages */
    void Receive(Ptr<Packet> bytes);

    /** \param heard called once, with the peer's first message of any kind but HELLO */
    void SetHeardCallback(std::function<void(const SessionHeader&)> heard);

    /** \param hello called with each HELLO that comes */
    void SetHelloCallback(std::function<void(const SessionHeader&)> hello);

    /** \param failed called when the connection ends before Start(), with why in words */
    void SetFailedCallback(std::function<void(const std::string&)> failed);

    /** \param header a HELLO or HELLO_ACK, sent at once */
    void SendControl(const SessionHeader& header);

    /** \param remote where the session's peer is now, over a UDP socket that is shared */
    void SetRemote(const Address& remote);

    /**
     * Goes on over the socket of another connection, which is left without. The socket in use is
     * closed, and what it had not delivered is lost.
     * \param other a connection of the same peer that has not been started
     */
    void TakeOver(SessionConnection& other);

    /** Sends what waits, after TakeOver. */
    void Resume();

    /** \return its own or the shared socket, or null once disposed of */
    Ptr<Socket> GetSocket() const;

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
    /** Takes the callbacks of a socket of its own. */
    void Listen();
    /** Gives them back. */
    void Unlisten();
    /** Stops the flows; what waits is dropped. */
    void End();
    /**
     * The connection has ended before its session began.
     * \param why in words
     */
    void Fail(const std::string& why);
    /** Closes the socket when all is sent. */
    void CloseWhenEmpty();

    void HandleRead(Ptr<Socket> socket);             //!< \param socket with something to read
    void HandleSend(Ptr<Socket> socket, uint32_t n); //!< \param socket with room \param n bytes
    void HandleClose(Ptr<Socket> socket);            //!< \param socket whose session has ended
    void HandleError(Ptr<Socket> socket);            //!< \param socket whose session broke
    /** A message that came in parts will not go on. */
    void HandleAborted(uint16_t stream, uint16_t ssn);

    SessionApplication* m_application;                     //!< null once disposed of
    uint32_t m_session{0};                                 //!< number at the application
    uint32_t m_serverSession{0};                           //!< number at the server
    Ptr<Socket> m_socket;                                  //!< its own, or shared
    Address m_remote;                                      //!< over a shared socket
    bool m_datagram;                                       //!< UDP
    bool m_started{false};                                 //!< Start was called
    bool m_up{false};                                      //!< between Start and the end
    bool m_finishing{false};                               //!< Finish was called
    bool m_flushing{false};                                //!< inside Flush
    bool m_again{false};                                   //!< there was room meanwhile
    std::function<void(const SessionHeader&)> m_heard;     //!< SetHeardCallback
    std::function<void(const SessionHeader&)> m_hello;     //!< SetHelloCallback
    std::function<void(const std::string&)> m_failed;      //!< SetFailedCallback
    SessionDeframer m_deframer;                            //!< of a byte stream
    Ptr<Packet> m_message;                                 //!< the parts of one so far, or null
    std::vector<std::unique_ptr<SessionSource>> m_sources; //!< one for each flow
    size_t m_turn{0};                                      //!< the bulk flow to send next
    std::deque<Waiting> m_backlog;                         //!< at most Backlog messages
};

} // namespace ns3::roam

#endif // ROAM_SESSION_CONNECTION_H
