/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_CELL_NET_DEVICE_H
#define ROAM_CELL_NET_DEVICE_H

#include "ns3/cell-transmitter.h"
#include "ns3/mac48-address.h"
#include "ns3/net-device.h"
#include "ns3/node.h"
#include "ns3/traced-callback.h"

#include <array>
#include <cstdint>

namespace ns3::roam
{

/** Why a device of a cell dropped a frame. */
enum CellDropReason : uint8_t
{
    CELL_DROP_QUEUE,    //!< the queue was full
    CELL_DROP_LINK,     //!< the device is not attached, or not yet
    CELL_DROP_NO_RADIO, //!< the cell has no radio of that address
    CELL_DROP_LEFT,     //!< queued or on the air when its radio left
    CELL_DROP_LOSS,     //!< the error model took it
    CELL_DROP_SOURCE,   //!< the router's ingress filter refused its source address
    CELL_DROP_REASONS   //!< how many there are
};

/** "queue full", "link down", "no such radio", "radio left", "lost", "source filtered". */
const char* CellDropReasonName(CellDropReason reason);

/** Counters of one device since its start. Bytes are on the wire, Ethernet header included. */
struct CellStats
{
    uint64_t txFrames{0}; //!< frames accepted for sending
    uint64_t txBytes{0};
    uint64_t rxFrames{0}; //!< frames given to the node
    uint64_t rxBytes{0};
    std::array<uint64_t, CELL_DROP_REASONS> dropped{}; //!< frames, by reason
};

/**
 * What both ends of an access link have in common: a NetDevice with 48-bit addresses, ARP,
 * broadcast and multicast, whose frames have an Ethernet II header of 14 bytes on the wire and in a
 * capture.
 *
 * Trace sources: MacTx, MacRx, MacTxDrop, PhyRxDrop, Drop (with the reason) and Sniffer (with the
 * Ethernet header, in both directions, a frame to be sent at the time at which it is queued).
 */
class CellNetDevice : public NetDevice
{
  public:
    static TypeId GetTypeId();

    CellNetDevice();
    ~CellNetDevice() override;

    /** Signature of the Drop trace source. */
    typedef void (*DropTracedCallback)(Ptr<const Packet> packet, CellDropReason reason);

    const CellStats& GetStats() const;

    // of NetDevice
    void SetIfIndex(const uint32_t index) override;
    uint32_t GetIfIndex() const override;
    void SetAddress(Address address) override;
    Address GetAddress() const override;
    bool SetMtu(const uint16_t mtu) override;
    uint16_t GetMtu() const override;
    bool IsLinkUp() const override;
    void AddLinkChangeCallback(Callback<void> callback) override;
    bool IsBroadcast() const override;
    Address GetBroadcast() const override;
    bool IsMulticast() const override;
    Address GetMulticast(Ipv4Address multicastGroup) const override;
    Address GetMulticast(Ipv6Address addr) const override;
    bool IsBridge() const override;
    bool IsPointToPoint() const override;
    bool Send(Ptr<Packet> packet, const Address& dest, uint16_t protocolNumber) override;
    bool SendFrom(Ptr<Packet> packet, const Address& source, const Address& dest,
                  uint16_t protocolNumber) override;
    Ptr<Node> GetNode() const override;
    void SetNode(Ptr<Node> node) override;
    bool NeedsArp() const override;
    void SetReceiveCallback(ReceiveCallback cb) override;
    void SetPromiscReceiveCallback(PromiscReceiveCallback cb) override;
    bool SupportsSendFrom() const override;

    /** The 48-bit address. */
    Mac48Address GetMac() const;

    /** A frame has arrived at this device, or was lost on the way (the error model's word). */
    void Receive(const CellFrame& frame, bool lost);

  protected:
    void DoDispose() override;

    /** Link-change callbacks fire when this changes it. */
    void SetLinkUp(bool up);

    void CountDrop(Ptr<const Packet> packet, CellDropReason reason);

    QueueSize m_queueSize; //!< what may wait to be sent

  private:
    /** Queues a frame for sending. Returns ROAM's reason for refusing it, or CELL_DROP_REASONS. */
    virtual CellDropReason Transmit(const CellFrame& frame) = 0;

    void Sniff(const CellFrame& frame);

    void Deliver(const CellFrame& frame);

    Ptr<Node> m_node;
    uint32_t m_ifIndex{0};
    uint16_t m_mtu{1500};
    Mac48Address m_address;
    bool m_linkUp{false};
    CellStats m_stats;
    ReceiveCallback m_receive;
    PromiscReceiveCallback m_promiscReceive;
    TracedCallback<> m_linkChange;
    TracedCallback<Ptr<const Packet>> m_macTx;
    TracedCallback<Ptr<const Packet>> m_macTxDrop;
    TracedCallback<Ptr<const Packet>> m_macRx;
    TracedCallback<Ptr<const Packet>> m_phyRxDrop;
    TracedCallback<Ptr<const Packet>, CellDropReason> m_drop;
    TracedCallback<Ptr<const Packet>> m_sniffer;
};

} // namespace ns3::roam

#endif
