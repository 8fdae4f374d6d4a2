/* SPDX-License-Identifier: MIT */
/* The section `perMessageDeflate`. */
#include <stddef.h>

#include "config/read.h"
#include "config/schema.h"

#define AT(member) .offset = offsetof(struct config, deflate.member)

const struct schema_key schema_deflate[] = {
    {.name = "threshold",
     .kind = SCHEMA_INT,
     .effect = CONFIG_NEXT,
     AT(threshold),
     .min = 0,
     .max = 1 << 20,
     .fallback = "1024",
     .text = "Bytes of a message from which on it is."},
    {.name = "serverNoContextTakeover",
     .kind = SCHEMA_BOOL,
     .effect = CONFIG_NEXT,
     AT(server_no_takeover),
     .fallback = "false",
     .text = "Whether each message to a client is compressed for itself: a "
             "little larger, but a broadcast is compressed once for all, and "
             "no memory is kept for a client. A client may ask for it, too."},
    {.name = "clientNoContextTakeover",
     .kind = SCHEMA_BOOL,
     .effect = CONFIG_NEXT,
     AT(client_no_takeover),
     .fallback = "false",
     .text = "The same for messages of clients: without it each that "
             "compresses what it sends takes up to 40 KiB."},
    {.name = "serverMaxWindowBits",
     .kind = SCHEMA_INT,
     .effect = CONFIG_NEXT,
     AT(server_bits),
     .min = 8,
     .max = 15,
     .text = "How far back, as a power of two, messages to clients refer; 15, "
             "or what a client asks for, unless given."},
    {.name = "clientMaxWindowBits",
     .kind = SCHEMA_INT,
     .effect = CONFIG_NEXT,
     AT(client_bits),
     .min = 8,
     .max = 15,
     .text = "The same for messages of clients; those that cannot be told are "
             "refused then."},
    {.name = "level",
     .kind = SCHEMA_INT,
     .effect = CONFIG_NEXT,
     AT(level),
     .min = 1,
     .max = 9,
     .fallback = "1",
     .text = "1 is fast, 9 is small; everybody waits meanwhile."},
    {.name = "memLevel",
     .kind = SCHEMA_INT,
     .effect = CONFIG_NEXT,
     AT(memory_level),
     .min = 1,
     .max = 9,
     .fallback = "8",
     .text = "With serverMaxWindowBits, what compressing for one client takes: "
             "(1 << bits + 2) + (1 << memLevel + 9) bytes, 256 KiB for 15 and "
             "8."},
    {.name = "memory",
     .kind = SCHEMA_INT,
     .effect = CONFIG_NEXT,
     AT(memory),
     .min = 0,
     .max = (int64_t)1 << 40,
     .fallback = "67108864",
     .text = "Bytes that all clients together take for it at most; messages to "
             "further ones go as they are."},
    {.name = NULL},
};

void read_deflate(struct reader *r, const struct schema_item *item)
{
    const struct json *value = item->value;
    bool *on = &r->config->deflate.enabled;

    if (value->type == JSON_OBJECT)
        *on = true;
    else if (json_bool(value, on) < 0)
        read_refuse(r, item);
    if (*on)
        read_object(r, value->type == JSON_OBJECT ? value : NULL,
                    schema_deflate, STR("perMessageDeflate."), r->config);
}
