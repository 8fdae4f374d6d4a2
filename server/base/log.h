/* SPDX-License-Identifier: MIT */
/*
 * The log: one line an entry, to stderr, a file, or whom a test says.
 *
 * As text that is time (UTC, milliseconds), level, text. When it goes to stderr
 * and that to a journal the time is left out and "<N>" stands in front
 * (sd-daemon(3)). As JSON it is an object, with the same in front of it for a
 * journal. Control characters in the text are escaped, so nobody can forge a
 * line or drive a terminal; so is what is not UTF-8. The text is cut at 2,000
 * bytes, "..." at its end. An entry is one write(2), and no longer than a pipe
 * takes at once. errno stays as it was. Any thread.
 *
 * An entry that cannot be written, on a disk that is full, is lost. The first
 * one of a file is said on stderr; the next that can be written has a line in
 * front of it that says how many were.
 *
 * An entry can be about a plugin, and have fields beside its text. As text
 *
 *     plugin chat#2: text user=ann room="the wood" at={"x":1}
 *
 * a string that has a space, a quote, a backslash or "=" in it, or nothing,
 * stands as in JSON, with its quotes. As JSON they are members:
 *
 *     {"time":"2026-11-22T20:29:01.451Z","level":"info","plugin":"chat",
 *      "generation":2,"text":"text","user":"ann","room":"the wood",...}
 *
 * A field that is named like one of those five has "_" in front, in both.
 *
 * Warnings and what helps to debug are mostly about what somebody else did, as
 * are remarks, and they may do it a million times: each place in the code has
 * LOG_LIMIT_LINES of these in LOG_LIMIT_MS, and says later how many it has left
 * out.
 */
#ifndef MORTISE_BASE_LOG_H
#define MORTISE_BASE_LOG_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum log_level {
    LOG_LEVEL_ERROR,
    LOG_LEVEL_WARN,
    LOG_LEVEL_INFO,
    LOG_LEVEL_DEBUG
};

enum log_format { LOG_FORMAT_TEXT, LOG_FORMAT_JSON };

/*
 * What an entry has besides its text. The members of an object as compact,
 * valid JSON, without its braces; keys are escaped only where they must be. No
 * control characters stand in it, DEL and U+0080 to U+009F neither. Borrowed.
 */
#define LOG_MEMBERS_MAX 1500
struct log_fields {
    const char *plugin; /* an identifier; NULL: the server's own entry */
    uint32_t generation;
    struct str members; /* at most so many bytes; none: n is 0 */
};

void log_set_level(enum log_level level);
enum log_level log_level(void);
void log_set_format(enum log_format format);
/* Gives the lines to somebody else (as text whatever the format, without time
 * and line end); NULL goes back to stderr. The sink is called on the thread
 * that logs. */
void log_set_sink(void (*sink)(void *user, enum log_level level,
                               const char *text),
                  void *user);

/*
 * A log file in two steps, of which the second cannot fail. The first opens it,
 * to append to it; one that is not there is made (0640). -1 with errno. The
 * second has the log go there, or, for -1, to stderr; the descriptor is the
 * log's from then on, and the file before is closed.
 */
int log_open_file(const char *path);
void log_use_file(int fd);

void log_write(enum log_level level, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* With fields, which may be NULL. */
void log_write_with(const struct log_fields *fields, enum log_level level,
                    const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void log_vwrite_with(const struct log_fields *fields, enum log_level level,
                     const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

/* Entries that could not be written since the start. */
uint64_t log_lost(void);

/* For the handler of a signal: n bytes, to stderr and to the log's file if it
 * has one. No lock, no sink; what is no object has no time in front. */
void log_crash(const char *text, size_t n);

#define LOG_LIMIT_LINES 50
#define LOG_LIMIT_MS    10000

/* What one place has written in the present stretch of time; zero at first. */
struct log_limit {
    int64_t since;
    uint32_t lines;
};

/* Writes as long as the place may; the lines it may not are only counted. The
 * fields may be NULL. */
void log_write_limited(struct log_limit *limit, const struct log_fields *fields,
                       enum log_level level, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#define log_limited(fields, level, ...)                                        \
    do {                                                                       \
        static struct log_limit log_limit_;                                    \
        if (log_level() >= (level))                                            \
            log_write_limited(&log_limit_, (fields), (level), __VA_ARGS__);    \
    } while (0)

#define log_error(...) log_write(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warn(...)  log_limited(NULL, LOG_LEVEL_WARN, __VA_ARGS__)
#define log_info(...)  log_write(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_limited(NULL, LOG_LEVEL_DEBUG, __VA_ARGS__)
/* Information about what somebody else did. */
#define log_remark(...) log_limited(NULL, LOG_LEVEL_INFO, __VA_ARGS__)

#endif
