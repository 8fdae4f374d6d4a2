/* SPDX-License-Identifier: MIT */
#include "front/peer.h"

void peer_clean(const char *text, size_t n, char *ret, size_t size)
{
    size_t i;

    for (i = 0; i < n && text[i] != '\0' && i + 1 < size; i++)
        ret[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
    ret[i] = '\0';
}

void peer_address(const char *address, char ret[static ADDRESS_SIZE])
{
    peer_clean(address ? address : "", ADDRESS_SIZE, ret, ADDRESS_SIZE);
}

void peer_of_socket(mortise_socket socket, char ret[static ADDRESS_SIZE])
{
    peer_address(mortise_handshake(socket, MORTISE_ADDRESS, NULL), ret);
}
