/* SPDX-License-Identifier: MIT */
/*
 * Lines of the log that are about a build of a plugin: its name and number go
 * with them. Some are its own, by mortise_log() and mortise_log_with(), the
 * others what the host says of it. Any thread.
 */
#ifndef MORTISE_HOST_PLUGIN_LOG_H
#define MORTISE_HOST_PLUGIN_LOG_H

#include <stdarg.h>

#include "base/log.h"
#include "host/calls/format.h"
#include "host/host.h"

#define PLUGIN_FIELDS(g)                                                       \
    (&(const struct log_fields){.plugin = (g)->name, .generation = (g)->number})

#define plugin_error(g, ...)                                                   \
    log_write_with(PLUGIN_FIELDS(g), LOG_LEVEL_ERROR, __VA_ARGS__)
#define plugin_warn(g, ...)                                                    \
    log_limited(PLUGIN_FIELDS(g), LOG_LEVEL_WARN, __VA_ARGS__)
#define plugin_info(g, ...)                                                    \
    log_write_with(PLUGIN_FIELDS(g), LOG_LEVEL_INFO, __VA_ARGS__)
#define plugin_debug(g, ...)                                                   \
    log_limited(PLUGIN_FIELDS(g), LOG_LEVEL_DEBUG, __VA_ARGS__)

/* A level of the SDK; what is none is as unimportant as can be. */
enum log_level plugin_log_level(int level);

/* The buffer for plugin_log_members(), empty. */
void plugin_log_init(struct buf *members);
/*
 * Appends the members of the object that a format describes, as struct
 * log_fields wants them. 0, or what mortise_log_with() says; then nothing is
 * appended. On another thread than the host's nothing of the host's is looked
 * at: it refuses values and lists.
 */
int plugin_log_members(struct host *host, const char *format, va_list args,
                       struct buf *members, struct format_result *ret_result);
/* A line of the plugin's own. */
void plugin_log_write(const struct generation *g, enum log_level level,
                      const char *text, struct str members);

#endif
