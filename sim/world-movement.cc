/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/world-movement.h"

#include "sim/world-streams.h"

#include "ns3/random-variable-stream.h"

#include <cmath>

namespace ns3::roam
{

Ptr<WaypointMobilityModel> MakeMovement(const Scenario& scenario, Time stop)
{
    double spread = scenario.GetNumber("movement.spread");
    Ptr<UniformRandomVariable> random = CreateObject<UniformRandomVariable>();
    random->SetStream(STREAM_MOVEMENT);
    double x = scenario.GetNumber("movement.start") + random->GetValue(-spread / 2, spread / 2);
    double y = scenario.GetNumber("movement.offset");
    double speed = scenario.GetNumber("movement.speed");
    Time now = scenario.GetTime("movement.begin");

    Ptr<WaypointMobilityModel> model = CreateObject<WaypointMobilityModel>();
    model->AddWaypoint(Waypoint(Time(0), Vector(x, y, 0)));
    if (now > Time(0))
    {
        model->AddWaypoint(Waypoint(now, Vector(x, y, 0)));
    }
    if (scenario.GetText("movement.model") == "swing" && speed > 0)
    {
        double low = scenario.GetNumber("movement.turn_low");
        double high = scenario.GetNumber("movement.turn_high");
        // what lies outside walks in first; inside, the first way is up
        bool up = x < high;
        while (now < stop)
        {
            double to = up ? high : low;
            Time takes = Seconds(std::fabs(to - x) / speed);
            if (takes > MicroSeconds(1)) // else it begins where it turns
            {
                now += takes;
                model->AddWaypoint(Waypoint(now, Vector(to, y, 0)));
            }
            x = to;
            up = !up;
        }
    }
    else if (stop > now)
    {
        x += speed * (stop - now).GetSeconds();
        model->AddWaypoint(Waypoint(stop, Vector(x, y, 0)));
    }
    return model;
}

Ptr<WaypointMobilityModel> MakeMovement(const Walk& walk)
{
    Ptr<WaypointMobilityModel> model = CreateObject<WaypointMobilityModel>();
    for (const auto& sample : walk)
    {
        model->AddWaypoint(Waypoint(Seconds(sample.time), Vector(sample.x, sample.y, 0)));
    }
    return model;
}

} // namespace ns3::roam
