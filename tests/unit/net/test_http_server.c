/* SPDX-License-Identifier: MIT */
/* Exchanges; bodies, large responses and the ends of connections have suites
 * of their own. */
#include "http_unit.h"

START_TEST(one_request)
{
    int fd = connect_client();
    send_text(fd, GET("/hello?q"));
    ck_open(receive(fd), OK_HEAD "Content-Length: 6\r\n\r\n/hello");
    ck_assert_uint_eq(http_server_connections(server), 1);
    close(fd);
    settle();
    ck_assert_uint_eq(http_server_connections(server), 0);
    ck_told("/hello;");
}
END_TEST

START_TEST(date_is_now)
{
    int fd = connect_client();
    struct answer a = {.n = 0};
    time_t before = time(NULL);
    send_text(fd, GET("/"));
    while (!receive_some(fd, &a))
        loop_turn(loop, 10);
    time_t after = time(NULL);
    bool found = false;
    for (time_t t = before; t <= after; t++) {
        char date[64];
        struct tm tm;
        gmtime_r(&t, &tm);
        strftime(date, sizeof(date), "\r\nDate: %a, %d %b %Y %T GMT\r\n", &tm);
        found |= strstr(a.text, date) != NULL;
    }
    ck_assert(found);
    close(fd);
}
END_TEST

static void respond_fully(void *user, struct http_exchange *x)
{
    ck_assert(str_eq(x->peer, STR("192.0.2.1")));
    ck_assert(!x->secure);
    ck_assert_ptr_null(x->data);
    ck_assert_ptr_eq(http_exchange_server(x), server);
    struct http_response r = {
        .status = 404,
        .type = STR("text/html"),
        .headers = STR("A: b\r\nC: d\r\n"),
        .text = STR("none"),
        .close = true,
    };
    http_respond(x, &r);
}

START_TEST(response_in_full)
{
    static const struct http_handler handler = {.request = respond_fully};
    ck_assert_int_eq(http_server_mount(server, STR("/full"), &handler, NULL),
                     0);
    int fd = connect_client();
    send_text(fd, "HEAD /full HTTP/1.1\r\n" HOST "\r\n");
    ck_closed(receive(fd), "HTTP/1.1 404 Not Found\r\n" DATE
                           "Content-Type: text/html\r\nContent-Length: 4\r\n"
                           "Connection: close\r\nA: b\r\nC: d\r\n\r\n");
    close(fd);
}
END_TEST

static void respond_no_content(void *user, struct http_exchange *x)
{
    http_respond_status(x, 204);
}

START_TEST(no_content)
{
    static const struct http_handler handler = {.request = respond_no_content};
    ck_assert_int_eq(http_server_mount(server, STR("/no"), &handler, NULL), 0);
    int fd = connect_client();
    send_text(fd, GET("/no"));
    ck_open(receive(fd), "HTTP/1.1 204 No Content\r\n" DATE "\r\n");
    close(fd);
}
END_TEST

START_TEST(one_after_the_other)
{
    int fd = connect_client();
    for (int i = 0; i < 3; i++) {
        send_text(fd, GET("/x"));
        ck_open(receive(fd), OK_HEAD "Content-Length: 2\r\n\r\n/x");
    }
    close(fd);
}
END_TEST

START_TEST(byte_by_byte)
{
    int fd = connect_client();
    const char *text = "\r\n" GET("/x") GET("/y");
    for (size_t i = 0; text[i] != '\0'; i++) {
        send_n(fd, text + i, 1);
        loop_turn(loop, 10);
    }
    ck_open(receive(fd), OK_HEAD "Content-Length: 2\r\n\r\n/x" OK_HEAD
                                 "Content-Length: 2\r\n\r\n/y");
    close(fd);
}
END_TEST

