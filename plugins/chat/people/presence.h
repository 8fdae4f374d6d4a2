/* SPDX-License-Identifier: MIT */
/*
 * Who is there, for the others: by person, over all their sockets. Whoever
 * loses the last one counts as there for a while (graceSeconds), so that a
 * connection that comes and goes is nobody's news. Anonymous users cannot come
 * back, and are gone at once.
 */
#ifndef CHAT_PRESENCE_H
#define CHAT_PRESENCE_H

#include "people/people.h"

/* A socket is this user's; NULL: memory is out, or it is in too many rooms. */
struct person *presence_arrive(mortise_socket socket, const char *user,
                               const char *name, bool guest, bool anonymous);
/* It has gone, or becomes somebody else's: leaves all rooms of the chat. */
void presence_leave(mortise_socket socket);
/* The user hears no room any more until the next hello, though a member of
 * these: FIELD_ROOM of the answer. */
void presence_withdraw(const char *user, mortise_str answer);
/* They have come into their rooms, those that this socket is in: the others
 * are told, once. */
void presence_announce(struct person *person, mortise_socket socket);

/* The handlers of the moments, and the timer "gone". */
void presence_on_disconnecting(mortise_socket from, const mortise_event *event);
void presence_on_gone(mortise_socket none, const mortise_event *event);

#endif
