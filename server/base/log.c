/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log_line.h"

/* Time and level, or the journal's mark. */
#define PREFIX_MAX 40

struct sink {
    void (*write)(void *user, enum log_level level, const char *text);
    void *user;
};

/* In front of a journal's line: the priorities of syslog(3). */
static const char *const marks[] = {
    [LOG_LEVEL_ERROR] = "<3>",
    [LOG_LEVEL_WARN] = "<4>",
    [LOG_LEVEL_INFO] = "<6>",
    [LOG_LEVEL_DEBUG] = "<7>",
};
#define MARK_SIZE  3
#define MARK_CRASH "<2>" /* critical */

static atomic_int current_level = LOG_LEVEL_INFO;
static atomic_int current_format = LOG_FORMAT_TEXT;
static pthread_mutex_t sink_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t limit_lock = PTHREAD_MUTEX_INITIALIZER;
static struct sink current_sink;
static pthread_once_t journal_once = PTHREAD_ONCE_INIT;
static bool journal;
/* Where lines go. Any thread may be about to write, so that a descriptor is
 * never closed: another file takes its number. */
static atomic_int target = STDERR_FILENO;
static int file_fd = -1; /* the number that log files have; -1: none yet */
/* Lines that could not be written, since the last one that could, and ever. */
static atomic_uint lost;
static atomic_ullong lost_ever;
static atomic_bool torn; /* of the last one a part was written */

void log_set_level(enum log_level level)
{
    atomic_store_explicit(&current_level, (int)level, memory_order_relaxed);
}

enum log_level log_level(void)
{
    return (enum log_level)atomic_load_explicit(&current_level,
                                                memory_order_relaxed);
}

void log_set_format(enum log_format format)
{
    atomic_store_explicit(&current_format, (int)format, memory_order_relaxed);
}

static bool as_json(void)
{
    return atomic_load_explicit(&current_format, memory_order_relaxed) ==
           LOG_FORMAT_JSON;
}

void log_set_sink(void (*sink)(void *user, enum log_level level,
                               const char *text),
                  void *user)
{
    pthread_mutex_lock(&sink_lock);
    current_sink = (struct sink){sink, user};
    pthread_mutex_unlock(&sink_lock);
}

int log_open_file(const char *path)
{
    return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY,
                0640);
}

/* Gives the file the number that log files have, at once for all threads. */
static void take_number(int fd)
{
    while (dup3(fd, file_fd, O_CLOEXEC) < 0 &&
           (errno == EINTR || errno == EBUSY))
        continue;
}

void log_use_file(int fd)
{
    atomic_store(&torn, false);
    if (fd < 0)
        atomic_store(&target, STDERR_FILENO);
    if (file_fd >= 0)
        take_number(fd < 0 ? STDERR_FILENO : fd);
    else
        file_fd = fd;
    if (fd < 0)
        return;
    if (fd != file_fd)
        close(fd);
    atomic_store(&target, file_fd);
}

/* A copy, so that a sink may itself log. */
static struct sink get_sink(void)
{
    pthread_mutex_lock(&sink_lock);
    struct sink sink = current_sink;
    pthread_mutex_unlock(&sink_lock);
    return sink;
}

/*
 * $JOURNAL_STREAM names the device and inode of a stream to the journal; the
 * variable may have been inherited while stderr went elsewhere.
 */
static void detect_journal(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    struct stat st;
    char expected[64];

    if (!stream || fstat(STDERR_FILENO, &st) < 0)
        return;
    snprintf(expected, sizeof(expected), "%ju:%ju", (uintmax_t)st.st_dev,
             (uintmax_t)st.st_ino);
    journal = strcmp(stream, expected) == 0;
}

/* What a line that goes to `fd` begins with; returns the length. */
static size_t prefix(char to[PREFIX_MAX], enum log_level level, int fd,
                     bool json)
{
    if (journal && fd == STDERR_FILENO) {
        memcpy(to, marks[level], MARK_SIZE);
        return MARK_SIZE;
    }
    if (json)
        return 0;
    log_line_time(to, clock_wall_ms());
    size_t n = LOG_TIME_SIZE - 1;
    return n + (size_t)snprintf(to + n, PREFIX_MAX - n, " %s ",
                                log_level_name(level));
}

/* One write(2), where there is room for all of it. Returns how much of it was
 * written; errno says why not more. */
static size_t write_out(int fd, const char *p, size_t n)
{
    size_t done = 0;

    while (done < n) {
        ssize_t written = write(fd, p + done, n - done);
        if (written > 0)
            done += (size_t)written;
        else if (written == 0 || errno != EINTR)
            break;
    }
    return done;
}

/* Lines of several threads or processes do not mix. A line that was cut off
 * ends here. Whether all of it was written. */
static bool write_line(const struct log_entry *entry, int fd)
{
    char line[1 + PREFIX_MAX + LOG_LINE_MAX + 1];
    bool json = as_json(), to_target = fd == atomic_load(&target);
    size_t length = 0, done;

    pthread_once(&journal_once, detect_journal);
    if (to_target && atomic_load(&torn))
        line[length++] = '\n';
    length += prefix(line + length, entry->level, fd, json);
    length += json ? log_line_json(line + length, entry, clock_wall_ms())
                   : log_line_text(line + length, entry);
    line[length++] = '\n';
    done = write_out(fd, line, length);
    if (to_target && done > 0)
        atomic_store(&torn, done < length);
    return done == length;
}

