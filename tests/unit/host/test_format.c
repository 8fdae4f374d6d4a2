/* SPDX-License-Identifier: MIT */
/* The formats of mortise_emit() and the like. */
#include "unit.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "host/calls/api.h"
#include "host/calls/format.h"

static struct config *config;
static struct host *host;
static struct timers timers;
static struct generation generation;
static struct plugin_slot slot;
static struct host_call call;
static struct buf out;
static struct json_writer writer;
static struct format_result result;
static struct arena arena;

static void setup(void)
{
    struct buf errors;
    buf_init(&errors, 4096);
    ck_assert_int_eq(config_parse("c", STR("{}"), &config, &errors), 0);
    buf_free(&errors);
    timers_init(&timers, 0);
    host = host_new(&timers, config);
    ck_assert_ptr_nonnull(host);
    slot = (struct plugin_slot){.host = host};
    generation = (struct generation){
        .host = host, .slot = &slot, .name = "test", .number = 3};
    call = (struct host_call){0};
    arena_init(&arena, 1 << 20);
    buf_init(&out, 1000);
    host_enter(host, &generation, &call);
}

static void teardown(void)
{
    host_leave(host);
    buf_free(&out);
    arena_free(&arena);
    host_free(host);
    config_free(config);
    ck_assert_int_eq(mem_live(), 0);
}

/* Writes into an array that is open. */
static int put(const char *format, ...)
{
    va_list args;
    buf_clear(&out);
    json_writer_init(&writer, &out);
    va_start(args, format);
    int error = format_write(host, &writer, format, args, &result);
    va_end(args);
    return error;
}

static int add(struct host_list *list, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int error = format_list_add(host, list, format, args, &result);
    va_end(args);
    return error;
}

static void ck_out(const char *expected, uint32_t values)
{
    ck_assert_msg(str_eq(buf_str(&out), str_z(expected)), "%.*s, not %s",
                  STR_ARG(buf_str(&out)), expected);
    ck_assert_uint_eq(result.values, values);
}

static const struct json *parse(const char *text)
{
    struct json_limits limits = {.depth = 64};
    struct json *value;
    ck_assert_int_eq(json_parse(&arena, str_z(text), &limits, &value, NULL), 0);
    return value;
}

START_TEST(letters)
{
    mortise_str s = {"a\0b\"", 4};
    ck_assert_int_eq(put("s", "text \"\\ \xc3\xa4\n"), 0);
    ck_out("\"text \\\"\\\\ \xc3\xa4\\n\"", 1);
    ck_assert_int_eq(put("s, s", NULL, ""), 0);
    ck_out("null,\"\"", 2);
    ck_assert_int_eq(put("i, i, i", 0, INT32_MIN, INT32_MAX), 0);
    ck_out("0,-2147483648,2147483647", 3);
    ck_assert_int_eq(put("I, I", INT64_MIN, INT64_MAX), 0);
    ck_out("-9223372036854775808,9223372036854775807", 2);
    ck_assert_int_eq(put("d,d,d,d", 1.5, -0.1, (double)NAN, 1e300), 0);
    ck_out("1.5,-0.1,null,1e300", 4);
    ck_assert_int_eq(put("b, b, b", 0, 1, 256), 0);
    ck_out("false,true,true", 3);
    ck_assert_int_eq(put("S", s), 0);
    ck_out("\"a\\u0000b\\\"\"", 1);
    s = (mortise_str){NULL, 0};
    ck_assert_int_eq(put("S", s), 0);
    ck_out("\"\"", 1);
}
END_TEST

START_TEST(mixed_sizes)
{
    /* Each letter takes its own argument and no other's, also behind those
     * that no longer fit into registers. */
    mortise_str s = {"S", 1};
    ck_assert_int_eq(put("i,d,s,I,S,b,d,i,I,s,d,S,i,d,d,d,d,d,d,d,i", 1, 2.5,
                         "3", INT64_C(4), s, 1, 6.5, 7, INT64_C(8), "9", 10.5,
                         s, 12, 13.5, 14.5, 15.5, 16.5, 17.5, 18.5, 19.5, 20),
                     0);
    ck_out("1,2.5,\"3\",4,\"S\",true,6.5,7,8,\"9\",10.5,\"S\",12,13.5,14.5,"
           "15.5,16.5,17.5,18.5,19.5,20",
           21);
}
END_TEST

