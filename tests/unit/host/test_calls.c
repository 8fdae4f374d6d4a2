/* SPDX-License-Identifier: MIT */
/* What plugins call from their handlers, and what comes of it. */
#include "stage.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"

#define TALK "{\"name\":\"talk\"}"

START_TEST(echoes)
{
    stage_start(TALK);
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"echo\"]");
    fake_expect(a, "42[\"echo\"]");
    fake_text(a, "2[\"echo\", 1.50, {\"a\" : [\"\\u00e4\", null]}]");
    fake_expect(a, "42[\"echo\",1.50,{\"a\":[\"\\u00e4\",null]}]");
    fake_text(a, "51-[\"echo\",{\"_placeholder\":true,\"num\":0},2]");
    fake_bytes(a, "\0\1\2", 3);
    fake_expect(a, "451-[\"echo\",{\"_placeholder\":true,\"num\":0},2]");
    fake_expect(a, "bAAEC");
    fake_expect_nothing(a);
    stage_stop();
}
END_TEST

START_TEST(acknowledges)
{
    stage_start(TALK);
    struct eio_session *a = stage_join();
    fake_text(a, "212[\"ack\",1,\"x\"]");
    stage_expect("talk#1: wanted 1, ack 0, again -2, later 0\n");
    fake_expect(a, "4312[1,\"x\"]");
    fake_text(a, "2[\"ack\",1]");
    stage_expect("talk#1: wanted 0, ack -2, again -2, later 0\n");
    fake_text(a, "20[\"slip\"]");
    stage_expect("talk#1: mortise_ack: \"s s\", character 3: a comma is "
                 "missing, or the end\n"
                 "talk#1: ack -7, then 0\n");
    fake_expect(a, "430[\"mended\"]");
    fake_expect_nothing(a);
    stage_stop();
}
END_TEST

START_TEST(replies_later)
{
    stage_start(TALK);
    struct eio_session *a = stage_join(), *b = stage_join();
    fake_text(a, "2[\"later\"]");
    stage_expect("talk#1: kept 0, again 0\n");
    fake_text(a, "27[\"later\"]");
    stage_expect("talk#1: kept 1, again 0, ack -2\n");
    fake_expect_nothing(a);
    /* Somebody else's event brings the answer. */
    fake_text(b, "2[\"reply\"]");
    stage_expect("talk#1: mortise_reply_to: \"q\", character 1: there is no "
                 "such letter\n"
                 "talk#1: slip -7, reply 0, again -4\n");
    fake_expect(a, "437[\"late\"]");
    fake_expect_nothing(b);
    stage_stop();
}
END_TEST

START_TEST(keeps_so_many_replies)
{
    stage_start(TALK);
    struct eio_session *a = stage_join(), *b = stage_join();
    fake_text(a, "21[\"later\"]");
    fake_text(a, "22[\"later\"]");
    stage_forget();
    fake_text(a, "23[\"later\"]");
    stage_expect("talk#1: kept 0, again 0\n");
    fake_text(b, "24[\"later\"]"); /* the limit is each socket's own */
    stage_expect("talk#1: kept 1, again 0, ack -2\n");
    fake_text(b, "2[\"reply\"]");
    fake_expect(b, "434[\"late\"]");
    stage_forget();
    fake_text(b, "25[\"later\"]");
    stage_expect("talk#1: kept 1, again 0, ack -2\n");
    stage_stop(); /* where those that were never used go */
}
END_TEST

START_TEST(replies_to_nobody)
{
    stage_start(TALK);
    struct eio_session *a = stage_join(), *b = stage_join();
    fake_text(a, "27[\"later\"]");
    stage_forget();
    fake_end(a, EIO_TRANSPORT_CLOSE);
    /* While it is told that it goes, the right is still there. */
    stage_expect(
        "talk#1: disconnecting / transport close, in the room 0, sid 1\n"
        "talk#1: emit -11, join -11, reply -11\n"
        "talk#1: disconnect / transport close, in the room 0, sid 1\n"
        "talk#1: emit -11, join -11, reply -11\n");
    fake_text(b, "2[\"reply\"]");
    if (!stage_looped_back())
        stage_expect("talk#1: slip -4, reply -4, again -4\n");
    stage_stop();
}
END_TEST

START_TEST(asks)
{
    stage_start(TALK);
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"ask\"]");
    stage_expect("talk#1: ask 0\n");
    fake_expect(a, "420[\"question\",1]");
    fake_text(a, "30[\"back\",2]");
    stage_expect("talk#1: answered / status 0 cookie 77 argc 2: back, sid 1\n");
    fake_expect(a, "42[\"answer\",\"back\",2]");
    fake_text(a, "30[\"back\"]"); /* once only */
    stage_expect("");
    stage_advance(1000);
    stage_expect("");

    fake_text(a, "2[\"ask\"]");
    stage_forget();
    stage_advance(999);
    stage_expect("");
    stage_advance(1);
    stage_expect("talk#1: answered / status -17 cookie 77 argc 0: , sid 1\n");
    stage_stop();
}
END_TEST

