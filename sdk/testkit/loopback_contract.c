/* SPDX-License-Identifier: MIT */
/* mortise/contract.h, looped back: both sides. */
#include <mortise/contract.h>

#include "loopback.h"

static mortise_value near_named(mortise_host table, const mortise_event *event,
                                const char *name)
{
    struct crossing c;
    crossing_begin(&c, table, &loopback_contract, 0);
    crossing_put_event(&c, event);
    wire_put_text(&c.wire, name);
    return crossing_value(&c);
}

static const struct mortise_contract_table near_table = {
    .size = sizeof(struct mortise_contract_table),
    .named = near_named,
};

static void serve(struct service *s, uint64_t call)
{
    const struct mortise_contract_table *t = s->extension;
    const mortise_event *event = service_get_event(s);
    service_put_value(s, t->named(s->table, event, wire_get_text(s->in)));
}

const struct loopback_extension loopback_contract = {
    .id = "mortise.contract/1",
    .table = &near_table,
    .serve = serve,
};
