/* SPDX-License-Identifier: MIT */
/* The application decides which requests are served. */
#include "harness.h"

static struct eio_options options;
static const char *words; /* NULL: all may */
static unsigned asked;
static bool ends_session;

static bool allow(void *user, struct http_exchange *x, bool handshake,
                  struct buf *text)
{
    ck_assert_ptr_eq(user, &options);
    ck_assert(x->head.target.n > 0);
    asked++;
    /* Those that come of a session name it. */
    bool named = memmem(x->head.target.p, x->head.target.n, "sid=", 4) != NULL;
    ck_assert_int_eq(handshake, !named);
    if (ends_session)
        eio_session_discard(world.session, EIO_FORCED_CLOSE);
    if (!words)
        return true;
    buf_append_z(text, words);
    return false;
}

static void setup(void)
{
    options = world_options();
    options.allow = allow;
    options.allow_user = &options;
    words = NULL;
    asked = 0;
    ends_session = false;
    world_start(&options);
}

START_TEST(handshakes)
{
    open_polling();
    ck_assert_uint_eq(asked, 1);
    words = "";
    refused("GET", "?EIO=4&transport=polling", "", FORBIDDEN);
    words = "Not \"you\"";
    expect_answer(ask("GET", PATH "?EIO=4&transport=polling", "", NULL), 403,
                  "{\"code\":4,\"message\":\"Not \\\"you\\\"\"}");
    /* The words are of one request. */
    words = NULL;
    refused("GET", "?EIO=4&transport=polling", "Origin: http://evil.test\r\n",
            FORBIDDEN);
    ck_assert_uint_eq(asked, 3);
}
END_TEST

START_TEST(order)
{
    words = "x";
    refused("POST", "?EIO=4&transport=polling", "", BAD_METHOD);
    refused("GET", "?EIO=4&transport=nonsense", "", UNKNOWN_TRANSPORT);
    refused("GET", "?EIO=4&transport=polling&sid=none", "", UNKNOWN_SID);
    ck_assert_uint_eq(asked, 0);
    expect_answer(ask("GET", PATH "?EIO=3&transport=polling", "", NULL), 403,
                  "{\"code\":4,\"message\":\"x\"}");
}
END_TEST

START_TEST(every_request)
{
    open_polling();
    words = "over";
    expect_answer(ask("GET", session_target(), "", NULL), 403,
                  "{\"code\":4,\"message\":\"over\"}");
    expect_answer(ask("POST", session_target(), "", "4x"), 403,
                  "{\"code\":4,\"message\":\"over\"}");
    ck_assert_uint_eq(world.messages, 0);
    ck_assert_uint_eq(world.closed, 0);
    words = NULL;
    expect_answer(ask("POST", session_target(), "", "4x"), 200, "ok");
    ck_assert_uint_eq(asked, 4);
}
END_TEST

START_TEST(ends_the_session)
{
    open_polling();
    ends_session = true;
    expect_answer(ask("POST", session_target(), "", "4x"), 400, UNKNOWN_SID);
    ck_assert_uint_eq(world.closed, 1);
    ck_assert_uint_eq(world.messages, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("allow");
    TCase *tcase = tcase_create("allow");
    tcase_add_checked_fixture(tcase, setup, world_stop);
    tcase_add_test(tcase, handshakes);
    tcase_add_test(tcase, order);
    tcase_add_test(tcase, every_request);
    tcase_add_test(tcase, ends_the_session);
    suite_add_tcase(suite, tcase);
    return unit_main(suite);
}
