/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_CELL_CHANNEL_H
#define ROAM_CELL_CHANNEL_H

#include "ns3/cell-attachment.h"
#include "ns3/channel.h"
#include "ns3/data-rate.h"
#include "ns3/error-model.h"
#include "ns3/nstime.h"
#include "ns3/propagation-loss-model.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <map>
#include <vector>

namespace ns3::roam
{

class CellDevice;
class RadioDevice;

/**
 * One cell: the air between an access router's CellDevice and the radios that are attached.
 *
 * Attributes: CellId, DataRate (to the radios, shared by them), UplinkRate (of each radio by
 * itself), Delay (each way), Loss and UplinkLoss (ErrorModels of the two directions, asked once for
 * each frame and receiver), TxPower (dBm), PropagationLoss, AttachLatency.
 *
 * Trace sources: Attach and Detach, with the cell and the radio.
 */
class CellChannel : public Channel
{
  public:
    static TypeId GetTypeId();

    CellChannel();
    ~CellChannel() override;

    /** Signature of Attach (the link has come up) and Detach (it has gone down). */
    typedef void (*AttachmentTracedCallback)(uint32_t cellId, Ptr<RadioDevice> radio);

    uint32_t GetCellId() const;
    DataRate GetDataRate() const;
    DataRate GetUplinkRate() const;
    Time GetDelay() const;
    Time GetAttachLatency() const;

    /** The access router's end; null before it has been given one. */
    Ptr<CellDevice> GetCellDevice() const;

    /**
     * The level at which a radio receives this cell, in dBm: what PropagationLoss makes of TxPower
     * between the two positions; TxPower itself without a model. The radio need not be attached.
     * With a model, both nodes need a MobilityModel.
     */
    double GetLevel(Ptr<const RadioDevice> radio) const;

    /** The attachment, up by now, of the radio that has an address; null when there is none. */
    Ptr<CellAttachment> Find(Mac48Address radio) const;

    /** Attachments that are up, in the order in which they came up. */
    const std::vector<Ptr<CellAttachment>>& GetAttachments() const;

    /** Fixed stream numbers for the loss and propagation models. Returns how many it took. */
    int64_t AssignStreams(int64_t stream);

    // of Channel: the cell's device first, then the radios
    std::size_t GetNDevices() const override;
    Ptr<NetDevice> GetDevice(std::size_t i) const override;

  protected:
    void DoDispose() override;

  private:
    friend class CellDevice;
    friend class RadioDevice;

    void SetCellDevice(Ptr<CellDevice> device);
    void Add(Ptr<CellAttachment> attachment);
    void Remove(Ptr<CellAttachment> attachment);

    /** True if the error model of a direction takes this frame. */
    static bool IsLost(Ptr<ErrorModel> model, const CellFrame& frame);

    uint32_t m_cellId;
    DataRate m_dataRate;
    DataRate m_uplinkRate;
    Time m_delay;
    Ptr<ErrorModel> m_loss;
    Ptr<ErrorModel> m_uplinkLoss;
    double m_txPower;
    Ptr<PropagationLossModel> m_propagationLoss;
    Time m_attachLatency;
    Ptr<CellDevice> m_device;
    std::vector<Ptr<CellAttachment>> m_attachments;
    std::map<Mac48Address, Ptr<CellAttachment>> m_byAddress;
    TracedCallback<uint32_t, Ptr<RadioDevice>> m_attach;
    TracedCallback<uint32_t, Ptr<RadioDevice>> m_detach;
};

} // namespace ns3::roam

#endif
