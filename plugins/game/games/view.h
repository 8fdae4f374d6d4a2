/* SPDX-License-Identifier: MIT */
/*
 * What somebody may see of a game: a few members with names. The rules fill it
 * in, without knowing how it will travel; two of them can be compared, and what
 * differs is what a client that has the one needs to have the other.
 *
 * Plain data without pointers but for the keys, which are literals.
 */
#ifndef GAME_VIEW_H
#define GAME_VIEW_H

#include <stdbool.h>
#include <stdint.h>

enum {
    SEATS = 2,        /* of every match */
    NOBODY = -1,      /* in place of a seat: somebody who watches */
    VIEW_MEMBERS = 8, /* of a view */
    VIEW_TEXT_SIZE = 104,
    VIEW_KEY_SIZE = 32
};

enum view_kind {
    VIEW_NUMBER,
    VIEW_TEXT,
    VIEW_NUMBERS, /* one for each seat */
    VIEW_TEXTS
};

struct view_member {
    const char *key;
    enum view_kind kind;
    int64_t number[SEATS];
    char text[SEATS][VIEW_TEXT_SIZE];
};

struct view {
    int count;
    struct view_member members[VIEW_MEMBERS];
};

/* Each begins one more member, whose key is a literal. */
void view_number(struct view *view, const char *key, int64_t number);
void view_text(struct view *view, const char *key, const char *text);
void view_numbers(struct view *view, const char *key, int64_t of_0,
                  int64_t of_1);
/* Gives the two texts, all zero, to be written to. */
struct view_member *view_texts(struct view *view, const char *key);

/* NULL when it is not there. */
const struct view_member *view_get(const struct view *view, const char *key);
bool view_same(const struct view_member *a, const struct view_member *b);
/* What `after` has and `before` has not, or otherwise. */
void view_changes(const struct view *before, const struct view *after,
                  struct view *ret);
/* The other way round: puts changes in their places. */
void view_merge(struct view *view, const struct view *changes);

#endif
