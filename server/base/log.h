/* SPDX-License-Identifier: MIT */
/*
 * The log: one line an entry, to stderr, a file, or whom a test says.
 *
 * Format: time (UTC, milliseconds), level, text. When it goes to stderr and
 * that to a journal the time is left out and "<N>" stands in front
 * (sd-daemon(3)). Control characters in the text are escaped, so nobody can
 * forge a line or drive a terminal; so is what is not UTF-8. The text is cut at
 * 2,000 bytes,
 * "..." at its end. An entry is one write(2). errno stays as it was. Any
 * thread.
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

enum log_level {
    LOG_LEVEL_ERROR,
    LOG_LEVEL_WARN,
    LOG_LEVEL_INFO,
    LOG_LEVEL_DEBUG
};

void log_set_level(enum log_level level);
enum log_level log_level(void);
/* Gives the lines to somebody else (text without time and line end); NULL
 * goes back to stderr. The sink is called on the thread that logs. */
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
void log_vwrite(enum log_level level, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/* For the handler of a signal: n bytes that are fit to print, as they are, to
 * stderr and to the log's file if it has one. No lock, no sink, no time in
 * front. */
void log_crash(const char *text, size_t n);

#define LOG_LIMIT_LINES 50
#define LOG_LIMIT_MS    10000

/* What one place has written in the present stretch of time; zero at first. */
struct log_limit {
    int64_t since;
    uint32_t lines;
};

/* Writes as long as the place may; the lines it may not are only counted. */
void log_write_limited(struct log_limit *limit, enum log_level level,
                       const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#define log_limited_(level, ...)                                               \
    do {                                                                       \
        static struct log_limit log_limit_;                                    \
        if (log_level() >= (level))                                            \
            log_write_limited(&log_limit_, (level), __VA_ARGS__);              \
    } while (0)

#define log_error(...) log_write(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warn(...)  log_limited_(LOG_LEVEL_WARN, __VA_ARGS__)
#define log_info(...)  log_write(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_limited_(LOG_LEVEL_DEBUG, __VA_ARGS__)
/* Information about what somebody else did. */
#define log_remark(...) log_limited_(LOG_LEVEL_INFO, __VA_ARGS__)

#endif