START_TEST(asks_too_often)
{
    stage_start(TALK);
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"ask\"]");
    fake_text(a, "2[\"ask\"]");
    stage_forget();
    fake_text(a, "2[\"ask\"]");
    stage_expect("talk#1: ask -3\n");
    ck_assert_uint_eq(fake_skip(a), 2);
    /* At the end each is told once, between the two moments. */
    fake_end(a, EIO_TRANSPORT_CLOSE);
    stage_expect(
        "talk#1: disconnecting / transport close, in the room 0, sid 1\n"
        "talk#1: emit -11, join -11, reply -4\n"
        "talk#1: answered / status -4 cookie 77 argc 0: , sid 1\n"
        "talk#1: answered / status -4 cookie 77 argc 0: , sid 1\n"
        "talk#1: disconnect / transport close, in the room 0, sid 1\n"
        "talk#1: emit -11, join -11, reply -4\n");
    stage_stop();
}
END_TEST

START_TEST(asks_at_shutdown)
{
    stage_start(TALK);
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"ask\"]");
    stage_forget();
    stage_stop();
    ck_assert_ptr_nonnull(strstr(stage.journal, "status -4 cookie 77 argc 0"));
}
END_TEST

START_TEST(asks_wrongly)
{
    stage_start(TALK);
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"ask wrong\"]");
    stage_expect("talk#1: mortise_emit_ack: its table of acks has no row "
                 "\"nobody\"\n"
                 "talk#1: mortise_emit_ack: its table of acks has no row "
                 "\"\"\n"
                 "talk#1: mortise_emit_ack: the event's name \"connect\": the "
                 "name is reserved\n"
                 "talk#1: mortise_emit_ack: \"]\", character 1: a value is "
                 "missing\n"
                 "talk#1: nobody -6, no name -6, reserved -14, format -7, "
                 "gone -4\n");
    fake_expect_nothing(a);
    stage_stop();
    ck_assert_ptr_null(strstr(stage.journal, "answered"));
}
END_TEST

START_TEST(asks_who_cannot_be_reached)
{
    stage_start(TALK);
    struct eio_session *a = stage_join();
    fake_fail_sends(a, 0, ERR_BLOCKED);
    fake_text(a, "2[\"ask\"]");
    /* The failure is the answer: the handler is not called as well. */
    stage_expect(
        "talk#1: ask -10\n"
        "talk#1: disconnecting / transport error, in the room 0, sid 1\n"
        "talk#1: emit -11, join -11, reply -4\n"
        "talk#1: disconnect / transport error, in the room 0, sid 1\n"
        "talk#1: emit -11, join -11, reply -4\n");
    stage_stop();
}
END_TEST

START_TEST(what_was_kept)
{
    stage_start(TALK);
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"keep\",{\"k\":[1,2]}]");
    stage_expect("talk#1: list 0, type 5\n");
    fake_text(a, "2[\"use\"]");
    char expected[2048] = "";
    for (int i = 0; i < 8; i++)
        strncat(expected, "talk#1: a value was kept beyond its callback\n",
                sizeof(expected) - strlen(expected) - 1);
    strncat(expected,
            "talk#1: type 0, text 0, at 0, get 0, key 0, count 0, bytes -18, "
            "int -1\n"
            "talk#1: mortise_emit: \"v\", character 1: the value was kept "
            "beyond its callback\n"
            "talk#1: mortise_emit: \"l\", character 1: there is no such list, "
            "or no longer\n"
            "talk#1: mortise_emit: \"*\", character 1: the event is over\n"
            "talk#1: mortise_list_add: \"i\", character 1: there is no such "
            "list, or no longer\n"
            "talk#1: v -2, l -2, * -2, add -2\n",
            sizeof(expected) - strlen(expected) - 1);
    stage_expect(expected);
    fake_expect_nothing(a);
    stage_stop();
}
END_TEST

START_TEST(what_was_kept_of_the_settings)
{
    stage_start("{\"name\":\"talk\",\"settings\":{\"kept\":{\"k\":[1]}}}");
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"use\"]");
    ck_assert_ptr_nonnull(strstr(
        stage.journal, "talk#1: type 0, text 0, at 0, get 0, key 0, count 0"));
    ck_assert_ptr_nonnull(strstr(stage.journal, "v -2, l -2"));
    stage_stop();
}
END_TEST

