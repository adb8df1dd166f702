/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * roam-stats: a table in, a table out. GSL is GPL-3-or-later and ns-3 is GPL-2-only, so this is a
 * program of its own that shares files with the simulation and no code.
 */
#include "stats/stats-command.h"

#include <errno.h>
#include <getopt.h>
#include <gsl/gsl_errno.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "roam-stats summary   --by COLUMNS --measure COLUMNS [--confidence C] [FILE]\n"
    "roam-stats quantiles --by COLUMNS --measure COLUMNS --at FRACTIONS [FILE]\n"
    "roam-stats paired    --by COLUMNS --pair COLUMNS --measure COLUMNS [--base GROUP]\n"
    "                     [--confidence C] [FILE]\n"
    "\n"
    "Reads CSV with a header from FILE, or from standard input, and writes CSV. COLUMNS and\n"
    "FRACTIONS are lists with commas. An empty field is a missing value: it is left out of the\n"
    "sample and counted. Intervals are Student's t, 95 % unless --confidence says otherwise.\n"
    "\n"
    "summary    n, missing, mean, standard deviation, interval, min, median, max of each group\n"
    "quantiles  linear between the two values next to it (type 7)\n"
    "paired     t-test on the differences b - a of rows that agree in the --pair columns, for\n"
    "           every two groups or for each against --base; t and p stay empty when all\n"
    "           differences are the same\n";

static int fail(const char* message)
{
    fprintf(stderr, "roam-stats: %s\n", message);
    return 2;
}

/** 0 to go on, 1 when help was asked for, 2 after a message. */
static int read_options(int argc, char** argv, struct stats_options* o)
{
    static const struct option longs[] = {
        {"by", required_argument, NULL, 'b'},   {"measure", required_argument, NULL, 'm'},
        {"pair", required_argument, NULL, 'p'}, {"base", required_argument, NULL, 'B'},
        {"at", required_argument, NULL, 'a'},   {"confidence", required_argument, NULL, 'c'},
        {"help", no_argument, NULL, 'h'},       {0}};
    char message[256];
    int c;
    char* end;
    opterr = 0;
    while ((c = getopt_long(argc, argv, ":h", longs, NULL)) != -1)
    {
        switch (c)
        {
        case 'b':
            o->by = optarg;
            break;
        case 'm':
            o->measure = optarg;
            break;
        case 'p':
            o->pair = optarg;
            break;
        case 'B':
            o->base = optarg;
            break;
        case 'a':
            o->at = optarg;
            break;
        case 'c':
            o->confidence = strtod(optarg, &end);
            if (*end != '\0' || !(o->confidence > 0 && o->confidence < 1))
            {
                snprintf(message, sizeof(message), "--confidence is between 0 and 1, not '%s'",
                         optarg);
                return fail(message);
            }
            break;
        case 'h':
            return 1;
        default:
            snprintf(message, sizeof(message),
                     c == ':' ? "option '%s' wants a value" : "unknown option '%s'; see --help",
                     argv[optind - 1]);
            return fail(message);
        }
    }
    return 0;
}

struct command
{
    const char* name;
    stats_command* run;
    bool wants_pair;
    bool wants_at;
};

static const struct command commands[] = {{"summary", stats_summary, false, false},
                                          {"quantiles", stats_quantiles, false, true},
                                          {"paired", stats_paired, true, false}};

static const struct command* find_command(const char* name)
{
    for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
    {
        if (strcmp(commands[i].name, name) == 0)
        {
            return &commands[i];
        }
    }
    return NULL;
}

static const char* check_options(const struct command* c, const struct stats_options* o)
{
    if (!o->measure || !*o->measure)
    {
        return "--measure is needed: the columns to look at";
    }
    if (c->wants_pair && !*o->by)
    {
        return "--by is needed: the column that names what is compared";
    }
    if (c->wants_pair && !o->pair)
    {
        return "--pair is needed: the column that says which rows belong together";
    }
    if (!c->wants_pair && (o->pair || o->base))
    {
        return "--pair and --base belong to 'paired'";
    }
    if (c->wants_at != (o->at != NULL))
    {
        return c->wants_at ? "--at is needed: the quantiles, such as 0.05,0.5,0.95"
                           : "--at belongs to 'quantiles'";
    }
    return NULL;
}

/** All or nothing: the output is only written when the command has come to its end. */
static int run(const struct command* c, const struct stats_options* o, FILE* in, const char* name)
{
    char error[512];
    struct stats_table table;
    char* text = NULL;
    size_t len = 0;
    FILE* out = open_memstream(&text, &len);
    bool ok = out && stats_table_read(&table, in, name, error, sizeof(error));
    if (!out)
    {
        return fail("out of memory");
    }
    ok = ok && c->run(out, &table, o, error, sizeof(error));
    fclose(out);
    stats_table_free(&table);
    if (ok && (fwrite(text, 1, len, stdout) != len || fflush(stdout) != 0))
    {
        snprintf(error, sizeof(error), "can't write the output: %s", strerror(errno));
        ok = false;
    }
    free(text);
    return ok ? 0 : fail(error);
}

int main(int argc, char** argv)
{
    char message[512];
    if (argc < 2)
    {
        return fail("a command is needed: summary, quantiles or paired; see --help");
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
    {
        fputs(usage, stdout);
        return 0;
    }
    const struct command* c = find_command(argv[1]);
    if (!c)
    {
        snprintf(message, sizeof(message), "unknown command '%s': summary, quantiles or paired",
                 argv[1]);
        return fail(message);
    }
    struct stats_options o = {.by = "", .confidence = 0.95};
    int asked = read_options(argc - 1, argv + 1, &o);
    if (asked)
    {
        fputs(asked == 1 ? usage : "", stdout);
        return asked == 1 ? 0 : 2;
    }
    const char* wrong = check_options(c, &o);
    if (wrong)
    {
        return fail(wrong);
    }
    if (argc - 1 > optind + 1)
    {
        return fail("one FILE at most");
    }
    const char* name = optind < argc - 1 ? argv[optind + 1] : "-";
    FILE* in = strcmp(name, "-") == 0 ? stdin : fopen(name, "r");
    if (!in)
    {
        snprintf(message, sizeof(message), "%s: %s", name, strerror(errno));
        return fail(message);
    }
    gsl_set_error_handler_off();
    int status = run(c, &o, in, in == stdin ? "standard input" : name);
    if (in != stdin)
    {
        fclose(in);
    }
    return status;
}