START_TEST(constants)
{
    ck_assert_int_eq(put(""), 0);
    ck_out("", 0);
    ck_assert_int_eq(put(NULL), 0);
    ck_out("", 0);
    ck_assert_int_eq(put(" \t\n "), 0);
    ck_out("", 0);
    ck_assert_int_eq(put("true, false,null"), 0);
    ck_out("true,false,null", 3);
    ck_assert_int_eq(put("0, -1, 1.50, 1e3, 1E+2, 12345678901234567890"), 0);
    ck_out("0,-1,1.50,1e3,1E+2,12345678901234567890", 6);
    ck_assert_int_eq(put("'it\"s', \"it's\", ''"), 0);
    ck_out("\"it\\\"s\",\"it's\",\"\"", 3);
}
END_TEST

START_TEST(nesting)
{
    ck_assert_int_eq(put("{}, [], {a:{}, b:[[]]}"), 0);
    ck_out("{},[],{\"a\":{},\"b\":[[]]}", 3);
    ck_assert_int_eq(
        put("s, { id : I , tags : [s,s] , ok:true, none:null }, [ i ]", "x",
            INT64_C(7), "a", "b", 1),
        0);
    ck_out("\"x\",{\"id\":7,\"tags\":[\"a\",\"b\"],\"ok\":true,\"none\":null},"
           "[1]",
           3);
    ck_assert_int_eq(put("{'a key':i, \"it's\":i, a-b.c$_9:i}", 1, 2, 3), 0);
    ck_out("{\"a key\":1,\"it's\":2,\"a-b.c$_9\":3}", 1);
    /* Letters and constants are keys like any other. */
    ck_assert_int_eq(put("{s:s, i:true, true:i, 1:null}", "a", 2), 0);
    ck_out("{\"s\":\"a\",\"i\":true,\"true\":2,\"1\":null}", 1);
}
END_TEST

START_TEST(depth)
{
    char format[80];
    memset(format, '[', 40);
    memset(format + 32, ']', 32);
    format[64] = '\0';
    ck_assert_int_eq(put(format), 0);
    memset(format, '[', 33);
    memset(format + 33, ']', 33);
    format[66] = '\0';
    ck_assert_int_eq(put(format), ERR_SYNTAX);
    ck_assert_uint_eq(result.at, 32);
    ck_assert_str_eq(result.text, "this is too deep");
    memset(format, '[', 79);
    format[79] = '\0';
    ck_assert_int_eq(put(format), ERR_SYNTAX);
}
END_TEST

static const struct wrong {
    const char *format;
    size_t at;
    const char *text;
} wrong[] = {
    {"q", 0, "there is no such letter"},
    {"{a:i, b:Q}", 8, "there is no such letter"},
    {"-", 0, "there is no such letter"},
    {"tru", 0, "this is no value"},
    {"[i, nul]", 4, "this is no value"},
    {"01", 0, "this is no value"},
    {"+1", 0, "this is no value"},
    {"1.", 0, "this is no value"},
    {"ss", 0, "this is no value"},
    {"i,", 2, "a value is missing"},
    {",i", 0, "a value is missing"},
    {"i,,i", 2, "a value is missing"},
    {"[i,]", 3, "a value is missing"},
    {"[", 1, "a value is missing"},
    {"]", 0, "a value is missing"},
    {"}", 0, "a value is missing"},
    {"{a:}", 3, "a value is missing"},
    {"{a:*}", 3, "a value is missing"},
    {"%s", 0, "letters stand here without a %"},
    {"i i", 2, "a comma is missing, or the end"},
    {"i]", 1, "a comma is missing, or the end"},
    {"[i", 2, "a comma is missing, or the end"},
    {"[i}", 2, "a comma is missing, or the end"},
    {"{a:i", 4, "a comma is missing, or the closing brace"},
    {"{a:i b:i}", 5, "a comma is missing, or the closing brace"},
    {"{a:i]", 4, "a comma is missing, or the closing brace"},
    {"{", 1, "a key is missing"},
    {"{a:i,}", 5, "a key is missing"},
    {"{,}", 1, "a key is missing"},
    {"{:i}", 1, "a key is missing"},
    {"{a}", 2, "a colon is missing"},
    {"{a i}", 3, "a colon is missing"},
    {"{a", 2, "a colon is missing"},
    {"'open", 0, "this quote is never closed"},
    {"i, \"open'", 3, "this quote is never closed"},
    {"{'open:i}", 1, "this quote is never closed"},
    {"i, '\xff'", 3, "this text is not UTF-8"},
    {"{i:i, '\xff':i}", 6, "this text is not UTF-8"},
};

