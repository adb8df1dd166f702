/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenarios/resolve-list.h"

#include "scenarios/result-writer.h"

#include <cstdio>
#include <istream>
#include <map>
#include <nettle/sha2.h>
#include <ostream>
#include <sstream>

namespace ns3::roam
{

namespace
{

std::string Sha256(const std::string& text)
{
    sha256_ctx context;
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_init(&context);
    sha256_update(&context, text.size(), reinterpret_cast<const uint8_t*>(text.data()));
    sha256_digest(&context, sizeof(digest), digest);
    std::string hex;
    for (uint8_t byte : digest)
    {
        char two[3];
        std::snprintf(two, sizeof(two), "%02x", byte);
        hex += two;
    }
    return hex;
}

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
            out << Sha256(WriteResolvedKeys(scenario) + known) << "\n";
        }
        catch (const ScenarioError& error)
        {
            out << "! " << error.what() << "\n";
        }
    }
}

} // namespace ns3::roam
