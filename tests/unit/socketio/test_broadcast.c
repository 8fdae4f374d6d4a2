/* SPDX-License-Identifier: MIT */
/* Sending: to one, to many, and to those who do not read. */
#include "world.h"

#include <string.h>

#include "base/error.h"

#define CLIENTS 4

static struct eio_session *e[CLIENTS];
static struct sio_socket *s[CLIENTS];
static struct sio_packet *packet, *binary;

static void set_up(void)
{
    world_start();
    for (int i = 0; i < CLIENTS; i++)
        s[i] = world_join(&e[i]);
    packet = world_packet(world.main, "x", "y");
    binary = world_binary_packet(world.main, "x", "\x01");
    ck_assert_ptr_nonnull(packet);
    ck_assert_ptr_nonnull(binary);
}

static void tear_down(void)
{
    sio_packet_unref(packet);
    sio_packet_unref(binary);
    world_stop();
}

static void join(int i, struct str room)
{
    ck_assert_int_eq(sio_socket_join(s[i], room), 0);
}

/* Who has received how many packets: one digit a client. */
static void expect_received(const char *digits)
{
    char received[CLIENTS + 1] = "";
    for (int i = 0; i < CLIENTS; i++)
        received[i] = (char)('0' + fake_skip(e[i]));
    ck_assert_str_eq(received, digits);
}

static struct sio_target everybody(void)
{
    return (struct sio_target){.name_space = world.main, .all = true};
}

static struct sio_target rooms(const struct str *names, uint32_t count)
{
    return (struct sio_target){
        .name_space = world.main, .rooms = names, .room_count = count};
}

/* --- to one --- */

START_TEST(one_socket)
{
    ck_assert_int_eq(sio_socket_send(s[1], packet, false), 0);
    fake_expect(e[1], "42[\"x\",\"y\"]");
    ck_assert_int_eq(sio_socket_send(s[1], binary, false), 0);
    fake_expect(e[1], "451-[\"x\",{\"_placeholder\":true,\"num\":0}]");
    fake_expect(e[1], "bAQ==");
    expect_received("0000");
}
END_TEST

/* --- to many --- */

START_TEST(a_whole_namespace)
{
    struct sio_target t = everybody();
    world_join_more(e[0], "0/game,");
    ck_assert_int_eq(sio_broadcast(&t, packet), 4);
    expect_received("1111");
    t.name_space = world.game;
    ck_assert_int_eq(sio_broadcast(&t, packet), 1);
    expect_received("1000");
}
END_TEST

START_TEST(nobody_pending_or_gone)
{
    struct sio_target t = everybody();
    struct eio_session *pending = fake_open(world.sio);
    world.decision = SIO_LATER;
    fake_text(pending, "0");
    fake_text(e[0], "1");
    fake_end(e[1], EIO_TRANSPORT_CLOSE);
    ck_assert_int_eq(sio_broadcast(&t, packet), 2);
    expect_received("0011");
    fake_expect_nothing(pending);
}
END_TEST

START_TEST(several_rooms_once)
{
    static const struct str names[] = {
        {"a", 1}, {"b", 1}, {"none", 4}, {"a", 1}};
    struct sio_target t = rooms(names, 4);
    join(0, STR("a"));
    join(0, STR("b"));
    join(1, STR("b"));
    join(2, STR("c"));
    ck_assert_int_eq(sio_broadcast(&t, packet), 2);
    expect_received("1100");
    t.room_count = 0;
    ck_assert_int_eq(sio_broadcast(&t, packet), 0);
    expect_received("0000");
    t = rooms(names + 2, 1);
    ck_assert_int_eq(sio_broadcast(&t, packet), 0);
}
END_TEST

START_TEST(except_some_rooms)
{
    static const struct str names[] = {{"a", 1}, {"b", 1}};
    struct sio_target t = everybody();
    join(0, STR("a"));
    join(1, STR("a"));
    join(1, STR("b"));
    t.except = names;
    t.except_count = 1;
    ck_assert_int_eq(sio_broadcast(&t, packet), 2);
    expect_received("0011");
    t = rooms(names, 1);
    t.except = names + 1;
    t.except_count = 1;
    ck_assert_int_eq(sio_broadcast(&t, packet), 1);
    expect_received("1000");
    /* Of one broadcast the next knows nothing. */
    t.except_count = 0;
    ck_assert_int_eq(sio_broadcast(&t, packet), 2);
    expect_received("1100");
}
END_TEST

