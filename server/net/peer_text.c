/* SPDX-License-Identifier: MIT */
#include "net/peer_text.h"

#include <arpa/inet.h>

#include "base/address.h"

/* What inet_ntop(3) does by way of printf(3). */
static struct str ipv4_text(const struct sockaddr_in *address,
                            char text[INET6_ADDRSTRLEN])
{
    uint32_t bytes = ntohl(address->sin_addr.s_addr);
    char *to = text;

    for (int shift = 24; shift >= 0; shift -= 8) {
        unsigned byte = bytes >> shift & 0xff;
        if (byte >= 100)
            *to++ = (char)('0' + byte / 100);
        if (byte >= 10)
            *to++ = (char)('0' + byte / 10 % 10);
        *to++ = (char)('0' + byte % 10);
        if (shift > 0)
            *to++ = '.';
    }
    return str_of(text, (size_t)(to - text));
}

struct str peer_text(const struct sockaddr_storage *address,
                     char text[INET6_ADDRSTRLEN])
{
    if (address->ss_family == AF_UNIX)
        return STR(ADDRESS_UNIX);
    if (address->ss_family == AF_INET)
        return ipv4_text((const struct sockaddr_in *)(const void *)address,
                         text);
    const void *bytes =
        &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
    if (address->ss_family != AF_INET6 ||
        !inet_ntop(AF_INET6, bytes, text, INET6_ADDRSTRLEN))
        return STR("");
    return str_z(text);
}
