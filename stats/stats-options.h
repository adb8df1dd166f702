/* SPDX-License-Identifier: GPL-2.0-or-later */
/** The command line of roam-stats: which commands there are and which options each of them takes.
 */
#ifndef ROAM_STATS_OPTIONS_H
#define ROAM_STATS_OPTIONS_H

#include "stats/stats-command.h"

struct stats_entry
{
    const char* name;
    stats_command* run;
    const char* takes; /**< letters of the options that it may have */
    const char* wants; /**< of those that it must have */
};

/** NULL with a line in error when there is no such command. */
const struct stats_entry* stats_find_command(const char* name, char* error, size_t error_size);

enum stats_asked
{
    STATS_ASKED_WORK,
    STATS_ASKED_HELP,
    STATS_ASKED_WRONG /**< with a line in error */
};

/** Reads the options of a command, argv[0] being its name; *file is the one operand, or NULL. */
enum stats_asked stats_read_options(const struct stats_entry* c, int argc, char** argv,
                                    struct stats_options* o, const char** file, char* error,
                                    size_t error_size);

#endif
