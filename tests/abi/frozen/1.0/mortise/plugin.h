/* SPDX-License-Identifier: MIT */
/*
 * mortise/plugin.h: the one header of a Mortise plugin.
 *
 *     static const mortise_handler handlers[] = {{"say", on_say}};
 *     MORTISE_PLUGIN("hello", "1.0.0", .handlers = MORTISE_TABLE(handlers));
 *
 * What not every plugin needs has headers beside this one: contract.h (what
 * an event's arguments must be), sockets.h, http.h, jobs.h and others.
 *
 * Rules that hold everywhere
 * - Threads: the host calls a plugin on one thread, one handler at a time,
 *   and the plugin calls the host from within those calls only. No locks.
 * - Ownership: what a callback receives, and every pointer a call returns,
 *   lives until that callback returns. What a plugin hands over is copied.
 * - Sockets, timers and replies are numbers. One that no longer exists gives
 *   MORTISE_EGONE, never a crash; 0 is never one. Keep them as you like.
 * - Strings are UTF-8 and end with NUL. Where any byte can occur, mortise_str.
 * - Calls return 0 or a count, or a negative MORTISE_E code. Times are ms.
 * - Emitting never runs a handler; a disconnect caused by a handler is told
 *   after that handler has returned. Events of one client are handled in
 *   order; all members of a room see its messages in the same order.
 *
 * Since 1.0, as are the headers beside it, where nothing else is said. */
#ifndef MORTISE_PLUGIN_H
#define MORTISE_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#define MORTISE_EXPORT_ extern "C" __attribute__((visibility("default")))
#else
#define MORTISE_EXPORT_ __attribute__((visibility("default")))
#endif

#define MORTISE_ABI_MAJOR 1 /* must equal the host's */
#define MORTISE_ABI_MINOR 0 /* may be smaller than the host's */

enum {
    MORTISE_ENOMEM = -1, MORTISE_ENOENT = -6, /* no memory; not found */
    MORTISE_EINVAL = -2,     /* an argument makes no sense, or is over */
    MORTISE_ELIMIT = -3,     /* a limit of the configuration was reached */
    MORTISE_EGONE = -4,      /* the socket, timer or reply no longer exists */
    MORTISE_ESYNTAX = -7,    /* a format, text or name is malformed */
    MORTISE_ENOSYS = -8,     /* this host is older and does not have it */
    MORTISE_ESTAGED = -9,    /* not in init, fini, save, restore */
    MORTISE_EBLOCKED = -10,  /* the client does not read: it is being closed */
    MORTISE_ECLOSED = -11,   /* the connection is closing */
    MORTISE_ERESERVED = -14, /* the event name is reserved by Socket.IO */
    MORTISE_ETIMEOUT = -17,  /* no answer in time */
    MORTISE_ETYPE = -18,     /* the value has another type */
    MORTISE_EDROPPED = -19   /* volatile, and the client was not ready */
};

typedef uint64_t mortise_socket; /* one client in one namespace */
typedef uint64_t mortise_timer;
typedef uint64_t mortise_reply; /* an acknowledgement still to be given */

/* Any bytes, without NUL behind them. */
typedef struct mortise_str { const char *p; size_t n; } mortise_str;

/* A received value, NULL where there is none, and a list being built. */
typedef const struct mortise_value_ *mortise_value;
typedef struct mortise_list_ *mortise_list;

enum { /* what mortise_type() says; NULL is also "there is none" */
    MORTISE_NULL, MORTISE_BOOL, MORTISE_NUMBER, MORTISE_STRING,
    MORTISE_ARRAY, MORTISE_OBJECT, MORTISE_BINARY
};

/* What a handler is told. The host makes it; members are only ever appended. */
typedef struct mortise_event {
    uint32_t size;
    uint32_t argc;          /* number of arguments */
    const char *name;       /* the event, or the name of the timer or ack */
    const char *name_space; /* "/", "/name"; a timer's: the configuration's */
    uint32_t wants_ack;     /* 1: the client waits for mortise_ack() */
    int32_t status;         /* ack: 0, MORTISE_ETIMEOUT or MORTISE_EGONE */
    uint64_t cookie;        /* timer, ack: the number given when it started */
    const char *reason;     /* disconnect: "transport close", ...; else NULL */
} mortise_event;

