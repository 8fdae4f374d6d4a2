/* SPDX-License-Identifier: MIT */
#include "host/contract/declared.h"

#include <string.h>

#include "host/contract/breach.h"
#include "host/calls/format.h"
#include "host/calls/plugin_log.h"

/* What the plugin has declared of an event in this namespace; NULL: nothing. */
static struct contract *find(const struct generation *g,
                             const struct sio_namespace *n, const char *event)
{
    for (uint32_t i = 0; i < g->emits.count; i++) {
        const mortise_handler *row = &g->emits.rows[i];
        if (strcmp(row->name, event) == 0 &&
            (!row->name_space ||
             str_eq(str_z(row->name_space), sio_namespace_name(n))))
            return contract_of(row);
    }
    return NULL;
}

static void tell(const struct generation *g, const char *event,
                 struct contract *contract, const struct breach *b)
{
    if (contract->broken[b->code]++ > 0)
        return;
    plugin_warn(g,
                "it emits \"%s\" unlike its table of emits says: "
                "%.*s (%s; told once)",
                event, STR_ARG(buf_str(&b->message)),
                breach_code_text(b->code));
}

void declared_check(struct generation *g, const struct sio_namespace *n,
                    const char *event, const struct sio_packet *packet)
{
    struct host *host = g->host;
    struct contract *contract = NULL;
    struct json *args;
    struct breach b;

    if (host->config->mode == CONFIG_DEVELOPMENT)
        contract = find(g, n, event);
    /* What cannot be read back is too large to be looked at. */
    if (!contract ||
        sio_packet_read(packet, &host->arena,
                        host->json_depth + FORMAT_DEPTH_MAX, &args) < 0)
        return;
    breach_init(&b);
    if (!breach_none(&contract->terms, args->child->next, args->count - 1, &b))
        tell(g, event, contract, &b);
    breach_free(&b);
}
