/* SPDX-License-Identifier: MIT */
/* Requests of other origins: protocol section 1.8. */
#include "harness.h"

#include <stdio.h>
#include <string.h>

static struct eio_options options;

/* The origins that were refused, one behind the other. */
static char foreign[256];

static void on_foreign(void *user, struct str origin)
{
    size_t n = strlen(foreign);
    ck_assert_ptr_eq(user, &options);
    snprintf(foreign + n, sizeof(foreign) - n, "%.*s ", STR_ARG(origin));
}

static void setup(void)
{
    options = world_options();
    options.foreign = on_foreign;
    options.allow_user = &options;
    foreign[0] = '\0';
    world_start(&options);
}

/* Starts again with the options changed. */
static void restart(void)
{
    world_stop();
    world_start(&options);
}

START_TEST(foreign_origins_are_refused)
{
    const char *evil = "Origin: http://evil.test\r\n";
    open_polling();
    refused("GET", "?EIO=4&transport=polling", evil, FORBIDDEN);
    expect_answer(ask("POST", session_target(), evil, "4x"), 403, FORBIDDEN);
    expect_answer(ask("GET", session_target(), evil, NULL), 403, FORBIDDEN);
    ck_assert_uint_eq(world.messages, 0);
    ck_assert_uint_eq(world.closed, 0);
    refused("GET", "?EIO=4&transport=polling", "Origin: a b\r\n", BAD_REQUEST);
    refused("POST", "?EIO=4&transport=polling", evil, BAD_METHOD);
    refused("GET", "?EIO=3&transport=polling", "Origin: null\r\n", FORBIDDEN);
    ck_assert_str_eq(foreign, "http://evil.test http://evil.test "
                              "http://evil.test null ");

    expect_answer(
        ask("POST", session_target(), "Origin: http://test\r\n", "4x"), 200,
        "ok");
}
END_TEST

START_TEST(cors_headers_are_on_every_answer)
{
    struct client c;
    options.cors.enabled = true;
    options.cors.any = true;
    restart();
    struct answer a = ask("GET", PATH "?EIO=4&transport=polling",
                          "Origin: http://a.test\r\n", NULL);
    ck_assert_int_eq(a.status, 200);
    expect_header(&a, "Access-Control-Allow-Origin", "*");
    expect_header(&a, "Access-Control-Allow-Methods", NULL);
    a = push_session("4x");
    expect_header(&a, "Access-Control-Allow-Origin", "*");
    a = poll_session();
    expect_answer(a, 200, "4x");
    expect_header(&a, "Access-Control-Allow-Origin", "*");
    a = refused("GET", "", "", UNKNOWN_TRANSPORT);
    expect_header(&a, "Access-Control-Allow-Origin", "*");

    c = client_open();
    client_request(&c, "GET", PATH "?EIO=4&transport=websocket",
                   "Connection: Upgrade\r\nUpgrade: websocket\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                   "Sec-WebSocket-Version: 13\r\n",
                   NULL, 0);
    a = client_answer(&c, true);
    ck_assert_int_eq(a.status, 101);
    expect_header(&a, "Access-Control-Allow-Origin", "*");
    client_close(&c);
}
END_TEST

START_TEST(preflight)
{
    options.cors.enabled = true;
    options.cors.any = true;
    restart();
    struct answer a =
        ask("OPTIONS", PATH "?EIO=4",
            "Access-Control-Request-Headers: content-type\r\n", NULL);
    expect_answer(a, 204, "");
    expect_header(&a, "Access-Control-Allow-Origin", "*");
    expect_header(&a, "Access-Control-Allow-Methods",
                  "GET,HEAD,PUT,PATCH,POST,DELETE");
    expect_header(&a, "Access-Control-Allow-Headers", "content-type");
}
END_TEST

START_TEST(preflight_of_a_foreign_origin)
{
    struct str origin = STR("http://a.test");
    options.cors.enabled = true;
    options.cors.origins = &origin;
    options.cors.origin_count = 1;
    restart();
    struct answer a = ask("OPTIONS", PATH, "Origin: http://b.test\r\n", NULL);
    expect_answer(a, 204, "");
    expect_header(&a, "Access-Control-Allow-Origin", NULL);
    a = refused("GET", "?EIO=4&transport=polling", "Origin: http://b.test\r\n",
                FORBIDDEN);
    expect_header(&a, "Access-Control-Allow-Origin", NULL);
    a = ask("GET", PATH "?EIO=4&transport=polling", "Origin: http://a.test\r\n",
            NULL);
    ck_assert_int_eq(a.status, 200);
    expect_header(&a, "Access-Control-Allow-Origin", "http://a.test");
    expect_header(&a, "Vary", "Origin");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("origins");
    TCase *tc = tcase_create("origins");
    tcase_add_checked_fixture(tc, setup, world_stop);
    tcase_add_test(tc, foreign_origins_are_refused);
    tcase_add_test(tc, cors_headers_are_on_every_answer);
    tcase_add_test(tc, preflight);
    tcase_add_test(tc, preflight_of_a_foreign_origin);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
