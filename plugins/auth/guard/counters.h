/* SPDX-License-Identifier: MIT */
/*
 * Two numbers for each of many things that strangers name: accounts that are
 * tried, addresses that ask. A thing is known by a keyed hash alone, so the
 * memory of one is fixed, nobody can choose where it lands, and nothing that
 * was sent stays. When the table is full the one that was left alone longest
 * is forgotten.
 */
#ifndef AUTH_COUNTERS_H
#define AUTH_COUNTERS_H

#include <mortise/state.h>

#include <common/map.h>

enum { COUNTERS_MAX = 100000 };

struct counter {
    struct map_node node;
    struct counter *older, *newer;
    unsigned char key[16];
    double value;
    int64_t at; /* ms since 1970 */
};

struct counters {
    struct map map;
    struct counter *oldest, *newest;
};

/* The one of this key; it is now the newest. Made with zeros when it is not
 * there and `make` says so; NULL: it is not, or memory is out. */
struct counter *counters_get(struct counters *counters,
                             const unsigned char key[static 16], int make);
void counters_drop(struct counters *counters, struct counter *counter);
/* Across a reload, under this key of the state. */
int counters_save(const struct counters *counters, mortise_saving to,
                  const char *name);
int counters_restore(struct counters *counters, mortise_saved from,
                     const char *name);
void counters_free(struct counters *counters);

#endif
