/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * A table read from CSV (RFC 4180): a header of column names, then rows of as many fields. The
 * fields are text; a measure is turned into numbers when it is asked for.
 */
#ifndef ROAM_STATS_TABLE_H
#define ROAM_STATS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct stats_table
{
    const char* name; /**< for messages; not owned */
    char* text;       /**< what was read; the fields point into it */
    char** fields;    /**< the header's n_columns, then those of each row */
    size_t* lines;    /**< line of the file on which each row begins, from 1 */
    size_t n_columns;
    size_t n_rows;
};

/**
 * Reads a whole stream. False, with one line in error, when it is empty, a column has no name or
 * a name is there twice, a row has another number of fields, or a quote is not closed. The table
 * is to be freed either way.
 */
bool stats_table_read(struct stats_table* t, FILE* in, const char* name, char* error,
                      size_t error_size);

void stats_table_free(struct stats_table* t);

/** The index of a column, or -1. */
long stats_table_column(const struct stats_table* t, const char* column);

const char* stats_table_field(const struct stats_table* t, size_t row, size_t column);

/** What a field is when it is wanted as a number. */
enum stats_field
{
    STATS_NUMBER,
    STATS_MISSING, /**< empty */
    STATS_TEXT     /**< neither; infinities, NaN and what a double can't hold too */
};

enum stats_field stats_table_number(const struct stats_table* t, size_t row, size_t column,
                                    long double* value);

/** Writes a text and its suffix, or "", as one field, in quotes where CSV wants them. */
void stats_put_field(FILE* out, const char* text, const char* suffix);

#endif
