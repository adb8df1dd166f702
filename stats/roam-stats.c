/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * roam-stats: a table in, a table out. GSL is GPL-3-or-later and ns-3 is GPL-2-only, so this is a
 * program of its own that shares files with the simulation and no code.
 */
#include "stats/stats-options.h"

#include <errno.h>
#include <gsl/gsl_errno.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "roam-stats summary   --measure COLUMNS [--by COLUMNS] [--within COLUMNS] [--range RANGES]\n"
    "roam-stats quantiles --measure COLUMNS --at FRACTIONS [--by COLUMNS] [--within COLUMNS]\n"
    "roam-stats bootstrap --measure COLUMNS [--by COLUMNS] [--within COLUMNS]\n"
    "                     [--statistic STATISTICS] [--resamples N] [--seed N]\n"
    "                     [--differences | --base GROUP] [--each COLUMNS]\n"
    "roam-stats paired    --measure COLUMNS --by COLUMNS --pair COLUMNS [--base GROUP]\n"
    "                     [--each COLUMNS] [--within COLUMNS]\n"
    "roam-stats welch     --measure COLUMNS --by COLUMNS [--base GROUP] [--each COLUMNS]\n"
    "                     [--within COLUMNS]\n"
    "roam-stats survival  --measure COLUMNS [--by COLUMNS] [--within COLUMNS]\n"
    "                     [--curve | --differences | --base GROUP] [--each COLUMNS]\n"
    "roam-stats fit       --measure COLUMNS --x COLUMN [--log] [--at VALUES] [--by COLUMNS]\n"
    "                     [--within COLUMNS]\n"
    "roam-stats warmup    --measure COLUMNS --time COLUMN [--batches N] [--by COLUMNS]\n"
    "                     [--range RANGES]\n"
    "                     all of them: [--confidence C] [FILE]\n"
    "\n"
    "Reads CSV with a header from FILE, or from standard input, and writes CSV. COLUMNS,\n"
    "FRACTIONS, STATISTICS and VALUES are lists with commas. An empty field is a missing value:\n"
    "it is left out of the sample and counted. Where a column M_censored holds 1, the measure M "
    "of\n"
    "that row is only a lower bound: no mean, t interval or t test is made of it. Intervals are "
    "of\n"
    "95 % unless --confidence says otherwise, and Student's t where nothing else is said.\n"
    "doc/statistics.md has the formulas.\n"
    "\n"
    "summary    n, missing, censored, mean, standard deviation, interval, min, median, max of "
    "each\n"
    "           group; what lower bounds leave open is empty, and at_least bounds the mean\n"
    "quantiles  linear between the two values next to it (type 7); interval between two values of\n"
    "           the sample, with its true coverage, empty when the sample is too small for one\n"
    "bootstrap  percentile and BCa intervals of mean, median or quantiles such as 0.95 of each\n"
    "           group, or of their differences b - a between groups; 1999 resamples, seed 1\n"
    "paired     t-test on the differences b - a of rows that agree in the --pair columns, for\n"
    "           every two groups or for each against --base; t and p stay empty when all\n"
    "           differences are the same; effect size d_z; the sign test where a pair has a lower\n"
    "           bound, on the pairs whose order is known\n"
    "welch      t-test of groups whose rows are independent, with variances of their own; effect\n"
    "           sizes d and g; the log-rank test where a group has a lower bound\n"
    "           all tests: p_holm is p corrected for all comparisons of the measure\n"
    "survival   median of durations with lower bounds by the product-limit estimate, log-log\n"
    "           interval; --curve for each step; --differences or --base for the log-rank test\n"
    "fit        least squares against x, which may have a unit (20ms); --log fits logarithms of\n"
    "           both; --at gives the line there with the intervals of a mean and of a new value\n"
    "warmup     first part of a time series removed by MSER-5, and the mean of the rest with an\n"
    "           interval from 20 batch means; nothing when it has not settled in its first half\n"
    "\n"
    "--within   rows of a group that agree in these columns are averaged first and count as one\n"
    "--range    what measures can be, such as x=0:,y=0:1,z=0:LIMIT (a column): the interval of a\n"
    "           mean stays inside, log with one end, logit with two\n"
    "--each     comparisons are made apart for rows that agree in these columns\n";

static int fail(const char* message)
{
    fprintf(stderr, "roam-stats: %s\n", message);
    return 2;
}

/** All or nothing: the output is only written when the command has come to its end. */
static int run(const struct stats_entry* c, const struct stats_options* o, FILE* in,
               const char* name)
{
    char error[512];
    struct stats_table table;
    char* text = NULL;
    size_t len = 0;
    FILE* out = open_memstream(&text, &len);
    if (!out)
    {
        return fail("out of memory");
    }
    bool ok = stats_table_read(&table, in, name, error, sizeof(error)) &&
              c->run(out, &table, o, error, sizeof(error));
    stats_table_free(&table);
    if (fclose(out) != 0 && ok)
    {
        snprintf(error, sizeof(error), "out of memory");
        ok = false;
    }
    if (ok && (fwrite(text, 1, len, stdout) != len || fflush(stdout) != 0))
    {
        snprintf(error, sizeof(error), "can't write the output: %s", strerror(errno));
        ok = false;
    }
    free(text);
    return ok ? 0 : fail(error);
}

static int run_on_file(const struct stats_entry* c, const struct stats_options* o, const char* name)
{
    char message[512];
    if (!name || strcmp(name, "-") == 0)
    {
        return run(c, o, stdin, "standard input");
    }
    FILE* in = fopen(name, "r");
    if (!in)
    {
        snprintf(message, sizeof(message), "%s: %s", name, strerror(errno));
        return fail(message);
    }
    int status = run(c, o, in, name);
    fclose(in);
    return status;
}

int main(int argc, char** argv)
{
    char error[512];
    struct stats_options o;
    const char* file = NULL;
    if (argc < 2)
    {
        return fail("a command is needed: summary, for one; see --help");
    }
    bool help = strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0;
    const struct stats_entry* c = help ? NULL : stats_find_command(argv[1], error, sizeof(error));
    if (!help && !c)
    {
        return fail(error);
    }
    enum stats_asked asked =
        help ? STATS_ASKED_HELP
             : stats_read_options(c, argc - 1, argv + 1, &o, &file, error, sizeof(error));
    if (asked != STATS_ASKED_WORK)
    {
        fputs(asked == STATS_ASKED_HELP ? usage : "", stdout);
        return asked == STATS_ASKED_HELP ? 0 : fail(error);
    }
    gsl_set_error_handler_off();
    return run_on_file(c, &o, file);
}