START_TEST(sockets_that_have_gone)
{
    stage_start(TALK);
    struct eio_session *a = stage_join(), *b = stage_join();
    fake_text(a, "2[\"keep\",1]");
    fake_end(a, EIO_TRANSPORT_CLOSE);
    stage_forget();
    fake_text(b, "2[\"use socket\"]");
    stage_expect("talk#1: emit -4, in -4, join -4, leave -4, is in 0, "
                 "disconnect -4, sid 0, url 0, ask -4, skip 1\n");
    fake_expect(b, "42[\"still here\"]");
    /* Nor does the next one get mixed up with it. */
    struct eio_session *c = stage_join();
    fake_text(b, "2[\"use socket\"]");
    ck_assert_ptr_nonnull(strstr(stage.journal, "disconnect -4"));
    ck_assert(fake_is_open(c));
    stage_stop();
}
END_TEST

START_TEST(rooms)
{
    stage_start(TALK);
    struct eio_session *a = stage_join(), *b = stage_join();
    fake_text(a, "2[\"join\",\"r\"]");
    stage_expect("talk#1: join 0, no name -2, inside 1\n");
    fake_text(b, "2[\"join\",\"r\"]");
    stage_expect("talk#1: join 0, no name -2, inside 2\n");
    fake_text(a, "2[\"tell\",\"r\"]");
    stage_expect("talk#1: in 2, others 1, all 2, except 0, own 1\n");
    fake_expect(a, "42[\"in\"]");
    fake_expect(a, "42[\"all\"]");
    fake_expect(a, "42[\"own\"]");
    fake_expect_nothing(a);
    fake_expect(b, "42[\"in\"]");
    fake_expect(b, "42[\"others\"]");
    fake_expect(b, "42[\"all\"]");
    fake_expect_nothing(b);
    fake_set_writable(b, false);
    fake_text(a, "2[\"leave\",\"r\"]");
    stage_expect("talk#1: leave 0, inside 1\n");
    fake_text(a, "2[\"tell\",\"r\"]");
    stage_expect("talk#1: in 1, others 1, all 1, except 1, own 1\n");
    fake_expect(a, "42[\"all\"]");
    fake_expect(a, "42[\"except\"]");
    fake_expect(a, "42[\"own\"]");
    fake_expect_nothing(a);
    fake_text(a, "2[\"leave\",\"r\"]");
    stage_expect("talk#1: leave -6, inside 1\n");
    for (int i = 0; i < 3; i++) {
        char join[64];
        snprintf(join, sizeof(join), "2[\"join\",\"%d\"]", i);
        fake_text(a, join);
    }
    stage_forget();
    fake_text(a, "2[\"join\",\"one too many\"]");
    stage_expect("talk#1: join -3, no name -2, inside 0\n");
    stage_stop();
}
END_TEST

START_TEST(emits_wrongly)
{
    stage_start(TALK);
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"tell wrong\"]");
    stage_expect(
        "talk#1: mortise_emit: the target has more than 4 rooms\n"
        "talk#1: mortise_emit: no plugin has a row in the namespace "
        "\"/none\"\n"
        "talk#1: mortise_emit: the event's name \"disconnect\": the name is "
        "reserved\n"
        "talk#1: mortise_emit: the event's name \"\": invalid argument\n"
        "talk#1: mortise_emit: the event's name \"\\xfc\": malformed input\n"
        "talk#1: mortise_emit: \"{a:s, b:q}\", character 9: there is no such "
        "letter\n"
        "talk#1: crowded -3, nobody -4, nowhere -6, reserved -14, no name -2, "
        "latin -7, format -7, size nowhere -6, no room 1\n");
    fake_expect_nothing(a);
    stage_stop();
}
END_TEST

START_TEST(emits_to_who_does_not_read)
{
    stage_start(TALK);
    struct eio_session *a = stage_join(), *b = stage_join();
    fake_text(a, "2[\"join\",\"r\"]");
    fake_text(b, "2[\"join\",\"r\"]");
    stage_forget();
    fake_fail_sends(b, 0, ERR_BLOCKED);
    /* It is closed, not counted, and told of when the handler is over. */
    fake_text(a, "2[\"tell\",\"r\"]");
    stage_expect(
        "talk#1: in 1, others 0, all 1, except 0, own 1\n"
        "talk#1: disconnecting / transport error, in the room 0, sid 1\n"
        "talk#1: emit -11, join -11, reply -4\n"
        "talk#1: disconnect / transport error, in the room 0, sid 1\n"
        "talk#1: emit -11, join -11, reply -4\n");
    ck_assert_uint_eq(fake_skip(a), 3);
    stage_stop();
}
END_TEST

