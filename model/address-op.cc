/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns3/address-op.h"

#include "core/mobility/mobility.h"
#include "core/sctp/sctp.h"

namespace ns3::roam
{

static_assert(static_cast<int>(AddressOp::ADD) == MOBILITY_ADD);
static_assert(static_cast<int>(AddressOp::SET_PRIMARY) == MOBILITY_SET_PRIMARY);
static_assert(static_cast<int>(AddressOp::DELETE) == MOBILITY_DELETE);
static_assert(static_cast<int>(AddressOp::MOVE) == MOBILITY_MOVE);
static_assert(static_cast<int>(AddressOp::ADD) == SCTP_ADD);
static_assert(static_cast<int>(AddressOp::SET_PRIMARY) == SCTP_SET_PRIMARY);
static_assert(static_cast<int>(AddressOp::DELETE) == SCTP_DELETE);

const char* AddressOpName(AddressOp op)
{
    return mobility_op_name(static_cast<mobility_op>(op));
}

std::ostream& operator<<(std::ostream& os, AddressOp op)
{
    return os << AddressOpName(op);
}

} // namespace ns3::roam
