/* SPDX-License-Identifier: MIT */
#include "base/base64.h"

#include <stdint.h>

#include "base/error.h"

static const char standard_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/*
 * The value of a character of either alphabet plus 1, so that what is not
 * listed is 0 and, one subtracted, has bits above the lowest six.
 */
static const uint8_t values[256] = {
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,
    ['G'] = 7,  ['H'] = 8,  ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12,
    ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18,
    ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
    ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30,
    ['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36,
    ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42,
    ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54,
    ['2'] = 55, ['3'] = 56, ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60,
    ['8'] = 61, ['9'] = 62, ['+'] = 63, ['-'] = 63, ['/'] = 64, ['_'] = 64,
};

/* Encodes without padding; returns the number of characters. */
static size_t encode(const char *alphabet, char *to, const uint8_t *from,
                     size_t n)
{
    char *start = to;

    for (; n >= 3; n -= 3, from += 3) {
        uint32_t three =
            (uint32_t)from[0] << 16 | (uint32_t)from[1] << 8 | from[2];
        *to++ = alphabet[three >> 18];
        *to++ = alphabet[three >> 12 & 63];
        *to++ = alphabet[three >> 6 & 63];
        *to++ = alphabet[three & 63];
    }
    if (n > 0) {
        unsigned second = n == 2 ? from[1] : 0;
        *to++ = alphabet[from[0] >> 2];
        *to++ = alphabet[(from[0] << 4 & 48) | second >> 4];
        if (n == 2)
            *to++ = alphabet[second << 2 & 60];
    }
    return (size_t)(to - start);
}

void base64_encode(char *to, const void *from, size_t n)
{
    size_t length = encode(standard_alphabet, to, from, n);
    while (length % 4 != 0)
        to[length++] = '=';
}

size_t base64url_encode(char *to, const void *from, size_t n)
{
    return encode(url_alphabet, to, from, n);
}

/* The six bits of a character; more than 63 when it is in no alphabet. */
static uint32_t value_of(uint8_t c)
{
    return (uint32_t)values[c] - 1;
}

int base64_decode(void *to, const char *text, size_t n, size_t *ret_n)
{
    const uint8_t *from = (const uint8_t *)text;
    uint8_t *out = to;

    /* Padding fills up a group of four; what else has '=' in it fails below,
     * for '=' is in no alphabet. */
    if (n != 0 && n % 4 == 0 && from[n - 1] == '=')
        n -= from[n - 2] == '=' ? 2 : 1;
    if (n % 4 == 1)
        return ERR_SYNTAX;

    for (; n >= 4; n -= 4, from += 4) {
        uint32_t a = value_of(from[0]), b = value_of(from[1]);
        uint32_t c = value_of(from[2]), d = value_of(from[3]);
        if ((a | b | c | d) > 63)
            return ERR_SYNTAX;
        uint32_t four = a << 18 | b << 12 | c << 6 | d;
        *out++ = (uint8_t)(four >> 16);
        *out++ = (uint8_t)(four >> 8);
        *out++ = (uint8_t)four;
    }
    if (n > 0) {
        uint32_t a = value_of(from[0]), b = value_of(from[1]);
        uint32_t c = n == 3 ? value_of(from[2]) : 0;
        if ((a | b | c) > 63)
            return ERR_SYNTAX;
        *out++ = (uint8_t)(a << 2 | b >> 4);
        if (n == 3)
            *out++ = (uint8_t)(b << 4 | c >> 2);
    }
    *ret_n = (size_t)(out - (uint8_t *)to);
    return 0;
}
