/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is refused, and options: of associations, paths and AUTH. */
#include "host-pair.h"

/* --- What is refused ------------------------------------------------------------------------- */

static void wrong_arguments_have_their_errno(void** state)
{
    struct pair* p = *state;
    struct roam_host* h = p->host[A];
    const struct sockaddr_in elsewhere = {.sin_family = AF_INET,
                                          .sin_addr.s_addr = htonl(0xc0000263)};
    const struct sockaddr_in taken = loopback(1, 5000);
    struct roam_sctp_rtoinfo rto = {0, 100, 50, 60}; /* minimum above maximum */
    socklen_t len = sizeof rto;
    char byte = 0;
    assert_int_equal(roam_sctp_socket(h, AF_UNIX, SOCK_STREAM), -1);
    assert_int_equal(errno, EAFNOSUPPORT);
    assert_int_equal(roam_sctp_socket(h, AF_INET, SOCK_DGRAM), -1);
    assert_int_equal(errno, ESOCKTNOSUPPORT);
    assert_int_equal(roam_sctp_close(h, 77), -1);
    assert_int_equal(errno, EBADF);
    assert_int_equal(roam_sctp_bind(h, p->sd[A], (struct sockaddr*)&elsewhere, sizeof elsewhere),
                     -1);
    assert_int_equal(errno, EADDRNOTAVAIL);
    const int second = roam_sctp_socket(p->host[Z], AF_INET, SOCK_STREAM);
    assert_int_equal(roam_sctp_bind(p->host[Z], second, (struct sockaddr*)&taken, sizeof taken),
                     -1);
    assert_int_equal(errno, EADDRINUSE);
    assert_int_equal(roam_sctp_send(h, p->sd[A], &byte, 1, 0), -1);
    assert_int_equal(errno, ENOTCONN);
    assert_int_equal(roam_sctp_recv(h, p->sd[A], &byte, 1, 0), -1);
    assert_int_equal(errno, ENOTCONN);
    assert_int_equal(
        roam_sctp_setsockopt(h, p->sd[A], IPPROTO_SCTP, ROAM_SCTP_RTOINFO, &rto, sizeof rto), -1);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(roam_sctp_setsockopt(h, p->sd[A], IPPROTO_SCTP, 9999, &rto, sizeof rto), -1);
    assert_int_equal(errno, ENOPROTOOPT);
    len = 3;
    assert_int_equal(roam_sctp_getsockopt(h, p->sd[A], IPPROTO_SCTP, ROAM_SCTP_RTOINFO, &rto, &len),
                     -1);
    assert_int_equal(errno, EINVAL);
}

static void a_stream_or_a_size_out_of_range_is_refused(void** state)
{
    struct pair* p = *state;
    static const char large[300000];
    assert_int_equal(roam_sctp_sendmsg(p->host[A], p->sd[A], "x", 1, NULL, 0, 0, 0, 10, 0, 0), -1);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(roam_sctp_send(p->host[A], p->sd[A], large, sizeof large, 0), -1);
    assert_int_equal(errno, EMSGSIZE);
}

