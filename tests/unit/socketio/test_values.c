/* SPDX-License-Identifier: MIT */
/* What is kept with a socket. */
#include "world.h"

#include "base/error.h"
#include "base/mem.h"

static struct eio_session *e;
static struct sio_socket *s;

static void set_up(void)
{
    world_start();
    s = world_join(&e);
}

static void set(const char *key, const char *text)
{
    ck_assert_int_eq(sio_socket_set_value(s, str_z(key), str_z(text)), 0);
}

static void expect(const char *key, const char *text)
{
    struct str value = sio_socket_value(s, str_z(key));
    ck_assert_msg(str_eq(value, str_z(text)), "%s is %.*s", key,
                  STR_ARG(value));
}

START_TEST(set_and_removed)
{
    ck_assert_ptr_null(sio_socket_value(s, STR("a")).p);
    set("a", "1");
    set("ab", "2");
    set("", "3");
    expect("a", "1");
    expect("ab", "2");
    expect("", "3");
    set("a", "[1,2]");
    expect("a", "[1,2]");
    set("a", "");
    ck_assert_ptr_null(sio_socket_value(s, STR("a")).p);
    set("a", "");
    expect("ab", "2");
}
END_TEST

START_TEST(each_socket_has_its_own)
{
    struct sio_socket *game = world_join_more(e, "0/game,");
    set("a", "1");
    ck_assert_ptr_null(sio_socket_value(game, STR("a")).p);
}
END_TEST

START_TEST(not_more_than_the_limit)
{
    char text[WORLD_VALUES_MAX + 1] = "";
    memset(text, 'x', sizeof(text) - 1);
    ck_assert_int_eq(sio_socket_set_value(s, STR("a"), str_z(text)), ERR_LIMIT);
    ck_assert_int_eq(sio_socket_set_value(s, str_z(text), STR("1")), ERR_LIMIT);
    text[WORLD_VALUES_MAX / 2] = '\0';
    set("a", text);
    ck_assert_int_eq(sio_socket_set_value(s, STR("b"), str_z(text)), ERR_LIMIT);
    ck_assert_ptr_null(sio_socket_value(s, STR("b")).p);
    /* In the place of the old one there is room, again and again. */
    for (int i = 0; i < 5; i++)
        set("a", text);
    text[WORLD_VALUES_MAX / 2] = 'x';
    ck_assert_int_eq(sio_socket_set_value(s, STR("a"), str_z(text)), ERR_LIMIT);
    text[WORLD_VALUES_MAX / 2] = '\0';
    expect("a", text);
    set("a", "");
    set("b", text);
}
END_TEST

START_TEST(without_memory_the_old_one_stays)
{
    set("a", "1");
    mem_fail_after(0);
    ck_assert_int_eq(sio_socket_set_value(s, STR("a"), STR("2")), ERR_NOMEM);
    mem_fail_after(-1);
    expect("a", "1");
}
END_TEST

static void keep_one(struct sio_socket *of)
{
    ck_assert_int_eq(sio_socket_set_value(of, STR("user"), STR("\"a\"")), 0);
    if (world.decision == SIO_REFUSE)
        sio_socket_refuse(of, STR("no"), STR(""));
}

/* world_stop() sees to it that those of the refused are freed. */
START_TEST(before_it_has_joined)
{
    world.on_connecting = keep_one;
    s = world_join(&e);
    expect("user", "\"a\"");
    world.decision = SIO_REFUSE;
    fake_text(fake_open(world.sio), "0");
    world.decision = SIO_LATER;
    fake_text(fake_open(world.sio), "0");
}
END_TEST

static void look(struct sio_socket *of)
{
    ck_assert(str_eq(sio_socket_value(of, STR("a")), STR("1")));
}

START_TEST(until_it_has_gone)
{
    set("a", "1");
    world.on_disconnecting = look;
    world.on_disconnect = look;
    fake_end(e, EIO_TRANSPORT_CLOSE);
    world_expect("disconnecting / transport close\n"
                 "disconnect / transport close\n");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("socketio/values");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, set_up, world_stop);
    tcase_add_test(tests, set_and_removed);
    tcase_add_test(tests, each_socket_has_its_own);
    tcase_add_test(tests, not_more_than_the_limit);
    tcase_add_test(tests, without_memory_the_old_one_stays);
    tcase_add_test(tests, before_it_has_joined);
    tcase_add_test(tests, until_it_has_gone);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
