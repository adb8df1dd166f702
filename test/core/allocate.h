/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The memory of the engines in these tests. The Makefile includes this header before every file
 * of core/, so that a test can let any allocation fail.
 */
#ifndef ROAM_TEST_ALLOCATE_H
#define ROAM_TEST_ALLOCATE_H

#include <stdlib.h>

/** Let n allocations fail, after as many as are to succeed. */
void allocate_fail(size_t succeed, size_t n);
/** Return how many allocations allocate_fail() has let fail since it was called last. */
size_t allocate_failed(void);

void* allocate_malloc(size_t size);
void* allocate_calloc(size_t n, size_t size);
void* allocate_realloc(void* old, size_t size);

#ifdef ROAM_TEST_ALLOCATE
#define malloc allocate_malloc
#define calloc allocate_calloc
#define realloc allocate_realloc
#endif

#endif
