/* SPDX-License-Identifier: MIT */
/*
 * Engine.IO protocol revision 4 and, where that is allowed, 3, server side:
 * sessions over HTTP long-polling and WebSocket, heartbeat, upgrade from one to
 * the other. Knows nothing of Socket.IO: messages come up as bytes, packets go
 * down ready-made.
 *
 * The server owns the sessions. A session pointer is valid from `open` until
 * `close` returns. Memory of a session that is closed within a callback stays
 * valid until the end of the loop's turn, and with it what the floor above
 * keeps there (eio_session_data()).
 */
#ifndef MORTISE_ENGINEIO_ENGINEIO_H
#define MORTISE_ENGINEIO_ENGINEIO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "engineio/cors.h"
#include "engineio/packet.h"
#include "engineio/story.h"
#include "net/http_server.h"
#include "net/loop.h"
#include "net/ws_deflate.h"

struct eio_server;
struct eio_session;
struct eio_terms;

/* Why a session ended; the texts are those of the reference server. */
#define EIO_REASON_MAP(X)                                                      \
    X(TRANSPORT_CLOSE, "transport close") /* closed, or vanished */            \
    X(TRANSPORT_ERROR, "transport error") /* it broke a rule or a poll */      \
    X(PING_TIMEOUT, "ping timeout")       /* no pong in time */                \
    X(PARSE_ERROR, "parse error")         /* a packet that is none */          \
    X(FORCED_CLOSE, "forced close")       /* eio_session_close() */            \
    X(SHUTTING_DOWN, "server shutting down")

enum eio_reason {
#define EIO_REASON_ENUM(name, text) EIO_##name,
    EIO_REASON_MAP(EIO_REASON_ENUM)
#undef EIO_REASON_ENUM
};

const char *eio_reason_text(enum eio_reason reason);

/*
 * The request that opened a session, copied; what the application may ask for
 * as long as the session lives.
 */
struct eio_handshake {
    struct str target; /* as sent: path and query */
    struct str query;  /* the part behind "?", still encoded */
    struct str peer;   /* address of the client */
    bool secure;
    bool xdomain;      /* an Origin header was there */
    uint32_t revision; /* of the protocol: 4, or 3 */
    int64_t issued;    /* ms since 1970 */
    uint32_t header_count;
    const struct http_header *headers; /* names in lower case */
};

/* News for the floor above; all on the loop. */
struct eio_events {
    /* Bytes that the floor above has with each session, a multiple of a
     * pointer's. */
    size_t data_size;
    /* A session is open. Packets sent from here leave after the open packet
     * (on polling with it, in one response). */
    void (*open)(void *user, struct eio_session *session);
    /* A message; the bytes live until this returns and may be changed. */
    void (*message)(void *user, struct eio_session *session, bool binary,
                    char *p, size_t n);
    /* The session is over; called once. The pointer is invalid afterwards. */
    void (*close)(void *user, struct eio_session *session,
                  enum eio_reason reason);
    /* Everything that waited has been given to the transport, after more than
     * send_low bytes or send_packets_low packets had been waiting at a time:
     * also where they left with the first attempt. Not within a call of
     * eio_session_send(). May be NULL. */
    void (*drain)(void *user, struct eio_session *session);
    /* The session is about to end for a reason that its client may not know:
     * what is sent from here still leaves, in front of or in place of the end.
     * Nothing else may be done from here. Not called when the client or the
     * floor above has ended it, nor where nothing can be sent. May be NULL. */
    void (*closing)(void *user, struct eio_session *session,
                    enum eio_reason reason);
};

struct eio_options {
    int64_t ping_interval; /* ms */
    int64_t ping_timeout;
    int64_t upgrade_timeout;
    size_t max_payload; /* bytes of a POST body or WebSocket message */
    size_t send_buffer; /* bytes that may wait for one client */
    size_t send_low;    /* with more than that waiting it is behind */
    /* The same for packets; 0: any number. */
    uint32_t send_packets, send_packets_low;
    uint32_t packets_per_payload;
    size_t compress_from; /* bytes of a poll's answer; 0: none is compressed */
    struct ws_deflate_options deflate; /* of WebSocket messages */
    /*
     * Sessions open at the same time; 0: no limit. With that many, a session
     * whose client never came back after its handshake makes room for a new
     * one, the oldest first; without such a one a handshake is refused (503).
     */
    uint32_t sessions;
    bool polling, websocket;
    bool allow_upgrades;
    bool allow_eio3;          /* clients of revision 3 are let in, too */
    struct cors_options cors; /* strings outlive the server, or its options */
    /* Of the cookie that the answer to a handshake on polling sets to the id of
     * the session (no name: it sets none), and what stands behind its value:
     * "; Path=/; HttpOnly". They live as long. */
    struct str cookie_name, cookie_attributes;
    /*
     * Whether a request may be served: asked last of all that is checked, for
     * each handshake, and for what comes of its session then: polls, posts,
     * the change of transport. False refuses it, with the text that was
     * appended as the message ("Forbidden" when there is none). It must not
     * end a session. NULL: all may.
     */
    bool (*allow)(void *user, struct http_exchange *x, bool handshake,
                  struct buf *text);
    /* Told of a request that is refused for the page it comes from, with the
     * origin of that; the same user. NULL: nobody. */
    void (*foreign)(void *user, struct str origin);
    void *allow_user;
    struct story_book *book; /* outlives the server; NULL: none is kept */
};