START_TEST(skip_the_sender)
{
    static const struct str name = {"a", 1};
    struct sio_target t = everybody();
    t.skip = s[2];
    ck_assert_int_eq(sio_broadcast(&t, packet), 3);
    expect_received("1101");
    t = rooms(&name, 1);
    t.skip = s[2];
    join(2, name);
    ck_assert_int_eq(sio_broadcast(&t, packet), 0);
    join(3, name);
    ck_assert_int_eq(sio_broadcast(&t, packet), 1);
    expect_received("0001");
}
END_TEST

START_TEST(ids_are_rooms)
{
    struct str names[2] = {sio_socket_sid(s[1]), STR("a")};
    struct sio_target t = rooms(names, 1);
    ck_assert_int_eq(sio_broadcast(&t, packet), 1);
    expect_received("0100");
    join(1, STR("a"));
    join(2, STR("a"));
    t.room_count = 2;
    ck_assert_int_eq(sio_broadcast(&t, packet), 2);
    expect_received("0110");
    /* Two who have joined the room of somebody else's id. */
    join(0, names[0]);
    t.room_count = 1;
    ck_assert_int_eq(sio_broadcast(&t, packet), 2);
    expect_received("1100");
    t = everybody();
    t.except = names;
    t.except_count = 1;
    ck_assert_int_eq(sio_broadcast(&t, packet), 2);
    expect_received("0011");
}
END_TEST

/* --- volatile --- */

START_TEST(volatile_packets_need_a_ready_client)
{
    struct sio_target t = everybody();
    fake_set_writable(e[0], false);
    ck_assert_int_eq(sio_socket_send(s[0], packet, true), ERR_DROPPED);
    ck_assert_int_eq(sio_socket_send(s[1], packet, true), 0);
    expect_received("0100");
    t.is_volatile = true;
    ck_assert_int_eq(sio_broadcast(&t, binary), 3);
    expect_received("0222");
    t.is_volatile = false;
    ck_assert_int_eq(sio_broadcast(&t, binary), 4);
    expect_received("2222");
}
END_TEST

/* Full, or short of memory: what nobody counts on is no reason to close. */
START_TEST(volatile_packets_close_nobody)
{
    fake_fail_sends(e[0], 0, _i == 0 ? ERR_BLOCKED : ERR_NOMEM);
    ck_assert_int_eq(sio_socket_send(s[0], binary, true), ERR_DROPPED);
    ck_assert(fake_is_open(e[0]));
    world_expect("");
}
END_TEST

/* Half a packet is worse than none. */
START_TEST(half_a_volatile_packet_ends_the_client)
{
    fake_fail_sends(e[0], 1, ERR_BLOCKED);
    ck_assert_int_eq(sio_socket_send(s[0], binary, true), ERR_BLOCKED);
    ck_assert(fake_is_closed(e[0]));
}
END_TEST

/* --- clients that do not read --- */

START_TEST(a_client_that_does_not_read_is_closed)
{
    uint64_t handle = sio_socket_handle(s[0]);
    fake_fail_sends(e[0], 0, _i == 0 ? ERR_BLOCKED : ERR_NOMEM);
    ck_assert_int_eq(sio_socket_send(s[0], packet, false),
                     _i == 0 ? ERR_BLOCKED : ERR_NOMEM);
    ck_assert(fake_is_closed(e[0]));
    ck_assert_ptr_null(sio_socket_find(world.sio, handle));
    world_expect("disconnecting / transport error\n"
                 "disconnect / transport error\n");
}
END_TEST

START_TEST(a_client_that_is_closing_is_left_alone)
{
    fake_fail_sends(e[0], 0, ERR_CLOSED);
    ck_assert_int_eq(sio_socket_send(s[0], packet, false), ERR_CLOSED);
    ck_assert(fake_is_open(e[0]));
    world_expect("");
}
END_TEST

