/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <regex.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

static char last[4096];
static enum log_level last_level;
static int entries;
/* The next entry is also kept here. */
static bool set_first_of_two;
static char first_of_two[256];

static void keep(void *user, enum log_level level, const char *text)
{
    ck_assert_ptr_eq(user, &entries);
    snprintf(last, sizeof(last), "%s", text);
    last_level = level;
    if (set_first_of_two)
        snprintf(first_of_two, sizeof(first_of_two), "%s", text);
    set_first_of_two = false;
    entries++;
}

static void setup(void)
{
    log_set_sink(keep, &entries);
}

static void assert_text(const char *expected)
{
    ck_assert_str_eq(last, expected);
}

START_TEST(goes_to_the_sink)
{
    log_error("one %d", 1);
    assert_text("one 1");
    ck_assert_int_eq(last_level, LOG_LEVEL_ERROR);
    log_warn("two");
    ck_assert_int_eq(last_level, LOG_LEVEL_WARN);
    log_info("%s", "");
    assert_text("");
    ck_assert_int_eq(last_level, LOG_LEVEL_INFO);
    ck_assert_int_eq(entries, 3);
}
END_TEST

START_TEST(levels)
{
    ck_assert_int_eq(log_level(), LOG_LEVEL_INFO);
    log_debug("no");
    log_write(LOG_LEVEL_DEBUG, "no");
    ck_assert_int_eq(entries, 0);

    log_set_level(LOG_LEVEL_DEBUG);
    log_debug("yes");
    ck_assert_int_eq(entries, 1);
    ck_assert_int_eq(last_level, LOG_LEVEL_DEBUG);

    log_set_level(LOG_LEVEL_ERROR);
    ck_assert_int_eq(log_level(), LOG_LEVEL_ERROR);
    log_warn("no");
    log_info("no");
    ck_assert_int_eq(entries, 1);
    log_error("yes");
    ck_assert_int_eq(entries, 2);
}
END_TEST

START_TEST(escapes_what_could_forge_a_line_or_drive_a_terminal)
{
    log_info("%s", "a\nb\r\tc\x1b[2J\x7f");
    assert_text("a\\x0ab\\x0d\\x09c\\x1b[2J\\x7f");
    /* C1: as UTF-8 and as bare bytes. */
    log_info("%s", "\xc2\x9b"
                   "2J \x9b \xc2\x80 \xc2\xa0");
    assert_text("\\xc2\\x9b2J \\x9b \\xc2\\x80 \xc2\xa0");
    for (int c = 1; c < 128; c++) {
        char text[2] = {(char)c}, expected[8];
        if (c < 0x20 || c == 0x7f)
            snprintf(expected, sizeof(expected), "\\x%02x", c);
        else
            snprintf(expected, sizeof(expected), "%c", c);
        log_info("%s", text);
        assert_text(expected);
    }
}
END_TEST

/* Marks that turn the text around them, and ends of lines of Unicode. */
START_TEST(escapes_what_could_turn_a_line_around)
{
    log_info("%s", "a\u202eb\u2066c\u2069\u2028\u200f\u061c\ufeff\u2027\u202f");
    assert_text("a\\xe2\\x80\\xaeb\\xe2\\x81\\xa6c\\xe2\\x81\\xa9"
                "\\xe2\\x80\\xa8\\xe2\\x80\\x8f\\xd8\\x9c"
                "\\xef\\xbb\\xbf\u2027\u202f");
}
END_TEST

START_TEST(keeps_utf8_and_only_that)
{
    log_info("%s", "\u00fc\u4e16\U0001f600");
    assert_text("\u00fc\u4e16\U0001f600");
    log_info("%s", "\xff\xc3(\xe4\xb8");
    assert_text("\\xff\\xc3(\\xe4\\xb8");
    log_info("%s", "\xed\xa0\x80");
    assert_text("\\xed\\xa0\\x80");
}
END_TEST

/* A text of n bytes that are `unit` over and over, whole units only. */
static const char *repeat(const char *unit, size_t n)
{
    static char text[8192];
    size_t size = strlen(unit);

    text[0] = '\0';
    for (size_t at = 0; at + size <= n; at += size)
        memcpy(text + at, unit, size + 1);
    return text;
}

