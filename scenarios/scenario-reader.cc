/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenarios/scenario-reader.h"

#include "scenarios/attribute-check.h"

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
    std::string nearest = FindNearest(key, names);
    throw ScenarioError(place + ": " + key + ": found an unknown key; " +
                        (nearest.empty() ? "allowed are the keys of roam-sim --print-schema"
                                         : "the nearest that is allowed is " + nearest));
}

void ScenarioReader::Take(const Item& item)
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
        throw ScenarioError(file + ": found no file that can be read; allowed is a scenario "
                                   "(TOML)");
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
        throw ScenarioError(override.option + ": found \"" + override.text +
                            "\"; allowed is key=value");
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

void ScenarioReader::CheckTogether() const
{
    const auto& s = m_scenario;
    if (s.GetTime("address.advertisement_min") > s.GetTime("address.advertisement_max"))
    {
        s.Fail("address.advertisement_min", "found " + s.GetWritten("address.advertisement_min") +
                                                "; allowed is at most address.advertisement_max, " +
                                                s.GetWritten("address.advertisement_max"));
    }
    if (s.GetTime("sctp.rto_min") > s.GetTime("sctp.rto_max") ||
        s.GetTime("sctp.rto_initial") > s.GetTime("sctp.rto_max"))
    {
        s.Fail("sctp.rto_max", "found " + s.GetWritten("sctp.rto_max") +
                                   "; allowed is at least sctp.rto_min and sctp.rto_initial");
    }
    if (s.GetInteger("sctp.primary_switchover_max_retrans") <
        std::min(s.GetInteger("sctp.pf_max_retrans"), s.GetInteger("sctp.path_max_retrans")))
    {
        s.Fail("sctp.primary_switchover_max_retrans",
               "found " + s.GetWritten("sctp.primary_switchover_max_retrans") +
                   "; allowed is at least the lesser of sctp.pf_max_retrans and "
                   "sctp.path_max_retrans");
    }
    if (s.GetFlag("client.host_routes") &&
        (s.GetInteger("server.addresses") < 2 || s.GetInteger("client.radios") != 2))
    {
        s.Fail("client.host_routes", "found true; allowed with server.addresses = 2 and "
                                     "client.radios = 2");
    }
    if (s.GetText("movement.model") == "swing" &&
        s.GetNumber("movement.turn_low") >= s.GetNumber("movement.turn_high"))
    {
        s.Fail("movement.turn_low", "found " + s.GetWritten("movement.turn_low") +
                                        "; allowed is less than movement.turn_high, " +
                                        s.GetWritten("movement.turn_high"));
    }
    if (s.GetTime("session.start") >= s.GetTime("run.stop"))
    {
        s.Fail("session.start", "found " + s.GetWritten("session.start") +
                                    "; allowed is less than run.stop, " + s.GetWritten("run.stop"));
    }
    if (s.GetTime("session.start") + s.GetTime("traffic.drain") >= s.GetTime("run.stop"))
    {
        s.Fail("traffic.drain", "found " + s.GetWritten("traffic.drain") +
                                    "; allowed is less than what is between session.start and "
                                    "run.stop");
    }
    if (s.GetFlag("session.wait_for_overlap") && s.GetInteger("client.radios") < 2)
    {
        s.Fail("session.wait_for_overlap", "found true; allowed is false with one radio, which "
                                           "never holds two addresses");
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
    CheckTogether();
    return m_scenario;
}

} // namespace ns3::roam
