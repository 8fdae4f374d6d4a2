/* SPDX-License-Identifier: MIT */
/* What is kept of a handshake: what clients have in common, once. */
#include "harness.h"

#include "engineio/session.h"

#define TARGET PATH "?EIO=4&transport=websocket"

static struct eio_options options;

static void setup(void)
{
    options = world_options();
    world_start(&options);
}

static struct eio_session *open_with(struct client *c, const char *headers)
{
    ck_assert_int_eq(ws_connect(c, TARGET, headers), 101);
    return world.session;
}

static void expect_value(struct eio_session *session, const char *name,
                         const char *value)
{
    const struct eio_handshake *h = eio_session_handshake(session);
    struct str found = {NULL, 0};

    ck_assert(str_eq(h->target, STR(TARGET)));
    for (uint32_t i = 0; i < h->header_count; i++)
        if (str_eq(h->headers[i].name, str_z(name)))
            found = h->headers[i].value;
    ck_assert_msg(str_eq(found, str_z(value)), "%s: %.*s", name,
                  STR_ARG(found));
}

static void end(struct eio_session *session)
{
    eio_session_discard(session, EIO_FORCED_CLOSE);
    world_turn(); /* which frees it */
}

START_TEST(what_is_the_same_is_there_once)
{
    const struct lookup *heads = &world.eio->handshakes.heads;
    struct client a, b, c;

    struct eio_session *one =
        open_with(&a, "User-Agent: x\r\nCookie: a=1\r\nX-Id: 1\r\nDNT: 1\r\n");
    struct eio_session *same =
        open_with(&b, "User-Agent: x\r\nCookie: b=22\r\nX-Id: 2\r\nDNT: 1\r\n");
    ck_assert_uint_eq(heads->count, 1);
    struct eio_session *other = open_with(&c, "User-Agent: y\r\n");
    ck_assert_uint_eq(heads->count, 2);

    expect_value(one, "cookie", "a=1");
    expect_value(one, "x-id", "1");
    expect_value(one, "dnt", "1");
    expect_value(same, "cookie", "b=22");
    expect_value(same, "x-id", "2");
    expect_value(same, "user-agent", "x");
    expect_value(other, "user-agent", "y");

    end(one);
    ck_assert_uint_eq(heads->count, 2);
    expect_value(same, "user-agent", "x");
    expect_value(same, "cookie", "b=22");
    end(same);
    ck_assert_uint_eq(heads->count, 1);
    expect_value(other, "user-agent", "y");
    client_close(&a);
    client_close(&b);
    client_close(&c);
}
END_TEST

START_TEST(names_differ_by_more_than_their_values)
{
    struct client a, b;

    struct eio_session *one = open_with(&a, "X-A: 1\r\nCookie: 2\r\n");
    struct eio_session *two = open_with(&b, "Cookie: 1\r\nX-A: 2\r\n");
    ck_assert_uint_eq(world.eio->handshakes.heads.count, 2);
    expect_value(one, "x-a", "1");
    expect_value(one, "cookie", "2");
    expect_value(two, "x-a", "2");
    expect_value(two, "cookie", "1");
    client_close(&a);
    client_close(&b);
}
END_TEST

START_TEST(targets_on_polling_are_never_the_same)
{
    ask("GET", PATH "?EIO=4&transport=polling&t=1", "", NULL);
    const struct eio_session *one = world.session;
    ask("GET", PATH "?EIO=4&transport=polling&t=2", "", NULL);
    ck_assert_uint_eq(world.eio->handshakes.heads.count, 1);
    ck_assert(str_eq(eio_session_handshake(one)->query,
                     STR("EIO=4&transport=polling&t=1")));
    ck_assert(str_eq(eio_session_handshake(world.session)->query,
                     STR("EIO=4&transport=polling&t=2")));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("engineio/heads");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, setup, world_stop);
    tcase_add_test(tests, what_is_the_same_is_there_once);
    tcase_add_test(tests, names_differ_by_more_than_their_values);
    tcase_add_test(tests, targets_on_polling_are_never_the_same);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
