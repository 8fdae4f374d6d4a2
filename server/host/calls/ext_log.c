/* SPDX-License-Identifier: MIT */
/* mortise/log.h. */
#include <mortise/log.h>

#include "host/calls/api.h"
#include "host/calls/extensions.h"
#include "host/calls/plugin_log.h"

static int log_with(mortise_host table, int number, const char *text,
                    const char *format, ...)
{
    const struct generation *g = api_caller(table);
    enum log_level level = plugin_log_level(number);
    struct format_result result;
    struct buf members;
    va_list args;

    if (level > log_level())
        return 0;
    plugin_log_init(&members);
    va_start(args, format);
    int error = plugin_log_members(g->host, format, args, &members, &result);
    va_end(args);
    if (error < 0)
        format_complain(g, "mortise_log_with", format, &result);
    plugin_log_write(g, level, text, buf_str(&members));
    buf_free(&members);
    return error;
}

const struct mortise_log_table ext_log = {
    .size = sizeof(struct mortise_log_table),
    .with = log_with,
};
