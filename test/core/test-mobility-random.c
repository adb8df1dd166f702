/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Thousands of clients to whom anything may happen in any order: what must hold always, and that
 * each comes to rest in a good state once the world is good to it.
 */
#include "mobility-client.h"

enum
{
    SEEDS = 4000,
    STEPS = 250,
    CELLS = 4,
    RADIOS = 3,
    RECORDS = 512,
    ADDRESSES = 2 * CELLS /* two pools: a lease may come back or not */
};

struct world
{
    struct client c;
    struct roam_rng rng;
    struct mobility_config config;
    uint32_t n_radios;
    double dbm[CELLS + 1];
    struct
    {
        uint32_t cell; /* as the engine wants it */
        bool link, detected;
        int address; /* index, -1 for none */
    } radio[RADIOS + 1];
    enum mobility_address_state address[ADDRESSES]; /* as told */
    int outstanding[ADDRESSES];                     /* place in asked, -1 for none */
    struct
    {
        struct mobility_event request;
        uint32_t answered; /* parts of it */
    } asked[ADDRESSES];
    struct roam_addr primary;
    bool session;
    enum mobility_handover_state handover[RECORDS];
    bool closed[RECORDS];
    uint32_t n_records;
    uint32_t serving;  /* the last cell that the network dictated */
    uint32_t dictated; /* changes of it */
};

static uint32_t pick(struct world* w, uint32_t n)
{
    return roam_rng_u32(&w->rng) % n;
}

static struct roam_addr address(int i)
{
    return roam_addr_v4(0x0a000002u + ((uint32_t)i << 16));
}

static int index_of(const struct roam_addr* a)
{
    for (int i = 0; i < ADDRESSES; i++)
    {
        const struct roam_addr b = address(i);
        if (roam_addr_equal(a, &b))
        {
            return i;
        }
    }
    fail_msg("an address from nowhere");
    return -1;
}

static bool in_order(roam_time a, roam_time b)
{
    return a == ROAM_NEVER || b == ROAM_NEVER || a <= b;
}

static void check_closed(struct world* w, const struct mobility_handover* r)
{
    assert_in_range(r->id, 1, w->n_records);
    assert_false(w->closed[r->id]);
    w->closed[r->id] = true;
    assert_int_not_equal(r->from_cell, r->to_cell);
    assert_true(r->from_cell != 0 && r->to_cell != 0);
    assert_int_not_equal(r->outcome, MOBILITY_OPEN);
    assert_true(r->t_open <= w->c.now);
    assert_true(in_order(r->t_link, r->t_detect) && in_order(r->t_link, r->t_address));
    assert_true(in_order(r->t_address, r->t_signal));
    assert_true(w->config.dictated || in_order(r->t_open, r->t_trigger));
    assert_true(w->config.dictated || in_order(r->t_open, r->t_bound));
    assert_int_equal(r->t_address == ROAM_NEVER, r->to.family == ROAM_ADDR_NONE);
    const bool confirmed = r->outcome == MOBILITY_COMPLETED || r->outcome == MOBILITY_PING_PONG;
    assert_int_equal(confirmed, r->t_bound != ROAM_NEVER);
    assert_int_equal(r->outcome == MOBILITY_ABANDONED || r->outcome == MOBILITY_BROKEN,
                     r->end != 0);
    if (confirmed)
    {
        assert_true(r->t_address <= r->t_bound && in_order(r->t_signal, r->t_bound));
        assert_true(r->t_trigger <= r->t_bound);
        /* but in steps, the new link may be away as the old address is released, and come back */
        assert_true(w->config.dictated || w->config.shape != MOBILITY_SHAPE_STEPS ||
                    in_order(r->t_bound, r->t_release));
        assert_int_equal(r->outcome == MOBILITY_PING_PONG, r->returned);
        assert_int_not_equal(r->to_ifindex, 0);
    }
}

/** A place in asked to which nothing outstanding points. */
static int free_place(const struct world* w)
{
    int place = 0;
    for (int i = 0; i < ADDRESSES; i++)
    {
        if (w->outstanding[i] == place)
        {
            place++;
            i = -1;
        }
    }
    assert_in_range(place, 0, ADDRESSES - 1);
    return place;
}

