/* SPDX-License-Identifier: MIT */
#include "filter/fold.h"

#include <string.h>

struct range {
    unsigned first, last;
};

/* For the letters from U+00C0 to U+017F: the base of each. */
static const char latin[] =
    "aaaaaaaceeeeiiiidnooooo*ouuuuypsaaaaaaaceeeeiiiidnooooo/ouuuuypy"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
    "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/* What passes for a Latin letter, in pairs. */
static const struct {
    unsigned from;
    char to;
} alike[] = {
    {0x391, 'a'}, {0x392, 'b'}, {0x395, 'e'}, {0x396, 'z'}, {0x397, 'h'},
    {0x399, 'i'}, {0x39a, 'k'}, {0x39c, 'm'}, {0x39d, 'n'}, {0x39f, 'o'},
    {0x3a1, 'p'}, {0x3a4, 't'}, {0x3a5, 'y'}, {0x3a7, 'x'}, {0x3b1, 'a'},
    {0x3b9, 'i'}, {0x3bf, 'o'}, {0x3bd, 'v'}, {0x3c1, 'p'}, {0x3c5, 'u'},
    {0x405, 's'}, {0x406, 'i'}, {0x408, 'j'}, {0x410, 'a'}, {0x412, 'b'},
    {0x415, 'e'}, {0x41a, 'k'}, {0x41c, 'm'}, {0x41d, 'h'}, {0x41e, 'o'},
    {0x420, 'p'}, {0x421, 'c'}, {0x422, 't'}, {0x423, 'y'}, {0x425, 'x'},
    {0x430, 'a'}, {0x435, 'e'}, {0x43a, 'k'}, {0x43e, 'o'}, {0x440, 'p'},
    {0x441, 'c'}, {0x443, 'y'}, {0x445, 'x'}, {0x455, 's'}, {0x456, 'i'},
    {0x458, 'j'}, {0x501, 'd'}, {0x51b, 'q'}, {0x51d, 'w'}, {0x131, 'i'},
    {0x251, 'a'}, {0x261, 'g'},
};

/* Accents, joiners, marks of direction, variation selectors, tags. */
static const struct range unseen[] = {
    {0xad, 0xad},     {0x300, 0x36f},   {0x483, 0x489},     {0x115f, 0x1160},
    {0x17b4, 0x17b5}, {0x180b, 0x180e}, {0x1ab0, 0x1aff},   {0x1dc0, 0x1dff},
    {0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x206f},   {0x20d0, 0x20ff},
    {0x3164, 0x3164}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f},   {0xfeff, 0xfeff},
    {0xffa0, 0xffa0}, {0xfff0, 0xfffb}, {0xe0000, 0xe0fff},
};

static const struct range controls[] = {
    {0x1, 0x1f},      {0x7f, 0x9f},     {0x200e, 0x200f},
    {0x2028, 0x202e}, {0x2066, 0x2069}, {0xfff9, 0xfffb},
};

/* Letters in other clothes, from A to Z one after the other, which may begin
 * again: in circles, squares and brackets, of mathematics, of flags. */
static const struct range dressed[] = {
    {0x249c, 0x24b5},   {0x24b6, 0x24cf},   {0x24d0, 0x24e9},
    {0x1d400, 0x1d6a3}, {0x1f110, 0x1f129}, {0x1f130, 0x1f149},
    {0x1f150, 0x1f169}, {0x1f170, 0x1f189}, {0x1f1e6, 0x1f1ff},
};

/* From U+1E00 to U+1EFF: where the letters with each base end. */
static const struct {
    unsigned last;
    char base;
} accented[] = {
    {0x1e01, 'a'}, {0x1e07, 'b'}, {0x1e09, 'c'}, {0x1e13, 'd'}, {0x1e1d, 'e'},
    {0x1e1f, 'f'}, {0x1e21, 'g'}, {0x1e2b, 'h'}, {0x1e2f, 'i'}, {0x1e35, 'k'},
    {0x1e3d, 'l'}, {0x1e43, 'm'}, {0x1e4b, 'n'}, {0x1e53, 'o'}, {0x1e57, 'p'},
    {0x1e5f, 'r'}, {0x1e69, 's'}, {0x1e71, 't'}, {0x1e7b, 'u'}, {0x1e7f, 'v'},
    {0x1e89, 'w'}, {0x1e8d, 'x'}, {0x1e8f, 'y'}, {0x1e95, 'z'}, {0x1e96, 'h'},
    {0x1e97, 't'}, {0x1e98, 'w'}, {0x1e99, 'y'}, {0x1e9a, 'a'}, {0x1e9e, 's'},
    {0x1e9f, 'd'}, {0x1eb7, 'a'}, {0x1ec7, 'e'}, {0x1ecb, 'i'}, {0x1ee3, 'o'},
    {0x1ef1, 'u'}, {0x1ef9, 'y'}, {0x1efb, 'l'}, {0x1efd, 'v'}, {0x1eff, 'y'},
};

