/* SPDX-License-Identifier: MIT */
#include "http_unit.h"

#include "playground/live.h"

static struct live live;
static int changes[100]; /* what the owner was told: 1, somebody reads */
static int change_count;

static void changed(void *user, bool read)
{
    (void)user;
    changes[change_count++] = read;
}

static void request(void *user, struct http_exchange *x)
{
    (void)user;
    live_open(&live, x, STR("{\"kind\":\"hello\"}"), STR(""));
}

static const struct http_handler handler = {.request = request};

static void start_live(void)
{
    start();
    change_count = 0;
    live_init(&live, changed, NULL);
    ck_assert_int_eq(http_server_mount(server, STR("/live"), &handler, NULL),
                     0);
}

static void stop_live(void)
{
    live_close(&live);
    for (int i = 0; i < 3; i++)
        loop_turn(loop, 0);
    stop();
}

#define HELLO "data: {\"kind\":\"hello\"}\n\n"

/* What has come by now is appended to `text`. */
static void gather(int fd, char *text, size_t size)
{
    for (int quiet = 0; quiet < 3;) {
        size_t n = strlen(text);
        loop_turn(loop, 1);
        ssize_t got = recv(fd, text + n, size - 1 - n, 0);
        quiet = got > 0 ? 0 : quiet + 1;
        text[n + (got > 0 ? (size_t)got : 0)] = '\0';
    }
}

static int open_reader(char *text, size_t size)
{
    int fd = connect_client();
    const char ask[] = "GET /live HTTP/1.1\r\nHost: h\r\n\r\n";

    send_n(fd, ask, sizeof(ask) - 1);
    text[0] = '\0';
    gather(fd, text, size);
    return fd;
}

START_TEST(entries_for_all)
{
    char one[4096], two[4096];
    int first = open_reader(one, sizeof(one));
    int second = open_reader(two, sizeof(two));

    ck_assert_ptr_nonnull(strstr(one, "HTTP/1.1 200 OK\r\n"));
    ck_assert_ptr_nonnull(strstr(one, "Content-Type: text/event-stream\r\n"));
    ck_assert_ptr_nonnull(strstr(one, "\r\n\r\nretry: 1000\n\n" HELLO));
    ck_assert_int_eq(change_count, 1);
    ck_assert_int_eq(changes[0], 1);
    live_put(&live, STR("{\"n\":1}"));
    gather(first, one, sizeof(one));
    gather(second, two, sizeof(two));
    ck_assert_ptr_nonnull(strstr(one, HELLO "data: {\"n\":1}\n\n"));
    ck_assert_ptr_nonnull(strstr(two, HELLO "data: {\"n\":1}\n\n"));
    /* One goes, the other stays. */
    close(first);
    for (int i = 0; i < 3; i++)
        loop_turn(loop, 1);
    ck_assert_uint_eq(live.count, 1);
    ck_assert_int_eq(change_count, 1);
    close(second);
    for (int i = 0; i < 3; i++)
        loop_turn(loop, 1);
    ck_assert_int_eq(change_count, 2);
    ck_assert_int_eq(changes[1], 0);
    ck_assert_uint_eq(http_server_connections(server), 0);
}
END_TEST

START_TEST(not_too_many)
{
    char text[4096];
    int fds[LIVE_READERS_MAX + 1];

    for (int i = 0; i <= LIVE_READERS_MAX; i++)
        fds[i] = open_reader(text, sizeof(text));
    ck_assert_ptr_nonnull(strstr(text, "HTTP/1.1 503 "));
    ck_assert_uint_eq(live.count, LIVE_READERS_MAX);
    for (int i = 0; i <= LIVE_READERS_MAX; i++)
        close(fds[i]);
}
END_TEST

START_TEST(who_is_slow_is_told)
{
    static char text[4 * LIVE_WAITING_MAX], entry[60000];
    int fd = open_reader(text, sizeof(text));
    unsigned sent = 0, got = 0;
    char lost[64];

    memset(entry, 'x', sizeof(entry));
    for (; sent < 40; sent++) {
        live_put(&live, str_of(entry, sizeof(entry)));
        loop_turn(loop, 0);
    }
    gather(fd, text, sizeof(text));
    live_put(&live, STR("last"));
    gather(fd, text, sizeof(text));
    for (const char *p = text; (p = strstr(p, "data: xxx")); p++)
        got++;
    ck_assert_uint_gt(got, 0);
    ck_assert_uint_lt(got, sent);
    snprintf(lost, sizeof(lost), "\"kind\":\"lost\"");
    ck_assert_ptr_nonnull(strstr(text, lost));
    snprintf(lost, sizeof(lost), "\"count\":%u}\n\ndata: last\n\n", sent - got);
    ck_assert_msg(strstr(text, lost) != NULL, "%s: %s", lost,
                  strstr(text, "\"kind\":\"lost\""));
    close(fd);
}
END_TEST

START_TEST(so_many_a_second)
{
    char text[4096];
    int fd = open_reader(text, sizeof(text));
    unsigned admitted = 0;

    for (int i = 0; i < LIVE_RATE + 5; i++)
        admitted += live_admits(&live, 7999);
    ck_assert_uint_eq(admitted, LIVE_RATE);
    ck_assert(live_admits(&live, 8000));
    live_put(&live, STR("next"));
    gather(fd, text, sizeof(text));
    ck_assert_ptr_nonnull(strstr(text, "\"count\":5}\n\ndata: next\n\n"));
    close(fd);
}
END_TEST

START_TEST(out_of_memory)
{
    char text[4096];
    for (int n = 0; n < 30; n++) {
        int fd = connect_client();
        const char ask[] = "GET /live HTTP/1.1\r\nHost: h\r\n\r\n";
        mem_fail_after(n);
        send_n(fd, ask, sizeof(ask) - 1);
        for (int i = 0; i < 3; i++)
            loop_turn(loop, 1);
        live_put(&live, STR("{\"n\":1}"));
        mem_fail_after(-1);
        close(fd);
        for (int i = 0; i < 3; i++)
            loop_turn(loop, 1);
        ck_assert_uint_eq(live.count, 0);
    }
    close(open_reader(text, sizeof(text)));
    ck_assert_ptr_nonnull(strstr(text, HELLO));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("live");
    TCase *tc = tcase_create("live");
    tcase_add_checked_fixture(tc, start_live, stop_live);
    tcase_add_test(tc, entries_for_all);
    tcase_add_test(tc, not_too_many);
    tcase_add_test(tc, who_is_slow_is_told);
    tcase_add_test(tc, so_many_a_second);
    tcase_add_test(tc, out_of_memory);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
