/* SPDX-License-Identifier: MIT */
/* Values that are binary, deep or large: mortise/values.h, lists, rewriting. */
#include "stage.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "host/calls/format.h"
#include "host/calls/writers.h"

#define VALUES "{\"name\":\"values\"}"

/* Every parse of this program goes through here: see meson.build. */
int __real_json_parse(struct arena *arena, struct str text,
                      const struct json_limits *limits, struct json **ret_value,
                      struct json_error *error);
int __wrap_json_parse(struct arena *arena, struct str text,
                      const struct json_limits *limits, struct json **ret_value,
                      struct json_error *error);
static int parses;

int __wrap_json_parse(struct arena *arena, struct str text,
                      const struct json_limits *limits, struct json **ret_value,
                      struct json_error *error)
{
    parses++;
    return __real_json_parse(arena, text, limits, ret_value, error);
}

static struct eio_session *a;

static void set_up(void)
{
    stage_start(VALUES);
    a = stage_join();
}

/* --- rewriting --- */

#define P(n) "{\"_placeholder\":true,\"num\":" #n "}"
#define P0   P(0)
#define P1   P(1)
#define P2   P(2)
#define P3   P(3)
#define P4   P(4)
#define P5   P(5)
#define P6   P(6)
#define B(p) "{\"b\":" p "}"
#define B2   B(P2)
#define B3   B(P3)
#define B5   B(P5)
#define B6   B(P6)

START_TEST(middleware_adds_binary)
{
    /* Both A and B have come as bytes; B is passed on twice. */
    fake_text(a, "52-[\"mixed\",[" P1 "],{\"b\":" P0 "}]");
    fake_bytes(a, "B", 1);
    fake_bytes(a, "AA", 2);
    fake_expect(a,
                "456-[\"back\",{\"deep\":{\"a\":[" P0 "],\"new\":" P1
                "},\"list\":[[{\"b\":" P2 "}," P3 "],{\"b\":" P4 "}]}," P5 "]");
    fake_expect(a, "bQUE=");
    fake_expect(a, "bAwQF");
    fake_expect(a, "bQg==");
    fake_expect(a, "bAwQF");
    fake_expect(a, "bQg==");
    fake_expect(a, "bAQI=");
    fake_expect_nothing(a);
}
END_TEST

START_TEST(middleware_passes_on_what_it_got)
{
    fake_text(a, "51-7[\"same\",{\"a\": [ " P0 " ]},1.0,\"\\u00fc\"]");
    fake_bytes(a, "x", 1);
    fake_expect(a, "451-[\"back\",{\"a\":[" P0 "]},1.0,\"\\u00fc\"]");
    fake_expect(a, "beA==");
    fake_expect(a, "461-7[{\"a\":[" P0 "]},1.0,\"\\u00fc\"]");
    fake_expect(a, "beA==");
}
END_TEST

/* A text that looks like a placeholder is none, whatever is added. */
START_TEST(no_client_writes_placeholders)
{
    fake_text(a, "27[\"added\"," P0 "]");
    fake_expect(a, "437[5,6,0]");
}
END_TEST

/* The depth is that of the configuration, 64, with the array around all. */
START_TEST(middleware_keeps_to_the_depth)
{
    char text[400], nested[200] = "";

    for (int i = 0; i < 15; i++)
        strcat(nested, "[");
    for (int i = 0; i < 15; i++)
        strcat(nested, "]");
    snprintf(text, sizeof(text), "2[\"deeper\",%s]", nested);
    fake_text(a, text);
    snprintf(text, sizeof(text), "42[\"back\",[%s]]", nested);
    fake_expect(a, text);
    /* As deep as it may be, for it cannot be deeper still. */
    stage.host->json_depth = 16;
    snprintf(text, sizeof(text), "2[\"same\",%s]", nested);
    fake_text(a, text);
    fake_skip(a);
    stage_expect("");
    snprintf(text, sizeof(text), "21[\"deeper\",%s]", nested);
    fake_text(a, text);
    fake_expect(a, "431[{\"error\":{\"code\":\"refused\",\"message\":"
                   "\"not rewritten\",\"event\":\"deeper\",\"data\":-3}}]");
    stage_expect("values#1: mortise_rewrite: deeper than limits.jsonDepth, or "
                 "too large\n");
}
END_TEST

/* --- lists --- */

/* What the plugin makes of a value that has one binary in it. */
#define ONCE  "[" P1 ",{\"a\":[" B2 "]},\"text\"]"
#define AGAIN "[" P4 ",{\"a\":[" B5 "]},\"text\"]"
#define LISTED                                                                 \
    "{\"first\":" P0 ",\"list\":[" ONCE "," B3 ",{\"n\":7}," AGAIN             \
    "],\"last\":" B6 "}"
