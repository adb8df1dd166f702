/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/attribute-check.h"

#include "sim/scenario-schema.h"
#include "sim/setting.h"

#include "ns3/abort.h"
#include "ns3/attribute.h"
#include "ns3/string.h"
#include "ns3/type-id.h"

#include <fcntl.h>
#include <map>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace ns3::roam
{

namespace
{

/**
 * True if a value can be made of a text. ns-3 ends the program on text that some types do not take,
 * and says so in its own words: a child process finds that out for us.
 */
bool Accepts(const TypeId::AttributeInformation& info, const std::string& value)
{
    pid_t child = fork();
    if (child == 0)
    {
        int null = open("/dev/null", O_WRONLY);
        dup2(null, STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        _exit(info.checker->CreateValidValue(StringValue(value)) ? 0 : 1);
    }
    int status = 0;
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

std::vector<std::string> AttributesOf(TypeId type)
{
    std::vector<std::string> names;
    for (TypeId at = type;; at = at.GetParent())
    {
        for (std::size_t i = 0; i < at.GetAttributeN(); ++i)
        {
            names.push_back(at.GetAttribute(i).name);
        }
        if (at.GetParent() == at)
        {
            return names;
        }
    }
}

/** The name of the class that declares an attribute which a class has. */
std::string FindDeclaring(TypeId type, const std::string& attribute)
{
    for (;; type = type.GetParent())
    {
        for (std::size_t i = 0; i < type.GetAttributeN(); ++i)
        {
            if (type.GetAttribute(i).name == attribute)
            {
                return type.GetName();
            }
        }
        NS_ABORT_MSG_UNLESS(type.HasParent(), "no class declares " << attribute);
    }
}

/** What an attribute may be, in words where ns-3's own are of its inside, as "+9.22337e+18ns". */
std::string Describe(const AttributeChecker& checker)
{
    static const std::map<std::string, std::string> words{
        {"ns3::TimeValue", "a time with its unit, as 20ms"},
        {"ns3::DataRateValue", "a rate with its unit, as 10Mbps"},
        {"ns3::QueueSizeValue", "a size in packets or bytes, as 100p or 64kB"},
        {"ns3::TypeIdValue", "the name of a class of ns-3"}};
    auto known = words.find(checker.GetValueTypeName());
    if (known != words.end())
    {
        return known->second;
    }
    return checker.HasUnderlyingTypeInformation() ? checker.GetUnderlyingTypeInformation()
                                                  : checker.GetValueTypeName();
}

} // namespace

std::string FindKeyOfAttribute(const std::string& name)
{
    std::string keys;
    for (const Setting* setting : FindSettings(name))
    {
        if (!setting->key.empty() && keys.find(setting->key) == std::string::npos)
        {
            keys += (keys.empty() ? "" : " or ") + setting->key;
        }
    }
    return keys;
}

void CheckAttribute(const std::string& name, const std::string& value)
{
    auto colons = name.rfind("::");
    std::string typeName = colons == std::string::npos ? name : name.substr(0, colons);
    TypeId type;
    if (colons == std::string::npos || !TypeId::LookupByNameFailSafe(typeName, &type))
    {
        throw ScenarioError("no such type in ns-3; expected an attribute's full name, as "
                            "ns3::TcpSocket::SegmentSize");
    }
    TypeId::AttributeInformation info;
    std::string attribute = name.substr(colons + 2);
    if (!type.LookupAttributeByName(attribute, &info))
    {
        std::string nearest = FindNearest(attribute, AttributesOf(type));
        throw ScenarioError("no such attribute; expected one of " + typeName +
                            (nearest.empty() ? "" : ", the nearest is " + nearest));
    }
    const std::string declared = FindDeclaring(type, attribute) + "::" + attribute;
    if (!FindSettings(declared).empty())
    {
        std::string keys = FindKeyOfAttribute(declared);
        throw ScenarioError(keys.empty()
                                ? "roam-sim sets this attribute itself; no key changes it"
                                : "a key of the scenario sets this attribute; expected " + keys);
    }
    if (declared != name)
    {
        throw ScenarioError("is an attribute of another class; expected " + declared);
    }
    if (!(info.flags & TypeId::ATTR_CONSTRUCT) || !info.accessor->HasSetter())
    {
        throw ScenarioError("cannot be set before the simulation; expected an attribute that can");
    }
    if (!Accepts(info, value))
    {
        throw ScenarioError("found \"" + value + "\"; expected " + Describe(*info.checker));
    }
}

} // namespace ns3::roam
