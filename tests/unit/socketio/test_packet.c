/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "socketio/packet.h"

#define REPEAT_16(text)                                                        \
    text text text text text text text text text text text text text text text \
        text

/* --- reading --- */

static const struct {
    const char *text;
    struct sio_header header;
} good[] = {
    {"0", {SIO_CONNECT, false, 0, 0, {"/", 1}, {"", 0}}},
    {"0{\"a\":1}", {SIO_CONNECT, false, 0, 0, {"/", 1}, {"{\"a\":1}", 7}}},
    {"0/admin,", {SIO_CONNECT, false, 0, 0, {"/admin", 6}, {"", 0}}},
    {"0/admin", {SIO_CONNECT, false, 0, 0, {"/admin", 6}, {"", 0}}},
    {"0/admin,{}", {SIO_CONNECT, false, 0, 0, {"/admin", 6}, {"{}", 2}}},
    {"0/a?b=c,", {SIO_CONNECT, false, 0, 0, {"/a?b=c", 6}, {"", 0}}},
    {"0/,", {SIO_CONNECT, false, 0, 0, {"/", 1}, {"", 0}}},
    {"01{}", {SIO_CONNECT, true, 0, 1, {"/", 1}, {"{}", 2}}},
    {"1", {SIO_DISCONNECT, false, 0, 0, {"/", 1}, {"", 0}}},
    {"1/admin,", {SIO_DISCONNECT, false, 0, 0, {"/admin", 6}, {"", 0}}},
    {"2[\"x\"]", {SIO_EVENT, false, 0, 0, {"/", 1}, {"[\"x\"]", 5}}},
    {"2/,[\"x\"]", {SIO_EVENT, false, 0, 0, {"/", 1}, {"[\"x\"]", 5}}},
    {"212[\"x\"]", {SIO_EVENT, true, 0, 12, {"/", 1}, {"[\"x\"]", 5}}},
    {"2/n,0[]", {SIO_EVENT, true, 0, 0, {"/n", 2}, {"[]", 2}}},
    {"2007[]", {SIO_EVENT, true, 0, 7, {"/", 1}, {"[]", 2}}},
    {"218446744073709551615[]",
     {SIO_EVENT, true, 0, UINT64_MAX, {"/", 1}, {"[]", 2}}},
    {"3/admin,456[]", {SIO_ACK, true, 0, 456, {"/admin", 6}, {"[]", 2}}},
    {"4{}", {SIO_CONNECT_ERROR, false, 0, 0, {"/", 1}, {"{}", 2}}},
    {"51-[]", {SIO_BINARY_EVENT, false, 1, 0, {"/", 1}, {"[]", 2}}},
    {"510-/n,3[]", {SIO_BINARY_EVENT, true, 10, 3, {"/n", 2}, {"[]", 2}}},
    {"502-[]", {SIO_BINARY_EVENT, false, 2, 0, {"/", 1}, {"[]", 2}}},
    {"62-9[]", {SIO_BINARY_ACK, true, 2, 9, {"/", 1}, {"[]", 2}}},
    /* What is wrong with these is for JSON to say, or for who looks for the
     * namespace. */
    {"2abc[]", {SIO_EVENT, false, 0, 0, {"/", 1}, {"abc[]", 5}}},
    {"2-1[]", {SIO_EVENT, false, 0, 0, {"/", 1}, {"-1[]", 4}}},
    {"21.5[]", {SIO_EVENT, true, 0, 1, {"/", 1}, {".5[]", 4}}},
    {"2/[\"message\",1]",
     {SIO_EVENT, true, 0, 1, {"/[\"message\"", 11}, {"]", 1}}},
};

START_TEST(headers_are_cut)
{
    const struct sio_header *expected = &good[_i].header;
    struct sio_header h;

    ck_assert_int_eq(sio_header_parse(str_z(good[_i].text), 10, &h), 0);
    ck_assert_int_eq(h.type, expected->type);
    ck_assert_uint_eq(h.attachments, expected->attachments);
    ck_assert_int_eq(h.has_id, expected->has_id);
    ck_assert_uint_eq(h.id, expected->id);
    ck_assert(str_eq(h.name_space, expected->name_space));
    ck_assert(str_eq(h.json, expected->json));
}
END_TEST

