/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/record/result-writer.h"

#include "sim/record/result-text.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nettle/sha2.h>
#include <sstream>
#include <zlib.h>

namespace ns3::roam
{

namespace
{

using Json = nlohmann::ordered_json;

/** Of the layout of the files of a run; doc/results.md describes it. */
constexpr int FORMAT = 1;

Json Optional(const std::optional<double>& number)
{
    return number ? Json(*number) : Json(nullptr);
}

Json Optional(const std::optional<Time>& time)
{
    return time ? Json(time->GetSeconds()) : Json(nullptr);
}

Json Parameters(const Scenario& scenario)
{
    Json parameters = Json::object();
    for (const auto& key : GetSchema())
    {
        parameters[key.name] = scenario.GetWritten(key.name);
    }
    for (const auto& key : scenario.GetNamedKeys())
    {
        parameters[key] = scenario.GetWritten(key);
    }
    Json attributes = Json::object();
    for (const auto& setting : scenario.GetAttributes())
    {
        attributes[setting.name] = setting.value;
    }
    parameters["attributes"] = attributes;
    return parameters;
}

/** What is read besides the scenario: name, CRC-32 and length. */
Json Files(const Scenario& scenario)
{
    Json files = Json::array();
    if (scenario.GetText("movement.model") != "walk")
    {
        return files;
    }
    for (const auto& file : ReadWorldWalk(scenario).files)
    {
        std::ifstream in(file, std::ios::binary);
        std::ostringstream text;
        text << in.rdbuf();
        std::string bytes = text.str();
        uLong crc =
            crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size()));
        char hex[20];
        std::snprintf(hex, sizeof(hex), "%08lx", crc);
        files.push_back({{"name", std::filesystem::path(file).filename().string()},
                         {"crc32", hex},
                         {"bytes", bytes.size()}});
    }
    return files;
}

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

Json Cells(const World& world)
{
    Json cells = Json::array();
    for (const auto& cell : world.cells)
    {
        Json one{{"cell", cell.number}, {"router", cell.router}};
        if (!world.walk)
        {
            one["x"] = cell.x;
            one["y"] = cell.y;
        }
        cells.push_back(one);
    }
    return cells;
}

Json Signalling(const SignallingLog& log)
{
    Json types = Json::object();
    for (const auto& [name, type] : log.GetTypes())
    {
        Json links = Json::object();
        for (const auto& [link, count] : type.links)
        {
            links[link] = {{"msgs", count.msgs}, {"bytes", count.bytes}};
        }
        types[name] = {{"group", MessageGroupName(type.group)},
                       {"msgs", type.all.msgs},
                       {"bytes", type.all.bytes},
                       {"links", links}};
    }
    return types;
}

