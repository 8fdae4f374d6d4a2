/* SPDX-License-Identifier: MIT */
#include "host/observer.h"

#include <string.h>

#include "base/clock.h"
#include "host/calls/format.h"
#include "host/registry.h"

/* What is read back of one packet. */
#define ARENA_MAX ((size_t)64 << 20)

void observer_set(struct host *host, host_observer *observer, void *user)
{
    host->observer = observer;
    host->observer_user = user;
}

/* Begins with its number, so that the numbers are in the order of the
 * beginnings. */
static struct observation begin(struct host *host, enum observed what,
                                const struct sio_namespace *n,
                                struct sio_socket *s)
{
    return (struct observation){
        .what = what,
        .id = ++host->observed,
        .name_space = sio_namespace_name(n),
        .socket = s,
    };
}

static void tell(struct host *host, const struct observation *o)
{
    if (host->observer) /* who handled the event may have ended it */
        host->observer(host->observer_user, o);
}

void observer_moment(struct host *host, enum observed what,
                     struct sio_socket *s, const char *reason)
{
    struct observation o = begin(host, what, sio_socket_namespace(s), s);

    o.reason = reason;
    tell(host, &o);
}

/* --- events of clients --- */

void observer_event(struct host *host, struct sio_socket *s,
                    const struct sio_event *incoming,
                    void (*handle)(struct host *host, struct sio_socket *s,
                                   const struct sio_event *incoming))
{
    const struct host_namespace *n = host_namespace_of(s);
    const struct route *route = registry_event(n, incoming->name);
    struct observation o =
        begin(host, OBSERVED_EVENT, sio_socket_namespace(s), s);

    o.event = incoming->name;
    o.args = incoming->args;
    o.size = incoming->size;
    if (route)
        o.handler = host->lineup->members[route->member].generation;
    o.anybody = route || n->moments[MOMENT_USE].count > 0 ||
                n->moments[MOMENT_ANY].count > 0;
    host->observing = &o;
    int64_t begun = clock_mono_us();
    handle(host, s, incoming);
    o.took = clock_mono_us() - begun;
    host->observing = NULL;
    tell(host, &o);
}

void observer_refusal(struct host *host, const char *code, struct str message)
{
    struct observation *o = host->observing;
    size_t n = message.n;

    if (!o)
        return;
    if (n > OBSERVED_MESSAGE_MAX) {
        n = OBSERVED_MESSAGE_MAX;
        while (n > 0 && ((unsigned char)message.p[n] & 0xc0) == 0x80)
            n--;
    }
    o->code = code;
    memcpy(o->message, message.p, n);
    o->message_n = n;
}

/* --- what plugins say --- */

/* Without the headers that the floors below put in front. */
static size_t packet_size(const struct sio_packet *packet)
{
    size_t size = 0;
    for (uint32_t i = 0; i < packet->count; i++)
        size += packet->parts[i]->slice->n - packet->parts[i]->text_at;
    return size;
}

/* Tells of a packet, which is read back for that. */
static void tell_packet(struct host *host, struct observation *o,
                        const struct sio_packet *packet)
{
    struct arena arena;
    struct json *args;

    arena_init(&arena, ARENA_MAX);
    if (sio_packet_read(packet, &arena, host->json_depth + FORMAT_DEPTH_MAX,
                        &args) == 0)
        o->args = args;
    o->size = packet_size(packet);
    tell(host, o);
    arena_free(&arena);
}

void observer_emit(struct host *host, const struct sio_target *target,
                   const char *event, const struct sio_packet *packet,
                   int receivers)
{
    struct observation o =
        begin(host, OBSERVED_EMIT, target->name_space, target->only);

    o.event = str_z(event);
    o.target = target;
    o.receivers = (uint32_t)receivers;
    tell_packet(host, &o, packet);
}

void observer_answer(struct host *host, struct sio_socket *s,
                     const struct sio_packet *packet)
{
    struct observation o =
        begin(host, OBSERVED_ANSWER, sio_socket_namespace(s), s);

    tell_packet(host, &o, packet);
}
