/* SPDX-License-Identifier: MIT */
/* Contracts as plugins write them: which are taken, and what is said of the
 * others. */
#include "unit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "host/contract/contract.h"

static struct arena arena;
static struct buf why;
static struct contract *contract;

static void setup(void)
{
    arena_init(&arena, 1 << 20);
    buf_init(&why, 1000);
}

static void teardown(void)
{
    buf_free(&why);
    arena_free(&arena);
    ck_assert_int_eq(mem_live(), 0);
}

static int copy(const mortise_contract *from, enum contract_use use)
{
    buf_clear(&why);
    return contract_copy(&arena, from, use, "say", 7, &contract, &why);
}

static const mortise_contract *taken(const mortise_contract *from)
{
    int error = copy(from, CONTRACT_EVENT);
    ck_assert_msg(error == 0, "%.*s", STR_ARG(buf_str(&why)));
    ck_assert_uint_eq(contract->id, 7);
    return &contract->terms;
}

static void refused_as(const mortise_contract *from, enum contract_use use,
                       const char *expected)
{
    char said[400];
    ck_assert_int_eq(copy(from, use), ERR_SYNTAX);
    snprintf(said, sizeof(said), "%.*s", STR_ARG(buf_str(&why)));
    ck_assert_str_eq(said, expected);
}

static void refused(const mortise_contract *from, const char *expected)
{
    refused_as(from, CONTRACT_EVENT, expected);
}

#define EVENT "event \"say\": "
#define FIELD "event \"say\", field \"a\": "

START_TEST(a_copy_that_is_complete)
{
    static const mortise_field inner[] = {{"x", MORTISE_NUMBER}};
    mortise_field item[] = {{NULL, MORTISE_OBJECT, MORTISE_NESTED(inner)}};
    mortise_field fields[] = {
        {"a", MORTISE_ARRAY, .max = 2, MORTISE_NESTED(item)},
        {"b", MORTISE_STRING, MORTISE_OPTIONAL, .description = "Text."}};
    const mortise_contract *t = taken(MORTISE_FIELDS(
        fields, .ack = MORTISE_ACK_REQUIRED, .role = "admin", .per_second = 2.5,
        .max_bytes = 10, MORTISE_ANSWER(inner), .description = "Says."));
    memset(fields, 0xff, sizeof(fields)); /* nothing rests on the plugin's */
    memset(item, 0xff, sizeof(item));
    ck_assert_uint_eq(t->field_count, 2);
    ck_assert_str_eq(t->fields[0].name, "a");
    ck_assert_double_eq(t->fields[0].max, 2);
    ck_assert_uint_eq(t->fields[0].fields[0].type, MORTISE_OBJECT);
    ck_assert_str_eq(t->fields[0].fields[0].fields[0].name, "x");
    ck_assert(isinf(t->fields[0].fields[0].fields[0].min));
    ck_assert(isinf(t->fields[1].max) && t->fields[1].min == 0);
    ck_assert_str_eq(t->fields[1].description, "Text.");
    ck_assert_uint_eq(t->login, MORTISE_USER); /* a role implies it */
    ck_assert_uint_eq(t->burst, 3);
    ck_assert_uint_eq(t->max_bytes, 10);
    ck_assert_str_eq(t->answer[0].name, "x");
    ck_assert_str_eq(t->description, "Says.");
    ck_assert_uint_eq(taken(MORTISE_NO_FIELDS(.per_second = 0.1))->burst, 1);
    ck_assert_uint_eq(
        taken(MORTISE_NO_FIELDS(.per_second = 1, .burst = 9))->burst, 9);
}
END_TEST

/* As a plugin would have it that was built against a later header. */
START_TEST(fields_that_are_longer)
{
    struct {
        mortise_field known;
        uint64_t later[3];
    } fields[] = {{{"a", MORTISE_STRING}, {1, 2, 3}},
                  {{"b", MORTISE_BOOL}, {1, 2, 3}}};
    mortise_contract from = {.size = sizeof(from),
                             .field_size = sizeof(fields[0]),
                             .fields = &fields[0].known,
                             .field_count = 2};
    const mortise_contract *t = taken(&from);
    ck_assert_str_eq(t->fields[1].name, "b");
    ck_assert_uint_eq(t->fields[1].type, MORTISE_BOOL);
    from.field_size = sizeof(mortise_field) - 8;
    refused(&from, EVENT "its contract was not made by the macros");
    from.field_size = sizeof(mortise_field) + 4;
    refused(&from, EVENT "its contract was not made by the macros");
    from.field_size = sizeof(fields[0]);
    from.size = 40;
    refused(&from, EVENT "its contract was not made by the macros");
}
END_TEST

