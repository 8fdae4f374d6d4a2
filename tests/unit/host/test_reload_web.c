/* SPDX-License-Identifier: MIT */
/* Reloads with HTTP requests that wait, and with metrics. */
#include "http_stage.h"

#include <string.h>

#include "host/reload/reload.h"

#define SWAP(v) "{\"name\":\"swap\",\"path\":\"swap-" #v ".so\"}"
#define SECOND  "{\"name\":\"second\"}"

/* Asks, and lets the server see it. */
static int ask(const char *text)
{
    int fd = connect_client();
    send_text(fd, text);
    settle();
    return fd;
}

/* The status, and how it ends. */
static void expect_answer(int fd, const char *status, const char *body)
{
    struct str text = str_z(receive(fd)->text);
    ck_assert_msg(str_starts(text, STR("HTTP/1.1 ")) &&
                      memcmp(text.p + 9, status, 3) == 0,
                  "%s", text.p);
    ck_assert_msg(text.n > strlen(body) &&
                      strcmp(text.p + text.n - strlen(body), body) == 0,
                  "%s", text.p);
    close(fd);
}

START_TEST(waiting_requests)
{
    web_start(SWAP(1));
    struct eio_session *a = stage_join();
    int fd = ask(GET("/swap/wait"));
    ck_assert_uint_eq(stage.host->requests.ids.count, 1);
    stage_exchange(SWAP(2));
    /* Its number is in the new build's state. */
    fake_text(a, "2[\"answer request\"]");
    stage_expect("swap#2: answer 0\n");
    expect_answer(fd, "200", "late");
    expect_answer(ask(GET("/swap/who")), "200", "2");
    web_stop();
}
END_TEST

START_TEST(deadlines)
{
    web_start(SWAP(1));
    int fd = ask(GET("/swap/wait"));
    stage_advance(29000);
    stage_exchange(SWAP(2));
    stage_advance(999);
    ck_assert_uint_eq(stage.host->requests.ids.count, 1);
    stage_advance(1);
    expect_answer(fd, "503", "");
    web_stop();
}
END_TEST

START_TEST(refused)
{
    web_start(SWAP(1));
    struct eio_session *a = stage_join();
    int fd = ask(GET("/swap/wait"));
    ck_assert_int_lt(
        stage_reload("{\"name\":\"swap\",\"path\":\"swap-2.so\",\"settings\":"
                     "{\"meddle\":\"restore\",\"restore\":-1}}"),
        0);
    stage_forget();
    fake_text(a, "2[\"answer request\"]");
    stage_expect("swap#1: answer 0\n");
    struct answer *got = receive(fd);
    ck_assert_ptr_nonnull(strstr(got->text, "\r\n\r\nlate"));
    ck_assert_ptr_null(strstr(got->text, "X-Y"));
    close(fd);
    web_stop();
}
END_TEST

START_TEST(removed)
{
    web_start(SECOND "," SWAP(1));
    int fd = ask(GET("/swap/wait"));
    stage_exchange(SECOND);
    ck_assert_uint_eq(stage.host->requests.ids.count, 0);
    expect_answer(fd, "503", "");
    expect_answer(ask(GET("/swap/who")), "200", "/swap/who"); /* the files */
    stage_exchange(SECOND "," SWAP(2));
    expect_answer(ask(GET("/swap/who")), "200", "2");
    web_stop();
}
END_TEST

/* The route goes while the body is on its way. */
START_TEST(removed_amid_a_body)
{
    web_start(SECOND ",{\"name\":\"web\"}");
    int fd =
        ask("POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\na=");
    ck_assert_uint_eq(stage.host->requests.ids.count, 1);
    stage_exchange(SECOND);
    ck_assert_uint_eq(stage.host->requests.ids.count, 0);
    send_text(fd, "b\n");
    expect_answer(fd, "503", "");
    web_stop();
}
END_TEST

static bool printed(const char *line)
{
    struct buf out;
    buf_init(&out, BUF_MAX);
    metrics_print(stage.host, &out);
    ck_assert_int_eq(out.error, 0);
    bool found = memmem(out.p, out.n, line, strlen(line)) != NULL;
    buf_free(&out);
    return found;
}

START_TEST(metrics_go_on)
{
    stage_start(SECOND "," SWAP(1));
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"count\"]");
    fake_text(a, "2[\"count\"]");
    stage_exchange(SECOND "," SWAP(2));
    ck_assert(printed("\nmortise_swap_counted_total 2\n"));
    fake_text(a, "2[\"count\"]");
    ck_assert(printed("\nmortise_swap_counted_total 3\n"));
    ck_assert(printed("\nmortise_plugin_generation{plugin=\"swap\"} 2\n"));
    /* A build that is refused leaves none behind, and takes none away. */
    ck_assert_int_lt(stage_reload(SECOND "," SWAP(
                         1) ",{\"name\":\"meter\",\"namespace\":\"/m\"},"
                            "{\"name\":\"work\",\"settings\":"
                            "{\"returns\":-1}}"),
                     0);
    ck_assert(printed("\nmortise_swap_counted_total 3\n"));
    ck_assert(!printed("mortise_meter_"));
    stage_exchange(SECOND);
    ck_assert(!printed("mortise_swap_"));
    stage_exchange(SECOND "," SWAP(2));
    ck_assert(printed("\nmortise_swap_counted_total 0\n"));
    stage_stop();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("host/reload_web");
    TCase *t = tcase_create("web");
    tcase_add_test(t, waiting_requests);
    tcase_add_test(t, deadlines);
    tcase_add_test(t, refused);
    tcase_add_test(t, removed);
    tcase_add_test(t, removed_amid_a_body);
    tcase_add_test(t, metrics_go_on);
    suite_add_tcase(s, t);
    return unit_main(s);
}
