/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/world-pcap.h"

#include "ns3/access-router-helper.h"
#include "ns3/boolean.h"
#include "ns3/global-value.h"
#include "ns3/point-to-point-helper.h"

#include <set>
#include <string>

namespace ns3::roam
{

void EnableWorldPcap(const World& world, const RunDirectory& directory)
{
    // no size and no time depends on them, but a reader of captures misses them
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
    // both ends of a link see the same packets but for those that are lost, so the end that is
    // nearer to the client is taken, and the server's on its own link
    PointToPointHelper wires;
    std::set<std::string> links;
    for (auto port = world.network->ports.rbegin(); port != world.network->ports.rend(); ++port)
    {
        if (links.insert(port->link).second)
        {
            wires.EnablePcap(directory.GetPath(port->link + ".pcap"), port->device, false, true);
        }
    }
    AccessRouterHelper air;
    for (const auto& cell : world.cells)
    {
        air.EnablePcap(directory.GetPath("cell-" + std::to_string(cell.number) + ".pcap"),
                       cell.device, false, true);
    }
    for (std::size_t i = 0; i < world.mobiles.front().radios.size(); ++i)
    {
        air.EnablePcap(directory.GetPath("radio-" + std::to_string(i + 1) + ".pcap"),
                       world.mobiles.front().radios[i], false, true);
    }
}

} // namespace ns3::roam