START_TEST(half_a_packet_ends_the_client)
{
    fake_fail_sends(e[0], 1, ERR_BLOCKED);
    ck_assert_int_eq(sio_socket_send(s[0], binary, false), ERR_BLOCKED);
    ck_assert(fake_is_closed(e[0]));
    ck_assert_uint_eq(fake_skip(e[0]), 1);
}
END_TEST

static void send_more(struct sio_socket *gone)
{
    struct sio_target t = everybody();
    ck_assert_int_eq(sio_broadcast(&t, packet), 2);
}

/* In the middle of a broadcast; those behind them are served, and what
 * `disconnecting` sends comes after all of it. */
START_TEST(slow_clients_end_after_the_broadcast)
{
    struct sio_target t = everybody();
    fake_fail_sends(e[0], 0, ERR_BLOCKED);
    fake_fail_sends(e[2], 0, ERR_BLOCKED);
    world.on_disconnecting = send_more;
    ck_assert_int_eq(sio_broadcast(&t, packet), 2);
    world_expect("disconnecting / transport error\n"
                 "disconnect / transport error\n"
                 "disconnecting / transport error\n"
                 "disconnect / transport error\n");
    expect_received("0303");
    world.on_disconnecting = NULL;
}
END_TEST

static void block_self(struct sio_socket *self, const struct sio_event *event)
{
    uint64_t id;
    fake_fail_sends(e[0], 0, ERR_BLOCKED);
    ck_assert_int_eq(sio_socket_ask(self, 100, 5, &id), 0);
    ck_assert_int_eq(sio_socket_send(self, packet, false), ERR_BLOCKED);
    /* It is still here, but it is closing. */
    ck_assert(!sio_socket_connected(self));
    ck_assert(sio_socket_in(self, STR("a")));
    ck_assert_int_eq(sio_socket_join(self, STR("b")), ERR_CLOSED);
    ck_assert_int_eq(sio_socket_send(self, packet, false), ERR_CLOSED);
    ck_assert_int_eq(sio_socket_ask(self, 100, 6, &id), ERR_CLOSED);
    ck_assert(sio_socket_handshake(self)->target.n > 0);
    sio_socket_disconnect(self, true);
    ck_assert(str_eq(event->name, STR("go")));
}

START_TEST(a_client_that_blocks_within_its_own_event)
{
    join(0, STR("a"));
    world.on_event = block_self;
    fake_text(e[0], "2[\"go\"]");
    world_expect("event / go [\"go\"]\n"
                 "disconnecting / transport error\n"
                 "answer / 5 GONE\n"
                 "disconnect / transport error\n");
}
END_TEST

/* The CONNECT itself cannot be sent: nobody has come, nobody has gone. */
START_TEST(a_client_that_blocks_at_its_connect)
{
    struct eio_session *late = fake_open(world.sio);
    fake_fail_sends(late, 0, _i == 0 ? ERR_BLOCKED : ERR_CLOSED);
    fake_text(late, "0");
    world_expect("connecting / {}\n");
    ck_assert(!fake_is_open(late));
    ck_assert_uint_eq(sio_room_size(world.main, STR("")), 0);
    struct sio_target t = everybody();
    ck_assert_int_eq(sio_broadcast(&t, packet), 4);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("socketio/broadcast");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, one_socket);
    tcase_add_test(tests, a_whole_namespace);
    tcase_add_test(tests, nobody_pending_or_gone);
    tcase_add_test(tests, several_rooms_once);
    tcase_add_test(tests, except_some_rooms);
    tcase_add_test(tests, skip_the_sender);
    tcase_add_test(tests, ids_are_rooms);
    tcase_add_test(tests, volatile_packets_need_a_ready_client);
    tcase_add_loop_test(tests, volatile_packets_close_nobody, 0, 2);
    tcase_add_test(tests, half_a_volatile_packet_ends_the_client);
    tcase_add_loop_test(tests, a_client_that_does_not_read_is_closed, 0, 2);
    tcase_add_test(tests, a_client_that_is_closing_is_left_alone);
    tcase_add_test(tests, half_a_packet_ends_the_client);
    tcase_add_test(tests, slow_clients_end_after_the_broadcast);
    tcase_add_test(tests, a_client_that_blocks_within_its_own_event);
    tcase_add_loop_test(tests, a_client_that_blocks_at_its_connect, 0, 2);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
