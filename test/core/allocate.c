/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "allocate.h"

static size_t to_succeed, to_fail, failed;

void allocate_fail(size_t succeed, size_t n)
{
    to_succeed = succeed;
    to_fail = n;
    failed = 0;
}

size_t allocate_failed(void)
{
    return failed;
}

static int fails(void)
{
    if (to_succeed > 0)
    {
        to_succeed--;
        return 0;
    }
    if (to_fail > 0)
    {
        to_fail--;
        failed++;
        return 1;
    }
    return 0;
}

void* allocate_malloc(size_t size)
{
    return fails() ? NULL : malloc(size);
}

void* allocate_calloc(size_t n, size_t size)
{
    return fails() ? NULL : calloc(n, size);
}

void* allocate_realloc(void* old, size_t size)
{
    return fails() ? NULL : realloc(old, size);
}