static void refused_field(mortise_field field, const char *expected)
{
    char said[300];
    snprintf(said, sizeof(said), FIELD "%s", expected);
    field.name = "a";
    refused(MORTISE_CONTRACT_(.fields = &field, .field_count = 1), said);
}

#define A(...) ((mortise_field){"a", __VA_ARGS__})

START_TEST(fields_that_make_no_sense)
{
    refused_field(A(MORTISE_NULL), "its type 0 is none");
    refused_field(A(7), "its type 7 is none");
    refused_field(A(MORTISE_STRING, 4), "it has flags that are none");
    refused_field(A(MORTISE_BOOL, .max = 1),
                  "it has bounds, and is no number and nothing that has a "
                  "length");
    refused_field(A(MORTISE_STRING, .min = 2, .max = 1),
                  "its max is below its min");
    refused_field(A(MORTISE_NUMBER, .min = 2, .max = 1),
                  "its max is below its min");
    refused_field(A(MORTISE_NUMBER, .min = -2, .max = -3),
                  "its max is below its min");
    refused_field(A(MORTISE_STRING, .min = -1), "no length is below 0");
    refused_field(A(MORTISE_STRING, .max = -1), "no length is below 0");
    refused_field(A(MORTISE_NUMBER, .max = NAN), "its bounds are no numbers");
    refused_field(A(MORTISE_NUMBER, .max = INFINITY),
                  "its bounds are no numbers");
    refused_field(A(MORTISE_INTEGER, .max = 1.5),
                  "its bounds are no whole numbers, or beyond 2^53");
    refused_field(A(MORTISE_INTEGER, .max = 9007199254740992.0),
                  "its bounds are no whole numbers, or beyond 2^53");
    refused_field(A(MORTISE_NUMBER, .one_of = "a"), "one_of is for strings");
    refused_field(A(MORTISE_STRING, .one_of = "\xff"),
                  "its one_of is not UTF-8");
    static const char *const words[] = {"", "|a", "a|", "a||b"};
    for (int i = 0; i < 4; i++)
        refused_field(A(MORTISE_STRING, .one_of = words[i]),
                      "its one_of has an empty word");
}
END_TEST

START_TEST(names_that_are_none)
{
    static const char *const names[] = {
        NULL, "", "\xff",
        "a name that is longer than a name of a field is allowed to be: "
        "more"};
    for (int i = 0; i < 4; i++) {
        mortise_field fields[] = {{"a", MORTISE_BOOL},
                                  {names[i], MORTISE_BOOL}};
        refused(MORTISE_FIELDS(fields),
                EVENT "field 1 has no name, or one that is not UTF-8 or longer "
                      "than 64 bytes");
    }
    mortise_field twice[] = {{"a", MORTISE_BOOL}, {"a", MORTISE_BOOL}};
    refused(MORTISE_FIELDS(twice), FIELD "it is there twice");
    mortise_field order[] = {{"b", MORTISE_BOOL, MORTISE_OPTIONAL},
                             {"a", MORTISE_BOOL}};
    refused(MORTISE_FIELDS(order),
            FIELD "it is required and comes after one that is optional");
    taken(MORTISE_MEMBERS(order));
    refused(MORTISE_CONTRACT_(.field_count = 1),
            EVENT "its fields are missing, or too many");
    refused(MORTISE_CONTRACT_(.fields = twice, .field_count = 65),
            EVENT "its fields are missing, or too many");
}
END_TEST

