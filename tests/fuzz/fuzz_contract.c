/* SPDX-License-Identifier: MIT */
/*
 * Arguments held against contracts: no handler sees what its contract does
 * not allow. What was admitted is looked at again here, by the words of
 * mortise/contract.h and without the host's code for it.
 *
 * The input is the JSON of the arguments. An object with a string "bytes"
 * stands for that much binary. What is refused is refused with a sentence, and
 * data that is JSON.
 */
#include "fuzz.h"

#include "base/error.h"
#include "base/utf8.h"
#include "host/contract/breach.h"

static const mortise_field point[] = {
    {"x", MORTISE_INTEGER, .min = -5, .max = 5},
    {"y", MORTISE_NUMBER, MORTISE_OPTIONAL, .min = 0, .max = 1e300},
};
static const mortise_field element[] = {
    {NULL, MORTISE_OBJECT, MORTISE_OPTIONAL, MORTISE_NESTED(point)}};
static const mortise_field all[] = {
    {"name", MORTISE_STRING, .min = 1, .max = 8},
    {"what", MORTISE_STRING, .one_of = "rock|paper|scissors"},
    {"path", MORTISE_ARRAY, .max = 4, MORTISE_NESTED(element)},
    {"yes", MORTISE_BOOL, MORTISE_OPTIONAL},
    {"any", MORTISE_ANY_VALUE, MORTISE_OPTIONAL},
    {"data", MORTISE_BINARY, MORTISE_OPTIONAL, .min = 1, .max = 3},
    {"open", MORTISE_OBJECT, MORTISE_OPTIONAL | MORTISE_EXTRA,
     MORTISE_NESTED(point)},
};
static const mortise_field two[] = {
    {"n", MORTISE_NUMBER, .min = 1, .max = 2},
    {"list", MORTISE_ARRAY, MORTISE_OPTIONAL, .max = 2},
};

/* --- the second opinion --- */

static size_t length(struct str s)
{
    size_t count = 0;
    for (size_t i = 0; i < s.n; count++) {
        unsigned char c = (unsigned char)s.p[i];
        i += c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    }
    return count;
}

static bool between(const mortise_field *f, double n)
{
    if (f->min == 0 && f->max == 0)
        return true;
    return n >= f->min && (n <= f->max || (f->max == 0 && f->min > 0));
}

static bool one_of(const char *words, struct str s)
{
    for (const char *p = words; p;) {
        const char *end = strchr(p, '|');
        if (str_eq(str_of(p, end ? (size_t)(end - p) : strlen(p)), s))
            return true;
        p = end ? end + 1 : NULL;
    }
    return false;
}

static void see_object(const mortise_field *fields, uint32_t count, bool extra,
                       const struct json *object);

static void see(const mortise_field *f, const struct json *v)
{
    int64_t i;
    double d;

    if (!v || v->type == JSON_NULL) {
        assert((f->flags & MORTISE_OPTIONAL) != 0 ||
               (v && f->type == MORTISE_ANY_VALUE));
        return;
    }
    if (f->type == MORTISE_STRING) {
        assert(v->type == JSON_STRING && utf8_valid(v->text.p, v->text.n));
        assert(str_find(v->text, '\0') == v->text.n);
        assert(between(f, (double)length(v->text)));
        assert(!f->one_of || one_of(f->one_of, v->text));
    } else if (f->type == MORTISE_INTEGER) {
        assert(json_int(v, &i) == 0 && between(f, (double)i));
    } else if (f->type == MORTISE_NUMBER) {
        assert(json_double(v, &d) == 0 && between(f, d));
    } else if (f->type == MORTISE_BOOL) {
        assert(v->type == JSON_BOOL);
    } else if (f->type == MORTISE_BINARY) {
        assert(v->type == JSON_BINARY && between(f, (double)v->text.n));
    } else if (f->type == MORTISE_ARRAY) {
        assert(v->type == JSON_ARRAY && between(f, v->count));
        for (const struct json *e = v->child; e && f->fields; e = e->next)
            see(f->fields, e);
    } else if (f->type == MORTISE_OBJECT) {
        assert(v->type == JSON_OBJECT);
        if (f->fields)
            see_object(f->fields, f->field_count,
                       (f->flags & MORTISE_EXTRA) != 0, v);
    }
}

