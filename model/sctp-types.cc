// SPDX-License-Identifier: GPL-2.0-or-later
#include "sctp-types.h"

namespace ns3
{
namespace roam
{

const char* SctpAddressOpName(SctpAddressOp op)
{
    switch (op)
    {
    case SctpAddressOp::ADD:
        return "ADD";
    case SctpAddressOp::DELETE:
        return "DELETE";
    case SctpAddressOp::SET_PRIMARY:
        return "SET PRIMARY";
    }
    return "?";
}

} // namespace roam
} // namespace ns3
