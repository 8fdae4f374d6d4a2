/* SPDX-License-Identifier: MIT */
/*
 * What the files of this floor share: the session, the server, and the calls
 * between a session and its transports. Below stands what it is and has
 * (session.c, polling_queue.c, trial.c), and how it is sent something
 * (sending.c) or ends (ending.c); above these what its client does (incoming.c,
 * heartbeat.c, polling.c, channel.c, upgrade.c), and on top how it begins
 * (opening.c).
 *
 * A session has one transport at a time. On polling, `get` and `post` are the
 * exchanges it holds, and what is sent waits in `queue` for a GET; on
 * WebSocket `ws` is the connection and the queue is used only as long as the
 * open packet is being held back. While `upgrade` is there, a WebSocket is
 * being tried out beside polling. All that only polling needs, the queue
 * included, is gone (`polling` is NULL) once packets go to the WebSocket as
 * they come; in a session that is not OPEN any more it may stay to the end.
 *
 * OPEN -> CLOSING -> CLOSED, or OPEN -> CLOSED. session_end() makes the last
 * step; the memory goes at the end of the turn.
 */
#ifndef MORTISE_ENGINEIO_SESSION_H
#define MORTISE_ENGINEIO_SESSION_H

#include <sys/queue.h>

#include "base/arena.h"
#include "base/lookup.h"
#include "base/random.h"
#include "base/timer.h"
#include "engineio/engineio.h"
#include "engineio/handshake.h"
#include "engineio/revision.h"
#include "net/peers.h"
#include "net/websocket.h"

/*
 * How long a session that is being closed waits for a GET to say so, ms: its
 * client may just be between two polls, and would otherwise never hear of its
 * last words. Until then it counts as one of its address and of all, and takes
 * no more than an open one: a flood of them is no more than a flood of those.
 */
#define SESSION_CLOSE_GRACE 30000
/* How often a held GET is released while a WebSocket is being tried, ms. */
#define UPGRADE_TICK 100
/* What a queued packet counts beside its bytes: itself and what a small slice
 * takes. */
#define SESSION_PACKET_COST 208

enum session_state { SESSION_OPEN, SESSION_CLOSING, SESSION_CLOSED };

struct upgrade;
struct linger;
struct polling_rest;

struct polling {
    struct eio_session *session;
    struct http_exchange *get;  /* held poll */
    struct http_exchange *post; /* whose body is being read, or delivered */
    struct polling_rest *rest;  /* of that body, if it takes several turns */
    struct upgrade *upgrade;
    struct eio_packet **queue;
    size_t queued; /* bytes in the queue */
    uint32_t queue_count;
    uint32_t queue_cap;
    uint8_t corked;            /* turns until the open packet may leave */
    TAILQ_ENTRY(polling) list; /* one of the server's, if it is in one */
};

struct eio_session {
    struct eio_terms *terms;
    struct timer timer;   /* ping due, pong due, or the grace of a close;
                             the client's ping, where that pings */
    struct websocket *ws; /* NULL on polling, and once it has gone */
    struct polling *polling;
    STAILQ_ENTRY(eio_session) turn;
    uint32_t story; /* its last note */
    char sid[RANDOM_SID_LENGTH];
    uint8_t state;
    bool attended : 1;     /* is in server->turn */
    bool on_websocket : 1; /* the transport, also when the session is over */
    bool may_compress : 1; /* what it sends there, as its client agreed to */
    bool text_only : 1;    /* the client asked for base64 */
    bool beat_due : 1;   /* a pong; where the client pings, its ping: always */
    bool graced : 1;     /* the timeout of this ping was restarted already */
    bool drain_due : 1;  /* much has been waiting, and has not all left */
    bool known : 1;      /* its client came back after the handshake */
    bool leaving : 1;    /* the server has gone; it ends with its upgrade */
    bool revision_3 : 1; /* that it speaks */
    /* The upper floor's bytes, and then the handshake's. */
    _Alignas(void *) char data[];
};

_Static_assert(sizeof(struct eio_session) <= 96,
               "a hundred thousand of these are open at a time");

/*
 * What a session keeps from its beginning to its end, whatever becomes of the
 * server's options: its client was told, or relies on it. Shared by all that
 * began under the same options.
 */
struct eio_terms {
    struct eio_server *server; /* NULL as long as it was given to none */
    uint32_t refs;
    int64_t ping_interval, ping_timeout;
    size_t max_payload, send_buffer, send_low;
    uint32_t send_packets, send_packets_low;
    bool polling, websocket, allow_upgrades;
};

