/* SPDX-License-Identifier: MIT */
#include "socketio/pace.h"

#include <string.h>

#include "base/address.h"
#include "base/error.h"
#include "base/mem.h"
#include "socketio/internal.h"

#define SECOND 1000
/* So many are forgotten in a moment. */
#define TRIM_AT_A_TIME 8192

struct sio_shared {
    TAILQ_ENTRY(sio_shared) link;
    struct sio_buckets buckets;
    uint32_t key_length;
    char key[];
};

/* What was said, and when. */
struct said {
    int64_t now, packets, bytes;
    int64_t message_size; /* that a message may have */
};

/* --- buckets --- */

/* Takes what is said out of a bucket, in thousandths. Whether it was there. */
static bool draw(int64_t *missing, int64_t passed, int64_t per_second,
                 int64_t least, int64_t count)
{
    int64_t burst = per_second * SIO_PACE_BURST;

    if (per_second == 0)
        return true;
    if (burst < least)
        burst = least;
    /* More than fills it at once would be too much for the product. */
    *missing = passed >= burst * SECOND / per_second
                   ? 0
                   : *missing - passed * per_second;
    if (*missing < 0)
        *missing = 0;
    if (*missing + count * SECOND > burst * SECOND)
        return false;
    *missing += count * SECOND;
    return true;
}

static int draw_both(struct sio_buckets *b, const struct sio_pace_limit *limit,
                     const struct said *said)
{
    int64_t passed = said->now - b->at;

    b->at = said->now;
    bool fits = draw(&b->packets, passed, limit->packets, 1, said->packets);
    /* Both buckets have seen the time go by. */
    return draw(&b->bytes, passed, limit->bytes, said->message_size,
                said->bytes) &&
                   fits
               ? 0
               : ERR_DENIED;
}

/* Whether they are full by now: nobody would notice that they are new. */
static bool are_full(const struct sio_buckets *b,
                     const struct sio_pace_limit *limit, int64_t now)
{
    int64_t passed = now - b->at;

    return (limit->packets == 0 || b->packets / limit->packets < passed) &&
           (limit->bytes == 0 || b->bytes / limit->bytes < passed);
}

/* --- those that are shared --- */

static struct str key_of(const struct sio_shared *shared)
{
    return str_of(shared->key, shared->key_length);
}

static void forget(struct sio_paces *paces, struct sio_shared *shared)
{
    TAILQ_REMOVE(&paces->used, shared, link);
    table_remove(&paces->table, key_of(shared));
    mem_free(shared);
}

void paces_init(struct sio_paces *paces)
{
    table_init(&paces->table);
    TAILQ_INIT(&paces->used);
}

void paces_clear(struct sio_paces *paces)
{
    struct sio_shared *shared;

    while ((shared = TAILQ_FIRST(&paces->used)))
        forget(paces, shared);
    table_free(&paces->table);
    paces_init(paces);
}

/* Two of those that are full, for each that comes: they get fewer. */
static void sweep(struct sio_paces *paces, const struct sio_pace_limit *limit,
                  int64_t now)
{
    for (int i = 0; i < 2; i++) {
        struct sio_shared *shared = TAILQ_FIRST(&paces->used);
        if (!shared || (paces->table.count < SIO_PACES_MAX &&
                        !are_full(&shared->buckets, limit, now)))
            return;
        forget(paces, shared);
    }
}

static void trim(struct sio_paces *paces, const struct sio_pace_limit *limit,
                 int64_t now)
{
    struct sio_shared *shared;

    for (int i = 0;
         i < TRIM_AT_A_TIME && (shared = TAILQ_FIRST(&paces->used)) &&
         are_full(&shared->buckets, limit, now);
         i++)
        forget(paces, shared);
    table_trim(&paces->table);
}

static struct sio_shared *add(struct sio_paces *paces, struct str key,
                              int64_t now)
{
    struct sio_shared *shared = mem_zalloc(sizeof(*shared) + key.n);

    if (!shared)
        return NULL;
    shared->buckets.at = now;
    shared->key_length = (uint32_t)key.n;
    memcpy(shared->key, key.p, key.n);
    if (table_add(&paces->table, key_of(shared), shared) < 0) {
        mem_free(shared);
        return NULL;
    }
    TAILQ_INSERT_TAIL(&paces->used, shared, link);
    return shared;
}

static int draw_shared(struct sio_paces *paces, struct str key,
                       const struct sio_pace_limit *limit,
                       const struct said *said)
{
    struct sio_shared *shared = table_get(&paces->table, key);

    if (!shared) {
        sweep(paces, limit, said->now);
        shared = add(paces, key, said->now);
    }
    if (!shared)
        return ERR_NOMEM;
    TAILQ_REMOVE(&paces->used, shared, link);
    TAILQ_INSERT_TAIL(&paces->used, shared, link);
    return draw_both(&shared->buckets, limit, said);
}

/* --- a client --- */

static bool is_limit(const struct sio_pace_limit *limit)
{
    return (limit->packets | limit->bytes) != 0;
}

void pace_options_changed(struct sio_server *server)
{
    const struct sio_options *o = &server->options;

    if (!is_limit(&o->pace_of_address))
        paces_clear(&server->addresses);
    if (!is_limit(&o->pace_of_user))
        paces_clear(&server->users);
    server->paced = is_limit(&o->pace) || is_limit(&o->pace_of_address) ||
                    is_limit(&o->pace_of_user);
}

void pace_trim(struct sio_server *server)
{
    const struct sio_options *o = &server->options;

    trim(&server->addresses, &o->pace_of_address, server->timers->now);
    trim(&server->users, &o->pace_of_user, server->timers->now);
}

static struct sio_pace *pace_of(struct sio_client *client)
{
    struct sio_pace *pace = client->pace;

    if (pace)
        return pace;
    pace = client->pace = mem_zalloc(sizeof(*pace));
    if (!pace)
        return NULL;
    pace->own.at = client->server->timers->now;
    pace->has_address = address_owner(
        eio_session_handshake(client_session(client))->peer, pace->address);
    return pace;
}

static int draw_user(struct sio_client *client, struct str name_space,
                     const struct said *said)
{
    struct sio_server *server = client->server;
    const struct sio_socket *s = client_socket(client, name_space);

    if (!s || !server->events->whose)
        return 0;
    struct str user = server->events->whose(server->user, s);
    return user.n == 0 ? 0
                       : draw_shared(&server->users, user,
                                     &server->options.pace_of_user, said);
}

int pace_draw(struct sio_client *client, struct str name_space, bool is_packet,
              uint64_t bytes)
{
    struct sio_server *server = client->server;
    const struct sio_options *o = &server->options;
    struct sio_pace *pace = pace_of(client);
    const struct said said = {
        .now = server->timers->now,
        .packets = is_packet ? 1 : 0,
        .bytes = (int64_t)bytes,
        .message_size = (int64_t)o->message_size,
    };

    if (!pace)
        return ERR_NOMEM;
    int error = draw_both(&pace->own, &o->pace, &said);
    if (error == 0 && pace->has_address && is_limit(&o->pace_of_address))
        error = draw_shared(
            &server->addresses,
            str_of((const char *)pace->address, sizeof(pace->address)),
            &o->pace_of_address, &said);
    if (error == 0 && is_limit(&o->pace_of_user))
        error = draw_user(client, name_space, &said);
    return error;
}
