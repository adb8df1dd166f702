/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "peer.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct peer_wishes peer_wishes = {.port = 5000};

struct words
{
    char* word[PEER_WORDS];
    size_t n;
};

static void cut(char* line, struct words* words)
{
    char* rest = NULL;
    words->n = 0;
    for (char* w = strtok_r(line, " \n", &rest); w && words->n < PEER_WORDS;
         w = strtok_r(NULL, " \n", &rest))
    {
        words->word[words->n++] = w;
    }
}

/** True if the command has this name and at least so many arguments. */
static bool is(const struct words* words, const char* name, size_t arguments)
{
    return strcmp(words->word[0], name) == 0 && words->n > arguments;
}

static uint32_t number(const char* text)
{
    return (uint32_t)strtoul(text, NULL, 10);
}

/* --- Before there is a socket ---------------------------------------------------------------- */

static void set_option(const struct words* w)
{
    const char* name = w->word[1];
    struct peer_wishes* all = &peer_wishes;
    if (strcmp(name, "hmac") == 0)
    {
        for (size_t i = 2; i < w->n && all->n_hmacs < 2; i++)
        {
            all->hmacs[all->n_hmacs++] = strcmp(w->word[i], "sha256") == 0 ? 3 : 1;
        }
    }
    else if (strcmp(name, "encaps") == 0 && w->n > 3)
    {
        all->encaps_local = (uint16_t)number(w->word[2]);
        all->encaps_remote = (uint16_t)number(w->word[3]);
    }
    else if (strcmp(name, "rto-min") == 0 && w->n > 2)
    {
        all->rto_min = number(w->word[2]);
    }
    else if (strcmp(name, "no-asconf") == 0)
    {
        all->no_asconf = true;
    }
    else if (strcmp(name, "no-auth") == 0)
    {
        all->no_asconf = all->no_auth = true; /* RFC 5061 wants both or none */
    }
    else if (strcmp(name, "auth-data") == 0)
    {
        all->auth_data = true;
    }
    else if (strcmp(name, "no-pr") == 0)
    {
        all->no_pr = true;
    }
    else
    {
        peer_say("error option %s", name);
    }
}

static void connect_to(const struct words* w)
{
    struct peer_addresses to = {.n = 0};
    for (size_t i = 2; i < w->n; i++)
    {
        peer_addresses_add(&to, w->word[i], (uint16_t)number(w->word[1]));
    }
    side_connect(&to);
}

static bool prepare(const struct words* w)
{
    if (is(w, "bind", 1))
    {
        for (size_t i = 1; i < w->n; i++)
        {
            peer_addresses_add(&peer_wishes.locals, w->word[i], peer_wishes.port);
        }
    }
    else if (is(w, "port", 1))
    {
        peer_wishes.port = (uint16_t)number(w->word[1]);
    }
    else if (is(w, "option", 1))
    {
        set_option(w);
    }
    else if (is(w, "listen", 0))
    {
        side_listen();
    }
    else if (is(w, "connect", 2))
    {
        connect_to(w);
    }
    else
    {
        return false;
    }
    return true;
}

/* --- On an association ----------------------------------------------------------------------- */

static atomic_bool enough; /* was said since the last "send" */

bool peer_job_goes_on(const struct peer_job* job, uint64_t n)
{
    return n < job->count || (job->open && !enough);
}

static void start_sending(const struct words* w)
{
    struct peer_job job = {
        .count = number(w->word[1]), .size = number(w->word[2]), .seed = number(w->word[3])};
    for (size_t i = 4; i < w->n; i++)
    {
        job.paced |= strcmp(w->word[i], "paced") == 0;
        job.open |= strcmp(w->word[i], "open") == 0;
        job.policy = sscanf(w->word[i], "timed:%u", &job.value) == 1     ? PEER_TIMED
                     : sscanf(w->word[i], "limited:%u", &job.value) == 1 ? PEER_LIMITED
                                                                         : job.policy;
    }
    if (job.size < PEER_MESSAGE_MIN || job.size > PEER_MESSAGE_MAX)
    {
        peer_say("error send: size");
        return;
    }
    enough = false;
    side_send(&job);
}

static void change_all(const struct words* w)
{
    enum peer_change changes[PEER_WORDS / 2];
    char* addresses[PEER_WORDS / 2];
    size_t n = 0;
    for (size_t i = 1; i + 1 < w->n; i += 2, n++)
    {
        changes[n] = strcmp(w->word[i], "add") == 0      ? PEER_ADD
                     : strcmp(w->word[i], "delete") == 0 ? PEER_DELETE
                                                         : PEER_PRIMARY;
        addresses[n] = w->word[i + 1];
    }
    side_change_all(changes, addresses, n);
}

static bool change(const struct words* w)
{
    if (is(w, "add", 1))
    {
        side_change(PEER_ADD, w->word[1]);
    }
    else if (is(w, "delete", 1))
    {
        side_change(PEER_DELETE, w->word[1]);
    }
    else if (is(w, "peer-primary", 1))
    {
        side_change(PEER_PRIMARY, w->word[1]);
    }
    else if (is(w, "batch", 2))
    {
        change_all(w);
    }
    else if (is(w, "primary", 1))
    {
        side_choose_path(w->n > 2 ? w->word[1] : NULL, w->word[w->n - 1]);
    }
    else
    {
        return false;
    }
    return true;
}

static void use(const struct words* w)
{
    if (!side_associated())
    {
        peer_say("error no association for %s", w->word[0]);
    }
    else if (is(w, "send", 3))
    {
        start_sending(w);
    }
    else if (is(w, "enough", 0))
    {
        enough = true;
    }
    else if (is(w, "shutdown", 0))
    {
        side_shutdown();
    }
    else if (is(w, "abort", 0))
    {
        side_abort();
    }
    else if (!change(w))
    {
        peer_say("error unknown: %s", w->word[0]);
    }
}

bool peer_command(char* line)
{
    struct words w;
    cut(line, &w);
    if (w.n == 0)
    {
        return true;
    }
    if (is(&w, "quit", 0))
    {
        return false;
    }
    if (is(&w, "recv", 1))
    {
        side_await(number(w.word[1]));
    }
    else if (is(&w, "status", 0))
    {
        side_status();
    }
    else if (!prepare(&w))
    {
        use(&w);
    }
    return true;
}