static void check_request(struct world* w, const struct mobility_event* e)
{
    const int place = free_place(w);
    assert_true(w->session);
    assert_in_range(e->u.request.n, 1, MOBILITY_REQUEST_MAX);
    if (w->config.shape == MOBILITY_SHAPE_MOVE)
    {
        assert_int_equal(e->u.request.n, 1);
        assert_int_equal(e->u.request.parts[0].op, MOBILITY_MOVE);
    }
    for (uint32_t k = 0; k < e->u.request.n; k++)
    {
        const struct mobility_request* part = &e->u.request.parts[k];
        const int i = index_of(&part->addr);
        assert_true(w->outstanding[i] == -1 || (k == 1 && w->outstanding[i] == place));
        w->outstanding[i] = place;
        if (part->op == MOBILITY_DELETE)
        {
            struct mobility_status s;
            mobility_status(w->c.m, &s);
            /* of the primary only behind the SET PRIMARY to another */
            assert_int_equal(roam_addr_equal(&part->addr, &w->primary), k > 0);
            assert_true(s.bound + (e->u.request.parts[0].op == MOBILITY_ADD) >= 2);
        }
    }
    w->asked[place].request = *e;
    w->asked[place].answered = 0;
}

static void check_radio(struct world* w, const struct mobility_event* e)
{
    const uint32_t r = e->u.radio.ifindex;
    if (e->type == MOBILITY_EV_DETACH)
    {
        assert_int_equal(w->radio[r].cell, e->u.radio.cell);
        w->radio[r].cell = 0;
        w->radio[r].link = false;
        return;
    }
    assert_int_equal(w->radio[r].cell, 0);
    assert_true(w->dbm[e->u.radio.cell] >= w->config.floor_dbm);
    for (uint32_t k = 1; k <= w->n_radios; k++)
    {
        assert_int_not_equal(w->radio[k].cell, e->u.radio.cell);
    }
    w->radio[r].cell = e->u.radio.cell;
    w->radio[r].link = w->radio[r].detected = false;
}

static void check(struct world* w, const struct mobility_event* e)
{
    assert_true(e->at == w->c.now);
    switch (e->type)
    {
    case MOBILITY_EV_ATTACH:
    case MOBILITY_EV_DETACH:
        check_radio(w, e);
        break;
    case MOBILITY_EV_REQUEST:
        check_request(w, e);
        break;
    case MOBILITY_EV_ADDRESS:
    {
        const int i = index_of(&e->u.address.addr);
        assert_int_equal(w->address[i], e->u.address.from);
        assert_int_not_equal(e->u.address.from, e->u.address.to);
        w->address[i] = e->u.address.to;
        break;
    }
    case MOBILITY_EV_PRIMARY:
        assert_true(roam_addr_equal(&e->u.primary.old, &w->primary));
        w->primary = e->u.primary.addr;
        break;
    case MOBILITY_EV_OPENED:
        assert_int_equal(e->u.handover.id, ++w->n_records);
        assert_true(w->n_records < RECORDS);
        assert_true(e->u.handover.t_open == e->at);
        break;
    case MOBILITY_EV_STATE:
        assert_int_equal(w->handover[e->u.state.id], e->u.state.from);
        assert_true(e->u.state.to != MOBILITY_HO_IDLE);
        w->handover[e->u.state.id] = e->u.state.to;
        break;
    case MOBILITY_EV_CLOSED:
        check_closed(w, &e->u.handover);
        assert_int_equal(w->handover[e->u.handover.id], MOBILITY_HO_CLOSED);
        break;
    case MOBILITY_EV_VERDICT:
        assert_true(e->u.verdict.why != 0);
        break;
    case MOBILITY_EV_ANSWER:
        break;
    }
}

static void poll(struct world* w)
{
    struct mobility_event e;
    while (mobility_poll_event(w->c.m, &e))
    {
        check(w, &e);
    }
    struct mobility_status s;
    mobility_status(w->c.m, &s);
    assert_true(roam_addr_equal(&s.primary, &w->primary));
}

