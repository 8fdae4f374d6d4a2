/* SPDX-License-Identifier: MIT */
#include "host/reload/blob.h"

#include <string.h>
#include <zlib.h>

#include "base/error.h"

/* The magic ends with the version of this layout. Then, each number with its
 * least significant byte first: checksum of what follows it, version of the
 * state, lengths of name, build and body; the three of them. */
static const char magic[8] = {'M', 'o', 'r', 't', 'i', 's', 'e', '\1'};
#define NUMBERS     5
#define HEADER_SIZE (sizeof(magic) + NUMBERS * 4)

static void put_u32(struct buf *out, uint32_t u)
{
    for (int i = 0; i < 4; i++)
        buf_append_char(out, (char)(u >> (8 * i)));
}

static uint32_t get_u32(const char *p)
{
    uint32_t u = 0;
    for (int i = 0; i < 4; i++)
        u |= (uint32_t)(unsigned char)p[i] << (8 * i);
    return u;
}

static uint32_t checksum(const char *p, size_t n)
{
    return (uint32_t)crc32_z(crc32_z(0, NULL, 0), (const Bytef *)p, n);
}

int blob_seal(const struct blob *blob, struct buf *out)
{
    size_t begin = out->n;

    buf_append(out, magic, sizeof(magic));
    put_u32(out, 0); /* known at the end */
    put_u32(out, blob->version);
    put_u32(out, (uint32_t)blob->plugin.n);
    put_u32(out, (uint32_t)blob->build.n);
    put_u32(out, (uint32_t)blob->body.n);
    buf_append_str(out, blob->plugin);
    buf_append_str(out, blob->build);
    buf_append_str(out, blob->body);
    if (out->error < 0)
        return out->error;
    char *sum = out->p + begin + sizeof(magic);
    uint32_t u = checksum(sum + 4, out->n - begin - sizeof(magic) - 4);
    for (int i = 0; i < 4; i++)
        sum[i] = (char)(u >> (8 * i));
    return 0;
}

static int complain(struct buf *why, const char *text)
{
    buf_append_z(why, text);
    return ERR_SYNTAX;
}

int blob_open(struct str sealed, struct blob *ret_blob, struct buf *why)
{
    if (sealed.n < HEADER_SIZE || memcmp(sealed.p, magic, sizeof(magic)) != 0)
        return complain(why, "the state is not one of this server");
    const char *numbers = sealed.p + sizeof(magic);
    uint64_t names = (uint64_t)get_u32(numbers + 8) + get_u32(numbers + 12);
    uint64_t size = names + get_u32(numbers + 16);
    if (size != sealed.n - HEADER_SIZE)
        return complain(why, "the state was cut");
    if (checksum(numbers + 4, sealed.n - sizeof(magic) - 4) != get_u32(numbers))
        return complain(why, "the state is damaged: its checksum is wrong");
    const char *rest = sealed.p + HEADER_SIZE;
    ret_blob->version = get_u32(numbers + 4);
    ret_blob->plugin = str_of(rest, get_u32(numbers + 8));
    rest += ret_blob->plugin.n;
    ret_blob->build = str_of(rest, get_u32(numbers + 12));
    rest += ret_blob->build.n;
    ret_blob->body = str_of(rest, get_u32(numbers + 16));
    return 0;
}
