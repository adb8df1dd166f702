/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which addresses are listed to a peer, and taken from it: no loopback or link-local address where
 * a global one is known, none of our own, no family that the INIT excludes (RFC 9260
 * sections 5.1.2, 3.3.2.1.5). */
#include "sctp-asconf-craft.h"
#include "sctp-craft.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct roam_addr addr(const char* text)
{
    struct roam_addr a = {0};
    assert_true(roam_addr_parse(&a, text));
    return a;
}

static void gain(struct puppet* p, const char* text)
{
    const struct roam_addr a = addr(text);
    assert_int_equal(sctp_address_gained(p->ep, &a, 1, p->now), ROAM_OK);
}

/** The endpoint, which has more than the puppet should hear of. */
static struct puppet* with_many_addresses(void)
{
    struct puppet* p = puppet_new(NULL);
    gain(p, "127.0.0.1");
    gain(p, "169.254.7.7");
    gain(p, "1.1.3.2");
    gain(p, "::1");
    gain(p, "fe80::7");
    gain(p, "2001:db8::7");
    return p;
}

/** The addresses of a list, with a space behind each. */
static const char* text_of(const struct roam_addr* addrs, size_t n, char* out)
{
    char one[ROAM_ADDR_TEXT];
    out[0] = '\0';
    for (size_t i = 0; i < n; i++)
    {
        strcat(strcat(out, roam_addr_text(&addrs[i], one)), " ");
    }
    return out;
}

/** What the endpoint's INIT or INIT ACK, told last, lists; keeps its tag and cookie. */
static const char* listed(struct puppet* p, uint8_t type)
{
    static char text[2000];
    struct sctp_chunk c;
    struct sctp_init init;
    puppet_ladder(p);
    assert_true(puppet_find(p, type, &c));
    assert_true(sctp_init_read(&c, &init));
    p->tag = init.tag;
    if (init.cookie.bytes)
    {
        assert_true(init.cookie.value_len <= sizeof p->cookie);
        memcpy(p->cookie, init.cookie.value, init.cookie.value_len);
        p->cookie_len = init.cookie.value_len;
    }
    return text_of(init.addrs, init.n_addrs, text);
}

static const char* peers_of(struct puppet* p)
{
    static char text[2000];
    struct roam_addr peers[SCTP_MAX_PEERS];
    return text_of(peers, sctp_peer_addresses(p->ep, p->id, peers, SCTP_MAX_PEERS), text);
}

static const char* locals_of(struct puppet* p)
{
    static char text[2000];
    struct roam_addr locals[SCTP_MAX_PEERS];
    return text_of(locals, sctp_local_addresses(p->ep, p->id, locals, SCTP_MAX_PEERS), text);
}

/** Appends address parameters, from a list with spaces between. */
static void list(struct craft* c, const char* addrs)
{
    char copy[2000];
    strcpy(copy, addrs);
    for (char* one = strtok(copy, " "); one; one = strtok(NULL, " "))
    {
        const struct roam_addr a = addr(one);
        sctp_write_addr(&c->w, &a);
    }
}

/** An INIT that lists addresses, with the Supported Address Types given (0: none of them). */
static void say_init(struct puppet* p, const char* addrs, uint16_t type)
{
    struct craft c;
    craft_begin(&c, 4000, 5000, 0);
    craft_init(&c, SCTP_C_INIT, p->my_tag, 100000, p->tsn);
    list(&c, addrs);
    if (type)
    {
        uint8_t value[2];
        roam_put16(value, type);
        sctp_write_param(&c.w, SCTP_P_ADDRESS_TYPES, value, sizeof value);
    }
    craft_close(&c);
    puppet_send(p, &c);
}

/** Where the endpoint has sent anything to, of a list with spaces between. */
static bool sent_to(const struct puppet* p, const char* text)
{
    const struct roam_addr a = addr(text);
    for (size_t i = 0; i < p->n_sent; i++)
    {
        if (roam_addr_equal(&p->sent[i].dst, &a))
        {
            return true;
        }
    }
    return false;
}

/* --- What we list ---------------------------------------------------------------------------- */

static void an_init_to_a_global_address_lists_global_ones_only(void** state)
{
    (void)state;
    struct puppet* p = with_many_addresses();
    assert_int_equal(sctp_connect(p->ep, NULL, 0, &a1, 1, 4000, &p->id, 0), ROAM_OK);
    puppet_poll(p);
    assert_string_equal(listed(p, SCTP_C_INIT), "1.1.1.2 1.1.3.2 2001:db8::7 ");
    assert_string_equal(locals_of(p), "1.1.1.2 1.1.3.2 2001:db8::7 ");
    puppet_free(p);
}

