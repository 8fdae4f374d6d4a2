/* SPDX-License-Identifier: MIT */
#include "games/view.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static struct view_member *add(struct view *view, const char *key,
                               enum view_kind kind)
{
    assert(view->count < VIEW_MEMBERS);
    struct view_member *member = &view->members[view->count++];

    memset(member, 0, sizeof(*member));
    member->key = key;
    member->kind = kind;
    return member;
}

void view_number(struct view *view, const char *key, int64_t number)
{
    add(view, key, VIEW_NUMBER)->number[0] = number;
}

void view_text(struct view *view, const char *key, const char *text)
{
    struct view_member *member = add(view, key, VIEW_TEXT);

    snprintf(member->text[0], sizeof(member->text[0]), "%s", text);
}

void view_numbers(struct view *view, const char *key, int64_t of_0,
                  int64_t of_1)
{
    struct view_member *member = add(view, key, VIEW_NUMBERS);

    member->number[0] = of_0;
    member->number[1] = of_1;
}

struct view_member *view_texts(struct view *view, const char *key)
{
    return add(view, key, VIEW_TEXTS);
}

const struct view_member *view_get(const struct view *view, const char *key)
{
    for (int i = 0; i < view->count; i++)
        if (strcmp(view->members[i].key, key) == 0)
            return &view->members[i];
    return NULL;
}

bool view_same(const struct view_member *a, const struct view_member *b)
{
    return a->kind == b->kind &&
           memcmp(a->number, b->number, sizeof(a->number)) == 0 &&
           memcmp(a->text, b->text, sizeof(a->text)) == 0;
}

void view_changes(const struct view *before, const struct view *after,
                  struct view *ret)
{
    ret->count = 0;
    for (int i = 0; i < after->count; i++) {
        const struct view_member *now = &after->members[i];
        const struct view_member *then = view_get(before, now->key);
        if (!then || !view_same(then, now))
            *add(ret, now->key, now->kind) = *now;
    }
}

void view_merge(struct view *view, const struct view *changes)
{
    for (int i = 0; i < changes->count; i++) {
        const struct view_member *now = &changes->members[i];
        const struct view_member *then = view_get(view, now->key);
        if (then)
            view->members[then - view->members] = *now;
        else
            *add(view, now->key, now->kind) = *now;
    }
}
