/* SPDX-License-Identifier: MIT */
/* Rooms, and whether both ways between sockets and rooms stay right. */
#include "world.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "socketio/internal.h"

START_TEST(sockets_join_and_leave)
{
    struct eio_session *e;
    struct sio_socket *s = world_join(&e);
    ck_assert_uint_eq(sio_room_size(world.main, STR("a")), 0);
    ck_assert(!sio_socket_in(s, STR("a")));
    ck_assert_int_eq(sio_socket_join(s, STR("a")), 0);
    ck_assert_int_eq(sio_socket_join(s, STR("a")), 0);
    ck_assert_uint_eq(sio_room_size(world.main, STR("a")), 1);
    ck_assert(sio_socket_in(s, STR("a")));
    ck_assert_int_eq(sio_socket_leave(s, STR("a")), 0);
    ck_assert_int_eq(sio_socket_leave(s, STR("a")), ERR_NOENT);
    ck_assert_uint_eq(sio_room_size(world.main, STR("a")), 0);
    ck_assert(!sio_socket_in(s, STR("a")));
    ck_assert_uint_eq(world.main->rooms.count, 0); /* empty rooms are gone */
}
END_TEST

START_TEST(any_bytes_name_a_room)
{
    static const struct str names[] = {{"", 0}, {"\0", 1}, {"\xff,", 2}};
    struct eio_session *e;
    struct sio_socket *s = world_join(&e);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_int_eq(sio_socket_join(s, names[i]), 0);
        ck_assert_uint_eq(sio_room_size(world.main, names[i]), 1);
    }
    for (size_t i = 0; i < 3; i++) {
        ck_assert_int_eq(sio_socket_leave(s, names[i]), 0);
        ck_assert(!sio_socket_in(s, names[i]));
    }
    ck_assert_uint_eq(sio_namespace_size(world.main), 1);
}
END_TEST

/* Everybody else leaves; what there was for them goes, and who is there is
 * still found. */
START_TEST(room_for_many_is_given_back)
{
    enum { MANY = 1000 };
    static struct eio_session *sessions[MANY];
    struct eio_session *e, *f;
    struct sio_socket *s = world_join(&e);

    ck_assert_int_eq(sio_socket_join(s, STR("a")), 0);
    for (int i = 0; i < MANY; i++) {
        struct sio_socket *t = world_join(&sessions[i]);
        ck_assert_int_eq(sio_socket_join(t, STR("a")), 0);
        world.journal_length = 0;
    }
    for (int i = 0; i < MANY; i++, world.journal_length = 0)
        fake_end(sessions[i], EIO_TRANSPORT_CLOSE);
    const struct sio_room *room = room_find(world.main, STR("a"));
    uint32_t members = room->cap, all = world.main->all_cap,
             sockets = world.main->sockets.cap;
    sio_server_trim(world.sio);
    ck_assert_uint_lt(room->cap, members);
    ck_assert_uint_lt(world.main->all_cap, all);
    ck_assert_uint_lt(world.main->sockets.cap, sockets);
    ck_assert(sio_socket_in(s, STR("a")));
    ck_assert_int_eq(sio_socket_join(world_join(&f), STR("a")), 0);
    ck_assert_uint_eq(sio_room_size(world.main, STR("a")), 2);
    ck_assert_uint_eq(sio_namespace_size(world.main), 2);
}
END_TEST

START_TEST(namespaces_have_rooms_of_their_own)
{
    struct eio_session *e;
    struct sio_socket *s = world_join(&e);
    struct sio_socket *game = world_join_more(e, "0/game,");
    ck_assert_int_eq(sio_socket_join(s, STR("a")), 0);
    ck_assert_uint_eq(sio_room_size(world.game, STR("a")), 0);
    ck_assert(!sio_socket_in(game, STR("a")));
}
END_TEST

START_TEST(everybody_is_in_the_room_of_their_id)
{
    struct eio_session *e, *f;
    struct sio_socket *s = world_join(&e), *t = world_join(&f);
    ck_assert(sio_socket_in(s, sio_socket_sid(s)));
    ck_assert(!sio_socket_in(s, sio_socket_sid(t)));
    ck_assert_uint_eq(sio_room_size(world.main, sio_socket_sid(s)), 1);
    ck_assert_int_eq(sio_socket_join(s, sio_socket_sid(s)), 0);
    ck_assert_uint_eq(sio_room_size(world.main, sio_socket_sid(s)), 1);
    /* Somebody else's is a room like any other. */
    ck_assert_int_eq(sio_socket_join(s, sio_socket_sid(t)), 0);
    ck_assert_uint_eq(sio_room_size(world.main, sio_socket_sid(t)), 2);
    ck_assert(sio_socket_in(s, sio_socket_sid(t)));
    fake_end(f, EIO_TRANSPORT_CLOSE);
    ck_assert_int_eq(sio_socket_leave(s, sio_socket_sid(s)), ERR_NOENT);
}
END_TEST

