/* SPDX-License-Identifier: MIT */
/*
 * What the files of this floor share. Who owns what:
 *
 *   server -> namespaces, clients; client -> its sockets; a namespace knows
 * those that have entered it; a room lives while it has members, and a child
 *   namespace while it has users.
 *
 * A client stands in the memory of its session, and the first of its sockets in
 * the client: most connections have one, and so are one piece of memory. What
 * few sockets need is allocated for those (sio_extras, sio_memberships).
 *
 * A socket goes through pending (its middleware has not decided), joined,
 * closing (nobody has been told yet), and is freed when that has been told.
 * set_state() in socket.c is the only way. A socket about which something is
 * to be told stands in server->news: one that is closing, or a pending one
 * that was accepted later.
 */
#ifndef MORTISE_SOCKETIO_INTERNAL_H
#define MORTISE_SOCKETIO_INTERNAL_H

#include <sys/queue.h>

#include "base/arena.h"
#include "base/ids.h"
#include "base/intake.h"
#include "base/lookup.h"
#include "base/random.h"
#include "base/table.h"
#include "socketio/socketio.h"

/* A room's member, and the way back to it: socket->rooms->at[back] is here. */
struct sio_member {
    struct sio_socket *socket;
    uint32_t back;
};

struct sio_room {
    struct sio_namespace *name_space;
    struct sio_member *members;
    uint32_t count, cap;
    uint32_t name_length;
    char name[];
};

/* A socket's room, and where it stands in it: room->members[index]. */
struct sio_membership {
    struct sio_room *room;
    uint32_t index;
};

/* A socket's rooms, without the one of its own id. */
struct sio_memberships {
    uint32_t count, cap;
    struct sio_membership at[];
};

struct sio_namespace {
    struct sio_server *server;
    void *data;
    TAILQ_ENTRY(sio_namespace) idle; /* of the server */
    uint32_t users; /* sockets until they are freed, surveys until told */
    bool child;     /* it goes when it has no user */
    bool closed;    /* by its name it is not found any more */
    bool is_idle;   /* a child that had no user when it was last looked at */
    struct table rooms;      /* by name */
    struct lookup sockets;   /* those that have entered, by sid */
    struct sio_socket **all; /* the same, each at its place */
    uint32_t all_cap;
    uint32_t mark; /* of the latest broadcast that marked sockets */
    uint64_t next_ack;
    uint32_t name_length;
    char name[]; /* with a NUL behind it */
};

enum socket_state { SOCKET_PENDING, SOCKET_JOINED, SOCKET_CLOSING };

struct sio_survey; /* surveys.c */

/* An answer that is awaited: to a question of its own, or to a survey's, which
 * has the deadline then. */
struct sio_ack {
    TAILQ_ENTRY(sio_ack) link;
    struct sio_socket *socket;
    struct sio_survey *survey; /* NULL: its own */
    uint32_t place;            /* in the survey */
    struct timer timer;
    uint64_t id, cookie;
};
TAILQ_HEAD(sio_ack_list, sio_ack);

/* What a socket has from the first time that it needs one of these. */
struct sio_extras {
    struct sio_ack_list acks;
    SLIST_HEAD(, sio_value) values; /* values.c */
    size_t values_size;             /* bytes they take */
    struct slice *auth;             /* NULL: none, or too large to be kept */
    uint32_t ack_count;
    uint32_t sid_length; /* of a sid that is longer than the usual */
    char sid[];
};

struct sio_socket {
    struct sio_client *client;
    struct sio_namespace *name_space;
    SLIST_ENTRY(sio_socket) link;  /* of the client */
    STAILQ_ENTRY(sio_socket) news; /* of the server */
    void *data;                    /* the upper floor's */
    uint64_t handle;
    struct sio_memberships *rooms; /* NULL: none but that of its own id */
    struct sio_extras *extras;     /* NULL: none */
    uint32_t place;                /* in name_space->all, if it has entered */
    uint32_t mark;
    uint8_t state;
    uint8_t reason; /* when closing: enum sio_reason */
    bool entered : 1;
    bool was_joined : 1;
    bool has_news : 1;
    bool in_connecting : 1; /* its decision is being asked for */
    bool refused : 1;
    bool long_sid : 1; /* which stands in its extras */
    char sid[RANDOM_SID_LENGTH];
};
SLIST_HEAD(sio_socket_list, sio_socket);
STAILQ_HEAD(sio_news, sio_socket);
TAILQ_HEAD(sio_survey_list, sio_survey);
TAILQ_HEAD(sio_namespace_list, sio_namespace);