typedef void mortise_call(mortise_socket from, const mortise_event *event);
typedef struct mortise_handler { /* a row of a table */
    const char *name;       /* of the event, timer or ack; or a moment */
    mortise_call *call;
    const char *name_space; /* NULL: the one of the configuration, "/". A * in
                               it fits characters: all of "/room-*" */
    const struct mortise_contract *contract; /* see contract.h; NULL: none */
} mortise_handler;
#define MORTISE_EVERYWHERE "*" /* name_space: each that other rows open */

/*
 * Moments in the life of a socket, as names in the table that no client can
 * send, for they are not UTF-8.
 * CONNECTING: a client asks to join; argument 0 is its auth object. It can be
 *   sent nothing yet; mortise_refuse() turns it away. In configuration order.
 * CONNECT: they have joined, and know; argument 0 as before.
 * DISCONNECTING: they are going, and still in their rooms; event->reason.
 * DISCONNECT: they have gone; the socket is still readable in here.
 * USE: an event of a client, before its handler, in the configuration's order.
 *   mortise_refuse() ends it there (a message and data for who wants an ack),
 *   mortise_ack() answers instead, mortise_rewrite() changes the arguments.
 * ANY: every event of the namespace no plugin has a handler for.
 * OUTGOING: what any plugin emits; from: the receiver, 0 when there are many.
 * DRAIN: more than limits.sendBufferLow was waiting, and all of it is out.
 */
#define MORTISE_CONNECTING    "\xff" "connecting"
#define MORTISE_CONNECT       "\xff" "connect"
#define MORTISE_DISCONNECTING "\xff" "disconnecting"
#define MORTISE_DISCONNECT    "\xff" "disconnect"
#define MORTISE_USE           "\xff" "use"
#define MORTISE_ANY           "\xff" "any"
#define MORTISE_OUTGOING      "\xff" "outgoing"
#define MORTISE_DRAIN         "\xff" "drain"

typedef struct mortise_table { /* made by MORTISE_TABLE() */
    const mortise_handler *rows;
    uint32_t count, row_size;
} mortise_table;

#define MORTISE_TABLE(array)                                                   \
    {(array), sizeof(array) / sizeof((array)[0]), sizeof((array)[0])}

typedef struct mortise_plugin { /* made by MORTISE_PLUGIN() */
    uint32_t size;
    uint16_t major, minor;
    const char *name, *version; /* as given to MORTISE_PLUGIN() */
    /* Called once after loading. settings: the object of the configuration,
     * NULL when there is none. Anything but 0 refuses the plugin; say why
     * with mortise_log(). Timers may be started; nothing can be emitted. */
    int (*init)(mortise_value settings);
    /* Called once when its time is over, if init returned 0: free all. */
    void (*fini)(void);
    mortise_table handlers; /* events and moments */
    mortise_table timers;   /* what mortise_after() names */
    mortise_table acks;     /* what mortise_emit_ack() names */
    const char *description; /* one sentence */
    mortise_table emits;     /* what it sends, for --describe: contract.h */
    const struct mortise_state *state; /* what crosses a reload: state.h */
} mortise_plugin;
enum { /* flags of a target */
    MORTISE_F_VOLATILE = 1, /* drop it for whoever is not ready to take it */
    MORTISE_F_ALL = 2,      /* the whole namespace, not only rooms */
    MORTISE_TARGET_ROOMS = 4
};

/* To whom; made by mortise_to() and the like, passed by value. */
typedef struct mortise_target {
    mortise_socket socket;  /* gives the namespace; the receiver, without
                               rooms and MORTISE_F_ALL */
    mortise_socket skip;    /* left out; 0: nobody */
    const char *name_space; /* where no socket gives it; a pattern: in all */
    uint32_t flags;
    uint32_t room_count, except_count;
    const char *rooms[MORTISE_TARGET_ROOMS];
    const char *except[MORTISE_TARGET_ROOMS]; /* rooms left out */
    uint64_t reserved[2]; /* 0 */
} mortise_target;

