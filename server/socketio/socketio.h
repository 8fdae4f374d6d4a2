/* SPDX-License-Identifier: MIT */
/*
 * Socket.IO revision 5 over Engine.IO sessions: namespaces, sockets, rooms,
 * broadcast, acknowledgements. Knows no HTTP and no plugin.
 *
 * Objects: a client is one Engine.IO session; it has a socket in each
 * namespace it has joined. The server owns all of them. A socket is known
 * above by its handle, a number that finds nothing once the socket is gone.
 *
 * Callbacks never nest. What a callback brings about (a disconnect, a client
 * that cannot be written to) is told after it has returned: until then the
 * socket counts as closing, takes no more packets and keeps its rooms. The
 * floor above brackets callbacks of its own (timers) with sio_server_enter()
 * and sio_server_leave(), so that the same holds in them.
 */
#ifndef MORTISE_SOCKETIO_SOCKETIO_H
#define MORTISE_SOCKETIO_SOCKETIO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/intake.h"
#include "base/str.h"
#include "base/timer.h"
#include "engineio/engineio.h"
#include "json/json.h"
#include "socketio/notices.h"
#include "socketio/pace.h"
#include "socketio/packet.h"

struct sio_server;
struct sio_namespace;
struct sio_socket;

/* Why a socket is gone: the nine reasons of the reference server, section
 * 3.5, in its words. */
#define SIO_REASON_MAP(X)                                                      \
    X(TRANSPORT_ERROR, "transport error")                                      \
    X(TRANSPORT_CLOSE, "transport close")                                      \
    X(FORCED_CLOSE, "forced close")                                            \
    X(PING_TIMEOUT, "ping timeout")                                            \
    X(PARSE_ERROR, "parse error")                                              \
    X(SERVER_SHUTTING_DOWN, "server shutting down")                            \
    X(FORCED_SERVER_CLOSE, "forced server close")                              \
    X(CLIENT_DISCONNECT, "client namespace disconnect")                        \
    X(SERVER_DISCONNECT, "server namespace disconnect")

enum sio_reason {
#define SIO_REASON_ENUM(name, text) SIO_##name,
    SIO_REASON_MAP(SIO_REASON_ENUM)
#undef SIO_REASON_ENUM
};

const char *sio_reason_text(enum sio_reason reason);

/* An event from a client; lives until the callback returns. */
struct sio_event {
    struct str name;
    struct json *args; /* the array behind the packet; element 0 is the name */
    uint32_t argc;     /* without the name */
    size_t size;       /* bytes of its JSON and of all attachments */
    bool wants_ack;
    uint64_t ack_id;     /* for sio_socket_answer() */
    struct arena *arena; /* to allocate from until the callback returns */
};

/* What one receiver of a question to many has answered. */
struct sio_answer {
    uint64_t socket; /* its handle; it may have gone since */
    /* 0; ERR_TIMEOUT: no answer in time; ERR_GONE: it left; ERR_LIMIT,
     * ERR_NOMEM: there was no room for the answer; and what sio_socket_ask()
     * and sio_socket_send() say of one that could not be asked. */
    int status;
    const struct json *args; /* an array; NULL unless the status is 0 */
};

enum sio_decision {
    SIO_ACCEPT,
    SIO_REFUSE, /* sio_socket_refuse() was called */
    SIO_LATER,  /* sio_socket_accept() or _refuse() will be called */
};

