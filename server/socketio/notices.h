/* SPDX-License-Identifier: MIT */
/*
 * What clients are told before the server ends their connection: the event
 * SIO_NOTICE_EVENT with one object {code, reason, retry}, in each namespace
 * they have joined. `code` is for programs, `reason` for people; `retry` is
 * after how many milliseconds it makes sense to come again, -1: not by
 * yourself.
 *
 * It is sent when there is room for it, and nothing depends on it.
 */
#ifndef MORTISE_SOCKETIO_NOTICES_H
#define MORTISE_SOCKETIO_NOTICES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* Nobody above may send it. */
#define SIO_NOTICE_EVENT "mortise:notice"

/* Name, code, retry, reason. The documentation's table is made of this. */
#define SIO_NOTICE_MAP(X)                                                      \
    X(DISCONNECTED, "disconnected", -1, "the application has ended it")        \
    X(SHUTTING_DOWN, "shutting-down", 1000, "the server is shutting down")     \
    X(REMOVED, "removed", -1, "this part of the application was taken away")   \
    X(EXPIRED, "expired", 0, "it is time to sign in again")                    \
    X(REVOKED, "revoked", -1, "this user has been signed out everywhere")      \
    X(VIOLATIONS, "too-many-violations", 60000,                                \
      "too many of the client's events break their contracts")                 \
    X(TOO_FAST, "too-fast", 5000,                                              \
      "the client says more than it may in a second")                          \
    X(TOO_SLOW, "too-slow", 1000,                                              \
      "more waits for the client than may wait: it does not read fast enough") \
    X(PROTOCOL_ERROR, "protocol-error", -1,                                    \
      "something that the client sent is not what the protocol allows")        \
    X(TOO_LATE, "too-late", 1000, "an attachment did not come in time")        \
    X(TRANSPORT_ERROR, "transport-error", 0,                                   \
      "the client's requests do not fit together")                             \
    X(PING_TIMEOUT, "ping-timeout", 0, "a ping was not answered in time")      \
    X(OUT_OF_MEMORY, "out-of-memory", 10000, "the server is short of memory")

/* Everybody is told SHUTTING_DOWN at once; so that not all come again at once,
 * each is told another time up to so many ms later. */
#define SIO_NOTICE_SPREAD 4000

enum sio_notice_code {
#define SIO_NOTICE_ENUM(name, code, retry, reason) SIO_NOTICE_##name,
    SIO_NOTICE_MAP(SIO_NOTICE_ENUM)
#undef SIO_NOTICE_ENUM
        SIO_NOTICES
};

struct sio_notice {
    struct str code; /* 1 to 64 of a-z, 0-9 and "-" */
    struct str reason;
    int64_t retry; /* ms, or -1 */
};

/* The table's. */
struct sio_notice sio_notice_of(enum sio_notice_code code);
/* Which of the table has this code; SIO_NOTICES: none. */
enum sio_notice_code sio_notice_find(struct str code);
/* Whether it can be sent: the code as above, a reason of at most 1,000 bytes
 * of UTF-8. */
bool sio_notice_valid(const struct sio_notice *notice);
/* The table, as Markdown. */
void sio_notices_describe(struct buf *out);

#endif