typedef const struct mortise_host_table *mortise_host;
/* The host's side, only ever appended to; the wrappers below document it. */
struct mortise_host_table {
    uint32_t size;
    uint16_t major, minor;
    void (*log)(mortise_host, int level, const char *format, ...)
        __attribute__((format(printf, 3, 4)));
    int64_t (*now)(mortise_host);
    int (*emit)(mortise_host, mortise_target, const char *event,
                const char *format, ...);
    int (*emit_ack)(mortise_host, mortise_socket, const char *ack,
                    int64_t timeout, uint64_t cookie, const char *event,
                    const char *format, ...);
    int (*ack)(mortise_host, const mortise_event *, const char *format, ...);
    mortise_reply (*ack_later)(mortise_host, const mortise_event *);
    int (*reply)(mortise_host, mortise_reply, const char *format, ...);
    int (*refuse)(mortise_host, const mortise_event *, const char *message,
                  const char *format, ...);
    mortise_list (*list)(mortise_host);
    int (*list_add)(mortise_host, mortise_list, const char *format, ...);
    mortise_value (*arg)(mortise_host, const mortise_event *, uint32_t index);
    uint32_t (*type)(mortise_host, mortise_value);
    uint32_t (*count)(mortise_host, mortise_value);
    mortise_value (*at)(mortise_host, mortise_value, uint32_t index);
    mortise_value (*get)(mortise_host, mortise_value, const char *key);
    const char *(*key_at)(mortise_host, mortise_value, uint32_t index);
    const char *(*text)(mortise_host, mortise_value);
    int (*bytes)(mortise_host, mortise_value, mortise_str *ret);
    int (*integer)(mortise_host, mortise_value, int64_t *ret);
    int (*number)(mortise_host, mortise_value, double *ret);
    int (*boolean)(mortise_host, mortise_value, int *ret);
    int (*join)(mortise_host, mortise_socket, const char *room);
    int (*leave)(mortise_host, mortise_socket, const char *room);
    int (*is_in)(mortise_host, mortise_socket, const char *room);
    int (*room_size)(mortise_host, const char *name_space, const char *room);
    int (*disconnect)(mortise_host, mortise_socket, int close);
    const char *(*sid)(mortise_host, mortise_socket);
    const char *(*handshake)(mortise_host, mortise_socket, uint32_t what,
                             const char *name);
    mortise_timer (*after)(mortise_host, const char *timer, int64_t delay,
                           int64_t every, uint64_t cookie);
    int (*cancel)(mortise_host, mortise_timer);
    int (*rewrite)(mortise_host, const mortise_event *, const char *format,
                   ...);
    const void *(*extension)(mortise_host, const char *id);
};

/* The host of this plugin; set before init, in every file of the plugin. */
extern mortise_host mortise_the_host __attribute__((visibility("hidden")));

/* The same facts as an ELF note, which the host reads before it loads the
 * file: a plugin that does not fit never runs a line of its code. */
typedef struct mortise_note {
    uint32_t name_size, desc_size, type;
    char owner[8]; /* "Mortise" */
    uint16_t major, minor;
    uint32_t plugin_size, handler_size, event_size;
    char name[64], version[32];
} mortise_note;

/* Once in a plugin: name, version, then members of struct mortise_plugin. */
#define MORTISE_PLUGIN(NAME, VERSION, ...)                                     \
    mortise_host mortise_the_host;                                             \
    __attribute__((used, aligned(4), section(".note.mortise")))                \
    static const mortise_note mortise_note_here = {                            \
        8, sizeof(mortise_note) - 20, 1, "Mortise",                            \
        MORTISE_ABI_MAJOR, MORTISE_ABI_MINOR, sizeof(mortise_plugin),          \
        sizeof(mortise_handler), sizeof(mortise_event), NAME, VERSION};        \
    static const mortise_plugin mortise_plugin_here = {                        \
        .size = sizeof(mortise_plugin), .major = MORTISE_ABI_MAJOR,            \
        .minor = MORTISE_ABI_MINOR, .name = NAME, .version = VERSION,          \
        __VA_ARGS__};                                                          \
    MORTISE_EXPORT_ const mortise_plugin *mortise_plugin_entry_v1(             \
        mortise_host host)                                                     \
    {                                                                          \
        mortise_the_host = host;                                               \
        return &mortise_plugin_here;                                           \
    }                                                                          \
    typedef int mortise_plugin_ends_with_semicolon_