struct sio_events {
    /* A client asks to join; auth is an object (empty when it sent none). The
     * socket is not in its namespace yet and takes no packets. */
    enum sio_decision (*connecting)(void *user, struct sio_socket *s,
                                    const struct json *auth);
    /* It has joined and its CONNECT is on the way. auth as before. */
    void (*connect)(void *user, struct sio_socket *s, const struct json *auth);
    void (*event)(void *user, struct sio_socket *s,
                  const struct sio_event *event);
    /* An acknowledgement that was asked for: 0 and the arguments (an array),
     * or ERR_TIMEOUT or ERR_GONE and NULL. Once for each sio_socket_ask();
     * ERR_GONE comes between `disconnecting` and `disconnect`. */
    void (*answer)(void *user, struct sio_socket *s, uint64_t cookie,
                   int status, const struct json *args);
    /* The answers to sio_broadcast_ask(), in no order: status 0 when all that
     * could have come, ERR_TIMEOUT. Once for each question; never from within
     * the call that asked, when that is within a callback. They may be
     * changed. */
    void (*answers)(void *user, struct sio_namespace *n, uint64_t cookie,
                    int status, struct sio_answer *answers, uint32_t count);
    /* Leaving, rooms still joined; then left. For sockets that had joined;
     * after `disconnect` the pointer is invalid. */
    void (*disconnecting)(void *user, struct sio_socket *s,
                          enum sio_reason reason);
    void (*disconnect)(void *user, struct sio_socket *s,
                       enum sio_reason reason);
    /* Much waited for the client (eio_events.drain), and has left, with what
     * was held back. For each socket that it has joined. May be NULL. */
    void (*drain)(void *user, struct sio_socket *s);
    /* Whether a namespace that nobody has opened is to be there for a client
     * that asks for it, and with which data. Asked whenever it is missing; it
     * must call nothing of this floor. May be NULL: never. */
    bool (*want_namespace)(void *user, struct str name, void **ret_data);
    /* Whose a socket is, good until the next call; empty: nobody's. It must
     * call nothing of this floor that is told. May be NULL: all are nobody's.
     */
    struct str (*whose)(void *user, const struct sio_socket *s);
};

struct sio_options {
    int64_t connect_timeout; /* ms without a namespace, or without the next
                                attachment of a packet; then closed */
    uint32_t attachments;    /* of one packet */
    uint32_t json_depth;
    uint32_t rooms_per_socket;
    uint32_t acks_per_socket;
    uint32_t namespaces_per_client; /* that it is in, or asks to join */
    size_t values_size;             /* bytes of the values kept with a socket */
    bool notices;       /* clients are told why they are closed: notices.h */
    size_t send_buffer; /* bytes that may wait for one client, with those that
                           are held back */
    uint32_t send_packets; /* and packets; 0: any number */
    /* What one client may say, what all of one address, of one user. */
    struct sio_pace_limit pace, pace_of_address, pace_of_user;
    size_t message_size; /* bytes of the largest one */
    /* How clients may speak; a client of revision 4 speaks JSON. */
    bool json, msgpack;
    bool storied; /* what packets are about is noted (engineio/story.h) */
};

/* Timers are those of the loop (or a test's). NULL when memory runs out. */
struct sio_server *sio_server_new(struct timers *timers,
                                  const struct sio_options *options,
                                  const struct sio_events *events, void *user);
void sio_server_free(struct sio_server *server); /* NULL is fine */
/* Other options from now on. Nothing is taken away: a time that runs runs on,
 * rooms and values that are too many stay, and so does what may wait for
 * clients that are there. */
void sio_server_set_options(struct sio_server *server,
                            const struct sio_options *options);
/* Where packets are counted whose attachments are to come; it outlives all
 * clients. Nowhere until this is said. */
void sio_server_set_intake(struct sio_server *server, struct intake *intake);
/* After a peak: gives back room that its tables have had for many more. Looks
 * at each room. Not from within a callback. */
void sio_server_trim(struct sio_server *server);

/* Why something that was to be sent was not, or only as something newer. */
enum sio_drop {
    SIO_DROP_VOLATILE, /* a volatile packet, which could not leave at once */
    SIO_DROP_REPLACED, /* one with a key, for a client that is behind */
    SIO_DROP_CUT,      /* what waited for a client that did not read */
    SIO_DROPS
};
uint64_t sio_server_dropped(const struct sio_server *server, enum sio_drop why);

/* How many clients were ended with this code, whether they could be told or
 * not, or put out of a namespace. SIO_NOTICES: with codes of applications. */
