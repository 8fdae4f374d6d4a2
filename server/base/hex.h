/* SPDX-License-Identifier: MIT */
/* Hexadecimal digits, both cases, whatever the locale. */
#ifndef MORTISE_BASE_HEX_H
#define MORTISE_BASE_HEX_H

/* The digit's value, -1 when it is none. */
static inline int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

#endif
