/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "peer.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

socklen_t peer_address(struct sockaddr_storage* out, const char* text, uint16_t port)
{
    struct sockaddr_in* v4 = (struct sockaddr_in*)out;
    struct sockaddr_in6* v6 = (struct sockaddr_in6*)out;
    memset(out, 0, sizeof *out);
    if (strchr(text, ':'))
    {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
        return inet_pton(AF_INET6, text, &v6->sin6_addr) == 1 ? sizeof *v6 : 0;
    }
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    return inet_pton(AF_INET, text, &v4->sin_addr) == 1 ? sizeof *v4 : 0;
}

static socklen_t length_of(const struct sockaddr* any)
{
    return any->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
}

const char* peer_address_text(const void* sockaddr, char out[INET6_ADDRSTRLEN])
{
    const struct sockaddr* any = sockaddr;
    const void* bytes = any->sa_family == AF_INET6
                            ? (const void*)&((const struct sockaddr_in6*)sockaddr)->sin6_addr
                            : (const void*)&((const struct sockaddr_in*)sockaddr)->sin_addr;
    return inet_ntop(any->sa_family, bytes, out, INET6_ADDRSTRLEN);
}

void peer_addresses_add(struct peer_addresses* list, const char* text, uint16_t port)
{
    struct sockaddr_storage one;
    const socklen_t len = peer_address(&one, text, port);
    const socklen_t each =
        list->family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    if (!len || list->n == PEER_ADDRESSES || (list->n && len != each))
    {
        peer_say("error address %s", text);
        return;
    }
    memcpy(list->packed + (size_t)list->n++ * len, &one, len);
    list->family = one.ss_family;
}

void peer_addresses_text(const void* packed, int n, char* out, size_t room)
{
    char text[INET6_ADDRSTRLEN];
    const uint8_t* at = packed;
    size_t used = (size_t)snprintf(out, room, "%s", n > 0 ? "" : "-");
    for (int i = 0; i < n && used < room; i++)
    {
        used += (size_t)snprintf(out + used, room - used, "%s%s", i ? "," : "",
                                 peer_address_text(at, text));
        at += length_of((const struct sockaddr*)at);
    }
}