/* A WebSocket that is tried beside polling. */
struct upgrade {
    struct eio_session *session;
    struct websocket *ws;
    struct timer timeout; /* for the whole trial */
    struct timer tick;    /* releases held GETs once there was a probe */
    bool probed;
    bool text_only;
};

TAILQ_HEAD(polling_list, polling);
STAILQ_HEAD(session_turn, eio_session);
LIST_HEAD(linger_list, linger);

struct eio_server {
    struct loop *loop;
    struct eio_options options;
    struct eio_terms *terms; /* of sessions that begin now */
    struct eio_events events;
    void *user;
    struct lookup sessions; /* by sid, those not CLOSED */
    /* Of these, those whose client has done nothing but open them, the oldest
     * first; and those that are leaving. */
    struct polling_list fresh, leaving;
    struct session_turn turn; /* to be looked at when the turn ends */
    struct deferred turn_end;
    struct ws_deflate_pool deflate;
    struct linger_list lingering; /* WebSockets that belong to nobody */
    uint32_t linger_count;
    struct arena arena;      /* query parameters of one request */
    struct buf headers;      /* of one response */
    struct buf refusal;      /* what `allow` had to say; empty: nothing */
    struct eio_packet *ping; /* these are shared by all sessions */
    struct eio_packet *pong;
    struct eio_packet *probe; /* "3probe" */
    struct handshakes handshakes;
    struct peers holders; /* how many sessions each address has */
    /* The one that was asked for last, unpacked. */
    struct eio_handshake shown;
    struct http_header shown_headers[HTTP_HEADERS_MAX];
    bool shut_down;
};

static inline struct eio_server *session_server(const struct eio_session *s)
{
    return s->terms->server;
}

/* Its handshake, behind the upper floor's bytes. */
static inline struct packed_handshake *session_packed(struct eio_session *s)
{
    void *behind = s->data + session_server(s)->events.data_size;
    return behind;
}

static inline struct timers *session_timers(const struct eio_session *s)
{
    return &session_server(s)->loop->timers;
}

static inline const struct revision *
session_revision(const struct eio_session *s)
{
    return s->revision_3 ? &revision_3 : &revision_4;
}

/* Whether its open packet is being held back. */
static inline bool session_corked(const struct eio_session *s)
{
    return s->polling && s->polling->corked > 0;
}

/* The poll that it holds; NULL: none. */
static inline struct http_exchange *session_get(const struct eio_session *s)
{
    return s->polling ? s->polling->get : NULL;
}

/* shutdown.c */

/* One of the sessions that are not leaving; NULL: there is none. Where it looks
 * for the next is kept in *cursor, 0 at first, whatever happens between. */
struct eio_session *shutdown_next(const struct eio_server *server,
                                  uint32_t *cursor);

/* terms.c */
struct eio_terms *terms_ref(struct eio_terms *terms);

/* session.c: one as it is */

/* The one place where its state changes. */
void session_set_state(struct eio_session *s, enum session_state state);
/* It is looked at when this turn ends. */
void session_attend_later(struct eio_session *s);
/* All that waited has left: tells the upper floor of an open session, if it was
 * much. */
void session_drained(struct eio_session *s);

/* opening.c */

/*
 * A session for a handshake, in the table, its heartbeat running, its open
 * packet queued. NULL when memory runs out, or there are too many.
 */
struct eio_session *session_new(struct eio_server *server,
                                const struct http_exchange *x,
                                const struct revision *revision,
                                bool websocket);

/* sending.c */

/* Sends or queues; what the heartbeat and the upper floor have in common.
 * Results of eio_session_send(). */
int session_transmit(struct eio_session *s, struct eio_packet *packet);
/* Sends it on its WebSocket, which it has. Results of eio_session_send(). */
int session_frame(struct eio_session *s, struct eio_packet *packet);

/* incoming.c */

/* Reads one packet from the client, on either transport. May end the session,
 * whose memory outlives the call. */
void session_packet(struct eio_session *s, const struct payload_packet *packet);

/* ending.c */

/* Frees a session that is in no table; its transports are gone. */
void session_free(struct eio_session *s);
/* Drops an open session and its connections without a word to anybody. It is
 * not to be attended any more. */
void session_forget(struct eio_session *s);
/*
 * CLOSED: out of the table, transports let go, `close` called, and `closing`
 * before where that can be heard. A held GET is
 * answered "6" when the client closed and "1" else. In a session that was
 * CLOSING the reason is a forced close, unless the server is shutting down.
 */
