/* SPDX-License-Identifier: MIT */
/* What else changes, and that nothing has changed by what fails. */
#include "app_unit.h"

START_TEST(keys_of_every_floor)
{
    unsigned port = free_port();
    start(with_port(text_1, "{\"listen\":\"127.0.0.1:%u\"}", port));
    int old = dial(port);
    ck_get(old, HANDSHAKE, "Origin: http://a\r\n", "403 Forbidden");
    ck_get(old, "/metrics", "", "404 Not Found");
    ck_assert_int_eq(log_level(), LOG_LEVEL_INFO);

    with_port(
        text_2,
        "{\"listen\":\"127.0.0.1:%u\",\"pingInterval\":777,"
        "\"cors\":{\"origin\":\"http://a\"},\"log\":{\"level\":\"debug\"},"
        "\"metrics\":{\"enabled\":true,\"path\":\"/numbers\"},"
        "\"limits\":{\"headerSize\":2000,\"connections\":2}}",
        port);
    change(text_2);
    ck_get(old, HANDSHAKE, "Origin: http://a\r\n",
           "Access-Control-Allow-Origin: http://a");
    ck_get(old, HANDSHAKE, "", "\"pingInterval\":777");
    ck_get(old, "/numbers", "", "200 OK");
    ck_get(old, "/metrics", "", "404 Not Found");
    ck_assert_int_eq(log_level(), LOG_LEVEL_DEBUG);
    int second = dial(port);
    ck_get(second, HANDSHAKE, "", "200 OK");
    int third = dial(port);
    ck_get(third, "/", "", "503");
    close(third);

    change(text_1);
    ck_get(old, HANDSHAKE, "Origin: http://a\r\n", "403 Forbidden");
    ck_get(old, "/numbers", "", "404 Not Found");
    ck_assert_int_eq(log_level(), LOG_LEVEL_INFO);
    close(old);
    close(second);
}
END_TEST

START_TEST(the_log)
{
    char path[100], line[200];

    start("{\"listen\":\"localhost:0\"}");
    log_set_sink(NULL, NULL);
    refuse("{\"listen\":\"localhost:0\",\"log\":{\"file\":\"none/x\"}}",
           "none/x: No such file or directory\n");
    change("{\"listen\":\"localhost:0\",\"log\":{\"file\":\"x\"}}");
    log_info("into the file");
    change("{\"listen\":\"localhost:0\"}");
    snprintf(path, sizeof(path), "%s/x", top);
    FILE *f = fopen(path, "r");
    ck_assert_ptr_nonnull(f);
    ck_assert_ptr_nonnull(fgets(line, sizeof(line), f));
    ck_assert_ptr_nonnull(strstr(line, "into the file"));
    ck_assert_ptr_null(fgets(line, sizeof(line), f));
    fclose(f);
}
END_TEST

START_TEST(pages)
{
    unsigned port = free_port();
    make_dir("one");
    make_file("one/a.txt", "first");
    make_dir("two");
    make_file("two/a.txt", "second");
    start(with_port(text_1, "{\"listen\":\"127.0.0.1:%u\"}", port));
    int fd = dial(port);
    ck_get(fd, "/a.txt", "", "404 Not Found");
    change(with_port(text_2,
                     "{\"listen\":\"127.0.0.1:%u\","
                     "\"static\":{\"root\":\"one\",\"maxAge\":5}}",
                     port));
    ck_get(fd, "/a.txt", "", "first");
    ck_assert_ptr_nonnull(strstr(answer, "max-age=5"));
    change(with_port(text_2,
                     "{\"listen\":\"127.0.0.1:%u\","
                     "\"static\":{\"root\":\"two\"}}",
                     port));
    ck_get(fd, "/a.txt", "", "second");
    ck_assert_ptr_nonnull(strstr(answer, "no-cache"));
    refuse(with_port(text_2,
                     "{\"listen\":\"127.0.0.1:%u\","
                     "\"static\":{\"root\":\"three\"}}",
                     port),
           "static root ");
    ck_get(fd, "/a.txt", "", "second");
    /* In development that is a warning. */
    change(with_port(text_2,
                     "{\"listen\":\"127.0.0.1:%u\",\"mode\":\"development\","
                     "\"static\":{\"root\":\"three\"}}",
                     port));
    ck_get(fd, "/a.txt", "", "404 Not Found");
    close(fd);
}
END_TEST

