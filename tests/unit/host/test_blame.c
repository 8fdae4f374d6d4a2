/* SPDX-License-Identifier: MIT */
/* Who is to blame: how it is said, and what a crash writes down. That a plugin
 * is named for each of its callbacks is seen by tests/clients. */
#include "stage.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/plugin/blame.h"

static mortise_handler handlers[] = {{"say"}, {MORTISE_USE}, {MORTISE_CONNECT}};
static mortise_handler timers[] = {{"tick"}};
static mortise_handler acks[] = {{"answer"}};
static struct generation chat = {.handlers = {handlers, 3},
                                 .timers = {timers, 1},
                                 .acks = {acks, 1},
                                 .number = 3,
                                 .name = "chat",
                                 .version = "1.2.0",
                                 .hash = {0x01, 0x23, 0xab, 0xcd}};

static void expect(struct blame blame, const char *text)
{
    char said[100];
    blame.generation = &chat;
    ck_assert_uint_eq(blame_text(&blame, said, sizeof(said)), strlen(text));
    ck_assert_str_eq(said, text);
}

START_TEST(texts)
{
    expect((struct blame){.row = &handlers[0], .name = "say", .running = true},
           "event say");
    expect((struct blame){.row = &handlers[1], .name = "say", .running = true},
           "moment use, event say");
    expect((struct blame){.row = &handlers[1], .name = "use", .running = true},
           "moment use");
    expect(
        (struct blame){.row = &handlers[2], .name = "connect", .running = true},
        "moment connect");
    expect((struct blame){.row = &timers[0], .name = "tick", .running = true},
           "timer tick");
    expect((struct blame){.row = &acks[0], .name = "answer", .running = true},
           "ack answer");
    expect((struct blame){.what = "job", .name = "hash", .running = true},
           "job hash");
    expect((struct blame){.what = "init", .running = true}, "init");
    expect((struct blame){.running = true}, "a callback");
    expect((struct blame){.row = &handlers[1],
                          .name = "a\n\x1b[1m\xc2\x9b",
                          .running = true},
           "moment use, event a??[1m??");
}
END_TEST

/* What a callback was told of has gone with it. */
START_TEST(afterwards)
{
    expect((struct blame){.row = &handlers[1], .name = (char *)8},
           "moment use");
    expect((struct blame){.what = "job", .name = (char *)8}, "job");
}
END_TEST

START_TEST(cut)
{
    struct blame blame = {&chat, NULL, "init", NULL, true};
    char said[4];
    ck_assert_uint_eq(blame_text(&blame, said, sizeof(said)), 3);
    ck_assert_str_eq(said, "ini");
}
END_TEST

START_TEST(one_within_another)
{
    struct blame nobody = blame_begin(&chat, "init", NULL);
    struct blame outer = blame_begin(&chat, "service", "rating");
    ck_assert_str_eq(blame_current.what, "service");
    blame_end(outer);
    ck_assert_str_eq(blame_current.what, "init");
    blame_end(nobody);
    ck_assert_ptr_null(blame_current.generation);
}
END_TEST

START_TEST(forgotten)
{
    struct generation other;
    blame_begin(&chat, "init", NULL);
    blame_forget(&other);
    ck_assert_ptr_eq(blame_current.generation, &chat);
    blame_forget(&chat);
    ck_assert_ptr_null(blame_current.generation);
}
END_TEST

/* --- what a process that crashes leaves behind --- */

struct left {
    char said[1024], written[1024];
    int status;
};

static void read_all(int fd, char *to, size_t size)
{
    size_t n = 0;
    ssize_t got;
    while ((got = read(fd, to + n, size - 1 - n)) > 0)
        n += (size_t)got;
    to[n] = '\0';
    close(fd);
}

static struct left crash(void (*act)(void))
{
    struct left left;
    int said[2], written[2];