#define SLIP                                                                   \
    "values#1: mortise_list_add: \"x, q\", character 4: there is no such "     \
    "letter\n"

START_TEST(binary_in_lists)
{
    fake_text(a, "51-3[\"lists\",{\"b\":" P0 "}]");
    fake_bytes(a, "v", 1);
    static const char *const parts[] = {
        "bAQI=", "bAQI=", "bdg==", "bdg==", "bAQI=", "bdg==", "bdg=="};
    fake_expect(a, "457-[\"listed\"," LISTED "]");
    for (int i = 0; i < 7; i++)
        fake_expect(a, parts[i]);
    fake_expect(a, "467-3[" LISTED "]");
    for (int i = 0; i < 7; i++)
        fake_expect(a, parts[i]);
    stage_expect(SLIP "values#1: out: first of 2\n");
    fake_text(a, "23[\"lists\",[1]]");
    ck_assert_uint_eq(fake_skip(a), 8);
    stage_forget();
}
END_TEST

START_TEST(more_binary_than_a_packet_takes)
{
    fake_text(a, "2[\"many\",10]");
    ck_assert_uint_eq(fake_skip(a), 12);
    stage_expect("");
    fake_text(a, "2[\"many\",11]");
    fake_expect(a, "42[\"added\",11,-3]");
    if (!stage_looped_back())
        stage_expect("values#1: mortise_emit: \"l\", character 1: this is "
                     "more than fits into one packet (limits.sendBuffer, "
                     "limits.attachments)\n");
    fake_text(a, "2[\"many\",65]");
    fake_expect(a, "42[\"added\",64,-3]");
    stage_forget();
}
END_TEST

/* --- passed on unread --- */

/* Whatever a plugin passes on is parsed once, when it comes. */
START_TEST(nothing_is_parsed_twice)
{
    parses = 0;
    fake_text(a, "23[\"lists\",{\"c\":[1,2,{\"d\":\"e\"}]}]");
    ck_assert_uint_eq(fake_skip(a), 8);
    /* The second is the look-out's, which wants to see what was sent. */
    if (!stage_looped_back())
        ck_assert_int_eq(parses, 2);
}
END_TEST

/* --- piece by piece --- */

#define ROWS                                                                   \
    "{\"room\":\"lobby\",\"count\":2,\"rows\":["                               \
    "{\"id\":0,\"text\":\"some text\"},{\"id\":1,\"text\":\"some text\"}]"

START_TEST(an_acknowledgement_in_pieces)
{
    fake_text(a, "21[\"history\",2]");
    fake_expect(a, "431[" ROWS ",\"end\":true}]");
    fake_text(a, "22[\"history\",0]");
    fake_expect(a, "432[{\"room\":\"lobby\",\"count\":0,\"rows\":[],"
                   "\"end\":true}]");
    stage_expect("");
}
END_TEST

START_TEST(an_event_in_pieces)
{
    struct eio_session *b = stage_join();
    fake_text(a, "21[\"tell\",2]");
    fake_expect(a, "42[\"before\"]");
    fake_expect(a, "451-[\"told\"," ROWS "},[" P0 ",2]]");
    fake_expect(a, "bAQI=");
    fake_expect(a, "431[2]");
    fake_expect(b, "451-[\"told\"," ROWS "},[" P0 ",2]]");
    fake_expect(b, "bAQI=");
}
END_TEST

START_TEST(a_late_answer_in_pieces)
{
    fake_text(a, "21[\"later\"]");
    fake_text(a, "2[\"now\",2]");
    fake_expect(a, "431[" ROWS "}]");
    fake_expect_nothing(a);
    stage_expect("values#1: now 0, again -4\n");
}
END_TEST

START_TEST(more_than_may_wait)
{
    stage.host->builder.out.max = 2000;
    fake_text(a, "21[\"history\",1000]");
    fake_expect(a, "431[-3]");
    if (!stage_looped_back())
        stage_expect(
            "values#1: mortise_append: \"{id:I, text:s}\", character 13: "
            "this is more than fits into one packet (limits.sendBuffer, "
            "limits.attachments)\n");
}
END_TEST