START_TEST(nested_fields_that_make_no_sense)
{
    static const mortise_field bad[] = {{"x", MORTISE_STRING, .one_of = ""}};
    static const mortise_field item[] = {
        {NULL, MORTISE_OBJECT, MORTISE_NESTED(bad)}};
    static const mortise_field two[] = {{"x", MORTISE_STRING},
                                        {"y", MORTISE_STRING}};
    mortise_field list[] = {{"a", MORTISE_ARRAY, MORTISE_NESTED(item)}};
    refused(MORTISE_FIELDS(list), "event \"say\", field \"a[].x\": its one_of "
                                  "has an empty word");
    refused_field(A(MORTISE_ARRAY, MORTISE_NESTED(two)),
                  "it is an array and has 2 fields, not one");
    refused_field(A(MORTISE_STRING, MORTISE_NESTED(two)),
                  "it has fields, and is neither an object nor an array");
    refused_field(A(MORTISE_OBJECT, .field_count = 1),
                  "its fields are missing, or too many");
    refused_field(A(MORTISE_OBJECT, .fields = two),
                  "its fields are missing, or too many");
    mortise_field circle[] = {{"a", MORTISE_OBJECT}};
    circle[0].fields = circle;
    circle[0].field_count = 1;
    refused(MORTISE_FIELDS(circle),
            "event \"say\", field \"a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a\": its "
            "fields are nested too deep");
    /* Shared, twice on each floor: 2^12 in all. */
    mortise_field tree[13][2];
    for (int i = 0; i < 13; i++)
        for (int k = 0; k < 2; k++)
            tree[i][k] = i == 0 ? (mortise_field){k ? "b" : "a", MORTISE_BOOL}
                                : (mortise_field){k ? "b" : "a", MORTISE_OBJECT,
                                                  .fields = tree[i - 1],
                                                  .field_count = 2};
    taken(MORTISE_FIELDS(tree[10]));
    ck_assert_int_eq(copy(MORTISE_FIELDS(tree[12]), CONTRACT_EVENT),
                     ERR_SYNTAX);
}
END_TEST

START_TEST(terms_that_make_no_sense)
{
    refused(MORTISE_NO_FIELDS(.ack = 3), EVENT "its ack is none");
    refused(MORTISE_NO_FIELDS(.login = 2), EVENT "its login is none");
    refused(MORTISE_NO_FIELDS(.role = ""),
            EVENT "its role is empty or too long");
    refused(MORTISE_NO_FIELDS(.flags = MORTISE_OPTIONAL),
            EVENT "it has flags that are none");
    refused(MORTISE_NO_FIELDS(.one_object = 2),
            EVENT "its one_object is neither 0 nor 1");
    refused(MORTISE_NO_FIELDS(.per_second = -1),
            EVENT "its per_second is none");
    refused(MORTISE_NO_FIELDS(.per_second = NAN),
            EVENT "its per_second is none");
    refused(MORTISE_NO_FIELDS(.per_second = 1e7),
            EVENT "its per_second is none");
    refused(MORTISE_NO_FIELDS(.burst = 1),
            EVENT "burst and per need a per_second");
    refused(MORTISE_NO_FIELDS(.per = MORTISE_PER_USER),
            EVENT "burst and per need a per_second");
    refused(MORTISE_NO_FIELDS(.per_second = 1, .per = 8),
            EVENT "its per has flags that are none");
    const char *only = EVENT "login, rate and size are for what clients emit";
    refused_as(MORTISE_NO_FIELDS(.login = MORTISE_USER), CONTRACT_ACK, only);
    refused_as(MORTISE_NO_FIELDS(.per_second = 1), CONTRACT_ACK, only);
    refused_as(MORTISE_NO_FIELDS(.max_bytes = 1), CONTRACT_EMIT, only);
    refused_as(MORTISE_NO_FIELDS(.ack = MORTISE_ACK_REQUIRED), CONTRACT_ACK,
               EVENT "nobody acknowledges an acknowledgement");
    ck_assert_int_eq(
        copy(MORTISE_NO_FIELDS(.ack = MORTISE_ACK_REQUIRED), CONTRACT_EMIT), 0);
}
END_TEST

START_TEST(without_memory)
{
    static const mortise_field fields[] = {{"a", MORTISE_BOOL}};
    for (long n = 0;; n++) {
        arena_free(&arena);
        arena_init(&arena, 200 * (size_t)n); /* which ends earlier, too */
        int error = copy(MORTISE_FIELDS(fields), CONTRACT_EVENT);
        if (error == 0) {
            ck_assert_int_gt(n, 0);
            break;
        }
        ck_assert_int_eq(error, ERR_NOMEM);
        ck_assert_uint_eq(why.n, 0);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("host/contract");
    TCase *tests = tcase_create("contract");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, a_copy_that_is_complete);
    tcase_add_test(tests, fields_that_are_longer);
    tcase_add_test(tests, fields_that_make_no_sense);
    tcase_add_test(tests, names_that_are_none);
    tcase_add_test(tests, nested_fields_that_make_no_sense);
    tcase_add_test(tests, terms_that_make_no_sense);
    tcase_add_test(tests, without_memory);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
