/* SPDX-License-Identifier: MIT */
/*
 * read_yajl(): yajl finds the tokens, this builds the nodes.
 *
 * Where a token lies in the source follows from yajl_get_bytes_consumed(),
 * which inside a callback is the end of the token just read. White space is
 * never looked at: whatever lies between two tokens beyond the one comma or
 * colon that the grammar asks for makes the value around them "not compact".
 *
 * Decoding of escapes is ours too. yajl reads an unpaired low surrogate as
 * three bytes that are no UTF-8, and lets an unpaired high one swallow the
 * escape behind it; here each becomes U+FFFD, and the raw text stays as it is.
 */
#include <assert.h>
#include <setjmp.h>
#include <stdalign.h>
#include <stdio.h>

#include <yajl/yajl_parse.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "json/escape.h"
#include "json/readers.h"
#include "json/space.h"

/*
 * yajl's memory for one parse: a piece of the stack first, which is enough
 * unless a string with escapes is long, and blocks of the heap behind that.
 * All of it is dropped together, so yajl need not free its handle. yajl
 * writes through the result of an allocation without looking at it; the only
 * way out when memory is short is a longjmp() from the allocator.
 */
enum { SCRATCH_SIZE = 3072, SCRATCH_ALIGN = alignof(max_align_t) };

union scratch_head {
    struct {
        size_t size;
        union scratch_head *next; /* of the heap's blocks; not of the stack's */
    } block;
    max_align_t align;
};

struct scratch {
    alignas(max_align_t) char bytes[SCRATCH_SIZE];
    size_t used;
    union scratch_head *blocks;
    jmp_buf failed;
};

static void *scratch_alloc(void *user, size_t size)
{
    struct scratch *s = user;
    size_t room = (size + SCRATCH_ALIGN - 1) / SCRATCH_ALIGN * SCRATCH_ALIGN;
    size_t need = sizeof(union scratch_head) + room;
    union scratch_head *head;

    if (need <= SCRATCH_SIZE - s->used) {
        head = (union scratch_head *)(void *)(s->bytes + s->used);
        s->used += need;
    } else {
        head = need < size ? NULL : mem_alloc(need);
        if (!head)
            longjmp(s->failed, 1);
        head->block.next = s->blocks;
        s->blocks = head;
    }
    head->block.size = size;
    return head + 1;
}

/* Never in place; what was there before goes with the rest. yajl doubles its
 * buffers, so this wastes no more than it uses. */
static void *scratch_realloc(void *user, void *old, size_t size)
{
    void *p = scratch_alloc(user, size);
    if (old) {
        size_t had = ((union scratch_head *)old - 1)->block.size;
        memcpy(p, old, had < size ? had : size);
    }
    return p;
}

static void scratch_release(void *user, void *p)
{
    (void)user;
    (void)p;
}

static void scratch_drop(struct scratch *s)
{
    while (s->blocks) {
        union scratch_head *head = s->blocks;
        s->blocks = head->block.next;
        mem_free(head);
    }
}

struct parser {
    yajl_handle yajl;
    struct arena *arena;
    struct str text;
    const struct json_limits *limits;
    size_t end;        /* behind the last token that yajl reported */
    struct json *open; /* innermost open container; its `next` is the one
                          around it, its `child` the last child so far, whose
                          `next` is the first */
    struct json *root; /* the finished value */
    struct str key;    /* of the member whose value comes next */
    uint32_t depth;
    int error;      /* why a callback stopped the parse */
    bool too_deep;  /* what ERR_LIMIT was about */
    size_t strange; /* where something stands that ERR_SYNTAX is about */
};

/* Where the token behind p->end begins: past white space and one separator,
 * unless yajl has not read beyond that: then it is the separator itself that
 * was not expected. */
static size_t next_token(const struct parser *p, size_t consumed)
{
    bool comments = p->limits->comments;
    size_t at = space_skip(p->text, p->end, comments);
    if (at + 1 < consumed && at < p->text.n &&
        (p->text.p[at] == ',' || p->text.p[at] == ':'))
        at = space_skip(p->text, at + 1, comments);
    return at;
}

static void *take(struct parser *p, size_t size)
{
    void *memory = arena_alloc(p->arena, size);
    if (!memory) {
        /* The arena rounds up: what just about fits may not. */
        size_t left = p->arena->max - p->arena->used;
        p->error = size + SCRATCH_ALIGN > left ? ERR_LIMIT : ERR_NOMEM;
    }
    return memory;
}

/*
 * yajl also skips what is white space elsewhere (the vertical tab, the form
 * feed). It must not get through: what we pass on would be JSON for nobody.
 */
static bool refuse_space(struct parser *p, size_t at)
{
    p->error = ERR_SYNTAX;
    p->strange = at;
    return false;
}

/* A token from start to end: white space before it makes the container around
 * it not compact. False when there is something else before it. */
