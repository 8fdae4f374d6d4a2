/* SPDX-License-Identifier: MIT */
#include "host/calls/plugin_log.h"

#include <mortise/plugin.h>

#include "base/error.h"
#include "base/log_line.h"

/* Of the numbers in a format. */
#define ARENA_MAX 65536

/* A plugin's begin with 1, so that no level looks like success. */
#define SAME(level)                                                            \
    _Static_assert(MORTISE_##level == (int)LOG_LEVEL_##level + 1, #level)
SAME(ERROR);
SAME(WARN);
SAME(INFO);
SAME(DEBUG);

enum log_level plugin_log_level(int level)
{
    if (level < MORTISE_ERROR || level > MORTISE_DEBUG)
        return LOG_LEVEL_DEBUG;
    return (enum log_level)(level - MORTISE_ERROR);
}

/* In place of the host's own arena, lists and values, of which this thread
 * knows nothing. */
static int write_elsewhere(struct json_writer *w, const char *format,
                           va_list args, struct format_result *ret_result)
{
    struct host none = {.thread = pthread_self()};

    arena_init(&none.arena, ARENA_MAX);
    int error = format_write(&none, w, format, args, ret_result);
    arena_free(&none.arena);
    return error;
}

/* Without braces, and with escapes for what the log has none of, and JSON does
 * not mind in a string. */
static int append_members(struct buf *members, struct str object)
{
    for (size_t i = 1; i + 1 < object.n; i++) {
        unsigned c = object.p[i] == 0x7f
                         ? 0x7f
                         : log_line_control(object.p + i, object.n - i);
        if (c == 0) {
            buf_append_char(members, object.p[i]);
            continue;
        }
        buf_printf(members, "\\u%04x", c);
        i += c < 0x80 ? 0 : c < 0x800 ? 1 : 2;
    }
    return members->error;
}

static bool opens_object(const char *format)
{
    while (*format == ' ' || *format == '\t' || *format == '\n')
        format++;
    return *format == '{';
}

void plugin_log_init(struct buf *members)
{
    buf_init(members, LOG_MEMBERS_MAX);
}

int plugin_log_members(struct host *host, const char *format, va_list args,
                       struct buf *members, struct format_result *ret_result)
{
    struct json_writer w;
    struct buf object;
    int error = ERR_SYNTAX;

    *ret_result = (struct format_result){.text = "it has to be one object"};
    if (!format || *format == '\0')
        return 0;
    /* Any other object could have keys that are written in another way than
     * those of a format. */
    if (!opens_object(format))
        return ERR_SYNTAX;
    buf_init(&object, LOG_MEMBERS_MAX + sizeof("{}") - 1);
    json_writer_init(&w, &object);
    if (pthread_equal(host->thread, pthread_self()))
        error = format_write(host, &w, format, args, ret_result);
    else
        error = write_elsewhere(&w, format, args, ret_result);
    if (error == 0 && ret_result->values != 1) {
        error = ERR_SYNTAX;
        ret_result->text = "it has to be one object";
    }
    if (error == 0) {
        error = append_members(members, buf_str(&object));
        ret_result->text = error_text(error);
    }
    if (error == ERR_LIMIT)
        ret_result->text = "this is more than fits into a line of the log";
    if (error < 0)
        buf_clear(members);
    buf_free(&object);
    return error;
}

void plugin_log_write(const struct generation *g, enum log_level level,
                      const char *text, struct str members)
{
    const struct log_fields fields = {g->name, g->number, members};
    log_write_with(&fields, level, "%s", text ? text : "");
}
