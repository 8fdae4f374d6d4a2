/* SPDX-License-Identifier: MIT */
/*
 * One TCP connection of the load client, watched by an epoll.
 *
 * A channel is owned by whoever embeds it and stays where it is while open.
 * Its user learns of everything through a table of callbacks; none of them
 * may close the channel while `input` runs. One recv a wake-up, and what is
 * sent goes out at once where the socket takes it.
 */
#ifndef MORTISE_BENCH_CHANNEL_H
#define MORTISE_BENCH_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "mem.h"

struct channel;

struct channel_user {
    /* The connection stands. */
    void (*opened)(struct channel *channel);
    /* Bytes came. Returns how many were used; the rest comes again, in front
     * of what follows. */
    size_t (*input)(struct channel *channel, const uint8_t *data, size_t len);
    /* The server closed it. The channel is closed already and may be opened
     * again. */
    void (*ended)(struct channel *channel);
};

struct channel {
    const struct channel_user *user;
    void *owner;
    int epoll;
    int fd;
    bool open;    /* there is a descriptor */
    bool ready;   /* and it is connected */
    bool waiting; /* for room to send what is in out */
    struct bytes in;
    struct bytes out;
};

/* Connects to a port of the loopback; opened tells when it stands. from: the
 * IPv4 address to come from, in the host's order, or 0 for whichever. The user
 * and the owner stay the caller's. */
void channel_open(struct channel *channel, int epoll, uint32_t from,
                  uint16_t port, const struct channel_user *user, void *owner);
/* Closes it without a word. A closed channel is fine. */
void channel_close(struct channel *channel);
/* Sends, or keeps what the socket does not take. */
void channel_send(struct channel *channel, const void *data, size_t len);
/* What the epoll said about the channel. */
void channel_event(struct channel *channel, uint32_t events);

#endif
