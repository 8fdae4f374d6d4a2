/* SPDX-License-Identifier: MIT */
/*
 * One Socket.IO client: it connects, joins the main namespace (and enters the
 * application with one event, when asked), then says the run's message and
 * checks every byte of every answer.
 *
 * Over WebSocket it has one connection (client.c). With polling it has two,
 * as a browser has: a poll always waits at the server on one, messages go out
 * on the other (poll.c). Pings are answered. Anything the protocol or the
 * application does not foresee ends the program.
 *
 * States only go forward, and back to CLIENT_IDLE at the end.
 */
#ifndef MORTISE_BENCH_CLIENT_H
#define MORTISE_BENCH_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "channel.h"
#include "message.h"

enum client_state {
    CLIENT_IDLE,       /* not started, or closed */
    CLIENT_CONNECTING, /* waits for the transport */
    CLIENT_OPENING,    /* waits for Engine.IO's open packet */
    CLIENT_JOINING,    /* waits for the namespace's reply */
    CLIENT_ENTERING,   /* waits for the entry's acknowledgement */
    CLIENT_READY,      /* says messages */
    CLIENT_CLOSING     /* waits for the server to close */
};

struct client;

struct client_user {
    void (*ready)(struct client *client);
    /* n more messages were answered. Comes once for everything that one read
     * brought, so that the next n can leave together. */
    void (*answered)(struct client *client, unsigned n);
    /* The end that client_disconnect() asked for. */
    void (*closed)(struct client *client);
};

/* What all clients of a run have in common. */
struct client_plan {
    const struct client_user *user;
    void *owner; /* of the callbacks */
    struct message *message;
    int epoll;
    uint16_t port;
    bool polling;
    /* An event that is said first and acknowledged, with the id 0, or NULL. */
    const char *entry;
};

#define CLIENT_ENTRY_MAX 100

struct client {
    const struct client_plan *plan;
    enum client_state state;
    uint32_t from;       /* see channel_open() */
    struct channel main; /* the WebSocket, or the polls */
    struct channel post; /* what is said, with polling */
    struct bytes queue;  /* packets to post when the present post is done */
    bool posting;
    char sid[64];
    uint64_t sent;
    uint64_t received;
    unsigned part;  /* of the answer that comes next */
    unsigned fresh; /* answers of the present read */
};

/* client.c: */

/* Connects, from this address (see channel_open()). The plan outlives the
 * client. */
void client_start(struct client *client, const struct client_plan *plan,
                  uint32_t from);
/* Sends n messages, together. */
void client_send(struct client *client, unsigned n);
/* Leaves in good order, WebSocket only; `closed` follows. */
void client_disconnect(struct client *client);
/* Drops the connections without a word. */
void client_close(struct client *client);

/* Between client.c and poll.c: */

/* One Engine.IO packet came. */
void client_packet(struct client *client, uint8_t opcode, const uint8_t *data,
                   size_t len);
/* Everything that one read brought was handled. */
void client_settle(struct client *client);
/* Ends the program, saying where this client stands and what came. */
void client_fail(struct client *client, const char *why, const uint8_t *data,
                 size_t len) __attribute__((noreturn));

/* Connects with polling. */
void poll_start(struct client *client);
/* Opens the second connection, the session's id being known. */
void poll_continue(struct client *client);
/* Posts packets, at once or as soon as the present post is done. */
void poll_post(struct client *client, const uint8_t *packets, size_t len);

#endif