const mortise_plugin *mortise_plugin_entry_v1(mortise_host host);

/* --- Formats
 * Arguments are built from a format: JSON with bare keys, in which a letter
 * stands for a value passed behind the format.
 *     s  const char *, NULL gives null     i  int         d  double
 *     I  int64_t                           b  int, as true or false
 *     v  mortise_value, passed on unread   l  mortise_list
 *     S  mortise_str as a string           x  mortise_str as binary
 *     *  const mortise_event *: all its arguments, one after the other
 * Example: "s, {id:I, tags:[s, s], ok:true, none:null}, 'quoted text'". ""
 * means no arguments. A format that is none is MORTISE_ESYNTAX, and logged.
 */
#define MORTISE_(f, ...) mortise_the_host->f(mortise_the_host, __VA_ARGS__)

/* --- Emitting */
/* mortise_emit(mortise_target to, const char *event, const char *format, ...):
 * to how many it was queued. One receiver only: MORTISE_EGONE,
 * EBLOCKED, EDROPPED. Always: ERESERVED, ESTAGED, ESYNTAX, ENOMEM. */
#define mortise_emit(...) MORTISE_(emit, __VA_ARGS__)

/* mortise_emit_ack(socket, const char *ack, int64_t timeout, uint64_t cookie,
 * event, format, ...): asks for an acknowledgement. The handler `ack` of the
 * acks table is called once: with the answer's arguments and status 0, or
 * ETIMEOUT (timeout 0: limits.ackTimeout), or EGONE. Errors as mortise_emit;
 * ENOENT: no such handler; ELIMIT: too many are awaited of this client. */
#define mortise_emit_ack(...) MORTISE_(emit_ack, __VA_ARGS__)

static inline mortise_target mortise_to(mortise_socket socket)
{
    mortise_target to = {socket, 0, NULL, 0, 0, 0, {NULL}, {NULL}, {0}};
    return to;
}

/* Everybody in a room of this socket's namespace; NULL: in the namespace. A
 * socket's own id is a room with it alone. */
static inline mortise_target mortise_in(mortise_socket socket, const char *room)
{
    mortise_target to = mortise_to(socket);
    to.rooms[0] = room;
    to.room_count = room != NULL;
    to.flags = room != NULL ? 0 : MORTISE_F_ALL;
    return to;
}

/* The same without the socket itself. */
static inline mortise_target mortise_broadcast(mortise_socket from,
                                               const char *room)
{
    mortise_target to = mortise_in(from, room);
    to.skip = from;
    return to;
}

/* The same with no socket to start from (timers); to a pattern: in each. */
static inline mortise_target mortise_all(const char *name_space,
                                         const char *room)
{
    mortise_target to = mortise_in(0, room);
    to.name_space = name_space;
    return to;
}
/* Drops it for receivers that cannot take it at once. */
static inline mortise_target mortise_volatile(mortise_target to)
{
    to.flags |= MORTISE_F_VOLATILE;
    return to;
}
/* Leaves out who is in this room (up to MORTISE_TARGET_ROOMS). */
static inline mortise_target mortise_except(mortise_target to, const char *room)
{
    if (to.except_count < MORTISE_TARGET_ROOMS)
        to.except[to.except_count] = room;
    to.except_count++; /* one too many is refused by mortise_emit() */
    return to;
}

/* --- Answering */
/* mortise_ack(event, format, ...): acknowledges. 0; EINVAL when none is
 * wanted or it was given already. */
#define mortise_ack(...) MORTISE_(ack, __VA_ARGS__)
/* mortise_ack_later(event): keeps the right to acknowledge; 0 when none is
 * wanted, or too many are kept. */
