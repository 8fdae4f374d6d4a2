/* SPDX-License-Identifier: MIT */
#include "access/grants.h"

#include <stdio.h>
#include <string.h>

#include <mortise/memory.h>

#include "options.h"

static struct grant {
    char role[ROLE_SIZE];
    char *words;
    int64_t order;
} grants[ROLES_MAX];

static uint32_t count;

static struct grant *find(const char *role)
{
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(grants[i].role, role) == 0)
            return &grants[i];
    return NULL;
}

int grants_set(const char *role, const char *words, int64_t order)
{
    struct grant *g = find(role);
    char *copy;

    if (g && g->order > order)
        return 0;
    if (!g && count == ROLES_MAX)
        return MORTISE_ELIMIT;
    copy = mortise_strdup(words);
    if (!copy)
        return MORTISE_ENOMEM;
    if (!g) {
        g = &grants[count++];
        snprintf(g->role, sizeof(g->role), "%s", role);
    }
    mortise_free(g->words);
    g->words = copy;
    g->order = order;
    return 0;
}

const char *grants_find(const char *role)
{
    const struct grant *g = find(role);

    return g ? g->words : "";
}

const char *grants_at(uint32_t i)
{
    return i < count ? grants[i].role : NULL;
}

static bool gate_names(const struct gate *gate, const char *role)
{
    return gate->role && strcmp(gate->role, role) == 0;
}

bool grants_known(const char *role)
{
    bool gate = gate_names(&options.otherwise, role);

    for (uint32_t i = 0; i < options.gate_count; i++)
        gate = gate || gate_names(&options.gates[i], role);
    return gate || roles_find(role) || find(role);
}

static int add_grant(const char *role, struct permits *ret)
{
    permits_add_words(ret, grants_find(role));
    return 0;
}

void grants_expand(const char *words, bool guest, struct permits *ret)
{
    roles_expand(words, guest, add_grant, ret);
}

void grants_of(const struct session *session, struct permits *ret)
{
    grants_expand(session->roles, session->guest, ret);
    if (ret->cut)
        mortise_log(MORTISE_WARN,
                    "user %s has more than %d roles and permissions: some are "
                    "left out",
                    session->user, PERMITS_MAX);
}

bool grants_allow(const struct session *session, const char *name)
{
    struct permits permits;

    grants_of(session, &permits);
    return permits_allow(&permits, name);
}

void grants_free(void)
{
    while (count > 0) {
        mortise_free(grants[--count].words);
        grants[count] = (struct grant){.words = NULL};
    }
}
