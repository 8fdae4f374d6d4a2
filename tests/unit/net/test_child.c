/* SPDX-License-Identifier: MIT */
#include "net_unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "net/child.h"

static struct loop *loop;
static struct child *child;
static struct child_end last;
static struct buf output;
static int ended, descriptors;

/* How many are open. */
static int count_descriptors(void)
{
    DIR *dir = opendir("/proc/self/fd");
    int count = 0;
    while (readdir(dir))
        count++;
    closedir(dir);
    return count;
}

static void setup(void)
{
    signal(SIGPIPE, SIG_IGN); /* as the server does */
    ck_assert_int_eq(child_prepare(), 0);
    descriptors = count_descriptors();
    loop = loop_new();
    ck_assert_ptr_nonnull(loop);
    buf_init(&output, BUF_MAX);
    ended = 0;
}

static void teardown(void)
{
    loop_free(loop);
    buf_free(&output);
    ck_assert_int_eq(mem_live(), 0);
    ck_assert_int_eq(count_descriptors(), descriptors);
    /* No process is left behind. */
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
    ck_assert_int_eq(errno, ECHILD);
}

static void on_ended(void *user, const struct child_end *end)
{
    ck_assert_ptr_eq(user, &ended);
    ended++;
    last = *end;
    buf_append_str(&output, end->output);
    child_free(child); /* as it may */
    child = NULL;
}

static int begin(const char *script, struct str input, size_t output_max,
                 int64_t timeout)
{
    char *argv[] = {(char[]){"sh"}, (char[]){"-c"}, NULL, NULL};
    struct child_options options = {.path = "/bin/sh",
                                    .argv = argv,
                                    .input = input,
                                    .output_max = output_max,
                                    .timeout = timeout};
    argv[2] = strdup(script);
    int error = child_new(loop, &options, on_ended, &ended, &child);
    free(argv[2]);
    return error;
}

/* Runs it to its end. */
static void run(const char *script, struct str input)
{
    buf_clear(&output);
    ended = 0;
    ck_assert_int_eq(begin(script, input, BUF_MAX, 60000), 0);
    TURN_UNTIL(loop, ended);
    ck_assert_int_eq(ended, 1);
    ck_assert(!last.timed_out);
}

static bool exited(int status)
{
    return WIFEXITED(last.status) && WEXITSTATUS(last.status) == status;
}

START_TEST(there_and_back)
{
    run("cat; echo end", STR("some text\n"));
    ck_assert(exited(0));
    ck_assert(str_eq(buf_str(&output), STR("some text\nend\n")));
    run("exit 3", STR(""));
    ck_assert(exited(3));
    ck_assert_uint_eq(output.n, 0);
    run("kill -SEGV $$", STR(""));
    ck_assert(WIFSIGNALED(last.status) && WTERMSIG(last.status) == SIGSEGV);
}
END_TEST

/* More than a pipe holds, both ways at once. */
START_TEST(much)
{
    struct buf input;
    buf_init(&input, BUF_MAX);
    for (int i = 0; i < 300000; i++)
        buf_printf(&input, "%d\n", i);
    run("cat", buf_str(&input));
    ck_assert(exited(0));
    ck_assert(str_eq(buf_str(&output), buf_str(&input)));
    /* Its end can come before all was read by it. */
    run("echo no", buf_str(&input));
    ck_assert(exited(0));
    ck_assert(str_eq(buf_str(&output), STR("no\n")));
    run("exec <&-; echo closed; sleep 0.1; echo later", buf_str(&input));
    ck_assert(str_eq(buf_str(&output), STR("closed\nlater\n")));
    buf_free(&input);
}
END_TEST

/* What is too much is thrown away, and does not stop it. */
START_TEST(too_much)
{
    ck_assert_int_eq(
        begin("head -c 1000000 /dev/zero; exit 5", STR(""), 5000, 60000), 0);
    TURN_UNTIL(loop, ended);
    ck_assert(exited(5));
    ck_assert_uint_le(output.n, 5000);
}
END_TEST

START_TEST(deadline)
{
    ck_assert_int_eq(begin("echo before; exec sleep 1000", STR(""), 1000, 300),
                     0);
    TURN_UNTIL(loop, ended);
    ck_assert(last.timed_out);
    ck_assert(WIFSIGNALED(last.status) && WTERMSIG(last.status) == SIGKILL);
    ck_assert(str_eq(buf_str(&output), STR("before\n")));
}
END_TEST

