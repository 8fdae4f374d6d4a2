/* SPDX-License-Identifier: MIT */
#include "games/rules.h"

#include <assert.h>
#include <string.h>

static const struct rules *const all[] = {
    &rules_connect_four,
    &rules_battleship,
};

enum { COUNT = sizeof(all) / sizeof(all[0]) };
static_assert((int)COUNT <= (int)GAMES_MAX, "there is no room for more");

const struct rules *rules_at(int index)
{
    return index >= 0 && index < COUNT ? all[index] : NULL;
}

int rules_find(const char *name)
{
    for (int i = 0; i < COUNT; i++)
        if (strcmp(all[i]->name, name) == 0)
            return i;
    return -1;
}

int rules_variant(const struct rules *rules, const char *name)
{
    for (int i = 0; rules->variants[i]; i++)
        if (strcmp(rules->variants[i], name) == 0)
            return i;
    return -1;
}