START_TEST(cuts_long_texts)
{
    log_info("%s", repeat("x", 2000));
    assert_text(repeat("x", 2000));
    for (size_t n = 2001; n < 2020; n++) {
        log_info("%s", repeat("x", n));
        ck_assert_uint_eq(strlen(last), 2000);
        ck_assert_mem_eq(last, repeat("x", 1997), 1997);
        ck_assert_str_eq(last + 1997, "...");
    }
    log_info("%s", repeat("x", 8000));
    ck_assert_uint_eq(strlen(last), 2000);
    ck_assert_str_eq(last + 1997, "...");

    /* Not within an escape, nor within a character. */
    log_info("%s", repeat("\n", 3000));
    ck_assert_uint_eq(strlen(last), 1996 + 3);
    ck_assert_str_eq(last + 1992, "\\x0a...");
    log_info("x%s", repeat("\u4e16", 3000));
    ck_assert_uint_eq(strlen(last), 1 + 665 * 3 + 3);
    ck_assert_str_eq(last + 1 + 664 * 3, "\u4e16...");
    log_info("xx%s", repeat("\u4e16", 1998));
    ck_assert_uint_eq(strlen(last), 2000);
    ck_assert_str_eq(last + 1997, "\u4e16");
}
END_TEST

START_TEST(errno_stays)
{
    errno = EPIPE;
    log_info("%s", strerror(errno));
    ck_assert_int_eq(errno, EPIPE);
    errno = ENOENT;
    log_info("%m");
    assert_text(strerror(ENOENT));
    ck_assert_int_eq(errno, ENOENT);
    log_set_level(LOG_LEVEL_ERROR);
    log_info("no");
    ck_assert_int_eq(errno, ENOENT);

    int saved = dup(STDERR_FILENO);
    log_set_sink(NULL, NULL);
    close(STDERR_FILENO);
    errno = EPIPE;
    log_error("to nobody");
    int after = errno;
    dup2(saved, STDERR_FILENO);
    close(saved);
    ck_assert_int_eq(after, EPIPE);
}
END_TEST