static const char *const bad[] = {
    "",
    "7[]",
    "9",
    "a",
    "-1",
    " 2[]",
    "/",
    "\xd9\xa2[]", /* types */
    "5",
    "5[]",
    "5-[]",
    "5woooot",
    "51[]",
    "51",
    "50-[]",
    "500-[]",
    "511-[]",
    "5-1-[]",
    "5 1-[]",
    "5+1-[]",
    "51.0-[]",
    "51e0-[]",
    "51/n,-[]",
    "599999999999-[]",
    "54294967297-[]",
    "518446744073709551617-[]",
    "60-1[]",
    "6[]",
    "611-[]", /* attachments */
    "218446744073709551616[]",
    "299999999999999999999[\"x\"]", /* ids */
    "3/n,99999999999999999999[]",
};

START_TEST(what_is_no_header_is_refused)
{
    struct sio_header h = {.id = 77};
    ck_assert_int_eq(sio_header_parse(str_z(bad[_i]), 10, &h), ERR_SYNTAX);
    ck_assert_uint_eq(h.id, 77); /* untouched */
}
END_TEST

START_TEST(the_limit_of_attachments_is_the_callers)
{
    struct sio_header h;
    ck_assert_int_eq(sio_header_parse(STR("511-[]"), 11, &h), 0);
    ck_assert_uint_eq(h.attachments, 11);
    ck_assert_int_eq(sio_header_parse(STR("51-[]"), 0, &h), ERR_SYNTAX);
}
END_TEST

/* Under the sanitizers: no byte in front of or behind the text is read. */
START_TEST(any_bytes_are_cut_safely)
{
    static const char alphabet[] = "0123456-,/[x\xff";
    struct sio_header h;

    srand(7);
    for (int round = 0; round < 20000; round++) {
        size_t n = (size_t)rand() % 12;
        char *text = malloc(n ? n : 1);
        ck_assert_ptr_nonnull(text);
        for (size_t i = 0; i < n; i++)
            text[i] = alphabet[(size_t)rand() % sizeof(alphabet)];
        if (sio_header_parse(str_of(text, n), 10, &h) == 0 && h.json.n > 0)
            ck_assert(h.json.p + h.json.n == text + n);
        free(text);
    }
}
END_TEST

START_TEST(reserved_names_are_exactly_six)
{
    static const char *const reserved[] = {"connect",     "connect_error",
                                           "disconnect",  "disconnecting",
                                           "newListener", "removeListener"};
    static const char *const free_names[] = {
        "", "connection", "error", "Connect", "connect ", "connec", "message"};
    for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
        ck_assert(sio_event_reserved(str_z(reserved[i])));
    for (size_t i = 0; i < sizeof(free_names) / sizeof(free_names[0]); i++)
        ck_assert(!sio_event_reserved(str_z(free_names[i])));
}
END_TEST

/* --- writing --- */

static struct sio_builder builder;

static void set_up(void)
{
    sio_builder_init(&builder, 1 << 20, 10);
}

static void tear_down(void)
{
    ck_assert_int_eq(mem_live(), 0);
}

static void expect_part(const struct sio_packet *p, uint32_t at,
                        const char *text)
{
    ck_assert_ptr_nonnull(p);
    ck_assert_uint_lt(at, p->count);
    struct str part = eio_packet_item(p->parts[at], EIO_BASE64);
    ck_assert_msg(str_eq(part, str_z(text)), "part %u is %.*s, not %s", at,
                  STR_ARG(part), text);
}

/* The one part of a packet, which is then dropped. */
static void expect_text(struct sio_packet *p, const char *text)
{
    expect_part(p, 0, text);
    ck_assert_uint_eq(p->count, 1);
    ck_assert(!p->parts[0]->binary);
    sio_packet_unref(p);
}

static struct sio_packet *finish(void)
{
    int error = 77;
    struct sio_packet *p = sio_builder_finish(&builder, &error);
    ck_assert_msg(p != NULL, "%s", error_text(error));
    ck_assert_int_eq(error, 77);
    return p;
}

static void expect_failure(int expected)
{
    int error = 0;
    ck_assert_ptr_null(sio_builder_finish(&builder, &error));
    ck_assert_int_eq(error, expected);
}

START_TEST(events_are_written)
{
    ck_assert_int_eq(
        sio_builder_event(&builder, STR("/"), false, 0, STR("say")), 0);
    expect_text(finish(), "42[\"say\"]");

    ck_assert_int_eq(
        sio_builder_event(&builder, STR("/"), true, 0, STR("a\"b")), 0);
    json_put_int(&builder.json, -1);
    json_put_string(&builder.json, STR("\xc3\xa9/"));
    expect_text(finish(), "420[\"a\\\"b\",-1,\"\xc3\xa9/\"]");

    ck_assert_int_eq(
        sio_builder_event(&builder, STR("/admin"), true, UINT64_MAX, STR("")),
        0);
    json_open_object(&builder.json);
    json_put_key(&builder.json, STR("k"));
    json_put_null(&builder.json);
    json_close_object(&builder.json);
    expect_text(finish(), "42/admin,18446744073709551615[\"\",{\"k\":null}]");
}
END_TEST