struct sio_dialect; /* dialect.h */

/* A binary packet whose attachments are still coming. */
struct sio_partial {
    struct sio_header header; /* points into text */
    struct slice *text;
    uint32_t have;
    struct intake_part held;     /* while they do */
    struct slice *attachments[]; /* header.attachments of them */
};

/* What a client has to come up with in time. */
struct sio_due {
    struct timer deadline;
    struct sio_client *client;
    /* The packet whose attachments are to come; NULL: it is to join its first
     * namespace. */
    struct sio_partial *partial;
};

/* It is what eio_session_data() of its session points to. */
struct sio_client {
    struct sio_server *server;
    struct sio_socket_list sockets;
    struct sio_due *due;   /* NULL: nothing */
    struct sio_held *held; /* held.c; NULL unless something is held back */
    struct sio_pace *pace; /* pace.c; NULL unless there is a limit */
    size_t send_buffer;    /* the options, when it came */
    uint32_t send_packets;
    uint32_t socket_count;
    uint32_t ignored; /* attachments to come, of a packet that is ignored */
    bool closed : 1;  /* its session is over */
    bool on_websocket : 1; /* when that closed */
    bool old : 1;          /* it speaks revision 4 (dialect.h) */
    bool heard : 1;        /* it has said something, and so: */
    bool packed : 1;       /* it speaks MessagePack */
    bool dismissed : 1;    /* by us from a namespace: it may not know yet */
    bool first_used : 1;   /* `first` is one of the sockets */
    bool counted : 1;      /* in server->clients: we have not closed it */
    bool ended : 1;        /* in server->ended */
    struct sio_socket first;
};

_Static_assert(sizeof(struct sio_client) <= 160,
               "a hundred thousand of these are open at a time");

/* Its session; NULL once that has closed. */
static inline struct eio_session *client_session(const struct sio_client *c)
{
    return c->closed ? NULL : eio_data_session(c);
}

/* The packet whose attachments are still coming; NULL. */
static inline struct sio_partial *client_partial(const struct sio_client *c)
{
    return c->due ? c->due->partial : NULL;
}

/* Who tells what waits in a turn. They stand above it, so they are handed to
 * it, like all news; server.c has the table. */
struct sio_tellers {
    void (*socket)(struct sio_socket *s);
    void (*survey)(struct sio_survey *survey);
    void (*idle)(struct sio_namespace *n);
};

struct sio_server {
    struct timers *timers;
    const struct sio_tellers *tellers;
    struct sio_options options;
    /* What was kept is read again, which its depth then allowed: the largest
     * json_depth that there was. */
    uint32_t kept_depth;
    const struct sio_events *events;
    void *user;
    struct table namespaces;
    struct ids sockets;
    struct arena arena; /* of the message being handled */
    uint32_t depth;     /* callbacks we are inside of */
    struct sio_news news;
    struct sio_survey_list surveys; /* that are over, and not yet told */
    size_t kept_answers;            /* bytes, in surveys */
    bool telling_answers;           /* of one that is over */
    struct sio_namespace_list idle; /* looked at when all else is told */
    uint32_t clients;
    bool paced; /* there is a limit to what clients may say */
    struct sio_paces addresses, users;
    struct intake *intake; /* NULL: nobody counts */
    uint64_t dropped[SIO_DROPS];
    uint64_t ended[SIO_NOTICES + 1]; /* see sio_server_ended() */
};

/* namespace.c */

/* One more user, and one less. Only from inside. */
void namespace_ref(struct sio_namespace *n);
void namespace_unref(struct sio_namespace *n);
/* A child that has no user is idle from now on. Only from inside. */
void namespace_settle(struct sio_namespace *n);