/* What the host does a moment later: addresses of a link that was left are gone. */
static void drop_address(struct world* w, uint32_t r)
{
    if (w->radio[r].address >= 0)
    {
        const struct roam_addr a = address(w->radio[r].address);
        w->radio[r].address = -1;
        assert_int_equal(mobility_address_lost(w->c.m, &a, w->c.now), ROAM_OK);
        poll(w);
    }
}

static void settle_links(struct world* w)
{
    for (uint32_t r = 1; r <= w->n_radios; r++)
    {
        if (!w->radio[r].link)
        {
            drop_address(w, r);
        }
    }
}

static void wait(struct world* w, roam_time duration)
{
    const roam_time end = w->c.now + duration;
    while (mobility_next_expiry(w->c.m) <= end)
    {
        assert_true(mobility_next_expiry(w->c.m) >= w->c.now);
        w->c.now = mobility_next_expiry(w->c.m);
        mobility_expire(w->c.m, w->c.now);
        poll(w);
        settle_links(w);
        assert_true(mobility_next_expiry(w->c.m) > w->c.now);
    }
    w->c.now = end;
}

static void hear(struct world* w)
{
    struct mobility_level l[CELLS];
    for (uint32_t c = 1; c <= CELLS; c++)
    {
        l[c - 1] = (struct mobility_level){c, w->dbm[c]};
    }
    assert_int_equal(mobility_levels(w->c.m, l, CELLS, w->c.now), ROAM_OK);
    poll(w);
}

/* The parts of a request are answered in their order. */
static void answer_part(struct world* w, int place, bool ok)
{
    const struct mobility_event* e = &w->asked[place].request;
    const struct mobility_request part = e->u.request.parts[w->asked[place].answered++];
    bool more = false;
    for (uint32_t k = w->asked[place].answered; k < e->u.request.n; k++)
    {
        more |= roam_addr_equal(&e->u.request.parts[k].addr, &part.addr);
    }
    if (!more)
    {
        w->outstanding[index_of(&part.addr)] = -1;
    }
    assert_int_equal(mobility_done(w->c.m, part.op, &part.addr, ok, ok ? 0 : 1, w->c.now), ROAM_OK);
    poll(w);
}

static void answer_one(struct world* w, uint32_t refusals_in_ten)
{
    const int first = (int)pick(w, ADDRESSES);
    for (int k = 0; k < ADDRESSES; k++)
    {
        const int i = (first + k) % ADDRESSES;
        if (w->outstanding[i] >= 0)
        {
            answer_part(w, w->outstanding[i], pick(w, 10) >= refusals_in_ten);
            return;
        }
    }
}

static void get_address(struct world* w, uint32_t r)
{
    const uint32_t cell = w->radio[r].cell;
    if (!w->radio[r].link || w->radio[r].address >= 0)
    {
        return;
    }
    if (!w->radio[r].detected && pick(w, 2))
    {
        w->radio[r].detected = true;
        assert_int_equal(mobility_detected(w->c.m, r, w->c.now), ROAM_OK);
        poll(w);
    }
    const int i = (int)(cell - 1 + CELLS * (pick(w, 4) == 0));
    const struct roam_addr a = address(i);
    w->radio[r].address = i;
    assert_int_equal(mobility_address_gained(w->c.m, &a, r, w->c.now), ROAM_OK);
    poll(w);
}

static void set_link(struct world* w, uint32_t r, bool up)
{
    if (w->radio[r].cell == 0 || w->radio[r].link == up)
    {
        return;
    }
    w->radio[r].link = up;
    if (!up)
    {
        w->radio[r].cell = 0; /* the engine attaches it anew, or elsewhere */
    }
    assert_int_equal(mobility_link(w->c.m, r, up, w->c.now), ROAM_OK);
    poll(w);
}

static void forget_requests(struct world* w)
{
    for (int i = 0; i < ADDRESSES; i++)
    {
        w->outstanding[i] = -1;
    }
}

/** Some of the addresses that the client has; 0 when it has none. */
static size_t some_addresses(struct world* w, struct roam_addr some[RADIOS])
{
    size_t n = 0;
    for (uint32_t r = 1; r <= w->n_radios; r++)
    {
        if (w->radio[r].address >= 0)
        {
            some[n++] = address(w->radio[r].address);
        }
    }
    return n == 0 || w->config.shape == MOBILITY_SHAPE_MOVE ? n > 0 : 1 + pick(w, (uint32_t)n);
}

