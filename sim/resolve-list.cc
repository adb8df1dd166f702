/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/resolve-list.h"

#include "sim/record/result-writer.h"

#include <algorithm>
#include <istream>
#include <map>
#include <ostream>
#include <sstream>

namespace ns3::roam
{

namespace
{

/** What decides which files a scenario reads. */
std::string GetFilesKey(const Scenario& scenario)
{
    std::string key;
    for (const auto& spec : GetSchema())
    {
        if (spec.name.compare(0, 5, "walk.") == 0 || spec.name == "movement.model")
        {
            key += scenario.GetWritten(spec.name) + "\n";
        }
    }
    return key + scenario.GetPath("walk.file");
}

} // namespace

void ResolveList(const SimOptions& options, std::istream& in, std::ostream& out)
{
    Scenario::Reader read = Scenario::OpenReader(options.scenario);
    std::map<std::string, std::string> files;
    std::string line;
    while (std::getline(in, line))
    {
        std::vector<Scenario::Override> overrides = options.overrides;
        std::istringstream words(line);
        for (std::string word; std::getline(words, word, '\t');)
        {
            overrides.push_back({"--set", word});
        }
        try
        {
            Scenario scenario = read(overrides);
            std::string& known = files[GetFilesKey(scenario)];
            if (known.empty())
            {
                known = WriteResolvedFiles(scenario);
            }
            out << HashResolved(scenario, known) << "\n";
        }
        catch (const ScenarioError& error)
        {
            std::string mistakes = error.what();
            std::replace(mistakes.begin(), mistakes.end(), '\n', '\t');
            out << "! " << mistakes << "\n";
        }
    }
}

} // namespace ns3::roam
