/* SPDX-License-Identifier: MIT */
/* Packets with attachments, put together again. */
#include "world.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

#define PLACE(number) "{\"_placeholder\":true,\"num\":" number "}"

static struct eio_session *e;
static struct sio_socket *s;

static void set_up(void)
{
    world_start();
    s = world_join(&e);
}

static void bytes(const char *text)
{
    fake_bytes(e, text, strlen(text));
}

START_TEST(attachments_take_their_places)
{
    fake_text(e, "52-[\"b\"," PLACE("0") ",{\"k\":[1," PLACE("1") "]}]");
    world_expect("");
    bytes("one");
    world_expect("");
    bytes("");
    world_expect("event / b [\"b\",<one>,{\"k\":[1,<>]}]\n");
    ck_assert(fake_is_open(e));

    fake_text(e, "51-12[\"b\"," PLACE("0") "]");
    bytes("x");
    world_expect("event / b 12 [\"b\",<x>]\n");
}
END_TEST

START_TEST(the_packets_own_bytes_are_not_needed_any_more)
{
    world_join_more(e, "0/game,");
    fake_text(e, "51-/game,[\"b\",\"text\"," PLACE("0") "]");
    bytes("x");
    world_expect("event /game b [\"b\",\"text\",<x>]\n");
}
END_TEST

START_TEST(an_attachment_may_be_named_twice_or_never)
{
    fake_text(e, "53-[\"b\"," PLACE("2") "," PLACE("2") "]");
    bytes("a");
    bytes("b");
    bytes("c");
    world_expect("event / b [\"b\",<c>,<c>]\n");
}
END_TEST

START_TEST(other_members_and_another_order_do_not_matter)
{
    fake_text(e, "51-[\"b\",{\"x\":{},\"num\":0.0,\"_placeholder\":true}]");
    bytes("a");
    world_expect("event / b [\"b\",<a>]\n");
}
END_TEST

START_TEST(what_only_looks_like_a_placeholder_is_data)
{
    fake_text(e, "2[\"b\"," PLACE("0") "]");
    world_expect("event / b [\"b\"," PLACE("0") "]\n");
    fake_text(e, "51-[\"b\",{\"_placeholder\":false,\"num\":0},"
                 "{\"_placeholder\":1},{\"_placeholder\":\"true\"}]");
    bytes("a");
    world_expect("event / b [\"b\",{\"_placeholder\":false,\"num\":0},"
                 "{\"_placeholder\":1},{\"_placeholder\":\"true\"}]\n");
}
END_TEST

static void echo(struct sio_socket *to, const struct sio_event *event)
{
    struct sio_builder b;
    int error;

    sio_builder_init(&b, 4096, 10);
    ck_assert_int_eq(sio_builder_event(&b, STR("/"), false, 0, STR("back")), 0);
    for (const struct json *v = event->args->child->next; v; v = v->next)
        json_put_value(&b.json, v);
    struct sio_packet *packet = sio_builder_finish(&b, &error);
    ck_assert_ptr_nonnull(packet);
    ck_assert_int_eq(sio_socket_send(to, packet, false), 0);
    sio_packet_unref(packet);
}

START_TEST(what_came_can_be_sent_back)
{
    world.on_event = echo;
    fake_text(e, "52-[\"b\",{\"a\" : " PLACE("1") "}, 5," PLACE("0") "]");
    bytes("\x01");
    bytes("\x02");
    fake_expect(e, "452-[\"back\",{\"a\":" PLACE("0") "},5," PLACE("1") "]");
    fake_expect(e, "bAg==");
    fake_expect(e, "bAQ==");
    fake_expect_nothing(e);
}
END_TEST

START_TEST(an_answer_may_be_binary)
{
    uint64_t id;
    ck_assert_int_eq(sio_socket_ask(s, 1000, 5, &id), 0);
    ck_assert_uint_eq(id, 0);
    fake_text(e, "61-0[" PLACE("0") ",2]");
    bytes("x");
    world_expect("answer / 5 [<x>,2]\n");
}
END_TEST

/* --- what is wrong --- */

static const char *const wrong[] = {
    "{\"_placeholder\":true}",
    PLACE("1"),
    PLACE("-1"),
    PLACE("4294967296"),
    PLACE("1e30"),
    PLACE("0.5"),
    PLACE("null"),
    PLACE("\"0\""),
    PLACE("\"splice\""),
    PLACE("{}"),
    PLACE("true"),
    "[{\"a\":[" PLACE("7") "]}]",
};

START_TEST(wrong_placeholders_end_the_session)
{
    char packet[200];
    snprintf(packet, sizeof(packet), "51-[\"b\",%s]", wrong[_i]);
    fake_text(e, packet);
    bytes("x");
    ck_assert(fake_is_closing(e));
    world_expect("");
}
END_TEST