static void begin_or_end_session(struct world* w)
{
    struct roam_addr bound[RADIOS];
    const size_t n = some_addresses(w, bound);
    if (w->session && n > 0 && pick(w, 2))
    {
        forget_requests(w);
        assert_int_equal(mobility_session_replaced(w->c.m, bound, n, w->c.now), ROAM_OK);
    }
    else if (w->session)
    {
        w->session = false;
        forget_requests(w);
        assert_int_equal(mobility_session_down(w->c.m, pick(w, 2), w->c.now), ROAM_OK);
    }
    else if (n > 0)
    {
        w->session = true;
        assert_int_equal(mobility_session_up(w->c.m, bound, n, w->c.now), ROAM_OK);
    }
    poll(w);
}

static void serve(struct world* w, uint32_t cell)
{
    w->dictated += cell != 0 && w->serving != 0 && cell != w->serving;
    w->serving = cell ? cell : w->serving;
    assert_int_equal(mobility_serve(w->c.m, cell, w->c.now), ROAM_OK);
}

static void dictate(struct world* w)
{
    if (w->config.dictated)
    {
        if (pick(w, 2))
        {
            serve(w, pick(w, CELLS + 1));
        }
        else
        {
            assert_int_equal(mobility_prepare(w->c.m, 1 + pick(w, CELLS), pick(w, 2), w->c.now),
                             ROAM_OK);
        }
    }
    else if (pick(w, 2))
    {
        assert_int_equal(mobility_prefer_cell(w->c.m, 1 + pick(w, CELLS), pick(w, 5), w->c.now),
                         ROAM_OK);
    }
    else
    {
        assert_int_equal(
            mobility_prefer_radio(w->c.m, 1 + pick(w, w->n_radios), pick(w, 5), w->c.now), ROAM_OK);
    }
    poll(w);
}

static void step(struct world* w)
{
    const uint32_t r = 1 + pick(w, w->n_radios);
    switch (pick(w, 12))
    {
    case 0:
    case 1:
        w->dbm[1 + pick(w, CELLS)] = -120 + (double)pick(w, 60);
        hear(w);
        break;
    case 2:
    case 3:
        set_link(w, r, true);
        break;
    case 4:
        if (pick(w, 3) == 0)
        {
            set_link(w, r, false);
        }
        break;
    case 5:
    case 6:
        get_address(w, r);
        break;
    case 7:
    case 8:
        answer_one(w, 3);
        break;
    case 9:
        if (pick(w, 4) == 0)
        {
            drop_address(w, r);
        }
        break;
    case 10:
        dictate(w);
        break;
    default:
        if (pick(w, w->session ? 20 : 2) == 0)
        {
            begin_or_end_session(w);
        }
    }
    settle_links(w);
    if (pick(w, 2))
    {
        wait(w, (roam_time)pick(w, 700) * ROAM_MS);
    }
}

/** All cells are heard, links come up, addresses come, every request is granted. */
static void be_good(struct world* w)
{
    for (uint32_t c = 1; c <= CELLS; c++)
    {
        w->dbm[c] = -60 - (double)c;
    }
    hear(w);
    if (w->config.dictated)
    {
        serve(w, 2);
        poll(w);
    }
    for (int round = 0; round < 60; round++)
    {
        for (uint32_t r = 1; r <= w->n_radios; r++)
        {
            settle_links(w);
            set_link(w, r, true);
            get_address(w, r);
            answer_one(w, 0);
        }
        wait(w, 200 * ROAM_MS);
    }
}

