/* SPDX-License-Identifier: MIT */
/*
 * Acknowledgements that plugins wait for. The floor below has the deadline
 * and the packet's number; here stands who wants to know: the slot and the
 * name of a row, so that a newer build of the plugin can be told.
 */
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "base/mem.h"
#include "host/api.h"
#include "host/guard.h"

struct awaited {
    struct plugin_slot *slot;
    uint64_t number;
    uint64_t cookie; /* the plugin's */
    uint64_t ack_id;
    char name[];
};

int awaited_ask(struct generation *g, struct sio_socket *s, const char *name,
                int64_t timeout, uint64_t cookie, uint64_t *ret_id)
{
    struct host *host = g->host;
    if (!name || !plugin_rows_find(&g->acks, name)) {
        log_warn(HOST_PLUGIN ": mortise_emit_ack: its table of acks has no row "
                             "\"%s\"",
                 HOST_PLUGIN_ARG(g), name ? name : "");
        return ERR_NOENT;
    }
    size_t length = strlen(name) + 1;
    struct awaited *a = mem_alloc(sizeof(*a) + length);
    if (!a)
        return ERR_NOMEM;
    a->slot = g->slot;
    a->cookie = cookie;
    memcpy(a->name, name, length);
    a->number = ids_add(&host->awaited, a);
    int error = a->number ? sio_socket_ask(s, timeout, a->number, &a->ack_id)
                          : ERR_NOMEM;
    if (error < 0) {
        ids_remove(&host->awaited, a->number);
        mem_free(a);
        return error;
    }
    *ret_id = a->ack_id;
    return 0;
}

void awaited_forget(struct host *host, struct sio_socket *s, uint64_t id)
{
    uint64_t number = sio_socket_unask(s, id);
    mem_free(ids_remove(&host->awaited, number));
}

void awaited_conclude(struct host *host, struct sio_socket *s, uint64_t cookie,
                      int status, const struct json *args)
{
    struct awaited *a = ids_remove(&host->awaited, cookie);
    struct generation *g = a ? a->slot->current : NULL;
    const mortise_handler *row = g ? plugin_rows_find(&g->acks, a->name) : NULL;

    if (row && args && !guard_admits_answer(g, row, args)) {
        status = ERR_TYPE;
        args = NULL;
    }
    if (row) {
        struct host_call call = {
            .event = {.name = row->name,
                      .name_space = host_namespace_of(host, s)->name,
                      .status = status,
                      .cookie = a->cookie},
            .socket = s,
            .first = args ? args->child : NULL,
            .contract = contract_of(row),
        };
        call.event.argc = args ? args->count : 0;
        host_run(host, g, row, &call);
    } else if (g) {
        log_info(HOST_PLUGIN ": nobody takes the acknowledgement \"%s\"",
                 HOST_PLUGIN_ARG(g), a->name);
    }
    mem_free(a);
}
