/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_CELL_DEVICE_H
#define ROAM_CELL_DEVICE_H

#include "ns3/cell-channel.h"
#include "ns3/cell-net-device.h"
#include "ns3/mobility-model.h"

namespace ns3::roam
{

/**
 * The access router's end of a cell. It sends to one radio, or with a group or broadcast address to
 * all that are attached, through one queue and one transmitter. Its link is always up. As an access
 * point does, it sends on what one of its radios sends to another or to all.
 *
 * Attributes: QueueSize (frames or bytes that may wait), Mobility (where its antenna is; its node's
 * when there is none, so that one access router can have cells at several places), IngressFilter
 * (the router forwards no packet of a radio whose source is not of the cell's prefixes, RFC 2827).
 */
class CellDevice : public CellNetDevice
{
  public:
    static TypeId GetTypeId();

    CellDevice();
    ~CellDevice() override;

    /** Makes this the access router's end of a cell, which must have none yet. */
    void SetChannel(Ptr<CellChannel> channel);

    Ptr<CellChannel> GetCell() const;

    /** Where the antenna is; null when neither the device nor its node has a MobilityModel. */
    Ptr<MobilityModel> GetMobility() const;

    // of NetDevice
    Ptr<Channel> GetChannel() const override;

    /** A radio's frame has arrived. */
    void ReceiveFromRadio(const CellFrame& frame);

    /** A radio has left: what was under way to it is lost. */
    void DropFramesTo(Mac48Address radio);

  protected:
    void DoDispose() override;

  private:
    CellDropReason Transmit(const CellFrame& frame) override;
    void Arrive(const CellFrame& frame);
    void Relay(const CellFrame& frame);
    /** True if the ingress filter lets the packet of a frame into the network. */
    bool IsAdmitted(const CellFrame& frame) const;

    Ptr<CellChannel> m_channel;
    Ptr<MobilityModel> m_mobility;
    bool m_ingressFilter;
    CellTransmitter m_downlink;
};

} // namespace ns3::roam

#endif