START_TEST(answers_are_written)
{
    sio_builder_ack(&builder, STR("/"), 456);
    expect_text(finish(), "43456[]");
    sio_builder_ack(&builder, STR("/n"), 0);
    json_put_bool(&builder.json, true);
    json_put_raw(&builder.json, STR("{\"3\":[false]}"));
    expect_text(finish(), "43/n,0[true,{\"3\":[false]}]");
}
END_TEST

START_TEST(the_frame_is_the_whole_packet)
{
    static const char frame[] = "\x81\x09"
                                "42[\"say\"]";
    ck_assert_int_eq(
        sio_builder_event(&builder, STR("/"), false, 0, STR("say")), 0);
    struct sio_packet *p = finish();
    const struct eio_packet *part = p->parts[0];
    ck_assert_uint_eq(eio_packet_frame_size(part), sizeof(frame) - 1);
    ck_assert_mem_eq(part->slice->p + part->frame_at, frame, sizeof(frame) - 1);
    sio_packet_unref(p);
}
END_TEST

START_TEST(attachments_change_the_type_and_follow)
{
    ck_assert_int_eq(sio_builder_event(&builder, STR("/"), false, 0, STR("b")),
                     0);
    json_put_binary(&builder.json, STR("\x01\x02\x03"));
    json_open_array(&builder.json);
    json_put_binary(&builder.json, STR(""));
    json_close_array(&builder.json);
    struct sio_packet *p = finish();
    ck_assert_uint_eq(p->count, 3);
    expect_part(p, 0,
                "452-[\"b\",{\"_placeholder\":true,\"num\":0},"
                "[{\"_placeholder\":true,\"num\":1}]]");
    expect_part(p, 1, "bAQID");
    expect_part(p, 2, "b");
    ck_assert(!p->parts[0]->binary && p->parts[1]->binary);
    sio_packet_unref(p);

    /* The header is rewritten with all that was in it. */
    ck_assert_int_eq(sio_builder_event(&builder, STR("/n"), true, 7, STR("b")),
                     0);
    json_put_binary(&builder.json, STR("x"));
    p = finish();
    expect_part(p, 0, "451-/n,7[\"b\",{\"_placeholder\":true,\"num\":0}]");
    sio_packet_unref(p);

    sio_builder_ack(&builder, STR("/"), 789);
    json_put_binary(&builder.json, STR("x"));
    json_put_binary(&builder.json, STR("y"));
    p = finish();
    expect_part(p, 0,
                "462-789[{\"_placeholder\":true,\"num\":0},"
                "{\"_placeholder\":true,\"num\":1}]");
    expect_part(p, 2, "beQ==");
    sio_packet_unref(p);
}
END_TEST

START_TEST(the_builder_counts_attachments)
{
    for (uint32_t count = 10; count <= 11; count++) {
        sio_builder_ack(&builder, STR("/"), 1);
        for (uint32_t i = 0; i < count; i++)
            json_put_binary(&builder.json, STR("x"));
        if (count <= 10) {
            struct sio_packet *p = finish();
            ck_assert_uint_eq(p->count, 11);
            sio_packet_unref(p);
        } else {
            expect_failure(ERR_LIMIT);
        }
    }
}
END_TEST

START_TEST(attachments_never_pass_the_builders_own_limit)
{
    sio_builder_init(&builder, 1 << 20, UINT32_MAX);
    ck_assert_uint_eq(builder.max_attachments, SIO_ATTACHMENTS_MAX);
    sio_builder_ack(&builder, STR("/"), 1);
    for (uint32_t i = 0; i < SIO_ATTACHMENTS_MAX; i++)
        json_put_binary(&builder.json, STR("x"));
    struct sio_packet *p = finish();
    ck_assert_uint_eq(p->count, 1 + SIO_ATTACHMENTS_MAX);
    sio_packet_unref(p);
}
END_TEST

