/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_MOBILITY_MANAGER_H
#define ROAM_MOBILITY_MANAGER_H

#include "ns3/address-client.h"
#include "ns3/cell-channel.h"
#include "ns3/event-id.h"
#include "ns3/handover-binding.h"
#include "ns3/handover-record.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/radio-device.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

struct mobility;
struct mobility_event;

namespace ns3::roam
{

class MobilityEngine;

/**
 * The handover of a mobile client (draft-sjkoh-sctp-mobility-04 section 4): the ns-3 class around
 * the engine of core/mobility, one for each node. It samples the levels of the cells, tells the
 * engine of links and addresses, and carries out what the engine decides on the radios, the
 * AddressClient and the HandoverBinding.
 *
 * Use: set attributes, Install(node), AddCell() for each cell, SetBinding(). It starts with the
 * simulation (or at once when the node is running). Finish() at the end closes the records.
 *
 * Trace sources: State, Handover (at opening and closing), Verdict, Request, Answer, Primary,
 * Radio.
 */
class MobilityManager : public Object
{
  public:
    /** The trigger rules of section 4.4. */
    enum Rule
    {
        IMMEDIATE, //!< (a)
        SIGNAL,    //!< (b)
        PREFERENCE //!< (c)
    };

    /** What is asked of the session at once (sections 4.3 to 4.6). */
    enum Requests
    {
        STEPS,    //!< one operation
        TOGETHER, //!< all that belongs to a change of primary
        MOVE      //!< to move from the address that it has to another
    };

    static TypeId GetTypeId();

    MobilityManager();
    ~MobilityManager() override;

    /**
     * Signature of State: a step of one machine. What is "handover 3" or "address 2.2.2.2"; from
     * and to are the names of its states.
     */
    typedef void (*StateTracedCallback)(const std::string& what, const std::string& from,
                                        const std::string& to);
    /** Signature of Handover: outcome is OPEN when it begins. */
    typedef void (*HandoverTracedCallback)(const HandoverRecord& record);
    /** Signature of Verdict: on making a candidate the primary, with the reasons' names. */
    typedef void (*VerdictTracedCallback)(Address candidate, bool change, const std::string& why);
    /** Signature of Request: a part of what the binding is asked for. */
    typedef void (*RequestTracedCallback)(AddressOp op, Address address);
    /** Signature of Answer: what it answered. */
    typedef void (*AnswerTracedCallback)(AddressOp op, Address address, bool ok, uint16_t cause);
    /** Signature of Primary: the new primary address, its interface and its cell. */
    typedef void (*PrimaryTracedCallback)(Address address, uint32_t ifindex, uint32_t cellId);
    /** Signature of Radio: attached to a cell (true) or left it (false), and why. */
    typedef void (*RadioTracedCallback)(uint32_t ifindex, uint32_t cellId, bool attach,
                                        const std::string& why);

    /**
     * Aggregates itself to a node that has an AddressClient, and takes over all of its
     * RadioDevices. Call it once.
     */
    void Install(Ptr<Node> node);

    /** A cell that the radios may enter. Its CellId must be its own and not 0. */
    void AddCell(Ptr<CellChannel> cell);

    /** The session's part. Without a call, a NullHandoverBinding. Not after the start. */
    void SetBinding(Ptr<HandoverBinding> binding);

    /**
     * Rule (c): the upper layer's cost of a cell, and of an interface. An address costs the sum of
     * both, the lowest is preferred; all are 0 at first. May be called at any time.
     */
    void PreferCell(uint32_t cellId, double cost);
    void PreferInterface(uint32_t ifindex, double cost);

    /**
     * With Dictated: the cell in which the network serves the client from now on, 0 for none. It
     * must be the CellId of an added cell.
     */
    void SetServingCell(uint32_t cellId);

    /** With Dictated: a cell may be entered besides the serving one, or no more. */
    void SetAttachable(uint32_t cellId, bool attachable);

    /** The session's primary address; invalid when there is none. */
    Address GetPrimary() const;

    /** The CellId of the serving cell, 0 when there is none. */
    uint32_t GetServingCell() const;

    /** All records, in the order of opening; those under way have outcome OPEN. */
    const std::vector<HandoverRecord>& GetHandovers() const;

    /** The run is over: closes what is open. Nothing is decided from then on. */
    void Finish();

  protected:
    void DoInitialize() override;
    void DoDispose() override;

  private:
    /** One input of the engine; the answer is the core's. */
    typedef std::function<int(mobility* engine, int64_t now)> Input;

    /** Gives an input to the engine, or keeps it for the start. */
    void Tell(const Input& input);
    /** Carries out and traces all that the engine says, and arms its next expiry. */
    void Pump();
    void Handle(const mobility_event& event);
    void HandleRequest(const mobility_event& event);
    void Expire();
    void Sample();

    static void LinkChange(MobilityManager* manager, uint32_t ifindex);
    void Detected(uint32_t ifindex, Time time);
    void Gained(uint32_t ifindex, Address address, Address gateway);
    void Lost(uint32_t ifindex, Address address);
    void Done(AddressOp op, Address address, bool ok, uint16_t cause);
    void SessionUp(std::vector<Address> addresses);
    void SessionReplaced(std::vector<Address> addresses);
    void SessionDown(bool broken);
    Ptr<CellChannel> FindCell(uint32_t cellId) const;

    // attributes
    Rule m_rule;
    Requests m_requests;
    double m_threshold;
    double m_hysteresis;
    Time m_timeToTrigger;
    double m_floor;
    double m_entryMargin;
    double m_reselectHysteresis;
    Time m_reselectTime;
    double m_inactiveLevel;
    Time m_inactiveTime;
    Time m_retryTime;
    Time m_pingPongTime;
    bool m_dictated;
    Time m_sampleInterval;

    Ptr<Node> m_node;
    Ptr<AddressClient> m_addresses;
    Ptr<HandoverBinding> m_binding;
    std::map<uint32_t, Ptr<RadioDevice>> m_radios; //!< by ifindex
    std::map<uint32_t, Ptr<CellChannel>> m_cells;  //!< by CellId
    std::vector<HandoverRecord> m_records;
    std::unique_ptr<MobilityEngine> m_engine; //!< from the start on
    std::vector<Input> m_waiting;             //!< inputs before the start
    bool m_pumping{false};
    EventId m_sample;
    EventId m_expiry;

    TracedCallback<const std::string&, const std::string&, const std::string&> m_stateTrace;
    TracedCallback<const HandoverRecord&> m_handoverTrace;
    TracedCallback<Address, bool, const std::string&> m_verdictTrace;
    TracedCallback<AddressOp, Address> m_requestTrace;
    TracedCallback<AddressOp, Address, bool, uint16_t> m_answerTrace;
    TracedCallback<Address, uint32_t, uint32_t> m_primaryTrace;
    TracedCallback<uint32_t, uint32_t, bool, const std::string&> m_radioTrace;
};

} // namespace ns3::roam

#endif
