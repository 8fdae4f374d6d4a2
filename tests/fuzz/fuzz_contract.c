/* SPDX-License-Identifier: MIT */
/*
 * Arguments of events against a contract that has one field of every kind.
 * The input is an array of arguments. Whatever is refused is refused with a
 * sentence, and data that is JSON, however long the names around it were.
 */
#include "fuzz.h"

#include "base/error.h"
#include "base/utf8.h"
#include "host/breach.h"

static const mortise_field point[] = {
    {"x", MORTISE_INTEGER, .min = -5, .max = 5},
    {"y", MORTISE_NUMBER, MORTISE_OPTIONAL, .min = 0, .max = 1e300},
};
static const mortise_field element[] = {
    {.type = MORTISE_OBJECT, MORTISE_NESTED(point)}};
static const mortise_field fields[] = {
    {"name", MORTISE_STRING, .min = 1, .max = 8},
    {"what", MORTISE_STRING, .one_of = "rock|paper|scissors"},
    {"path", MORTISE_ARRAY, .max = 4, MORTISE_NESTED(element)},
    {"yes", MORTISE_BOOL, MORTISE_OPTIONAL},
    {"any", MORTISE_ANY_VALUE, MORTISE_OPTIONAL},
};
static const mortise_contract *const contracts[] = {
    MORTISE_FIELDS(fields), MORTISE_MEMBERS(fields),
    MORTISE_MEMBERS(fields, .flags = MORTISE_EXTRA), MORTISE_NO_FIELDS()};

static void check_breach(const struct breach *b, struct arena *arena)
{
    const struct json_limits limits = {.depth = 8};
    struct json *data;

    assert(b->code < BREACH_COUNT && breach_code_text(b->code));
    assert(b->message.n > 0 && utf8_valid(b->message.p, b->message.n));
    if (b->data.n == 0 || b->data.error != 0)
        return;
    assert(json_parse(arena, buf_str(&b->data), &limits, &data, NULL) == 0);
    assert(data->type == JSON_OBJECT);
}

static void check(const mortise_contract *terms, const struct json *args,
                  struct arena *arena)
{
    struct contract *contract;
    struct breach breach;
    struct buf why;

    buf_init(&why, 1024);
    breach_init(&breach);
    int error = contract_copy(arena, terms, CONTRACT_EVENT, "event", 0,
                              &contract, &why);
    assert(error == 0);
    if (!breach_none(&contract->terms, args->child, args->count, &breach))
        check_breach(&breach, arena);
    else
        assert(args->count <= 1 || !terms->one_object ||
               (terms->flags & MORTISE_EXTRA) != 0);
    breach_free(&breach);
    buf_free(&why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct json_limits limits = {.depth = 8};
    struct arena arena;
    struct json *args;
    long live = mem_live();

    arena_init(&arena, (size_t)1 << 20);
    if (json_parse(&arena, fuzz_text(data, size), &limits, &args, NULL) == 0 &&
        args->type == JSON_ARRAY)
        for (size_t i = 0; i < sizeof(contracts) / sizeof(contracts[0]); i++)
            check(contracts[i], args, &arena);
    arena_free(&arena);
    assert(mem_live() == live);
    return 0;
}
