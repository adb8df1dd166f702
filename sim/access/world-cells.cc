/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/access/world-cells.h"

#include "sim/access/shadowing-loss-model.h"
#include "sim/access/walk-fit.h"
#include "sim/access/walk-loss-model.h"
#include "sim/setting.h"
#include "sim/world-streams.h"

#include "ns3/access-router-helper.h"
#include "ns3/constant-position-mobility-model.h"
#include "ns3/pointer.h"
#include "ns3/uinteger.h"

#include <fstream>
#include <memory>

namespace ns3::roam
{

namespace
{

Ptr<PropagationLossModel> MakeRowLoss(const Scenario& scenario)
{
    Ptr<LogDistancePropagationLossModel> loss = CreateObject<LogDistancePropagationLossModel>();
    ApplySettings(scenario, loss);
    if (scenario.GetNumber("shadowing.deviation") > 0)
    {
        Ptr<ShadowingLossModel> shadowing = CreateObject<ShadowingLossModel>();
        ApplySettings(scenario, shadowing);
        loss->SetNext(shadowing);
    }
    return loss;
}

AccessRouterHelper MakeHelper(const Scenario& scenario)
{
    AccessRouterHelper helper;
    ApplySettings(scenario, "ns3::roam::CellDevice", "",
                  [&helper](const std::string& name, const AttributeValue& value)
                  { helper.SetDeviceAttribute(name, value); });
    ApplySettings(scenario, "ns3::DhcpServer", "",
                  [&helper](const std::string& name, const AttributeValue& value)
                  { helper.SetDhcpServerAttribute(name, value); });
    helper.SetAdvertisementInterval(scenario.GetTime("address.advertisement_min"),
                                    scenario.GetTime("address.advertisement_max"));
    return helper;
}

} // namespace

WorldWalk ReadWorldWalk(const Scenario& scenario)
{
    WorldWalk world;
    std::string file = scenario.GetPath("walk.file");
    if (!std::ifstream(file))
    {
        scenario.Fail("walk.file", "found no file " + file +
                                       " that can be read; expected a "
                                       "walk (CSV)");
    }
    world.walk = CutWalk(ReadWalk(file), scenario.GetTime("walk.start").GetSeconds(),
                         scenario.GetTime("walk.stop").GetSeconds());
    if (world.walk.size() < 2)
    {
        scenario.Fail("walk.start", "found " + scenario.GetWritten("walk.start") + " to " +
                                        scenario.GetWritten("walk.stop") +
                                        ", in which the walk has less than two samples; allowed "
                                        "is a part with more");
    }
    world.cells = GetCells(world.walk);
    world.changes = GetChanges(world.walk);
    world.files = FindWalksOfArea(file);
    if (world.cells.size() > WorldNetwork::MOST_LOCATIONS)
    {
        scenario.Fail("walk.file", "found " + std::to_string(world.cells.size()) +
                                       " cells; allowed are at most " +
                                       std::to_string(WorldNetwork::MOST_LOCATIONS));
    }
    return world;
}

std::vector<WorldCell> MakeCells(const Scenario& scenario, const WorldNetwork& network,
                                 const WorldWalk* walk)
{
    std::shared_ptr<const Walk> path;
    std::shared_ptr<const WalkFit> fit;
    if (walk)
    {
        std::vector<Walk> area;
        for (const auto& file : walk->files)
        {
            area.push_back(ReadWalk(file));
        }
        path = std::make_shared<const Walk>(walk->walk);
        fit = std::make_shared<const WalkFit>(area);
    }

    AccessRouterHelper helper = MakeHelper(scenario);
    std::vector<WorldCell> cells;
    for (const auto& site : network.sites)
    {
        if (!site.hasCell)
        {
            continue;
        }
        uint32_t i = site.location;
        WorldCell cell;
        cell.number = walk ? walk->cells[i] : i + 1;
        cell.router = network.GetRouterText(i);
        cell.x = walk ? 0 : i * scenario.GetNumber("cell.spacing");
        cell.y = 0;
        Ptr<Node> node = site.router;
        Ptr<ConstantPositionMobilityModel> position = CreateObject<ConstantPositionMobilityModel>();
        position->SetPosition(Vector(cell.x, cell.y, 0));
        node->AggregateObject(position);
        helper.SetChannelAttribute("CellId", UintegerValue(cell.number));
        // for each cell anew: its error models are its own
        ApplySettings(scenario, "ns3::roam::CellChannel", "",
                      [&helper](const std::string& name, const AttributeValue& value)
                      { helper.SetChannelAttribute(name, value); });
        if (walk)
        {
            Ptr<WalkLossModel> loss = CreateObject<WalkLossModel>();
            loss->SetWalk(cell.number, path, fit);
            helper.SetChannelAttribute("PropagationLoss", PointerValue(loss));
        }
        else
        {
            helper.SetChannelAttribute("PropagationLoss", PointerValue(MakeRowLoss(scenario)));
        }
        cell.device = network.v6
                          ? helper.Install(node, network.GetRouterAddress6(i), Ipv6Prefix(64))
                          : helper.Install(node, network.GetRouterAddress4(i), Ipv4Mask("/24"));
        cell.channel = cell.device->GetCell();
        AccessRouterHelper::AssignStreams(cell.device, STREAM_CELL + i * STREAM_PER_CELL);
        cells.push_back(cell);
    }
    return cells;
}

} // namespace ns3::roam