START_TEST(rooms_are_limited)
{
    char name[258];
    struct eio_session *e;
    struct sio_socket *s = world_join(&e);

    memset(name, 'x', sizeof(name));
    ck_assert_int_eq(sio_socket_join(s, str_of(name, 257)), ERR_LIMIT);
    ck_assert_int_eq(sio_socket_join(s, str_of(name, 256)), 0);
    ck_assert_int_eq(sio_socket_join(s, STR("b")), 0);
    ck_assert_int_eq(sio_socket_join(s, STR("c")), 0);
    ck_assert_int_eq(sio_socket_join(s, STR("d")), ERR_LIMIT);
    ck_assert_int_eq(sio_socket_join(s, STR("c")), 0); /* is there already */
    ck_assert_uint_eq(sio_room_size(world.main, STR("d")), 0);
    ck_assert_int_eq(sio_socket_leave(s, STR("b")), 0);
    ck_assert_int_eq(sio_socket_join(s, STR("d")), 0);
}
END_TEST

static void look_while_leaving(struct sio_socket *s)
{
    ck_assert(sio_socket_in(s, STR("a")) && sio_socket_in(s, STR("b")));
    ck_assert(sio_socket_in(s, sio_socket_sid(s)));
    ck_assert_int_eq(sio_socket_join(s, STR("c")), ERR_CLOSED);
    ck_assert_int_eq(sio_socket_leave(s, STR("b")), 0);
}

static void look_when_gone(struct sio_socket *s)
{
    ck_assert(!sio_socket_in(s, STR("a")));
    ck_assert(!sio_socket_in(s, sio_socket_sid(s)));
    ck_assert_int_eq(sio_socket_leave(s, STR("a")), ERR_NOENT);
    ck_assert_int_eq(sio_socket_join(s, STR("a")), ERR_CLOSED);
    ck_assert_uint_eq(sio_room_size(world.main, STR("a")), 0);
    ck_assert_uint_eq(sio_room_size(world.main, sio_socket_sid(s)), 0);
}

START_TEST(rooms_are_left_between_the_two_callbacks)
{
    struct eio_session *e;
    struct sio_socket *s = world_join(&e);
    ck_assert_int_eq(sio_socket_join(s, STR("a")), 0);
    ck_assert_int_eq(sio_socket_join(s, STR("b")), 0);
    world.on_disconnecting = look_while_leaving;
    world.on_disconnect = look_when_gone;
    fake_text(e, "1");
    world_expect("disconnecting / client namespace disconnect\n"
                 "disconnect / client namespace disconnect\n");
}
END_TEST

/* Whichever allocation fails: the room is joined, or as if nobody had tried. */
START_TEST(memory_may_run_out_when_joining)
{
    struct eio_session *e;
    struct sio_socket *s = world_join(&e);
    int error = ERR_NOMEM;

    for (long n = 0; error < 0; n++) {
        mem_fail_after(n);
        error = sio_socket_join(s, STR("a"));
        mem_fail_after(-1);
        if (error < 0) {
            ck_assert_int_eq(error, ERR_NOMEM);
            ck_assert_uint_eq(world.main->rooms.count, 0);
            ck_assert(!sio_socket_in(s, STR("a")));
        }
        ck_assert_int_lt(n, 10);
    }
    ck_assert(sio_socket_in(s, STR("a")));
}
END_TEST

/* --- against a model --- */

#define SOCKETS 12
#define ROOMS   6

static struct {
    struct eio_session *session;
    struct sio_socket *socket; /* NULL: not connected */
    bool in[ROOMS];
} model[SOCKETS];

static struct str room(int i)
{
    static const char names[] = "abcdef";
    return str_of(names + i, 1);
}

static int rooms_of(int i)
{
    int count = 0;
    for (int r = 0; r < ROOMS; r++)
        count += model[i].in[r];
    return count;
}

/* Both ways of a membership point to each other. */
static void check_links(const struct sio_socket *s)
{
    ck_assert_uint_lt(s->place, sio_namespace_size(s->name_space));
    ck_assert_ptr_eq(s->name_space->all[s->place], s);
    for (uint32_t i = 0; i < rooms_count(s); i++) {
        struct sio_membership m = s->rooms->at[i];
        ck_assert_uint_lt(m.index, m.room->count);
        ck_assert_ptr_eq(m.room->members[m.index].socket, s);
        ck_assert_uint_eq(m.room->members[m.index].back, i);
    }
}

static void check_model(void)
{
    uint32_t sizes[ROOMS] = {0}, connected = 0, rooms = 0;

    for (int i = 0; i < SOCKETS; i++) {
        if (!model[i].socket)
            continue;
        connected++;
        check_links(model[i].socket);
        ck_assert_uint_eq(rooms_count(model[i].socket), (uint32_t)rooms_of(i));
        for (int r = 0; r < ROOMS; r++) {
            sizes[r] += model[i].in[r];
            ck_assert(sio_socket_in(model[i].socket, room(r)) ==
                      model[i].in[r]);
        }
    }
    for (int r = 0; r < ROOMS; r++) {
        rooms += sizes[r] > 0;
        ck_assert_uint_eq(sio_room_size(world.main, room(r)), sizes[r]);
    }
    ck_assert_uint_eq(world.main->rooms.count, rooms);
    ck_assert_uint_eq(sio_namespace_size(world.main), connected);
    ck_assert_uint_eq(world.main->sockets.count, connected);
}