START_TEST(pipelined)
{
    int fd = connect_client();
    send_text(fd, GET("/1") GET("/2") GET("/3"));
    ck_open(receive(fd), OK_HEAD "Content-Length: 2\r\n\r\n/1" OK_HEAD
                                 "Content-Length: 2\r\n\r\n/2" OK_HEAD
                                 "Content-Length: 2\r\n\r\n/3");
    close(fd);
}
END_TEST

START_TEST(requests_wait_for_a_held_one)
{
    int fd = connect_client();
    send_text(fd, GET("/hold") GET("/2") "GET /3 HTT");
    ck_open(receive(fd), "");
    send_text(fd, "P/1.1\r\n" HOST "\r\n");
    ck_open(receive(fd), "");
    ck_told("/hold;");
    respond_text(held, STR("late"));
    ck_open(receive(fd), OK_HEAD "Content-Length: 4\r\n\r\nlate" OK_HEAD
                                 "Content-Length: 2\r\n\r\n/2" OK_HEAD
                                 "Content-Length: 2\r\n\r\n/3");
    ck_told("/hold;/2;/3;");
    close(fd);
}
END_TEST

START_TEST(head_outlives_its_bytes)
{
    int fd = connect_client();
    send_text(fd, "GET /hold?a=b HTTP/1.1\r\nHost: a\r\nX-Y: some value\r\n\r\n"
                  "and more bytes");
    settle();
    send_text(fd, "and even more");
    settle();
    ck_assert(str_eq(held->head.path, STR("/hold")));
    ck_assert(str_eq(held->head.query, STR("a=b")));
    ck_assert(str_eq(held->head.method_text, STR("GET")));
    ck_assert(
        str_eq(http_header_get(&held->head, STR("x-y")), STR("some value")));
    http_abort(held);
    close(fd);
}
END_TEST

START_TEST(too_much_waits_for_a_held_one)
{
    int fd = connect_client();
    char junk[1000] = {0};
    long before = mem_live();
    send_text(fd, GET("/hold"));
    settle();
    /* Once the server stops reading, the socket fills up. */
    size_t sent = 0;
    for (int i = 0; i < 20; i++) {
        ssize_t n;
        while ((n = send(fd, junk, sizeof(junk), MSG_NOSIGNAL)) > 0) {
            sent += (size_t)n;
            ck_assert_uint_lt(sent, 4000000);
        }
        settle();
    }
    ck_assert_int_le(mem_live(), before + 10);
    respond_text(held, STR("late"));
    /* The junk is read again, and refused. */
    struct answer *a = receive(fd);
    ck_assert_ptr_nonnull(strstr(a->text, "late"));
    ck_assert_ptr_nonnull(strstr(a->text, "HTTP/1.1 400 Bad Request"));
    close(fd);
}
END_TEST

static const struct {
    const char *request;
    const char *answer;
    bool closed;
} endings[] = {
    {"GET / HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n",
     OK_HEAD "Content-Length: 1\r\nConnection: close\r\n\r\n/", true},
    {"GET / HTTP/1.0\r\n\r\n",
     OK_HEAD "Content-Length: 1\r\nConnection: close\r\n\r\n/", true},
    {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
     OK_HEAD "Content-Length: 1\r\nConnection: keep-alive\r\n\r\n/", false},
    {"HEAD /ab HTTP/1.1\r\n" HOST "\r\n", OK_HEAD "Content-Length: 3\r\n\r\n",
     false},
    {"FOO /ab HTTP/1.1\r\n" HOST "\r\n", OK_HEAD "Content-Length: 3\r\n\r\n/ab",
     false},
    {"GET http://b/ab HTTP/1.1\r\n" HOST "\r\n",
     OK_HEAD "Content-Length: 3\r\n\r\n/ab", false},
    {"OPTIONS * HTTP/1.1\r\n" HOST "\r\n",
     "HTTP/1.1 404 Not Found\r\n" DATE "Content-Type: text/plain\r\n"
     "Content-Length: 9\r\n\r\nNot Found",
     false},
    {"GET /abort HTTP/1.1\r\n" HOST "\r\n", "", true},
    {"GET / HTTP/1.1\r\n\r\n" GET("/"),
     "HTTP/1.1 400 Bad Request\r\n" DATE
     "Content-Length: 0\r\nConnection: close\r\n\r\n",
     true},
    {"GET / HTTP/2.0\r\n\r\n",
     "HTTP/1.1 505 HTTP Version Not Supported\r\n" DATE
     "Content-Length: 0\r\nConnection: close\r\n\r\n",
     true},
    {"GET / HTTP/1.1\r\n" HOST "Expect: tea\r\n\r\n",
     "HTTP/1.1 417 Expectation Failed\r\n" DATE
     "Content-Length: 0\r\nConnection: close\r\n\r\n",
     true},
};

