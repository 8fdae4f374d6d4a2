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
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/utf8.h"

#define TEXT_MAX 2000
/* Time and level, or the journal's mark. */
#define PREFIX_MAX 64
#define CUT_MARK   "..."

struct sink {
    void (*write)(void *user, enum log_level level, const char *text);
    void *user;
};

static const struct level {
    const char *name;
    int priority; /* of syslog(3) */
} levels[] = {
    [LOG_LEVEL_ERROR] = {"error", 3},
    [LOG_LEVEL_WARN] = {"warn", 4},
    [LOG_LEVEL_INFO] = {"info", 6},
    [LOG_LEVEL_DEBUG] = {"debug", 7},
};

static atomic_int current_level = LOG_LEVEL_INFO;
static pthread_mutex_t sink_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t limit_lock = PTHREAD_MUTEX_INITIALIZER;
static struct sink current_sink;
static pthread_once_t journal_once = PTHREAD_ONCE_INIT;
static bool journal;
/* Where lines go. Any thread may be about to write, so that a descriptor is
 * never closed: another file takes its number. */
static atomic_int target = STDERR_FILENO;
static int file_fd = -1; /* the number that log files have; -1: none yet */

void log_set_level(enum log_level level)
{
    atomic_store_explicit(&current_level, (int)level, memory_order_relaxed);
}

enum log_level log_level(void)
{
    return (enum log_level)atomic_load_explicit(&current_level,
                                                memory_order_relaxed);
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

/*
 * How many bytes at p, of which there are n > 0, are one character that may
 * stand in a log; 0 when the first byte has to be escaped: a control
 * character (C0, DEL and C1) or no UTF-8.
 */
static size_t printable(const char *p, size_t n)
{
    struct utf8 u;
    size_t length = 0;
    unsigned char c = (unsigned char)p[0];

    if (c < 0x80)
        return c >= 0x20 && c != 0x7f;
    if (c == 0xc2 && n > 1 && (unsigned char)p[1] < 0xa0)
        return 0;
    utf8_init(&u);
    do {
        if (length == n || utf8_feed(&u, p + length, 1) < 0)
            return 0;
        length++;
    } while (!utf8_complete(&u));
    return length;
}

/*
 * Writes `from` to `to`, escaped, cut at TEXT_MAX bytes between two characters
 * and NUL-terminated. Returns the length.
 */
static size_t escape(char to[TEXT_MAX + 1], const char *from, size_t n)
{
    size_t length = 0;
    size_t cut = 0; /* where the mark fits, should it be needed */

    for (size_t i = 0; i < n;) {
        char escaped[5];
        const char *p = from + i;
        size_t read = printable(p, n - i);
        size_t size = read;
        if (read == 0) {
            snprintf(escaped, sizeof(escaped), "\\x%02x", (unsigned char)*p);
            p = escaped;
            read = 1;
            size = 4;
        }
        if (size > TEXT_MAX - length) {
            memcpy(to + cut, CUT_MARK, sizeof(CUT_MARK));
            return cut + sizeof(CUT_MARK) - 1;
        }
        memcpy(to + length, p, size);
        length += size;
        i += read;
        if (length <= TEXT_MAX - (sizeof(CUT_MARK) - 1))
            cut = length;
    }
    to[length] = '\0';
    return length;
}

/* Time and level in front of a line that goes to `fd`; returns the length. */
static size_t prefix(char to[PREFIX_MAX], const struct level *level, int fd)
{
    int64_t now = clock_wall_ms();
    time_t seconds = (time_t)(now / 1000);
    struct tm tm = {0};

    if (journal && fd == STDERR_FILENO)
        return (size_t)snprintf(to, PREFIX_MAX, "<%d>", level->priority);
    gmtime_r(&seconds, &tm);
    size_t n = strftime(to, PREFIX_MAX, "%Y-%m-%dT%H:%M:%S", &tm);
    return n + (size_t)snprintf(to + n, PREFIX_MAX - n, ".%03dZ %s ",
                                (int)(now % 1000), level->name);
}

static void write_out(int fd, const char *p, size_t n)
{
    while (write(fd, p, n) < 0 && errno == EINTR)
        continue;
}

/* One write(2): lines of several threads or processes do not mix. When it
 * fails there is nobody left to tell. */
static void write_line(enum log_level level, const char *text, size_t n)
{
    char line[PREFIX_MAX + TEXT_MAX + 1];
    int fd = atomic_load(&target);

    pthread_once(&journal_once, detect_journal);
    size_t length = prefix(line, &levels[level], fd);
    memcpy(line + length, text, n);
    length += n;
    line[length++] = '\n';
    write_out(fd, line, length);
}

/* "<2>": critical. snprintf(3) is not for handlers of signals. */
void log_crash(const char *text, size_t n)
{
    static const char mark[] = "<2>";
    char line[PREFIX_MAX + TEXT_MAX + 1];
    int fd = atomic_load(&target), saved_errno = errno;
    size_t marked = journal ? sizeof(mark) - 1 : 0;

    memcpy(line, mark, marked);
    if (n > TEXT_MAX)
        n = TEXT_MAX;
    memcpy(line + marked, text, n);
    line[marked + n++] = '\n';
    write_out(STDERR_FILENO, line, marked + n);
    if (fd != STDERR_FILENO)
        write_out(fd, line + marked, n);
    errno = saved_errno;
}

void log_vwrite(enum log_level level, const char *format, va_list args)
{
    /* What vsnprintf(3) cuts off here is behind the cut of the text, because
     * escaping never makes it shorter. */
    char raw[TEXT_MAX + 8];
    char text[TEXT_MAX + 1];
    int saved_errno = errno;

    if (level > log_level())
        return;
    int n = vsnprintf(raw, sizeof(raw), format, args);
    if (n < 0)
        n = 0;
    if ((size_t)n >= sizeof(raw))
        n = (int)sizeof(raw) - 1;
    size_t length = escape(text, raw, (size_t)n);

    struct sink sink = get_sink();
    if (sink.write)
        sink.write(sink.user, level, text);
    else
        write_line(level, text, length);
    errno = saved_errno;
}

void log_write(enum log_level level, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    log_vwrite(level, format, args);
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

void log_write_limited(struct log_limit *limit, enum log_level level,
                       const char *format, ...)
{
    uint32_t left_out;
    va_list args;

    if (level > log_level() || !count_line(limit, &left_out))
        return;
    if (left_out > 0)
        log_write(level, "%" PRIu32 " lines like the next were left out",
                  left_out);
    va_start(args, format);
    log_vwrite(level, format, args);
    va_end(args);
}