void session_end(struct eio_session *s, enum eio_reason reason);
/* CLOSING, with nothing in the queue but last words: `close` comes when its
 * upgrade has ended, or its client polls. */
void session_leave(struct eio_session *s);

/* stories.c */

/* Keeps what is known of it, which is over. */
void session_end_story(struct eio_session *s);

/* heartbeat.c */

/* What a session's timer calls. */
void heartbeat_on_timer(struct timer *timer);
/* Starts it in a new session. */
void heartbeat_start(struct eio_session *s);
/* The client is there: the time until it has to show that again starts now. */
void heartbeat_restart(struct eio_session *s);
/* Hears what the client says: whether it was the heartbeat, and no more. */
bool heartbeat_heard(struct eio_session *s,
                     const struct payload_packet *packet);
/* Whether it is overdue, though the timer has not fired. */
bool heartbeat_overdue(const struct eio_session *s);

/* polling.c */

/* A GET or POST for the session; answers it, or holds it. */
void polling_get(struct eio_session *s, struct http_exchange *x);
void polling_post(struct eio_session *s, struct http_exchange *x);
/* News of the exchanges held. */
void polling_body(struct eio_session *s, struct http_exchange *x,
                  struct str body);
void polling_aborted(struct eio_session *s, struct http_exchange *x);
/* Answers the held GET with the queue; in a closing session that ends it. */
void polling_flush(struct eio_session *s);
/* Delivers more of a POST that has been put off. */
void polling_go_on(struct eio_session *s);

/* polling_queue.c: the queue, and the exchanges it leaves by */

/* Queues without looking at the limit. ERR_NOMEM. */
int polling_push(struct polling *p, struct eio_packet *packet);
/* Empties the queue: the packets have left, or never will. */
void session_clear_queue(struct eio_session *s);
/* Answers the held GET with the queue, in which there is something. ERR_NOMEM,
 * and the exchange is gone. */
int polling_answer(struct eio_session *s);
/* Answers the held GET, if there is one, with this payload. */
void polling_release(struct eio_session *s, struct str payload);
/* The same in the end; where there are last words, with them instead. */
void polling_farewell(struct eio_session *s, struct str payload);
/* Forgets what was put off of a POST. */
void polling_drop_rest(struct polling *p);
/* Lets a POST that is being read go unanswered. */
void polling_drop_post(struct eio_session *s);
/* Its exchanges are gone; whatever else it has goes with it. NULL is fine. */
void polling_free(struct polling *p);

/* channel.c: the WebSocket that is a session's transport */

/* Accepts it for a new, corked session; the exchange is over. False when that
 * failed, and the connection is gone. */
bool channel_accept(struct eio_session *s, struct http_exchange *x);
/* Takes over a WebSocket that passed its trial. */
void channel_adopt(struct eio_session *s, struct websocket *ws, bool text_only);
/* Sends the queue, and starts the closing handshake in a closing session. */
void channel_flush(struct eio_session *s);

/* upgrade.c */

/* A WebSocket for a polling session; a second one is accepted and closed. */
void upgrade_begin(struct eio_session *s, struct http_exchange *x,
                   bool text_only);

/* trial.c: the end of it */

/* Whether its client may have stopped polling for it. */
bool upgrade_probed(const struct upgrade *upgrade);
/* Gives the trial up: closes its WebSocket. NULL is fine. */
void upgrade_cancel(struct upgrade *upgrade);
/* The same when the server goes, without a word. NULL is fine. */
void upgrade_abort(struct upgrade *upgrade);
/* It is over, and the session goes on; its WebSocket is somebody else's by now,
 * or there is none. */
void upgrade_release(struct upgrade *upgrade);

/* sessions.c: where a server has its sessions: by id, those that make room for
 * others and those that leave in lists; and how many each address has */

/* Of an open one, with its handshake. ERR_NOMEM. */
int sessions_enter(struct eio_session *s);
/* It is found no more, and its timer does not run. */
void sessions_leave(struct eio_session *s);
/* Its client is there: it does not make room for others any more. */
void sessions_know(struct eio_session *s);
/* It leaves with the server. */
void sessions_part(struct eio_session *s);

/* linger.c: WebSockets that only wait for the end of their closing handshake */

/* Takes it over and closes it, without a code. */
void linger_add(struct eio_server *server, struct websocket *ws);
/* Accepts a WebSocket only to close it. */
void linger_accept(struct eio_server *server, struct http_exchange *x);
/* Drops them all. */
void linger_abort_all(struct eio_server *server);

#endif