static bool saw_token(struct parser *p, size_t start, size_t end,
                      size_t separators)
{
    if (start - p->end != separators) {
        size_t expected = next_token(p, end);
        if (expected != start)
            return refuse_space(p, expected);
        if (p->open)
            p->open->compact = false;
    }
    p->end = end;
    return true;
}

static struct json *value_new(struct parser *p, enum json_type type,
                              size_t start, size_t end)
{
    struct json *value = take(p, sizeof(*value));
    if (!value)
        return NULL;
    if (!saw_token(p, start, end,
                   p->open && (p->open->type == JSON_OBJECT || p->open->count)))
        return NULL;
    *value = (struct json){
        .type = type,
        .compact = true,
        .raw = {p->text.p + start, end - start},
        .key = p->key,
    };
    p->key = (struct str){NULL, 0};
    return value;
}

/* Hands a finished value to the container around it. */
static void value_done(struct parser *p, struct json *value)
{
    struct json *parent = p->open;

    if (!parent) {
        p->root = value;
        return;
    }
    if (parent->child) {
        value->next = parent->child->next;
        parent->child->next = value;
    } else {
        value->next = value;
    }
    parent->child = value;
    parent->count++;
    if (!value->compact)
        parent->compact = false;
}

static int on_word(struct parser *p, enum json_type type, size_t n, bool truth)
{
    size_t end = yajl_get_bytes_consumed(p->yajl);
    struct json *value = value_new(p, type, end - n, end);
    if (!value)
        return 0;
    value->truth = truth;
    value_done(p, value);
    return 1;
}

static int on_null(void *user)
{
    return on_word(user, JSON_NULL, sizeof("null") - 1, false);
}

static int on_boolean(void *user, int truth)
{
    size_t n = truth ? sizeof("true") - 1 : sizeof("false") - 1;
    return on_word(user, JSON_BOOL, n, truth != 0);
}

static bool in_text(const struct parser *p, const void *at)
{
    return (uintptr_t)at - (uintptr_t)p->text.p <= p->text.n;
}

static int on_number(void *user, const char *digits, size_t n)
{
    struct parser *p = user;
    /* yajl keeps a number at the very end of the text in memory of its own
     * until it knows that nothing follows. */
    size_t start =
        in_text(p, digits) ? (size_t)(digits - p->text.p) : p->text.n - n;
    struct json *value = value_new(p, JSON_NUMBER, start, start + n);
    if (!value)
        return 0;
    value->text = value->raw;
    value_done(p, value);
    return 1;
}

/*
 * Finds the string that yajl reports: where it begins, and its text, decoded
 * into the arena when yajl had to decode it. False with p->error.
 */
static bool find_string(struct parser *p, const unsigned char *bytes, size_t n,
                        size_t *ret_start, struct str *ret_text)
{
    if (in_text(p, bytes)) {
        *ret_text = (struct str){(const char *)bytes, n};
        *ret_start = (size_t)(ret_text->p - p->text.p) - 1;
        return true;
    }
    size_t end = yajl_get_bytes_consumed(p->yajl);
    size_t start = next_token(p, end);
    if (p->text.p[start] != '"')
        return refuse_space(p, start);
    assert(end >= start + 2);
    struct str inside = {p->text.p + start + 1, end - start - 2};
    char *decoded = take(p, inside.n);
    if (!decoded)
        return false;
    *ret_text = (struct str){decoded, escape_decode(decoded, inside)};
    *ret_start = start;
    return true;
}

static int on_string(void *user, const unsigned char *bytes, size_t n)
{
    struct parser *p = user;
    size_t start;
    struct str text;

    if (!find_string(p, bytes, n, &start, &text))
        return 0;
    struct json *value =
        value_new(p, JSON_STRING, start, yajl_get_bytes_consumed(p->yajl));
    if (!value)
        return 0;
    value->text = text;
    value_done(p, value);
    return 1;
}

static int on_key(void *user, const unsigned char *bytes, size_t n)
{
    struct parser *p = user;
    size_t start;

    if (!find_string(p, bytes, n, &start, &p->key))
        return 0;
    return saw_token(p, start, yajl_get_bytes_consumed(p->yajl),
                     p->open->count > 0);
}

static int on_open(struct parser *p, enum json_type type)
{
    size_t end = yajl_get_bytes_consumed(p->yajl);

    if (p->depth >= p->limits->depth) {
        p->error = ERR_LIMIT;
        p->too_deep = true;
        return 0;
    }
    struct json *value = value_new(p, type, end - 1, end);
    if (!value)
        return 0;
    value->next = p->open;
    p->open = value;
    p->depth++;
    return 1;
}

static int on_close(void *user)
{
    struct parser *p = user;
    size_t end = yajl_get_bytes_consumed(p->yajl);
    struct json *value = p->open, *last = value->child;

    if (!saw_token(p, end - 1, end, 0))
        return 0;
    value->raw.n = (size_t)(p->text.p + end - value->raw.p);
    if (last) {
        value->child = last->next;
        last->next = NULL;
    }
    p->open = value->next;
    value->next = NULL;
    p->depth--;
    value_done(p, value);
    return 1;
}

