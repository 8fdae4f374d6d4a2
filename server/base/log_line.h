/* SPDX-License-Identifier: MIT */
/*
 * How an entry of the log is written down, in either format. Calls nothing that
 * a handler of a signal may not; allocates nothing.
 */
#ifndef MORTISE_BASE_LOG_LINE_H
#define MORTISE_BASE_LOG_LINE_H

#include <stddef.h>
#include <stdint.h>

#include "base/log.h"
#include "base/str.h"

#define LOG_TEXT_MAX 2000
/* All of a line: what a pipe takes at once, so that those of several processes
 * do not mix. */
#define LOG_LINE_MAX 4096

struct log_entry {
    enum log_level level;
    const struct log_fields *fields;
    struct str text;
};

/* "error", "warn", "info", "debug". */
const char *log_level_name(enum log_level level);

/* "2026-11-22T20:29:01.451Z", of milliseconds since 1970. */
#define LOG_TIME_SIZE 25
void log_line_time(char to[LOG_TIME_SIZE], int64_t ms);

/*
 * The number of the character that a text begins with, when it drives a
 * terminal or makes a line look like another one: C1, marks of direction, the
 * ends of lines of Unicode, and the byte order mark. 0: it is none of these. Up
 * to U+07FF they have two bytes, then three.
 */
unsigned log_line_control(const char *text, size_t n);

/* 'plugin chat#2: text user=ann room="the wood"', NUL-terminated: what comes
 * behind time and level. Returns the length. */
size_t log_line_text(char to[LOG_LINE_MAX], const struct log_entry *entry);
/* The object, with a time as in log_line_time(). Returns the length; there is
 * no NUL. */
size_t log_line_json(char to[LOG_LINE_MAX], const struct log_entry *entry,
                     int64_t time);

#endif
