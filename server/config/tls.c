/* SPDX-License-Identifier: MIT */
/* The section `tls`. */
#include <stddef.h>

#include "config/read.h"
#include "config/schema.h"

#define AT(member) .offset = offsetof(struct config, tls.member)

static const char *const versions[] = {"1.2", "1.3", NULL};
static const char *const demands[] = {"optional", "required", NULL};

const struct schema_key schema_tls[] = {
    {.name = "certificate",
     .kind = SCHEMA_PATH,
     .required = true,
     AT(certificate),
     .text = "File with the server's certificate and those between it and its "
             "authority, as PEM. It is read again by each reload, with the "
             "key."},
    {.name = "key",
     .kind = SCHEMA_PATH,
     .required = true,
     AT(key),
     .text = "File with its private key, as PEM."},
    {.name = "minVersion",
     .kind = SCHEMA_WORD,
     AT(version),
     .words = versions,
     .fallback = "\"1.2\"",
     .text = "The oldest version of TLS that is spoken."},
    {.name = "clientAuthorities",
     .kind = SCHEMA_PATH,
     AT(client_ca),
     .text = "File with the certificates of those who may sign clients' own, "
             "as PEM; clients are asked for none unless given."},
    {.name = "clientCertificates",
     .kind = SCHEMA_WORD,
     AT(demand),
     .words = demands,
     .fallback = "\"required\"",
     .text = "Whether a client must show one, where clientAuthorities are "
             "given."},
    {.name = NULL},
};

/* Where TLS is to be spoken there has to be a certificate. */
static void check_listen(struct reader *r)
{
    const struct config *c = r->config;

    for (uint32_t i = 0; i < c->listen.count; i++)
        if (str_ends(c->listen.items[i], STR(CONFIG_TLS)))
            complain(r,
                     complain_value_offset(c, json_get(c->root, STR("listen"))),
                     "\"listen\" has \"%.*s\", which needs a certificate: "
                     "\"tls\" says where it is",
                     STR_ARG(c->listen.items[i]));
}

void read_tls(struct reader *r, const struct schema_item *item)
{
    bool on = false;

    if (item->value->type == JSON_OBJECT)
        read_object(r, item->value, schema_tls, STR("tls."), r->config);
    else if (json_bool(item->value, &on) < 0 || on)
        read_refuse(r, item);
    else
        check_listen(r);
}
