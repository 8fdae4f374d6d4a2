/* SPDX-License-Identifier: MIT */
/*
 * Every allocation of a session's life fails once, one after the other. What
 * the client sees then is free; but nothing crashes, nothing leaks, and the
 * upper floor is told of every session's end.
 */
#include "harness.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

#define UPGRADE                                                                \
    "Connection: Upgrade\r\nUpgrade: websocket\r\n"                            \
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"                          \
    "Sec-WebSocket-Version: 13\r\n"

static void turns(void)
{
    for (int i = 0; i < 6; i++)
        loop_turn(world.loop, 0);
}

/* Says something on a connection, whatever has become of it. */
static void say(struct client *c, const char *method, const char *target,
                const char *headers, const char *body)
{
    client_request(c, method, target, headers, body, body ? strlen(body) : 0);
    turns();
}

static void frame(struct client *c, const char *text)
{
    client_read(c);
    if (!c->eof)
        ws_text(c, text);
    turns();
}

static void live(void)
{
    char target[256];
    struct client a = client_open(), b = client_open(), ws = client_open();

    say(&a, "GET", "/engine.io/?EIO=4&transport=polling", "", NULL);
    snprintf(target, sizeof(target), "%s", session_target());
    say(&b, "POST", target, "", "4a" RS "bAQIDBA==" RS "4c");
    client_close(&a);
    a = client_open();
    say(&a, "GET", target, "", NULL);
    client_close(&a);
    a = client_open();
    say(&a, "GET", target, "", NULL);

    snprintf(target, sizeof(target),
             "/engine.io/?EIO=4&transport=websocket&b64=1&sid=%s", world.sid);
    say(&ws, "GET", target, UPGRADE, NULL);
    frame(&ws, "2probe");
    frame(&ws, "5");
    frame(&ws, "4a");
    frame(&ws, "bAQIDBA==");
    if (world.session)
        eio_session_close(world.session);
    turns();
    client_close(&a);
    client_close(&b);
    client_close(&ws);
    turns();
}

/* The loop variable is the number of the allocation. */
START_TEST(any_allocation_fails)
{
    struct eio_options options = world_options();
    world_start(&options);
    mem_fail_after(_i);
    live();
    mem_fail_after(-1);
    eio_server_shutdown(world.eio);
    ck_assert_uint_eq(world.opened, world.closed);
    WAIT_UNTIL(eio_server_sessions(world.eio) == 0);
    world_stop();
}
END_TEST

START_TEST(no_allocation_fails)
{
    struct eio_options options = world_options();
    world_start(&options);
    live();
    ck_assert_uint_eq(world.messages, 5);
    ck_assert_uint_eq(world.closed, 1);
    world_stop();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nomem");
    TCase *tc = tcase_create("nomem");
    tcase_add_test(tc, no_allocation_fails);
    tcase_add_loop_test(tc, any_allocation_fails, 0, 80);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
