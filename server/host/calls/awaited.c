/* SPDX-License-Identifier: MIT */
/*
 * Acknowledgements that plugins wait for. The floor below has the deadline
 * and the packet's number; here stands who wants to know: the slot and the
 * name of a row, so that a newer build of the plugin can be told.
 */
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "host/calls/api.h"
#include "host/contract/guard.h"
#include "host/calls/plugin_log.h"

struct awaited {
    struct plugin_slot *slot;
    uint64_t number;
    uint64_t cookie;     /* the plugin's */
    uint64_t socket, id; /* who was asked, and under which number; 0: many */
    char name[];
};

int awaited_keep(struct generation *g, const char *call, const char *name,
                 uint64_t cookie, uint64_t *ret_number)
{
    if (!name || !plugin_rows_find(&g->acks, name)) {
        plugin_warn(g, "%s: its table of acks has no row \"%s\"", call,
                    name ? name : "");
        return ERR_NOENT;
    }
    size_t length = strlen(name) + 1;
    struct awaited *a = mem_alloc(sizeof(*a) + length);
    if (!a)
        return ERR_NOMEM;
    a->slot = g->slot;
    a->cookie = cookie;
    a->socket = a->id = 0;
    memcpy(a->name, name, length);
    a->number = ids_add(&g->host->awaited, a);
    if (a->number == 0) {
        mem_free(a);
        return ERR_NOMEM;
    }
    *ret_number = a->number;
    return 0;
}

void awaited_drop(struct host *host, uint64_t number)
{
    mem_free(ids_remove(&host->awaited, number));
}

int64_t awaited_timeout(const struct host *host, int64_t timeout)
{
    return timeout == 0 ? host->config->limits.ack_timeout : timeout;
}

int awaited_ask(struct generation *g, struct sio_socket *s, const char *name,
                int64_t timeout, uint64_t cookie, uint64_t *ret_id)
{
    uint64_t number;
    int error = awaited_keep(g, "mortise_emit_ack", name, cookie, &number);
    if (error < 0)
        return error;
    timeout = awaited_timeout(g->host, timeout);
    error = sio_socket_ask(s, timeout, number, ret_id);
    if (error < 0) {
        awaited_drop(g->host, number);
        return error;
    }
    struct awaited *a = ids_get(&g->host->awaited, number);
    a->socket = sio_socket_handle(s);
    a->id = *ret_id;
    return 0;
}

void awaited_drop_all(struct host *host, const struct plugin_slot *slot)
{
    uint32_t cursor = 0;
    struct awaited *a;

    while ((a = ids_next(&host->awaited, &cursor))) {
        if (a->slot != slot)
            continue;
        struct sio_socket *s = a->socket && host->sio
                                   ? sio_socket_find(host->sio, a->socket)
                                   : NULL;
        if (s)
            sio_socket_unask(s, a->id);
        awaited_drop(host, a->number);
    }
}

void awaited_forget(struct host *host, struct sio_socket *s, uint64_t id)
{
    awaited_drop(host, sio_socket_unask(s, id));
}

/* Who wants to know, now that it is known; NULL when nobody does any more. */
static const mortise_handler *row_of(const struct awaited *a,
                                     struct generation **ret_generation)
{
    struct generation *g = a ? a->slot->current : NULL;
    const mortise_handler *row = g ? plugin_rows_find(&g->acks, a->name) : NULL;
    if (g && !row)
        plugin_info(g, "nobody takes the acknowledgement \"%s\"", a->name);
    *ret_generation = g;
    return row;
}

void awaited_conclude(struct host *host, struct sio_socket *s, uint64_t cookie,
                      int status, const struct json *args)
{
    struct awaited *a = ids_remove(&host->awaited, cookie);
    struct generation *g;
    const mortise_handler *row = row_of(a, &g);

    if (row && args && !guard_admits_answer(g, row, args)) {
        status = ERR_TYPE;
        args = NULL;
    }
    if (row) {
        struct host_call call = {
            .event = {.name = row->name,
                      .name_space = host_space_name(s),
                      .status = status,
                      .cookie = a->cookie},
            .socket = s,
            .first = args ? args->child : NULL,
            .contract = contract_of(row),
        };
        call.event.argc = args ? args->count : 0;
        host_run(host, g, row, &call);
    }
    mem_free(a);
}

void awaited_conclude_all(struct host *host, struct sio_namespace *n,
                          uint64_t cookie, int status,
                          struct sio_answer *answers, uint32_t count)
{
    struct awaited *a = ids_remove(&host->awaited, cookie);
    struct generation *g;
    const mortise_handler *row = row_of(a, &g);

    for (uint32_t i = 0; row && i < count; i++) {
        struct sio_answer *answer = &answers[i];
        if (answer->args && !guard_admits_answer(g, row, answer->args))
            *answer = (struct sio_answer){answer->socket, ERR_TYPE, NULL};
    }
    if (row) {
        struct host_call call = {
            .event = {.name = row->name,
                      .name_space = sio_namespace_name(n).p,
                      .status = status,
                      .cookie = a->cookie,
                      .argc = count},
            .contract = contract_of(row),
            .answers = answers,
            .answer_count = count,
        };
        host_run(host, g, row, &call);
    }
    mem_free(a);
}
