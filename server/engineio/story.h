/* SPDX-License-Identifier: MIT */
/*
 * What became of a connection, for `mortise ctl why`: the last things that
 * happened to each session, and for the sessions that ended last all that was
 * still known of them then. Names and sizes, never contents.
 *
 * A book is fixed when it is made: notes of all sessions go round in one ring,
 * each knowing the one before it of the same session, so a session that is
 * quiet costs nothing but the number of its last note; and when it ends, what
 * the ring has of it is copied into a ring of stories. The server owns no book:
 * it writes into the one of its options.
 */
#ifndef MORTISE_ENGINEIO_STORY_H
#define MORTISE_ENGINEIO_STORY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/random.h"
#include "base/str.h"

#define STORY_WORD_MAX  39 /* bytes; longer ones are cut */
#define STORY_NOTES_MAX 24 /* of one session */
/* So many of these tell how it began, where there are more than all. */
#define STORY_OPENING_MAX 6
/* Of one session in one moment: the rest is counted. */
#define STORY_TURN_MAX 4
#define STORY_PEER_MAX 64 /* with a NUL */

/* What happens; the texts are for people. */
#define STORY_MAP(X)                                                           \
    X(OPENED, "opened")     /* word: the transport */                          \
    X(POLLED, "polled")     /* a GET has come */                               \
    X(RECEIVED, "received") /* word: the event; size: bytes */                 \
    X(SENT, "sent")         /* the same */                                     \
    X(PING_SENT, "ping sent")                                                  \
    X(PONG_RECEIVED, "pong received")                                          \
    X(PING_RECEIVED, "ping received") /* of revision 3 */                      \
    X(PONG_SENT, "pong sent")                                                  \
    X(PROBED, "WebSocket probed")                                              \
    X(UPGRADED, "upgraded")                                                    \
    X(UPGRADE_ENDED, "upgrade given up")    /* word: why */                    \
    X(WEBSOCKET_CLOSED, "WebSocket closed") /* size: the code */               \
    X(TIMEOUT, "time ran out") /* word: the option that says so */             \
    X(JOINED, "joined")        /* word: its id there, and the namespace */     \
    X(REFUSED, "refused")      /* word: the namespace */                       \
    X(LEFT, "left")            /* as joined */                                 \
    X(NOTICE, "told why")      /* word: the code of the notice */              \
    X(MADE_ROOM, "made room for others")                                       \
    X(BROKE, "broke the rules") /* word: which */                              \
    X(CLOSED, "closed")         /* word: the reason */

enum story_kind {
#define STORY_ENUM(name, text) STORY_##name,
    STORY_MAP(STORY_ENUM)
#undef STORY_ENUM
};

struct story_note {
    int64_t time; /* of the loop's clock, ms */
    uint32_t number;
    uint32_t before; /* the session's last one before; 0: none */
    uint32_t size;
    uint16_t more; /* messages of the same moment that have no note */
    uint8_t place; /* among the session's notes of one moment */
    uint8_t kind;
    uint8_t length;
    char word[STORY_WORD_MAX];
};

/* Of a session that is over, or as far as it has come. */
struct story {
    char sid[RANDOM_SID_LENGTH];
    char peer[STORY_PEER_MAX]; /* "" when nobody knows */
    int64_t opened;            /* ms since 1970 */
    bool over;
    bool on_websocket; /* the transport, or the last that it had */
    uint32_t count;
    uint32_t opening; /* of these, on how it began... */
    uint32_t skipped; /* ...and behind them so many are missing here */
    struct story_note notes[STORY_NOTES_MAX]; /* the oldest first */
};

struct story_book;

/* So many notes (rounded up to a power of two) and stories; NULL when memory
 * runs out. */
struct story_book *story_book_new(uint32_t notes, uint32_t stories);
void story_book_free(struct story_book *book); /* NULL is fine */

/* *last: the number of the session's last note, 0 at first. */
void story_put(struct story_book *book, uint32_t *last, int64_t now,
               enum story_kind kind, uint32_t size, struct str word);
/* Tells what the ring has: all of it, or the latest, and before these what is
 * left of how it began: transports, upgrades, namespaces. Looks at each note of
 * the session; whoever ends its story then has looked at each note once. */
void story_read(const struct story_book *book, uint32_t last,
                struct story *ret);
/* The session is over: room for its story, in place of the oldest; the caller
 * fills it in. NULL: the book keeps none. */
struct story *story_new(struct story_book *book);
/* The i-th of those that are over, the latest first; NULL behind the last. */
const struct story *story_at(const struct story_book *book, uint32_t i);
/* Whether an id begins like this, of the session or of one of its sockets. */
bool story_is_of(const struct story *story, struct str beginning);

const char *story_kind_text(uint8_t kind);

#endif
