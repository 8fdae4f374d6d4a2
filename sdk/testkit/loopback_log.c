/* SPDX-License-Identifier: MIT */
/* mortise/log.h, looped back: both sides. */
#include <mortise/log.h>

#include "host/calls/plugin_log.h"
#include "internal.h"
#include "loopback.h"

static int near_with(mortise_host table, int number, const char *text,
                     const char *format, ...)
{
    enum log_level level = plugin_log_level(number);
    struct format_result result;
    struct buf members;
    struct crossing c;
    va_list args;

    if (level > log_level())
        return 0;
    crossing_begin(&c, table, &loopback_log, 0);
    plugin_log_init(&members);
    va_start(args, format);
    int error = plugin_log_members(&c.plugin->near_host, format, args, &members,
                                   &result);
    va_end(args);
    if (error < 0)
        format_complain(&c.plugin->near, "mortise_log_with", format, &result);
    wire_put(&c.wire, level);
    wire_put_text(&c.wire, text);
    wire_put_str(&c.wire, buf_str(&members));
    buf_free(&members);
    crossing_number(&c);
    return error;
}

static const struct mortise_log_table near_table = {
    .size = sizeof(struct mortise_log_table),
    .with = near_with,
};

/* What becomes of the call when its format has been read: no values can be
 * handed on in the work of a job. */
static void serve(struct service *s, uint64_t call)
{
    enum log_level level = (enum log_level)wire_get(s->in);
    const char *text = wire_get_text(s->in);
    struct str members = wire_get_str(s->in);

    plugin_log_write(s->plugin->far, level, text, members);
    wire_put(s->out, 0);
}

const struct loopback_extension loopback_log = {
    .id = "mortise.log/1",
    .table = &near_table,
    .serve = serve,
};