static void toggle_connection(int i)
{
    if (!model[i].socket) {
        model[i].socket = world_join(&model[i].session);
        return;
    }
    switch (rand() % 3) {
    case 0:
        fake_text(model[i].session, "1");
        fake_end(model[i].session, EIO_TRANSPORT_CLOSE);
        break;
    case 1:
        fake_end(model[i].session, EIO_PING_TIMEOUT);
        break;
    default:
        sio_socket_disconnect(model[i].socket, true);
        fake_finish_closing();
        break;
    }
    model[i].socket = NULL;
    memset(model[i].in, 0, sizeof(model[i].in));
    world_forget();
}

static void step(void)
{
    int i = rand() % SOCKETS, r = rand() % ROOMS;
    if (rand() % 12 == 0 || !model[i].socket) {
        toggle_connection(i);
    } else if (rand() % 2 == 0) {
        bool fits = model[i].in[r] || rooms_of(i) < WORLD_ROOMS_MAX;
        ck_assert_int_eq(sio_socket_join(model[i].socket, room(r)),
                         fits ? 0 : ERR_LIMIT);
        model[i].in[r] = fits;
    } else {
        ck_assert_int_eq(sio_socket_leave(model[i].socket, room(r)),
                         model[i].in[r] ? 0 : ERR_NOENT);
        model[i].in[r] = false;
    }
}

START_TEST(random_joins_and_leaves_agree_with_a_model)
{
    srand(3);
    for (int i = 0; i < 3000; i++) {
        step();
        check_model();
    }
}
END_TEST

static int model_except = -1, model_skip = -1;

static bool meant(int i, bool all, const bool rooms[ROOMS])
{
    bool in = all;
    for (int r = 0; r < ROOMS; r++)
        in = in || (rooms[r] && model[i].in[r]);
    return model[i].socket && in && i != model_skip &&
           (model_except < 0 || !model[i].in[model_except]);
}

static void check_broadcast(struct sio_packet *packet)
{
    bool all = rand() % 4 == 0, rooms[ROOMS] = {false};
    struct str names[2 * ROOMS], except;
    int count = 0, expected = 0;

    model_except = rand() % 2 ? rand() % ROOMS : -1;
    model_skip = rand() % 2 ? rand() % SOCKETS : -1;
    for (int i = rand() % ROOMS; i > 0; i--) {
        int r = rand() % ROOMS; /* now and then the same again */
        rooms[r] = true;
        names[count++] = room(r);
    }
    if (model_except >= 0)
        except = room(model_except);
    struct sio_target target = {
        .name_space = world.main,
        .all = all,
        .rooms = names,
        .room_count = (uint32_t)count,
        .except = &except,
        .except_count = model_except >= 0,
        .skip = model_skip >= 0 ? model[model_skip].socket : NULL,
    };
    int sent = sio_broadcast(&target, packet);
    for (int i = 0; i < SOCKETS; i++) {
        bool me = meant(i, all, rooms);
        expected += me;
        if (model[i].socket)
            ck_assert_uint_eq(fake_skip(model[i].session), me);
    }
    ck_assert_int_eq(sent, expected);
}

START_TEST(random_broadcasts_agree_with_a_model)
{
    srand(4);
    for (int i = 0; i < 2000; i++) {
        step();
        struct sio_packet *packet = world_packet(world.main, "x", "y");
        for (int k = 0; k < SOCKETS; k++)
            if (model[k].socket)
                fake_skip(model[k].session);
        check_broadcast(packet);
        sio_packet_unref(packet);
    }
}
END_TEST

START_TEST(marks_begin_anew)
{
    srand(5);
    for (int i = 0; i < 200; i++)
        step();
    for (int i = 0; i < SOCKETS; i++)
        if (model[i].socket) /* of long ago */
            model[i].socket->mark = 1 + (uint32_t)i % 3;
    world.main->mark = UINT32_MAX - 2;
    struct sio_packet *packet = world_packet(world.main, "x", "y");
    for (int k = 0; k < SOCKETS; k++)
        if (model[k].socket)
            fake_skip(model[k].session);
    for (int i = 0; i < 20; i++)
        check_broadcast(packet);
    ck_assert_uint_lt(world.main->mark, 100);
    sio_packet_unref(packet);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("socketio/rooms");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, world_start, world_stop);
    tcase_add_test(tests, sockets_join_and_leave);
    tcase_add_test(tests, any_bytes_name_a_room);
    tcase_add_test(tests, room_for_many_is_given_back);
    tcase_add_test(tests, namespaces_have_rooms_of_their_own);
    tcase_add_test(tests, everybody_is_in_the_room_of_their_id);
    tcase_add_test(tests, rooms_are_limited);
    tcase_add_test(tests, rooms_are_left_between_the_two_callbacks);
    tcase_add_test(tests, memory_may_run_out_when_joining);
    tcase_add_test(tests, random_joins_and_leaves_agree_with_a_model);
    tcase_add_test(tests, random_broadcasts_agree_with_a_model);
    tcase_add_test(tests, marks_begin_anew);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
