/* SPDX-License-Identifier: MIT */
#include "json_unit.h"

#include "json/msgpack.h"

#define DEPTH 64

static struct str seen[8]; /* bytes that were attached */
static int seen_count;

static int attach(void *user, struct str bytes)
{
    if (seen_count == COUNT(seen))
        return ERR_LIMIT;
    seen[seen_count] = bytes;
    return seen_count++;
}

/* Reads one value, from memory of exactly its size. */
static int read_at(struct str packed, uint32_t depth, struct buf *out)
{
    struct json_writer w;
    char *copy = malloc(packed.n);
    if (packed.n > 0)
        memcpy(copy, packed.p, packed.n);
    struct str rest = str_of(copy, packed.n);
    json_writer_init(&w, out);
    w.attach = attach;
    seen_count = 0;
    int error = msgpack_read_value(&rest, depth, &w);
    if (error == 0)
        error = out->error;
    if (error == 0 && rest.n > 0)
        error = ERR_SYNTAX;
    free(copy);
    return error;
}

/* A value as MessagePack and as JSON; `back`: the JSON is written so. */
struct pair {
    struct str packed;
    const char *json;
    bool back;
};
#define BOTH(packed, json)                                                     \
    {                                                                          \
        STR(packed), json, true                                                \
    }
#define READ(packed, json)                                                     \
    {                                                                          \
        STR(packed), json, false                                               \
    }

static const struct pair pairs[] = {
    BOTH("\xc0", "null"),
    BOTH("\xc2", "false"),
    BOTH("\xc3", "true"),
    BOTH("\0", "0"),
    BOTH("\x7f", "127"),
    BOTH("\xcc\x80", "128"),
    BOTH("\xcc\xff", "255"),
    BOTH("\xcd\x01\0", "256"),
    BOTH("\xcd\xff\xff", "65535"),
    BOTH("\xce\0\x01\0\0", "65536"),
    BOTH("\xce\xff\xff\xff\xff", "4294967295"),
    BOTH("\xcf\0\0\0\x01\0\0\0\0", "4294967296"),
    BOTH("\xcf\x80\0\0\0\0\0\0\0", "9223372036854775808"),
    BOTH("\xcf\xff\xff\xff\xff\xff\xff\xff\xff", "18446744073709551615"),
    BOTH("\xff", "-1"),
    BOTH("\xe0", "-32"),
    BOTH("\xd0\xdf", "-33"),
    BOTH("\xd0\x80", "-128"),
    BOTH("\xd1\xff\x7f", "-129"),
    BOTH("\xd1\x80\0", "-32768"),
    BOTH("\xd2\xff\xff\x7f\xff", "-32769"),
    BOTH("\xd2\x80\0\0\0", "-2147483648"),
    BOTH("\xd3\xff\xff\xff\xff\x7f\xff\xff\xff", "-2147483649"),
    BOTH("\xd3\x80\0\0\0\0\0\0\0", "-9223372036854775808"),
    READ("\xd0\x05", "5"),
    READ("\xd3\0\0\0\0\0\0\0\x05", "5"),
    READ("\xcf\0\0\0\0\0\0\0\x05", "5"),
    BOTH("\xcb\x3f\xf8\0\0\0\0\0\0", "1.5"),
    BOTH("\xcb\x44\x4b\x1a\xe4\xd6\xe2\xef\x50", "1e21"),
    READ("\xca\x3f\xc0\0\0", "1.5"),
    READ("\xca\x7f\x80\0\0", "null"),
    READ("\xcb\x7f\xf8\0\0\0\0\0\0", "null"),
    READ("\xcb\xff\xf0\0\0\0\0\0\0", "null"),
    BOTH("\xa0", "\"\""),
    BOTH("\xa3\"\\\n", "\"\\\"\\\\\\n\""),
    BOTH("\xa4\xf0\x9f\x98\x80", "\"\xf0\x9f\x98\x80\""),
    READ("\xd9\x01x", "\"x\""),
    READ("\xda\0\x01x", "\"x\""),
    READ("\xdb\0\0\0\x01x", "\"x\""),
    BOTH("\x90", "[]"),
    BOTH("\x92\x01\x91\xc0", "[1,[null]]"),
    READ("\xdc\0\x02\x01\x02", "[1,2]"),
    READ("\xdd\0\0\0\x02\x01\x02", "[1,2]"),
    BOTH("\x80", "{}"),
    BOTH("\x82\xa1"
         "a\x01\xa0\x81\xa1"
         "b\x90",
         "{\"a\":1,\"\":{\"b\":[]}}"),
    READ("\xde\0\x01\xa1"
         "a\x01",
         "{\"a\":1}"),
    READ("\xdf\0\0\0\x01\xd9\x01"
         "a\x01",
         "{\"a\":1}"),
    /* undefined */
    READ("\xd4\0\0", "null"),
    READ("\x92\xd4\0\0\x01", "[null,1]"),
    READ("\x82\xa1"
         "a\xd4\0\0\xa1"
         "b\x01",
         "{\"b\":1}"),
    /* dates */
    READ("\xd7\0\0\0\0\0\0\0\0\0", "\"1970-01-01T00:00:00.000Z\""),
    READ("\xd7\0\xff\xff\xff\xff\xff\xff\xff\xff",
         "\"1969-12-31T23:59:59.999Z\""),
    READ("\xd7\0\x00\x00\x01\x8d\xf4\xdc\x54\x95",
         "\"2024-02-29T12:34:56.789Z\""),
    READ("\xd7\0\0\x1e\xb2\x08\xc2\xdc\0\0", "\"+275760-09-13T00:00:00.000Z\""),
    READ("\xd7\0\0\x1e\xb2\x08\xc2\xdc\0\x01", "null"),
    READ("\xd7\0\xff\xe1\x4d\xf7\x3d\x24\0\0",
         "\"-271821-04-20T00:00:00.000Z\""),
    READ("\xd7\0\x80\0\0\0\0\0\0\0", "null"),
};

