/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats-compare.h"

#include <stdlib.h>

static int by_p(const void* one, const void* other)
{
    double p = (*(struct stats_test* const*)one)->p;
    double q = (*(struct stats_test* const*)other)->p;
    return (p > q) - (p < q);
}

static void correct(struct stats_test** family, size_t n)
{
    double most = 0;
    qsort(family, n, sizeof(struct stats_test*), by_p);
    for (size_t i = 0; i < n; i++)
    {
        double p = (double)(n - i) * family[i]->p;
        most = p > most ? p : most;
        family[i]->p_holm = most < 1 ? most : 1;
    }
}

bool stats_holm_families(const struct stats_comparisons* c, size_t n_measures, void* tests,
                         size_t size)
{
    struct stats_test** family = malloc((c->n + 1) * sizeof(struct stats_test*));
    for (size_t i = 0; family && i < c->n_parts * n_measures; i++)
    {
        size_t part = i / n_measures;
        size_t n = 0;
        for (size_t k = c->start[part]; k < c->start[part + 1]; k++)
        {
            size_t at = (k * n_measures + i % n_measures) * size;
            struct stats_test* test = (void*)((char*)tests + at);
            if (test->there)
            {
                family[n++] = test;
            }
        }
        correct(family, n);
    }
    bool ok = family != NULL;
    free(family);
    return ok;
}
