/* SPDX-License-Identifier: MIT */
/* Responses that do not fit: into one write, into the limit of what may be
 * queued, into the patience of the server. */
#include "http_unit.h"

#define BIG_SIZE 2000000

static void fill(char *p, uint64_t at, size_t n)
{
    for (size_t i = 0; i < n; i++)
        p[i] = (char)('a' + (at + i) % 23);
}

static void make_big(size_t n)
{
    char *p = malloc(n);
    fill(p, 0, n);
    slice_unref(big);
    big = slice_new(p, n);
    ck_assert_ptr_nonnull(big);
    free(p);
}

/* ---- A body that is made in pieces ---- */

struct counting_source {
    struct http_source source;
    uint64_t at;
    uint64_t fail_at;
    size_t largest;
    int released;
};

static struct counting_source counting;

static struct slice *counting_next(struct http_source *source, size_t max)
{
    struct counting_source *s = &counting;
    ck_assert_ptr_eq(source, &s->source);
    ck_assert_int_eq(s->released, 0);
    ck_assert_uint_le(max, s->source.length - s->at);
    if (s->at >= s->fail_at)
        return NULL;
    char *p = malloc(max);
    fill(p, s->at, max);
    struct slice *slice = slice_new(p, max);
    free(p);
    s->at += max;
    s->largest = max > s->largest ? max : s->largest;
    return slice;
}

static void counting_release(struct http_source *source)
{
    counting.released++;
}

static void request_source(void *user, struct http_exchange *x)
{
    struct http_response r = {.status = 200, .source = &counting.source};
    http_respond(x, &r);
}

static void start_source(uint64_t length)
{
    static const struct http_handler handler = {.request = request_source};
    counting = (struct counting_source){
        .source = {length, counting_next, counting_release},
        .fail_at = UINT64_MAX,
    };
    ck_assert_int_eq(http_server_mount(server, STR("/source"), &handler, NULL),
                     0);
}

/* ---- Readers ---- */

/* Reads a response whose body is BIG_SIZE bytes, `step` at a time, and checks
 * it. */
static void expect_big(int fd, size_t step, uint64_t size)
{
    char head[] = OK_HEAD "Content-Length: 2000000\r\n\r\n";
    size_t head_n = sizeof(head) - 1 + 26, n = 0;
    char *got = malloc(step), *expected = malloc(step);
    uint64_t at = 0;

    while (n < head_n) {
        ssize_t r = recv(fd, got, step < head_n - n ? step : head_n - n, 0);
        ck_assert_int_ne(r, 0);
        if (r < 0)
            loop_turn(loop, 10);
        else
            n += (size_t)r;
    }
    while (at < size) {
        size_t want = step < size - at ? step : (size_t)(size - at);
        ssize_t r = recv(fd, got, want, 0);
        ck_assert_int_ne(r, 0);
        if (r < 0) {
            loop_turn(loop, 10);
            continue;
        }
        fill(expected, at, (size_t)r);
        ck_assert(memcmp(got, expected, (size_t)r) == 0);
        at += (uint64_t)r;
    }
    free(got);
    free(expected);
}

/* ---- Tests ---- */

START_TEST(larger_than_the_limit)
{
    int fd = connect_client();
    make_big(BIG_SIZE);
    send_text(fd, GET("/big") GET("/big") GET("/x"));
    expect_big(fd, 100000, BIG_SIZE);
    ck_assert_ptr_null(strstr(told, "/x"));
    expect_big(fd, 7777, BIG_SIZE);
    ck_open(receive(fd), OK_HEAD "Content-Length: 2\r\n\r\n/x");
    ck_told("/big;/big;/x;");
    close(fd);
}
END_TEST

