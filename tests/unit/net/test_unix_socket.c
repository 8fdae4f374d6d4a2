/* SPDX-License-Identifier: MIT */
#include "net_unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "net/listener.h"
#include "net/unix_socket.h"

static struct loop *loop;
static struct listener *listener;
static struct buf text;
static long live;
static char folder[64], path[128], address[160];
static int accepted = -1;
static char peer[16];

static void on_accepted(void *user, int fd, struct str from)
{
    if (accepted >= 0)
        close(accepted);
    ck_assert_uint_lt(from.n, sizeof(peer));
    accepted = fd;
    memcpy(peer, from.p, from.n);
    peer[from.n] = '\0';
}

static const struct listener_events events = {.accepted = on_accepted};

static void setup(void)
{
    live = mem_live();
    loop = loop_new();
    ck_assert_ptr_nonnull(loop);
    buf_init(&text, 1000);
    snprintf(folder, sizeof(folder), "/tmp/test-unix-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/socket", folder);
    snprintf(address, sizeof(address), "unix:%s", path);
}

static void teardown(void)
{
    listener_free(listener);
    if (accepted >= 0)
        close(accepted);
    unlink(path);
    ck_assert_int_eq(rmdir(folder), 0);
    buf_free(&text);
    loop_free(loop);
    ck_assert_int_eq(mem_live(), live);
}

static int open_at(const char *where)
{
    return listener_new(loop, str_z(where), &events, NULL, &listener, &text);
}

static void accept_one(void)
{
    int fd = unix_socket_connect(path);
    ck_assert_int_ge(fd, 0);
    TURN_UNTIL(loop, accepted >= 0);
    ck_assert_str_eq(peer, "unix:");
    close(fd);
}

START_TEST(a_connection_is_accepted)
{
    struct stat st;

    ck_assert_int_eq(open_at(address), 0);
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert(S_ISSOCK(st.st_mode));
    ck_assert_uint_eq(st.st_mode & 0777, 0666);
    listener_url(listener, &text);
    ck_assert(str_eq(buf_str(&text), str_z(address)));
    ck_assert_uint_eq(listener_port(listener), 0);
    accept_one();
    listener_free(listener);
    listener = NULL;
    ck_assert_int_eq(access(path, F_OK), -1);
}
END_TEST

START_TEST(an_adopted_descriptor_is_accepted_from)
{
    struct stat st;

    int fd = unix_socket_listen(path, 0600);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0600);
    ck_assert_int_eq(listener_adopt(loop, fd, &events, NULL, &listener), 0);
    accept_one();
    listener_free(listener);
    listener = NULL;
    ck_assert_int_eq(fcntl(fd, F_GETFD), -1);
    ck_assert(unix_socket_remove(path));
    ck_assert_int_eq(access(path, F_OK), -1);
    ck_assert(!unix_socket_remove(path));
}
END_TEST

START_TEST(where_somebody_listens_nobody_else_does)
{
    ck_assert_int_eq(open_at(address), 0);
    ck_assert_int_eq(unix_socket_listen(path, 0600), -1);
    ck_assert_int_eq(errno, EADDRINUSE);
    accept_one();
}
END_TEST

START_TEST(what_a_server_has_left_behind_is_replaced)
{
    close(unix_socket_listen(path, 0600));
    ck_assert_int_eq(open_at(address), 0);
    accept_one();
    ck_assert(!unix_socket_remove(path)); /* it is another's by now */
    ck_assert_int_eq(access(path, F_OK), 0);
}
END_TEST

START_TEST(what_is_no_socket_stays)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    ck_assert_int_ge(fd, 0);
    close(fd);
    ck_assert_int_eq(open_at(address), ERR_IO);
    ck_assert_ptr_nonnull(strstr(text.p, "Address already in use"));
    ck_assert_int_eq(access(path, F_OK), 0);
}
END_TEST

START_TEST(a_path_that_is_too_long_is_said_so)
{
    char where[200];

    snprintf(where, sizeof(where), "unix:/tmp/%0150d", 0);
    ck_assert_int_eq(open_at(where), ERR_IO);
    buf_append_char(&text, '\0');
    ck_assert_ptr_nonnull(strstr(text.p, "at most 107 bytes"));
}
END_TEST

START_TEST(a_path_has_a_slash)
{
    ck_assert_int_eq(open_at("unix:"), ERR_SYNTAX);
    ck_assert_int_eq(open_at("unix:socket"), ERR_SYNTAX);
    buf_clear(&text);
    ck_assert_int_eq(open_at("unix:/tmp/not/there/socket"), ERR_IO);
    buf_append_char(&text, '\0');
    ck_assert_ptr_nonnull(strstr(text.p, "No such file"));
}
END_TEST

START_TEST(without_memory_nothing_stays)
{
    for (long n = 0;; n++) {
        mem_fail_after(n);
        int result = open_at(address);
        mem_fail_after(-1);
        if (result == 0)
            break;
        ck_assert_int_eq(result, ERR_NOMEM);
        ck_assert_int_eq(access(path, F_OK), -1);
        buf_clear(&text);
    }
    accept_one();
}
END_TEST

START_TEST(names_of_systemd_may_be_abstract)
{
    struct sockaddr_un a;
    socklen_t size;
    char longest[109];

    ck_assert_int_eq(unix_socket_address("@abc", &a, &size), 0);
    ck_assert_int_eq(a.sun_path[0], '\0');
    ck_assert_int_eq(memcmp(a.sun_path + 1, "abc", 3), 0);
    ck_assert_uint_eq(size, offsetof(struct sockaddr_un, sun_path) + 4);
    ck_assert_int_eq(unix_socket_address("/a", &a, &size), 0);
    ck_assert_uint_eq(size, offsetof(struct sockaddr_un, sun_path) + 3);
    memset(longest, 'a', sizeof(longest));
    longest[108] = '\0';
    ck_assert_int_eq(unix_socket_address(longest, &a, &size), ENAMETOOLONG);
    longest[107] = '\0';
    ck_assert_int_eq(unix_socket_address(longest, &a, &size), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("net/unix_socket");
    TCase *tests = tcase_create("unix_socket");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, a_connection_is_accepted);
    tcase_add_test(tests, an_adopted_descriptor_is_accepted_from);
    tcase_add_test(tests, where_somebody_listens_nobody_else_does);
    tcase_add_test(tests, what_a_server_has_left_behind_is_replaced);
    tcase_add_test(tests, what_is_no_socket_stays);
    tcase_add_test(tests, a_path_that_is_too_long_is_said_so);
    tcase_add_test(tests, a_path_has_a_slash);
    tcase_add_test(tests, without_memory_nothing_stays);
    tcase_add_test(tests, names_of_systemd_may_be_abstract);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
