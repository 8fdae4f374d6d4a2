/* SPDX-License-Identifier: MIT */
/*
 * Whole conversations in which memory runs out once, at every place in turn.
 * Whatever happens to the client it happens to: nobody crashes, nothing
 * leaks, callbacks come in pairs, and who was not touched lives on.
 */
#include "world.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"

static unsigned connects, disconnects, asked, answered;

static void count_connect(struct sio_socket *s)
{
    uint64_t id;

    connects++;
    sio_socket_join(s, STR("lobby"));
    sio_socket_join(s, STR("a"));
    world_send(s, "hello", "you");
    if (sio_socket_connected(s) && sio_socket_ask(s, 100, 1, &id) == 0)
        asked++;
}

static void count_answer(struct sio_socket *s, int status)
{
    answered++;
}

static void count_disconnect(struct sio_socket *s)
{
    disconnects++;
}

static void respond(struct sio_socket *s, const struct sio_event *event)
{
    static const struct str rooms[] = {{"lobby", 5}, {"a", 1}};
    struct sio_target target = {.name_space = sio_socket_namespace(s),
                                .rooms = rooms,
                                .room_count = 2,
                                .except = rooms + 1,
                                .except_count = event->wants_ack};
    struct sio_builder b;
    int error;

    sio_builder_init(&b, 4096, 10);
    if (event->wants_ack)
        sio_builder_ack(&b, sio_namespace_name(target.name_space),
                        event->ack_id);
    else
        sio_builder_event(&b, sio_namespace_name(target.name_space), false, 0,
                          STR("said"));
    for (const struct json *v = event->args->child->next; v; v = v->next)
        json_put_value(&b.json, v);
    struct sio_packet *packet = sio_builder_finish(&b, &error);
    if (!packet)
        return;
    if (event->wants_ack)
        sio_socket_answer(s, packet);
    else
        sio_broadcast(&target, packet);
    sio_packet_unref(packet);
}

static void refuse(struct sio_socket *s)
{
    sio_socket_refuse(s, STR("no"), STR("{\"a\":1}"));
}

/* Everything a client can do, and everything it can be answered. */
static void converse(struct eio_session *e)
{
    static const char placeholder[] = "{\"_placeholder\":true,\"num\":0}";

    world.handle = 0;
    fake_text(e, "0{\"token\":\"\\u0041\"}");
    uint64_t handle = world.handle;
    fake_text(e, "0/random");
    fake_text(e, "2[\"say\",\"hello\"]");
    fake_text(e, "212[\"say\",{\"a\":[1,2,{}]}]");
    fake_text(e, "30[\"x\"]");
    fake_text(e, "51-7[\"say\",{\"_placeholder\":true,\"num\":0}]");
    fake_bytes(e, placeholder, sizeof(placeholder) - 1);
    fake_text(e, "51-[\"say\",{\"_placeholder\":true,\"num\":0}]");
    fake_bytes(e, "y", 1);
    world.on_connecting = refuse;
    fake_text(e, "0/game,");
    world.on_connecting = NULL;
    world.decision = SIO_LATER;
    fake_text(e, "0/game,{\"a\":1}");
    world.decision = SIO_ACCEPT;
    struct sio_socket *s = sio_socket_find(world.sio, world.handle);
    if (s)
        sio_socket_accept(s);
    fake_text(e, "2/game,[\"say\",1]");
    fake_text(e, "1/game,");
    world_advance(100);
    s = sio_socket_find(world.sio, handle);
    if (s)
        sio_socket_disconnect(s, true);
    else
        fake_end(e, EIO_TRANSPORT_CLOSE);
    fake_finish_closing();
}

/* Whether mem_fail_after(n) has struck; disarms it. */
static bool has_struck(long n)
{
    bool struck = true;
    for (long i = 0; struck && i <= n; i++) {
        void *p = mem_alloc(1);
        struck = p != NULL;
        mem_free(p);
    }
    mem_fail_after(-1);
    return struck;
}

static void set_hooks(void)
{
    connects = disconnects = asked = answered = 0;
    world.on_connect = count_connect;
    world.on_disconnect = count_disconnect;
    world.on_answer = count_answer;
    world.on_event = respond;
}

START_TEST(a_conversation)
{
    bool struck = true;
    long n;

    for (n = 0; struck; n++) {
        struct eio_session *e, *other;
        world_start();
        struct sio_socket *s = world_join(&other);
        set_hooks();
        mem_fail_after(n);
        e = fake_open(world.sio);
        converse(e);
        struck = has_struck(n);

        ck_assert(!fake_is_open(e));
        ck_assert_uint_eq(connects, disconnects);
        ck_assert_uint_eq(asked, answered);
        ck_assert(fake_is_open(other) && sio_socket_connected(s));
        ck_assert_int_eq(world_send(s, "still", "here"), 0);
        world_stop();
    }
    ck_assert_int_gt(n, 30); /* it did allocate here and there */
}
END_TEST

START_TEST(starting)
{
    bool started = false;
    for (long n = 0; !started; n++) {
        mem_fail_after(n);
        started = world_try_start();
        mem_fail_after(-1);
        if (!started)
            ck_assert_int_eq(mem_live(), 0);
    }
    world_stop();
}
END_TEST

/* Many clients in many rooms, so that all tables and arrays grow. */
START_TEST(a_crowd)
{
    bool struck = true;

    for (long n = 0; struck; n++) {
        struct eio_session *e[20];
        world_start();
        set_hooks();
        mem_fail_after(n);
        for (int i = 0; i < 20; i++) {
            e[i] = fake_open(world.sio);
            fake_text(e[i], "0");
        }
        fake_text(e[7], "2[\"say\",\"hello\"]");
        for (int i = 0; i < 20; i += 2)
            fake_end(e[i], EIO_TRANSPORT_CLOSE);
        struck = has_struck(n);
        fake_free_all();
        ck_assert_uint_eq(connects, disconnects);
        ck_assert_uint_eq(asked, answered);
        world_stop();
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("socketio/nomem");
    TCase *tests = tcase_create("all");

    tcase_add_test(tests, a_conversation);
    tcase_add_test(tests, starting);
    tcase_add_test(tests, a_crowd);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