START_TEST(errors)
{
    const struct wrong *w = &wrong[_i];
    ck_assert_int_eq(put(w->format, 1, 2, 3), ERR_SYNTAX);
    ck_assert_msg(result.at == w->at, "%s: %zu", w->format, result.at);
    ck_assert_str_eq(result.text, w->text);
}
END_TEST

START_TEST(writers_errors)
{
    char text[1200];
    mortise_str s = {"\xff", 1};
    ck_assert_int_eq(put("i, {a:s}", 1, "\xc3"), ERR_SYNTAX);
    ck_assert_uint_eq(result.at, 6);
    ck_assert_str_eq(result.text, "this text is not UTF-8");
    ck_assert_int_eq(put("S", s), ERR_SYNTAX);
    ck_assert_int_eq(put("i, x", 1, s), ERR_TYPE);
    ck_assert_uint_eq(result.at, 3);
    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    ck_assert_int_eq(put("i, s, i", 1, text, 2), ERR_LIMIT);
    ck_assert_uint_eq(result.at, 3);
    ck_assert_str_eq(result.text, "this is more than fits into one packet "
                                  "(limits.sendBuffer, limits.attachments)");
}
END_TEST

START_TEST(values)
{
    const struct json *json =
        parse("{ \"a\" : [1, 2.50], \"b\" : \"\\u00e4\" }");
    ck_assert_int_eq(put("v, v, {k:v}", host_value(host, json), NULL,
                         host_value(host, json_get(json, STR("a")))),
                     0);
    ck_out("{\"a\":[1,2.50],\"b\":\"\\u00e4\"},null,{\"k\":[1,2.50]}", 3);
}
END_TEST

START_TEST(values_that_are_over)
{
    mortise_value v = host_value(host, parse("[1]"));
    ck_assert_int_eq(put("v", v), 0);
    host_leave(host);
    ck_assert_int_eq(put("v", v), ERR_INVAL); /* between callbacks */
    host_enter(host, &generation, &call);
    ck_assert_int_eq(put("i, v", 1, v), ERR_INVAL);
    ck_assert_uint_eq(result.at, 3);
    ck_assert_ptr_null(host_json(host, v));
}
END_TEST

START_TEST(events)
{
    const mortise_event other = {0};
    call.first = parse("[1, {\"a\": 2}, \"x\"]")->child;
    ck_assert_int_eq(put("*", &call.event), 0);
    ck_out("1,{\"a\":2},\"x\"", 3);
    ck_assert_int_eq(put("s, *, i, [*]", "a", &call.event, 9, &call.event), 0);
    ck_out("\"a\",1,{\"a\":2},\"x\",9,[1,{\"a\":2},\"x\"]", 6);
    call.first = NULL;
    ck_assert_int_eq(put("*", &call.event), 0);
    ck_out("", 0);
    ck_assert_int_eq(put("i, *, i", 1, &call.event, 2), 0);
    ck_out("1,2", 2);
    ck_assert_int_eq(put("i, *", 1, &other), ERR_INVAL);
    ck_assert_uint_eq(result.at, 3);
    ck_assert_str_eq(result.text, "the event is over");
    ck_assert_int_eq(put("*", NULL), ERR_INVAL);
}
END_TEST

START_TEST(events_outside_of_any)
{
    const mortise_event *event = &call.event;
    host_leave(host);
    host_enter(host, &generation, NULL); /* init */
    ck_assert_int_eq(put("*", event), ERR_INVAL);
}
END_TEST

START_TEST(lists)
{
    struct host_list *a = format_list_new(host), *b = format_list_new(host);
    ck_assert_int_eq(put("l", a), 0);
    ck_out("[]", 1);
    ck_assert_int_eq(add(a, "s, {n:i}", "x", 1), 0);
    ck_assert_int_eq(add(a, ""), 0);
    ck_assert_int_eq(add(a, "[]"), 0);
    ck_assert_int_eq(add(b, "l, i, l", a, 7, a), 0);
    ck_assert_int_eq(put("i, {list:l}, l", 0, a, b), 0);
    ck_out("0,{\"list\":[\"x\",{\"n\":1},[]]},[[\"x\",{\"n\":1},[]],7,"
           "[\"x\",{\"n\":1},[]]]",
           3);
}
END_TEST