START_TEST(the_size_of_a_packet_is_limited)
{
    static const char name[] = REPEAT_16("0123456789abcdef");

    sio_builder_init(&builder, 200, 10);
    ck_assert_int_eq(
        sio_builder_event(&builder, STR("/"), false, 0, str_z(name)), 0);
    expect_failure(ERR_LIMIT);

    /* Attachments count. */
    sio_builder_ack(&builder, STR("/"), 1);
    json_put_binary(&builder.json, str_of(name, 100));
    struct sio_packet *p = finish();
    ck_assert_uint_eq(p->count, 2);
    sio_packet_unref(p);

    sio_builder_ack(&builder, STR("/"), 1);
    json_put_binary(&builder.json, str_of(name, 200));
    expect_failure(ERR_LIMIT);

    sio_builder_ack(&builder, STR("/"), 1);
    json_put_binary(&builder.json, str_of(name, 100));
    json_put_binary(&builder.json, str_of(name, 100));
    expect_failure(ERR_LIMIT);

    /* Text behind an attachment, too. */
    sio_builder_ack(&builder, STR("/"), 1);
    json_put_binary(&builder.json, str_of(name, 100));
    json_put_string(&builder.json, str_of(name, 90));
    json_put_binary(&builder.json, str_of(name, 1));
    expect_failure(ERR_LIMIT);
    sio_builder_ack(&builder, STR("/"), 1);
    json_put_binary(&builder.json, str_of(name, 100));
    json_put_string(&builder.json, str_of(name, 90));
    expect_failure(ERR_LIMIT);
}
END_TEST

START_TEST(wrong_names_are_refused_before_anything_is_written)
{
    ck_assert_int_eq(
        sio_builder_event(&builder, STR("/"), false, 0, STR("disconnect")),
        ERR_RESERVED);
    ck_assert_int_eq(
        sio_builder_event(&builder, STR("/"), false, 0, STR("\xff")),
        ERR_SYNTAX);
    ck_assert_int_eq(mem_live(), 0);
    ck_assert_int_eq(
        sio_builder_event(&builder, STR("/"), false, 0, STR("fine")), 0);
    json_put_string(&builder.json, STR("\xff"));
    expect_failure(ERR_SYNTAX);
}
END_TEST

START_TEST(an_abandoned_packet_leaves_nothing)
{
    ck_assert_int_eq(sio_builder_event(&builder, STR("/"), false, 0, STR("b")),
                     0);
    json_put_binary(&builder.json, STR("x"));
    sio_builder_abandon(&builder);
    ck_assert_int_eq(mem_live(), 0);
    sio_builder_abandon(&builder);
    sio_builder_ack(&builder, STR("/"), 1);
    expect_text(finish(), "431[]");
}
END_TEST

/* What was built is what is read back, its bytes in their places. */
START_TEST(packets_are_read_back)
{
    struct arena arena;
    struct json *args;

    arena_init(&arena, 1 << 16);
    ck_assert_int_eq(sio_builder_event(&builder, STR("/n"), true, 7, STR("e")),
                     0);
    json_put_binary(&builder.json, STR("one"));
    json_open_array(&builder.json);
    json_put_binary(&builder.json, STR(""));
    json_close_array(&builder.json);
    struct sio_packet *p = finish();
    ck_assert_int_eq(sio_packet_read(p, &arena, 2, &args), ERR_LIMIT);
    ck_assert_int_eq(sio_packet_read(p, &arena, 8, &args), 0);
    ck_assert_uint_eq(args->count, 3);
    ck_assert(args->binary);
    ck_assert_int_eq(json_at(args, 1)->type, JSON_BINARY);
    ck_assert(str_eq(json_at(args, 1)->text, STR("one")));
    ck_assert_int_eq(json_at(args, 2)->child->type, JSON_BINARY);
    ck_assert_uint_eq(json_at(args, 2)->child->text.n, 0);
    sio_packet_unref(p);
    /* A placeholder that somebody has written is one in a binary packet. */
    sio_builder_ack(&builder, STR("/"), 1);
    json_put_binary(&builder.json, STR("x"));
    json_put_raw(&builder.json, STR("{\"_placeholder\":true,\"num\":1}"));
    p = finish();
    ck_assert_int_eq(sio_packet_read(p, &arena, 8, &args), ERR_SYNTAX);
    sio_packet_unref(p);
    sio_builder_ack(&builder, STR("/"), 1);
    json_put_raw(&builder.json, STR("{\"_placeholder\":true,\"num\":1}"));
    p = finish();
    ck_assert_int_eq(sio_packet_read(p, &arena, 8, &args), 0);
    ck_assert_int_eq(args->child->type, JSON_OBJECT);
    sio_packet_unref(p);
    arena_free(&arena);
}
END_TEST