START_TEST(what_stands_for_what)
{
    const struct pair *pair = &pairs[_i];
    struct buf out;
    buf_init(&out, 1000);
    ck_assert_int_eq(read_at(pair->packed, DEPTH, &out), 0);
    buf_append_char(&out, '\0');
    ck_assert_str_eq(out.p, pair->json);
    buf_clear(&out);
    if (pair->back) {
        msgpack_put_value(&out, parse(pair->json));
        ck_assert_uint_eq(out.n, pair->packed.n);
        ck_assert_mem_eq(out.p, pair->packed.p, out.n);
    }
    buf_free(&out);
}
END_TEST

/* Cut off anywhere, a value is none. */
START_TEST(what_is_cut_off_is_refused)
{
    const struct pair *pair = &pairs[_i];
    for (size_t n = 0; n < pair->packed.n; n++) {
        struct str rest = str_of(pair->packed.p, n), cut;
        struct buf out;
        buf_init(&out, 1000);
        ck_assert_int_eq(read_at(rest, DEPTH, &out), ERR_SYNTAX);
        ck_assert_int_eq(msgpack_cut(&rest, &cut), ERR_SYNTAX);
        buf_free(&out);
    }
    struct str rest = pair->packed, cut;
    ck_assert_int_eq(msgpack_cut(&rest, &cut), 0);
    ck_assert(str_eq(cut, pair->packed) && rest.n == 0);
}
END_TEST

static const struct str wrong[] = {
    STR("\xc1"),              /* never used */
    STR("\xa1\xff"),          /* no UTF-8 */
    STR("\xa2\xed\xa0"),      /* half a surrogate */
    STR("\x81\x01\x02"),      /* a key that is a number */
    STR("\x81\xc0\x02"),      /* nil */
    STR("\x81\xc4\x01x\x02"), /* bytes */
    STR("\x81\xa1\xff\x02"),  /* no UTF-8 */
    STR("\xdd\xff\xff\xff\xff\xc0"),
    STR("\xdf\xff\xff\xff\xff\xa0\xc0"),
    STR("\xdb\xff\xff\xff\xff"
        "x"),
    STR("\xc6\xff\xff\xff\xff"
        "x"),
    STR("\xc9\xff\xff\xff\xff\0x"),
};

START_TEST(what_is_wrong_is_refused)
{
    struct buf out;
    long live = mem_live();
    buf_init(&out, 1000);
    ck_assert_int_eq(read_at(wrong[_i], DEPTH, &out), ERR_SYNTAX);
    buf_free(&out);
    ck_assert_int_eq(mem_live(), live);
}
END_TEST

START_TEST(depth_is_limited)
{
    struct buf out;
    buf_init(&out, 1000);
    ck_assert_int_eq(read_at(STR("\x91\x91\x91\x01"), 3, &out), 0);
    buf_clear(&out);
    ck_assert_int_eq(read_at(STR("\x91\x91\x91\x01"), 2, &out), ERR_LIMIT);
    buf_free(&out);
    buf_init(&out, 1000);
    ck_assert_int_eq(read_at(STR("\x81\xa0\x90"), 1, &out), ERR_LIMIT);
    buf_free(&out);
    /* Cutting takes no depth. */
    char deep[100000];
    struct str rest = str_of(deep, sizeof(deep)), cut;
    memset(deep, '\x91', sizeof(deep));
    deep[sizeof(deep) - 1] = 0;
    ck_assert_int_eq(msgpack_cut(&rest, &cut), 0);
    ck_assert_uint_eq(cut.n, sizeof(deep));
}
END_TEST

/* The ways in which bytes come, and what they are beside. */
static const struct {
    struct str packed;
    const char *json;
} binary[] = {
    {STR("\xc4\x01x"), "0"},
    {STR("\xc5\0\x01x"), "0"},
    {STR("\xc6\0\0\0\x01x"), "0"},
    {STR("\xc7\x01\0x"), "0"}, /* an ArrayBuffer */
    {STR("\xc8\0\x01\0x"), "0"},
    {STR("\xc9\0\0\0\x01\0x"), "0"},
    {STR("\xd4\x05x"), "[5,0]"},
    {STR("\xc7\x01\xffx"), "[-1,0]"},
};

