/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/access/walk-data.h"

#include "sim/scenario-value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>

namespace ns3::roam
{

namespace
{

const char* const HEADER = "time_s,x_m,y_m,speed_mps,cell,signal_dbm";
constexpr std::size_t COLUMNS = 6;
const char* const BYTE_ORDER_MARK = "\xEF\xBB\xBF"; // of UTF-8, as spreadsheets write it
constexpr double SHORTEST_STEP = 1e-6;              // s; a nanosecond is the simulator's least

/** The columns of one line as numbers; the name of what is wrong, or empty. */
std::string Split(const std::string& line, std::array<double, COLUMNS>& columns)
{
    std::size_t n = 0;
    for (std::size_t begin = 0; begin <= line.size(); ++n)
    {
        std::size_t end = std::min(line.find(',', begin), line.size());
        if (n < COLUMNS)
        {
            const char* last = line.data() + end;
            auto [at, error] = std::from_chars(line.data() + begin, last, columns[n]);
            if (error != std::errc() || at != last || !std::isfinite(columns[n]))
            {
                return "\"" + line.substr(begin, end - begin) + "\" in column " +
                       std::to_string(n + 1);
            }
        }
        begin = end + 1;
    }
    return n == COLUMNS ? "" : std::to_string(n) + " columns";
}

} // namespace

namespace
{

/** Take a line of a file without its end, be it a line feed or with a carriage return before it. */
bool GetLine(std::istream& in, std::string& line)
{
    if (!std::getline(in, line))
    {
        return false;
    }
    if (!line.empty() && line.back() == '\r')
    {
        line.pop_back();
    }
    return true;
}

/** Return a sample of a line; throws a ScenarioError without its place. */
WalkSample ReadSample(const std::string& line)
{
    auto fail = [](const std::string& found, const std::string& allowed)
    { throw ScenarioError("found " + found + "; expected " + allowed); };
    std::array<double, COLUMNS> c{};
    std::string wrong = Split(line, c);
    if (!wrong.empty())
    {
        fail(wrong, "six numbers with commas between them");
    }
    if (c[4] < 1 || c[4] > 1e6 || c[4] != std::floor(c[4]))
    {
        fail("cell " + FormatNumber(c[4]), "a whole number from 1 to 1000000");
    }
    if (c[5] < -200 || c[5] > 50)
    {
        fail("a level of " + FormatNumber(c[5]), "-200 to 50 dBm");
    }
    if (c[0] < 0)
    {
        fail("time " + FormatNumber(c[0]), "0 or more");
    }
    return {c[0], c[1], c[2], c[3], static_cast<uint32_t>(c[4]), c[5]};
}

void CheckTimes(const WalkSample& before, const WalkSample& after)
{
    std::string times =
        "found time " + FormatNumber(after.time) + " after " + FormatNumber(before.time);
    if (after.time <= before.time)
    {
        throw ScenarioError(times + "; expected a time after that of the line before");
    }
    if (after.time - before.time < SHORTEST_STEP)
    {
        throw ScenarioError(times + "; expected a step of a microsecond or more");
    }
}

} // namespace

Walk ReadWalk(const std::string& file)
{
    std::ifstream in(file);
    std::string line;
    if (!in || !GetLine(in, line))
    {
        throw ScenarioError(file + ": cannot be read; expected a walk (CSV)");
    }
    if (line.compare(0, 3, BYTE_ORDER_MARK) == 0)
    {
        line.erase(0, 3);
    }
    if (line != HEADER)
    {
        throw ScenarioError(file + ":1: another header; expected " + HEADER);
    }
    Walk walk;
    std::string mistakes;
    auto note = [&mistakes, &file](std::size_t number, const std::string& what) {
        mistakes +=
            (mistakes.empty() ? "" : "\n") + file + ":" + std::to_string(number) + ": " + what;
    };
    std::size_t blank = 0; // the first of the blank lines before this one
    for (std::size_t number = 2; GetLine(in, line); ++number)
    {
        if (line.empty())
        {
            blank = blank != 0 ? blank : number;
            continue;
        }
        if (blank != 0)
        {
            note(blank, "a blank line; expected blank lines at the end of the file only");
            blank = 0;
        }
        try
        {
            walk.push_back(ReadSample(line));
            if (walk.size() > 1)
            {
                CheckTimes(walk[walk.size() - 2], walk.back());
            }
        }
        catch (const ScenarioError& error)
        {
            note(number, error.what());
        }
    }
    if (!mistakes.empty())
    {
        throw ScenarioError(mistakes);
    }
    if (walk.size() < 2)
    {
        throw ScenarioError(file + ": found " + std::to_string(walk.size()) +
                            " samples; allowed are two or more");
    }
    return walk;
}

Walk CutWalk(const Walk& walk, double start, double stop)
{
    Walk part;
    for (const auto& sample : walk)
    {
        if (sample.time >= start && sample.time <= stop)
        {
            part.push_back(sample);
        }
    }
    double origin = part.empty() ? 0 : part.front().time;
    for (auto& sample : part)
    {
        sample.time -= origin;
    }
    return part;
}

std::vector<WalkChange> GetChanges(const Walk& walk)
{
    std::vector<WalkChange> changes;
    for (std::size_t i = 1; i < walk.size(); ++i)
    {
        if (walk[i].cell != walk[i - 1].cell)
        {
            changes.push_back({walk[i].time, walk[i - 1].cell, walk[i].cell});
        }
    }
    return changes;
}

std::vector<uint32_t> GetCells(const Walk& walk)
{
    std::vector<uint32_t> cells;
    for (const auto& sample : walk)
    {
        if (std::find(cells.begin(), cells.end(), sample.cell) == cells.end())
        {
            cells.push_back(sample.cell);
        }
    }
    return cells;
}

std::vector<std::string> FindWalksOfArea(const std::string& file)
{
    namespace fs = std::filesystem;
    // AREA-NN.csv, or nothing
    auto areaOf = [](const std::string& name)
    {
        std::size_t dash = name.rfind('-');
        bool numbered = dash != std::string::npos && name.size() == dash + 7 &&
                        std::isdigit(static_cast<unsigned char>(name[dash + 1])) &&
                        std::isdigit(static_cast<unsigned char>(name[dash + 2])) &&
                        name.substr(dash + 3) == ".csv";
        return numbered ? name.substr(0, dash) : std::string();
    };
    fs::path path(file);
    std::string area = areaOf(path.filename().string());
    if (area.empty())
    {
        return {file};
    }
    std::vector<std::string> files;
    fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    for (const auto& entry : fs::directory_iterator(folder))
    {
        if (areaOf(entry.path().filename().string()) == area)
        {
            files.push_back((path.parent_path() / entry.path().filename()).string());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

} // namespace ns3::roam
