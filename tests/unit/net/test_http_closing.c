/* SPDX-License-Identifier: MIT */
/* How connections end: by the client, by time, by the server. */
#include "http_unit.h"

START_TEST(end_behind_a_request)
{
    int fd = connect_client();
    send_text(fd, GET("/1") GET("/2"));
    shutdown(fd, SHUT_WR);
    ck_closed(receive(fd), OK_HEAD "Content-Length: 2\r\n\r\n/1" OK_HEAD
                                   "Content-Length: 2\r\n\r\n/2");
    ck_assert_uint_eq(http_server_connections(server), 0);
    close(fd);
}
END_TEST

START_TEST(end_while_held)
{
    int fd = connect_client();
    send_text(fd, GET("/hold"));
    settle();
    ck_told("/hold;");
    shutdown(fd, SHUT_WR);
    ck_closed(receive(fd), "");
    ck_told("/hold;aborted 0;");
    close(fd);
    settle();
    ck_told("/hold;aborted 0;");
}
END_TEST

START_TEST(end_and_held_at_once)
{
    int fd = connect_client();
    send_text(fd, GET("/hold") GET("/hold"));
    close(fd);
    settle();
    ck_told("/hold;aborted 0;");
    ck_assert_uint_eq(http_server_connections(server), 0);
}
END_TEST

/* The end is noticed between the answer and the request that waits. */
START_TEST(end_while_a_request_waits)
{
    int fd = connect_client();
    send_text(fd, GET("/hold") GET("/2") GET("/hold"));
    settle();
    respond_text(held, STR("late"));
    shutdown(fd, SHUT_WR);
    struct answer *a = receive(fd);
    ck_closed(a, OK_HEAD "Content-Length: 4\r\n\r\nlate" OK_HEAD
                         "Content-Length: 2\r\n\r\n/2");
    ck_told("/hold;/2;/hold;aborted 0;");
    close(fd);
}
END_TEST

START_TEST(silence)
{
    struct http_limits limits = roomy;
    stop();
    limits.header_timeout = 1;
    start_with(&limits);

    int fd = connect_client();
    ck_closed(receive_to_end(fd), "");
    close(fd);
    fd = connect_client();
    send_text(fd, "GET / HT");
    ck_closed(receive_to_end(fd),
              "HTTP/1.1 408 Request Timeout\r\n" DATE
              "Content-Length: 0\r\nConnection: close\r\n\r\n");
    close(fd);
    ck_told("");
}
END_TEST

START_TEST(silence_between_requests)
{
    struct http_limits limits = roomy;
    stop();
    limits.keep_alive_timeout = 1;
    start_with(&limits);

    int fd = connect_client();
    send_text(fd, GET("/1"));
    ck_closed(receive_to_end(fd), OK_HEAD "Content-Length: 2\r\n\r\n/1");
    close(fd);
    /* A held exchange may take as long as it wants. */
    fd = connect_client();
    send_text(fd, GET("/1") GET("/hold"));
    for (int i = 0; i < 20; i++)
        loop_turn(loop, 1);
    ck_assert_ptr_nonnull(held);
    respond_text(held, STR("late"));
    ck_closed(receive_to_end(fd), OK_HEAD "Content-Length: 2\r\n\r\n/1" OK_HEAD
                                          "Content-Length: 4\r\n\r\nlate");
    close(fd);
}
END_TEST

/* The time between two requests is over, for all that the timers know. */
static void let_time_pass(void)
{
    timers_run(&loop->timers, loop->timers.now + roomy.keep_alive_timeout);
}

/* A request that came while the loop did something else. */
START_TEST(no_silence_where_a_request_waits)
{
    int fd = connect_client();
    send_text(fd, GET("/1"));
    ck_open(receive(fd), OK_HEAD "Content-Length: 2\r\n\r\n/1");
    send_text(fd, GET("/2"));
    let_time_pass();
    ck_open(receive(fd), OK_HEAD "Content-Length: 2\r\n\r\n/2");
    let_time_pass();
    ck_closed(receive(fd), "");
    close(fd);
}
END_TEST

START_TEST(too_many_connections)
{
    int fds[10];
    for (int i = 0; i < 10; i++)
        fds[i] = connect_client();
    int refused = connect_client();
    ck_closed(receive(refused),
              "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n"
              "Retry-After: 1\r\nConnection: close\r\n\r\n");
    ck_assert_uint_eq(http_server_connections(server), 10);
    close(refused);
    /* A flood of them is not kept waiting for its answer. */
    for (int i = 0; i < 200; i++)
        close(connect_client());
    ck_assert_uint_le(loop->streams, 10 + 64);
    close(fds[0]);
    settle();
    fds[0] = connect_client();
    send_text(fds[0], GET("/"));
    ck_open(receive(fds[0]), OK_HEAD "Content-Length: 1\r\n\r\n/");
    for (int i = 0; i < 10; i++)
        close(fds[i]);
}
END_TEST

START_TEST(drain)
{
    int idle = connect_client(), busy = connect_client(),
        half = connect_client();
    send_text(idle, GET("/1"));
    send_text(busy, GET("/hold"));
    send_text(half, "GET /2 HTTP/1.1\r\n");
    receive(idle);
    settle();
    http_server_drain(server);
    ck_closed(receive(idle), "");
    ck_open(receive(busy), "");
    ck_open(receive(half), "");
    respond_text(held, STR("late"));
    ck_closed(receive(busy),
              OK_HEAD "Content-Length: 4\r\nConnection: close\r\n\r\nlate");
    send_text(half, HOST "\r\n");
    ck_closed(receive(half),
              OK_HEAD "Content-Length: 2\r\nConnection: close\r\n\r\n/2");
    ck_assert_uint_eq(http_server_connections(server), 0);
    close(idle);
    close(busy);
    close(half);
}
END_TEST

START_TEST(freed_while_held)
{
    int one = connect_client(), two = connect_client();
    send_text(one, GET("/hold"));
    send_text(two, GET("/hold"));
    settle();
    http_server_free(server);
    server = NULL;
    ck_told("/hold;/hold;aborted 0;aborted 0;");
    close(one);
    close(two);
}
END_TEST

static Suite *closing_suite(void)
{
    Suite *suite = suite_create("http_closing");
    TCase *tc = tcase_create("ends");
    tcase_add_checked_fixture(tc, start, stop);
    tcase_add_test(tc, end_behind_a_request);
    tcase_add_test(tc, end_while_held);
    tcase_add_test(tc, end_and_held_at_once);
    tcase_add_test(tc, end_while_a_request_waits);
    tcase_add_test(tc, silence);
    tcase_add_test(tc, silence_between_requests);
    tcase_add_test(tc, no_silence_where_a_request_waits);
    tcase_add_test(tc, too_many_connections);
    tcase_add_test(tc, drain);
    tcase_add_test(tc, freed_while_held);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return unit_main(closing_suite());
}