/* A folder that was put in the place of the one that is served. */
START_TEST(pages_that_were_moved)
{
    unsigned port = free_port();
    struct app_change *c;
    struct config *after;
    char from[100], to[100];

    make_dir("one");
    make_file("one/a.txt", "first");
    with_port(text_1,
              "{\"listen\":\"127.0.0.1:%u\",\"static\":{\"root\":\"one\"}}",
              port);
    start(text_1);
    ck_assert_int_eq(prepare(text_1, &after, &c), 0);
    ck_assert(!app_change_moves_files(c));
    app_change_abandon(c);
    config_free(after);

    snprintf(from, sizeof(from), "%s/one", top);
    snprintf(to, sizeof(to), "%s/old", top);
    ck_assert_int_eq(rename(from, to), 0);
    make_dir("one");
    make_file("one/a.txt", "second");
    ck_assert_int_eq(prepare(text_1, &after, &c), 0);
    ck_assert(app_change_moves_files(c));
    app_change_commit(c);
    config = after;
    int fd = dial(port);
    ck_get(fd, "/a.txt", "", "second");
    close(fd);
}
END_TEST

START_TEST(client_files)
{
    static const char file[] = "/socket.io/socket.io.js";
    unsigned port = free_port();
    make_dir("dist");
    make_file("dist/socket.io.js", "the client");
    start(with_port(text_1, "{\"listen\":\"127.0.0.1:%u\"}", port));
    int fd = dial(port), held = dial(port);
    ck_get(fd, file, "", "400 Bad Request");
    /* A poll that is held meanwhile stays with its session. */
    const char *sid = strstr(get(fd, HANDSHAKE, ""), "\"sid\":\"");
    ck_assert_ptr_nonnull(sid);
    char poll[200];
    snprintf(poll, sizeof(poll),
             "GET " HANDSHAKE "&sid=%.20s HTTP/1.1\r\nHost: h\r\n\r\n",
             sid + 7);
    ck_assert_int_gt(send(held, poll, strlen(poll), 0), 0);
    for (int i = 0; i < 5; i++)
        loop_turn(loop, 1);

    change(with_port(
        text_2, "{\"listen\":\"127.0.0.1:%u\",\"clientDir\":\"dist\"}", port));
    ck_get(fd, file, "", "the client");
    refuse(with_port(text_2,
                     "{\"listen\":\"127.0.0.1:%u\",\"clientDir\":\"none\"}",
                     port),
           "clientDir ");
    ck_get(fd, file, "", "the client");
    change(with_port(text_2,
                     "{\"listen\":\"127.0.0.1:%u\",\"clientDir\":\"dist\","
                     "\"serveClient\":false}",
                     port));
    ck_get(fd, file, "", "400 Bad Request");
    ck_assert_int_eq(recv(held, poll, sizeof(poll), 0), -1);
    ck_assert_int_eq(errno, EAGAIN);
    close(held);
    close(fd);
}
END_TEST

START_TEST(memory_may_run_out)
{
    unsigned port = free_port(), more = free_port();
    struct app_change *c = NULL;
    int error = ERR_NOMEM;

    make_dir("one");
    start(with_port(text_1, "{\"listen\":\"127.0.0.1:%u\"}", port));
    snprintf(text_2, sizeof(text_2),
             "{\"listen\":[\"127.0.0.1:%u\",\"127.0.0.1:%u\"],"
             "\"static\":{\"root\":\"one\"},\"clientDir\":\"one\","
             "\"pingInterval\":777}",
             port, more);
    struct config *after = parse(text_2);
    int fd = dial(port);
    ck_get(fd, "/", "", "404 Not Found");
    long before = mem_live();
    for (long n = 0; error < 0; n++) {
        ck_assert_int_lt(n, 100);
        buf_clear(&why);
        mem_fail_after(n);
        error = app_change_prepare(app, after, false, &c, &why);
        mem_fail_after(-1);
        buf_free(&why);
        ck_assert(error == 0 || mem_live() <= before);
    }
    /* From here on nothing is asked for. */
    begin_to_look();
    mem_fail_after(0);
    app_change_commit(c);
    mem_fail_after(-1);
    end_to_look();
    config = after;
    int young = dial(more);
    ck_get(young, HANDSHAKE, "", "\"pingInterval\":777");
    close(young);
    close(fd);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("change");
    TCase *tc = tcase_create("change");
    suite_add_tcase(suite, tc);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, keys_of_every_floor);
    tcase_add_test(tc, the_log);
    tcase_add_test(tc, pages);
    tcase_add_test(tc, pages_that_were_moved);
    tcase_add_test(tc, client_files);
    tcase_add_test(tc, memory_may_run_out);
    return unit_main(suite);
}
