/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats-table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool read_all(FILE* in, char** text, size_t* len)
{
    size_t room = 65536;
    *len = 0;
    *text = malloc(room);
    while (*text)
    {
        *len += fread(*text + *len, 1, room - *len - 1, in);
        if (*len + 1 < room)
        {
            (*text)[*len] = '\0';
            return !ferror(in);
        }
        room *= 2;
        char* more = realloc(*text, room);
        if (!more)
        {
            free(*text);
        }
        *text = more;
    }
    return false;
}

/** Where the reading stands. Fields are unquoted in place: they never grow. */
struct reader
{
    char* p;
    char* end;
    size_t line;
    bool open_quote;
    bool end_of_row;
};

static char* read_field(struct reader* r)
{
    char* start = r->p;
    char* out = r->p;
    bool quoted = r->p < r->end && *r->p == '"';
    if (quoted)
    {
        r->p++;
    }
    while (r->p < r->end && (quoted || (*r->p != ',' && *r->p != '\n')))
    {
        if (quoted && *r->p == '"')
        {
            if (r->p + 1 == r->end || r->p[1] != '"')
            {
                quoted = false;
                r->p++;
                continue;
            }
            r->p++;
        }
        r->line += *r->p == '\n';
        *out++ = *r->p++;
    }
    r->open_quote = quoted;
    r->end_of_row = r->p == r->end || *r->p == '\n';
    r->line += r->p < r->end && *r->p == '\n';
    if (r->end_of_row && out > start && out[-1] == '\r')
    {
        out--;
    }
    if (r->p < r->end)
    {
        r->p++;
    }
    *out = '\0';
    return start;
}

/** Room for every field and row that the text can hold: each ends in a comma or at a line's end. */
static bool make_room(struct stats_table* t, size_t len)
{
    size_t commas = 0;
    size_t lines = 1;
    for (size_t i = 0; i < len; i++)
    {
        commas += t->text[i] == ',';
        lines += t->text[i] == '\n';
    }
    t->fields = malloc((commas + lines) * sizeof(*t->fields));
    t->lines = malloc(lines * sizeof(*t->lines));
    return t->fields && t->lines;
}

static bool check_header(const struct stats_table* t, char* error, size_t error_size)
{
    for (size_t i = 0; i < t->n_columns; i++)
    {
        if (t->fields[i][0] == '\0')
        {
            snprintf(error, error_size, "%s:1: column %zu has no name", t->name, i + 1);
            return false;
        }
        if ((size_t)stats_table_column(t, t->fields[i]) != i)
        {
            snprintf(error, error_size, "%s:1: column '%s' is there twice", t->name, t->fields[i]);
            return false;
        }
    }
    return true;
}

/** Of the byte order mark, with which spreadsheets begin a file in UTF-8; it is no part of a name.
 */
static size_t mark_length(const char* text, size_t len)
{
    static const char mark[] = {'\xEF', '\xBB', '\xBF'};
    return len >= sizeof(mark) && memcmp(text, mark, sizeof(mark)) == 0 ? sizeof(mark) : 0;
}

static bool read_rows(struct stats_table* t, size_t len, char* error, size_t error_size)
{
    struct reader r = {t->text + mark_length(t->text, len), t->text + len, 1, false, false};
    size_t n_fields = 0;
    if (!make_room(t, len))
    {
        snprintf(error, error_size, "%s: out of memory", t->name);
        return false;
    }
    while (r.p < r.end)
    {
        size_t line = r.line;
        size_t first = n_fields;
        do
        {
            t->fields[n_fields++] = read_field(&r);
        } while (!r.end_of_row);
        size_t n = n_fields - first;
        if (r.open_quote)
        {
            snprintf(error, error_size, "%s:%zu: a quote is not closed", t->name, line);
            return false;
        }
        if (first == 0)
        {
            t->n_columns = n;
            if (!check_header(t, error, error_size))
            {
                return false;
            }
            continue;
        }
        if (n == 1 && t->n_columns > 1 && t->fields[first][0] == '\0')
        {
            n_fields = first; /* an empty line */
            continue;
        }
        if (n != t->n_columns)
        {
            snprintf(error, error_size, "%s:%zu: %zu fields where the header has %zu", t->name,
                     line, n, t->n_columns);
            return false;
        }
        t->lines[t->n_rows++] = line;
    }
    return true;
}

bool stats_table_read(struct stats_table* t, FILE* in, const char* name, char* error,
                      size_t error_size)
{
    size_t len = 0;
    *t = (struct stats_table){.name = name};
    if (!read_all(in, &t->text, &len))
    {
        snprintf(error, error_size, "%s: can't be read", name);
        return false;
    }
    if (len == mark_length(t->text, len))
    {
        snprintf(error, error_size, "%s: empty, not even a header", name);
        return false;
    }
    if (memchr(t->text, '\0', len))
    {
        snprintf(error, error_size, "%s: not a text file", name);
        return false;
    }
    return read_rows(t, len, error, error_size);
}

void stats_table_free(struct stats_table* t)
{
    free(t->text);
    free(t->fields);
    free(t->lines);
    *t = (struct stats_table){0};
}

long stats_table_column(const struct stats_table* t, const char* column)
{
    for (size_t i = 0; i < t->n_columns; i++)
    {
        if (strcmp(t->fields[i], column) == 0)
        {
            return (long)i;
        }
    }
    return -1;
}

const char* stats_table_field(const struct stats_table* t, size_t row, size_t column)
{
    return t->fields[(row + 1) * t->n_columns + column];
}

enum stats_field stats_table_number(const struct stats_table* t, size_t row, size_t column,
                                    long double* value)
{
    const char* text = stats_table_field(t, row, column);
    if (*text == '\0')
    {
        return STATS_MISSING;
    }
    char* end;
    *value = strtold(text, &end);
    return *end == '\0' && isfinite((double)*value) ? STATS_NUMBER : STATS_TEXT;
}

void stats_put_field(FILE* out, const char* text, const char* suffix)
{
    const char* const parts[] = {text, suffix};
    bool quoted = strpbrk(text, ",\"\r\n") || strpbrk(suffix, ",\"\r\n");
    fputs(quoted ? "\"" : "", out);
    for (size_t i = 0; i < 2; i++)
    {
        for (const char* p = parts[i]; *p; p++)
        {
            fputs(*p == '"' ? "\"" : "", out);
            fputc(*p, out);
        }
    }
    fputs(quoted ? "\"" : "", out);
}
