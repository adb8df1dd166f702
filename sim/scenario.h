/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_SCENARIO_H
#define ROAM_SCENARIO_H

#include "sim/scenario-schema.h"

#include "ns3/data-rate.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace ns3::roam
{

/**
 * One world, resolved: a value for every key of the schema, from --set, the file or the default,
 * in that order, and ns-3 attributes by full name. Mistakes are a ScenarioError of a line for each,
 * which begins with its place, "file:line:column: key: ..." or "--set: key: ...".
 */
class Scenario
{
  public:
    /** An ns-3 attribute of [attributes], checked against its TypeId. */
    struct AttributeSetting
    {
        std::string name; //!< "ns3::TcpSocket::SegmentSize"
        std::string value;
    };

    /** A value from the command line. */
    struct Override
    {
        std::string option; //!< "--set", "--seed": where messages say that it is
        std::string text;   //!< "key=value"
    };

    /**
     * Reads a file.
     * \param file its name, as the user gave it
     * \param overrides in the order given; the last for a key wins
     */
    static Scenario Read(const std::string& file, const std::vector<Override>& overrides);

    /** Gives the scenario of some overrides. */
    using Reader = std::function<Scenario(const std::vector<Override>&)>;

    /** For many scenarios of one file: it is read once. */
    static Reader OpenReader(const std::string& file);

    /** Of any type. */
    const Value& GetValue(const std::string& key) const;

    Time GetTime(const std::string& key) const;
    /** Of any other type with a number. */
    double GetNumber(const std::string& key) const;
    uint32_t GetInteger(const std::string& key) const;
    bool GetFlag(const std::string& key) const;
    const std::string& GetText(const std::string& key) const;
    const std::vector<double>& GetNumbers(const std::string& key) const;

    /** True if a key of a named part, "hosts.directory.delay", was given. */
    bool Has(const std::string& key) const;

    /** The keys of named parts that were given, in order of their names. */
    std::vector<std::string> GetNamedKeys() const;

    /** Where to open the file that a key names: relative names are from the scenario's folder, and
     * those of --set from the present one. */
    std::string GetPath(const std::string& key) const;

    /** The value of a key as it would be written. */
    std::string GetWritten(const std::string& key) const;

    const std::vector<AttributeSetting>& GetAttributes() const;

    /** The name of the file without folder and ending. */
    std::string GetName() const;

    /** Throws the ScenarioError of a key whose value does not fit the others. */
    [[noreturn]] void Fail(const std::string& key, const std::string& what) const;

  private:
    friend class ScenarioReader;

    struct Entry
    {
        Value value;
        std::string place;  //!< "figure1.toml:7:3", "--set" or "default"
        std::string folder; //!< of a FILE
    };

    const Entry& Find(const std::string& key, ValueType type) const;
    const Entry& Find(const std::string& key) const;

    std::string m_file;
    std::map<std::string, Entry> m_entries;
    std::vector<AttributeSetting> m_attributes;
};

} // namespace ns3::roam

#endif