START_TEST(how_it_goes_on)
{
    int fd = connect_client();
    send_text(fd, endings[_i].request);
    struct answer *a = receive(fd);
    ck_assert_str_eq(a->text, endings[_i].answer);
    ck_assert_int_eq(a->closed, endings[_i].closed);
    close(fd);
}
END_TEST

START_TEST(head_too_large)
{
    int fd = connect_client();
    char junk[2000];
    memset(junk, 'x', sizeof(junk));
    send_text(fd, "GET / HTTP/1.1\r\nCookie: ");
    send_n(fd, junk, sizeof(junk));
    struct answer *a = receive(fd);
    ck_assert_ptr_nonnull(strstr(a->text, "HTTP/1.1 431 "));
    close(fd);
    fd = connect_client();
    send_n(fd, junk, sizeof(junk));
    a = receive(fd);
    ck_assert_ptr_nonnull(strstr(a->text, "HTTP/1.1 414 "));
    close(fd);
}
END_TEST

/* They count for connections that are there, too. */
START_TEST(limits_that_change)
{
    struct http_limits limits = roomy;
    int fd = connect_client();
    limits.header_size = 50;
    limits.connections = 1;
    http_server_set_limits(server, &limits);
    int second = connect_client();
    ck_assert_uint_eq(http_server_connections(server), 1);
    send_text(fd, "GET /0123456789 HTTP/1.1\r\nHost: a\r\n"
                  "Cookie: 01234567890\r\n\r\n");
    ck_assert_ptr_nonnull(strstr(receive(fd)->text, "HTTP/1.1 431 "));
    close(second);
    close(fd);
}
END_TEST

static unsigned refused[HTTP_REFUSALS];

static void note_refused(enum http_refusal why, struct str peer)
{
    ck_assert(str_eq(peer, STR("192.0.2.1")));
    refused[why]++;
}

START_TEST(connections_of_one_address)
{
    static const struct address_range everybody[] = {{.bits = 0}};
    const struct http_proxies proxies = {.trusted = everybody, .count = 1};
    struct http_limits limits = roomy;
    limits.connections_per_address = 2;
    limits.refused = note_refused;
    http_server_set_limits(server, &limits);
    int first = connect_client(), second = connect_client();
    int third = connect_client();
    ck_closed(receive(third), "HTTP/1.1 503 Service Unavailable\r\n"
                              "Content-Length: 0\r\nRetry-After: 1\r\n"
                              "Connection: close\r\n\r\n");
    close(third);
    ck_assert_uint_eq(http_server_connections(server), 2);
    ck_assert_uint_eq(http_server_refusals(server, HTTP_REFUSED_ADDRESS), 1);
    ck_assert_uint_eq(http_server_refusals(server, HTTP_REFUSED_FULL), 0);
    ck_assert_uint_eq(refused[HTTP_REFUSED_ADDRESS], 1);
    close(first);
    settle();
    first = connect_client();
    ck_assert_uint_eq(http_server_connections(server), 2);
    /* It is a trusted proxy's now; and later that of nobody special again. */
    http_server_set_proxies(server, &proxies);
    third = connect_client();
    ck_assert_uint_eq(http_server_connections(server), 3);
    limits.connections = 3;
    http_server_set_limits(server, &limits);
    close(connect_client());
    ck_assert_uint_eq(http_server_refusals(server, HTTP_REFUSED_FULL), 1);
    close(first);
    close(second);
    close(third);
    settle();
    ck_assert_uint_eq(peers_open(&loop->peers, STR("192.0.2.1")), 0);
}
END_TEST

