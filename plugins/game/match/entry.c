/* SPDX-License-Identifier: MIT */
#include "match/entry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD = 12, FIRST_CAP = 512 }; /* time, kind, seat, length of the text */

const char *entry_name(int kind)
{
    static const char *const names[ENTRY_KINDS] = {
        [ENTRY_SIT] = "sit",         [ENTRY_STAND] = "stand",
        [ENTRY_READY] = "ready",     [ENTRY_START] = "start",
        [ENTRY_MOVE] = "move",       [ENTRY_OFFER] = "offer",
        [ENTRY_DECLINE] = "decline", [ENTRY_ACCEPT] = "accept",
        [ENTRY_RESIGN] = "resign",   [ENTRY_AWAY] = "away",
        [ENTRY_BACK] = "back",       [ENTRY_FLAG] = "flag",
        [ENTRY_FORFEIT] = "forfeit", [ENTRY_ABORT] = "abort",
        [ENTRY_RESTART] = "restart", [ENTRY_REMATCH] = "rematch",
        [ENTRY_NEXT] = "next",
    };

    return kind > 0 && kind < ENTRY_KINDS ? names[kind] : "";
}

void entry_sit(struct entry *entry, const char *user, const char *name,
               int rating, int deviation)
{
    snprintf(entry->text, sizeof(entry->text), "%s\n%s\n%d %d", user, name,
             rating, deviation);
}

static int reserve(struct entries *entries, size_t more)
{
    size_t cap = entries->cap > 0 ? entries->cap : FIRST_CAP;
    unsigned char *p;

    if (entries->cap - entries->n >= more)
        return 0;
    while (cap - entries->n < more)
        cap *= 2;
    p = realloc(entries->p, cap);
    if (!p)
        return -1;
    entries->p = p;
    entries->cap = cap;
    return 0;
}

int entries_add(struct entries *entries, const struct entry *entry)
{
    size_t n = strlen(entry->text);
    uint64_t at = (uint64_t)entry->at;

    if (entries->count >= ENTRIES_MAX || reserve(entries, HEAD + n) < 0)
        return -1;
    unsigned char *p = entries->p + entries->n;
    for (int i = 0; i < 8; i++)
        p[i] = (unsigned char)(at >> (8 * i));
    p[8] = (unsigned char)entry->kind;
    p[9] = (unsigned char)entry->seat;
    p[10] = (unsigned char)(n & 0xff);
    p[11] = (unsigned char)(n >> 8);
    memcpy(p + HEAD, entry->text, n);
    entries->n += HEAD + n;
    entries->count++;
    return 0;
}

int entries_next(const struct entries *entries, size_t *offset,
                 struct entry *ret)
{
    const unsigned char *p = entries->p + *offset;
    size_t left = entries->n - *offset, n;
    uint64_t at = 0;

    if (left < HEAD)
        return 0;
    n = (size_t)p[10] | (size_t)p[11] << 8;
    if (left - HEAD < n || n >= sizeof(ret->text))
        return 0;
    memset(ret, 0, sizeof(*ret));
    for (int i = 0; i < 8; i++)
        at |= (uint64_t)p[i] << (8 * i);
    ret->at = (int64_t)at;
    ret->kind = (int8_t)p[8];
    ret->seat = (int8_t)p[9];
    memcpy(ret->text, p + HEAD, n);
    *offset += HEAD + n;
    return 1;
}

void entries_cut(struct entries *entries, size_t offset, uint32_t count)
{
    entries->n = offset;
    entries->count = count;
}

void entries_free(struct entries *entries)
{
    free(entries->p);
    memset(entries, 0, sizeof(*entries));
}