static int is_in(unsigned c, const struct range *ranges, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (c >= ranges[i].first && c <= ranges[i].last)
            return 1;
    return 0;
}

#define IS_IN(c, ranges) is_in(c, ranges, sizeof(ranges) / sizeof((ranges)[0]))

unsigned fold_next(const char **at)
{
    const unsigned char *p = (const unsigned char *)*at;
    unsigned c = p[0];
    size_t more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0, i = 1;

    if (c == 0)
        return 0;
    if (more > 0)
        c &= 0x3fu >> more;
    while (i <= more && (p[i] & 0xc0) == 0x80)
        c = c << 6 | (p[i++] & 0x3fu);
    *at += i;
    return c;
}

/* The letter or digit that is in it, without what it wears; else itself. */
static unsigned undress(unsigned c)
{
    if (c < 0x1e00)
        return c;
    for (size_t i = 0; c <= 0x1eff; i++)
        if (c <= accented[i].last)
            return (unsigned char)accented[i].base;
    for (size_t i = 0; i < sizeof(dressed) / sizeof(dressed[0]); i++)
        if (c >= dressed[i].first && c <= dressed[i].last)
            return 'a' + (c - dressed[i].first) % 26;
    if (c >= 0x1d7ce && c <= 0x1d7ff)
        return '0' + (c - 0x1d7ce) % 10;
    if (c >= 0x2460 && c <= 0x2468) /* in circles, from 1 on */
        return '1' + c - 0x2460;
    return c >= 0xff01 && c <= 0xff5e ? c - 0xff01 + '!' /* full-width */ : c;
}

unsigned fold_character(unsigned c)
{
    c = undress(c);
    if (c >= 'A' && c <= 'Z')
        return c + 'a' - 'A';
    if (c < 0x80)
        return c;
    if (c >= 0xc0 && c < 0xc0 + sizeof(latin) - 1)
        return (unsigned char)latin[c - 0xc0];
    for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++)
        if (alike[i].from == c)
            return (unsigned char)alike[i].to;
    if (IS_IN(c, unseen))
        return 0;
    if ((c >= 0x391 && c <= 0x3a9) || (c >= 0x410 && c <= 0x42f))
        return c + 0x20;
    return c >= 0x400 && c <= 0x40f ? c + 0x50 : c;
}

/* 0 when it does not fit. */
static size_t put(char *at, size_t room, unsigned c)
{
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

    if (n >= room)
        return 0;
    if (n == 1) {
        at[0] = (char)c;
        return 1;
    }
    for (size_t i = n - 1; i > 0; i--, c >>= 6)
        at[i] = (char)(0x80 | (c & 0x3f));
    at[0] = (char)(0xf00u >> n | c);
    return n;
}

void fold_name(const char *name, char ret[FOLDED_SIZE])
{
    size_t n = 0, more = 1;
    unsigned c;

    while (more > 0 && (c = fold_next(&name)) != 0)
        if ((c = fold_character(c)) != 0 && !fold_is_space(c))
            n += more = put(ret + n, FOLDED_SIZE - n, c);
    ret[n] = '\0';
}

int fold_is_space(unsigned c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xa0 ||
           c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
           c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000 ||
           c == 0x2800;
}

int fold_visible(const char *text)
{
    unsigned c;

    while ((c = fold_next(&text)) != 0)
        if (!fold_is_space(c) && c >= ' ' && !IS_IN(c, unseen))
            return 1;
    return 0;
}

int fold_has_controls(const char *text)
{
    unsigned c;

    while ((c = fold_next(&text)) != 0)
        if (IS_IN(c, controls))
            return 1;
    return 0;
}
