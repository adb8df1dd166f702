/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/scenario.h"

#include "sim/scenario-reader.h"

#include "ns3/assert.h"

#include <filesystem>

namespace ns3::roam
{

Scenario Scenario::Read(const std::string& file, const std::vector<Override>& overrides)
{
    ScenarioReader reader(file);
    reader.ReadFile();
    for (const auto& override : overrides)
    {
        reader.ReadOverride(override);
    }
    return reader.Finish();
}

Scenario::Reader Scenario::OpenReader(const std::string& file)
{
    ScenarioReader base(file);
    base.ReadFile();
    base.FillDefaults();
    base.ReportMistakes();
    return [base](const std::vector<Override>& overrides)
    {
        ScenarioReader reader(base);
        for (const auto& override : overrides)
        {
            reader.ReadOverride(override);
        }
        return reader.Finish();
    };
}

const Scenario::Entry& Scenario::Find(const std::string& key) const
{
    auto found = m_entries.find(key);
    NS_ASSERT_MSG(found != m_entries.end(), "no key " << key << " in the schema");
    return found->second;
}

const Scenario::Entry& Scenario::Find(const std::string& key, ValueType type) const
{
    NS_ASSERT_MSG(FindKey(key) && FindKey(key)->value.type == type, "wrong type for " << key);
    return Find(key);
}

const Value& Scenario::GetValue(const std::string& key) const
{
    return Find(key).value;
}

Time Scenario::GetTime(const std::string& key) const
{
    return NanoSeconds(static_cast<int64_t>(Find(key, ValueType::TIME).value.number));
}

double Scenario::GetNumber(const std::string& key) const
{
    return Find(key).value.number;
}

uint32_t Scenario::GetInteger(const std::string& key) const
{
    return static_cast<uint32_t>(Find(key).value.number);
}

bool Scenario::GetFlag(const std::string& key) const
{
    return Find(key, ValueType::BOOLEAN).value.number != 0;
}

const std::string& Scenario::GetText(const std::string& key) const
{
    return Find(key).value.text;
}

const std::vector<double>& Scenario::GetNumbers(const std::string& key) const
{
    return Find(key, ValueType::NUMBERS).value.numbers;
}

bool Scenario::Has(const std::string& key) const
{
    return m_entries.count(key) > 0;
}

std::vector<std::string> Scenario::GetNamedKeys() const
{
    std::vector<std::string> keys;
    for (const auto& [key, entry] : m_entries)
    {
        if (FindKey(key)->name != key)
        {
            keys.push_back(key);
        }
    }
    return keys;
}

std::string Scenario::GetPath(const std::string& key) const
{
    const auto& entry = Find(key, ValueType::FILE);
    return (std::filesystem::path(entry.folder) / entry.value.text).string();
}

std::string Scenario::GetWritten(const std::string& key) const
{
    return FormatValue(FindKey(key)->value.type, Find(key).value);
}

const std::vector<Scenario::AttributeSetting>& Scenario::GetAttributes() const
{
    return m_attributes;
}

std::string Scenario::GetName() const
{
    return std::filesystem::path(m_file).stem().string();
}

void Scenario::Fail(const std::string& key, const std::string& what) const
{
    throw ScenarioError(Find(key).place + ": " + key + ": " + what);
}

} // namespace ns3::roam
