/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/scenario-value.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace ns3::roam
{

namespace
{

struct Unit
{
    const char* name;
    double scale;
};

/** The units of a type, the base unit last and the others from large to small. */
const std::vector<Unit>& UnitsOf(ValueType type)
{
    static const std::vector<Unit> time{{"h", 3600e9}, {"min", 60e9}, {"s", 1e9},
                                        {"ms", 1e6},   {"us", 1e3},   {"ns", 1}};
    static const std::vector<Unit> rate{{"Gbps", 1e9}, {"Mbps", 1e6}, {"kbps", 1e3}, {"bps", 1}};
    static const std::vector<Unit> speed{{"km/h", 1 / 3.6}, {"m/s", 1}};
    static const std::vector<Unit> length{{"km", 1e3}, {"m", 1}};
    static const std::vector<Unit> level{{"dBm", 1}};
    static const std::vector<Unit> gain{{"dB", 1}};
    static const std::vector<Unit> size{{"MB", 1e6}, {"kB", 1e3}, {"B", 1}};
    static const std::vector<Unit> none;
    switch (type)
    {
    case ValueType::TIME:
        return time;
    case ValueType::RATE:
        return rate;
    case ValueType::SPEED:
        return speed;
    case ValueType::LENGTH:
        return length;
    case ValueType::LEVEL:
        return level;
    case ValueType::GAIN:
        return gain;
    case ValueType::SIZE:
        return size;
    default:
        return none;
    }
}

/** Types whose base unit is not divided. */
bool IsWhole(ValueType type)
{
    return type == ValueType::TIME || type == ValueType::RATE || type == ValueType::SIZE ||
           type == ValueType::INTEGER;
}

bool IsWord(ValueType type)
{
    return type == ValueType::CHOICE || type == ValueType::TEXT || type == ValueType::FILE;
}

std::string Quote(const RawValue& raw)
{
    return raw.quoted ? "\"" + raw.text + "\"" : raw.text;
}

[[noreturn]] void Fail(const ValueSpec& spec, const RawValue& raw, const std::string& why)
{
    throw ScenarioError("found " + Quote(raw) + (why.empty() ? "" : " (" + why + ")") +
                        "; expected " + DescribeSpec(spec));
}

Value ParseWord(const ValueSpec& spec, const RawValue& raw)
{
    if (!raw.quoted)
    {
        Fail(spec, raw, "not in quotes");
    }
    if (spec.type == ValueType::CHOICE &&
        std::find(spec.choices.begin(), spec.choices.end(), raw.text) == spec.choices.end())
    {
        Fail(spec, raw, "");
    }
    return Value{0, raw.text, {}};
}

/** "[1, 0.5]" */
Value ParseList(const ValueSpec& spec, const RawValue& raw)
{
    Value value;
    const std::string& text = raw.text;
    if (raw.quoted || text.size() < 2 || text.front() != '[' || text.back() != ']')
    {
        Fail(spec, raw, "not a list");
    }
    const char* at = text.data() + 1;
    const char* end = text.data() + text.size() - 1;
    while (at != end)
    {
        if (*at == ' ' || (*at == ',' && !value.numbers.empty()))
        {
            ++at;
            continue;
        }
        double number = 0;
        auto [next, error] = std::from_chars(at, end, number);
        if (error != std::errc() || !(number >= spec.min && number <= spec.max))
        {
            Fail(spec, raw, error != std::errc() ? "not a list of numbers" : "out of range");
        }
        value.numbers.push_back(number);
        at = next;
    }
    return value;
}

/** A number, or a percentage: the same bits as the number that it stands for. */
Value ParseProbability(const ValueSpec& spec, const RawValue& raw)
{
    std::string text = raw.text;
    bool percent = !text.empty() && text.back() == '%';
    if (percent)
    {
        text.pop_back();
        text += "e-2";
    }
    Value value;
    const char* end = text.data() + text.size();
    auto [at, error] = std::from_chars(text.data(), end, value.number);
    if (error != std::errc() || at != end || (raw.quoted && !percent))
    {
        Fail(spec, raw,
             raw.quoted && error == std::errc() && at == end ? "not a plain number"
                                                             : "not a number");
    }
    if (!(value.number >= spec.min && value.number <= spec.max))
    {
        Fail(spec, raw, "out of range");
    }
    return value;
}

Value ParseQuantity(const ValueSpec& spec, const RawValue& raw)
{
    const auto& units = UnitsOf(spec.type);
    Value value;
    const char* begin = raw.text.data();
    const char* end = begin + raw.text.size();
    auto [at, error] = std::from_chars(begin + (raw.text[0] == '+'), end, value.number);
    if (error != std::errc() || !std::isfinite(value.number))
    {
        Fail(spec, raw, "not a number" + std::string(units.empty() ? "" : " with a unit"));
    }
    while (at != end && *at == ' ')
    {
        ++at;
    }
    std::string unit(at, end);
    if (units.empty())
    {
        if (raw.quoted || !unit.empty())
        {
            Fail(spec, raw, "not a plain number");
        }
    }
    else
    {
        auto found = std::find_if(units.begin(), units.end(),
                                  [&unit](const Unit& u) { return unit == u.name; });
        if (found == units.end())
        {
            Fail(spec, raw, unit.empty() ? "no unit" : "wrong unit");
        }
        value.number *= found->scale;
    }
    if (IsWhole(spec.type))
    {
        double whole = std::round(value.number);
        if (std::fabs(whole - value.number) > 1e-6 * std::max(1.0, std::fabs(whole)))
        {
            Fail(spec, raw,
                 units.empty() ? std::string("not a whole number")
                               : std::string("not a whole number of ") + units.back().name);
        }
        value.number = whole;
    }
    if (value.number < spec.min || value.number > spec.max)
    {
        Fail(spec, raw, "out of range");
    }
    return value;
}

} // namespace

bool IsQuotedType(ValueType type)
{
    return IsWord(type) || !UnitsOf(type).empty();
}

const char* ValueTypeName(ValueType type)
{
    static const char* const names[] = {"time",    "rate",    "speed",   "length", "level",
                                        "gain",    "size",    "integer", "number", "probability",
                                        "numbers", "boolean", "choice",  "text",   "file"};
    return names[static_cast<int>(type)];
}

std::string FormatNumber(double number)
{
    char text[40];
    bool whole = std::fabs(number) < 1e15 && number == std::floor(number);
    auto result = whole ? std::to_chars(text, text + sizeof(text), number, std::chars_format::fixed)
                        : std::to_chars(text, text + sizeof(text), number);
    return std::string(text, result.ptr);
}

Value ParseValue(const ValueSpec& spec, const RawValue& raw)
{
    if (IsWord(spec.type))
    {
        return ParseWord(spec, raw);
    }
    if (spec.type == ValueType::BOOLEAN)
    {
        if (raw.quoted || (raw.text != "true" && raw.text != "false"))
        {
            Fail(spec, raw, "");
        }
        return Value{raw.text == "true" ? 1.0 : 0.0, "", {}};
    }
    if (spec.type == ValueType::NUMBERS)
    {
        return ParseList(spec, raw);
    }
    if (spec.type == ValueType::PROBABILITY)
    {
        return ParseProbability(spec, raw);
    }
    return ParseQuantity(spec, raw);
}

std::string FormatValue(ValueType type, const Value& value)
{
    if (IsWord(type))
    {
        return value.text;
    }
    if (type == ValueType::BOOLEAN)
    {
        return value.number != 0 ? "true" : "false";
    }
    if (type == ValueType::NUMBERS)
    {
        std::string list = "[";
        for (double number : value.numbers)
        {
            list += (list.size() > 1 ? ", " : "") + FormatNumber(number);
        }
        return list + "]";
    }
    const auto& units = UnitsOf(type);
    if (units.empty())
    {
        return FormatNumber(value.number);
    }
    if (value.number == 0 && type == ValueType::TIME)
    {
        return "0s";
    }
    std::string best;
    for (auto unit = units.rbegin(); unit != units.rend(); ++unit)
    {
        std::string name = unit->name;
        // a division that is not exact is only made good by rounding to a whole number again
        if (unit->scale != 1 && (!IsWhole(type) || name == "h" || name == "min"))
        {
            continue;
        }
        std::string text = FormatNumber(value.number / unit->scale) + name;
        if (best.empty() || (std::fabs(value.number) >= unit->scale && text.size() <= best.size()))
        {
            best = text;
        }
    }
    return best;
}

std::string DescribeSpec(const ValueSpec& spec)
{
    std::string text;
    switch (spec.type)
    {
    case ValueType::BOOLEAN:
        return "true or false";
    case ValueType::TEXT:
        return "text in quotes";
    case ValueType::FILE:
        return "a file's name in quotes";
    case ValueType::CHOICE:
        for (std::size_t i = 0; i < spec.choices.size(); ++i)
        {
            text += (i == 0 ? "" : i + 1 == spec.choices.size() ? " or " : ", ");
            text += "\"" + spec.choices[i] + "\"";
        }
        return text;
    case ValueType::INTEGER:
        text = "a whole number";
        break;
    case ValueType::NUMBER:
        text = "a number";
        break;
    case ValueType::PROBABILITY:
        return "a probability from " + FormatNumber(spec.min) + " to " + FormatNumber(spec.max) +
               ", or in quotes as \"0.5%\"";
    case ValueType::NUMBERS:
        text = "a list of numbers";
        break;
    default:
        text = std::string("a ") + ValueTypeName(spec.type) + " in quotes with its unit (";
        for (const auto& unit : UnitsOf(spec.type))
        {
            text += (text.back() == '(' ? "" : ", ") + std::string(unit.name);
        }
        text += ")";
    }
    ValueType one = spec.type == ValueType::NUMBERS ? ValueType::NUMBER : spec.type;
    return text + " from " + FormatValue(one, Value{spec.min, "", {}}) + " to " +
           FormatValue(one, Value{spec.max, "", {}});
}

} // namespace ns3::roam
