/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/record/result-text.h"

#include "sim/scenario-value.h"

#include "ns3/ipv4-address.h"
#include "ns3/ipv6-address.h"

#include <cinttypes>
#include <cstdio>
#include <sstream>

namespace ns3::roam
{

std::string TimeText(Time time)
{
    int64_t ns = time.GetNanoSeconds();
    int64_t size = ns < 0 ? -ns : ns;
    char text[40];
    std::snprintf(text, sizeof(text), "%s%" PRId64 ".%09" PRId64, ns < 0 ? "-" : "",
                  size / 1000000000, size % 1000000000);
    return text;
}

std::string TimeText(const std::optional<Time>& time)
{
    return time ? TimeText(*time) : "";
}

std::string NumberText(const std::optional<double>& number)
{
    return number ? FormatNumber(*number) : "";
}

std::string FixedText(double number, int decimals)
{
    char text[400];
    std::snprintf(text, sizeof(text), "%.*f", decimals, number);
    return text;
}

std::string CensoredText(bool present, bool censored)
{
    return !present ? "" : censored ? "1" : "0";
}

std::string AddressText(const Address& address)
{
    std::ostringstream text;
    if (Ipv4Address::IsMatchingType(address))
    {
        text << Ipv4Address::ConvertFrom(address);
    }
    else if (Ipv6Address::IsMatchingType(address))
    {
        text << Ipv6Address::ConvertFrom(address);
    }
    return text.str();
}

std::string CsvField(const std::string& text)
{
    if (text.find_first_of(",\"\n\r") == std::string::npos)
    {
        return text;
    }
    std::string field = "\"";
    for (char c : text)
    {
        field += c == '"' ? "\"\"" : std::string(1, c);
    }
    return field + "\"";
}

} // namespace ns3::roam
