/* SPDX-License-Identifier: MIT */
#include "sessions/sessions.h"

#include <stdio.h>
#include <string.h>

#include <mortise/memory.h>

#include "options.h"

enum { GRAVE_MS = 10 * 60 * 1000 }; /* no job takes so long */
enum { CHANGES_MAX = 64, CHANGE_MS = 60 * 1000 };

static struct map by_id, by_access, by_user;

/* The roles that were changed last. */
static struct change {
    char user[ID_SIZE];
    char roles[ROLES_SIZE];
    int64_t order, ends;
} changes[CHANGES_MAX];

static uint32_t change_next;

static struct session *find(const char *id)
{
    uint64_t hash = map_hash(id, strlen(id));
    struct map_node *n = NULL;

    while ((n = map_find(&by_id, hash, n))) {
        struct session *s = MAP_OF(n, struct session, by_id);
        if (strcmp(s->id, id) == 0)
            return s;
    }
    return NULL;
}

static void unlist(struct session *s)
{
    map_remove(&by_access, &s->by_access);
    map_remove(&by_user, &s->by_user);
}

static int list_access(struct session *s, const char *access)
{
    snprintf(s->access, sizeof(s->access), "%s", access);
    return map_add(&by_access, &s->by_access,
                   map_hash(s->access, strlen(s->access)));
}

static void drop(struct session *s)
{
    map_remove(&by_id, &s->by_id);
    if (!s->ended)
        unlist(s);
    mortise_free(s->roles);
    mortise_free(s);
}

static struct session *add(const char *id)
{
    struct session *s = mortise_alloc(sizeof(*s) + ID_SIZE);

    if (!s)
        return NULL;
    snprintf(s->id, sizeof(s->id), "%s", id);
    s->ended = true;
    if (map_add(&by_id, &s->by_id, map_hash(s->id, strlen(s->id))) == 0)
        return s;
    mortise_free(s);
    return NULL;
}

bool sessions_room(void)
{
    return by_access.count < (size_t)options.sessions_max;
}

static struct change *find_change(const char *user)
{
    for (int i = 0; i < CHANGES_MAX; i++)
        if (strcmp(changes[i].user, user) == 0 &&
            changes[i].ends > mortise_now())
            return &changes[i];
    return NULL;
}

/* What a job has read of the roles, or what has become of them since. */
static char *roles_of(const struct session_row *row)
{
    const struct change *change = find_change(row->user);

    return mortise_strdup(change ? change->roles : row->roles);
}

struct session *sessions_add(const struct session_row *row)
{
    struct session *s;

    if (find(row->id) || !sessions_room() || !(s = add(row->id)))
        return NULL;
    snprintf(s->user, ID_SIZE, "%s", row->user);
    s->access_ends = row->access_ends;
    s->refresh_ends = row->refresh_ends;
    s->guest = row->guest;
    snprintf(s->device, sizeof(s->device), "%s", row->device);
    snprintf(s->name, sizeof(s->name), "%s", row->name);
    s->roles = roles_of(row);
    if (!s->roles || list_access(s, row->access) < 0) {
        drop(s);
        return NULL;
    }
    if (map_add(&by_user, &s->by_user, map_hash(s->user, strlen(s->user))) <
        0) {
        map_remove(&by_access, &s->by_access);
        drop(s);
        return NULL;
    }
    s->ended = false;
    return s;
}

struct session *sessions_renew(const struct session_row *row)
{
    struct session *s = sessions_find(row->id);
    char *roles;

    if (!s)
        return sessions_add(row);
    roles = roles_of(row);
    if (!roles)
        return NULL;
    mortise_free(s->roles);
    s->roles = roles;
    snprintf(s->name, sizeof(s->name), "%s", row->name);
    s->guest = row->guest;
    s->access_ends = row->access_ends;
    s->refresh_ends = row->refresh_ends;
    map_remove(&by_access, &s->by_access);
    list_access(s, row->access); /* there is room: one just left */
    return s;
}

struct session *sessions_find(const char *id)
{
    struct session *s = find(id);

    return s && !s->ended ? s : NULL;
}

bool sessions_has_ended(const char *id)
{
    const struct session *s = find(id);

    return s && s->ended;
}

static struct session *find_by_access(const char *hash)
{
    uint64_t key = map_hash(hash, strlen(hash));
    struct map_node *n = NULL;

    while ((n = map_find(&by_access, key, n))) {
        struct session *s = MAP_OF(n, struct session, by_access);
        if (tokens_same(s->access, hash))
            return s;
    }
    return NULL;
}

struct session *sessions_by_token(const char *token)
{
    struct session *s = NULL;
    char hash[HASH_TEXT_SIZE];

    for (int i = 0; i < tokens_secrets() && !s; i++) {
        tokens_hash_by(i, token, hash);
        s = find_by_access(hash);
    }
    return s && s->access_ends > mortise_now() ? s : NULL;
}