#define mortise_ack_later(event) MORTISE_(ack_later, event)
/* mortise_reply_to(reply, format, ...): uses that right. EGONE, ECLOSED. */
#define mortise_reply_to(...) MORTISE_(reply, __VA_ARGS__)
/* mortise_refuse(event, const char *message, format, ...): in CONNECTING;
 * one value of the format, if any, becomes `data` of the client's error. */
#define mortise_refuse(...) MORTISE_(refuse, __VA_ARGS__)
/* mortise_rewrite(event, format, ...): in USE; the new arguments. EINVAL. */
#define mortise_rewrite(...) MORTISE_(rewrite, __VA_ARGS__)
/* A list for the letter l; mortise_list_add(list, format, ...) appends the
 * format's values. NULL when memory is out, which add reports. */
#define mortise_list_new() mortise_the_host->list(mortise_the_host)
#define mortise_list_add(...) MORTISE_(list_add, __VA_ARGS__)

/* --- Reading values: NULL, `otherwise` or 0 where a value is absent or has
 * another type */
#define mortise_arg(event, index) MORTISE_(arg, event, index)
#define mortise_type(value)  MORTISE_(type, value)
#define mortise_count(value) MORTISE_(count, value)
/* Element of an array, or value of an object's index-th member. */
#define mortise_at(value, index) MORTISE_(at, value, index)
#define mortise_get(object, key) MORTISE_(get, object, key)
#define mortise_key_at(object, index) MORTISE_(key_at, object, index)
/* The bytes of a string or binary. 0 or ETYPE. */
#define mortise_bytes(value, ret) MORTISE_(bytes, value, ret)

/* A string without NUL inside: no client can cut a room or name short. */
static inline const char *mortise_text(mortise_value v, const char *otherwise)
{
    const char *text = MORTISE_(text, v);
    return text != NULL ? text : otherwise;
}

#define MORTISE_READER_(function, type, member)                                \
    static inline type function(mortise_value v, type otherwise)               \
    {                                                                          \
        type x;                                                                \
        return MORTISE_(member, v, &x) == 0 ? x : otherwise;                   \
    }
/* mortise_int(value, otherwise): a whole number that fits; and the like. */
MORTISE_READER_(mortise_int, int64_t, integer)
MORTISE_READER_(mortise_number, double, number)
MORTISE_READER_(mortise_bool, int, boolean)
#undef MORTISE_READER_

/* --- Sockets and rooms: 0 or EGONE, and what is said */
/* ELIMIT: in too many rooms. A room exists as long as somebody is in it. */
#define mortise_join(socket, room) MORTISE_(join, socket, room)
#define mortise_leave(socket, room) MORTISE_(leave, socket, room)
#define mortise_is_in(socket, room) MORTISE_(is_in, socket, room) /* 1 or 0 */
/* How many are in it. NULL for the space: the plugin's own; the room: all. */
#define mortise_room_size(space, room) MORTISE_(room_size, space, room)
/* From its namespace (in CONNECTING: EINVAL); with close, the connection. */
#define mortise_disconnect(socket, close) MORTISE_(disconnect, socket, close)
/* The Socket.IO id, as the client knows it; NULL when gone. */
#define mortise_sid(socket) MORTISE_(sid, socket)
/* Facts of the request that opened the connection; NULL when absent. */
enum { MORTISE_ADDRESS, MORTISE_URL, MORTISE_HEADER, MORTISE_QUERY };
#define mortise_handshake(...) MORTISE_(handshake, __VA_ARGS__)

/* --- Time and log */
/* mortise_after(const char *timer, delay, every, cookie): calls that row after
 * `delay`, then each `every` ms (0: once), without drift; 0 on failure. */
#define mortise_after(...) MORTISE_(after, __VA_ARGS__)
#define mortise_cancel(timer) MORTISE_(cancel, timer)
#define mortise_now() mortise_the_host->now(mortise_the_host) /* since 1970 */

enum { MORTISE_ERROR = 1, MORTISE_WARN, MORTISE_INFO, MORTISE_DEBUG };
/* mortise_log(level, printf-format, ...); the line names the plugin. */
#define mortise_log(...) MORTISE_(log, __VA_ARGS__)

#ifdef __cplusplus
}
#endif
#endif
