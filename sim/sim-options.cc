/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/sim-options.h"

#include <map>
#include <ostream>

namespace ns3::roam
{

void PrintUsage(std::ostream& out)
{
    out << "roam-sim SCENARIO.toml [options]\n"
           "\n"
           "Simulates one scenario once. Without --out it only prints a summary.\n"
           "\n"
           "  --scheme NAME          how the client stays connected, instead of the scenario's\n"
           "  --seed N               the world's random numbers, instead of the scenario's\n"
           "  --set KEY=VALUE        any key of the scenario; may be given many times\n"
           "  --out DIR              writes the run to DIR, whole or not at all\n"
           "  --force                replaces DIR also when it holds what roam did not write\n"
           "  --pcap                 with captures of every link\n"
           "  --ladder               with the message ladder of one handover\n"
           "  --progress             lines of progress on standard error\n"
           "  --resolve              prints the scenario with every key, and simulates nothing\n"
           "  --resolve-list         does so for each line of standard input, KEY=VALUE between\n"
           "                         tabs, and prints the SHA-256 of each, or \"! \" and the "
           "mistake\n"
           "  --print-schema[=json]  prints all keys, units, ranges and defaults\n"
           "  --list-schemes         prints what --scheme can be\n"
           "  --version              prints roam's version and the release of ns-3\n"
           "  --help                 prints this\n";
}

SimOptions ReadOptions(int argc, char** argv)
{
    static const std::map<std::string, SimAction> actions{
        {"--help", SimAction::HELP},
        {"-h", SimAction::HELP},
        {"--resolve", SimAction::RESOLVE},
        {"--resolve-list", SimAction::RESOLVE_LIST},
        {"--print-schema", SimAction::PRINT_SCHEMA},
        {"--print-schema=text", SimAction::PRINT_SCHEMA},
        {"--print-schema=json", SimAction::PRINT_SCHEMA_JSON},
        {"--list-schemes", SimAction::LIST_SCHEMES},
        {"--version", SimAction::VERSION}};
    SimOptions options;
    for (int i = 1; i < argc; ++i)
    {
        std::string option = argv[i];
        // "--seed=3" is "--seed 3"
        std::string value;
        bool inside = false;
        auto equals = option.find('=');
        if (option.compare(0, 2, "--") == 0 && equals != std::string::npos &&
            actions.find(option) == actions.end())
        {
            value = option.substr(equals + 1);
            option = option.substr(0, equals);
            inside = true;
        }
        auto take = [&]()
        {
            if (!inside && i + 1 >= argc)
            {
                throw ScenarioError(option + ": no value; expected one after it");
            }
            return inside ? value : std::string(argv[++i]);
        };
        auto action = actions.find(option);
        if (action != actions.end())
        {
            options.action = action->second;
        }
        else if (option == "--scheme" || option == "--seed")
        {
            options.overrides.push_back({option, option.substr(2) + "=" + take()});
        }
        else if (option == "--set")
        {
            options.overrides.push_back({option, take()});
        }
        else if (option == "--out")
        {
            options.out = take();
            if (options.out.empty())
            {
                throw ScenarioError("--out: an empty name; expected a directory's");
            }
        }
        else if (option == "--force" && !inside)
        {
            options.force = true;
        }
        else if (option == "--pcap" && !inside)
        {
            options.pcap = true;
        }
        else if (option == "--ladder" && !inside)
        {
            options.ladder = true;
        }
        else if (option == "--progress" && !inside)
        {
            options.progress = true;
        }
        else if (option.compare(0, 1, "-") == 0)
        {
            throw ScenarioError(option + ": unknown option; --help lists them");
        }
        else if (options.scenario.empty())
        {
            options.scenario = option;
        }
        else
        {
            throw ScenarioError(option + ": a second scenario; expected one");
        }
    }
    bool reads = options.action == SimAction::SIMULATE || options.action == SimAction::RESOLVE ||
                 options.action == SimAction::RESOLVE_LIST;
    if (reads && options.scenario.empty())
    {
        throw ScenarioError("no scenario; expected roam-sim SCENARIO.toml, see --help");
    }
    for (auto [given, option] :
         {std::pair(options.pcap, "--pcap"), std::pair(options.ladder, "--ladder"),
          std::pair(options.force, "--force")})
    {
        if (given && options.out.empty())
        {
            throw ScenarioError(std::string(option) + " needs --out DIR");
        }
    }
    return options;
}

} // namespace ns3::roam