static void an_address_that_the_user_binds_is_not_listed_out_of_its_scope(void** state)
{
    (void)state;
    struct puppet* p = with_many_addresses();
    const struct roam_addr mine[] = {addr("127.0.0.1"), addr("fe80::7"), z1, z3};
    const struct roam_addr here[] = {addr("127.0.0.9")};
    assert_int_equal(sctp_connect(p->ep, mine, 4, &a1, 1, 4000, &p->id, 0), ROAM_OK);
    puppet_poll(p);
    assert_string_equal(listed(p, SCTP_C_INIT), "1.1.1.2 1.1.3.2 ");
    assert_int_equal(sctp_connect(p->ep, mine + 1, 3, here, 1, 4000, &p->id, 0), ROAM_EINVAL);
    puppet_free(p);
}

static void an_init_ack_lists_what_the_init_could_use(void** state)
{
    (void)state;
    const struct
    {
        const char *from, *to, *lists;
        uint16_t types;
        const char* answer;
    } cases[] = {
        {"2.2.2.2", "1.1.1.2", "", 0, "1.1.1.2 1.1.3.2 2001:db8::7 "},
        {"2.2.2.2", "1.1.1.2", "", SCTP_P_IPV4, "1.1.1.2 1.1.3.2 "},
        {"2.2.2.2", "1.1.1.2", "", SCTP_P_IPV6, "1.1.1.2 1.1.3.2 2001:db8::7 "},
        {"2.2.2.2", "1.1.1.2", "2001:db8::2", SCTP_P_IPV4, "1.1.1.2 1.1.3.2 2001:db8::7 "},
        {"2001:db8::2", "2001:db8::7", "", SCTP_P_IPV6, ""}, /* the only one: it needs no list */
        {"2.2.2.2", "1.1.1.2", "", SCTP_P_HOSTNAME, "1.1.1.2 1.1.3.2 "},
        {"127.0.0.9", "127.0.0.1", "", 0, "127.0.0.1 ::1 "},
        {"fe80::9", "fe80::7", "", 0, "169.254.7.7 fe80::7 "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    {
        struct puppet* p = with_many_addresses();
        p->me = addr(cases[i].from);
        p->it = addr(cases[i].to);
        say_init(p, cases[i].lists, cases[i].types);
        assert_string_equal(listed(p, SCTP_C_INIT_ACK), cases[i].answer);
        puppet_echo(p);
        assert_int_equal(p->up, 1);
        const char* bound = cases[i].answer[0] ? cases[i].answer : "2001:db8::7 ";
        assert_int_equal(strlen(locals_of(p)), strlen(bound)); /* the one that was called first */
        puppet_free(p);
    }
}

static void no_address_is_added_out_of_its_scope(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    const struct roam_addr narrow[] = {addr("127.0.0.1"), addr("169.254.1.1"), addr("fe80::1")};
    for (size_t i = 0; i < 3; i++)
    {
        net_gain(n, A, &narrow[i]);
        assert_int_equal(net_asconf(n, A, SCTP_ADD, &narrow[i]), ROAM_EINVAL);
    }
    net_gain(n, A, &a2);
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a2), ROAM_OK);
    net_free(n);
}

/* --- What the peer lists --------------------------------------------------------------------- */

/** Out of scope for a peer that has 2.2.2.2, ours, or the same in clothes; and two that are not. */
#define MIXED                                                                                      \
    "127.0.0.1 127.0.0.5 169.254.1.1 1.1.1.2 1.1.3.2 ::1 fe80::1 fe80::7 2001:db8::7 3.3.3.2 "     \
    "2001:db8::2"

static void assert_only_global_ones_are_probed(struct puppet* p)
{
    assert_string_equal(peers_of(p), "2.2.2.2 3.3.3.2 2001:db8::2 ");
    puppet_run_for(p, 100 * ROAM_SEC);
    assert_true(sent_to(p, "3.3.3.2") && sent_to(p, "2001:db8::2"));
    assert_false(sent_to(p, "127.0.0.1") || sent_to(p, "127.0.0.5") || sent_to(p, "169.254.1.1"));
    assert_false(sent_to(p, "1.1.1.2") || sent_to(p, "1.1.3.2") || sent_to(p, "2001:db8::7"));
    assert_false(sent_to(p, "::1") || sent_to(p, "fe80::1") || sent_to(p, "fe80::7"));
}

static void of_an_inits_addresses_those_in_scope_are_taken(void** state)
{
    (void)state;
    struct puppet* p = with_many_addresses();
    say_init(p, MIXED, 0);
    listed(p, SCTP_C_INIT_ACK);
    puppet_echo(p);
    assert_int_equal(p->up, 1);
    assert_only_global_ones_are_probed(p);
    puppet_free(p);
}

