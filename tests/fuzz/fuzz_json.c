/* SPDX-License-Identifier: MIT */
/*
 * JSON. First byte: whether comments are allowed, and the depth. What was
 * read and written again reads the same, has no white space, and is what the
 * second writing writes.
 *
 * The strict reader takes what yajl takes, and makes the same of it, at the
 * same places. yajl itself lets through what RFC 8259 does not, and read_yajl()
 * sees to that: bytes that are no UTF-8, which it checks before; vertical tabs
 * and form feeds between tokens, which yajl skips; the beginning of a token
 * behind the value, which yajl takes for nothing.
 */
#include "fuzz.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/utf8.h"
#include "json/readers.h"
#include "json/space.h"
#include "json/writer.h"

#define ARENA_BYTES ((size_t)1 << 20)

static void check_value(const struct json *v, struct str text, uint32_t depth)
{
    int64_t whole;
    double number;
    struct str string;
    bool truth;
    uint32_t count = 0;

    assert(v->raw.n > 0 && v->raw.p >= text.p &&
           v->raw.p + v->raw.n <= text.p + text.n);
    assert(v->type != JSON_BINARY && !v->binary && depth <= 32);
    assert(json_int(v, &whole) != ERR_SYNTAX);
    assert((json_double(v, &number) == ERR_TYPE) == (v->type != JSON_NUMBER));
    assert((json_bool(v, &truth) == 0) == (v->type == JSON_BOOL));
    assert((json_string(v, &string) == 0) == (v->type == JSON_STRING));
    if (v->type == JSON_STRING)
        assert(utf8_valid(string.p, string.n));
    for (const struct json *c = v->child; c; c = c->next) {
        count++;
        if (v->type == JSON_OBJECT) {
            assert(utf8_valid(c->key.p, c->key.n));
            assert(json_get(v, c->key));
        }
        check_value(c, v->raw, depth + 1);
    }
    assert(count == v->count);
}

static bool equal(const struct json *a, const struct json *b)
{
    if (a->type != b->type || a->count != b->count || a->truth != b->truth ||
        !str_eq(a->text, b->text) || !str_eq(a->key, b->key))
        return false;
    const struct json *x = a->child, *y = b->child;
    for (; x && y; x = x->next, y = y->next)
        if (!equal(x, y))
            return false;
    return !x && !y;
}

static void write_value(const struct json *v, struct buf *out)
{
    struct json_writer w;
    buf_init(out, BUF_MAX);
    json_writer_init(&w, out);
    json_put_value(&w, v);
    assert(out->error == 0);
}

static void check_written(const struct json *v, uint32_t depth)
{
    const struct json_limits limits = {.depth = depth};
    struct json *again;
    struct arena arena;
    struct buf first, second;

    arena_init(&arena, 2 * ARENA_BYTES);
    write_value(v, &first);
    assert(json_parse(&arena, buf_str(&first), &limits, &again, NULL) == 0);
    assert(again->compact && equal(v, again));
    write_value(again, &second);
    assert(str_eq(buf_str(&first), buf_str(&second)));
    buf_free(&first);
    buf_free(&second);
    arena_free(&arena);
}

/* The same nodes, of the same bytes. */
static void check_same(const struct json *a, const struct json *b)
{
    assert(a->type == b->type && a->count == b->count && a->truth == b->truth);
    assert(a->compact == b->compact && a->binary == b->binary);
    assert(a->raw.p == b->raw.p && a->raw.n == b->raw.n);
    assert(str_eq(a->text, b->text) && str_eq(a->key, b->key));
    const struct json *x = a->child, *y = b->child;
    for (; x && y; x = x->next, y = y->next)
        check_same(x, y);
    assert(!x && !y);
}

static void check_against_yajl(struct str text, uint32_t depth)
{
    const struct json_limits limits = {.depth = depth};
    struct json *strict, *other;
    struct json_error error;
    struct arena arena, more;

    arena_init(&arena, ARENA_BYTES);
    arena_init(&more, ARENA_BYTES);
    int result = read_strict(&arena, text, &limits, &strict);
    int wanted = read_yajl(&more, text, &limits, &other, &error);
    /* What is wrong in two ways may be called either. */
    assert((result == 0) == (wanted == 0));
    if (result == 0)
        check_same(strict, other);
    arena_free(&arena);
    arena_free(&more);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = fuzz_text(data, size);
    uint8_t first = fuzz_byte(&text);
    const struct json_limits limits = {.depth = first % 32u + 1,
                                       .comments = (first & 0x80) != 0};
    struct json_error error = {.offset = SIZE_MAX};
    struct json *value;
    struct arena arena;
    long live = mem_live();

    check_against_yajl(text, limits.depth);
    arena_init(&arena, ARENA_BYTES);
    int result = json_parse(&arena, text, &limits, &value, &error);
    if (result == 0) {
        check_value(value, text, 1);
        check_written(value, limits.depth);
    } else {
        assert(result == ERR_SYNTAX || result == ERR_LIMIT);
        assert(error.offset <= text.n);
        assert(memchr(error.text, '\0', sizeof(error.text)));
        assert(error.text[0]);
    }
    arena_free(&arena);
    assert(mem_live() == live);
    return 0;
}