START_TEST(writers_go_wrong)
{
    fake_text(a, "2[\"wrong\"]");
    fake_expect_nothing(a);
    stage_expect(
        "values#1: mortise_begin_emit: the event's name \"connect\": the name "
        "is reserved\n"
        "values#1: reserved -14, end -14\n"
        "values#1: gone -4, no ack -2\n"
        "values#1: mortise_open_array: not here: a member of an object has a "
        "key, nothing else has one\n"
        "values#1: key -2, end -2\n"
        "values#1: mortise_open_object: not here: a member of an object has a "
        "key, nothing else has one\n"
        "values#1: no key -2, end -2\n"
        "values#1: mortise_close: nothing is open\n"
        "values#1: close -2, end -2\n"
        "values#1: mortise_append: \"i\", character 2: a colon is missing\n"
        "values#1: value -7, then -7, end -7\n"
        "values#1: mortise_open_array: a limit was reached\n"
        "values#1: depth 32, end -3\n"
        "values#1: a writer was kept beyond its end\n"
        "values#1: a writer was kept beyond its end\n"
        "values#1: over -2, over -2, none -1\n"
        "values#1: mortise_begin_emit: without mortise_end() nothing is "
        "sent\n");
    fake_text(a, "2[\"kept\"]");
    stage_expect("values#1: a writer was kept beyond its end\n"
                 "values#1: kept -2\n");
}
END_TEST

/* One after the other fails; whoever gets anything gets all of it. */
START_TEST(writers_without_memory)
{
    long left = -1;
    for (long n = 0; left < 0; n++) {
        ck_assert_int_lt(n, 1000);
        mem_fail_after(n);
        fake_text(a, "21[\"tell\",50]");
        left = mem_fail_left();
        mem_fail_after(-1);
        fake_skip(a);
        stage_forget();
        if (!fake_is_open(a)) {
            fake_finish_closing();
            a = stage_join();
        }
        ck_assert_ptr_null(stage.host->writers);
    }
}
END_TEST

/* --- reading --- */

START_TEST(sums)
{
    fake_text(a, "21[\"sums\",[1,2,3],{\"a\":10,\"bb\":20},100,200]");
    fake_expect(a, "431[6,6,30,0,300,true]");
    fake_text(a, "21[\"sums\",[],{}]");
    fake_expect(a, "431[0,0,0,0,0,true]");
}
END_TEST

/* Half a million steps, or five times ten to the ninth: with those it would
 * end by the time limit of the test. */
START_TEST(indexes_are_not_counted_from_the_front)
{
    struct buf text;

    buf_init(&text, 1 << 22);
    buf_append_z(&text, "21[\"sums\",[0");
    for (int i = 1; i < 100000; i++)
        buf_append_z(&text, ",1");
    buf_append_z(&text, "],{\"k\":1");
    for (int i = 1; i < 100000; i++)
        buf_append_z(&text, ",\"k\":1");
    buf_append_char(&text, '}');
    for (int i = 0; i < 100000; i++)
        buf_append_z(&text, ",1");
    buf_append_z(&text, "]");
    buf_append_char(&text, '\0');
    ck_assert_int_eq(text.error, 0);
    fake_text(a, text.p);
    fake_expect(a, "431[99999,99999,100000,0,100000,true]");
    buf_free(&text);
}
END_TEST

START_TEST(indexes_within_indexes)
{
    struct buf text;

    buf_init(&text, 1 << 22);
    buf_append_z(&text, "21[\"nested\",[[]");
    for (int i = 1; i < 20000; i++)
        buf_append_z(&text,
                     ",[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]");
    buf_append_z(&text, "]]");
    buf_append_char(&text, '\0');
    ck_assert_int_eq(text.error, 0);
    fake_text(a, text.p);
    fake_expect(a, "431[519974]");
    buf_free(&text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("values");
    TCase *t = tcase_create("values");
    tcase_add_checked_fixture(t, set_up, stage_stop);
    tcase_add_test(t, middleware_adds_binary);
    tcase_add_test(t, middleware_passes_on_what_it_got);
    tcase_add_test(t, no_client_writes_placeholders);
    tcase_add_test(t, middleware_keeps_to_the_depth);
    tcase_add_test(t, binary_in_lists);
    tcase_add_test(t, more_binary_than_a_packet_takes);
    tcase_add_test(t, nothing_is_parsed_twice);
    tcase_add_test(t, an_acknowledgement_in_pieces);
    tcase_add_test(t, an_event_in_pieces);
    tcase_add_test(t, a_late_answer_in_pieces);
    tcase_add_test(t, more_than_may_wait);
    tcase_add_test(t, writers_go_wrong);
    tcase_add_test(t, writers_without_memory);
    tcase_add_test(t, sums);
    tcase_add_test(t, indexes_are_not_counted_from_the_front);
    tcase_add_test(t, indexes_within_indexes);
    suite_add_tcase(suite, t);
    return unit_main(suite);
}