START_TEST(lists_after_a_failure)
{
    struct host_list *a = format_list_new(host);
    mortise_str s = {"x", 1};
    ck_assert_int_eq(add(a, "i, q", 1), ERR_SYNTAX);
    ck_assert_uint_eq(result.at, 3);
    ck_assert_int_eq(add(a, "i", 2), 0);
    ck_assert_int_eq(add(a, "i, s", 3, "\xff"), ERR_SYNTAX);
    ck_assert_int_eq(add(a, "{x:x, a:[i", s, 5), ERR_SYNTAX);
    ck_assert_int_eq(add(a, "i", 6), 0);
    ck_assert_int_eq(put("l", a), 0);
    ck_out("[2,6]", 1);
    /* Binary is taken, but not by a text alone. */
    ck_assert_int_eq(add(a, "x", s), 0);
    ck_assert_int_eq(put("l", a), ERR_TYPE);
    ck_assert_uint_eq(result.at, 0);
}
END_TEST

START_TEST(lists_in_themselves)
{
    struct host_list *a = format_list_new(host);
    for (int i = 0; i < 100; i++) /* so that it has to grow */
        ck_assert_int_eq(add(a, "s", "something of some length"), 0);
    ck_assert_int_eq(add(a, "i, l", 1, a), ERR_INVAL);
    ck_assert_uint_eq(result.at, 3);
    ck_assert_str_eq(result.text, "a list cannot be part of itself");
}
END_TEST

START_TEST(lists_that_are_over)
{
    struct host_list *a = format_list_new(host);
    host_leave(host);
    host_enter(host, &generation, &call);
    ck_assert_int_eq(put("l", a), ERR_INVAL);
    ck_assert_int_eq(put("l", NULL), ERR_INVAL);
    ck_assert_int_eq(add(a, "i", 1), ERR_INVAL);
    ck_assert_str_eq(result.text, "there is no such list, or no longer");
    ck_assert_uint_eq(result.at, 0);
}
END_TEST

static int attached;

static int attach(void *user, struct str bytes)
{
    ck_assert(str_eq(bytes, STR("\0\1")));
    return attached++;
}

static int put_binary(const char *format, ...)
{
    va_list args;
    buf_clear(&out);
    json_writer_init(&writer, &out);
    writer.attach = attach;
    va_start(args, format);
    int error = format_write(host, &writer, format, args, &result);
    va_end(args);
    return error;
}

START_TEST(binary)
{
    mortise_str s = {"\0\1", 2};
    ck_assert_int_eq(put_binary("x, {a:x}", s, s), 0);
    ck_out("{\"_placeholder\":true,\"num\":0},{\"a\":{\"_placeholder\":true,"
           "\"num\":1}}",
           2);
    ck_assert_int_eq(attached, 2);
}
END_TEST

START_TEST(no_memory)
{
    struct host_list *a = format_list_new(host);
    ck_assert_int_eq(add(a, "s", "x"), 0);
    buf_free(&out);
    for (long n = 0;; n++) {
        mem_fail_after(n);
        int error = put("s, l, 12, {a:[1.5]}", "text", a);
        mem_fail_after(-1);
        buf_free(&out);
        if (error == 0)
            break;
        ck_assert_int_eq(error, ERR_NOMEM);
        ck_assert_str_eq(result.text, "out of memory");
        ck_assert_int_lt(n, 100);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("host/format");
    TCase *t = tcase_create("format");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, letters);
    tcase_add_test(t, mixed_sizes);
    tcase_add_test(t, constants);
    tcase_add_test(t, nesting);
    tcase_add_test(t, depth);
    tcase_add_loop_test(t, errors, 0, (int)(sizeof(wrong) / sizeof(wrong[0])));
    tcase_add_test(t, writers_errors);
    tcase_add_test(t, values);
    tcase_add_test(t, values_that_are_over);
    tcase_add_test(t, events);
    tcase_add_test(t, events_outside_of_any);
    tcase_add_test(t, lists);
    tcase_add_test(t, lists_after_a_failure);
    tcase_add_test(t, lists_in_themselves);
    tcase_add_test(t, lists_that_are_over);
    tcase_add_test(t, binary);
    tcase_add_test(t, no_memory);
    suite_add_tcase(s, t);
    return unit_main(s);
}
