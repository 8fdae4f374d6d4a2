/* SPDX-License-Identifier: MIT */
/* The bodies of requests. */
#include "http_unit.h"

#include "base/intake.h"

#define POST        "POST /post HTTP/1.1\r\n" HOST
#define POST_OTHER  "POST /x HTTP/1.1\r\n" HOST
#define CHUNKED     "Transfer-Encoding: chunked\r\n\r\n"
#define EXPECT      "Expect: 100-continue\r\n"
#define X_IS_HERE   OK_HEAD "Content-Length: 2\r\n\r\n/x"
#define X_AND_CLOSE OK_HEAD "Content-Length: 2\r\nConnection: close\r\n\r\n/x"
#define REFUSED(status)                                                        \
    "HTTP/1.1 " status "\r\n" DATE                                             \
    "Content-Length: 0\r\nConnection: close\r\n\r\n"

static const struct {
    const char *request;
    const char *answer;
    bool closed;
    const char *told;
} bodies[] = {
    {POST "Content-Length: 3\r\n\r\nabc" GET("/x"),
     OK_HEAD "Content-Length: 3\r\n\r\nabc" X_IS_HERE, false,
     "/post;body abc;/x;"},
    {POST "Content-Length: 0\r\n\r\n" GET("/x"),
     OK_HEAD "Content-Length: 0\r\n\r\n" X_IS_HERE, false, "/post;body ;/x;"},
    {POST "\r\n" GET("/x"), OK_HEAD "Content-Length: 0\r\n\r\n" X_IS_HERE,
     false, "/post;body ;/x;"},
    {POST CHUNKED "1\r\n4\r\n2\r\n12\r\n0\r\n\r\n" GET("/x"),
     OK_HEAD "Content-Length: 3\r\n\r\n412" X_IS_HERE, false,
     "/post;body 412;/x;"},
    {POST "Content-Length: 10\r\n\r\n0123456789",
     OK_HEAD "Content-Length: 10\r\n\r\n0123456789", false,
     "/post;body 0123456789;"},
    {POST CHUNKED "a\r\n0123456789\r\n0\r\n\r\n",
     OK_HEAD "Content-Length: 10\r\n\r\n0123456789", false,
     "/post;body 0123456789;"},
    /* Too large, also when the length says so long before the bytes. */
    {POST "Content-Length: 11\r\n\r\n", REFUSED("413 Content Too Large"), true,
     "/post;aborted 413;"},
    {POST EXPECT "Content-Length: 11\r\n\r\n", REFUSED("413 Content Too Large"),
     true, "/post;aborted 413;"},
    {POST "Content-Length: 18446744073709551615\r\n\r\n",
     REFUSED("413 Content Too Large"), true, "/post;aborted 413;"},
    {POST CHUNKED "5\r\n01234\r\n6\r\n567890", REFUSED("413 Content Too Large"),
     true, "/post;aborted 413;"},
    {POST CHUNKED "ffffffffffffffff\r\n01234567890",
     REFUSED("413 Content Too Large"), true, "/post;aborted 413;"},
    {POST CHUNKED "1\r\n01\r\n", REFUSED("400 Bad Request"), true,
     "/post;aborted 400;"},
    {POST CHUNKED "x\r\n", REFUSED("400 Bad Request"), true,
     "/post;aborted 400;"},
    /* Not wanted: skipped, or the end. */
    {POST_OTHER "Content-Length: 3\r\n\r\nabc" GET("/x"), X_IS_HERE X_IS_HERE,
     false, "/x;/x;"},
    {POST_OTHER CHUNKED "3\r\nabc\r\n0\r\n\r\n" GET("/x"), X_IS_HERE X_IS_HERE,
     false, "/x;/x;"},
    {POST_OTHER "Content-Length: 65537\r\n\r\nabc", X_AND_CLOSE, true, "/x;"},
    {POST_OTHER CHUNKED "x\r\n", X_IS_HERE, true, "/x;"},
    /* The client may or may not send what it asked leave for. */
    {POST_OTHER EXPECT "Content-Length: 3\r\n\r\n", X_AND_CLOSE, true, "/x;"},
    {POST_OTHER EXPECT "\r\n" GET("/x"), X_IS_HERE X_IS_HERE, false, "/x;/x;"},
};