Json Results(const World& world, const Recorder& recorder)
{
    FlowSummary down = recorder.GetDown().messages.Summarize(world.GetSendingStop());
    FlowSummary up = recorder.GetUp().messages.Summarize(world.GetSendingStop());
    const RunOutcome& outcome = recorder.GetOutcome();
    Json results;
    results["outcome"] = outcome.completed ? "completed" : "broken";
    results["why"] = outcome.why;
    results["goodput"] = down.goodput;
    results["goodput_up"] = up.goodput;
    results["delay_mean"] = Optional(down.delayMean);
    results["delay_p50"] = Optional(down.delayP50);
    results["delay_p95"] = Optional(down.delayP95);
    results["delay_p99"] = Optional(down.delayP99);
    results["jitter"] = Optional(down.jitter);
    results["loss"] = Optional(down.GetLoss());
    results["sent"] = down.sent;
    results["delivered"] = down.delivered;
    results["lost"] = down.lost;
    results["unfinished"] = down.unfinished;
    results["duplicated"] = down.duplicated;
    results["reordered"] = down.reordered;
    results["retransmitted"] = recorder.GetDown().retransmissions.size();
    results["tunnelled"] = recorder.GetTunnelled();
    results["longest_gap"] = Optional(down.longestGap);
    results["longest_gap_censored"] =
        down.longestGap ? Json(down.longestGapCensored ? 1 : 0) : Json(nullptr);
    SignallingCount charged;
    for (const auto& [name, type] : recorder.GetSignalling().GetTypes())
    {
        if (IsCharged(type.group))
        {
            charged.msgs += type.all.msgs;
            charged.bytes += type.all.bytes;
        }
    }
    results["signalling_msgs"] = charged.msgs;
    results["signalling_bytes"] = charged.bytes;
    results["handovers"] = recorder.GetReports().size();
    for (const char* name : {"completed", "broken", "abandoned", "ping-pong"})
    {
        uint64_t n = 0;
        for (const auto& report : recorder.GetReports())
        {
            n += report.outcome == name;
        }
        results[name == std::string("ping-pong") ? "ping_pong" : name] = n;
    }
    results["primary_changes"] = recorder.GetPrimaryChanges();
    results["session_start"] = Optional(outcome.connected);
    results["session_end"] = Optional(outcome.ended);
    if (world.walk)
    {
        results["walk_changes"] = world.walk->changes.size();
        results["below_floor"] = recorder.GetBelowFloor();
        results["longest_below_floor"] = recorder.GetLongestBelowFloor();
    }
    return results;
}

} // namespace

std::string WriteResolved(const Scenario& scenario)
{
    Json resolved;
    resolved["format"] = FORMAT;
    resolved["parameters"] = Parameters(scenario);
    resolved["files"] = Files(scenario);
    return resolved.dump(1) + "\n";
}

std::string WriteResolvedFiles(const Scenario& scenario)
{
    return Files(scenario).dump();
}

std::string HashResolved(const Scenario& scenario, const std::string& files)
{
    return Sha256(Parameters(scenario).dump() + files);
}

std::string WriteResult(const World& world, const Recorder& recorder, const Remarks& remarks)
{
    Json result;
    result["format"] = FORMAT;
    result["scenario"] = world.scenario.GetName();
    result["scheme"] = world.scheme.name;
    result["seed"] = world.scenario.GetInteger("seed");
    result["versions"] = {{"roam", ROAM_VERSION},
                          {"ns3", "3." + std::to_string(ROAM_NS3_MINOR)},
                          {"results", FORMAT}};
    result["outcome"] = recorder.GetOutcome().completed ? "completed" : "broken";
    result["why"] = recorder.GetOutcome().why;
    result["remarks"] = remarks;
    result["stop"] = world.GetStop().GetSeconds();
    result["sending_stop"] = world.GetSendingStop().GetSeconds();
    result["parameters"] = Parameters(world.scenario);
    result["files"] = Files(world.scenario);
    result["resolved"] = HashResolved(world.scenario, result["files"].dump());
    result["cells"] = Cells(world);
    result["results"] = Results(world, recorder);
    result["signalling"] = Signalling(recorder.GetSignalling());
    return result.dump(1) + "\n";
}

std::string WriteFlows(const World& world, const Recorder& recorder)
{
    std::string text =
        "flow,sent,delivered,lost,loss,dropped,unfinished,duplicated,reordered,goodput,"
        "delay_mean,delay_min,delay_p50,delay_p95,delay_p99,delay_max,jitter,"
        "longest_gap,longest_gap_censored,interval\n";
    for (const FlowRecord* flow : {&recorder.GetDown(), &recorder.GetUp()})
    {
        FlowSummary s = flow->messages.Summarize(world.GetSendingStop());
        text += std::string(flow->name) + "," + std::to_string(s.sent) + "," +
                std::to_string(s.delivered) + "," + std::to_string(s.lost) + "," +
                NumberText(s.GetLoss()) + "," + std::to_string(s.dropped) + "," +
                std::to_string(s.unfinished) + "," + std::to_string(s.duplicated) + "," +
                std::to_string(s.reordered);
        for (const auto& number :
             {std::optional<double>(s.goodput), s.delayMean, s.delayMin, s.delayP50, s.delayP95,
              s.delayP99, s.delayMax, s.jitter, s.longestGap})
        {
            text += "," + NumberText(number);
        }
        text += "," + CensoredText(s.longestGap.has_value(), s.longestGapCensored) + "," +
                NumberText(flow->spacing.GetSeconds()) + "\n";
    }
    return text;
}

