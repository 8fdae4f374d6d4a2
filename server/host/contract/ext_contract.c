/* SPDX-License-Identifier: MIT */
/* mortise/contract.h: arguments by the names that the contract gives them. */
#include <mortise/contract.h>

#include "host/calls/api.h"
#include "host/contract/contract.h"
#include "host/calls/extensions.h"

static mortise_value named(mortise_host table, const mortise_event *event,
                           const char *name)
{
    const struct generation *g = api_caller(table);
    const struct host_call *call = api_call(g, event);
    const mortise_contract *terms =
        call && call->contract ? &call->contract->terms : NULL;
    uint32_t index;

    if (!terms || !name ||
        !contract_find(terms->fields, terms->field_count, str_z(name), &index))
        return NULL;
    if (terms->one_object)
        return host_value(g->host, json_get(call->first, str_z(name)));
    return api_arg(table, event, index);
}

const struct mortise_contract_table ext_contract = {
    .size = sizeof(struct mortise_contract_table),
    .named = named,
};
