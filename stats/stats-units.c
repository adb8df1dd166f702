/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats-units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct stats_dimension plain = {"a plain number", ""};
static const struct stats_dimension duration = {"a time", "s"};
static const struct stats_dimension rate = {"a rate", "bps"};
static const struct stats_dimension length = {"a length", "m"};
static const struct stats_dimension speed = {"a speed", "m/s"};
static const struct stats_dimension gain = {"a ratio", "dB"};
static const struct stats_dimension level = {"a level", "dBm"};
static const struct stats_dimension size = {"a size", "B"};

/** A unit is times / by of its dimension's: both are whole, so that 20ms is as near 0.02 as can be.
 */
static const struct
{
    const char* name;
    const struct stats_dimension* dimension;
    long double times;
    long double by;
} units[] = {{"", &plain, 1, 1},        {"h", &duration, 3600, 1}, {"min", &duration, 60, 1},
             {"s", &duration, 1, 1},    {"ms", &duration, 1, 1e3}, {"us", &duration, 1, 1e6},
             {"ns", &duration, 1, 1e9}, {"Gbps", &rate, 1e9, 1},   {"Mbps", &rate, 1e6, 1},
             {"kbps", &rate, 1e3, 1},   {"bps", &rate, 1, 1},      {"km", &length, 1e3, 1},
             {"m", &length, 1, 1},      {"km/h", &speed, 10, 36},  {"m/s", &speed, 1, 1},
             {"dB", &gain, 1, 1},       {"dBm", &level, 1, 1},     {"MB", &size, 1e6, 1},
             {"kB", &size, 1e3, 1},     {"B", &size, 1, 1}};

bool stats_quantity(const char* text, long double* value, const struct stats_dimension** dimension)
{
    char* end;
    long double number = strtold(text, &end);
    if (end == text || !isfinite((double)number))
    {
        return false;
    }
    end += strspn(end, " ");
    for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
    {
        if (strcmp(end, units[i].name) == 0)
        {
            *value = number * units[i].times / units[i].by;
            *dimension = units[i].dimension;
            return true;
        }
    }
    return false;
}
