/* SPDX-License-Identifier: MIT */
/* The table that plugins call: struct mortise_host_table, filled in. Each
 * generation holds a copy, whose address says who is calling. */
#ifndef MORTISE_HOST_API_H
#define MORTISE_HOST_API_H

#include <string.h>

#include <mortise/plugin.h>

#include "base/error.h"
#include "host/host.h"

extern const struct mortise_host_table host_api;

/* Who is calling. */
static inline struct generation *api_caller(mortise_host table)
{
    return (struct generation *)(uintptr_t)table;
}

/* The call an event belongs to, NULL when it is not the current one: a
 * plugin kept it beyond its time. */
static inline struct host_call *api_call(const struct generation *g,
                                         const mortise_event *event)
{
    struct host_call *call = g->host->call;
    return call && event == &call->event ? call : NULL;
}

/* The parts of the table, a file each. */
int api_emit(mortise_host, mortise_target to, const char *event,
             const char *format, ...);
int api_emit_ack(mortise_host, mortise_socket to, const char *ack,
                 int64_t timeout, uint64_t cookie, const char *event,
                 const char *format, ...);
int api_ack(mortise_host, const mortise_event *, const char *format, ...);
mortise_reply api_ack_later(mortise_host, const mortise_event *);
int api_reply(mortise_host, mortise_reply, const char *format, ...);
int api_refuse(mortise_host, const mortise_event *, const char *message,
               const char *format, ...);

int api_rewrite(mortise_host, const mortise_event *, const char *format, ...);

/* The node of a value; NULL, and the author hears of it, for one that was kept
 * beyond its callback. */
const struct json *api_node(mortise_host, mortise_value);
mortise_value api_arg(mortise_host, const mortise_event *, uint32_t index);
uint32_t api_type(mortise_host, mortise_value);
uint32_t api_count(mortise_host, mortise_value);
mortise_value api_at(mortise_host, mortise_value, uint32_t index);
mortise_value api_get(mortise_host, mortise_value, const char *key);
const char *api_key_at(mortise_host, mortise_value, uint32_t index);
const char *api_text(mortise_host, mortise_value);
int api_bytes(mortise_host, mortise_value, mortise_str *ret);
int api_integer(mortise_host, mortise_value, int64_t *ret);
int api_number(mortise_host, mortise_value, double *ret);
int api_boolean(mortise_host, mortise_value, int *ret);

int api_join(mortise_host, mortise_socket, const char *room);
int api_leave(mortise_host, mortise_socket, const char *room);
int api_is_in(mortise_host, mortise_socket, const char *room);
int api_room_size(mortise_host, const char *name_space, const char *room);
int api_disconnect(mortise_host, mortise_socket, int close);
const char *api_sid(mortise_host, mortise_socket);
const char *api_handshake(mortise_host, mortise_socket, uint32_t what,
                          const char *name);

mortise_timer api_after(mortise_host, const char *timer, int64_t delay,
                        int64_t every, uint64_t cookie);
int api_cancel(mortise_host, mortise_timer);

/* extensions.c */
const void *api_extension(mortise_host, const char *id);

/* The socket, NULL when it has gone. */
struct sio_socket *api_socket(const struct generation *g, mortise_socket s);
/* This build is not in place, or is being replaced: it changes nothing. */
bool api_idle(const struct generation *g);
/* Nothing can be sent or changed yet, or any more: init is running, or there
 * is no server. */
bool api_staged(const struct generation *g);
/* A copy that ends with NUL and lives until the callback returns; NULL when
 * there is a NUL inside, or memory is out. */
const char *api_copy(const struct generation *g, struct str s);

/* Fills in as much of a struct as the plugin knows; both begin with a size.
 * ERR_INVAL: it knows nothing. */
static inline int api_give(void *ret, const void *from, uint32_t n)
{
    uint32_t size;

    memcpy(&size, ret, sizeof(size));
    if (size < sizeof(size))
        return ERR_INVAL;
    uint32_t rest = (size < n ? size : n) - (uint32_t)sizeof(size);
    memcpy((char *)ret + sizeof(size), (const char *)from + sizeof(size), rest);
    return 0;
}

/* --- replies.c: acknowledgements to be given later --- */

/* ERR_LIMIT when too many are kept for this socket; ERR_NOMEM. */
int replies_keep(struct host *host, struct sio_socket *s, uint64_t ack_id,
                 mortise_reply *ret_reply);
/* ERR_GONE. */
int replies_find(struct host *host, mortise_reply number,
                 struct sio_socket **ret_socket, uint64_t *ret_ack_id);
void replies_use(struct host *host, mortise_reply number);
/* Forgets what is kept for a socket that goes. */
void replies_drop(struct host *host, struct sio_socket *s);

/* --- awaited.c: acknowledgements plugins wait for --- */

/* For how long, in ms: 0 is the configuration's default. */
int64_t awaited_timeout(const struct host *host, int64_t timeout);
/* ERR_NOENT (no row of that name), and the errors of sio_socket_ask(). */
int awaited_ask(struct generation *g, struct sio_socket *s, const char *name,
                int64_t timeout, uint64_t cookie, uint64_t *ret_id);
void awaited_forget(struct host *host, struct sio_socket *s, uint64_t id);
/* The same for a question to many, whose `number` is the cookie of
 * sio_broadcast_ask(). ERR_NOENT, of which the author of `call` is told;
 * ERR_NOMEM. */
int awaited_keep(struct generation *g, const char *call, const char *name,
                 uint64_t cookie, uint64_t *ret_number);
void awaited_drop(struct host *host, uint64_t number);
/* Of a plugin that goes: nobody is left to be told. What it has asked of many
 * ends unheard, by its deadline at the latest. */
void awaited_drop_all(struct host *host, const struct plugin_slot *slot);
/* Calls the row that was named when it was asked for. */
void awaited_conclude(struct host *host, struct sio_socket *s, uint64_t cookie,
                      int status, const struct json *args);
void awaited_conclude_all(struct host *host, struct sio_namespace *n,
                          uint64_t cookie, int status,
                          struct sio_answer *answers, uint32_t count);

/* --- plugin_timers.c --- */

/* Stops all timers of a plugin. */
void plugin_timers_drop(struct host *host, const struct plugin_slot *slot);
/* This build takes over the timers of the one before, those that it has rows
 * for; or it never will, and what it has started or changed is forgotten. */
void plugin_timers_commit(struct generation *g, uint32_t *ret_kept,
                          uint32_t *ret_lost);
void plugin_timers_abandon(const struct generation *g);

#endif
