/* SPDX-License-Identifier: MIT */
/*
 * Who sends an event, and how it goes on from there: as an operation for the
 * writer or for a read, whose outcome is told by operations.c.
 */
#ifndef CHAT_CALLER_H
#define CHAT_CALLER_H

#include "people/people.h"

struct caller {
    mortise_socket socket;
    struct person *person;
    bool powers; /* the role "chat.moderate" */
};

/* 0; or an error, and the event has been answered: nobody has signed in. */
int caller_of(mortise_socket from, const mortise_event *event,
              struct caller *ret);
/* The same for moments: nothing is answered. NULL: nobody. */
struct person *caller_meet(mortise_socket from);

/* Adds who asks, puts the acknowledgement off, and hands it to the writer or
 * to a read. Answers when that cannot be; frees the record. */
void caller_write(const struct caller *caller, const mortise_event *event,
                  enum op op, struct record *ask);
void caller_read(const struct caller *caller, const mortise_event *event,
                 enum op op, struct record *ask);

/* The name under which this was asked is an account's: it is not theirs. */
void caller_refuse_name(mortise_str ask);

/* Copies the arguments of these names that are there. */
struct argument {
    const char *name;
    enum field field;
};
void caller_take(struct record *ask, const mortise_event *event,
                 const struct argument *arguments, size_t count);
#define CALLER_TAKE(ask, event, arguments)                                     \
    caller_take(ask, event, arguments,                                         \
                sizeof(arguments) / sizeof((arguments)[0]))

/* All of it, for an operation that needs no more than these arguments. */
void caller_pass(mortise_socket from, const mortise_event *event, enum op op,
                 const struct argument *arguments, size_t count, bool write);
#define CALLER_WRITES(from, event, op, arguments)                              \
    caller_pass(from, event, op, arguments,                                    \
                sizeof(arguments) / sizeof((arguments)[0]), true)
#define CALLER_READS(from, event, op, arguments)                               \
    caller_pass(from, event, op, arguments,                                    \
                sizeof(arguments) / sizeof((arguments)[0]), false)

/* --- rooms of the host: who is told */

enum { TARGET_SIZE = 256 };

/* The sockets of who is in a room; of a user; of those that ignore a user. */
const char *room_of(const char *address, char ret[TARGET_SIZE]);
const char *user_room(const char *user, char ret[TARGET_SIZE]);
const char *ignoring_room(const char *user, char ret[TARGET_SIZE]);
/* The address of such a room; NULL when it is another kind. */
const char *room_address(const char *room);
/* All who are in a room but those who ignore this user; names has to live as
 * long as the target. */
struct names {
    char room[TARGET_SIZE], ignoring[TARGET_SIZE], user[TARGET_SIZE];
};
mortise_target to_room(const char *address, const char *user,
                       struct names *names);
/* The same, but the user. */
mortise_target to_others(const char *address, const char *user,
                         struct names *names);
mortise_target to_user(const char *user, struct names *names);

#endif
