/* SPDX-License-Identifier: MIT */
/*
 * mortise/sockets.h: more of what can be done with sockets. Asking many of
 * them, moving them about, telling them why they are put out; clients that are
 * slow; what is kept with a socket; all of its handshake.
 *
 *     mortise_survey(mortise_in(from, "jury"), "voted", 10000, 0, "vote", "");
 *     ...
 *     static void on_voted(mortise_socket none, const mortise_event *event)
 *     {
 *         for (uint32_t i = 0; i < event->argc; i++)
 *             votes += mortise_int(mortise_at(mortise_arg(event, i), 0), 0);
 *     }
 *
 * Where a call takes a target, mortise_to(socket) is that one socket. Errors
 * that all of them can have: EGONE (the target's socket), ENOENT (no such
 * namespace), ELIMIT (too many rooms in the target), ESTAGED, ENOMEM, ENOSYS.
 */
#ifndef MORTISE_SOCKETS_H
#define MORTISE_SOCKETS_H

#include <mortise/extension.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What one of those asked has answered. */
typedef struct mortise_answer {
    uint32_t size;
    /* 0; ETIMEOUT: not in time; EGONE: it left; ELIMIT or ENOMEM: there was no
     * room for it; ETYPE: it breaks the contract of the row; EDROPPED,
     * EBLOCKED, ELIMIT: it could not be asked. */
    int32_t status;
    mortise_socket socket; /* who; it may have gone since */
    mortise_value args;    /* an array; NULL unless the status is 0 */
} mortise_answer;

/* What became of an event: of how many receivers this is true. */
typedef struct mortise_fates {
    uint32_t size;
    uint32_t queued;   /* on its way, or held back */
    uint32_t replaced; /* and an older one was dropped for it */
    uint32_t dropped;  /* it was volatile, and the client not ready */
    uint32_t closed;   /* the client has gone, or is closed for being slow */
} mortise_fates;

/* About the request that opened a socket's connection. */
typedef struct mortise_connection {
    uint32_t size;
    uint32_t secure;       /* 1: it came over TLS */
    uint32_t cross_origin; /* 1: with an Origin header */
    uint32_t websocket;    /* 1: by now; 0: on long-polling */
    int64_t issued;        /* ms since 1970 */
    /* Of Engine.IO: 4; 3 for clients before version 3, where these are
     * allowed. */
    uint32_t protocol;
} mortise_connection;

/* Only ever appended to; the calls below document it. */
struct mortise_sockets_table {
    uint32_t size;
    int (*survey)(mortise_host, mortise_target, const char *ack,
                  int64_t timeout, uint64_t cookie, const char *event,
                  const char *format, ...);
    int (*answer)(mortise_host, const mortise_event *, uint32_t index,
                  mortise_answer *ret);
    int (*emit)(mortise_host, mortise_target, const char *key, uint32_t keep,
                const char *event, const char *format, ...);
    int (*fates)(mortise_host, mortise_fates *ret);
    int64_t (*queued)(mortise_host, mortise_socket);
    int64_t (*queued_packets)(mortise_host, mortise_socket);
    int (*list)(mortise_host, mortise_target, mortise_socket *array,
                uint32_t max);
    int (*join)(mortise_host, mortise_target, const char *room);
    int (*leave)(mortise_host, mortise_target, const char *room);
    int (*disconnect)(mortise_host, mortise_target, int close);
    int (*kick)(mortise_host, mortise_target, const char *code,
                const char *reason, int64_t retry);
    const char *(*room_at)(mortise_host, mortise_socket, uint32_t index);
    int (*set_data)(mortise_host, mortise_socket, const char *key,
                    const char *format, ...);
    mortise_value (*data)(mortise_host, mortise_socket, const char *key);
    int (*connection)(mortise_host, mortise_socket, mortise_connection *ret);
    int (*header_at)(mortise_host, mortise_socket, uint32_t index,
                     mortise_str *ret_name, mortise_str *ret_value);
    int (*query_at)(mortise_host, mortise_socket, uint32_t index,
                    mortise_str *ret_name, mortise_str *ret_value);
    mortise_value (*auth)(mortise_host, mortise_socket);
};

MORTISE_EXTENSION_(sockets, "mortise.sockets/1")
#define MORTISE_SOCKETS_(member, otherwise, ...)                               \
    MORTISE_EXTENDED_(sockets, member, otherwise, __VA_ARGS__)