static void options_come_back_as_they_were_set(void** state)
{
    struct pair* p = *state;
    struct roam_host* h = p->host[A];
    const struct roam_sctp_rtoinfo rto = {0, 300, 2000, 200};
    const struct roam_sctp_initmsg init = {7, 9, 3, 900};
    const struct roam_sctp_paddrparams path = {
        .spp_hbinterval = 700, .spp_pathmaxrxt = 2, .spp_flags = ROAM_SPP_HB_ENABLE};
    struct roam_sctp_rtoinfo r = {0};
    struct roam_sctp_initmsg i = {0};
    struct roam_sctp_paddrparams q = {0};
    struct roam_sctp_status s = {0};
    struct roam_sctp_assoc_value policy = {0, ROAM_SCTP_SWITCH_HOLD}, wrong = {0, 3};
    socklen_t len = sizeof rto;
    roam_sctp_setsockopt(h, p->sd[A], IPPROTO_SCTP, ROAM_SCTP_RTOINFO, &rto, sizeof rto);
    roam_sctp_setsockopt(h, p->sd[A], IPPROTO_SCTP, ROAM_SCTP_SWITCH_POLICY, &policy,
                         sizeof policy);
    roam_sctp_setsockopt(h, p->sd[A], IPPROTO_SCTP, ROAM_SCTP_INITMSG, &init, sizeof init);
    roam_sctp_setsockopt(h, p->sd[A], IPPROTO_SCTP, ROAM_SCTP_PEER_ADDR_PARAMS, &path, sizeof path);
    establish(p);
    roam_sctp_getsockopt(h, p->sd[A], IPPROTO_SCTP, ROAM_SCTP_RTOINFO, &r, &len);
    assert_int_equal(r.srto_initial, 300);
    assert_int_equal(r.srto_min, 200);
    assert_int_equal(r.srto_max, 2000);
    len = sizeof policy;
    assert_int_equal(roam_sctp_setsockopt(h, p->sd[A], IPPROTO_SCTP, ROAM_SCTP_SWITCH_POLICY,
                                          &wrong, sizeof wrong),
                     -1);
    policy.assoc_value = 0;
    roam_sctp_getsockopt(h, p->sd[A], IPPROTO_SCTP, ROAM_SCTP_SWITCH_POLICY, &policy, &len);
    assert_int_equal(policy.assoc_value, ROAM_SCTP_SWITCH_HOLD);
    len = sizeof i;
    roam_sctp_getsockopt(h, p->sd[A], IPPROTO_SCTP, ROAM_SCTP_INITMSG, &i, &len);
    assert_int_equal(i.sinit_num_ostreams, 7);
    assert_int_equal(i.sinit_max_init_timeo, 900);
    len = sizeof q;
    roam_sctp_getsockopt(h, p->sd[A], IPPROTO_SCTP, ROAM_SCTP_PEER_ADDR_PARAMS, &q, &len);
    assert_int_equal(q.spp_hbinterval, 700);
    assert_int_equal(q.spp_pathmaxrxt, 2);
    len = sizeof s;
    roam_sctp_getsockopt(h, p->sd[A], IPPROTO_SCTP, ROAM_SCTP_STATUS, &s, &len);
    assert_int_equal(s.sstat_state, ROAM_SCTP_ESTABLISHED);
    assert_int_equal(s.sstat_outstrms, 7);
    assert_int_equal(s.sstat_instrms, 9);
    assert_int_equal(s.sstat_primary.spinfo_state, ROAM_SCTP_ACTIVE);
}

static int set_key(struct roam_host* host, int sd, uint16_t number, const char* text)
{
    union
    {
        struct roam_sctp_authkey key;
        uint8_t bytes[64];
    } v = {.key = {0, number, (uint16_t)strlen(text)}};
    const struct roam_sctp_authkeyid id = {0, number};
    memcpy(v.key.sca_key, text, strlen(text));
    return roam_sctp_setsockopt(host, sd, IPPROTO_SCTP, ROAM_SCTP_AUTH_KEY, &v, sizeof v) < 0
               ? -1
               : roam_sctp_setsockopt(host, sd, IPPROTO_SCTP, ROAM_SCTP_AUTH_ACTIVE_KEY, &id,
                                      sizeof id);
}

/** DATA of A must be authenticated, under a key that both know, or under two that differ. */
static void send_authenticated(struct pair* p, const char* a, const char* z)
{
    const struct roam_sctp_authchunk data = {0};
    const struct sockaddr_in any = loopback(1, 0);
    assert_int_equal(set_key(p->host[A], p->sd[A], 5, a), -1);
    assert_int_equal(errno, EACCES); /* not bound yet */
    assert_int_equal(roam_sctp_bind(p->host[A], p->sd[A], (struct sockaddr*)&any, sizeof any), 0);
    assert_int_equal(roam_sctp_setsockopt(p->host[Z], p->listener, IPPROTO_SCTP,
                                          ROAM_SCTP_AUTH_CHUNK, &data, sizeof data),
                     0);
    assert_int_equal(set_key(p->host[A], p->sd[A], 5, a), 0);
    assert_int_equal(set_key(p->host[Z], p->listener, 5, z), 0);
    establish(p);
    assert_int_equal(roam_sctp_send(p->host[A], p->sd[A], "x", 1, 0), 1);
    run(p, 500);
}

static void data_under_a_shared_key_arrives(void** state)
{
    struct pair* p = *state;
    struct roam_sctp_authkeyid id = {0};
    socklen_t len = sizeof id;
    char byte;
    send_authenticated(p, "secret", "secret");
    assert_int_equal(roam_sctp_recv(p->host[Z], p->sd[Z], &byte, 1, 0), 1);
    assert_int_equal(roam_sctp_getsockopt(p->host[A], p->sd[A], IPPROTO_SCTP,
                                          ROAM_SCTP_AUTH_ACTIVE_KEY, &id, &len),
                     0);
    assert_int_equal(id.scact_keynumber, 5);
}