static void check_rest(struct world* w)
{
    struct mobility_status s;
    mobility_status(w->c.m, &s);
    assert_int_equal(s.outstanding, 0);
    if (w->session)
    {
        assert_int_equal(mobility_address_state(w->c.m, &s.primary), MOBILITY_ADDR_BOUND);
    }
    uint32_t usable = 0;
    bool primary_usable = false;
    for (uint32_t r = 1; r <= w->n_radios; r++)
    {
        if (w->radio[r].link)
        {
            assert_true(w->radio[r].address >= 0);
            const struct roam_addr a = address(w->radio[r].address);
            primary_usable |= roam_addr_equal(&a, &s.primary);
            usable++;
            if (w->session && w->config.shape == MOBILITY_SHAPE_STEPS)
            {
                assert_int_equal(mobility_address_state(w->c.m, &a), MOBILITY_ADDR_BOUND);
            }
        }
    }
    assert_true(primary_usable);
    assert_int_equal(s.serving_cell == 0, 0);
    if (w->session)
    {
        assert_true(w->config.shape == MOBILITY_SHAPE_STEPS ? s.bound == usable
                                                            : s.bound <= usable);
        assert_true(w->config.shape != MOBILITY_SHAPE_MOVE || s.bound == 1);
    }
    if (w->config.dictated)
    {
        assert_int_equal(s.serving_cell, 2);
        assert_int_equal(w->n_records, w->dictated); /* one record for each change */
    }
    for (uint32_t i = 1; i <= w->n_records; i++)
    {
        assert_true(w->handover[i] == MOBILITY_HO_CLOSED || w->handover[i] == MOBILITY_HO_DELETE);
    }
}

static void live(uint32_t seed, enum mobility_shape shape)
{
    struct world w = {.rng = roam_rng_seed(seed)};
    mobility_config_default(&w.config);
    w.config.rule = (enum mobility_rule)pick(&w, 3);
    w.config.dictated = pick(&w, 4) == 0;
    w.config.time_to_trigger = pick(&w, 2) ? 0 : 300 * ROAM_MS;
    w.config.reselect_time = pick(&w, 2) ? 0 : 500 * ROAM_MS;
    w.config.inactive_time = pick(&w, 2) ? 0 : ROAM_SEC;
    w.config.hysteresis_db = w.config.reselect_hysteresis_db = pick(&w, 4);
    w.config.shape = shape;
    w.config.max_cells = CELLS;
    w.config.max_addresses = ADDRESSES;
    w.n_radios = 1 + pick(&w, RADIOS);
    w.c.m = mobility_new(&w.config);
    assert_non_null(w.c.m);
    for (int i = 0; i < ADDRESSES; i++)
    {
        w.outstanding[i] = -1;
    }
    for (uint32_t r = 1; r <= w.n_radios; r++)
    {
        w.radio[r].address = -1;
        assert_int_equal(mobility_add_radio(w.c.m, r, 0), ROAM_OK);
    }
    for (uint32_t c = 1; c <= CELLS; c++)
    {
        w.dbm[c] = MOBILITY_NO_SIGNAL;
    }
    hear(&w);
    for (int i = 0; i < STEPS; i++)
    {
        step(&w);
    }
    be_good(&w);
    check_rest(&w);
    mobility_finish(w.c.m, w.c.now);
    struct mobility_event e;
    while (mobility_poll_event(w.c.m, &e))
    {
        check(&w, &e);
    }
    for (uint32_t i = 1; i <= w.n_records; i++)
    {
        assert_true(w.closed[i]);
    }
    mobility_free(w.c.m);
}

static uint32_t current_seed;

static int name_seed(void** state)
{
    (void)state;
    if (current_seed != SEEDS)
    {
        print_error("last seed: %u\n", current_seed);
    }
    return 0;
}

static void whatever_happens_the_session_keeps_its_primary_and_comes_to_rest(void** state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= SEEDS; seed++)
    {
        current_seed = seed;
        live(seed, MOBILITY_SHAPE_STEPS);
    }
}

static void so_it_does_when_all_is_asked_together(void** state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= SEEDS; seed++)
    {
        current_seed = seed;
        live(seed, MOBILITY_SHAPE_TOGETHER);
    }
}

static void so_it_does_when_it_has_one_address_at_a_time(void** state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= SEEDS; seed++)
    {
        current_seed = seed;
        live(seed, MOBILITY_SHAPE_MOVE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(whatever_happens_the_session_keeps_its_primary_and_comes_to_rest,
                                  name_seed),
        cmocka_unit_test_teardown(so_it_does_when_all_is_asked_together, name_seed),
        cmocka_unit_test_teardown(so_it_does_when_it_has_one_address_at_a_time, name_seed),
    };
    return cmocka_run_group_tests_name("mobility random", tests, NULL, NULL);
}