/* --- To whom, in more words than mortise/plugin.h has */
enum { /* more flags of a target */
       MORTISE_F_LOCAL = 4,
       MORTISE_F_UNCOMPRESSED = 8,
       MORTISE_F_ROOM_LIST = 16, /* rooms[0] is an array of room_count names */
       MORTISE_F_EXCEPT_LIST = 32, /* the same of `except` */
       MORTISE_LIST_ROOMS = 1024   /* at most */
};

/* Everybody in at least one of these rooms, each once; with none of them
 * nobody. The array has to stay until the target was used. As in
 * mortise_rooms(mortise_broadcast(from, NULL), rooms, 20). */
static inline mortise_target
mortise_rooms(mortise_target to, const char *const *rooms, uint32_t count)
{
    to.flags = (to.flags & ~(uint32_t)MORTISE_F_ALL) | MORTISE_F_ROOM_LIST;
    to.rooms[0] = (const char *)(const void *)rooms;
    to.room_count = count;
    return to;
}
/* Without those who are in any of these rooms. */
static inline mortise_target mortise_except_rooms(mortise_target to,
                                                  const char *const *rooms,
                                                  uint32_t count)
{
    to.flags |= MORTISE_F_EXCEPT_LIST;
    to.except[0] = (const char *)(const void *)rooms;
    to.except_count = count;
    return to;
}
/* Only clients of this server. The same as without it as long as a server is
 * alone; once several are joined, it does not reach those of the others. */
static inline mortise_target mortise_local(mortise_target to)
{
    to.flags |= MORTISE_F_LOCAL;
    return to;
}
/* compress 0: not to be compressed on its way, for what is compressed already
 * (pictures) or would give a secret away. Nothing is where the connection has
 * not agreed to it. */
static inline mortise_target mortise_compress(mortise_target to, int compress)
{
    to.flags &= ~(uint32_t)MORTISE_F_UNCOMPRESSED;
    to.flags |= compress ? 0 : MORTISE_F_UNCOMPRESSED;
    return to;
}

/* --- Asking many */
/*
 * mortise_survey(target, const char *ack, int64_t timeout, uint64_t cookie,
 * event, format, ...): emits to all of them and asks each for an
 * acknowledgement. Returns how many were asked. The handler `ack` of the acks
 * table is called once, later: when all have answered or left, or at the
 * deadline (0: limits.ackTimeout); soon when nobody is there. There
 * event->status is 0 or ETIMEOUT, event->argc the number of receivers, and
 * mortise_arg(event, i) the array that the i-th has answered, NULL when it has
 * not. ENOENT: no such row; ERESERVED, ESYNTAX as in mortise_emit(). EGONE, in
 * such a handler only: nobody is there to be asked again, and it is not called.
 */
#define mortise_survey(...)                                                    \
    MORTISE_SOCKETS_(survey, MORTISE_ENOSYS, __VA_ARGS__)

/* All about the answer of the i-th; EINVAL behind the last. */
static inline int mortise_answer_at(const mortise_event *event, uint32_t index,
                                    mortise_answer *ret)
{
    ret->size = sizeof(*ret);
    return MORTISE_SOCKETS_(answer, MORTISE_ENOSYS, event, index, ret);
}

/* --- Clients that are slow */
/*
 * As mortise_emit(), for what is soon out of date. As long as a client is
 * behind (limits.sendBufferLow, limits.sendPacketsLow) the event is held back
 * for it, and of those with the same key only the latest is kept
 * (mortise_emit_latest(target, const char *key, event, format, ...)), or the
 * last so many (mortise_emit_last(target, key, uint32_t keep, event, ...): the
 * oldest is dropped). It leaves when the client has caught up. What is emitted
 * without a key never waits for this, and stays in order. EINVAL: a key of more
 * than 256 bytes, or one for a volatile target.
 */
#define mortise_emit_last(...)                                                 \
    MORTISE_SOCKETS_(emit, MORTISE_ENOSYS, __VA_ARGS__)
#define mortise_emit_latest(target, key, ...)                                  \
    mortise_emit_last(target, key, 1, __VA_ARGS__)

/* What became of the event emitted last in this callback, by any of the
 * calls that emit to a target. EINVAL: none was. */
static inline int mortise_fates_of_last(mortise_fates *ret)
{
    ret->size = sizeof(*ret);
    return MORTISE_SOCKETS_(fates, MORTISE_ENOSYS, ret);
}
/* Bytes that wait for the client, and packets, of which attachments are some;
 * EGONE. With more than limits.sendBufferLow or limits.sendPacketsLow of them
 * MORTISE_DRAIN comes when they have gone out. */