START_TEST(packets_are_shared)
{
    struct sio_packet *p = sio_packet_disconnect(STR("/"));
    ck_assert_ptr_eq(sio_packet_ref(p), p);
    sio_packet_unref(p);
    expect_text(p, "41");
    sio_packet_unref(NULL);
}
END_TEST

START_TEST(packets_of_the_server)
{
    expect_text(sio_packet_connect(STR("/"), STR("abc")),
                "40{\"sid\":\"abc\"}");
    expect_text(sio_packet_connect(STR("/admin"), STR("abc")),
                "40/admin,{\"sid\":\"abc\"}");
    expect_text(sio_packet_disconnect(STR("/admin")), "41/admin,");
    expect_text(sio_packet_connect_error(STR("/random"),
                                         STR("Invalid namespace"), STR("")),
                "44/random,{\"message\":\"Invalid namespace\"}");
    expect_text(
        sio_packet_connect_error(STR("/"), STR("n\"o"), STR("{\"a\":1}")),
        "44{\"message\":\"n\\\"o\",\"data\":{\"a\":1}}");
    ck_assert_ptr_null(
        sio_packet_connect_error(STR("/"), STR("\xff"), STR("")));
}
END_TEST

/* Whichever allocation fails: no leak, the right error, and the builder can
 * be used again. */
START_TEST(memory_may_run_out_anywhere)
{
    struct sio_packet *p = NULL;

    for (long n = 0; !p; n++) {
        int error = 0;
        mem_fail_after(n);
        ck_assert_int_eq(
            sio_builder_event(&builder, STR("/n"), true, 7, STR("b")), 0);
        for (int i = 0; i < 30; i++)
            json_put_string(&builder.json, STR("some text"));
        json_put_binary(&builder.json, STR("x"));
        json_put_binary(&builder.json, STR("y"));
        p = sio_builder_finish(&builder, &error);
        mem_fail_after(-1);
        if (p)
            break;
        ck_assert_int_eq(error, ERR_NOMEM);
        ck_assert_int_eq(mem_live(), 0);
    }
    ck_assert_uint_eq(p->count, 3);
    sio_packet_unref(p);
}
END_TEST

START_TEST(memory_may_run_out_for_the_servers_packets)
{
    for (int kind = 0; kind < 3; kind++) {
        struct sio_packet *p = NULL;
        for (long n = 0; !p; n++) {
            ck_assert_int_eq(mem_live(), 0);
            mem_fail_after(n);
            p = kind == 0 ? sio_packet_connect(STR("/"), STR("abc"))
                : kind == 1
                    ? sio_packet_connect_error(STR("/"), STR("no"), STR("1"))
                    : sio_packet_disconnect(STR("/"));
            mem_fail_after(-1);
        }
        sio_packet_unref(p);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("socketio/packet");
    TCase *reading = tcase_create("reading");
    TCase *writing = tcase_create("writing");

    tcase_add_loop_test(reading, headers_are_cut, 0,
                        sizeof(good) / sizeof(good[0]));
    tcase_add_loop_test(reading, what_is_no_header_is_refused, 0,
                        sizeof(bad) / sizeof(bad[0]));
    tcase_add_test(reading, the_limit_of_attachments_is_the_callers);
    tcase_add_test(reading, any_bytes_are_cut_safely);
    tcase_add_test(reading, reserved_names_are_exactly_six);
    suite_add_tcase(suite, reading);

    tcase_add_checked_fixture(writing, set_up, tear_down);
    tcase_add_test(writing, events_are_written);
    tcase_add_test(writing, answers_are_written);
    tcase_add_test(writing, the_frame_is_the_whole_packet);
    tcase_add_test(writing, attachments_change_the_type_and_follow);
    tcase_add_test(writing, the_builder_counts_attachments);
    tcase_add_test(writing, attachments_never_pass_the_builders_own_limit);
    tcase_add_test(writing, the_size_of_a_packet_is_limited);
    tcase_add_test(writing, wrong_names_are_refused_before_anything_is_written);
    tcase_add_test(writing, an_abandoned_packet_leaves_nothing);
    tcase_add_test(writing, packets_are_read_back);
    tcase_add_test(writing, packets_are_shared);
    tcase_add_test(writing, packets_of_the_server);
    tcase_add_test(writing, memory_may_run_out_anywhere);
    tcase_add_test(writing, memory_may_run_out_for_the_servers_packets);
    suite_add_tcase(suite, writing);
    return unit_main(suite);
}
