/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats-options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static const struct stats_entry commands[] = {
    {"summary", stats_summary, "bwmRc", "m"},
    {"quantiles", stats_quantiles, "bwmac", "ma"},
    {"bootstrap", stats_bootstrap, "bewmBdtrsc", "m"},
    {"paired", stats_paired, "bewmpBc", "bpm"},
    {"welch", stats_welch, "bewmBc", "bm"},
    {"survival", stats_survival, "bewmBdCc", "m"},
    {"fit", stats_fit, "bwmxlac", "mx"},
    {"warmup", stats_warmup, "bmTnRc", "mT"},
};

#define N_COMMANDS (sizeof(commands) / sizeof(*commands))

const struct stats_entry* stats_find_command(const char* name, char* error, size_t error_size)
{
    for (size_t i = 0; i < N_COMMANDS; i++)
    {
        if (strcmp(commands[i].name, name) == 0)
        {
            return &commands[i];
        }
    }
    int at = snprintf(error, error_size, "unknown command '%.40s':", name);
    for (size_t i = 0; i < N_COMMANDS && at > 0 && (size_t)at < error_size; i++)
    {
        at += snprintf(error + at, error_size - (size_t)at, "%s%s",
                       i == 0                ? " "
                       : i + 1 == N_COMMANDS ? " or "
                                             : ", ",
                       commands[i].name);
    }
    return NULL;
}

static const struct option longs[] = {{"by", required_argument, NULL, 'b'},
                                      {"each", required_argument, NULL, 'e'},
                                      {"within", required_argument, NULL, 'w'},
                                      {"measure", required_argument, NULL, 'm'},
                                      {"pair", required_argument, NULL, 'p'},
                                      {"base", required_argument, NULL, 'B'},
                                      {"differences", no_argument, NULL, 'd'},
                                      {"curve", no_argument, NULL, 'C'},
                                      {"range", required_argument, NULL, 'R'},
                                      {"at", required_argument, NULL, 'a'},
                                      {"x", required_argument, NULL, 'x'},
                                      {"log", no_argument, NULL, 'l'},
                                      {"time", required_argument, NULL, 'T'},
                                      {"batches", required_argument, NULL, 'n'},
                                      {"statistic", required_argument, NULL, 't'},
                                      {"resamples", required_argument, NULL, 'r'},
                                      {"seed", required_argument, NULL, 's'},
                                      {"confidence", required_argument, NULL, 'c'},
                                      {"help", no_argument, NULL, 'h'},
                                      {0}};

/** What is said of an option that a command must have. */
static const struct
{
    char letter;
    const char* text;
} needs[] = {
    {'b', "--by is needed: the column that names what is compared"},
    {'p', "--pair is needed: the column that says which rows belong together"},
    {'m', "--measure is needed: the columns to look at"},
    {'a', "--at is needed: the quantiles, such as 0.05,0.5,0.95"},
    {'x', "--x is needed: the column that the measure is fitted against"},
    {'T', "--time is needed: the column of the time, which must not go back"},
};

static const char* name_of(int letter)
{
    size_t i = 0;
    while (longs[i].val != letter)
    {
        i++;
    }
    return longs[i].name;
}

static bool read_number(const char* name, const char* text, unsigned long long low,
                        unsigned long long high, unsigned long long* value, char* error,
                        size_t error_size)
{
    char* end;
    errno = 0;
    *value = strtoull(text, &end, 10);
    if (strspn(text, "0123456789") != strlen(text) || end == text || errno || *value < low ||
        *value > high)
    {
        snprintf(error, error_size, "--%s is a whole number from %llu to %llu, not '%s'", name, low,
                 high, text);
        return false;
    }
    return true;
}

static bool read_confidence(double* confidence, const char* text, char* error, size_t error_size)
{
    char* end;
    *confidence = strtod(text, &end);
    if (*end == '\0' && *confidence > 0 && *confidence < 1)
    {
        return true;
    }
    snprintf(error, error_size, "--confidence is between 0 and 1, not '%s'", text);
    return false;
}