/* namespaces.c */

/* By its name it is not found any more, and it goes with its last user. Only
 * from inside. */
void namespace_forget(struct sio_namespace *n);
/* Looks at one that was idle: frees it, unless it has a user by now. */
void namespace_idle(struct sio_namespace *n);
void namespace_free(struct sio_namespace *n); /* NULL is fine */

/* socket.c */

/* A pending one, of its client's; NULL when memory is out. */
struct sio_socket *socket_new(struct sio_client *client,
                              struct sio_namespace *name_space);
/* One that has left its namespace, with no values and no acks. */
void socket_free(struct sio_socket *s);
/* It is in its namespace from now on, and may be sent to. */
void socket_joined(struct sio_socket *s);
/* To be told as gone, once; the reason given first counts. */
void socket_close(struct sio_socket *s, enum sio_reason reason);
/* Something is to be told about it; socket_tell() finds out what. */
void socket_put_in_news(struct sio_socket *s);
/* Its extras, as they are or made now; NULL when memory is out. */
struct sio_extras *socket_extras(struct sio_socket *s);

/* values.c */
void values_free(struct sio_socket *s);

/* joining.c */

/* A client asks to join: it gets a socket, or a CONNECT_ERROR. auth is an
 * object, or client_no_auth. ERR_NOMEM. */
int socket_ask(struct sio_client *client, struct str name,
               const struct json *auth);
/* Tells the news about it: that it has joined at last, or that it has gone,
 * and then it is freed. */
void socket_tell(struct sio_socket *s);

/* client.c */

/* Its session has opened; the memory is zero. */
void client_begin(struct sio_client *client, struct sio_server *server);
/* Its session has closed: for this reason its sockets are to be told as gone.
 * Only from inside, like all that ends in telling. */
void client_end(struct sio_client *client, enum sio_reason reason);
void client_free_if_done(struct sio_client *client);
struct sio_socket *client_socket(const struct sio_client *client,
                                 struct str name_space);
/* It has joined a namespace: the deadline for that is met. */
void client_joined(struct sio_client *client);
/* From now it has so much time for the attachments of a packet (which belongs
 * to it then), or, with NULL, for its first namespace. ERR_NOMEM. */
int client_owes(struct sio_client *client, struct sio_partial *partial);
/* Once more the same time: some of it has come. */
void client_owes_more(struct sio_client *client);
/* It owes nothing any more; the packet, if there is one, is the caller's. */
struct sio_partial *client_settle(struct sio_client *client);
/* One of its sockets is told why it is put out; nothing is said where that is
 * turned off. */
void client_notice_socket(struct sio_socket *s, const struct sio_notice *why);
/* The same to all of them: it is about to end, and is counted. */
void client_notice(struct sio_client *client, enum sio_notice_code code);
/* It ends, or one of its sockets (`whole` is false), with this code. One that
 * ends is counted once, with the code that came first. */
void client_count_end(struct sio_client *client, struct str code, bool whole);
/* Closes the session, when what was sent has left. */
void client_close(struct sio_client *client);
/* The same because the client broke the protocol, or because memory
 * is short and it would wait in vain; says why. Nothing more is heard of it
 * then but its end. */
void client_fail(struct sio_client *client, enum sio_notice_code why);
/*
 * Something could not be sent to the client, so the stream of packets would
 * have a hole: it ends here. What waits will not be read in time, but for
 * some last words, in whose favour it is dropped.
 */
void client_cut_off(struct sio_client *client, int error);
/* The same for what an error says: that memory is short, that it has said too
 * much (ERR_DENIED), or what it said is wrong. */
void client_break(struct sio_client *client, int error);
/* Sends all parts of a packet back to back. Who is inside of nothing must not
 * use the client's sockets afterwards: on failure they may be gone. */
int client_send(struct sio_client *client, struct sio_packet *packet,
                bool is_volatile);
/* The same with a policy: 1 when it made an older packet go. */
int client_send_with(struct sio_socket *s, struct sio_packet *packet,
                     const struct sio_policy *policy);