static int on_open_object(void *user)
{
    return on_open(user, JSON_OBJECT);
}

static int on_open_array(void *user)
{
    return on_open(user, JSON_ARRAY);
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_open_object,
    .yajl_map_key = on_key,
    .yajl_end_map = on_close,
    .yajl_start_array = on_open_array,
    .yajl_end_array = on_close,
};

#define TRAILING "something follows the value"
#define STRANGE  "this is not white space in JSON"

/* What yajl says where people slip, and what tells them more. */
static const struct {
    const char *said, *meant;
} slips[] = {
    {"premature EOF", "the text ends too early"},
    {"trailing garbage", TRAILING},
    {"unallowed token", "no value begins like this; or a comma too many"},
    {"invalid object key", "a key in quotes is missing; or a comma too many"},
    {"invalid char in", "this is no value; text stands in double quotes"},
    {"invalid string", "this is no value; text stands in double quotes"},
    {"after key and value", "a comma is missing, or the closing brace"},
    {"after array element", "a comma is missing, or the closing bracket"},
};

/* Says why yajl refused the text: its own words without "parse error: " and
 * the full stop, where there are no better ones. */
static void explain(const struct parser *p, size_t consumed,
                    struct json_error *error)
{
    char *words = (char *)yajl_get_error(p->yajl, 0, NULL, 0);
    const char *text = strstr(words, ": ");

    text = text ? text + 2 : words;
    for (size_t i = 0; i < sizeof(slips) / sizeof(slips[0]); i++)
        if (strncmp(text, slips[i].said, strlen(slips[i].said)) == 0)
            text = slips[i].meant;
    error->offset = next_token(p, consumed);
    snprintf(error->text, sizeof(error->text), "%.*s",
             (int)strcspn(text, ".\n"), text);
}

/*
 * Runs yajl over the text. It is asked to finish only when a value is still
 * missing (a number at the end, or an error): finishing costs it a buffer.
 * Nothing here is changed after setjmp() and read after longjmp().
 */
static int run(struct parser *p, struct scratch *scratch,
               struct json_error *error)
{
    yajl_alloc_funcs memory = {scratch_alloc, scratch_realloc, scratch_release,
                               scratch};

    if (setjmp(scratch->failed))
        return ERR_NOMEM;
    p->yajl = yajl_alloc(&callbacks, &memory, p);
    if (!p->yajl)
        return ERR_NOMEM;
    yajl_config(p->yajl, yajl_dont_validate_strings, 1);
    if (p->limits->comments)
        yajl_config(p->yajl, yajl_allow_comments, 1);
    yajl_status status =
        yajl_parse(p->yajl, (const unsigned char *)p->text.p, p->text.n);
    size_t consumed = yajl_get_bytes_consumed(p->yajl);
    if (status == yajl_status_ok && !p->root) {
        status = yajl_complete_parse(p->yajl);
        consumed = p->text.n + 1;
    }
    if (p->error == ERR_SYNTAX) {
        error->offset = p->strange;
        snprintf(error->text, sizeof(error->text), STRANGE);
    }
    if (p->error)
        return p->error;
    if (status != yajl_status_ok) {
        explain(p, consumed, error);
        return ERR_SYNTAX;
    }
    return 0;
}

/* yajl takes the beginning of a token behind the value for none at all. */
static int check_rest(const struct parser *p, struct json_error *error)
{
    size_t end = space_skip(p->text, p->end, p->limits->comments);
    if (end == p->text.n)
        return 0;
    error->offset = end;
    snprintf(error->text, sizeof(error->text), TRAILING);
    return ERR_SYNTAX;
}

static int check_utf8(struct str text, struct json_error *error)
{
    struct utf8 u;
    size_t i = 0;

    if (utf8_valid(text.p, text.n))
        return 0;
    utf8_init(&u);
    while (i < text.n && utf8_feed(&u, text.p + i, 1) == 0)
        i++;
    error->offset = i;
    snprintf(error->text, sizeof(error->text), "this is not UTF-8");
    return ERR_SYNTAX;
}

int read_yajl(struct arena *arena, struct str text,
              const struct json_limits *limits, struct json **ret_value,
              struct json_error *error)
{
    struct scratch scratch;
    struct parser p = {.arena = arena, .text = text, .limits = limits};
    int r;

    r = check_utf8(text, error);
    if (r < 0)
        return r;
    p.text.n = space_trim_end(text);
    scratch.used = 0;
    scratch.blocks = NULL;
    r = run(&p, &scratch, error);
    scratch_drop(&scratch);
    if (r == 0)
        r = check_rest(&p, error);
    if (r == ERR_LIMIT || r == ERR_NOMEM) {
        error->offset = p.end;
        if (p.too_deep)
            snprintf(error->text, sizeof(error->text),
                     "more than %u values inside each other", limits->depth);
        else
            snprintf(error->text, sizeof(error->text), "%s", error_text(r));
    }
    if (r < 0)
        return r;
    *ret_value = p.root;
    return 0;
}