uint64_t sio_server_ended(const struct sio_server *server,
                          enum sio_notice_code code);

/* Between these two nothing is called back; what has come about meanwhile is
 * told by the last sio_server_leave(). They nest. */
void sio_server_enter(struct sio_server *server);
void sio_server_leave(struct sio_server *server);

/* To be given to eio_server_new(), with the sio_server as user. */
extern const struct eio_events sio_eio_events;

/* --- namespaces ---
 * One is there because it was opened, and then it stays; or it is a child:
 * made when it was asked for, because the floor above wants it
 * (sio_events.want_namespace), and gone when the last socket has left it and
 * the last survey of it was told. What a client asks for that is neither is
 * refused: "Invalid namespace".
 */

/* Opens a namespace ("/" or "/name"; no "," or NUL, at most SIO_NAMESPACE_MAX
 * bytes); data is the caller's. A child of that name stays from now on, with
 * this data. ERR_EXIST (it was opened before), ERR_INVAL, ERR_NOMEM. */
int sio_namespace_open(struct sio_server *server, struct str name, void *data,
                       struct sio_namespace **ret_namespace);
/* The opposite: from now on it is a child, and gone when nobody is in it. */
void sio_namespace_release(struct sio_namespace *n);
/*
 * Ends it: every socket in it is disconnected, with a notice (NULL: that of
 * sio_socket_disconnect()), and the connections stay open; who only asks to
 * join is refused. It is not found any more; its data stays in use until the
 * last of its sockets was told of.
 */
void sio_namespace_close(struct sio_namespace *n, const struct sio_notice *why);

/* Finds it; NULL when there is none (now). */
struct sio_namespace *sio_namespace_find(const struct sio_server *server,
                                         struct str name);
/* Finds or makes it. A child with nobody in it is good until the callback
 * returns; to be called from within one. ERR_NOENT (it is not wanted),
 * ERR_NOMEM. */
int sio_namespace_want(struct sio_server *server, struct str name,
                       struct sio_namespace **ret_namespace);
/* Visits all, children too: start with *cursor = 0 until NULL. None is to be
 * opened, wanted or closed between the calls, nor anything told. */
struct sio_namespace *sio_namespace_next(const struct sio_server *server,
                                         uint32_t *cursor);
uint32_t sio_server_namespaces(const struct sio_server *server);
/* How many sockets are in it, or about to join, or leave; and its surveys. */
uint32_t sio_namespace_users(const struct sio_namespace *n);
void *sio_namespace_data(const struct sio_namespace *n);
void sio_namespace_set_data(struct sio_namespace *n, void *data);
/* With a NUL behind it. */
struct str sio_namespace_name(const struct sio_namespace *n);

/* --- sockets --- */

/* NULL for a stale or foreign number. A closing socket is still found. */
struct sio_socket *sio_socket_find(const struct sio_server *server,
                                   uint64_t handle);
uint64_t sio_socket_handle(const struct sio_socket *s);
struct str sio_socket_sid(const struct sio_socket *s);
/* Whether the id of one that stands in this session begins so, by the session's
 * data (eio_session_data()). */
bool sio_session_has(const void *data, struct str beginning);
struct sio_namespace *sio_socket_namespace(const struct sio_socket *s);
/* The object that the client sent when it asked to join, as text; empty when
 * it sent none, and from `connect` on when it has more than values_size
 * bytes. */
struct str sio_socket_auth(const struct sio_socket *s);
/* Never NULL: as long as the socket lives, also when its session has closed;
 * good until the next call (eio_session_handshake()). */
const struct eio_handshake *sio_socket_handshake(const struct sio_socket *s);
/* What tells the connections of this moment apart: those sockets that share one
 * have the same. */