/* A stream takes what it was made for, whatever the limit is meanwhile. */
START_TEST(larger_than_the_limit_was)
{
    struct http_limits limits = roomy;
    limits.send_buffer = 2 * roomy.send_buffer;
    make_big(limits.send_buffer * 3 / 2);
    int fd = connect_client();
    http_server_set_limits(server, &limits);
    send_text(fd, "GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
    expect_big(fd, 100000, big->n);
    close(fd);
}
END_TEST

START_TEST(then_closed)
{
    int fd = connect_client();
    make_big(BIG_SIZE);
    send_text(fd, "GET /big HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    shutdown(fd, SHUT_WR);
    /* "Connection: keep-alive" takes the place of 24 bytes of the body that
     * expect_big() would look at; so only the end is looked at here. */
    size_t n = 0;
    char *got = malloc(100000), last[4] = {0};
    for (;;) {
        ssize_t r = recv(fd, got, 100000, 0);
        if (r == 0)
            break;
        if (r < 0) {
            loop_turn(loop, 10);
            continue;
        }
        n += (size_t)r;
        last[0] = got[r - 1];
    }
    char expected;
    fill(&expected, BIG_SIZE - 1, 1);
    ck_assert_int_eq(last[0], expected);
    ck_assert_uint_gt(n, BIG_SIZE);
    free(got);
    close(fd);
}
END_TEST

START_TEST(every_size)
{
    static const size_t sizes[] = {1,     511,    512,    513,   4095,
                                   4096,  4097,   16383,  65535, 65536,
                                   99999, 262143, 262144, 262145};
    int fd = connect_client();
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        make_big(sizes[i]);
        send_text(fd, GET("/big") GET("/x"));
        size_t n = 0, got_n = sizes[i] + 1000;
        char *got = malloc(got_n);
        while (n < 6 || memcmp(got + n - 6, "\r\n\r\n/x", 6) != 0) {
            ssize_t r = recv(fd, got + n, got_n - n, 0);
            if (r < 0)
                loop_turn(loop, 10);
            n += r > 0 ? (size_t)r : 0;
        }
        char *body = memmem(got, n, "\r\n\r\n", 4);
        ck_assert_ptr_nonnull(body);
        ck_assert(memcmp(body + 4, big->p, sizes[i]) == 0);
        ck_assert(memcmp(body + 4 + sizes[i], "HTTP/1.1 200", 12) == 0);
        free(got);
    }
    close(fd);
}
END_TEST

START_TEST(in_pieces)
{
    int fd = connect_client();
    start_source(BIG_SIZE);
    send_text(fd, GET("/source") GET("/x"));
    expect_big(fd, 100000, BIG_SIZE);
    ck_open(receive(fd), OK_HEAD "Content-Length: 2\r\n\r\n/x");
    ck_assert_int_eq(counting.released, 1);
    ck_assert_uint_le(counting.largest, 262144);
    ck_assert_uint_eq(counting.at, BIG_SIZE);
    close(fd);
}
END_TEST

START_TEST(pieces_nobody_wants)
{
    int fd = connect_client();
    start_source(BIG_SIZE);
    send_text(fd, "HEAD /source HTTP/1.1\r\n" HOST "\r\n");
    ck_open(receive(fd), OK_HEAD "Content-Length: 2000000\r\n\r\n");
    ck_assert_int_eq(counting.released, 1);
    ck_assert_uint_eq(counting.at, 0);

    counting = (struct counting_source){
        .source = {0, counting_next, counting_release}};
    send_text(fd, GET("/source"));
    ck_open(receive(fd), OK_HEAD "Content-Length: 0\r\n\r\n");
    ck_assert_int_eq(counting.released, 1);
    close(fd);
}
END_TEST

START_TEST(pieces_that_fail)
{
    int fd = connect_client();
    start_source(BIG_SIZE);
    counting.fail_at = _i ? 300000 : 0;
    send_text(fd, GET("/source") GET("/x"));
    char *got = malloc(BIG_SIZE);
    ssize_t r;
    while ((r = recv(fd, got, BIG_SIZE, 0)) != 0 && (r > 0 || errno == EAGAIN))
        loop_turn(loop, 10);
    free(got);
    ck_assert_int_eq(counting.released, 1);
    ck_assert_uint_eq(http_server_connections(server), 0);
    ck_told("");
    close(fd);
}
END_TEST

START_TEST(client_goes_in_between)
{
    int fd = connect_client();
    start_source(BIG_SIZE);
    send_text(fd, GET("/source"));
    settle();
    ck_assert_int_eq(counting.released, 0);
    ck_assert_uint_lt(counting.at, BIG_SIZE);
    close(fd);
    settle();
    ck_assert_int_eq(counting.released, 1);
    ck_assert_uint_eq(http_server_connections(server), 0);
}
END_TEST

START_TEST(client_that_does_not_read)
{
    struct http_limits limits = roomy;
    stop();
    limits.body_timeout = 1;
    start_with(&limits);

    int fd = connect_client();
    start_source(BIG_SIZE);
    send_text(fd, GET("/source"));
    for (int i = 0; i < 1000 && http_server_connections(server) > 0; i++)
        loop_turn(loop, 10);
    ck_assert_uint_eq(http_server_connections(server), 0);
    ck_assert_int_eq(counting.released, 1);
    close(fd);
}
END_TEST

/* Requests whose answers nobody reads are not read for ever. */
START_TEST(requests_without_reading)
{
    int fd = connect_client();
    size_t sent = 0;
    make_big(10000);
    for (int i = 0; i < 100; i++) {
        while (send(fd, GET("/big"), sizeof(GET("/big")) - 1, MSG_NOSIGNAL) >
               0) {
            sent++;
            ck_assert_uint_lt(sent, 100000);
        }
        settle();
        told[0] = '\0';
    }
    ck_assert_uint_lt(mem_live(), 200);
    ck_assert_uint_eq(http_server_connections(server), 1);
    close(fd);
}
END_TEST

START_TEST(server_goes_in_between)
{
    int fd = connect_client();
    start_source(BIG_SIZE);
    send_text(fd, GET("/source"));
    settle();
    http_server_free(server);
    server = NULL;
    ck_assert_int_eq(counting.released, 1);
    close(fd);
}
END_TEST

static Suite *response_suite(void)
{
    Suite *suite = suite_create("http_response");
    TCase *tc = tcase_create("large");
    tcase_add_checked_fixture(tc, start, stop);
    tcase_add_test(tc, larger_than_the_limit);
    tcase_add_test(tc, larger_than_the_limit_was);
    tcase_add_test(tc, then_closed);
    tcase_add_test(tc, every_size);
    tcase_add_test(tc, in_pieces);
    tcase_add_test(tc, pieces_nobody_wants);
    tcase_add_loop_test(tc, pieces_that_fail, 0, 2);
    tcase_add_test(tc, client_goes_in_between);
    tcase_add_test(tc, client_that_does_not_read);
    tcase_add_test(tc, requests_without_reading);
    tcase_add_test(tc, server_goes_in_between);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return unit_main(response_suite());
}
