/* SPDX-License-Identifier: MIT */
/*
 * Packets that are held back: those with a policy, while the client is behind.
 *
 * What has no policy goes down to the session at once and waits there, in
 * order. A packet with a policy belongs to a lane, which is a key of one
 * socket; of a lane so many packets are kept as the policy says. Held packets
 * leave in the order of their places as soon as the session has drained, and
 * as many at a time as it takes until it is behind again. A client that is not
 * behind has none of this.
 */
#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "socketio/internal.h"

struct held_packet {
    TAILQ_ENTRY(held_packet) order; /* of all */
    TAILQ_ENTRY(held_packet) link;  /* of its lane */
    struct held_lane *lane;
    struct sio_packet *packet;
};
TAILQ_HEAD(held_list, held_packet);

struct held_lane {
    struct sio_socket *socket;
    struct held_list packets;
    uint32_t count;
    uint32_t key_length;
    char key[]; /* the socket's handle, and the key */
};

struct sio_held {
    struct table lanes;
    struct held_list order;
    size_t bytes; /* with what the bookkeeping takes */
    uint32_t count;
};

struct lane_key {
    size_t n;
    char p[sizeof(uint64_t) + SIO_KEY_MAX];
};

static struct lane_key lane_key(const struct sio_socket *s, struct str key)
{
    struct lane_key full = {.n = sizeof(s->handle) + key.n};
    assert(key.n <= SIO_KEY_MAX);
    memcpy(full.p, &s->handle, sizeof(s->handle));
    if (key.n > 0)
        memcpy(full.p + sizeof(s->handle), key.p, key.n);
    return full;
}

static size_t lane_size(const struct held_lane *lane)
{
    return sizeof(*lane) + lane->key_length;
}

static size_t packet_size(const struct sio_packet *packet)
{
    size_t size = sizeof(struct held_packet);
    for (uint32_t i = 0; i < packet->count; i++)
        size += eio_packet_frame_size(packet->parts[i]);
    return size;
}

/* --- lanes --- */

static struct held_lane *lane_new(struct sio_held *held, struct sio_socket *s,
                                  struct str key)
{
    struct held_lane *lane = mem_alloc(sizeof(*lane) + key.n);
    if (!lane)
        return NULL;
    lane->socket = s;
    lane->count = 0;
    lane->key_length = (uint32_t)key.n;
    memcpy(lane->key, key.p, key.n);
    TAILQ_INIT(&lane->packets);
    if (table_add(&held->lanes, str_of(lane->key, key.n), lane) < 0) {
        mem_free(lane);
        return NULL;
    }
    held->bytes += lane_size(lane);
    return lane;
}

static void lane_free_if_empty(struct sio_held *held, struct held_lane *lane)
{
    if (lane->count > 0)
        return;
    held->bytes -= lane_size(lane);
    table_remove(&held->lanes, str_of(lane->key, lane->key_length));
    mem_free(lane);
}

/* Takes a packet out; the reference is the caller's. Its lane stays. */
static struct sio_packet *take(struct sio_held *held, struct held_packet *p)
{
    struct sio_packet *packet = p->packet;
    TAILQ_REMOVE(&held->order, p, order);
    TAILQ_REMOVE(&p->lane->packets, p, link);
    p->lane->count--;
    held->count--;
    held->bytes -= packet_size(packet);
    mem_free(p);
    return packet;
}

static int append(struct sio_held *held, struct held_lane *lane,
                  struct sio_packet *packet)
{
    struct held_packet *p = mem_alloc(sizeof(*p));
    if (!p)
        return ERR_NOMEM;
    p->lane = lane;
    p->packet = sio_packet_ref(packet);
    TAILQ_INSERT_TAIL(&held->order, p, order);
    TAILQ_INSERT_TAIL(&lane->packets, p, link);
    lane->count++;
    held->count++;
    held->bytes += packet_size(packet);
    return 0;
}

/* In the place of the older one: who waits for its turn does not lose it by
 * being news again. */
static void replace(struct sio_held *held, struct held_packet *p,
                    struct sio_packet *packet)
{
    held->bytes -= packet_size(p->packet);
    sio_packet_unref(p->packet);
    p->packet = sio_packet_ref(packet);
    held->bytes += packet_size(packet);
}

static int put(struct sio_held *held, struct held_lane *lane,
               struct sio_packet *packet, uint32_t keep)
{
    bool dropped = false;

    if (keep == 1 && lane->count == 1) {
        replace(held, TAILQ_FIRST(&lane->packets), packet);
        return 1;
    }
    while (lane->count >= keep) {
        sio_packet_unref(take(held, TAILQ_FIRST(&lane->packets)));
        dropped = true;
    }
    int error = append(held, lane, packet);
    return error < 0 ? error : dropped;
}

/* --- the client's side --- */

static struct sio_held *held_new(void)
{
    struct sio_held *held = mem_zalloc(sizeof(*held));
    if (!held)
        return NULL;
    table_init(&held->lanes);
    TAILQ_INIT(&held->order);
    return held;
}

static void free_if_empty(struct sio_client *client)
{
    struct sio_held *held = client->held;
    if (!TAILQ_EMPTY(&held->order))
        return;
    assert(held->bytes == 0 && held->lanes.count == 0);
    table_free(&held->lanes);
    mem_free(held);
    client->held = NULL;
}

int held_put(struct sio_socket *s, struct sio_packet *packet,
             const struct sio_policy *policy)
{
    struct sio_client *client = s->client;
    const struct eio_session *session = client_session(client);
    struct lane_key full = lane_key(s, policy->key);
    struct str key = str_of(full.p, full.n);

    if (!client->held)
        client->held = held_new();
    struct sio_held *held = client->held;
    if (!held)
        return ERR_NOMEM;
    int result = ERR_NOMEM;
    struct held_lane *lane = table_get(&held->lanes, key);
    if (!lane)
        lane = lane_new(held, s, key);
    if (lane) {
        result = put(held, lane, packet, policy->keep);
        lane_free_if_empty(held, lane);
    }
    if (held->bytes + eio_session_queued(session) > client->send_buffer ||
        held->count + eio_session_waiting(session) > client->send_packets)
        result = ERR_BLOCKED;
    free_if_empty(client);
    return result;
}

struct sio_packet *held_take(struct sio_client *client)
{
    struct held_packet *first = TAILQ_FIRST(&client->held->order);
    struct held_lane *lane = first->lane;
    struct sio_packet *packet = take(client->held, first);
    lane_free_if_empty(client->held, lane);
    free_if_empty(client);
    return packet;
}

void held_drop(struct sio_client *client, const struct sio_socket *s)
{
    struct held_packet *p, *next;

    if (!client->held)
        return;
    for (p = TAILQ_FIRST(&client->held->order); p; p = next) {
        struct held_lane *lane = p->lane;
        next = TAILQ_NEXT(p, order);
        if (s && lane->socket != s)
            continue;
        sio_packet_unref(take(client->held, p));
        lane_free_if_empty(client->held, lane);
    }
    free_if_empty(client);
}

size_t held_bytes(const struct sio_client *client)
{
    return client->held ? client->held->bytes : 0;
}

uint32_t held_count(const struct sio_client *client)
{
    return client->held ? client->held->count : 0;
}