START_TEST(at_once)
{
    int fd = connect_client();
    send_text(fd, bodies[_i].request);
    struct answer *a = receive(fd);
    ck_assert_str_eq(a->text, bodies[_i].answer);
    ck_assert_int_eq(a->closed, bodies[_i].closed);
    ck_told(bodies[_i].told);
    close(fd);
}
END_TEST

START_TEST(byte_by_byte)
{
    int fd = connect_client();
    const char *text = bodies[_i].request;
    for (size_t i = 0; text[i] != '\0'; i++) {
        if (send(fd, text + i, 1, MSG_NOSIGNAL) < 0)
            break;
        loop_turn(loop, 10);
        loop_turn(loop, 0);
    }
    struct answer *a = receive(fd);
    ck_assert_str_eq(a->text, bodies[_i].answer);
    ck_assert_int_eq(a->closed, bodies[_i].closed);
    ck_told(bodies[_i].told);
    close(fd);
}
END_TEST

START_TEST(expected)
{
    int fd = connect_client();
    send_text(fd, POST EXPECT "Content-Length: 3\r\n\r\n");
    ck_open(receive(fd), "HTTP/1.1 100 Continue\r\n\r\n");
    send_text(fd, "abc");
    ck_open(receive(fd), OK_HEAD "Content-Length: 3\r\n\r\nabc");
    ck_told("/post;body abc;");
    close(fd);
}
END_TEST

START_TEST(skipped_up_to_a_limit)
{
    int fd = connect_client();
    send_text(fd, POST_OTHER CHUNKED);
    ck_open(receive(fd), X_IS_HERE);
    for (int i = 0; i < 60000; i += 1000) {
        char junk[1000];
        memset(junk, 'x', sizeof(junk));
        send_text(fd, "3e8\r\n");
        send_n(fd, junk, sizeof(junk));
        send_text(fd, "\r\n");
    }
    send_text(fd, "0\r\n\r\n" GET("/x"));
    ck_open(receive(fd), X_IS_HERE);

    send_text(fd, POST_OTHER CHUNKED "10000\r\n");
    ck_open(receive(fd), X_IS_HERE);
    char *junk = calloc(1, 65536);
    send_n(fd, junk, 65536);
    free(junk);
    ck_closed(receive(fd), "");
    close(fd);
}
END_TEST

START_TEST(asked_for_later)
{
    int fd = connect_client();
    send_text(fd, "POST /hold HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nab");
    settle();
    http_accept_body(held, 3);
    ck_told("/hold;");
    settle();
    ck_told("/hold;");
    send_text(fd, "c" GET("/x"));
    ck_open(receive(fd), OK_HEAD "Content-Length: 3\r\n\r\nabc" X_IS_HERE);
    ck_told("/hold;body abc;/x;");
    close(fd);
}
END_TEST

START_TEST(none_asked_for_later)
{
    int fd = connect_client();
    send_text(fd, GET("/hold") GET("/x"));
    settle();
    http_accept_body(held, 3);
    ck_told("/hold;");
    ck_open(receive(fd), OK_HEAD "Content-Length: 0\r\n\r\n" X_IS_HERE);
    ck_told("/hold;body ;/x;");
    close(fd);
}
END_TEST

START_TEST(answered_without_it_later)
{
    int fd = connect_client();
    send_text(fd, "POST /hold HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\na");
    settle();
    respond_text(held, STR("no"));
    ck_open(receive(fd), OK_HEAD "Content-Length: 2\r\n\r\nno");
    send_text(fd, "bc" GET("/x"));
    ck_open(receive(fd), X_IS_HERE);
    close(fd);
}
END_TEST

START_TEST(end_within)
{
    int fd = connect_client();
    send_text(fd, POST "Content-Length: 3\r\n\r\nab");
    settle();
    if (_i)
        shutdown(fd, SHUT_WR);
    else
        close(fd);
    settle();
    ck_told("/post;aborted 0;");
    ck_assert_uint_eq(http_server_connections(server), 0);
    if (_i)
        close(fd);
}
END_TEST

