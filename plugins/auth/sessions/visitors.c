/* SPDX-License-Identifier: MIT */
#include "sessions/visitors.h"

#include <stdio.h>
#include <string.h>

#include <mortise/memory.h>

#include "guard/rates.h"
#include "issuers/claims.h"
#include "options.h"

/* So many without sockets are kept; so many are looked at when one comes. */
enum { VISITORS_KEPT = 4096, LOOKED_AT = 8 };

struct visitor {
    struct visitor *older, *newer; /* by when they were shown last */
    bool doubted;                  /* not found by its token any more */
    struct session session;        /* the last: its user is behind it */
};

static struct map by_id, by_token, by_user;
static struct visitor *oldest, *newest;

static struct visitor *of(struct session *session)
{
    return MAP_OF(session, struct visitor, session);
}

/* --- the order */

static void unlink_visitor(struct visitor *v)
{
    *(v->older ? &v->older->newer : &oldest) = v->newer;
    *(v->newer ? &v->newer->older : &newest) = v->older;
}

static void link_newest(struct visitor *v)
{
    v->older = newest;
    v->newer = NULL;
    *(newest ? &newest->newer : &oldest) = v;
    newest = v;
}

/* --- what there is */

static void doubt(struct visitor *v)
{
    if (!v->doubted)
        map_remove(&by_token, &v->session.by_access);
    v->doubted = true;
}

static void drop(struct visitor *v)
{
    doubt(v);
    map_remove(&by_id, &v->session.by_id);
    map_remove(&by_user, &v->session.by_user);
    unlink_visitor(v);
    mortise_free(v->session.roles);
    mortise_free(v);
}

static uint64_t hash_of(const char *text)
{
    return map_hash(text, strlen(text));
}

struct session *visitors_find(const char *id)
{
    struct map_node *n = NULL;

    while ((n = map_find(&by_id, hash_of(id), n)))
        if (strcmp(MAP_OF(n, struct session, by_id)->id, id) == 0)
            return MAP_OF(n, struct session, by_id);
    return NULL;
}

struct session *visitors_by_user(const char *user)
{
    struct session *found = NULL;
    struct map_node *n = NULL;

    while ((n = map_find(&by_user, hash_of(user), n))) {
        struct session *s = MAP_OF(n, struct session, by_user);
        if (strcmp(s->user, user) == 0 &&
            (!found || s->access_ends > found->access_ends))
            found = s;
    }
    return found;
}

static struct session *find_token(const char *hash)
{
    struct map_node *n = NULL;

    while ((n = map_find(&by_token, hash_of(hash), n)))
        if (strcmp(MAP_OF(n, struct session, by_access)->access, hash) == 0)
            return MAP_OF(n, struct session, by_access);
    return NULL;
}

/* hash: of its token; NULL: it is not found by one. */
static struct session *add(const char *id, const char *hash,
                           const struct claims *claims)
{
    size_t size = strlen(claims->user) + 1;
    struct visitor *v = mortise_alloc(sizeof(*v) + size);
    struct session *s;

    if (!v)
        return NULL;
    s = &v->session;
    s->visitor = true;
    s->access_ends = s->refresh_ends = claims->ends;
    snprintf(s->id, sizeof(s->id), "%s", id);
    snprintf(s->name, sizeof(s->name), "%s", claims->name);
    memcpy(s->user, claims->user, size);
    s->roles = mortise_strdup(claims->roles);
    v->doubted = true;
    if (!s->roles || map_add(&by_id, &s->by_id, hash_of(s->id)) < 0)
        goto out;
    if (map_add(&by_user, &s->by_user, hash_of(s->user)) < 0) {
        map_remove(&by_id, &s->by_id);
        goto out;
    }
    link_newest(v);
    if (hash) {
        snprintf(s->access, sizeof(s->access), "%s", hash);
        v->doubted = map_add(&by_token, &s->by_access, hash_of(hash)) < 0;
    }
    return s;
out:
    mortise_free(s->roles);
    mortise_free(v);
    return NULL;
}

/* Each that comes makes room for itself: of the first in line those without
 * sockets go, and the others stand behind it. */
static void make_room(void)
{
    for (int i = 0; i < LOOKED_AT && by_id.count >= VISITORS_KEPT; i++) {
        struct visitor *v = oldest;
        if (!v->session.sockets) {
            drop(v);
        } else {
            unlink_visitor(v);
            link_newest(v);
        }
    }
}

struct session *visitors_by_token(const char *token, const char *address)
{
    int64_t now = mortise_now();
    char hash[HASH_TEXT_SIZE], id[ID_SIZE];
    struct session *session;
    struct claims claims;
    const char *wrong;

    if (!issuers_any() || strlen(token) > JWT_MAX)
        return NULL;
    tokens_hash(token, hash);
    session = find_token(hash);
    if (session && session->access_ends > now) {
        unlink_visitor(of(session));
        link_newest(of(session));
        return session;
    }
    if (session || rates_full(RATE_TOKEN, address))
        return NULL;
    wrong = claims_read(token, now, &claims);
    if (wrong) {
        rates_ask(RATE_TOKEN, address);
        mortise_log(MORTISE_DEBUG, "a token of %s is not taken: %s", address,
                    wrong);
        return NULL;
    }
    make_room();
    tokens_new_id(id);
    return add(id, hash, &claims);
}

void visitors_doubt(void)
{
    for (struct visitor *v = oldest, *next; v; v = next) {
        next = v->newer;
        doubt(v);
        if (!v->session.sockets)
            drop(v);
    }
}

void visitors_purge(int64_t now)
{
    for (struct visitor *v = oldest, *next; v; v = next) {
        next = v->newer;
        if (!v->session.sockets && v->session.access_ends <= now)
            drop(v);
    }
}

/* --- across a reload */

int visitors_save(mortise_saving to)
{
    for (const struct visitor *v = oldest; v; v = v->newer) {
        if (!v->session.sockets)
            continue;
        mortise_save_open(to, "visitor");
        mortise_save_text(to, "id", v->session.id);
        mortise_save_text(to, "user", v->session.user);
        mortise_save_text(to, "name", v->session.name);
        mortise_save_text(to, "roles", v->session.roles);
        mortise_save_int(to, "ends", v->session.access_ends);
        mortise_save_close(to);
    }
    return 0;
}

int visitors_restore(mortise_saved from)
{
    mortise_saved each;

    while ((each = mortise_saved_next(from, "visitor")) != 0) {
        struct claims claims = {.ends = mortise_saved_int(each, "ends", 0)};
        snprintf(claims.user, sizeof(claims.user), "%s",
                 mortise_saved_text(each, "user", ""));
        snprintf(claims.name, sizeof(claims.name), "%s",
                 mortise_saved_text(each, "name", ""));
        snprintf(claims.roles, sizeof(claims.roles), "%s",
                 mortise_saved_text(each, "roles", ""));
        if (!add(mortise_saved_text(each, "id", ""), NULL, &claims))
            return MORTISE_ENOMEM;
    }
    return 0;
}

void visitors_free(void)
{
    while (oldest)
        drop(oldest);
    map_free(&by_id);
    map_free(&by_token);
    map_free(&by_user);
}
