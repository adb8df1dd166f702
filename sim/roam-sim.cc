/* SPDX-License-Identifier: GPL-2.0-or-later */
// roam-sim: simulates one scenario once, and writes what came of it to one directory.
#include "sim/sim-options.h"

#include "sim/record/recorder.h"
#include "sim/resolve-list.h"
#include "sim/record/result-writer.h"
#include "sim/run-directory.h"
#include "sim/run-remarks.h"
#include "sim/scenario.h"
#include "sim/scheme-table.h"
#include "sim/world-pcap.h"
#include "sim/world.h"

#include "ns3/simulator.h"

#include <csignal>
#include <cstdio>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>

using namespace ns3;
using namespace ns3::roam;

namespace
{

constexpr int STATUS_USAGE = 2;
constexpr int MOST_MISTAKES = 20; //!< that are printed

/** A line on standard error for each line of a text. */
void PrintMistakes(const std::string& text)
{
    std::istringstream lines(text);
    std::string line;
    for (int i = 0; i < MOST_MISTAKES && std::getline(lines, line); ++i)
    {
        std::cerr << "roam-sim: " << line << "\n";
    }
    int more = 0;
    while (std::getline(lines, line))
    {
        ++more;
    }
    if (more > 0)
    {
        std::cerr << "roam-sim: and " << more << " more\n";
    }
}

void TellProgress(Time now, Time stop)
{
    std::fprintf(stderr, "progress %.3f of %.3f s\n", now.GetSeconds(), stop.GetSeconds());
}

/** A line on standard error for every twentieth of the run; the last is for when it is over. */
void Progress(Time step, Time stop)
{
    TellProgress(Simulator::Now(), stop);
    if (Simulator::Now() + step < stop)
    {
        Simulator::Schedule(step, &Progress, step, stop);
    }
}

/** The signal that asks for the end, or 0. */
volatile std::sig_atomic_t g_signal = 0;

void Interrupt(int signal)
{
    g_signal = signal;
}

/** Looks now and then whether the run is still wanted; what it has written is then removed. */
void Watch(Time step)
{
    if (g_signal != 0)
    {
        Simulator::Stop();
        return;
    }
    Simulator::Schedule(step, &Watch, step);
}

void Simulate(const SimOptions& options, const Scenario& scenario)
{
    std::unique_ptr<RunDirectory> directory;
    if (!options.out.empty())
    {
        directory = std::make_unique<RunDirectory>(options.out, options.force);
    }
    {
        World world(scenario);
        Recorder recorder(world);
        RunRemarks watch(world);
        if (options.pcap)
        {
            EnableWorldPcap(world, *directory);
        }
        if (options.progress)
        {
            Simulator::ScheduleNow(&Progress, world.GetStop() / 20, world.GetStop());
        }
        std::signal(SIGINT, &Interrupt);
        std::signal(SIGTERM, &Interrupt);
        Simulator::ScheduleNow(&Watch, world.GetStop() / 1000);
        Simulator::Stop(world.GetStop());
        Simulator::Run();
        if (g_signal != 0)
        {
            throw ScenarioError("stopped by a signal; nothing was written");
        }
        if (options.progress)
        {
            TellProgress(Simulator::Now(), world.GetStop());
        }
        recorder.Finish();
        auto remarks = watch.Make(recorder);
        if (directory)
        {
            WriteRun(*directory, world, recorder, remarks, options.ladder);
        }
        std::cout << WriteSummary(world, recorder, remarks);
        // closes the captures too
        Simulator::Destroy();
    }
    if (directory)
    {
        directory->Commit();
    }
}

int Run(const SimOptions& options)
{
    switch (options.action)
    {
    case SimAction::HELP:
        PrintUsage(std::cout);
        break;
    case SimAction::PRINT_SCHEMA:
        PrintSchema(std::cout);
        break;
    case SimAction::PRINT_SCHEMA_JSON:
        PrintSchemaJson(std::cout);
        break;
    case SimAction::LIST_SCHEMES:
        for (const auto& scheme : GetSchemes())
        {
            std::cout << scheme.name << "\t" << scheme.help << "\n";
        }
        break;
    case SimAction::VERSION:
        std::cout << "roam " << ROAM_VERSION << ", ns-3." << ROAM_NS3_MINOR << "\n";
        break;
    case SimAction::RESOLVE:
        std::cout << WriteResolved(Scenario::Read(options.scenario, options.overrides));
        break;
    case SimAction::RESOLVE_LIST:
        ResolveList(options, std::cin, std::cout);
        break;
    case SimAction::SIMULATE:
        Simulate(options, Scenario::Read(options.scenario, options.overrides));
        break;
    }
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    try
    {
        return Run(ReadOptions(argc, argv));
    }
    catch (const ScenarioError& error)
    {
        PrintMistakes(error.what());
        return STATUS_USAGE;
    }
}