static uint32_t had; /* of what is drawn */

static void draw(void *user, struct http_exchange *x)
{
    http_respond_status(x, http_exchange_draw(x, had) == 0 ? 204 : 429);
}

START_TEST(draws_of_one_address)
{
    static const struct http_handler handler = {.request = draw};
    struct http_limits limits = roomy;
    ck_assert_int_eq(http_server_mount(server, STR("/draw"), &handler, NULL),
                     0);
    limits.draws_per_second = 1;
    http_server_set_limits(server, &limits);
    int fd = connect_client();
    for (int i = 0; i < PEERS_BURST; i++) {
        send_text(fd, GET("/draw"));
        ck_assert_ptr_nonnull(strstr(receive(fd)->text, " 204 "));
    }
    send_text(fd, GET("/draw"));
    ck_assert_ptr_nonnull(strstr(receive(fd)->text, " 429 "));
    ck_assert_uint_eq(http_server_refusals(server, HTTP_REFUSED_PACE), 1);
    close(fd);
}
END_TEST

START_TEST(draws_of_one_that_has_enough)
{
    static const struct http_handler handler = {.request = draw};
    struct http_limits limits = roomy;
    ck_assert_int_eq(http_server_mount(server, STR("/draw"), &handler, NULL),
                     0);
    limits.connections_per_address = 2;
    http_server_set_limits(server, &limits);
    int fd = connect_client();
    for (had = 0; had < 4; had++) {
        send_text(fd, GET("/draw"));
        ck_assert_ptr_nonnull(
            strstr(receive(fd)->text, had < 2 ? " 204 " : " 429 "));
    }
    ck_assert_uint_eq(http_server_refusals(server, HTTP_REFUSED_ADDRESS), 2);
    had = 0;
    close(fd);
}
END_TEST

START_TEST(mounts)
{
    char a_name[] = "a:", b_name[] = "b:", aa_name[] = "aa:";
    ck_assert_int_eq(http_server_mount(server, STR("/a/"), &app, a_name), 0);
    ck_assert_int_eq(http_server_mount(server, STR("/a/b/"), &app, b_name), 0);
    ck_assert_int_eq(http_server_mount(server, STR("/aa"), &app, aa_name), 0);
    ck_assert_int_eq(http_server_mount(server, STR("/a/"), &app, a_name),
                     ERR_EXIST);
    int fd = connect_client();
    send_text(fd, GET("/a") GET("/a/") GET("/a/b") GET("/a/b/c") GET("/aab"));
    receive(fd);
    ck_told("/a;a:/a/;a:/a/b;b:/a/b/c;aa:/aab;");
    told[0] = '\0';
    http_server_unmount(server, STR("/a/"));
    http_server_unmount(server, STR("/"));
    http_server_unmount(server, STR("/none"));
    send_text(fd, GET("/a/b/c") GET("/a/x"));
    struct answer *a = receive(fd);
    ck_assert_ptr_nonnull(strstr(a->text, "404 Not Found"));
    ck_told("b:/a/b/c;");
    close(fd);
}
END_TEST

/* ---- Upgrades ---- */

static struct stream *upgraded;
static char raw[100];

static size_t raw_read(void *user, char *p, size_t n)
{
    strncat(raw, p, n);
    return n;
}

static void raw_closed(void *user, int error)
{
    stream_abort(upgraded);
    upgraded = NULL;
    http_server_release(server);
}