/* Copies the options; NULL when memory runs out. The loop outlives it. */
struct eio_server *eio_server_new(struct loop *loop,
                                  const struct eio_options *options,
                                  const struct eio_events *events, void *user);
/* Sessions must be gone or are dropped without a `close`. NULL is fine. */
void eio_server_free(struct eio_server *server);

/*
 * Other options, in place of all it had. A session that is open keeps its
 * pings, its transports and upgrades, max_payload and what may wait for it as
 * they were when it began; the others count for it, too. What can fail comes
 * first: terms are made of the same options, and become the server's. NULL
 * when memory runs out.
 */
struct eio_terms *eio_terms_new(const struct eio_options *options);
/* For terms that no server was given. NULL is fine. */
void eio_terms_unref(struct eio_terms *terms);
void eio_server_change(struct eio_server *server,
                       const struct eio_options *options,
                       struct eio_terms *terms);

/*
 * To be mounted on path + "/" with the eio_server as user. Requests whose
 * name behind the path is asked for elsewhere (client files) are the
 * mounter's to divert first.
 */
extern const struct http_handler eio_http_handler;

/*
 * Discarding close of every session, for shutdown: what is queued is dropped,
 * held polls are answered, `close` is called with EIO_SHUTTING_DOWN. New
 * handshakes are refused with 503 from then on.
 */
void eio_server_shutdown(struct eio_server *server);
/*
 * The same with time to spare: a session whose client is between its two
 * transports, and would not hear of it, ends when the change is over (or its
 * time is up); `close` is called then. eio_server_shutdown() ends it at once.
 */
void eio_server_drain(struct eio_server *server);
/* After a peak: gives back room that there was for many more. Not from within a
 * callback. */
void eio_server_trim(struct eio_server *server);
/* How many sessions are open, those that are closing included. */
uint32_t eio_server_sessions(const struct eio_server *server);

/* Those that are open, not those that are closing: on polling and on WebSocket;
 * and what waits for their clients. Looks at each. */
struct eio_census {
    uint32_t sessions[2];
    uint64_t queued;  /* bytes */
    uint64_t waiting; /* packets */
};
void eio_server_count(const struct eio_server *server,
                      struct eio_census *ret_census);

/*
 * Queues a packet; takes a reference of its own. 0, ERR_CLOSED (closing or
 * closed), ERR_BLOCKED (as much waits as may: nothing was queued; whether to
 * close is the caller's decision), ERR_NOMEM.
 */
int eio_session_send(struct eio_session *session, struct eio_packet *packet);
/*
 * Whether a packet sent now would be the first to leave, which is what
 * volatile packets need: nothing is waiting, also nothing sent earlier in
 * this turn, and on polling there is a GET to answer.
 */
bool eio_session_writable(const struct eio_session *session);
/*
 * Whether more than send_low bytes or send_packets_low packets wait although
 * the kernel was offered them (on polling: although the client could have come
 * for them). If so, `drain` is called when they have left.
 */
bool eio_session_behind(struct eio_session *session);
/* Bytes queued and not yet given to the kernel or a poll. */
size_t eio_session_queued(const struct eio_session *session);
/* And packets. */
uint32_t eio_session_waiting(const struct eio_session *session);

/* Notes what has happened to it, where a book is kept: its messages, too, of
 * which only the floor above knows what they are. Also after `close`, as long
 * as the handshake is readable. */
void eio_session_note(struct eio_session *session, enum story_kind kind,
                      uint32_t size, struct str word);
/*
 * The stories of whose id, or that of one of whose sockets, begins like this:
 * of those that are open, then of those that are over, the latest first.
 * Returns how many, at most `max`. Looks at each session; `is_of` is asked
 * whether a socket of an open one begins so, of which no note may be left.
 */
uint32_t
eio_server_stories(const struct eio_server *server, struct str beginning,
                   bool (*is_of)(const void *data, struct str beginning),
                   struct story *ret, uint32_t max);

/* Drops what is queued and has not begun to leave, so that there is room for
 * last words; eio_session_close() is next. */
void eio_session_cut(struct eio_session *session);
/*
 * Closes after what is queued has left ("forced close"); nothing more is
 * accepted or delivered from now on. `close` comes later, never from within
 * this call. Twice is once.
 */
void eio_session_close(struct eio_session *session);
/* Closes now and drops what is queued; `close` is called before this
 * returns. */
void eio_session_discard(struct eio_session *session, enum eio_reason reason);

/* Readable until the end of the turn in which `close` was called. The struct is
 * good until a handshake is asked for again; what it points to but the headers'
 * array, as long as the session. */
const struct eio_handshake *eio_session_handshake(const struct eio_session *s);
/* "polling" or "websocket". */
const char *eio_session_transport(const struct eio_session *session);
/* The session id: a secret of this client; never logged. */
struct str eio_session_id(const struct eio_session *session);
/* The upper floor's own bytes, events.data_size of them, in the session's own
 * memory: zeros at first, aligned for a pointer. And the session that they
 * belong to. */
void *eio_session_data(struct eio_session *session);
struct eio_session *eio_data_session(const void *data);

#endif
