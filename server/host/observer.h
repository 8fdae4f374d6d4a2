/* SPDX-License-Identifier: MIT */
/*
 * What goes on between clients and plugins, for somebody who watches: one
 * callback of the host, told as things happen. Where there is none (the rule:
 * only the playground of development mode has one) it costs a branch.
 *
 * The observer sees and changes nothing, and calls nothing of the floor below.
 */
#ifndef MORTISE_HOST_OBSERVER_H
#define MORTISE_HOST_OBSERVER_H

#include "host/host.h"

enum observed {
    OBSERVED_CONNECT,
    OBSERVED_DISCONNECT,
    OBSERVED_EVENT,  /* a client said it, and whoever handles it is done */
    OBSERVED_EMIT,   /* a plugin said it, to one client or many */
    OBSERVED_ANSWER, /* a plugin has acknowledged something */
};

#define OBSERVED_MESSAGE_MAX 256

/* Good until the callback returns. */
struct observation {
    enum observed what;
    uint64_t id; /* rises in the order in which things began: an event of a
                    client has a smaller one than what its handler emits */
    struct str name_space;
    struct sio_socket *socket; /* NULL: many, see `target` */
    struct str event;
    const struct json *args; /* the array of the packet, with the name of an
                                event first; NULL: it cannot be shown */
    size_t size;             /* bytes of the packet and its attachments */

    /* Of an event. */
    const struct generation *handler; /* NULL: nobody, or rows of ANY */
    bool anybody;                     /* somebody was there to be told */
    int64_t took;                     /* microseconds */
    const char *code; /* of its refusal; NULL: it was not refused */
    char message[OBSERVED_MESSAGE_MAX];
    size_t message_n;

    /* Of an emit. */
    const struct sio_target *target;
    uint32_t receivers;

    const char *reason; /* of a disconnect */
};

typedef void host_observer(void *user, const struct observation *o);

/* NULL: nobody watches any more. */
void observer_set(struct host *host, host_observer *observer, void *user);

/* For the rest of the host, which has seen that there is an observer. */
void observer_moment(struct host *host, enum observed what,
                     struct sio_socket *s, const char *reason);
/* Has an event handled, and tells of it. */
void observer_event(struct host *host, struct sio_socket *s,
                    const struct sio_event *incoming,
                    void (*handle)(struct host *host, struct sio_socket *s,
                                   const struct sio_event *incoming));
/* The event that is being handled was refused. */
void observer_refusal(struct host *host, const char *code, struct str message);
void observer_emit(struct host *host, const struct sio_target *target,
                   const char *event, const struct sio_packet *packet,
                   int receivers);
void observer_answer(struct host *host, struct sio_socket *s,
                     const struct sio_packet *packet);

#endif