/** The options that are a text and need no reading. */
static const char** text_of(struct stats_options* o, int letter)
{
    switch (letter)
    {
    case 'b':
        return &o->by;
    case 'e':
        return &o->each;
    case 'w':
        return &o->within;
    case 'm':
        return &o->measure;
    case 'p':
        return &o->pair;
    case 'B':
        return &o->base;
    case 'a':
        return &o->at;
    case 'x':
        return &o->x;
    case 'T':
        return &o->time;
    case 't':
        return &o->statistic;
    case 'R':
        return &o->range;
    default:
        return NULL;
    }
}

static bool take_option(struct stats_options* o, int letter, const char* text, char* error,
                        size_t error_size)
{
    unsigned long long number = 0;
    bool ok = true;
    switch (letter)
    {
    case 'd':
        o->differences = true;
        break;
    case 'C':
        o->curve = true;
        break;
    case 'l':
        o->log = true;
        break;
    case 'c':
        ok = read_confidence(&o->confidence, text, error, error_size);
        break;
    case 'r':
        ok = read_number("resamples", text, 1, 10000000, &number, error, error_size);
        o->resamples = (size_t)number;
        break;
    case 's':
        ok = read_number("seed", text, 0, UINT64_MAX, &number, error, error_size);
        o->seed = number;
        break;
    case 'n':
        ok = read_number("batches", text, 2, 1000000, &number, error, error_size);
        o->batches = (size_t)number;
        break;
    default:
        *text_of(o, letter) = text;
        break;
    }
    return ok;
}

/** The first thing that is wrong with what a command was given. */
static bool check(const struct stats_entry* c, struct stats_options* o, char* error,
                  size_t error_size)
{
    for (size_t i = 0; i < sizeof(needs) / sizeof(*needs); i++)
    {
        const char** text = text_of(o, needs[i].letter);
        if (strchr(c->wants, needs[i].letter) && (!*text || !**text))
        {
            snprintf(error, error_size, "%s", needs[i].text);
            return false;
        }
    }
    if ((o->differences || o->base) && !*o->by)
    {
        snprintf(error, error_size, "%s", needs[0].text);
        return false;
    }
    bool compared = o->differences || o->base;
    if (o->curve && compared)
    {
        snprintf(error, error_size,
                 "--curve is of groups: it goes without --differences and --base");
        return false;
    }
    if (o->each && !compared && (c->run == stats_bootstrap || c->run == stats_survival))
    {
        snprintf(error, error_size, "--each is of comparisons: it wants --differences or --base");
        return false;
    }
    return true;
}

enum stats_asked stats_read_options(const struct stats_entry* c, int argc, char** argv,
                                    struct stats_options* o, const char** file, char* error,
                                    size_t error_size)
{
    int letter;
    *o = (struct stats_options){
        .by = "", .confidence = 0.95, .resamples = 1999, .seed = 1, .batches = 20};
    opterr = 0;
    while ((letter = getopt_long(argc, argv, ":h", longs, NULL)) != -1)
    {
        if (letter == 'h')
        {
            return STATS_ASKED_HELP;
        }
        if (letter == '?' || letter == ':')
        {
            const char* said =
                letter == ':' ? "option '%s' wants a value" : "unknown option '%s'; see --help";
            snprintf(error, error_size, said, argv[optind - 1]);
            return STATS_ASKED_WRONG;
        }
        if (!strchr(c->takes, letter))
        {
            snprintf(error, error_size, "'%s' takes no --%s; see --help", c->name, name_of(letter));
            return STATS_ASKED_WRONG;
        }
        if (!take_option(o, letter, optarg, error, error_size))
        {
            return STATS_ASKED_WRONG;
        }
    }
    if (!check(c, o, error, error_size))
    {
        return STATS_ASKED_WRONG;
    }
    if (argc > optind + 1)
    {
        snprintf(error, error_size, "one FILE at most");
        return STATS_ASKED_WRONG;
    }
    *file = optind < argc ? argv[optind] : NULL;
    return STATS_ASKED_WORK;
}
