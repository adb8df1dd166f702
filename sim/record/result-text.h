/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_RESULT_TEXT_H
#define ROAM_RESULT_TEXT_H

#include "ns3/address.h"
#include "ns3/nstime.h"

#include <optional>
#include <string>

namespace ns3::roam
{

/** Seconds with all nine decimals, "12.345678901". */
std::string TimeText(Time time);

/** The same, or nothing. */
std::string TimeText(const std::optional<Time>& time);

/** The shortest text of a number, or nothing. */
std::string NumberText(const std::optional<double>& number);

/** A number with so many decimals. */
std::string FixedText(double number, int decimals);

/** "1" when a value is only a lower bound, "0" when it is exact, nothing when there is none. */
std::string CensoredText(bool present, bool censored);

/** An Ipv4Address or Ipv6Address as text; nothing for an invalid one. */
std::string AddressText(const Address& address);

/** A field of a CSV file, in quotes where it needs them (RFC 4180). */
std::string CsvField(const std::string& text);

} // namespace ns3::roam

#endif