static void see_object(const mortise_field *fields, uint32_t count, bool extra,
                       const struct json *object)
{
    for (uint32_t i = 0; i < count; i++)
        see(&fields[i], json_get(object, str_z(fields[i].name)));
    for (const struct json *v = object ? object->child : NULL; v; v = v->next) {
        bool known = false;
        for (uint32_t i = 0; i < count; i++)
            if (str_eq(v->key, str_z(fields[i].name))) {
                see(&fields[i], v); /* also one that is repeated */
                known = true;
            }
        assert(known || extra);
    }
}

static void see_arguments(const mortise_contract *c, const struct json *args)
{
    const struct json *v = args->child;
    bool extra = (c->flags & MORTISE_EXTRA) != 0;

    if (c->one_object) {
        assert(args->count <= 1 || extra);
        assert(!v || v->type == JSON_OBJECT || v->type == JSON_NULL);
        see_object(c->fields, c->field_count, extra,
                   v && v->type == JSON_OBJECT ? v : NULL);
        return;
    }
    assert(args->count <= c->field_count || extra);
    for (uint32_t i = 0; i < c->field_count; i++) {
        see(&c->fields[i], v);
        v = v ? v->next : NULL;
    }
}

/* What is said is a sentence, and data that is JSON. */
static void see_breach(struct arena *arena, const struct breach *b)
{
    const struct json_limits limits = {.depth = 8};
    struct json *data;

    assert(b->code < BREACH_COUNT && breach_code_text(b->code));
    assert(b->message.n > 0 && b->message.p[b->message.n - 1] == '.');
    assert(utf8_valid(b->message.p, b->message.n));
    assert(b->data.error == 0);
    if (b->data.n > 0) {
        assert(json_parse(arena, buf_str(&b->data), &limits, &data, NULL) == 0);
        assert(data->type == JSON_OBJECT);
    }
}

/* --- the input --- */

static void put_binaries(struct json *v)
{
    struct json *bytes = json_get(v, STR("bytes"));
    if (bytes && bytes->type == JSON_STRING) {
        v->type = JSON_BINARY;
        v->text = bytes->text;
        v->child = NULL;
        v->count = 0;
        return;
    }
    for (v = v->child; v; v = v->next)
        put_binaries(v);
}

static void hold(struct arena *arena, const mortise_contract *from,
                 const struct json *args)
{
    struct contract *contract;
    struct breach breach;
    struct buf why;

    buf_init(&why, 1000);
    breach_init(&breach);
    assert(contract_copy(arena, from, CONTRACT_EVENT, "event", 0, &contract,
                         &why) == 0);
    if (breach_none(&contract->terms, args->child, args->count, &breach))
        see_arguments(from, args);
    else
        see_breach(arena, &breach);
    breach_free(&breach);
    buf_free(&why);
}

static const mortise_contract *const contracts[] = {
    MORTISE_FIELDS(all),
    MORTISE_MEMBERS(all),
    MORTISE_MEMBERS(all, .flags = MORTISE_EXTRA),
    MORTISE_FIELDS(two, .flags = MORTISE_EXTRA),
    MORTISE_FIELDS(two),
    MORTISE_NO_FIELDS(),
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct json_limits limits = {.depth = 8};
    struct arena arena;
    struct json *args;
    long live = mem_live();

    arena_init(&arena, (size_t)1 << 20);
    if (json_parse(&arena, fuzz_text(data, size), &limits, &args, NULL) == 0 &&
        args->type == JSON_ARRAY) {
        put_binaries(args);
        for (size_t i = 0; i < sizeof(contracts) / sizeof(contracts[0]); i++)
            hold(&arena, contracts[i], args);
    }
    arena_free(&arena);
    assert(mem_live() == live);
    return 0;
}
