/* SPDX-License-Identifier: MIT */
/*
 * Who a socket or a request belongs to: user, roles, expiry. The host owns
 * the identities, whoever has said them; they outlive the build of a plugin.
 *
 * A socket's identity goes with the socket, at its expiry, or when it is said
 * otherwise. While a socket has one it is in the user's room, which is a room
 * like any other but for its name, that no client can send.
 */
#ifndef MORTISE_HOST_IDENTITIES_H
#define MORTISE_HOST_IDENTITIES_H

#include <mortise/identity.h>

#include "base/table.h"
#include "base/timer.h"

struct host;
struct identity;
struct sio_socket;

#define IDENTITY_USER_MAX 200
/* Begins with a byte that no client can send in a name. */
#define IDENTITY_ROOM_PREFIX                                                   \
    "\xff"                                                                     \
    "user:"
#define IDENTITY_ROOM_MAX (sizeof(IDENTITY_ROOM_PREFIX) + IDENTITY_USER_MAX)

struct identities {
    struct table sockets; /* by handle, 8 bytes -> struct identity */
    struct table users;   /* by name -> struct identity_user */
    uint32_t sweep_at;    /* so many: look for sockets that never joined */
};

void identities_init(struct identities *i);
/* Forgets those that are left. */
void identities_free(struct host *host);

/* Why such an identity cannot be, for people; NULL when it can. */
const char *identity_why_not(const mortise_identity *from);
/* A copy that belongs to the caller, not to a socket. ERR_INVAL (as above),
 * ERR_NOMEM. */
int identity_new(const mortise_identity *from, struct identity **ret_identity);
void identity_free(struct identity *i); /* NULL is fine */
/* 1 to max bytes of UTF-8. */
bool identity_name_fits(const char *name, size_t max);
const char *identity_user(const struct identity *i);
int64_t identity_expires(const struct identity *i);
/* By its name, or by one with an asterisk that stands for this permission. */
bool identity_has_role(const struct identity *i, const char *role);
/* Whether its time is over. */
bool identity_expired(const struct identity *i);

/* NULL: nobody is signed in there. */
const struct identity *identities_of(const struct host *host, uint64_t socket);
/* Takes the identity over, in place of the one before. ERR_LIMIT (too many
 * rooms), ERR_NOMEM: nothing has changed. */
int identities_set(struct host *host, struct sio_socket *s, struct identity *i);
/* Nobody is signed in there any more. */
void identities_clear(struct host *host, const struct sio_socket *s);
/* How many sockets a user (NULL: nobody) has; throwing them out, which returns
 * how many it were. */
int identities_count(const struct host *host, const char *user);
int identities_revoke(struct host *host, const char *user);
/* The name of a user's room. */
const char *identities_room(const char *user, char to[IDENTITY_ROOM_MAX]);
/* It has joined: into the room of its user. */
void identities_joined(struct host *host, struct sio_socket *s);
/* It has gone, or has never come. */
void identities_forget(struct host *host, const struct sio_socket *s);

#endif