struct session *sessions_by_user(const char *user)
{
    struct map_node *n = NULL;

    while ((n = map_find(&by_user, map_hash(user, strlen(user)), n)))
        if (strcmp(MAP_OF(n, struct session, by_user)->user, user) == 0)
            return MAP_OF(n, struct session, by_user);
    return NULL;
}

void sessions_set_roles(const char *user, const char *roles, int64_t order)
{
    struct change *change = find_change(user);
    char *copy;

    if (change && change->order > order)
        return;
    if (!change)
        change = &changes[change_next++ % CHANGES_MAX];
    snprintf(change->user, sizeof(change->user), "%s", user);
    snprintf(change->roles, sizeof(change->roles), "%s", roles);
    change->order = order;
    change->ends = mortise_now() + CHANGE_MS;
    for (struct session *s = NULL; (s = sessions_next(s));) {
        if (strcmp(s->user, user) != 0)
            continue;
        /* Without memory for them it has none, rather than too many. */
        copy = mortise_strdup(roles);
        if (!copy) {
            s->roles[0] = '\0';
            continue;
        }
        mortise_free(s->roles);
        s->roles = copy;
    }
}

void sessions_end(const char *id)
{
    struct session *s = find(id);

    if (!s)
        s = add(id);
    else if (!s->ended)
        unlist(s);
    if (!s)
        return; /* memory is out; the database has ended it all the same */
    s->ended = true;
    s->refresh_ends = mortise_now() + GRAVE_MS;
}

struct session *sessions_next(struct session *after)
{
    struct map_node *n = after ? &after->by_id : NULL;

    while ((n = map_next(&by_id, n)))
        if (!MAP_OF(n, struct session, by_id)->ended)
            return MAP_OF(n, struct session, by_id);
    return NULL;
}

void sessions_purge(int64_t now)
{
    struct map_node *next = map_next(&by_id, NULL);

    while (next) {
        struct session *s = MAP_OF(next, struct session, by_id);
        next = map_next(&by_id, next);
        if (s->refresh_ends <= now && !s->sockets)
            drop(s);
    }
}

/* --- across a reload */

int sessions_save(mortise_saving to)
{
    struct map_node *n = NULL;

    while ((n = map_next(&by_id, n))) {
        const struct session *s = MAP_OF(n, struct session, by_id);
        mortise_save_open(to, "session");
        mortise_save_text(to, "id", s->id);
        mortise_save_int(to, "ends", s->refresh_ends);
        mortise_save_int(to, "ended", s->ended);
        if (!s->ended) {
            mortise_save_text(to, "user", s->user);
            mortise_save_text(to, "name", s->name);
            mortise_save_text(to, "access", s->access);
            mortise_save_int(to, "accessEnds", s->access_ends);
            mortise_save_int(to, "guest", s->guest);
            mortise_save_text(to, "roles", s->roles);
            mortise_save_text(to, "device", s->device);
        }
        mortise_save_close(to);
    }
    return 0;
}

int sessions_restore(mortise_saved from)
{
    mortise_saved each;
    struct session *s;

    while ((each = mortise_saved_next(from, "session")) != 0) {
        struct session_row row = {
            .access_ends = mortise_saved_int(each, "accessEnds", 0),
            .refresh_ends = mortise_saved_int(each, "ends", 0),
            .guest = mortise_saved_int(each, "guest", 0) != 0,
        };
        snprintf(row.id, sizeof(row.id), "%s",
                 mortise_saved_text(each, "id", ""));
        snprintf(row.user, sizeof(row.user), "%s",
                 mortise_saved_text(each, "user", ""));
        snprintf(row.name, sizeof(row.name), "%s",
                 mortise_saved_text(each, "name", ""));
        snprintf(row.access, sizeof(row.access), "%s",
                 mortise_saved_text(each, "access", ""));
        snprintf(row.roles, sizeof(row.roles), "%s",
                 mortise_saved_text(each, "roles", ""));
        snprintf(row.device, sizeof(row.device), "%s",
                 mortise_saved_text(each, "device", ""));
        if (mortise_saved_int(each, "ended", 0)) {
            if (!(s = add(row.id)))
                return MORTISE_ENOMEM;
            s->refresh_ends = row.refresh_ends;
        } else if (sessions_room() && !sessions_add(&row)) {
            return MORTISE_ENOMEM;
        }
    }
    return 0;
}

void sessions_free(void)
{
    struct map_node *next = map_next(&by_id, NULL);

    while (next) {
        struct session *s = MAP_OF(next, struct session, by_id);
        next = map_next(&by_id, next);
        drop(s);
    }
    map_free(&by_id);
    map_free(&by_access);
    map_free(&by_user);
}
