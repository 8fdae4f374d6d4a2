/* SPDX-License-Identifier: MIT */
/*
 * Who sends an event, and how it goes on from there: as an operation for the
 * writer or for a read, whose outcome is told (work/operations.h).
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

/* MORTISE_CONNECT. */
void caller_on_connect(mortise_socket from, const mortise_event *event);

#endif
