/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_RADIO_DEVICE_H
#define ROAM_RADIO_DEVICE_H

#include "ns3/cell-channel.h"
#include "ns3/cell-net-device.h"

namespace ns3::roam
{

/**
 * The client's side of the access link: a radio, in one cell at a time. What it sends goes to the
 * cell's device only.
 *
 * Attributes: QueueSize (frames or bytes that may wait).
 */
class RadioDevice : public CellNetDevice
{
  public:
    static TypeId GetTypeId();

    RadioDevice();
    ~RadioDevice() override;

    /**
     * Enters a cell, and leaves first the one in which it is. The link comes up after the cell's
     * AttachLatency, and link-change callbacks fire then. Nothing happens when it is in that
     * cell, or is entering it, already.
     */
    void Attach(Ptr<CellChannel> cell);

    /**
     * Leaves the cell. Its link is down at once, and link-change callbacks fire if it was up. What
     * was queued or on the air, either way, is lost and traced by its sender with CELL_DROP_LEFT.
     */
    void Detach();

    /** The cell in which it is or which it is entering; null when there is none. */
    Ptr<CellChannel> GetCell() const;

    /** The level at which this radio receives a cell, in dBm (CellChannel::GetLevel). */
    double GetLevel(Ptr<CellChannel> cell) const;

    // of NetDevice
    void SetAddress(Address address) override;
    Ptr<Channel> GetChannel() const override;

  protected:
    void DoDispose() override;

  private:
    CellDropReason Transmit(const CellFrame& frame) override;
    void Enter();
    void Arrive(const CellFrame& frame);

    Ptr<CellAttachment> m_attachment; //!< null out of every cell
};

} // namespace ns3::roam

#endif