static const char *const between[] = {
    "2[\"x\"]", "1", "0/game,", "31[]", "51-[\"x\"]", "0/random", ""};

START_TEST(text_between_attachments_ends_the_session)
{
    fake_text(e, "52-[\"b\"," PLACE("0") "]");
    bytes("x");
    fake_text(e, between[_i]);
    ck_assert(fake_is_closing(e));
    fake_expect_nothing(e);
    world_expect("");
}
END_TEST

START_TEST(one_attachment_too_many_ends_the_session)
{
    fake_text(e, "51-[\"b\"," PLACE("0") "]");
    bytes("x");
    world_expect("event / b [\"b\",<x>]\n");
    bytes("y");
    ck_assert(fake_is_closing(e));
    world_expect("");
}
END_TEST

START_TEST(nothing_is_kept_for_a_namespace_not_joined)
{
    long before = mem_live();
    fake_text(e, "51-/game,[\"b\"," PLACE("0") "]");
    ck_assert(fake_is_closing(e));
    ck_assert_int_eq(mem_live(), before);
}
END_TEST

/* Half a packet dies with its session, and the next one knows nothing of it. */
START_TEST(half_a_packet_is_nobodys)
{
    fake_text(e, "52-[\"b\"," PLACE("0") "]");
    bytes("x");
    fake_end(e, EIO_TRANSPORT_CLOSE);
    world_join(&e);
    fake_text(e, "2[\"x\"]");
    world_expect("event / x [\"x\"]\n");
}
END_TEST

START_TEST(half_a_packet_is_dropped_when_the_session_fails)
{
    fake_text(e, "2[\"x\"]"); /* whatever is kept for reading is there */
    long before = mem_live();
    fake_text(e, "52-[\"b\"," PLACE("0") "]");
    bytes("x");
    ck_assert_int_gt(mem_live(), before);
    fake_text(e, "2[");
    ck_assert(fake_is_closing(e));
    ck_assert_int_eq(mem_live(), before);
}
END_TEST

START_TEST(attachments_have_a_deadline_each)
{
    fake_text(e, "53-[\"b\"," PLACE("0") "]");
    world_advance(WORLD_CONNECT_TIMEOUT - 1);
    bytes("x");
    world_advance(WORLD_CONNECT_TIMEOUT - 1);
    bytes("y");
    world_advance(WORLD_CONNECT_TIMEOUT - 1);
    ck_assert(fake_is_open(e));
    bytes("z");
    world_expect("event / b [\"b\",<x>]\n");
    world_advance(10 * WORLD_CONNECT_TIMEOUT);
    ck_assert(fake_is_open(e));

    fake_text(e, "52-[\"b\"," PLACE("0") "]");
    bytes("x");
    world_advance(WORLD_CONNECT_TIMEOUT);
    ck_assert(fake_is_closing(e));
}
END_TEST

START_TEST(joining_does_not_stop_the_deadline_of_attachments)
{
    world.decision = SIO_LATER;
    fake_text(e, "0/game,");
    struct sio_socket *later = world.socket;
    fake_text(e, "52-[\"b\"," PLACE("0") "]");
    sio_socket_accept(later);
    ck_assert(sio_socket_connected(later));
    world_advance(WORLD_CONNECT_TIMEOUT);
    ck_assert(fake_is_closing(e));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("socketio/binary");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, set_up, world_stop);
    tcase_add_test(tests, attachments_take_their_places);
    tcase_add_test(tests, the_packets_own_bytes_are_not_needed_any_more);
    tcase_add_test(tests, an_attachment_may_be_named_twice_or_never);
    tcase_add_test(tests, other_members_and_another_order_do_not_matter);
    tcase_add_test(tests, what_only_looks_like_a_placeholder_is_data);
    tcase_add_test(tests, what_came_can_be_sent_back);
    tcase_add_test(tests, an_answer_may_be_binary);
    tcase_add_loop_test(tests, wrong_placeholders_end_the_session, 0,
                        sizeof(wrong) / sizeof(wrong[0]));
    tcase_add_loop_test(tests, text_between_attachments_ends_the_session, 0,
                        sizeof(between) / sizeof(between[0]));
    tcase_add_test(tests, one_attachment_too_many_ends_the_session);
    tcase_add_test(tests, nothing_is_kept_for_a_namespace_not_joined);
    tcase_add_test(tests, half_a_packet_is_nobodys);
    tcase_add_test(tests, half_a_packet_is_dropped_when_the_session_fails);
    tcase_add_test(tests, attachments_have_a_deadline_each);
    tcase_add_test(tests, joining_does_not_stop_the_deadline_of_attachments);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
