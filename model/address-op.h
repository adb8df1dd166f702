/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_ADDRESS_OP_H
#define ROAM_ADDRESS_OP_H

#include <ostream>

namespace ns3::roam
{

/**
 * What is asked of a session about an address of its client. The first three are those of an ASCONF
 * (RFC 5061 section 4.2). The numbers are those of the engines.
 */
enum class AddressOp
{
    ADD,         //!< bind the address besides the others: Add IP Address, 0xc001
    SET_PRIMARY, //!< send to it from now on: Set Primary Address, 0xc004
    DELETE,      //!< bind it no more: Delete IP Address, 0xc002
    MOVE         //!< bind it, and no other any more: a registration, a re-INVITE, a migration
};

/** "ADD", "SET PRIMARY", "DELETE", "MOVE". */
const char* AddressOpName(AddressOp op);

/** Prints the name. */
std::ostream& operator<<(std::ostream& os, AddressOp op);

} // namespace ns3::roam

#endif
