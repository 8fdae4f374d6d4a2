/* SPDX-License-Identifier: MIT */
/* Whose requests they are, behind proxies. */
#include "http_unit.h"

/* Tells the client's address in place of the path. */
static void who_request(void *user, struct http_exchange *x)
{
    tell(x->secure ? "secure " : "", x->peer);
    respond_text(x, STR("ok"));
}

static const struct http_handler who = {.request = who_request};

#define OK OK_HEAD "Content-Length: 2\r\n\r\nok"

static struct address_range trusted[1];

static void start_behind(const char *range)
{
    struct http_proxies proxies = {.trusted = trusted, .count = 1};

    start();
    ck_assert_int_eq(address_range_parse(str_z(range), trusted), 0);
    http_server_set_proxies(server, &proxies);
    ck_assert_int_eq(http_server_mount(server, STR("/who"), &who, no_name), 0);
}

/* The proxy's end of a new connection; -1 when it was refused. */
static int connect_proxy(void)
{
    int fds[2];
    ck_assert_int_eq(
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds),
        0);
    if (http_server_accept_proxied(server, fds[1], STR("192.0.2.1")))
        return fds[0];
    close(fds[0]);
    return -1;
}

#define LINE     "PROXY TCP4 203.0.113.9 192.0.2.2 4711 80\r\n"
#define WHO(add) "GET /who HTTP/1.1\r\n" HOST add "\r\n"

START_TEST(believes_the_proxy_that_is_trusted)
{
    start_behind("192.0.2.0/24");
    int fd = connect_client();
    send_text(fd, WHO("X-Forwarded-For: 203.0.113.9\r\n"
                      "X-Forwarded-Proto: https\r\n"));
    ck_open(receive(fd), OK);
    /* Each request has a client of its own. */
    send_text(fd, WHO("X-Forwarded-For: 2001:db8::9\r\n") WHO(""));
    ck_open(receive(fd), OK OK);
    ck_told("secure 203.0.113.9;2001:db8::9;192.0.2.1;");
    close(fd);
    stop();
}
END_TEST

START_TEST(believes_nobody_else)
{
    start_behind("198.51.100.0/24");
    int fd = connect_client();
    send_text(fd, WHO("X-Forwarded-For: 203.0.113.9\r\n"
                      "X-Forwarded-Proto: https\r\n"));
    ck_open(receive(fd), OK);
    ck_told("192.0.2.1;");
    close(fd);
    settle();
    ck_assert_int_eq(connect_proxy(), -1);
    ck_assert_uint_eq(http_server_connections(server), 0);
    stop();
}
END_TEST

START_TEST(reads_what_the_proxy_says_first)
{
    start_behind("192.0.2.1");
    int fd = connect_proxy();
    send_text(fd, LINE WHO("") WHO("X-Forwarded-For: 6.6.6.6\r\n"));
    ck_open(receive(fd), OK OK);
    ck_told("203.0.113.9;203.0.113.9;");
    close(fd);
    stop();
}
END_TEST

START_TEST(reads_it_in_pieces)
{
    static const char text[] = LINE WHO("");
    start_behind("192.0.2.1");
    int fd = connect_proxy();
    for (size_t i = 0; i < sizeof(text) - 1; i++) {
        send_n(fd, text + i, 1);
        settle();
    }
    ck_open(receive(fd), OK);
    ck_told("203.0.113.9;");
    close(fd);
    stop();
}
END_TEST

START_TEST(reads_binary)
{
    static const char header[] = "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x14"
                                 "\xcb\0\x71\x09\xc0\0\x02\x02\x12\x67\0\x50"
                                 "\x20\0\x05\x01\0\0\0\0";
    start_behind("192.0.2.1");
    int fd = connect_proxy();
    send_n(fd, header, sizeof(header) - 1);
    send_text(fd, WHO(""));
    ck_open(receive(fd), OK);
    ck_told("secure 203.0.113.9;");
    close(fd);
    stop();
}
END_TEST

/* The proxy checks whether the server is there. */
START_TEST(serves_the_proxy_itself)
{
    static const char header[] = "\r\n\r\n\0\r\nQUIT\n\x20\0\0\0";
    start_behind("192.0.2.1");
    int fd = connect_proxy();
    send_n(fd, header, sizeof(header) - 1);
    send_text(fd, WHO(""));
    ck_open(receive(fd), OK);
    ck_told("192.0.2.1;");
    close(fd);
    stop();
}
END_TEST

/* A proxy in front of a proxy: who is trusted may say who is behind it. */
START_TEST(goes_on_behind_another_proxy)
{
    start_behind("192.0.2.0/24");
    int fd = connect_proxy();
    send_text(fd, "PROXY TCP4 192.0.2.77 192.0.2.2 4711 80\r\n" WHO(
                      "X-Forwarded-For: 203.0.113.9\r\n"));
    ck_open(receive(fd), OK);
    ck_told("203.0.113.9;");
    close(fd);
    stop();
}
END_TEST

static const char *const strangers[] = {
    WHO(""),
    "PROXY TCP4 203.0.113.9\r\n" WHO(""),
    "PROXY TCP4 203.0.113.9 192.0.2.2 4711 80\n" WHO(""),
    "\r\n",
    "\r\n\r\n",
    "\r\n\r\n" WHO(""),
};

