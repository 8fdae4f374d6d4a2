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

#define FORMAT_DEPTH_MAX 32 /* values inside each other in one format */

struct format_result {
    uint32_t values;  /* written, not counting those inside of others */
    size_t at;        /* where in the format it went wrong, from 0 */
    const char *text; /* and what is wrong there */
};

/*
 * Writes the values of a format through a writer, inside an array that is
 * open. 0, or what is wrong: ERR_SYNTAX (the format; a text that is not
 * UTF-8), ERR_INVAL (something kept beyond its callback), ERR_TYPE (binary
 * where the writer takes none), ERR_LIMIT, ERR_NOMEM. *ret_result is set in
 * any case.
 */
int format_write(struct host *host, struct json_writer *w, const char *format,
                 va_list args, struct format_result *ret_result);

/* What is open in an array that is written piece by piece, from the outside
 * in. */
struct format_nest {
    uint32_t depth;
    bool objects[FORMAT_DEPTH_MAX]; /* or else an array */
};

/* As format_write(), with the members of a format ("id:I, text:s") where an
 * object is open. */
int format_append(struct host *host, struct json_writer *w,
                  const struct format_nest *nest, const char *format,
                  va_list args, struct format_result *ret_result);
/* Opens an array or object; in an object as the member of that key, else key
 * is NULL. ERR_INVAL: it is the other way round; ERR_LIMIT: too deep, and what
 * the writer says. */
int format_open(struct json_writer *w, struct format_nest *nest,
                const char *key, bool object);
/* Closes what was opened last; ERR_INVAL: nothing is open. */
int format_close(struct json_writer *w, struct format_nest *nest);

/* Tells the author, who has written the format as an argument of `call`. */
void format_complain(const struct generation *g, const char *call,
                     const char *format, const struct format_result *result);

/* Lists for the letter l; freed when the callback is over. */
struct host_list *format_list_new(struct host *host);
/* Adds nothing when it fails, with the errors of format_write(); the list can
 * be used nevertheless. */
int format_list_add(struct host *host, struct host_list *list,
                    const char *format, va_list args,
                    struct format_result *ret_result);
void format_lists_free(struct host *host);

#endif
