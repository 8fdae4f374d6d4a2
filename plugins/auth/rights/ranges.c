/* SPDX-License-Identifier: MIT */
#include "rights/ranges.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const unsigned char mapped[12] = {0, 0, 0, 0, 0,    0,
                                         0, 0, 0, 0, 0xff, 0xff};

bool range_is_v4(const struct range *range)
{
    return range->bits >= RANGE_V4_BITS &&
           memcmp(range->address, mapped, sizeof(mapped)) == 0;
}

/* The number behind the slash. */
static bool read_bits(const char *text, int max, int *ret)
{
    size_t n = strspn(text, "0123456789");

    if (n == 0 || n > 3 || text[n] != '\0')
        return false;
    *ret = (int)strtol(text, NULL, 10);
    return *ret <= max;
}

bool range_read(const char *text, struct range *ret)
{
    size_t n = strcspn(text, "/"), address = strcspn(text, "%/");
    char copy[INET6_ADDRSTRLEN];
    struct range range = {{0}, RANGE_BITS};
    int bits = RANGE_BITS;
    bool v4;

    if (address >= sizeof(copy))
        return false;
    memcpy(copy, text, address);
    copy[address] = '\0';
    v4 = inet_pton(AF_INET, copy, range.address + sizeof(mapped)) == 1;
    if (v4)
        memcpy(range.address, mapped, sizeof(mapped));
    else if (inet_pton(AF_INET6, copy, range.address) != 1)
        return false;
    if (text[n] == '/' &&
        !read_bits(text + n + 1, v4 ? RANGE_BITS - RANGE_V4_BITS : RANGE_BITS,
                   &bits))
        return false;
    if (text[n] == '/' && v4)
        bits += RANGE_V4_BITS;
    *ret = range_around(&range, bits);
    return true;
}

void range_write(const struct range *range, char ret[static RANGE_SIZE])
{
    bool v4 = range_is_v4(range);
    char text[INET6_ADDRSTRLEN] = "";

    inet_ntop(v4 ? AF_INET : AF_INET6,
              range->address + (v4 ? sizeof(mapped) : 0), text, sizeof(text));
    if (range->bits == RANGE_BITS)
        snprintf(ret, RANGE_SIZE, "%s", text);
    else
        snprintf(ret, RANGE_SIZE, "%s/%d", text,
                 range->bits - (v4 ? RANGE_V4_BITS : 0));
}

struct range range_around(const struct range *address, int bits)
{
    struct range range = {{0}, bits};
    int bytes = bits / 8, rest = bits % 8;

    memcpy(range.address, address->address, (size_t)bytes);
    if (rest > 0)
        range.address[bytes] =
            (unsigned char)(address->address[bytes] & 0xff << (8 - rest));
    return range;
}

bool range_has(const struct range *range, const struct range *address)
{
    struct range around = range_around(address, range->bits);

    return range_is_v4(range) == range_is_v4(address) &&
           memcmp(around.address, range->address, sizeof(around.address)) == 0;
}