START_TEST(silence_within)
{
    struct http_limits limits = roomy;
    stop();
    limits.body_timeout = 1;
    start_with(&limits);

    int fd = connect_client();
    send_text(fd, POST "Content-Length: 3\r\n\r\nab");
    ck_closed(receive_to_end(fd), REFUSED("408 Request Timeout"));
    ck_told("/post;aborted 408;");
    close(fd);
    fd = connect_client();
    send_text(fd, POST_OTHER "Content-Length: 3\r\n\r\nab");
    ck_closed(receive_to_end(fd), X_IS_HERE);
    close(fd);
}
END_TEST

START_TEST(large)
{
    static const struct http_limits limits = {
        .connections = 10,
        .header_size = 1000,
        .header_timeout = 100000,
        .body_timeout = 100000,
        .keep_alive_timeout = 100000,
        .send_buffer = 10000000,
    };
    const char head[] = OK_HEAD "Content-Length: 3000000\r\n\r\n";
    size_t n = 3000000, head_n = sizeof(head) - 1 + 26;
    stop();
    start_with(&limits);
    char *body = malloc(n);
    for (size_t i = 0; i < n; i++)
        body[i] = (char)('a' + i % 26);
    int fd = connect_client();
    send_text(fd,
              "POST /hold HTTP/1.1\r\n" HOST "Content-Length: 3000000\r\n\r\n");
    settle();
    http_accept_body(held, n);
    send_n(fd, body, n);
    /* The application echoes it. */
    char *echo = malloc(n + 1000);
    size_t got = 0;
    for (int i = 0; i < 10000 && got < head_n + n; i++) {
        ssize_t r = recv(fd, echo + got, n + 1000 - got, 0);
        if (r < 0)
            loop_turn(loop, 10);
        else
            got += (size_t)r;
    }
    ck_assert_uint_eq(got, head_n + n);
    ck_assert(memcmp(echo + head_n, body, n) == 0);
    free(body);
    free(echo);
    close(fd);
}
END_TEST

/* Half of a body of 20000 bytes, which somebody waits for. */
static int send_half(void)
{
    static char half[10000];
    int fd = connect_client();

    memset(half, 'x', sizeof(half));
    send_text(fd,
              "POST /hold HTTP/1.1\r\n" HOST "Content-Length: 20000\r\n\r\n");
    settle();
    http_accept_body(held, 20000);
    send_n(fd, half, sizeof(half));
    settle();
    return fd;
}

START_TEST(those_begun_first_make_room)
{
    struct http_limits limits = roomy;

    limits.unfinished = 25000;
    http_server_set_limits(server, &limits);
    int first = send_half(), second = send_half();
    ck_assert_uint_eq(http_server_intake(server)->bytes, 20000);
    ck_told("/hold;/hold;");
    int third = send_half();
    ck_closed(receive(first), "HTTP/1.1 503 Service Unavailable\r\n" DATE
                              "Content-Length: 0\r\nConnection: close\r\n"
                              "Retry-After: 1\r\n\r\n");
    ck_told("/hold;/hold;/hold;aborted 503;");
    ck_assert_uint_eq(http_server_refusals(server, HTTP_REFUSED_CROWDED), 1);
    ck_assert_uint_eq(http_server_intake(server)->bytes, 20000);
    close(second);
    close(third);
    settle();
    ck_assert_uint_eq(http_server_intake(server)->bytes, 0);
    close(first);
}
END_TEST

static Suite *body_suite(void)
{
    Suite *suite = suite_create("http_body");
    TCase *tc = tcase_create("body");
    tcase_add_checked_fixture(tc, start, stop);
    tcase_add_loop_test(tc, at_once, 0, sizeof(bodies) / sizeof(bodies[0]));
    tcase_add_loop_test(tc, byte_by_byte, 0,
                        sizeof(bodies) / sizeof(bodies[0]));
    tcase_add_test(tc, expected);
    tcase_add_test(tc, skipped_up_to_a_limit);
    tcase_add_test(tc, asked_for_later);
    tcase_add_test(tc, none_asked_for_later);
    tcase_add_test(tc, answered_without_it_later);
    tcase_add_loop_test(tc, end_within, 0, 2);
    tcase_add_test(tc, silence_within);
    tcase_add_test(tc, large);
    tcase_add_test(tc, those_begun_first_make_room);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return unit_main(body_suite());
}
