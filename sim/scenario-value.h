/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_SCENARIO_VALUE_H
#define ROAM_SCENARIO_VALUE_H

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace ns3::roam
{

/** What is wrong with a scenario, a walk or an argument: a line for the user for each mistake. */
class ScenarioError : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

/** What a key of a scenario holds. */
enum class ValueType
{
    TIME,        //!< "20ms"; nanoseconds
    RATE,        //!< "2Mbps"; bits per second
    SPEED,       //!< "15m/s"
    LENGTH,      //!< "400m"
    LEVEL,       //!< "-95dBm"
    GAIN,        //!< "3dB"
    SIZE,        //!< "1000B"; bytes
    INTEGER,     //!< 3
    NUMBER,      //!< 0.01
    PROBABILITY, //!< 0.005, or "0.5%"
    NUMBERS,     //!< [1, 0.5]
    BOOLEAN,     //!< true
    CHOICE,      //!< one of a list of words
    TEXT,        //!< any words
    FILE         //!< a file's name, from the scenario's folder
};

/** "time", "rate", ... as messages and --print-schema name it. */
const char* ValueTypeName(ValueType type);

/** A value as it was written: quoted text, or a bare number or word. */
struct RawValue
{
    std::string text;
    bool quoted;
};

/**
 * One value. Quantities are numbers in the base unit of their type (ns, bit/s, m/s, m, dBm, dB,
 * bytes), all of which a double holds exactly in the ranges of the schema.
 */
struct Value
{
    double number{0};
    std::string text;            //!< CHOICE, TEXT and FILE
    std::vector<double> numbers; //!< NUMBERS
};

/** What one key may hold. */
struct ValueSpec
{
    ValueType type;
    double min{0};                      //!< in the base unit
    double max{0};                      //!< in the base unit
    std::vector<std::string> choices{}; //!< of CHOICE
};

/**
 * Reads a value.
 * \throws ScenarioError with "what was found; what is allowed"
 */
Value ParseValue(const ValueSpec& spec, const RawValue& raw);

/** The shortest way to write a value that reads back as the same: "20ms", "2Mbps", "true". */
std::string FormatValue(ValueType type, const Value& value);

/** True if values of a type are written in quotes. */
bool IsQuotedType(ValueType type);

/** "a time from 1ms to 1h": what a key may hold, in words. */
std::string DescribeSpec(const ValueSpec& spec);

/** The shortest decimal text that reads back as the same number. */
std::string FormatNumber(double number);

} // namespace ns3::roam

#endif