    ck_assert_int_eq(pipe(said), 0);
    ck_assert_int_eq(pipe(written), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(said[1], STDERR_FILENO);
        blame_install();
        blame_write_to(written[1]);
        act();
        _exit(0);
    }
    close(said[1]);
    close(written[1]);
    read_all(said[0], left.said, sizeof(left.said));
    read_all(written[0], left.written, sizeof(left.written));
    ck_assert_int_eq(waitpid(child, &left.status, 0), child);
    return left;
}

static void in_a_plugin(void)
{
    blame_begin(&chat, "service", "rating");
    abort();
}

START_TEST(crashes_in_a_plugin)
{
    struct left left = crash(in_a_plugin);
    unsigned long long at;
    int n = 0;

    ck_assert_str_eq(left.said, "mortise: crashed with SIGABRT in plugin "
                                "chat#3 (version 1.2.0), service rating\n");
    ck_assert_int_eq(sscanf(left.written, "%llu%n", &at, &n), 1);
    ck_assert_str_eq(left.written + n,
                     " chat 0123abcd00000000 SIGABRT in chat#3 (version "
                     "1.2.0), service rating\n");
    ck_assert(WIFSIGNALED(left.status) && WTERMSIG(left.status) == SIGABRT);
}
END_TEST

static void after_a_plugin(void)
{
    blame_begin(&chat, "service", "rating");
    blame_current.running = false;
    abort();
}

START_TEST(crashes_after_a_plugin)
{
    struct left left = crash(after_a_plugin);
    ck_assert_str_eq(left.said, "mortise: crashed with SIGABRT in no plugin; "
                                "the last that ran was chat#3 (version "
                                "1.2.0), service\n");
    ck_assert_str_eq(left.written, "");
}
END_TEST

START_TEST(crashes_without_a_plugin)
{
    struct left left = crash(abort);
    ck_assert_str_eq(left.said, "mortise: crashed with SIGABRT in no plugin\n");
    ck_assert_str_eq(left.written, "");
}
END_TEST

/* What a plugin forks is no server. */
static void in_a_child(void)
{
    blame_begin(&chat, "init", NULL);
    pid_t child = fork();
    if (child == 0)
        abort();
    waitpid(child, NULL, 0);
}

START_TEST(crashes_of_children)
{
    struct left left = crash(in_a_child);
    ck_assert_str_eq(left.said, "");
    ck_assert_str_eq(left.written, "");
    ck_assert(WIFEXITED(left.status));
}
END_TEST

/* Not all that ends a process is a crash. */
static void end_otherwise(void)
{
    blame_begin(&chat, "init", NULL);
    raise(SIGUSR1);
}

START_TEST(other_signals)
{
    struct left left = crash(end_otherwise);
    ck_assert_str_eq(left.said, "");
    ck_assert(WIFSIGNALED(left.status) && WTERMSIG(left.status) == SIGUSR1);
}
END_TEST

/* --- calls that take long --- */

START_TEST(slow)
{
    stage_start("{\"name\":\"crash\"}");
    struct eio_session *a = stage_join();
    int took;
    char rest[100];

    fake_text(a, "2[\"slow\",150]");
    ck_assert_int_eq(sscanf(stage.journal,
                            "crash#1: event slow took %d %99[^\n]", &took,
                            rest),
                     2);
    ck_assert_str_eq(rest, "ms, in which nobody else was served");
    ck_assert_int_ge(took, 100);
    ck_assert_uint_ge(stage.host->slots[0]->slow_calls, 1);
    stage_stop();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("blame");
    TCase *tcase = tcase_create("blame");
    tcase_add_test(tcase, texts);
    tcase_add_test(tcase, afterwards);
    tcase_add_test(tcase, cut);
    tcase_add_test(tcase, one_within_another);
    tcase_add_test(tcase, forgotten);
    tcase_add_test(tcase, crashes_in_a_plugin);
    tcase_add_test(tcase, crashes_after_a_plugin);
    tcase_add_test(tcase, crashes_without_a_plugin);
    tcase_add_test(tcase, crashes_of_children);
    tcase_add_test(tcase, other_signals);
    tcase_add_test(tcase, slow);
    suite_add_tcase(suite, tcase);
    return unit_main(suite);
}
