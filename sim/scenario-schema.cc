/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/scenario-schema.h"

#include "sim/scheme-table.h"
#include "sim/setting.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <ostream>

namespace ns3::roam
{

namespace
{

constexpr double MS = 1e6;
constexpr double S = 1e9;

/** In the place of a default: that of the attribute which the key sets (sim/setting.h). */
const char* const OF_CLASS = "of class";

std::vector<std::string> SchemeNames()
{
    std::vector<std::string> names;
    for (const auto& scheme : GetSchemes())
    {
        names.push_back(scheme.name);
    }
    return names;
}

/** All keys, some with OF_CLASS for a default. */
std::vector<KeySpec> ListKeys()
{
    using T = ValueType;
    const ValueSpec delay{T::TIME, 0, 10 * S};
    const ValueSpec rate{T::RATE, 1e3, 100e9};
    const ValueSpec queue{T::INTEGER, 1, 1e6};
    const ValueSpec probability{T::PROBABILITY, 0, 1};
    const ValueSpec length{T::LENGTH, -1e6, 1e6};
    const ValueSpec moment{T::TIME, 0, 86400 * S};
    const ValueSpec interval{T::TIME, 1 * MS, 3600 * S};
    const ValueSpec level{T::LEVEL, -200, 50};
    const ValueSpec gain{T::GAIN, 0, 100};
    const ValueSpec flag{T::BOOLEAN};

    return {
        {"title", {T::TEXT}, "", "one line that says what the scenario shows"},
        {"scheme", {T::CHOICE, 0, 0, SchemeNames()}, "msctp", "how the client stays connected"},
        {"seed", {T::INTEGER, 1, 1e9}, "1", "the world's random numbers; the same for all schemes"},

        {"run.stop", {T::TIME, 100 * MS, 86400 * S}, "40s", "the end of the simulation"},
        {"run.family", {T::CHOICE, 0, 0, {"ipv4", "ipv6"}}, OF_CLASS, "the addresses in use"},
        {"run.sample_interval",
         {T::TIME, 1 * MS, 60 * S},
         "100ms",
         "between two samples of levels and position in the timeline"},
        {"run.settle",
         {T::TIME, 0, 3600 * S},
         "2s",
         "how long a handover's window lasts after its last step"},
        {"run.ladder_handover", {T::INTEGER, 1, 1e6}, "1", "the handover that --ladder draws"},

        {"network.server_rate", rate, "100Mbps", "link of the fixed server and its router"},
        {"network.server_delay", delay, "1ms", "its delay, each way"},
        {"network.core_rate", rate, "100Mbps", "link of the server's router and the Internet"},
        {"network.core_delay", delay, "10ms", "its delay, each way"},
        {"network.core_loss", probability, "0", "packets lost there, each way, of all packets"},
        {"network.access_rate", rate, "100Mbps", "link of the Internet and each access router"},
        {"network.access_delay", delay, "5ms", "its delay, each way"},
        {"network.queue", queue, "100", "packets that may wait at each end of these links"},
        {"network.resolution_jitter",
         {T::TIME, 0, 1 * S},
         "10ms",
         "longest random wait before an ARP request or neighbour solicitation; 0s is none"},

        {"cell.count", {T::INTEGER, 1, 200}, "2", "cells in a line (a walk has its own)"},
        {"cell.spacing", {T::LENGTH, 1, 1e5}, "400m", "from one cell's antenna to the next"},
        {"cell.rate", rate, OF_CLASS, "to the clients of a cell"},
        {"cell.uplink_rate", rate, OF_CLASS, "from a client"},
        {"cell.delay", delay, OF_CLASS, "each way"},
        {"cell.queue", queue, OF_CLASS, "frames that may wait at each end"},
        {"cell.loss", probability, "0", "downlink: frames to the client that are lost"},
        {"cell.uplink_loss", probability, "0", "uplink: frames from the client that are lost"},
        {"cell.attach_latency", delay, OF_CLASS, "from a radio's entry to a usable link"},
        {"cell.tx_power", level, OF_CLASS, "of a cell's antenna"},
        {"cell.ingress_filter", flag, OF_CLASS,
         "access routers discard what comes from an address of another cell (RFC 2827)"},

        {"propagation.exponent", {T::NUMBER, 1, 10}, "3", "of the log-distance path loss"},
        {"propagation.reference_loss", {T::GAIN, 0, 200}, "46.7dB", "at the reference distance"},
        {"propagation.reference_distance", {T::LENGTH, 0.01, 1e4}, "1m", "of that loss"},
        {"shadowing.deviation",
         {T::GAIN, 0, 30},
         "0dB",
         "standard deviation of the shadowing of each cell; 0dB is none"},
        {"shadowing.distance",
         {T::LENGTH, 0.1, 1e4},
         "25m",
         "over which its correlation falls to 1/e (Gudmundson's model)"},

        {"movement.model",
         {T::CHOICE, 0, 0, {"line", "swing", "walk"}},
         "line",
         "straight on, to and fro between two points, or a measured walk"},
        {"movement.speed", {T::SPEED, 0, 1000}, "15m/s", "along the line of the cells"},
        {"movement.start", length, "100m", "first position; the first cell is at 0m"},
        {"movement.spread",
         {T::LENGTH, 0, 1e4},
         "0m",
         "the first position is uniform in this range around it"},
        {"movement.offset", length, "20m", "how far the client passes beside the antennas"},
        {"movement.begin", moment, "0s", "when it begins to move"},
        {"movement.turn_low", length, "150m", "swing: where it turns, at the lower end"},
        {"movement.turn_high", length, "250m", "swing: where it turns, at the upper end"},

        {"walk.file",
         {T::FILE},
         "walks/lacolyoc-01.csv",
         "the walk; *-NN.csv beside it are other walks of its area"},
        {"walk.start", moment, "0s", "cuts what was measured before"},
        {"walk.stop", moment, "24h", "cuts what was measured after"},
        {"walk.floor", level, "-120dBm", "coverage: below this level the serving link is down"},
        {"walk.overlap",
         {T::TIME, 0, 3600 * S},
         "2s",
         "how long before a change the new cell can be entered, and the old one after it"},

        {"client.radios", {T::INTEGER, 1, 4}, "2", "one radio makes handover hard, two soft"},
        {"client.host_routes", flag, "false",
         "its first radio leads to the server's first address only, its second to the second "
         "(SCTP; draft-sjkoh-01 5.2)"},

        {"server.addresses", {T::INTEGER, 1, 2}, "1", "on its one link: 1.1.1.2, and 1.1.1.3"},

        {"address.collect", delay, OF_CLASS, "how long a client collects DHCP offers"},
        {"address.lease", {T::TIME, 1 * S, 86400 * S}, "1h", "of DHCP, whole seconds"},
        {"address.advertisement_min",
         {T::TIME, 30 * MS, 1350 * S},
         "30ms",
         "shortest time between router advertisements"},
        {"address.advertisement_max",
         {T::TIME, 70 * MS, 1800 * S},
         "70ms",
         "longest time between router advertisements"},
        {"address.dad", flag, OF_CLASS, "duplicate address detection (RFC 4862)"},
        {"address.dad_timeout", delay, OF_CLASS, "how long it takes"},
        {"address.solicitation_delay", flag, OF_CLASS,
         "random wait of 0 to 1 s before the first solicitation (RFC 4861, RFC 4862)"},

        {"handover.rule",
         {T::CHOICE, 0, 0, {"a", "b", "c"}},
         OF_CLASS,
         "when the primary changes: a new address, b levels, c costs (draft-sjkoh 4.4)"},
        {"handover.requests",
         {T::CHOICE, 0, 0, {"steps", "together"}},
         OF_CLASS,
         "ADD, SET PRIMARY, DELETE one by one, each at its time, or as one when the rule has "
         "chosen (draft-sjkoh 4.6)"},
        {"handover.threshold", level, OF_CLASS, "b: the present level has to be below this"},
        {"handover.hysteresis", gain, OF_CLASS,
         "b: the new level has to be better by more than this"},
        {"handover.time_to_trigger", delay, OF_CLASS, "b: for this long"},
        {"handover.cell_costs",
         {T::NUMBERS, -1e6, 1e6},
         "[]",
         "c: cost of the first cell, the second, ...; 0 for the others"},
        {"handover.preference_time", moment, "0s", "c: when the upper layer tells these costs"},
        {"handover.floor", level, OF_CLASS, "coverage: no radio enters a cell below this"},
        {"handover.entry_margin", gain, OF_CLASS, "and one is entered when it is above by this"},
        {"handover.reselect_hysteresis", gain, OF_CLASS,
         "a radio changes its cell for one that is better by more than this"},
        {"handover.reselect_time", delay, OF_CLASS, "for this long"},
        {"handover.inactive_level", level, OF_CLASS, "an address whose cell is below this"},
        {"handover.inactive_time", delay, OF_CLASS, "for this long is deleted"},
        {"handover.retry_time", interval, OF_CLASS, "from a refused request to the next"},
        {"handover.pingpong_time", moment, OF_CLASS, "a return within this is a ping-pong"},
        {"handover.level_interval",
         {T::TIME, 1 * MS, 60 * S},
         OF_CLASS,
         "between two measurements of the levels"},

        {"session.transport",
         {T::CHOICE, 0, 0, {"scheme", "sctp", "tcp", "udp"}},
         "scheme",
         "what carries the session; scheme is the one that the scheme has"},
        {"session.locator",
         {T::CHOICE, 0, 0, {"scheme", "none", "oracle"}},
         "scheme",
         "who knows where the client is: the scheme's, nobody, or one that knows at once for free"},
        {"session.caller",
         {T::CHOICE, 0, 0, {"client", "server"}},
         "client",
         "which end opens the session; the server needs a locator"},
        {"session.start", moment, "2s", "when the client connects, if it has an address by then"},
        {"session.wait_for_overlap", flag, "false",
         "the client connects when it holds two addresses, not before"},
        {"session.port", {T::INTEGER, 1, 65535}, "49000", "of the server"},
        {"session.connect_timeout", moment, OF_CLASS,
         "over SCTP or TCP, how long the first attempt to open may take; each next one twice as "
         "long; 0s leaves it to the transport"},
        {"session.retry_interval", moment, OF_CLASS,
         "from an attempt that failed to the next, twice as long after each that was not answered; "
         "0s is one attempt only"},
        {"session.retry_max", moment, OF_CLASS, "where both stop doubling"},

        {"traffic.down_size", {T::SIZE, 32, 60000}, "1000B", "message to the client"},
        {"traffic.down_interval", interval, OF_CLASS, "between two of them"},
        {"traffic.up_size", {T::SIZE, 32, 60000}, "200B", "message to the server"},
        {"traffic.up_interval", interval, "100ms", "between two of them"},
        {"traffic.drain",
         {T::TIME, 0, 3600 * S},
         "3s",
         "before the run's end nothing new is sent for this long"},

        {"sctp.rto_initial", interval, OF_CLASS, "RTO.Initial"},
        {"sctp.rto_min", interval, OF_CLASS, "RTO.Min"},
        {"sctp.rto_max", interval, OF_CLASS, "RTO.Max"},
        {"sctp.heartbeat_interval",
         {T::TIME, 0, 3600 * S},
         OF_CLASS,
         "HB.interval; 0s probes unconfirmed paths only"},
        {"sctp.sack_delay", {T::TIME, 0, 500 * MS}, OF_CLASS, "longest delay of a SACK"},
        {"sctp.path_max_retrans", {T::INTEGER, 0, 100}, OF_CLASS, "Path.Max.Retrans"},
        {"sctp.max_retrans", {T::INTEGER, 1, 1000}, OF_CLASS, "Association.Max.Retrans"},
        {"sctp.pf_max_retrans",
         {T::INTEGER, 0, 1000},
         OF_CLASS,
         "PotentiallyFailed.Max.Retrans (RFC 7829); off from sctp.path_max_retrans on"},
        {"sctp.primary_switchover_max_retrans",
         {T::INTEGER, 0, 1000},
         OF_CLASS,
         "Primary.Switchover.Max.Retrans (RFC 7829); 1000 is off"},
        {"sctp.switch_policy",
         {T::CHOICE, 0, 0, {"leave", "hold", "retransmit"}},
         OF_CLASS,
         "what a change of primary path does to data in flight (doc/sctp.md)"},
        {"sctp.classic_fast_retransmit", flag, OF_CLASS,
         "what was sent later on any path reports a chunk missing, not on its own only"},
        {"sctp.lifetime",
         {T::TIME, 0, 3600 * S},
         OF_CLASS,
         "a message that is not acknowledged by then is given up (RFC 3758); 0s is never"},
        {"sctp.unordered", flag, OF_CLASS, "messages may overtake each other"},
        {"sctp.udp_encapsulation", flag, OF_CLASS,
         "SCTP packets travel in UDP, from port 9899 to port 9899 (RFC 6951)"},
    };
}

/** Where the name of a part stands in the name of a key. */
const std::string NAME = ".NAME.";

/** True if a key is that of a named part, as "hosts.directory.delay" is of "hosts.NAME.delay". */
bool IsOfPart(const std::string& key, const std::string& pattern)
{
    auto at = pattern.find(NAME);
    const std::string before = pattern.substr(0, at + 1);
    const std::string after = pattern.substr(at + NAME.size() - 1);
    if (key.size() <= before.size() + after.size() || key.compare(0, before.size(), before) != 0 ||
        key.compare(key.size() - after.size(), after.size(), after) != 0)
    {
        return false;
    }
    const std::string name = key.substr(before.size(), key.size() - before.size() - after.size());
    return std::all_of(name.begin(), name.end(),
                       [](unsigned char c)
                       { return std::islower(c) || std::isdigit(c) || c == '-'; });
}

std::vector<KeySpec> MakeSchema()
{
    std::vector<KeySpec> schema = ListKeys();
    for (auto& key : schema)
    {
        if (key.standard == OF_CLASS)
        {
            key.standard = ReadClassDefault(key.name, key.value.type);
        }
    }
    return schema;
}

std::size_t Distance(const std::string& a, const std::string& b)
{
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
    {
        row[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i)
    {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j)
        {
            std::size_t changed = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
        }
    }
    return row[b.size()];
}

} // namespace

RawValue KeySpec::GetDefault() const
{
    return RawValue{standard, IsQuotedType(value.type)};
}

const std::vector<KeySpec>& GetSchema()
{
    static const std::vector<KeySpec> schema = MakeSchema();
    return schema;
}

const std::vector<KeySpec>& GetNamedSchema()
{
    const ValueSpec delay{ValueType::TIME, 0, 10 * S};
    const ValueSpec rate{ValueType::RATE, 1e3, 100e9};
    static const std::vector<KeySpec> schema{
        {"hosts.NAME.rate", rate, "", "link of the Internet and a host that the scheme adds"},
        {"hosts.NAME.delay", delay, "", "its delay, each way"},
        {"sites.NAME.rate", rate, "", "link of the Internet and a site that the scheme adds"},
        {"sites.NAME.delay", delay, "", "its delay, each way"},
    };
    return schema;
}

const KeySpec* FindKey(const std::string& name)
{
    for (const auto& key : GetSchema())
    {
        if (key.name == name)
        {
            return &key;
        }
    }
    for (const auto& key : GetNamedSchema())
    {
        if (IsOfPart(name, key.name))
        {
            return &key;
        }
    }
    return nullptr;
}

bool IsTable(const std::string& name)
{
    auto has = [&name](const KeySpec& key)
    { return key.name.compare(0, name.size() + 1, name + ".") == 0; };
    const auto& schema = GetSchema();
    const auto& named = GetNamedSchema();
    return std::any_of(schema.begin(), schema.end(), has) ||
           std::any_of(named.begin(), named.end(), has);
}

std::string FindNearest(const std::string& name, const std::vector<std::string>& names)
{
    std::string nearest;
    std::size_t best = std::max<std::size_t>(3, name.size() / 3) + 1;
    for (const auto& candidate : names)
    {
        std::size_t distance = Distance(name, candidate);
        if (distance < best)
        {
            best = distance;
            nearest = candidate;
        }
    }
    return nearest;
}

void PrintSchema(std::ostream& out)
{
    std::string table;
    for (const auto& key : GetSchema())
    {
        auto dot = key.name.find('.');
        std::string of = dot == std::string::npos ? "" : key.name.substr(0, dot);
        if (of != table)
        {
            table = of;
            out << "\n[" << table << "]\n";
        }
        bool quoted = IsQuotedType(key.value.type);
        out << (of.empty() ? key.name : key.name.substr(dot + 1)) << " = " << (quoted ? "\"" : "")
            << key.standard << (quoted ? "\"" : "") << "\n    # " << key.help << "\n    # "
            << DescribeSpec(key.value) << "\n";
    }
    for (const auto& key : GetNamedSchema())
    {
        auto dot = key.name.rfind('.');
        std::string of = key.name.substr(0, dot);
        if (of != table)
        {
            table = of;
            out << "\n[" << table << "]\n";
        }
        out << key.name.substr(dot + 1) << "\n    # " << key.help << "\n    # "
            << DescribeSpec(key.value) << "; as the scheme has it unless given\n";
    }
    out << "\n[attributes]\n    # any attribute of ns-3 by its full name, as text:\n"
           "    # \"ns3::TcpSocket::SegmentSize\" = \"1000\"\n"
           "\n[sweep]\n    # lists of values for any keys, read by the campaign runner\n"
           "\n[[case]]\n    # a name and values of any keys, read by the campaign runner\n";
}

namespace
{

/** A key as JSON, without its default. */
nlohmann::ordered_json DescribeKey(const KeySpec& key)
{
    static const char* const units[] = {"ns", "bps", "m/s", "m", "dBm", "dB", "B", "",
                                        "",   "",    "",    "",  "",    "",   ""};
    nlohmann::ordered_json one;
    one["name"] = key.name;
    one["type"] = ValueTypeName(key.value.type);
    one["unit"] = units[static_cast<int>(key.value.type)];
    if (key.value.min != 0 || key.value.max != 0)
    {
        one["min"] = key.value.min;
        one["max"] = key.value.max;
    }
    if (key.value.type == ValueType::CHOICE)
    {
        one["choices"] = key.value.choices;
    }
    return one;
}

} // namespace

void PrintSchemaJson(std::ostream& out)
{
    nlohmann::ordered_json keys = nlohmann::ordered_json::array();
    for (const auto& key : GetSchema())
    {
        nlohmann::ordered_json one = DescribeKey(key);
        one["default"] = key.standard;
        one["allowed"] = DescribeSpec(key.value);
        one["help"] = key.help;
        keys.push_back(one);
    }
    nlohmann::ordered_json named = nlohmann::ordered_json::array();
    for (const auto& key : GetNamedSchema())
    {
        nlohmann::ordered_json one = DescribeKey(key);
        one["allowed"] = DescribeSpec(key.value);
        one["help"] = key.help;
        named.push_back(one);
    }
    out << nlohmann::ordered_json{{"keys", keys}, {"named", named}}.dump(2) << "\n";
}

} // namespace ns3::roam
