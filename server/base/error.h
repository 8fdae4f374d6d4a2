/* SPDX-License-Identifier: MIT */
/*
 * Error codes of the whole server.
 *
 * Functions return 0 or a count on success and one of these negative numbers
 * on failure. The list is an X-macro so that the names, the numbers and the
 * texts cannot drift apart; the numbers are also those a plugin sees
 * (sdk/mortise/plugin.h, pinned by host/calls/api.c), so they never change.
 */
#ifndef MORTISE_BASE_ERROR_H
#define MORTISE_BASE_ERROR_H

#define ERROR_MAP(X)                                                           \
    X(NOMEM, -1, "out of memory")                                              \
    X(INVAL, -2, "invalid argument")                                           \
    X(LIMIT, -3, "a limit was reached")                                        \
    X(GONE, -4, "it no longer exists")                                         \
    X(EXIST, -5, "it exists already")                                          \
    X(NOENT, -6, "not found")                                                  \
    X(SYNTAX, -7, "malformed input")                                           \
    X(NOSYS, -8, "not supported by this host")                                 \
    X(STAGED, -9, "not allowed before start-up has finished")                  \
    X(BLOCKED, -10, "the outgoing queue is full")                              \
    X(CLOSED, -11, "the connection is closed")                                 \
    X(IO, -12, "input or output failed")                                       \
    X(DENIED, -13, "not allowed")                                              \
    X(RESERVED, -14, "the name is reserved")                                   \
    X(AGAIN, -15, "incomplete, more is needed")                                \
    X(VERSION, -16, "versions do not fit")                                     \
    X(TIMEOUT, -17, "it took too long")                                        \
    X(TYPE, -18, "a value has another type")                                   \
    X(DROPPED, -19, "dropped, as volatile packets may be")

enum error {
#define ERROR_ENUM(name, number, text) ERR_##name = (number),
    ERROR_MAP(ERROR_ENUM)
#undef ERROR_ENUM
};

/* The text of an error code; never NULL, also for numbers that are none. */
const char *error_text(int error);

/* The name of an error code without prefix ("NOMEM"); never NULL. */
const char *error_name(int error);

#endif
