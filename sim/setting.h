/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_SETTING_H
#define ROAM_SETTING_H

#include "sim/scenario-value.h"

#include "ns3/attribute.h"
#include "ns3/object-factory.h"
#include "ns3/object.h"

#include <functional>
#include <string>
#include <vector>

namespace ns3::roam
{

class Scenario;

/**
 * One row of the table that binds the keys of a scenario to attributes of ns-3. The world sets
 * what the rows say, [attributes] may not set what a row has, and the default of a key that has a
 * class of ns3::roam behind it is the class's.
 */
struct Setting
{
    /** Of the schema: "sctp.rto_min". Empty where roam-sim's code alone decides. */
    std::string key;
    /** In full, of the class that declares it: "ns3::roam::SctpSocket::RtoMin". */
    std::string attribute;
    /** Which objects of the class: "down" of flows, "core" of links; empty is all of them. */
    std::string part;
    /** The attribute's value; null where code makes it of several keys, or of none. */
    std::function<Ptr<AttributeValue>(const Value&)> toAttribute;
    /** The way back, from the initial value of the class; null where there is none. */
    std::function<Value(const TypeId::AttributeInformation&)> toKey;
};

/** All rows. An attribute may be that of several keys, and a key may set several attributes. */
const std::vector<Setting>& GetSettings();

/** The rows of an attribute, which is named as in Setting; none when no key owns it. */
std::vector<const Setting*> FindSettings(const std::string& attribute);

/**
 * The default of a key whose attribute's class has it, as it is written: "20ms".
 * \param key with a row that leads back from an attribute
 */
std::string ReadClassDefault(const std::string& key, ValueType type);

/** Takes the name of an attribute, without its class, and the value. */
using AttributeSetter = std::function<void(const std::string&, const AttributeValue&)>;

/**
 * Calls set for each attribute of a class, and of those that it is derived from, for which a key
 * has a value.
 * \param type the class, "ns3::roam::CellChannel"
 * \param part of Setting: rows of all parts, and of this one
 */
void ApplySettings(const Scenario& scenario, const std::string& type, const std::string& part,
                   const AttributeSetter& set);

/** The same for the objects that a factory will make. */
void ApplySettings(const Scenario& scenario, ObjectFactory& factory, const std::string& part = "");

/** The same for an object that there is. */
void ApplySettings(const Scenario& scenario, Ptr<Object> object, const std::string& part = "");

/**
 * Makes the values of [attributes] the defaults of their classes, for the whole process. Nothing
 * else is set that way: an attribute of a key goes to the objects that the key is about.
 */
void SetUserDefaults(const Scenario& scenario);

} // namespace ns3::roam

#endif
