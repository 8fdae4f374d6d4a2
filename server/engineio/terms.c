/* SPDX-License-Identifier: MIT */
/* What sessions are promised when they begin. */
#include "base/mem.h"
#include "engineio/session.h"

struct eio_terms *eio_terms_new(const struct eio_options *options)
{
    struct eio_terms *terms = mem_alloc(sizeof(*terms));
    if (!terms)
        return NULL;
    *terms = (struct eio_terms){
        .refs = 1,
        .ping_interval = options->ping_interval,
        .ping_timeout = options->ping_timeout,
        .max_payload = options->max_payload,
        .send_buffer = options->send_buffer,
        .send_low = options->send_low,
        .send_packets =
            options->send_packets ? options->send_packets : UINT32_MAX,
        .send_packets_low =
            options->send_packets_low ? options->send_packets_low : UINT32_MAX,
        .polling = options->polling,
        .websocket = options->websocket,
        .allow_upgrades = options->allow_upgrades,
    };
    return terms;
}

struct eio_terms *terms_ref(struct eio_terms *terms)
{
    terms->refs++;
    return terms;
}

void eio_terms_unref(struct eio_terms *terms)
{
    if (terms && --terms->refs == 0)
        mem_free(terms);
}