/* --- what could not be written --- */

/* Says on stderr, if that is another place, that from here on lines are
 * lost. */
static void lose(int fd)
{
    char text[256];
    struct log_entry entry = {.level = LOG_LEVEL_ERROR};
    int error = errno;

    atomic_fetch_add(&lost_ever, 1);
    if (atomic_fetch_add(&lost, 1) > 0 || fd == STDERR_FILENO)
        return;
    int n = snprintf(text, sizeof(text),
                     "log.file: %s; lines are lost until it can be written",
                     strerror(error));
    entry.text = str_of(text, (size_t)n);
    (void)write_line(&entry, STDERR_FILENO);
}

/* Says in the log itself how many were lost there; false: they still are. */
static bool confess(int fd)
{
    char text[64];
    struct log_entry entry = {.level = LOG_LEVEL_WARN};
    unsigned count = atomic_exchange(&lost, 0);

    if (count == 0)
        return true; /* another thread has said it */
    int n = snprintf(text, sizeof(text), "%u line%s of the log %s lost here",
                     count, count == 1 ? "" : "s", count == 1 ? "was" : "were");
    entry.text = str_of(text, (size_t)n);
    if (write_line(&entry, fd))
        return true;
    atomic_fetch_add(&lost, count);
    return false;
}

static void write_entry(const struct log_entry *entry)
{
    int fd = atomic_load(&target);

    if (atomic_load(&lost) > 0 && !confess(fd))
        lose(fd);
    else if (!write_line(entry, fd))
        lose(fd);
}

uint64_t log_lost(void)
{
    return atomic_load(&lost_ever);
}

/* snprintf(3) is not for handlers of signals. */
void log_crash(const char *text, size_t n)
{
    char line[MARK_SIZE + LOG_LINE_MAX + 1];
    int fd = atomic_load(&target), saved_errno = errno;
    size_t marked = journal ? MARK_SIZE : 0;
    struct log_entry entry = {.level = LOG_LEVEL_ERROR,
                              .text = str_of(text, n)};

    memcpy(line, MARK_CRASH, marked);
    n = as_json() ? log_line_json(line + marked, &entry, clock_wall_ms())
                  : log_line_text(line + marked, &entry);
    line[marked + n++] = '\n';
    (void)write_out(STDERR_FILENO, line, marked + n);
    if (fd != STDERR_FILENO)
        (void)write_out(fd, line + marked, n);
    errno = saved_errno;
}

void log_vwrite_with(const struct log_fields *fields, enum log_level level,
                     const char *format, va_list args)
{
    /* What vsnprintf(3) cuts off here is behind the cut of the text, because
     * escaping never makes it shorter. */
    char raw[LOG_TEXT_MAX + 8];
    char text[LOG_LINE_MAX];
    int saved_errno = errno;

    if (level > log_level())
        return;
    int n = vsnprintf(raw, sizeof(raw), format, args);
    if (n < 0)
        n = 0;
    if ((size_t)n >= sizeof(raw))
        n = (int)sizeof(raw) - 1;
    struct log_entry entry = {level, fields, str_of(raw, (size_t)n)};

    struct sink sink = get_sink();
    if (sink.write) {
        log_line_text(text, &entry);
        sink.write(sink.user, level, text);
    } else {
        write_entry(&entry);
    }
    errno = saved_errno;
}

void log_write_with(const struct log_fields *fields, enum log_level level,
                    const char *format, ...)
{
    va_list args;

    va_start(args, format);
    log_vwrite_with(fields, level, format, args);
    va_end(args);
}

void log_write(enum log_level level, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    log_vwrite_with(NULL, level, format, args);
    va_end(args);
}

/* Counts one more line. Whether it may be written; *ret_left_out is how many
 * were not in the stretch of time that is now over. */
static bool count_line(struct log_limit *limit, uint32_t *ret_left_out)
{
    int64_t now = clock_mono_ms();
    uint32_t lines;

    *ret_left_out = 0;
    pthread_mutex_lock(&limit_lock);
    if (limit->lines == 0 || now - limit->since >= LOG_LIMIT_MS) {
        if (limit->lines > LOG_LIMIT_LINES)
            *ret_left_out = limit->lines - LOG_LIMIT_LINES;
        *limit = (struct log_limit){.since = now};
    }
    if (limit->lines < UINT32_MAX)
        limit->lines++;
    lines = limit->lines;
    pthread_mutex_unlock(&limit_lock);
    return lines <= LOG_LIMIT_LINES;
}

void log_write_limited(struct log_limit *limit, const struct log_fields *fields,
                       enum log_level level, const char *format, ...)
{
    struct log_fields about = fields ? *fields : (struct log_fields){0};
    uint32_t left_out;
    va_list args;

    if (level > log_level() || !count_line(limit, &left_out))
        return;
    about.members = (struct str){0};
    if (left_out > 0)
        log_write_with(&about, level,
                       "%" PRIu32 " lines like the next were left out",
                       left_out);
    va_start(args, format);
    log_vwrite_with(fields, level, format, args);
    va_end(args);
}