static inline int64_t mortise_queued(mortise_socket socket)
{
    return MORTISE_SOCKETS_(queued, (int64_t)MORTISE_ENOSYS, socket);
}
static inline int64_t mortise_queued_packets(mortise_socket socket)
{
    return MORTISE_SOCKETS_(queued_packets, (int64_t)MORTISE_ENOSYS, socket);
}

/* --- Many sockets */
/* Their numbers, at most `max` of them; returns how many there are. With NULL
 * and 0 it counts them. */
static inline int mortise_list_sockets(mortise_target target,
                                       mortise_socket *array, uint32_t max)
{
    return MORTISE_SOCKETS_(list, MORTISE_ENOSYS, target, array, max);
}
/* All of them join a room, or leave it; returns how many are in it, or were.
 * ELIMIT: the name is too long. */
static inline int mortise_join_all(mortise_target target, const char *room)
{
    return MORTISE_SOCKETS_(join, MORTISE_ENOSYS, target, room);
}
static inline int mortise_leave_all(mortise_target target, const char *room)
{
    return MORTISE_SOCKETS_(leave, MORTISE_ENOSYS, target, room);
}
/* mortise_disconnect() for all of them; returns how many. */
static inline int mortise_disconnect_all(mortise_target target, int close)
{
    return MORTISE_SOCKETS_(disconnect, MORTISE_ENOSYS, target, close);
}
/*
 * The same with the connection, and the clients are told why: the event
 * "mortise:notice" with {code, reason, retry}. code: 1 to 64 of a-z, 0-9 and
 * "-", for programs; reason: for people, or NULL; retry: after how many ms it
 * makes sense to come again, -1: not by yourself. EINVAL: these are none.
 */
static inline int mortise_kick(mortise_target target, const char *code,
                               const char *reason, int64_t retry)
{
    return MORTISE_SOCKETS_(kick, MORTISE_ENOSYS, target, code, reason, retry);
}
/* The rooms of a socket from 0 on, its own id first; NULL behind the last. A
 * name with a NUL inside, which no plugin can have given, is "". */
static inline const char *mortise_room_at(mortise_socket socket, uint32_t index)
{
    return MORTISE_SOCKETS_(room_at, NULL, socket, index);
}

/* --- What is kept with a socket */
/*
 * mortise_set_data(socket, const char *key, format, ...): keeps the one value
 * of the format under a key, for all plugins, until the socket has gone; also
 * in CONNECTING, and across reloads. "" removes it. Binary cannot be kept.
 * ELIMIT: more than limits.dataPerSocket; ESYNTAX, ETYPE: the format.
 */
#define mortise_set_data(...)                                                  \
    MORTISE_SOCKETS_(set_data, MORTISE_ENOSYS, __VA_ARGS__)
/* That value; NULL when there is none. */
static inline mortise_value mortise_data(mortise_socket socket, const char *key)
{
    return MORTISE_SOCKETS_(data, NULL, socket, key);
}

/* --- The whole handshake, readable until DISCONNECT has returned */
/* The auth object that the client sent; NULL when it sent none, or one of more
 * than limits.dataPerSocket bytes, which is not kept beyond CONNECT. */
static inline mortise_value mortise_auth(mortise_socket socket)
{
    return MORTISE_SOCKETS_(auth, NULL, socket);
}
static inline int mortise_connection_of(mortise_socket socket,
                                        mortise_connection *ret)
{
    ret->size = sizeof(*ret);
    return MORTISE_SOCKETS_(connection, MORTISE_ENOSYS, socket, ret);
}
/* Header lines, names in lower case, and parameters of the query, decoded, in
 * their order. 0; ENOENT behind the last; EGONE. */
static inline int mortise_header_at(mortise_socket socket, uint32_t index,
                                    mortise_str *ret_name,
                                    mortise_str *ret_value)
{
    return MORTISE_SOCKETS_(header_at, MORTISE_ENOSYS, socket, index, ret_name,
                            ret_value);
}
static inline int mortise_query_at(mortise_socket socket, uint32_t index,
                                   mortise_str *ret_name,
                                   mortise_str *ret_value)
{
    return MORTISE_SOCKETS_(query_at, MORTISE_ENOSYS, socket, index, ret_name,
                            ret_value);
}

#ifdef __cplusplus
}
#endif
#endif