static void data_under_another_key_does_not(void** state)
{
    struct pair* p = *state;
    char byte;
    send_authenticated(p, "secret", "guessed");
    assert_int_equal(roam_sctp_recv(p->host[Z], p->sd[Z], &byte, 1, 0), -1);
    assert_int_equal(errno, EAGAIN);
}

/** The next of what Z can read is a notification of this type. */
static void expect_notification(struct pair* p, union roam_sctp_notification* n, uint16_t type)
{
    int flags = 0;
    assert_true(roam_sctp_recvv(p->host[Z], p->sd[Z], n, sizeof *n, NULL, NULL, NULL, &flags) > 0);
    assert_int_equal(flags & ROAM_MSG_NOTIFICATION, ROAM_MSG_NOTIFICATION);
    assert_int_equal(n->sn_header.sn_type, type);
    assert_int_equal(flags & MSG_EOR, MSG_EOR);
}

/** RFC 6458 sections 6.1.6 and 8.1.10. */
static void the_adaptation_of_the_peer_is_told_behind_up(void** state)
{
    struct pair* p = *state;
    const struct roam_sctp_setadaptation code = {0x01020304};
    union roam_sctp_notification n;
    char byte;
    assert_int_equal(roam_sctp_setsockopt(p->host[A], p->sd[A], IPPROTO_SCTP,
                                          ROAM_SCTP_ADAPTATION_LAYER, &code, sizeof code),
                     0);
    want(p->host[Z], p->listener, ROAM_SCTP_ASSOC_CHANGE);
    want(p->host[Z], p->listener, ROAM_SCTP_ADAPTATION_INDICATION);
    want(p->host[A], p->sd[A], ROAM_SCTP_ADAPTATION_INDICATION);
    establish(p);
    expect_notification(p, &n, ROAM_SCTP_ASSOC_CHANGE);
    expect_notification(p, &n, ROAM_SCTP_ADAPTATION_INDICATION);
    assert_int_equal(n.sn_adaptation_event.sai_length, sizeof n.sn_adaptation_event);
    assert_int_equal(n.sn_adaptation_event.sai_adaptation_ind, 0x01020304);
    assert_int_equal(roam_sctp_recv(p->host[A], p->sd[A], &byte, 1, 0), -1); /* Z said nothing */
    assert_int_equal(errno, EAGAIN);
}

/** Section 6.1.8. */
static void a_key_that_the_peer_begins_to_use_is_told(void** state)
{
    struct pair* p = *state;
    union roam_sctp_notification n;
    char byte;
    want(p->host[Z], p->listener, ROAM_SCTP_AUTHENTICATION_EVENT);
    send_authenticated(p, "secret", "secret");
    expect_notification(p, &n, ROAM_SCTP_AUTHENTICATION_EVENT);
    assert_int_equal(n.sn_auth_event.auth_indication, ROAM_SCTP_AUTH_NEW_KEY);
    assert_int_equal(n.sn_auth_event.auth_keynumber, 5);
    assert_int_equal(roam_sctp_recv(p->host[Z], p->sd[Z], &byte, 1, 0), 1);
}

static void a_peer_without_auth_is_told(void** state)
{
    struct pair* p = *state;
    const struct roam_sctp_assoc_value off = {0, 0};
    union roam_sctp_notification n;
    static const int names[] = {ROAM_SCTP_ASCONF_SUPPORTED, ROAM_SCTP_AUTH_SUPPORTED};
    for (size_t i = 0; i < 2; i++)
    {
        assert_int_equal(
            roam_sctp_setsockopt(p->host[A], p->sd[A], IPPROTO_SCTP, names[i], &off, sizeof off),
            0);
    }
    want(p->host[Z], p->listener, ROAM_SCTP_AUTHENTICATION_EVENT);
    establish(p);
    expect_notification(p, &n, ROAM_SCTP_AUTHENTICATION_EVENT);
    assert_int_equal(n.sn_auth_event.auth_indication, ROAM_SCTP_AUTH_NO_AUTH);
}