START_TEST(bytes_are_attached)
{
    struct buf out, expected;
    buf_init(&out, 1000);
    buf_init(&expected, 1000);
    ck_assert_int_eq(read_at(binary[_i].packed, DEPTH, &out), 0);
    ck_assert_int_eq(seen_count, 1);
    ck_assert_uint_eq(seen[0].n, 1);
    for (const char *p = binary[_i].json; *p; p++) {
        if (*p == '0')
            buf_append_z(&expected, "{\"_placeholder\":true,\"num\":0}");
        else
            buf_append_char(&expected, *p);
    }
    ck_assert(str_eq(buf_str(&out), buf_str(&expected)));
    buf_free(&out);
    buf_free(&expected);
}
END_TEST

START_TEST(bytes_may_be_refused)
{
    struct buf out;
    buf_init(&out, 1000);
    ck_assert_int_eq(read_at(STR("\x99\xc4\0\xc4\0\xc4\0\xc4\0\xc4\0\xc4\0\xc4"
                                 "\0\xc4\0\xc4\0"),
                             DEPTH, &out),
                     ERR_LIMIT);
    buf_free(&out);
}
END_TEST

static const size_t lengths[] = {0,   1,   15,    16,    31,   32,
                                 255, 256, 65535, 65536, 70000};

/* Texts, bytes, arrays and objects of every length are read as written. */
START_TEST(lengths_of_every_form)
{
    size_t n = lengths[_i];
    struct buf text, packed, out;
    buf_init(&text, BUF_MAX);
    buf_init(&packed, BUF_MAX);
    buf_init(&out, BUF_MAX);
    buf_append_z(&text, "[\"");
    for (size_t i = 0; i < n; i++)
        buf_append_char(&text, 'x');
    buf_append_z(&text, "\",[");
    for (size_t i = 0; i < n; i++)
        buf_append_z(&text, i ? ",1" : "1");
    buf_append_z(&text, "],{");
    for (size_t i = 0; i < n; i++)
        buf_append_z(&text, i ? ",\"k\":1" : "\"k\":1");
    buf_append_z(&text, "}]");
    struct json *value;
    ck_assert_int_eq(parse_with(buf_str(&text), &plain, &value, NULL), 0);
    msgpack_put_value(&packed, value);
    ck_assert_int_eq(read_at(buf_str(&packed), DEPTH, &out), 0);
    ck_assert(str_eq(buf_str(&out), buf_str(&text)));
    /* And bytes. */
    struct json bytes = {.type = JSON_BINARY,
                         .text = str_of(text.p, n < text.n ? n : text.n)};
    buf_clear(&packed);
    buf_clear(&out);
    msgpack_put_value(&packed, &bytes);
    ck_assert_int_eq(read_at(buf_str(&packed), DEPTH, &out), 0);
    ck_assert_uint_eq(seen[0].n, bytes.text.n);
    buf_free(&text);
    buf_free(&packed);
    buf_free(&out);
}
END_TEST

START_TEST(a_number_that_no_double_is)
{
    struct buf out;
    buf_init(&out, 100);
    msgpack_put_value(&out, parse("1e999"));
    ck_assert_uint_eq(out.n, 1);
    ck_assert_mem_eq(out.p, "\xc0", 1);
    buf_free(&out);
}
END_TEST

START_TEST(values_of_one_kind)
{
    struct str rest = STR("\x81\xa1"
                          "a\x07"),
               text;
    uint32_t count;
    uint64_t number;
    ck_assert_int_eq(msgpack_read_string(&rest, &text), ERR_TYPE);
    rest = STR("\x81\xa1"
               "a\x07");
    ck_assert_int_eq(msgpack_read_map(&rest, &count), 0);
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(msgpack_read_string(&rest, &text), 0);
    ck_str(text, "a");
    ck_assert_int_eq(msgpack_read_uint(&rest, &number), 0);
    ck_assert_uint_eq(number, 7);
    ck_assert_int_eq(msgpack_read_uint(&rest, &number), ERR_SYNTAX);
    rest = STR("\xff");
    ck_assert_int_eq(msgpack_read_uint(&rest, &number), ERR_TYPE);
    ck_assert(msgpack_is_undefined(STR("\xd4\0\0")));
    ck_assert(!msgpack_is_undefined(STR("\xd4\0\x01")));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("msgpack");
    TCase *tc = tcase_create("msgpack");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, what_stands_for_what, 0, COUNT(pairs));
    tcase_add_loop_test(tc, what_is_cut_off_is_refused, 0, COUNT(pairs));
    tcase_add_loop_test(tc, what_is_wrong_is_refused, 0, COUNT(wrong));
    tcase_add_test(tc, depth_is_limited);
    tcase_add_loop_test(tc, bytes_are_attached, 0, COUNT(binary));
    tcase_add_test(tc, bytes_may_be_refused);
    tcase_add_loop_test(tc, lengths_of_every_form, 0, COUNT(lengths));
    tcase_add_test(tc, a_number_that_no_double_is);
    tcase_add_test(tc, values_of_one_kind);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