static void of_an_init_acks_addresses_those_in_scope_are_taken(void** state)
{
    (void)state;
    struct puppet* p = with_many_addresses();
    struct craft c;
    assert_int_equal(sctp_connect(p->ep, NULL, 0, &a1, 1, 4000, &p->id, 0), ROAM_OK);
    puppet_poll(p);
    listed(p, SCTP_C_INIT);
    puppet_begin(p, &c);
    craft_init(&c, SCTP_C_INIT_ACK, p->my_tag, 100000, p->tsn);
    sctp_write_param(&c.w, SCTP_P_COOKIE, "cake", 4);
    list(&c, MIXED);
    craft_close(&c);
    puppet_send(p, &c);
    puppet_chunk(p, SCTP_C_COOKIE_ACK, 0, NULL, 0);
    assert_int_equal(p->up, 1);
    assert_only_global_ones_are_probed(p);
    puppet_free(p);
}

/** What was passed over is no address that a restart adds (section 5.2.2), nor whose it is. */
static void an_address_out_of_scope_is_neither_new_nor_a_name(void** state)
{
    (void)state;
    struct puppet* p = with_many_addresses();
    say_init(p, MIXED, 0);
    listed(p, SCTP_C_INIT_ACK);
    puppet_echo(p);
    say_init(p, MIXED, 0);
    puppet_ladder(p);
    assert_non_null(puppet_packet_with(p, SCTP_C_INIT_ACK));
    puppet_free(p);

    p = with_many_addresses(); /* on this host somebody has 127.0.0.5, port 4000 */
    p->me = addr("127.0.0.5");
    p->it = addr("127.0.0.1");
    say_init(p, "", 0);
    listed(p, SCTP_C_INIT_ACK);
    puppet_echo(p);
    assert_int_equal(p->up, 1);
    p->me = a1; /* that is not the caller from far away who lists it */
    p->it = z1;
    say_init(p, "127.0.0.5", 0);
    puppet_ladder(p);
    assert_non_null(puppet_packet_with(p, SCTP_C_INIT_ACK));
    puppet_free(p);
}

static void an_end_on_this_host_may_have_our_addresses(void** state)
{
    (void)state;
    struct puppet* p = with_many_addresses();
    p->me = z1;
    p->it = z3;
    say_init(p, "1.1.1.2 1.1.3.2 127.0.0.1", 0);
    listed(p, SCTP_C_INIT_ACK);
    puppet_echo(p);
    assert_string_equal(peers_of(p), "1.1.1.2 1.1.3.2 ");
    puppet_free(p);

    p = with_many_addresses();
    p->me = addr("127.0.0.5");
    p->it = addr("127.0.0.1");
    say_init(p, "127.0.0.1 127.0.0.5 1.1.1.2", 0);
    listed(p, SCTP_C_INIT_ACK);
    puppet_echo(p);
    assert_string_equal(peers_of(p), "127.0.0.5 127.0.0.1 1.1.1.2 ");
    puppet_free(p);
}

static void an_add_out_of_scope_is_refused(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    const char* const bad[] = {"127.0.0.1", "169.254.1.1", "fe80::1", "::1", "1.1.1.2"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    {
        const struct roam_addr wrong = addr(bad[i]);
        const struct asconf_answers r = asconf_request(n, SCTP_P_ADD, &wrong);
        assert_int_equal(r.n, 1);
        assert_int_equal(r.causes[0], SCTP_E_UNRESOLVABLE);
    }
    assert_int_equal(asconf_request(n, SCTP_P_ADD, &a2).causes[0], 0);
    assert_true(net_peers_are(n, Z, (const struct roam_addr[]){a1, a2}, 2));
    net_free(n);
}

/** Two scopes in one association: each address meets its like. */
static void no_path_leads_from_one_scope_into_another(void** state)
{
    (void)state;
    struct puppet* p = with_many_addresses();
    const struct roam_addr peers[] = {a1, addr("127.0.0.9"), addr("fe80::9")};
    struct sctp_path_status paths[32];
    assert_int_equal(sctp_connect(p->ep, NULL, 0, peers, 3, 4000, &p->id, 0), ROAM_OK);
    const size_t n = sctp_paths(p->ep, p->id, paths, 32);
    assert_int_equal(n, 2 + 1 + 1);
    for (size_t i = 0; i < n; i++)
    {
        assert_true(sctp_scope_same(&paths[i].local, &paths[i].peer));
    }
    puppet_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_init_to_a_global_address_lists_global_ones_only),
        cmocka_unit_test(an_address_that_the_user_binds_is_not_listed_out_of_its_scope),
        cmocka_unit_test(an_init_ack_lists_what_the_init_could_use),
        cmocka_unit_test(no_address_is_added_out_of_its_scope),
        cmocka_unit_test(of_an_inits_addresses_those_in_scope_are_taken),
        cmocka_unit_test(of_an_init_acks_addresses_those_in_scope_are_taken),
        cmocka_unit_test(an_address_out_of_scope_is_neither_new_nor_a_name),
        cmocka_unit_test(an_end_on_this_host_may_have_our_addresses),
        cmocka_unit_test(an_add_out_of_scope_is_refused),
        cmocka_unit_test(no_path_leads_from_one_scope_into_another),
    };
    return cmocka_run_group_tests_name("sctp-scope", tests, NULL, NULL);
}
