/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HMAC-SHA-256 for usrsctp.
 *
 * usrsctp's code knows SHA-256 (RFC 4895 section 4.8), but Debian builds the library without it:
 * the algorithm cannot even be asked for. The library calls these three functions through its
 * procedure linkage table, so that those of the program are taken instead. Everything else stays
 * usrsctp's: what it offers and chooses, its keys, and which bytes the sum covers. SHA-1 goes on to
 * the library's own code. */
#include <dlfcn.h>
#include <nettle/hmac.h>
#include <stdint.h>
#include <stdlib.h>

enum
{
    SHA1 = 1,
    SHA256 = 3
};

/* The shapes of usrsctp 0.9.5: netinet/sctp_auth.h and user_mbuf.h. */
struct hmac_list
{
    uint16_t max, n;
    uint16_t ids[];
};

struct key
{
    uint32_t len;
    uint8_t bytes[];
};

struct mbuf
{
    struct mbuf *next, *next_packet;
    char* data;
    int len;
};

int sctp_auth_add_hmacid(struct hmac_list* list, uint16_t id);
uint32_t sctp_get_hmac_digest_len(uint16_t id);
uint32_t sctp_compute_hmac_m(uint16_t id, struct key* key, struct mbuf* m, uint32_t offset,
                             uint8_t* digest);

int sctp_auth_add_hmacid(struct hmac_list* list, uint16_t id)
{
    if (!list || list->n == list->max || (id != SHA1 && id != SHA256))
    {
        return -1;
    }
    list->ids[list->n++] = id;
    return 0;
}

uint32_t sctp_get_hmac_digest_len(uint16_t id)
{
    return id == SHA1 ? 20 : id == SHA256 ? SHA256_DIGEST_SIZE : 0;
}

uint32_t sctp_compute_hmac_m(uint16_t id, struct key* key, struct mbuf* m, uint32_t offset,
                             uint8_t* digest)
{
    if (id != SHA256)
    {
        uint32_t (*own)(uint16_t, struct key*, struct mbuf*, uint32_t, uint8_t*);
        *(void**)&own = dlsym(RTLD_NEXT, "sctp_compute_hmac_m");
        return own(id, key, m, offset, digest);
    }
    struct hmac_sha256_ctx hmac;
    hmac_sha256_set_key(&hmac, key->len, key->bytes);
    for (; m; m = m->next)
    {
        const uint32_t len = (uint32_t)m->len;
        if (offset < len)
        {
            hmac_sha256_update(&hmac, len - offset, (const uint8_t*)m->data + offset);
        }
        offset -= offset < len ? offset : len;
    }
    hmac_sha256_digest(&hmac, SHA256_DIGEST_SIZE, digest);
    return SHA256_DIGEST_SIZE;
}
