/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/scenario-reader.h"

#include "sim/attribute-check.h"
#include "sim/scheme-table.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <tuple>

namespace ns3::roam
{

namespace
{

/** A key of a TOML file that holds something else than a table of keys. */
struct Leaf
{
    std::string key; //!< with the names of its tables, "cell.rate"
    toml::source_position at;
    const toml::node* node;
};

constexpr double SHORTEST_SWING = 0.001; // s, from one turn to the next

std::string Place(const std::string& file, const toml::source_position& at)
{
    return file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

/** What a node is, for messages about values that no key takes. */
std::string TypeOf(const toml::node& node)
{
    std::ostringstream text;
    text << node.type();
    return text.str();
}

RawValue ReadValue(const toml::node& node)
{
    if (auto text = node.as_string())
    {
        return {text->get(), true};
    }
    if (auto integer = node.as_integer())
    {
        return {std::to_string(integer->get()), false};
    }
    if (auto number = node.as_floating_point())
    {
        return {FormatNumber(number->get()), false};
    }
    if (auto flag = node.as_boolean())
    {
        return {flag->get() ? "true" : "false", false};
    }
    if (auto array = node.as_array())
    {
        std::string list = "[";
        for (const auto& element : *array)
        {
            list += (list.size() > 1 ? ", " : "") + ReadValue(element).text;
        }
        return {list + "]", false};
    }
    return {TypeOf(node), false};
}

void Collect(const toml::table& table, const std::string& prefix, std::vector<Leaf>& leaves)
{
    for (const auto& [key, node] : table)
    {
        std::string name = prefix + std::string(key.str());
        const toml::table* inner = node.as_table();
        if (prefix.empty() && (name == "sweep" || name == "case"))
        {
            continue; // a campaign's: ./roam sweep reads them, and asks for each run here
        }
        // a table that nobody knows is told as a whole, not by its first key
        bool known = !prefix.empty() || name == "attributes" || IsTable(name);
        if (inner && known)
        {
            Collect(*inner, name + ".", leaves);
        }
        else
        {
            leaves.push_back({name, key.source().begin, &node});
        }
    }
}

} // namespace

ScenarioReader::ScenarioReader(const std::string& file)
{
    m_scenario.m_file = file;
}

void ScenarioReader::FailUnknown(const std::string& key, const std::string& place) const
{
    std::vector<std::string> names{"attributes", "sweep"};
    for (const auto& spec : GetSchema())
    {
        names.push_back(spec.name);
        auto dot = spec.name.find('.');
        if (dot != std::string::npos)
        {
            names.push_back(spec.name.substr(0, dot));
        }
    }
    for (const auto& spec : GetNamedSchema())
    {
        auto table = spec.name.substr(0, spec.name.find('.') + 1);
        auto dot = key.rfind('.');
        names.push_back(table.substr(0, table.size() - 1));
        if (key.compare(0, table.size(), table) == 0 && dot >= table.size())
        {
            names.push_back(key.substr(0, dot) + spec.name.substr(spec.name.rfind('.')));
        }
    }
    std::string nearest = FindNearest(key, names);
    throw ScenarioError(place + ": " + key + ": found an unknown key; " +
                        (nearest.empty() ? "expected a key of roam-sim --print-schema"
                                         : "the nearest that there is: " + nearest));
}

void ScenarioReader::Take(const Item& item)
{
    try
    {
        TakeKnown(item);
    }
    catch (const ScenarioError& error)
    {
        m_mistakes.push_back(error.what());
    }
}

void ScenarioReader::TakeKnown(const Item& item)
{
    static const std::string attributes = "attributes.";
    if (item.key.compare(0, attributes.size(), attributes) == 0)
    {
        TakeAttribute(item);
        return;
    }
    const KeySpec* spec = FindKey(item.key);
    if (!spec)
    {
        FailUnknown(item.key, item.place);
    }
    try
    {
        m_scenario.m_entries[item.key] = {ParseValue(spec->value, item.raw), item.place,
                                          item.folder};
    }
    catch (const ScenarioError& error)
    {
        throw ScenarioError(item.place + ": " + item.key + ": " + error.what());
    }
}

void ScenarioReader::TakeAttribute(const Item& item)
{
    std::string name = item.key.substr(item.key.find('.') + 1);
    try
    {
        CheckAttribute(name, item.raw.text);
    }
    catch (const ScenarioError& error)
    {
        throw ScenarioError(item.place + ": " + name + ": " + error.what());
    }
    m_attributes[name] = {item.raw.text, item.place};
}

void ScenarioReader::ReadFile()
{
    const std::string& file = m_scenario.m_file;
    std::ifstream in(file);
    std::ostringstream text;
    if (!in || !(text << in.rdbuf()))
    {
        throw ScenarioError(file + ": cannot be read; expected a scenario (TOML)");
    }
    toml::table root;
    try
    {
        root = toml::parse(text.str(), file);
    }
    catch (const toml::parse_error& error)
    {
        std::string what(error.description());
        std::replace(what.begin(), what.end(), '\n', ' ');
        throw ScenarioError(Place(file, error.source().begin) + ": not TOML: " + what);
    }
    if (root.contains("campaign"))
    {
        throw ScenarioError(file + ": is a campaign, of many runs; ./roam sweep " + file +
                            " makes them");
    }
    std::vector<Leaf> leaves;
    Collect(root, "", leaves);
    std::sort(leaves.begin(), leaves.end(),
              [](const Leaf& a, const Leaf& b)
              { return std::tie(a.at.line, a.at.column) < std::tie(b.at.line, b.at.column); });
    const std::string folder = std::filesystem::path(file).parent_path().string();
    for (const auto& leaf : leaves)
    {
        Take({leaf.key, ReadValue(*leaf.node), Place(file, leaf.at), folder});
    }
}

void ScenarioReader::ReadOverride(const Scenario::Override& override)
{
    auto equals = override.text.find('=');
    if (equals == std::string::npos || equals == 0)
    {
        m_mistakes.push_back(override.option + ": found \"" + override.text +
                             "\"; expected key=value");
        return;
    }
    std::string key = override.text.substr(0, equals);
    std::string text = override.text.substr(equals + 1);
    const KeySpec* spec = FindKey(key);
    bool quoted = !spec || IsQuotedType(spec->value.type);
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
    {
        text = text.substr(1, text.size() - 2);
        quoted = true;
    }
    Take({key, {text, quoted}, override.option, ""});
}

/** Notes a mistake of keys that do not go together; it is that of the one that was set last. */
void ScenarioReader::Expect(bool holds, const std::vector<std::string>& keys,
                            const std::string& what)
{
    if (holds)
    {
        return;
    }
    auto rank = [this](const std::string& key)
    {
        const std::string& place = m_scenario.Find(key).place;
        return place.compare(0, 2, "--") == 0 ? 2 : place == "default" ? 0 : 1;
    };
    const std::string& key =
        *std::max_element(keys.begin(), keys.end(),
                          [&rank](const auto& a, const auto& b) { return rank(a) < rank(b); });
    m_mistakes.push_back(m_scenario.Find(key).place + ": " + key + ": found " +
                         m_scenario.GetWritten(key) + "; expected " + what);
}

void ScenarioReader::CheckMovement()
{
    const auto& s = m_scenario;
    if (s.GetText("movement.model") != "swing")
    {
        return;
    }
    const std::vector<std::string> keys{"movement.turn_low", "movement.turn_high",
                                        "movement.speed"};
    double way = s.GetNumber(keys[1]) - s.GetNumber(keys[0]);
    Expect(way > 0, {keys[0], keys[1]},
           "movement.turn_low less than movement.turn_high, " + s.GetWritten(keys[1]));
    Expect(way <= 0 || way >= s.GetNumber(keys[2]) * SHORTEST_SWING, keys,
           "a way between the turns that takes a millisecond or more");
}

void ScenarioReader::CheckTogether()
{
    const auto& s = m_scenario;
    auto is = [&s](const std::string& key) { return key + " (" + s.GetWritten(key) + ")"; };
    Expect(s.GetTime("address.advertisement_min") <= s.GetTime("address.advertisement_max"),
           {"address.advertisement_min", "address.advertisement_max"},
           "address.advertisement_min at most " + is("address.advertisement_max"));
    Expect(s.GetTime("sctp.rto_max") >=
               std::max(s.GetTime("sctp.rto_min"), s.GetTime("sctp.rto_initial")),
           {"sctp.rto_max", "sctp.rto_min", "sctp.rto_initial"},
           is("sctp.rto_max") + " at least " + is("sctp.rto_min") + " and " +
               is("sctp.rto_initial"));
    Expect(s.GetInteger("sctp.primary_switchover_max_retrans") >=
               std::min(s.GetInteger("sctp.pf_max_retrans"), s.GetInteger("sctp.path_max_retrans")),
           {"sctp.primary_switchover_max_retrans", "sctp.pf_max_retrans"},
           is("sctp.primary_switchover_max_retrans") + " at least the lesser of " +
               is("sctp.pf_max_retrans") + " and " + is("sctp.path_max_retrans"));
    Expect(!s.GetFlag("client.host_routes") ||
               (s.GetInteger("server.addresses") >= 2 && s.GetInteger("client.radios") == 2),
           {"client.host_routes"}, "false without server.addresses = 2 and client.radios = 2");
    CheckMovement();
    std::string key;
    std::string misfit = FindMisfit(s, key);
    Expect(misfit.empty(), {key}, misfit);
    bool starts = s.GetTime("session.start") < s.GetTime("run.stop");
    Expect(starts, {"session.start", "run.stop"},
           is("session.start") + " less than " + is("run.stop"));
    Expect(!starts ||
               s.GetTime("session.start") + s.GetTime("traffic.drain") < s.GetTime("run.stop"),
           {"traffic.drain", "session.start", "run.stop"},
           is("session.start") + " and " + is("traffic.drain") + " together less than " +
               is("run.stop"));
    Expect(!s.GetFlag("session.wait_for_overlap") || s.GetInteger("client.radios") >= 2,
           {"session.wait_for_overlap", "client.radios"},
           "false with one radio, which never holds two addresses");
}

void ScenarioReader::ReportMistakes() const
{
    std::string lines;
    for (const auto& mistake : m_mistakes)
    {
        lines += (lines.empty() ? "" : "\n") + mistake;
    }
    if (!lines.empty())
    {
        throw ScenarioError(lines);
    }
}

void ScenarioReader::FillDefaults()
{
    for (const auto& spec : GetSchema())
    {
        if (m_scenario.m_entries.find(spec.name) == m_scenario.m_entries.end())
        {
            std::string folder = std::filesystem::path(m_scenario.m_file).parent_path().string();
            Take({spec.name, spec.GetDefault(), "default", folder});
        }
    }
}

Scenario ScenarioReader::Finish()
{
    FillDefaults();
    for (const auto& [name, setting] : m_attributes)
    {
        m_scenario.m_attributes.push_back({name, setting.first});
    }
    if (m_mistakes.empty())
    {
        CheckTogether(); // of values that are not there nothing can be said
    }
    ReportMistakes();
    return m_scenario;
}

} // namespace ns3::roam