const void *sio_socket_connection(const struct sio_socket *s);
/* Whether its client is on WebSocket by now, or was at last. */
bool sio_socket_on_websocket(const struct sio_socket *s);
/* The upper floor's own pointer; NULL at first. */
void sio_socket_set_data(struct sio_socket *s, void *data);
void *sio_socket_data(const struct sio_socket *s);
/*
 * Keeps a text with the socket, under a key, until the socket is gone; before
 * it has joined, too. An empty text removes it. ERR_LIMIT (values_size; what
 * was there stays), ERR_NOMEM.
 */
int sio_socket_set_value(struct sio_socket *s, struct str key, struct str text);
/* That text, good until it is set again; {NULL, 0} when there is none. */
struct str sio_socket_value(const struct sio_socket *s, struct str key);
/* Joined and not closing. */
bool sio_socket_connected(const struct sio_socket *s);

/* Ends a decision that was put off. Within a callback `connect` is told, like
 * all else, after that has returned; so is a failure of memory, which closes
 * the session. */
void sio_socket_accept(struct sio_socket *s);
/* CONNECT_ERROR with message and data (compact JSON; empty: none). The socket
 * is gone afterwards; within a callback, when that has returned. */
void sio_socket_refuse(struct sio_socket *s, struct str message,
                       struct str data);

/*
 * Sends to one socket, keeping a reference. 0; ERR_CLOSED; ERR_DROPPED
 * (volatile, and the client is not ready for it); ERR_BLOCKED: the client does
 * not read what is sent, its queue is full, and it is being closed; ERR_NOMEM,
 * and it is being closed as well, since what follows would come after a gap.
 */
int sio_socket_send(struct sio_socket *s, struct sio_packet *packet,
                    bool is_volatile);
#define SIO_KEY_MAX 256 /* bytes of a policy's key */

/*
 * What becomes of a packet when the client is behind (eio_session_behind()).
 * Without a policy it waits in line. With one it is held back, and of those
 * with the same key for the same socket only the last `keep` are: with 1 the
 * latest, which takes the older one's place. What is held back leaves when the
 * client has caught up, after what waited in line.
 */
struct sio_policy {
    struct str key;
    uint32_t keep; /* at least 1 */
};

/* Sends with a policy. As sio_socket_send(), or 1 when an older packet of the
 * key was dropped for this one; ERR_INVAL for a policy that is none. */
int sio_socket_send_with(struct sio_socket *s, struct sio_packet *packet,
                         const struct sio_policy *policy);
/* Bytes that wait for the client, held back or in line; and packets: of
 * Engine.IO, so attachments count. */
size_t sio_socket_queued(const struct sio_socket *s);
uint32_t sio_socket_waiting(const struct sio_socket *s);

/* Answers an event; once an id, which is the caller's to watch. */
int sio_socket_answer(struct sio_socket *s, struct sio_packet *packet);
/* There is no memory for what the client waits for: ends its connection, as
 * when something cannot be sent. */
void sio_socket_cut_off(struct sio_socket *s);
/*
 * Awaits an acknowledgement: returns the id to put into the packet, which is
 * to be sent next. `answer` is called with the cookie after the answer came,
 * timeout ms have passed, or the socket has gone. ERR_LIMIT
 * (acks_per_socket), ERR_CLOSED, ERR_NOMEM.
 */
int sio_socket_ask(struct sio_socket *s, int64_t timeout, uint64_t cookie,
                   uint64_t *ret_id);
/* Forgets it again, without `answer`, when the packet could not be sent.
 * Returns its cookie; 0 when it has been told meanwhile. */
uint64_t sio_socket_unask(struct sio_socket *s, uint64_t id);

/* From its namespace (DISCONNECT), or, with close, from all, and closes the
 * session. What the client sent before it knew is ignored. */
void sio_socket_disconnect(struct sio_socket *s, bool close);
/* The same, and tells the client why: with a notice of the table, or with any
 * that is valid. */
void sio_socket_disconnect_for(struct sio_socket *s, bool close,
                               enum sio_notice_code why);
void sio_socket_kick(struct sio_socket *s, bool close,
                     const struct sio_notice *why);