/* One that has left somebody behind who holds its stdout. */
START_TEST(grandchildren)
{
    run("sleep 1 & echo end", STR(""));
    ck_assert(exited(0));
    ck_assert(str_eq(buf_str(&output), STR("end\n")));
}
END_TEST

/* Whoever else is in this process may hear of its end before us. */
START_TEST(somebody_else_waits)
{
    signal(SIGCHLD, SIG_IGN);
    ck_assert_int_eq(begin("read x; echo end", STR("x\n"), 1000, 60000), 0);
    TURN_UNTIL(loop, ended);
    ck_assert(last.status == 0 && !last.timed_out);
    ck_assert(str_eq(buf_str(&output), STR("end\n")));
    ck_assert_int_eq(begin("exec sleep 1000", STR(""), 1000, 300), 0);
    TURN_UNTIL(loop, ended > 1);
    ck_assert(last.timed_out);
    signal(SIGCHLD, SIG_DFL);
    run("exit 3", STR(""));
    ck_assert(exited(3));
}
END_TEST

START_TEST(freed)
{
    ck_assert_int_eq(begin("exec sleep 1000", STR("x"), 1000, 60000), 0);
    settle(loop);
    child_free(child);
    settle(loop);
    ck_assert_int_eq(ended, 0);
    ck_assert_int_eq(events_added(loop), 1); /* the loop's own */
    child_free(NULL);
}
END_TEST

/* Neither our descriptors nor what we do with signals is the child's. */
START_TEST(what_it_inherits)
{
    char script[200];
    sigset_t all, before;
    int own = fcntl(1, F_DUPFD_CLOEXEC, 0);

    snprintf(script, sizeof(script),
             "for i in %d %d; do test -e /proc/$$/fd/$i && echo $i; done; "
             "kill -PIPE $$; echo alive",
             own, loop->wake_fd);
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    run(script, STR(""));
    sigprocmask(SIG_SETMASK, &before, NULL);
    close(own);
    ck_assert(WIFSIGNALED(last.status) && WTERMSIG(last.status) == SIGPIPE);
    ck_assert_uint_eq(output.n, 0);
}
END_TEST

START_TEST(no_such_program)
{
    char *argv[] = {(char[]){"nothing"}, NULL};
    struct child_options options = {
        .path = "/nonexistent/nothing", .argv = argv, .timeout = 1000};
    ck_assert_int_eq(child_new(loop, &options, on_ended, &ended, &child),
                     ERR_IO);
    ck_assert_int_eq(errno, ENOENT);
    settle(loop);
    ck_assert_int_eq(ended, 0);
}
END_TEST

/* Each of its descriptors may be the one that is not there any more. */
START_TEST(no_descriptors)
{
    struct rlimit limit, low;
    int tries = 0, error;

    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    int next = dup(1);
    close(next);
    low = limit;
    do {
        low.rlim_cur = (rlim_t)next + (rlim_t)tries++;
        ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &low), 0);
        error = begin("exit 0", STR(""), 1000, 60000);
        ck_assert(error == 0 || error == ERR_IO);
    } while (error < 0);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    ck_assert_int_gt(tries, 4);
    TURN_UNTIL(loop, ended);
    ck_assert(exited(0));
    /* Its places went when there was nothing to keep them with. */
    ck_assert_int_eq(child_prepare(), 0);
}
END_TEST

START_TEST(no_memory)
{
    bool failed = true;
    for (long n = 0; failed; n++) {
        ended = 0;
        mem_fail_after(n);
        int error = begin("cat", STR("input"), 1000, 60000);
        failed = mem_fail_left() < 0;
        mem_fail_after(-1);
        ck_assert_int_eq(error, failed ? ERR_NOMEM : 0);
    }
    TURN_UNTIL(loop, ended);
    ck_assert(exited(0));
    ck_assert(str_eq(buf_str(&output), STR("input")));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("net/child");
    TCase *t = tcase_create("child");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, there_and_back);
    tcase_add_test(t, much);
    tcase_add_test(t, too_much);
    tcase_add_test(t, deadline);
    tcase_add_test(t, grandchildren);
    tcase_add_test(t, somebody_else_waits);
    tcase_add_test(t, freed);
    tcase_add_test(t, what_it_inherits);
    tcase_add_test(t, no_such_program);
    tcase_add_test(t, no_descriptors);
    tcase_add_test(t, no_memory);
    suite_add_tcase(s, t);
    return unit_main(s);
}