/* Makes stderr a socket that keeps the boundaries of writes; the other end. */
static int capture_stderr(void)
{
    int ends[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
    ck_assert_int_eq(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    close(ends[1]);
    log_set_sink(NULL, NULL);
    return ends[0];
}

static void assert_line(int fd, const char *pattern)
{
    char line[4096];
    regex_t regex;

    ssize_t n = recv(fd, line, sizeof(line) - 1, MSG_DONTWAIT);
    ck_assert_int_gt(n, 0);
    line[n] = '\0';
    ck_assert_int_eq(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
    if (regexec(&regex, line, 0, NULL, 0) != 0)
        ck_abort_msg("%s does not match %s", line, pattern);
    regfree(&regex);
}

#define TIME                                                                   \
    "^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"                 \
    "\\.[0-9]{3}Z "

#define JSON_TIME                                                              \
    "\\{\"time\":\"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"    \
    "\\.[0-9]{3}Z\","

START_TEST(one_write_a_line)
{
    unsetenv("JOURNAL_STREAM");
    int fd = capture_stderr();

    log_error("first %d", 1);
    log_warn("second\n");
    log_info("%s", repeat("x", 5000));
    log_set_level(LOG_LEVEL_DEBUG);
    log_debug("fourth");
    assert_line(fd, TIME "error first 1\n$");
    assert_line(fd, TIME "warn second\\\\x0a\n$");
    assert_line(fd, TIME "info x+\\.\\.\\.\n$");
    assert_line(fd, TIME "debug fourth\n$");
    ck_assert_int_lt(recv(fd, last, 1, MSG_DONTWAIT), 0);
    close(fd);
}
END_TEST

START_TEST(marks_for_the_journal)
{
    int fd = capture_stderr();
    struct stat st;
    char stream[64];

    ck_assert_int_eq(fstat(STDERR_FILENO, &st), 0);
    snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)st.st_dev,
             (uintmax_t)st.st_ino);
    setenv("JOURNAL_STREAM", stream, 1);
    log_set_level(LOG_LEVEL_DEBUG);
    log_error("text");
    log_warn("text");
    log_info("text");
    log_debug("text");
    assert_line(fd, "^<3>text\n$");
    assert_line(fd, "^<4>text\n$");
    assert_line(fd, "^<6>text\n$");
    assert_line(fd, "^<7>text\n$");
    log_set_format(LOG_FORMAT_JSON);
    log_error("text");
    log_crash("crash", 5);
    assert_line(fd, "^<3>" JSON_TIME "\"level\":\"error\",\"text\":\"text\"\\}"
                    "\n$");
    assert_line(fd, "^<2>" JSON_TIME "\"level\":\"error\",\"text\":\"crash\"\\}"
                    "\n$");
    close(fd);
}
END_TEST

START_TEST(objects)
{
    const struct log_fields chat = {"chat", 2, STR("\"a\":1")};
    int fd = capture_stderr();

    unsetenv("JOURNAL_STREAM");
    log_set_format(LOG_FORMAT_JSON);
    log_error("%s", "a \"b\"");
    log_write_with(&chat, LOG_LEVEL_WARN, "%d", 3);
    log_set_format(LOG_FORMAT_TEXT);
    log_write_with(&chat, LOG_LEVEL_INFO, "%d", 4);
    assert_line(fd, "^" JSON_TIME "\"level\":\"error\",\"text\":\"a "
                    "\\\\\"b\\\\\"\"\\}\n$");
    assert_line(fd, "^" JSON_TIME "\"level\":\"warn\",\"plugin\":\"chat\","
                    "\"generation\":2,\"text\":\"3\",\"a\":1\\}\n$");
    assert_line(fd, TIME "info plugin chat#2: 4 a=1\n$");
    ck_assert_int_lt(recv(fd, last, 1, MSG_DONTWAIT), 0);
    close(fd);
}
END_TEST

START_TEST(sinks_are_given_text)
{
    const struct log_fields chat = {"chat", 2, STR("\"a\":1")};

    log_set_format(LOG_FORMAT_JSON);
    log_write_with(&chat, LOG_LEVEL_INFO, "text");
    assert_text("plugin chat#2: text a=1");
}
END_TEST

START_TEST(another_journal_is_no_journal)
{
    int fd = capture_stderr();

    setenv("JOURNAL_STREAM", "1:2", 1);
    log_error("text");
    assert_line(fd, TIME "error text\n$");
    close(fd);
}
END_TEST

static char log_path[64];

/* What stands in a file that the log has gone to; then it is no more. */
static void assert_file(const char *path, const char *pattern)
{
    char text[4096];
    regex_t regex;

    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    ssize_t n = read(fd, text, sizeof(text) - 1);
    ck_assert_int_ge(n, 0);
    close(fd);
    text[n] = '\0';
    ck_assert_int_eq(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
    if (regexec(&regex, text, 0, NULL, 0) != 0)
        ck_abort_msg("%s does not match %s", text, pattern);
    regfree(&regex);
    ck_assert_int_eq(unlink(path), 0);
}

/* How many descriptors there are, as far as it matters. */
static int descriptors(void)
{
    int count = 0;
    for (int fd = 0; fd < 64; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

START_TEST(a_file_is_appended_to)
{
    char moved[80];
    struct stat st;
    int fd = capture_stderr();

    unsetenv("JOURNAL_STREAM");
    snprintf(log_path, sizeof(log_path), "/tmp/test-log-%d", (int)getpid());
    snprintf(moved, sizeof(moved), "%s.1", log_path);
    umask(0);
    log_use_file(log_open_file(log_path));
    int count = descriptors();
    ck_assert_int_eq(stat(log_path, &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0640);
    log_info("one");
    log_crash("crash", 5);
    assert_line(fd, "^crash\n$"); /* on stderr too */
    /* As logrotate(8) does it. */
    ck_assert_int_eq(rename(log_path, moved), 0);
    log_info("two");
    log_use_file(log_open_file(log_path));
    log_info("three");
    assert_file(moved, TIME "info one\ncrash\n2.* info two\n$");
    assert_file(log_path, TIME "info three\n$");
    ck_assert_int_eq(descriptors(), count);
    ck_assert_int_lt(recv(fd, last, 1, MSG_DONTWAIT), 0);
    log_use_file(-1);
    log_info("four");
    assert_line(fd, TIME "info four\n$");
    log_use_file(log_open_file(log_path));
    log_info("five");
    assert_file(log_path, TIME "info five\n$");
    ck_assert_int_eq(descriptors(), count);
    ck_assert_int_eq(log_open_file("/not/there"), -1);
    ck_assert_int_eq(errno, ENOENT);
    log_use_file(-1);
    close(fd);
}
END_TEST

START_TEST(a_file_is_no_journal)
{
    int fd = capture_stderr();
    struct stat st;
    char stream[64];

    ck_assert_int_eq(fstat(STDERR_FILENO, &st), 0);
    snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)st.st_dev,
             (uintmax_t)st.st_ino);
    setenv("JOURNAL_STREAM", stream, 1);
    snprintf(log_path, sizeof(log_path), "/tmp/test-log-%d", (int)getpid());
    log_use_file(log_open_file(log_path));
    log_info("text");
    assert_file(log_path, TIME "info text\n$");
    log_use_file(-1);
    log_info("text");
    assert_line(fd, "^<6>text\n$");
    close(fd);
}
END_TEST

/* No file may be larger than that; 0: any size. */
static void limit_files(rlim_t size)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct rlimit limit;

    sigaction(SIGXFSZ, &ignore, NULL);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = size ? size : limit.rlim_max;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

START_TEST(a_disk_is_full_for_a_while)
{
    int fd = capture_stderr();
    struct stat st;

    unsetenv("JOURNAL_STREAM");
    snprintf(log_path, sizeof(log_path), "/tmp/test-log-%d", (int)getpid());
    log_use_file(log_open_file(log_path));
    log_info("one");
    ck_assert_int_eq(stat(log_path, &st), 0);
    limit_files((rlim_t)st.st_size + 4); /* a part of a line fits */
    errno = 7;
    log_info("two");
    ck_assert_int_eq(errno, 7);
    assert_line(fd, TIME "error log.file: File too large; lines are lost until "
                         "it can be written\n$");
    log_info("three");
    ck_assert_int_lt(recv(fd, last, 1, MSG_DONTWAIT), 0);
    ck_assert_uint_eq(log_lost(), 2);
    limit_files(0);
    log_info("four");
    log_info("five");
    ck_assert_uint_eq(log_lost(), 2);
    ck_assert_int_lt(recv(fd, last, 1, MSG_DONTWAIT), 0);
    assert_file(log_path,
                TIME "info one\n[0-9]{4}\n[^\n]* warn 2 lines of the log were "
                     "lost here\n[^\n]* info four\n[^\n]* info five\n$");
    log_use_file(-1);
    close(fd);
}
END_TEST

/* Nobody says it twice, and another file begins with it. */
START_TEST(a_disk_that_stays_full)
{
    int fd = capture_stderr();

    unsetenv("JOURNAL_STREAM");
    snprintf(log_path, sizeof(log_path), "/tmp/test-log-%d", (int)getpid());
    log_use_file(log_open_file("/dev/full"));
    for (int i = 0; i < 1000; i++)
        log_info("nobody reads this");
    assert_line(fd, TIME "error log.file: No space left on device; ");
    ck_assert_int_lt(recv(fd, last, 1, MSG_DONTWAIT), 0);
    ck_assert_uint_eq(log_lost(), 1000);
    log_use_file(log_open_file(log_path));
    log_info("again");
    assert_file(log_path, TIME "warn 1000 lines of the log were lost here\n"
                               "[^\n]* info again\n$");
    log_use_file(-1);
    close(fd);
}
END_TEST

#define THREADS 4
#define LINES   20

static void *log_lines(void *argument)
{
    for (int i = 0; i < LINES; i++)
        log_info("%s", (const char *)argument);
    return NULL;
}

START_TEST(lines_of_threads_do_not_mix)
{
    static char texts[THREADS][64];
    pthread_t threads[THREADS];
    int fd = capture_stderr();

    unsetenv("JOURNAL_STREAM");
    for (int i = 0; i < THREADS; i++) {
        memset(texts[i], 'a' + i, sizeof(texts[i]) - 1);
        ck_assert_int_eq(pthread_create(&threads[i], NULL, log_lines, texts[i]),
                         0);
    }
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    for (int i = 0; i < THREADS * LINES; i++)
        assert_line(fd, TIME "info (a{63}|b{63}|c{63}|d{63})\n$");
    ck_assert_int_lt(recv(fd, last, 1, MSG_DONTWAIT), 0);
    close(fd);
}
END_TEST

static void log_again(void *user, enum log_level level, const char *text)
{
    log_set_sink(keep, &entries);
    log_error("about: %s", text);
}

START_TEST(a_sink_may_log)
{
    log_set_sink(log_again, NULL);
    log_info("this");
    assert_text("about: this");
}
END_TEST

static void warn_often(int times)
{
    for (int i = 0; i < times; i++)
        log_warn("warning %d", i);
}

START_TEST(a_flood_of_warnings_is_cut)
{
    warn_often(10 * LOG_LIMIT_LINES);
    ck_assert_int_eq(entries, LOG_LIMIT_LINES);
    log_warn("from another place");
    assert_text("from another place");
    log_error("never cut");
    ck_assert_int_eq(entries, LOG_LIMIT_LINES + 2);
}
END_TEST

START_TEST(a_flood_of_help_to_debug_is_cut)
{
    log_set_level(LOG_LEVEL_DEBUG);
    for (int i = 0; i < 10 * LOG_LIMIT_LINES; i++)
        log_debug("help %d", i);
    ck_assert_int_eq(entries, LOG_LIMIT_LINES);
}
END_TEST

START_TEST(what_was_cut_is_counted)
{
    const struct log_fields chat = {"chat", 2, STR("\"a\":1")};
    struct log_limit limit = {0};
    for (int i = 0; i < LOG_LIMIT_LINES + 7; i++)
        log_write_limited(&limit, NULL, LOG_LEVEL_WARN, "line");
    ck_assert_int_eq(entries, LOG_LIMIT_LINES);
    limit.since -= LOG_LIMIT_MS; /* time passes */
    set_first_of_two = true;
    log_write_limited(&limit, NULL, LOG_LEVEL_WARN, "%s", "again");
    assert_text("again");
    ck_assert_str_eq(first_of_two, "7 lines like the next were left out");
    ck_assert_int_eq(entries, LOG_LIMIT_LINES + 2);
    limit.lines = LOG_LIMIT_LINES + 1;
    limit.since -= LOG_LIMIT_MS;
    set_first_of_two = true;
    log_write_limited(&limit, &chat, LOG_LEVEL_WARN, "again");
    assert_text("plugin chat#2: again a=1");
    ck_assert_str_eq(first_of_two,
                     "plugin chat#2: 1 lines like the next were left out");
}
END_TEST

START_TEST(what_is_below_the_level_is_not_counted)
{
    struct log_limit limit = {0};
    log_write_limited(&limit, NULL, LOG_LEVEL_DEBUG, "no");
    ck_assert_int_eq(entries, 0);
    ck_assert_uint_eq(limit.lines, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base/log");
    TCase *tests = tcase_create("log");

    tcase_add_checked_fixture(tests, setup, NULL);
    tcase_add_test(tests, goes_to_the_sink);
    tcase_add_test(tests, levels);
    tcase_add_test(tests, escapes_what_could_forge_a_line_or_drive_a_terminal);
    tcase_add_test(tests, escapes_what_could_turn_a_line_around);
    tcase_add_test(tests, keeps_utf8_and_only_that);
    tcase_add_test(tests, cuts_long_texts);
    tcase_add_test(tests, errno_stays);
    tcase_add_test(tests, one_write_a_line);
    tcase_add_test(tests, objects);
    tcase_add_test(tests, sinks_are_given_text);
    tcase_add_test(tests, marks_for_the_journal);
    tcase_add_test(tests, another_journal_is_no_journal);
    tcase_add_test(tests, a_file_is_appended_to);
    tcase_add_test(tests, a_file_is_no_journal);
    tcase_add_test(tests, a_disk_is_full_for_a_while);
    tcase_add_test(tests, a_disk_that_stays_full);
    tcase_add_test(tests, lines_of_threads_do_not_mix);
    tcase_add_test(tests, a_sink_may_log);
    tcase_add_test(tests, a_flood_of_warnings_is_cut);
    tcase_add_test(tests, a_flood_of_help_to_debug_is_cut);
    tcase_add_test(tests, what_was_cut_is_counted);
    tcase_add_test(tests, what_is_below_the_level_is_not_counted);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
