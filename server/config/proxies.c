/* SPDX-License-Identifier: MIT */
/* The key `trustedProxies`. */
#include "base/error.h"
#include "config/read.h"

static bool is_range(struct str text)
{
    struct address_range range;
    return address_range_parse(text, &range) == 0;
}

/* Where the PROXY protocol comes first, somebody has to be believed. */
static void check_listen(struct reader *r)
{
    const struct config *c = r->config;

    for (uint32_t i = 0; i < c->listen.count; i++) {
        struct str address = c->listen.items[i];
        if (str_ends(address, STR(CONFIG_PROXIED)))
            complain(r,
                     complain_value_offset(c, json_get(c->root, STR("listen"))),
                     "\"listen\" has \"%.*s\", where only trusted proxies "
                     "may connect: list them in \"trustedProxies\"",
                     STR_ARG(address));
    }
}

void read_trusted_proxies(struct reader *r, const struct schema_item *item)
{
    struct config_strings texts = {NULL, 0};
    bool none = item->value->type == JSON_ARRAY && item->value->count == 0;

    if (none)
        check_listen(r);
    if (none || !read_strings(r, item, is_range, &texts))
        return;
    struct address_range *ranges =
        reader_alloc(r, texts.count * sizeof(*ranges));
    if (!ranges)
        return;
    for (uint32_t i = 0; i < texts.count; i++)
        if (address_range_parse(texts.items[i], &ranges[i]) < 0)
            return; /* cannot be: each was looked at */
    r->config->trusted_proxies = (struct config_ranges){ranges, texts.count};
}
