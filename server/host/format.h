/* SPDX-License-Identifier: MIT */
/*
 * The formats of the SDK (mortise/plugin.h, "Formats"): JSON with bare keys
 * and a letter for each value that follows in the variable arguments.
 */
#ifndef MORTISE_HOST_FORMAT_H
#define MORTISE_HOST_FORMAT_H

#include <stdarg.h>

#include "host/host.h"
#include "json/writer.h"

/*
 * Writes the values of a format through a writer, inside an array that is
 * open. 0, ERR_SYNTAX with *ret_at where in the format it went wrong, or the
 * writer's own error.
 */
int format_write(struct host *host, struct json_writer *w, const char *format,
                 va_list args, size_t *ret_at);

/* Lists for the letter l; freed when the callback is over. */
struct host_list *format_list_new(struct host *host);
int format_list_add(struct host *host, struct host_list *list,
                    const char *format, va_list args, size_t *ret_at);
void format_lists_free(struct host *host);

#endif