/* "\r\n\r\n" alone may become a header; the client goes then. */
START_TEST(cuts_who_does_not_speak_it)
{
    start_behind("192.0.2.1");
    int fd = connect_proxy();
    send_text(fd, strangers[_i]);
    shutdown(fd, SHUT_WR);
    struct answer *a = receive(fd);
    ck_assert_str_eq(a->text, "");
    ck_assert(a->closed);
    ck_told("");
    ck_assert_uint_eq(http_server_connections(server), 0);
    close(fd);
    stop();
}
END_TEST

START_TEST(waits_as_long_as_for_a_head)
{
    struct http_limits limits = roomy;
    limits.header_timeout = 20;
    start_behind("192.0.2.1");
    http_server_set_limits(server, &limits);
    int fd = connect_proxy();
    send_text(fd, "PROXY TCP4 ");
    ck_closed(receive_to_end(fd), "");
    close(fd);
    stop();
}
END_TEST

/* Not a word came of it: when the server goes, there is nothing to wait for. */
START_TEST(is_idle_before_it_begins)
{
    start_behind("192.0.2.1");
    int fd = connect_proxy();
    settle();
    http_server_drain(server);
    ck_closed(receive(fd), "");
    close(fd);
    stop();
}
END_TEST

static uint32_t open_of(const char *address)
{
    settle();
    return peers_open(&loop->peers, str_z(address));
}

/* The connections are those of the client behind the proxy, who may have so
 * many; the proxy has none. */
START_TEST(counts_for_the_client)
{
    struct http_limits limits = roomy;
    limits.connections_per_address = 2;
    start_behind("192.0.2.1");
    http_server_set_limits(server, &limits);
    int fd[2];
    for (int i = 0; i < 2; i++) {
        fd[i] = connect_proxy();
        send_text(fd[i], LINE);
        ck_assert_uint_eq(open_of("203.0.113.9"), (uint32_t)i + 1);
    }
    ck_assert_uint_eq(open_of("192.0.2.1"), 0);
    int third = connect_proxy();
    send_text(third, LINE WHO(""));
    struct answer *a = receive(third);
    ck_assert_ptr_nonnull(strstr(a->text, "HTTP/1.1 503 "));
    ck_assert_ptr_nonnull(strstr(a->text, "\r\nRetry-After: 1\r\n"));
    ck_assert(a->closed);
    close(third);
    ck_assert_uint_eq(http_server_refusals(server, HTTP_REFUSED_ADDRESS), 1);
    ck_told("");
    /* Somebody else may, and the same one when one of his has gone. */
    int other = connect_proxy();
    send_text(other, "PROXY TCP4 203.0.113.8 192.0.2.2 4711 80\r\n" WHO(""));
    ck_open(receive(other), OK);
    close(other);
    close(fd[0]);
    ck_assert_uint_eq(open_of("203.0.113.9"), 1);
    fd[0] = connect_proxy();
    send_text(fd[0], LINE WHO(""));
    ck_open(receive(fd[0]), OK);
    ck_told("203.0.113.8;203.0.113.9;");
    close(fd[0]);
    close(fd[1]);
    ck_assert_uint_eq(open_of("203.0.113.9"), 0);
    stop();
}
END_TEST

/* The proxy's own checks are not a client's. */
START_TEST(counts_no_client_where_there_is_none)
{
    struct http_limits limits = roomy;
    limits.connections_per_address = 1;
    start_behind("192.0.2.1");
    http_server_set_limits(server, &limits);
    int first = connect_proxy(), second = connect_proxy();
    send_text(first, "PROXY UNKNOWN\r\n" WHO(""));
    ck_open(receive(first), OK);
    send_text(second, "PROXY UNKNOWN\r\n" WHO(""));
    ck_open(receive(second), OK);
    ck_assert_uint_eq(open_of("192.0.2.1"), 2);
    close(first);
    close(second);
    ck_assert_uint_eq(open_of("192.0.2.1"), 0);
    stop();
}
END_TEST

START_TEST(survives_short_memory)
{
    for (long n = 1;; n++) {
        start_behind("192.0.2.1");
        mem_fail_after(n);
        int fd = connect_proxy();
        /* It may have been cut already. */
        send(fd, LINE WHO(""), strlen(LINE WHO("")), MSG_NOSIGNAL);
        struct answer *a = receive(fd);
        mem_fail_after(-1);
        bool good = strcmp(a->text, OK) == 0;
        ck_assert(good || a->closed);
        close(fd);
        settle();
        stop();
        if (good)
            break;
        ck_assert_int_lt(n, 50);
    }
}
END_TEST

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

int main(void)
{
    Suite *suite = suite_create("net/http_proxy");
    TCase *all = tcase_create("all");
    tcase_add_test(all, believes_the_proxy_that_is_trusted);
    tcase_add_test(all, believes_nobody_else);
    tcase_add_test(all, reads_what_the_proxy_says_first);
    tcase_add_test(all, reads_it_in_pieces);
    tcase_add_test(all, reads_binary);
    tcase_add_test(all, serves_the_proxy_itself);
    tcase_add_test(all, goes_on_behind_another_proxy);
    tcase_add_loop_test(all, cuts_who_does_not_speak_it, 0, LENGTH(strangers));
    tcase_add_test(all, waits_as_long_as_for_a_head);
    tcase_add_test(all, is_idle_before_it_begins);
    tcase_add_test(all, counts_for_the_client);
    tcase_add_test(all, counts_no_client_where_there_is_none);
    tcase_add_test(all, survives_short_memory);
    suite_add_tcase(suite, all);
    return unit_main(suite);
}