/* --- rooms --- */

#define SIO_ROOM_MAX 256 /* bytes of a room's name */

/* 0, also when it is in it already. ERR_LIMIT (rooms_per_socket, or a name
 * that is too long), ERR_CLOSED, ERR_NOMEM. */
int sio_socket_join(struct sio_socket *s, struct str room);
int sio_socket_leave(struct sio_socket *s, struct str room); /* ERR_NOENT */
bool sio_socket_in(const struct sio_socket *s, struct str room);
/* How many sockets are in it; a socket's own id is a room of one. */
uint32_t sio_room_size(const struct sio_namespace *n, struct str room);
/* Visits the rooms that have a name, but no socket's own: start with *cursor =
 * 0 until {NULL, 0}. Nobody is to join or leave one between the calls. */
struct str sio_namespace_room(const struct sio_namespace *n, uint32_t *cursor,
                              uint32_t *ret_size);
/* How many have joined the namespace. */
uint32_t sio_namespace_size(const struct sio_namespace *n);
/* The rooms of a socket, from 0 on: its own id first, the others in no order.
 * {NULL, 0} behind the last, and for one that is in none (any more). */
struct str sio_socket_room(const struct sio_socket *s, uint32_t index);

/* --- many sockets --- */

/* What became of a packet to many: of how many receivers this is true. */
struct sio_fates {
    uint32_t queued;   /* it is on its way, or held back */
    uint32_t replaced; /* and an older one was dropped for it */
    uint32_t dropped;  /* it was volatile, and the client not ready */
    uint32_t closed;   /* the client is closing, or is now, being too slow */
};

struct sio_target {
    struct sio_namespace *name_space;
    struct sio_socket *only; /* this one, whatever stands below; NULL */
    bool all;                /* whole namespace; else the rooms */
    const struct str *rooms;
    uint32_t room_count;
    const struct str *except; /* rooms whose members are left out */
    uint32_t except_count;
    struct sio_socket *skip; /* NULL: nobody */
    bool is_volatile;
    const struct sio_policy *policy; /* NULL: none; not with is_volatile */
    struct sio_fates *ret_fates;     /* of a broadcast; NULL: do not care */
};

/* Sends to each socket meant, once. Returns to how many it was queued. A
 * receiver whose queue is full is closed and not counted. ERR_INVAL for a
 * policy that is none. */
int sio_broadcast(const struct sio_target *target, struct sio_packet *packet);

/* An id for a packet that asks many sockets. */
uint64_t sio_namespace_next_ack(struct sio_namespace *n);
/*
 * The same with a packet that asks for an acknowledgement under such an id.
 * `answers` is called with the cookie when all have answered or left, at once
 * when there is nobody, or else after timeout ms. Returns how many were asked,
 * or ERR_NOMEM, and then nobody was. ERR_GONE, from within `answers`, when
 * there is nobody: who asks on and on would never return.
 */
int sio_broadcast_ask(const struct sio_target *target,
                      struct sio_packet *packet, uint64_t id, int64_t timeout,
                      uint64_t cookie);

/* Writes the handles of the sockets meant, at most `max`; returns how many
 * there are, which may be more. */
uint32_t sio_target_list(const struct sio_target *target, uint64_t *handles,
                         uint32_t max);
/* Lets all of them join a room, or leave one. Returns how many are in it, or
 * were: those that are in too many rooms are not counted. ERR_LIMIT (the name
 * is too long), ERR_NOMEM. */
int sio_target_join(const struct sio_target *target, struct str room);
int sio_target_leave(const struct sio_target *target, struct str room);
/* sio_socket_kick() for all of them; how many, or ERR_NOMEM. NULL: as
 * sio_socket_disconnect(). */
int sio_target_kick(const struct sio_target *target, bool close,
                    const struct sio_notice *why);

/* How many there are, without those that we are closing. */
uint32_t sio_server_clients(const struct sio_server *server);

#endif
