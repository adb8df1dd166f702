/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/base/base-heap.h"
#include "core/base/base-ring.h"
#include "core/base/base-table.h"
#include "core/base/base-wire.h"
#include "core/base/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void a_timer_is_due_at_its_moment_and_only_once(void** state)
{
    (void)state;
    struct roam_timer t = ROAM_TIMER_STOPPED;
    assert_false(roam_timer_take(&t, INT64_MAX - 1));
    roam_timer_start(&t, 10, 100);
    assert_false(roam_timer_take(&t, 109));
    assert_true(roam_timer_take(&t, 110));
    assert_false(roam_timer_take(&t, 111));
    assert_false(roam_timer_running(&t));
}

static void addresses_are_read_and_written_as_text(void** state)
{
    (void)state;
    const char* good[] = {"2.2.2.2", "255.255.255.255", "::", "2001:db8:2:0:200:ff:fe00:7",
                          "fe80::1"};
    char text[ROAM_ADDR_TEXT];
    struct roam_addr a;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
    {
        assert_true(roam_addr_parse(&a, good[i]));
        assert_string_equal(roam_addr_text(&a, text), good[i]);
    }
    const struct roam_addr before = a;
    const char* bad[] = {"", "2.2.2", "2.2.2.256", "2.2.2.2/24", "fe80::1%eth0", ":::", "x"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    {
        assert_false(roam_addr_parse(&a, bad[i]));
        assert_true(roam_addr_equal(&a, &before));
    }
    const struct roam_addr none = {0};
    assert_string_equal(roam_addr_text(&none, text), "-");
}

static void addresses_know_their_scope(void** state)
{
    (void)state;
    struct roam_addr a;
    const struct
    {
        const char* text;
        bool unicast, link_local;
    } cases[] = {
        {"2.2.2.2", true, false},     {"0.0.0.0", false, false},
        {"224.0.0.1", false, false},  {"255.255.255.255", false, false},
        {"169.254.1.1", true, true},  {"fe80::1", true, true},
        {"fe81::1", true, true},      {"fec0::1", true, false},
        {"ff02::1", false, false},    {"::", false, false},
        {"2001:db8::1", true, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    {
        assert_true(roam_addr_parse(&a, cases[i].text));
        assert_int_equal(roam_addr_is_unicast(&a), cases[i].unicast);
        assert_int_equal(roam_addr_is_link_local(&a), cases[i].link_local);
    }
}

static void a_reader_that_runs_past_its_end_is_bad_and_gives_zeros(void** state)
{
    (void)state;
    const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7};
    for (size_t len = 0; len <= 7; len++)
    {
        struct roam_reader r = roam_reader(bytes, len);
        const uint8_t a = roam_read8(&r);
        const uint16_t b = roam_read16(&r);
        const uint32_t c = roam_read32(&r);
        assert_int_equal(r.bad, len < 7);
        assert_int_equal(a, len >= 1 ? 1 : 0);
        assert_int_equal(b, len >= 3 ? 0x0203 : 0);
        assert_int_equal(c, len >= 7 ? 0x04050607 : 0);
    }
}

static void the_generator_repeats_itself_for_a_seed(void** state)
{
    (void)state;
    struct roam_rng a = roam_rng_seed(7);
    struct roam_rng b = roam_rng_seed(7);
    struct roam_rng c = roam_rng_seed(8);
    uint8_t x[13], y[13];
    roam_rng_fill(&a, x, sizeof x);
    roam_rng_fill(&b, y, sizeof y);
    assert_memory_equal(x, y, sizeof x);
    assert_true(roam_rng_u64(&a) != roam_rng_u64(&c));
    double sum = 0;
    for (int i = 0; i < 10000; i++)
    {
        const double u = roam_rng_unit(&a);
        assert_true(u >= 0 && u < 1);
        sum += u;
    }
    assert_true(sum > 4800 && sum < 5200);
}

static void a_ring_behaves_as_a_list_under_random_use(void** state)
{
    (void)state;
    struct roam_rng rng = roam_rng_seed(3);
    struct roam_ring ring = {0};
    uintptr_t model[600];
    size_t n = 0;
    for (uintptr_t step = 1; step < 20000; step++)
    {
        const uint32_t dice = roam_rng_u32(&rng) % 10;
        if (dice < 4 && n < 500)
        {
            assert_true(roam_ring_push(&ring, (void*)step));
            model[n++] = step;
        }
        else if (dice < 6 && n < 500)
        {
            const size_t at = roam_rng_u32(&rng) % (n + 1);
            assert_true(roam_ring_insert(&ring, at, (void*)step));
            memmove(model + at + 1, model + at, (n - at) * sizeof *model);
            model[at] = step;
            n++;
        }
        else if (dice < 9)
        {
            assert_ptr_equal(roam_ring_pop(&ring), n ? (void*)model[0] : NULL);
            n -= n > 0;
            memmove(model, model + 1, n * sizeof *model);
        }
        else if (n > 3)
        {
            const size_t at = roam_rng_u32(&rng) % (n - 2);
            roam_ring_remove(&ring, at, 2);
            memmove(model + at, model + at + 2, (n - at - 2) * sizeof *model);
            n -= 2;
        }
        assert_int_equal(ring.n, n);
        for (size_t i = 0; i < n; i++)
        {
            assert_ptr_equal(roam_ring_at(&ring, i), (void*)model[i]);
        }
    }
    roam_ring_clear(&ring);
    assert_null(roam_ring_first(&ring));
}

static void a_ring_gives_its_memory_back_when_it_is_empty(void** state)
{
    (void)state;
    struct roam_ring ring = {0};
    for (int by_removing = 0; by_removing < 2; by_removing++)
    {
        for (uintptr_t i = 0; i < 4 * ROAM_RING_KEEP; i++)
        {
            assert_true(roam_ring_push(&ring, (void*)(i + 1)));
        }
        while (ring.n > 1)
        {
            roam_ring_pop(&ring);
        }
        assert_true(ring.cap > ROAM_RING_KEEP);
        if (by_removing)
        {
            roam_ring_remove(&ring, 0, 1);
        }
        else
        {
            roam_ring_pop(&ring);
        }
        assert_in_range(ring.cap, 0, ROAM_RING_KEEP);
    }
    roam_ring_clear(&ring);
}

static void a_heap_gives_its_least_key_whatever_moves(void** state)
{
    (void)state;
    struct roam_rng rng = roam_rng_seed(5);
    struct roam_heap heap = {0};
    struct roam_heap_node nodes[100];
    memset(nodes, 0, sizeof nodes);
    for (int step = 0; step < 20000; step++)
    {
        struct roam_heap_node* node = &nodes[roam_rng_u32(&rng) % 100];
        if (roam_rng_u32(&rng) % 3)
        {
            assert_true(roam_heap_set(&heap, node, roam_rng_u32(&rng) % 1000));
        }
        else
        {
            roam_heap_remove(&heap, node);
        }
        roam_time least = ROAM_NEVER;
        size_t inside = 0;
        for (int i = 0; i < 100; i++)
        {
            inside += nodes[i].place != 0;
            least = nodes[i].place ? roam_time_min(least, nodes[i].key) : least;
        }
        assert_int_equal(heap.n, inside);
        assert_true(inside == 0 ? !roam_heap_min(&heap) : roam_heap_min(&heap)->key == least);
    }
    roam_heap_clear(&heap);
}

static void a_table_finds_what_is_in_it_also_when_hashes_collide(void** state)
{
    (void)state;
    struct roam_table table = {0};
    struct roam_table_node nodes[300];
    for (size_t i = 0; i < 300; i++)
    {
        assert_true(roam_table_insert(&table, &nodes[i], i / 3)); /* three of each hash */
    }
    for (size_t i = 0; i < 300; i += 3)
    {
        roam_table_remove(&table, &nodes[i]);
        roam_table_remove(&table, &nodes[i]); /* twice does no harm */
    }
    for (uint64_t hash = 0; hash < 100; hash++)
    {
        int found = 0;
        for (struct roam_table_node* n = roam_table_first(&table, hash); n; n = roam_table_next(n))
        {
            found++;
        }
        assert_int_equal(found, 2);
    }
    assert_int_equal(table.n, 200);
    assert_null(roam_table_first(&table, 100));
    roam_table_clear(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_timer_is_due_at_its_moment_and_only_once),
        cmocka_unit_test(addresses_are_read_and_written_as_text),
        cmocka_unit_test(addresses_know_their_scope),
        cmocka_unit_test(a_reader_that_runs_past_its_end_is_bad_and_gives_zeros),
        cmocka_unit_test(the_generator_repeats_itself_for_a_seed),
        cmocka_unit_test(a_ring_behaves_as_a_list_under_random_use),
        cmocka_unit_test(a_ring_gives_its_memory_back_when_it_is_empty),
        cmocka_unit_test(a_heap_gives_its_least_key_whatever_moves),
        cmocka_unit_test(a_table_finds_what_is_in_it_also_when_hashes_collide),
    };
    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