/* The session takes packets again: gives it of those that are held back what
 * it takes. */
void client_release(struct sio_client *client);
extern const struct json *const client_no_auth;

/* incoming.c */

/* A message of the client's, which breaks off with it if it is wrong. The
 * arena holds what is made of it. */
void client_hear(struct sio_client *client, bool binary, struct str message);

/* held.c */

static inline bool policy_valid(const struct sio_policy *policy)
{
    return policy->keep > 0 && policy->key.n <= SIO_KEY_MAX;
}
/* Holds a packet back; 0, or 1 when it made an older one go. ERR_BLOCKED (more
 * would wait for the client than may), ERR_NOMEM. */
int held_put(struct sio_socket *s, struct sio_packet *packet,
             const struct sio_policy *policy);
/* Takes the first out; there is one. The reference is the caller's. */
struct sio_packet *held_take(struct sio_client *client);
/* Drops what is held for a socket, or (NULL) all. */
void held_drop(struct sio_client *client, const struct sio_socket *s);
size_t held_bytes(const struct sio_client *client);
uint32_t held_count(const struct sio_client *client);

/* binary.c */
void partial_free(struct sio_partial *p); /* NULL is fine */
/* Keeps a packet until its attachments are here; NULL when memory is out. */
struct sio_partial *partial_new(const struct sio_header *header);
/* The same for one that is complete; `from` has its attachments, which are
 * shared, and is NULL when there are none. */
struct sio_partial *partial_copy(const struct sio_header *header,
                                 const struct sio_partial *from);
/* Keeps one more attachment; 1 when that was the last, 0, or ERR_NOMEM. */
int partial_add(struct sio_partial *p, const char *bytes, size_t n);
/* Puts the attachments in place of the placeholders. ERR_SYNTAX for a
 * placeholder with a bad number. */
int partial_resolve(const struct sio_partial *p, struct json *args);

/* rooms.c */
struct sio_room *room_find(const struct sio_namespace *n, struct str name);
/* Into its namespace, so that broadcasts reach it, and into the room of its own
 * id. ERR_EXIST (the id), ERR_NOMEM. */
int rooms_enter(struct sio_socket *s);
/* Out of all rooms and the namespace, if it has entered that. */
void rooms_leave_all(struct sio_socket *s);
/* Gives back room that there was for many more. */
void rooms_trim(struct sio_namespace *n);
/* How many rooms it is in, without that of its own id. */
static inline uint32_t rooms_count(const struct sio_socket *s)
{
    return s->rooms ? s->rooms->count : 0;
}

/* targets.c */
/* Shows each socket meant, once. What is done to it must not change who is in
 * a room. */
void target_visit(const struct sio_target *t,
                  void (*visit)(void *user, struct sio_socket *s), void *user);
/* The sockets meant, to be freed with mem_free(); they stay valid as long as
 * the caller is inside (sio_server_enter()). ERR_NOMEM. */
int target_collect(const struct sio_target *t, struct sio_socket ***ret_sockets,
                   uint32_t *ret_count);

/* acks.c */

/* An ACK has come, with its attachments in `partial` if it has any. */
void acks_answer(struct sio_socket *s, const struct sio_header *h,
                 const struct sio_partial *partial, const struct json *args);
/* Awaits a survey's answer. ERR_LIMIT, ERR_NOMEM. */
int ack_for_survey(struct sio_socket *s, uint64_t id, struct sio_survey *survey,
                   uint32_t place, struct sio_ack **ret_ack);
void ack_forget(struct sio_ack *ack);
/* Tells each that is still awaited that the socket has gone. */
void acks_gone(struct sio_socket *s);

/* surveys.c; the ack of that place is gone before. */
void survey_answer(struct sio_survey *survey, uint32_t place,
                   const struct sio_header *h,
                   const struct sio_partial *partial);
void survey_gone(struct sio_survey *survey, uint32_t place);
/* Tells a survey that is over, and frees it. */
void survey_tell(struct sio_survey *survey);

#endif