START_TEST(lists)
{
    stage_start(TALK);
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"list\",[1],{\"x\":2}]");
    stage_expect(
        "talk#1: mortise_list_add: \"i, i i\", character 6: a comma is "
        "missing, or the end\n"
        "talk#1: mortise_list_add: \"i, l\", character 4: a list cannot be "
        "part of itself\n"
        "talk#1: add 0, list 0, slip -7, itself -2, binary 0, no list -1\n");
    fake_expect(a, "451-[\"list\",[[\"a\",[1],{\"x\":2}],{\"n\":1},\"b\","
                   "{\"_placeholder\":true,\"num\":0}],[]]");
    fake_expect(a, "beA==");
    fake_text(a, "51-[\"list\",{\"_placeholder\":true,\"num\":0}]");
    fake_bytes(a, "x", 1);
    ck_assert_ptr_nonnull(strstr(stage.journal, "talk#1: add 0, list 0"));
    fake_expect(a, "452-[\"list\",[[\"a\",{\"_placeholder\":true,\"num\":0}],"
                   "{\"n\":1},\"b\",{\"_placeholder\":true,\"num\":1}],[]]");
    fake_expect(a, "beA==");
    fake_expect(a, "beA==");
    stage_stop();
}
END_TEST

START_TEST(handshake)
{
    static const struct http_header headers[] = {
        {{"host", 4}, {"h", 1}}, {{"origin", 6}, {"http://o", 8}}};
    stage_start(TALK);
    struct eio_session *a = stage_join();
    struct eio_handshake *h =
        (struct eio_handshake *)(uintptr_t)eio_session_handshake(a);
    h->peer = STR("192.0.2.7");
    h->target = STR("/socket.io/?room=a+b&empty=&nul=a%00b");
    h->query = STR("room=a+b&empty=&nul=a%00b");
    h->headers = headers;
    h->header_count = 2;
    fake_text(a, "2[\"handshake\"]");
    stage_expect("talk#1: 192.0.2.7 /socket.io/?room=a+b&empty=&nul=a%00b\n"
                 "talk#1: http://o (none) (none)\n"
                 "talk#1: a b [] (none) (none) (none)\n");
    stage_stop();
}
END_TEST

START_TEST(reads_values)
{
    stage_start(TALK);
    struct eio_session *a = stage_join();
    fake_text(a, "51-[\"values\",{\"first\":\"f\",\"list\":[0,\"e\"],"
                 "\"int\":12,\"real\":1.5,\"yes\":true,\"nul\":\"a\\u0000b\","
                 "\"bin\":{\"_placeholder\":true,\"num\":0}}]");
    fake_bytes(a, "abcd", 4);
    stage_expect("talk#1: types 5 4 0, count 7, keys first (none) (none)\n"
                 "talk#1: int 12 -1 -1, number 1.5 -1, bool 1 -1\n"
                 "talk#1: bytes 0, type 6, of 4, list -18, no key 0\n"
                 "talk#1: nul (cut), member f, element e\n");
    stage_stop();
}
END_TEST

START_TEST(logs)
{
    stage_start(TALK);
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"long\"]");
    ck_assert_ptr_nonnull(strstr(stage.journal, "talk#1: aaaaaaaa"));
    ck_assert_ptr_nonnull(strstr(stage.journal, "aaaa...\n"));
    ck_assert_ptr_nonnull(strstr(stage.journal, "talk#1: no such level\n"
                                                "talk#1: two\\x0alines, on\n"));
    log_set_level(LOG_LEVEL_WARN);
    stage_forget();
    fake_text(a, "2[\"long\"]");
    ck_assert_ptr_null(strstr(stage.journal, "two"));
    ck_assert_ptr_null(strstr(stage.journal, "no such level"));
    stage_stop();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("host/calls");
    TCase *t = tcase_create("calls");
    tcase_add_test(t, echoes);
    tcase_add_test(t, acknowledges);
    tcase_add_test(t, replies_later);
    tcase_add_test(t, keeps_so_many_replies);
    tcase_add_test(t, replies_to_nobody);
    tcase_add_test(t, asks);
    tcase_add_test(t, asks_too_often);
    tcase_add_test(t, asks_at_shutdown);
    tcase_add_test(t, asks_wrongly);
    tcase_add_test(t, asks_who_cannot_be_reached);
    tcase_add_test(t, what_was_kept);
    tcase_add_test(t, what_was_kept_of_the_settings);
    tcase_add_test(t, sockets_that_have_gone);
    tcase_add_test(t, rooms);
    tcase_add_test(t, emits_wrongly);
    tcase_add_test(t, emits_to_who_does_not_read);
    tcase_add_test(t, lists);
    tcase_add_test(t, handshake);
    tcase_add_test(t, reads_values);
    tcase_add_test(t, logs);
    suite_add_tcase(s, t);
    return unit_main(s);
}