static void WriteLadder(const RunDirectory& directory, const World& world, const Recorder& recorder)
{
    uint32_t wanted = world.scenario.GetInteger("run.ladder_handover");
    const auto& reports = recorder.GetReports();
    if (wanted > reports.size())
    {
        // a run in which nothing of the kind came about is a result too
        std::string none = "# no handover " + std::to_string(wanted) + " in this run\n";
        directory.Write("ladder.txt", none);
        directory.Write("ladder.msc", none + "msc {\n  MC, FS;\n}\n");
        return;
    }
    const HandoverReport& report = reports[wanted - 1];
    std::string oldRouter = recorder.RouterOf(report.record.fromCell);
    std::string newRouter = recorder.RouterOf(report.record.toCell);
    directory.Write("ladder.txt", recorder.GetLadder().WriteText(report, oldRouter, newRouter));
    directory.Write("ladder.msc", recorder.GetLadder().WriteMsc(report, oldRouter, newRouter));
}

void WriteRun(const RunDirectory& directory, const World& world, const Recorder& recorder,
              const Remarks& remarks, bool ladder)
{
    directory.Write("handovers.csv", WriteHandovers(recorder.GetReports()));
    directory.Write("flows.csv", WriteFlows(world, recorder));
    directory.WriteGzip("timeline.csv.gz", recorder.GetTimeline().GetText());
    if (ladder)
    {
        WriteLadder(directory, world, recorder);
    }
    directory.Write("result.json", WriteResult(world, recorder, remarks));
}

std::string WriteSummary(const World& world, const Recorder& recorder, const Remarks& remarks)
{
    auto ms = [](const std::optional<CensoredTime>& time)
    {
        return time ? (time->censored ? "> " : "") + FixedText(time->length.GetSeconds() * 1e3, 1) +
                          " ms"
                    : std::string("-");
    };
    FlowSummary down = recorder.GetDown().messages.Summarize(world.GetSendingStop());
    const RunOutcome& outcome = recorder.GetOutcome();
    std::string text = world.scenario.GetName() + ", " + world.scheme.name + ", seed " +
                       std::to_string(world.scenario.GetInteger("seed")) + ": session " +
                       (outcome.completed ? "completed" : "broken (" + outcome.why + ")") + "\n" +
                       "messages: " + std::to_string(down.sent) + " sent, " +
                       std::to_string(down.delivered) + " delivered, " + std::to_string(down.lost) +
                       " lost, " + std::to_string(down.unfinished) + " unfinished, " +
                       std::to_string(down.duplicated) + " twice; " +
                       FixedText(down.goodput / 1e6, 3) + " Mbit/s\n";
    for (const auto& report : recorder.GetReports())
    {
        text += "handover " + std::to_string(report.record.id) + " at " +
                FixedText(report.record.tOpen.GetSeconds(), 3) + " s: cell " +
                std::to_string(report.record.fromCell) + " to " +
                std::to_string(report.record.toCell) + ", " + report.outcome +
                (report.end == "-" || report.end.empty() ? "" : " (" + report.end + ")") +
                ", latency " + ms(report.latency) + ", interruption " + ms(report.interruption) +
                ", lost " + std::to_string(report.lost) + ", signalling " +
                std::to_string(report.charged.bytes) + " bytes\n";
    }
    for (const auto& remark : remarks)
    {
        text += remark + "\n";
    }
    return text;
}

} // namespace ns3::roam