static void upgrade(struct http_exchange *x)
{
    static const struct stream_events events = {raw_read, raw_closed, NULL};
    ck_assert(x->head.upgrade);
    upgraded = http_upgrade(x, STR("HTTP/1.1 101 Switching Protocols\r\n\r\n"));
    ck_assert_ptr_nonnull(upgraded);
    stream_set_user(upgraded, &events, NULL);
    ck_assert_int_eq(stream_write(upgraded, "raw", 3), 0);
}

static void upgrade_request(void *user, struct http_exchange *x)
{
    if (user)
        held = x;
    else
        upgrade(x);
}

static const struct http_handler upgrade_app = {.request = upgrade_request};

#define UPGRADE                                                                \
    "GET /up HTTP/1.1\r\n" HOST "Connection: Upgrade\r\nUpgrade: x\r\n\r\n"

START_TEST(upgrades)
{
    char later[] = "later";
    ck_assert_int_eq(
        http_server_mount(server, STR("/up"), &upgrade_app, _i ? later : NULL),
        0);
    int fd = connect_client();
    send_text(fd, GET("/1") UPGRADE "early bytes");
    if (_i) {
        settle();
        ck_assert_str_eq(raw, "");
        upgrade(held);
    }
    ck_open(receive(fd), OK_HEAD "Content-Length: 2\r\n\r\n/1"
                                 "HTTP/1.1 101 Switching Protocols\r\n\r\nraw");
    send_text(fd, " and more");
    settle();
    ck_assert_str_eq(raw, "early bytes and more");
    ck_assert_uint_eq(http_server_connections(server), 1);
    close(fd);
    settle();
    ck_assert_ptr_null(upgraded);
    ck_assert_uint_eq(http_server_connections(server), 0);
}
END_TEST

/* Every allocation fails once; nothing leaks, and the server goes on. */
START_TEST(out_of_memory)
{
    for (int n = 0; n < 40; n++) {
        mem_fail_after(n);
        int fd = connect_client();
        if (send(fd, GET("/1"), sizeof(GET("/1")) - 1, MSG_NOSIGNAL) > 0)
            send(fd, GET("/hold"), sizeof(GET("/hold")) - 1, MSG_NOSIGNAL);
        settle();
        if (held)
            respond_text(held, STR("late"));
        held = NULL;
        settle();
        mem_fail_after(-1);
        close(fd);
        settle();
    }
    int fd = connect_client();
    send_text(fd, GET("/1"));
    ck_open(receive(fd), OK_HEAD "Content-Length: 2\r\n\r\n/1");
    close(fd);
    settle();
    ck_assert_uint_eq(http_server_connections(server), 0);
}
END_TEST

static Suite *server_suite(void)
{
    Suite *suite = suite_create("http_server");
    TCase *tc = tcase_create("exchanges");
    tcase_add_checked_fixture(tc, start, stop);
    tcase_add_test(tc, one_request);
    tcase_add_test(tc, date_is_now);
    tcase_add_test(tc, response_in_full);
    tcase_add_test(tc, no_content);
    tcase_add_test(tc, one_after_the_other);
    tcase_add_test(tc, byte_by_byte);
    tcase_add_test(tc, pipelined);
    tcase_add_test(tc, requests_wait_for_a_held_one);
    tcase_add_test(tc, head_outlives_its_bytes);
    tcase_add_test(tc, too_much_waits_for_a_held_one);
    tcase_add_loop_test(tc, how_it_goes_on, 0,
                        sizeof(endings) / sizeof(endings[0]));
    tcase_add_test(tc, head_too_large);
    tcase_add_test(tc, limits_that_change);
    tcase_add_test(tc, connections_of_one_address);
    tcase_add_test(tc, draws_of_one_address);
    tcase_add_test(tc, draws_of_one_that_has_enough);
    tcase_add_test(tc, mounts);
    tcase_add_loop_test(tc, upgrades, 0, 2);
    tcase_add_test(tc, out_of_memory);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return unit_main(server_suite());
}
