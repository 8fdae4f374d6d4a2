/* SPDX-License-Identifier: MIT */
/*
 * Which socket belongs to which session, if to any: from the moment it has
 * joined until it has gone or the session has ended. What is told to the host
 * (mortise/identity.h) is told here: the user, the roles, and when the access
 * token ends, at which time the host puts the socket out.
 */
#ifndef AUTH_ATTACHED_H
#define AUTH_ATTACHED_H

#include "rights/bans.h"
#include "sessions/sessions.h"

/* Says whose this socket is, and no more: it may yet be refused. 0, or what
 * mortise_identify() says. */
int attached_identify(mortise_socket socket, const struct session *session);
/* Whether the policy of one socket a user and namespace, the first, keeps this
 * one out of it; a socket does not keep out itself. NULL: nobody is. */
bool attached_taken(mortise_socket socket, const char *name_space,
                    const struct session *session);
/* The same for a socket that has joined this namespace, and keeps it. What it
 * was attached to before it leaves; when the policy is one socket, the last,
 * others of the user are put out. ENOMEM: as it was. */
int attached_put(mortise_socket socket, const char *name_space,
                 struct session *session);
/* A socket of nobody has joined; ENOMEM. */
int attached_put_nobody(mortise_socket socket, const char *name_space);
/* It has gone. */
void attached_drop(mortise_socket socket);
/* Whose it is; NULL: nobody's. */
struct session *attached_session(mortise_socket socket);

/* The session has new tokens: its sockets may stay as long as these. Those
 * that its roles do not let in any more are closed. */
void attached_renew(struct session *session);
/* The session has ended: its sockets are told why and closed, and no others. */
void attached_close(struct session *session, const char *code,
                    const char *reason);
/* Those of this ban, and no others, are told so and closed. */
void attached_ban(const struct ban_row *ban);
/* The time of the warning that was started for this socket. */
void attached_warn(mortise_socket socket);

int attached_save(mortise_saving to);
int attached_restore(mortise_saved from);
void attached_free(void);

#endif
