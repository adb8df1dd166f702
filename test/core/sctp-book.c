/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sctp-book.h"

bool book_has_room(const struct book* b, int from)
{
    return b->n[from] < BOOK_MAX;
}

void book_sent(struct book* b, const struct ledger* l, int from,
               const struct sctp_message_info* info)
{
    const struct ledger_way* w = &l->way[from];
    b->entry[from][b->n[from]++] = (struct book_entry){
        .number = info->unordered ? w->unordered_sent : w->sent[info->stream],
        .stream = info->stream,
        .unordered = info->unordered,
        .reliable = info->policy == SCTP_RELIABLE,
    };
}

const char* book_read(struct book* b, int end, const struct sctp_message* m)
{
    const uint32_t number = ledger_number(m);
    for (uint32_t i = 0; i < b->n[1 - end]; i++)
    {
        struct book_entry* e = &b->entry[1 - end][i];
        if (e->number == number && e->unordered == m->info.unordered &&
            (e->unordered || e->stream == m->info.stream))
        {
            e->read = true;
            return NULL;
        }
    }
    return "a message that nobody has noted";
}

const char* book_failed(struct book* b, int end, const struct sctp_event* ev)
{
    if (ev->u.failed.context >= b->n[end])
    {
        return "a report about a message that was not sent";
    }
    struct book_entry* e = &b->entry[end][ev->u.failed.context];
    if (e->failed)
    {
        return "a message is reported twice";
    }
    e->failed = true;
    if (e->read && !ev->u.failed.sent)
    {
        return "a message was read, and is reported as not sent";
    }
    return e->reliable && ev->u.failed.why != SCTP_RELIABLE ? "a reliable message is given up"
                                                            : NULL;
}

const char* book_even(const struct book* b, int from)
{
    for (uint32_t i = 0; i < b->n[from]; i++)
    {
        const struct book_entry* e = &b->entry[from][i];
        if (e->reliable && (!e->read || e->failed))
        {
            return "a reliable message is lost";
        }
        if (!e->read && !e->failed)
        {
            return "a message has neither arrived nor failed";
        }
    }
    return NULL;
}