/** Section 3.1.4. */
static void after_the_peers_shutdown_no_more_can_be_sent(void** state)
{
    struct pair* p = *state;
    char byte;
    want(p->host[Z], p->sd[Z], ROAM_SCTP_SHUTDOWN_EVENT);
    assert_int_equal(roam_sctp_shutdown(p->host[A], p->sd[A], SHUT_WR), 0);
    await(p, Z, p->sd[Z], POLLIN);
    union roam_sctp_notification n;
    expect_notification(p, &n, ROAM_SCTP_SHUTDOWN_EVENT);
    assert_int_equal(roam_sctp_send(p->host[Z], p->sd[Z], "x", 1, 0), -1);
    assert_int_equal(errno, ESHUTDOWN);
    assert_int_equal(roam_sctp_recv(p->host[Z], p->sd[Z], &byte, 1, 0), 0);
}

/** Section 3.1.4. */
static void an_end_without_data_begins_no_association(void** state)
{
    struct pair* p = *state;
    const struct sockaddr_in z = loopback(1, 5000);
    const int sd = roam_sctp_socket(p->host[A], AF_INET, SOCK_SEQPACKET | SOCK_NONBLOCK);
    uint32_t number = 0;
    socklen_t len = sizeof number;
    static const uint16_t flags[] = {ROAM_SCTP_EOF, ROAM_SCTP_ABORT};
    for (size_t i = 0; i < 2; i++)
    {
        const struct roam_sctp_sendv_spa info = {.sendv_flags = ROAM_SCTP_SEND_SNDINFO_VALID,
                                                 .sendv_sndinfo = {.snd_flags = flags[i]}};
        assert_int_equal(roam_sctp_sendv(p->host[A], sd, NULL, 0, (const struct sockaddr*)&z,
                                         sizeof z, &info, 0),
                         -1);
        assert_int_equal(errno, EINVAL);
    }
    assert_int_equal(roam_sctp_getsockopt(p->host[A], sd, IPPROTO_SCTP, ROAM_SCTP_GET_ASSOC_NUMBER,
                                          &number, &len),
                     0);
    assert_int_equal(number, 0);
}

static void a_path_by_message_is_not_there(void** state)
{
    struct pair* p = *state;
    const struct iovec iov = {"x", 1};
    const struct roam_sctp_sendv_spa info = {.sendv_flags = ROAM_SCTP_SEND_SNDINFO_VALID,
                                             .sendv_sndinfo = {.snd_flags = ROAM_SCTP_ADDR_OVER}};
    assert_int_equal(roam_sctp_sendv(p->host[A], p->sd[A], &iov, 1, NULL, 0, &info, 0), -1);
    assert_int_equal(errno, EOPNOTSUPP);
}

static void addresses_are_told(void** state)
{
    struct pair* p = *state;
    struct sockaddr* list = NULL;
    struct sockaddr_in one;
    socklen_t len = sizeof one;
    assert_int_equal(roam_sctp_getpaddrs(p->host[A], p->sd[A], 0, &list), 1);
    memcpy(&one, list, sizeof one);
    assert_int_equal(ntohs(one.sin_port), 5000);
    roam_sctp_freeaddrs(list);
    assert_true(roam_sctp_getladdrs(p->host[Z], p->sd[Z], 0, &list) >= 1);
    roam_sctp_freeaddrs(list);
    assert_int_equal(roam_sctp_getsockname(p->host[Z], p->sd[Z], (struct sockaddr*)&one, &len), 0);
    assert_int_equal(ntohs(one.sin_port), 5000);
    assert_int_equal(roam_sctp_getpeername(p->host[A], p->sd[A], (struct sockaddr*)&one, &len), 0);
    assert_int_equal(ntohs(one.sin_port), 5000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        READY(wrong_arguments_have_their_errno),
        CONNECTED(a_stream_or_a_size_out_of_range_is_refused),
        READY(options_come_back_as_they_were_set),
        READY(data_under_a_shared_key_arrives),
        READY(data_under_another_key_does_not),
        READY(the_adaptation_of_the_peer_is_told_behind_up),
        READY(a_key_that_the_peer_begins_to_use_is_told),
        READY(a_peer_without_auth_is_told),
        CONNECTED(after_the_peers_shutdown_no_more_can_be_sent),
        READY(an_end_without_data_begins_no_association),
        CONNECTED(a_path_by_message_is_not_there),
        CONNECTED(addresses_are_told),
    };
    return cmocka_run_group_tests_name("host options", tests, NULL, NULL);
}
