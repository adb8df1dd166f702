/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cookie's own codec, RFC 9260 section 5.1.3: what is written is read, and nothing else is. */
#include "core/sctp/sctp-priv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct sctp_endpoint* endpoint(void)
{
    struct sctp_config c;
    const struct roam_rng rng = roam_rng_seed(1);
    sctp_config_default(&c);
    struct sctp_endpoint* ep = sctp_endpoint_new(&c, 5000, &rng);
    assert_non_null(ep);
    return ep;
}

static struct sctp_cookie cookie(const uint8_t* init, size_t len)
{
    struct sctp_cookie c = {
        .created = 5, .life = 60 * ROAM_SEC, .my_tag = 1, .my_tsn = 2, .my_tie = 3, .peer_tie = 4};
    c.peer_port = 4000;
    c.peer = roam_addr_v4(0x02020202);
    c.local = roam_addr_v4(0x01010102);
    c.n_locals = SCTP_MAX_PEERS;
    for (size_t i = 0; i < c.n_locals; i++)
    {
        c.locals[i] = roam_addr_v4((uint32_t)i + 1);
    }
    c.offer.n_hmacs = SCTP_HMACS_MAX;
    for (unsigned type = 0; type < 256; type++)
    {
        if (type != SCTP_C_INIT && type != SCTP_C_INIT_ACK && type != SCTP_C_SHUTDOWN_COMPLETE &&
            type != SCTP_C_AUTH) /* RFC 4895 section 3.2 */
        {
            sctp_chunk_set_add(&c.offer.chunks, (uint8_t)type);
        }
    }
    memset(c.offer.random, 'r', sizeof c.offer.random);
    c.init = init;
    c.init_len = len;
    return c;
}

/** The same bytes with another digest that is right: as if we had written them. */
static void seal(const struct sctp_endpoint* ep, uint8_t* bytes, size_t len)
{
    sctp_hmac(SCTP_HMAC_SHA256, ep->secret, SCTP_SECRET_LEN, bytes + 32, len - 32, bytes);
}

static void a_cookie_of_the_greatest_size_is_read_as_it_was_written(void** state)
{
    (void)state;
    struct sctp_endpoint* ep = endpoint();
    const uint8_t init[20] = {SCTP_C_INIT, 0, 0, 20, 9};
    const struct sctp_cookie c = cookie(init, sizeof init);
    struct sctp_cookie read;
    const size_t len = sctp_cookie_len(&c);
    uint8_t* bytes = malloc(len);
    sctp_cookie_write(ep, &c, bytes);
    assert_true(sctp_cookie_read(ep, bytes, len, &read));
    assert_int_equal(read.created, c.created);
    assert_int_equal(read.life, c.life);
    assert_int_equal(read.peer_port, c.peer_port);
    assert_true(roam_addr_equal(&read.peer, &c.peer));
    assert_true(roam_addr_equal(&read.local, &c.local));
    assert_int_equal(read.n_locals, c.n_locals);
    assert_memory_equal(read.locals, c.locals, sizeof c.locals);
    assert_memory_equal(&read.offer.chunks, &c.offer.chunks, sizeof c.offer.chunks);
    assert_memory_equal(read.offer.random, c.offer.random, sizeof c.offer.random);
    assert_int_equal(read.offer.n_hmacs, c.offer.n_hmacs);
    assert_true(read.init_len >= sizeof init);
    assert_memory_equal(read.init, init, sizeof init);
    free(bytes);
    sctp_endpoint_free(ep);
}

/** The digest keeps strangers out; that it does not keep us from reading past the end is ours. */
static void a_cookie_cut_anywhere_is_not_read_past_its_end(void** state)
{
    (void)state;
    struct sctp_endpoint* ep = endpoint();
    const struct sctp_cookie c = cookie(NULL, 0);
    struct sctp_cookie read;
    const size_t len = sctp_cookie_len(&c);
    uint8_t* whole = malloc(len);
    sctp_cookie_write(ep, &c, whole);
    for (size_t cut = 0; cut < len; cut++)
    {
        uint8_t* bytes = malloc(cut + 1); /* so that a sanitizer sees where it ends */
        memcpy(bytes, whole, cut);
        if (cut >= 32)
        {
            seal(ep, bytes, cut);
        }
        /* what lacks no more than the padding behind the last address is whole */
        assert_true(!sctp_cookie_read(ep, bytes, cut, &read) || len - cut < 4);
        free(bytes);
    }
    free(whole);
    sctp_endpoint_free(ep);
}

static void a_cookie_with_more_than_we_ever_write_is_refused(void** state)
{
    (void)state;
    struct sctp_endpoint* ep = endpoint();
    struct sctp_cookie c = cookie(NULL, 0), read;
    const size_t len = sctp_cookie_len(&c);
    uint8_t* bytes = malloc(len);
    sctp_cookie_write(ep, &c, bytes);
    const size_t at = 32 + 8 + 8 + 4 * 4 + 2 + SCTP_RANDOM_LEN; /* n_hmacs */
    assert_int_equal(bytes[at], SCTP_HMACS_MAX);
    bytes[at] = SCTP_HMACS_MAX + 1;
    seal(ep, bytes, len);
    assert_false(sctp_cookie_read(ep, bytes, len, &read));
    free(bytes);
    sctp_endpoint_free(ep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cookie_of_the_greatest_size_is_read_as_it_was_written),
        cmocka_unit_test(a_cookie_cut_anywhere_is_not_read_past_its_end),
        cmocka_unit_test(a_cookie_with_more_than_we_ever_write_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
