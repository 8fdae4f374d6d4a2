/* SPDX-License-Identifier: MIT */
#include "guard/network.h"

#include <stdio.h>
#include <string.h>

enum { NETWORK_BITS = 64 };

void network_of(const char *address, char ret[static NETWORK_SIZE])
{
    struct range range;

    if (strchr(address, '/') || !range_read(address, &range)) {
        snprintf(ret, NETWORK_SIZE, "%s", address);
        return;
    }
    if (!range_is_v4(&range))
        range = range_around(&range, NETWORK_BITS);
    range_write(&range, ret);
}
