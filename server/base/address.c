/* SPDX-License-Identifier: MIT */
#include "base/address.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/error.h"

/* What stands in front of the four bytes of an IPv4 address. */
static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

struct address address_of(const void *bytes, size_t n)
{
    struct address a = {.is_unix = false};

    if (n == sizeof(a.bytes)) {
        memcpy(a.bytes, bytes, n);
    } else {
        memcpy(a.bytes, mapped, sizeof(mapped));
        memcpy(a.bytes + sizeof(mapped), bytes, 4);
    }
    return a;
}

int address_parse(struct str text, struct address *ret_address)
{
    char zero[ADDRESS_TEXT_SIZE];
    uint8_t bytes[16];

    if (str_eq(text, STR(ADDRESS_UNIX))) {
        *ret_address = (struct address){.is_unix = true};
        return 0;
    }
    if (text.n == 0 || text.n >= sizeof(zero) || memchr(text.p, '\0', text.n))
        return ERR_SYNTAX;
    memcpy(zero, text.p, text.n);
    zero[text.n] = '\0';
    bool six = str_find(text, ':') < text.n;
    if (inet_pton(six ? AF_INET6 : AF_INET, zero, bytes) != 1)
        return ERR_SYNTAX;
    *ret_address = address_of(bytes, six ? 16 : 4);
    return 0;
}

static bool is_mapped(const struct address *a)
{
    return memcmp(a->bytes, mapped, sizeof(mapped)) == 0;
}

struct str address_text(const struct address *a, char text[ADDRESS_TEXT_SIZE])
{
    if (a->is_unix)
        return STR(ADDRESS_UNIX);
    /* Neither can fail: the room is enough for both. */
    if (is_mapped(a))
        inet_ntop(AF_INET, a->bytes + sizeof(mapped), text, ADDRESS_TEXT_SIZE);
    else
        inet_ntop(AF_INET6, a->bytes, text, ADDRESS_TEXT_SIZE);
    return str_z(text);
}

/* Whether the first `bits` bits of both are the same. */
static bool same_bits(const uint8_t *a, const uint8_t *b, unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;

    if (memcmp(a, b, whole) != 0)
        return false;
    return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

static bool rest_is_zero(const struct address_range *range)
{
    for (unsigned i = range->bits; i < 128; i++)
        if (range->first.bytes[i / 8] & 0x80 >> i % 8)
            return false;
    return true;
}

int address_range_parse(struct str text, struct address_range *ret_range)
{
    struct address_range range = {.bits = 128};
    struct str rest = text;
    struct str address = str_cut(&rest, '/');
    uint64_t bits;

    if (address_parse(address, &range.first) < 0)
        return ERR_SYNTAX;
    if (rest.p) {
        /* Of an IPv4 address, 96 bits come before those that are counted. */
        unsigned before = str_find(address, ':') == address.n ? 96 : 0;
        if (range.first.is_unix || rest.n > 3 || str_to_u64(rest, &bits) < 0 ||
            bits > 128 - before)
            return ERR_SYNTAX;
        range.bits = (uint8_t)(before + bits);
    }
    if (!range.first.is_unix && !rest_is_zero(&range))
        return ERR_SYNTAX;
    *ret_range = range;
    return 0;
}

bool address_is_in(const struct address *a, const struct address_range *ranges,
                   uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct address_range *range = &ranges[i];
        if (a->is_unix != range->first.is_unix)
            continue;
        if (a->is_unix || same_bits(a->bytes, range->first.bytes, range->bits))
            return true;
    }
    return false;
}

bool address_owner(struct str text, uint8_t ret_owner[16])
{
    static const struct address_range here[] = {
        /* As they are in struct address: the first one IPv4-mapped. */
        {.first.bytes = {[10] = 0xff, [11] = 0xff, [12] = 127}, .bits = 104},
        {.first.bytes = {[15] = 1}, .bits = 128},
    };
    static const struct address_range version_4 = {
        .first.bytes = {[10] = 0xff, [11] = 0xff}, .bits = 96};
    struct address a;

    if (address_parse(text, &a) < 0 || a.is_unix || address_is_in(&a, here, 2))
        return false;
    memcpy(ret_owner, a.bytes, 16);
    if (!address_is_in(&a, &version_4, 1))
        memset(ret_owner + 8, 0, 8);
    return true;
}
