/* SPDX-License-Identifier: MIT */
#include "host/calls/api.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "host/calls/format.h"
#include "host/calls/plugin_log.h"

/* A plugin sees our error codes: the numbers must be those of the SDK. */
#define SAME(name)                                                             \
    _Static_assert((int)ERR_##name == (int)MORTISE_E##name, #name)
SAME(NOMEM);
SAME(INVAL);
SAME(LIMIT);
SAME(GONE);
SAME(NOENT);
SAME(SYNTAX);
SAME(NOSYS);
SAME(STAGED);
SAME(BLOCKED);
SAME(CLOSED);
SAME(RESERVED);
SAME(TIMEOUT);
SAME(TYPE);
SAME(DROPPED);

__attribute__((format(printf, 3, 4))) static void
api_log(mortise_host table, int level, const char *format, ...)
{
    const struct generation *g = api_caller(table);
    va_list args;

    va_start(args, format);
    log_vwrite_with(PLUGIN_FIELDS(g), plugin_log_level(level), format, args);
    va_end(args);
}

static int64_t api_now(mortise_host table)
{
    return clock_wall_ms();
}

static mortise_list api_list(mortise_host table)
{
    return (mortise_list)(void *)format_list_new(api_caller(table)->host);
}

static int api_list_add(mortise_host table, mortise_list list,
                        const char *format, ...)
{
    const struct generation *g = api_caller(table);
    struct format_result result;
    va_list args;

    if (!list)
        return ERR_NOMEM;
    va_start(args, format);
    int error = format_list_add(g->host, (void *)list, format, args, &result);
    va_end(args);
    if (error < 0)
        format_complain(g, "mortise_list_add", format, &result);
    return error;
}

const struct mortise_host_table host_api = {
    .size = sizeof(struct mortise_host_table),
    .major = MORTISE_ABI_MAJOR,
    .minor = MORTISE_ABI_MINOR,
    .log = api_log,
    .now = api_now,
    .emit = api_emit,
    .emit_ack = api_emit_ack,
    .ack = api_ack,
    .ack_later = api_ack_later,
    .reply = api_reply,
    .refuse = api_refuse,
    .list = api_list,
    .list_add = api_list_add,
    .arg = api_arg,
    .type = api_type,
    .count = api_count,
    .at = api_at,
    .get = api_get,
    .key_at = api_key_at,
    .text = api_text,
    .bytes = api_bytes,
    .integer = api_integer,
    .number = api_number,
    .boolean = api_boolean,
    .join = api_join,
    .leave = api_leave,
    .is_in = api_is_in,
    .room_size = api_room_size,
    .disconnect = api_disconnect,
    .sid = api_sid,
    .handshake = api_handshake,
    .after = api_after,
    .cancel = api_cancel,
    .rewrite = api_rewrite,
    .extension = api_extension,
};
