/* SPDX-License-Identifier: MIT */
/*
 * Request heads. First byte: how many bytes come at a time. A head that comes
 * in pieces is the head that comes in one, and what was let through holds
 * nothing that a second reader could take for something else.
 */
#include "fuzz.h"

#include "base/error.h"
#include "net/http_parser.h"

#define LIMIT 2048

static bool is_inside(struct str whole, struct str part)
{
    return part.n == 0 ||
           (part.p >= whole.p && part.p + part.n <= whole.p + whole.n);
}

static bool has_control(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if ((c < ' ' && c != '\t') || c == 0x7f)
            return true;
    }
    return false;
}

static void check_target(const struct http_head *head, struct str text)
{
    assert(is_inside(text, head->method_text) && head->method_text.n > 0);
    assert(is_inside(text, head->query));
    assert(head->target.n > 0);
    assert(head->target.p[0] == '/' || head->target.p[0] == '?' ||
           str_eq(head->target, STR("*")));
    assert(!has_control(head->target));
    assert(str_find(head->target, ' ') == head->target.n);
    assert(head->path.n > 0 && str_find(head->path, '?') == head->path.n);
}

static void check_head(const struct http_head *head, struct str text)
{
    unsigned hosts = 0, lengths = 0;

    check_target(head, text);
    assert(head->header_count <= HTTP_HEADERS_MAX);
    for (uint32_t i = 0; i < head->header_count; i++) {
        const struct http_header *h = &head->headers[i];
        assert(h->name.n > 0 && is_inside(text, h->name));
        assert(is_inside(text, h->value) && !has_control(h->value));
        assert(str_find(h->name, ' ') == h->name.n && !has_control(h->name));
        hosts += str_eq_nocase(h->name, STR("host"));
        lengths += str_eq_nocase(h->name, STR("content-length"));
    }
    assert(hosts == 1 || (hosts == 0 && head->minor == 0));
    assert(lengths == head->has_length);
    assert(!(head->chunked && head->has_length));
    assert(head->has_length || head->length == 0);
}

static void check_same(const struct http_head *a, const struct http_head *b)
{
    assert(a->method == b->method && a->minor == b->minor);
    assert(str_eq(a->target, b->target) && str_eq(a->path, b->path));
    assert(str_eq(a->query, b->query));
    assert(a->keep_alive == b->keep_alive && a->chunked == b->chunked);
    assert(a->upgrade == b->upgrade && a->length == b->length);
    assert(a->expect_continue == b->expect_continue);
    assert(a->header_count == b->header_count);
    for (uint32_t i = 0; i < a->header_count; i++) {
        assert(str_eq(a->headers[i].name, b->headers[i].name));
        assert(str_eq(a->headers[i].value, b->headers[i].value));
    }
}

static void check_status(int status)
{
    assert(status == 400 || status == 414 || status == 417 || status == 431 ||
           status == 501 || status == 505);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct http_head whole, piecewise;
    struct str text = fuzz_text(data, size);
    size_t step = (size_t)(fuzz_byte(&text) % 64) + 1;
    int status = 0, result = ERR_AGAIN;

    int expected = http_parse_head(text.p, text.n, 0, LIMIT, &whole, &status);
    if (expected > 0) {
        assert((size_t)expected <= text.n && expected <= LIMIT);
        check_head(&whole, str_of(text.p, (size_t)expected));
    } else {
        assert(expected == ERR_AGAIN || expected == ERR_SYNTAX);
        if (expected == ERR_SYNTAX)
            check_status(status);
    }

    for (size_t seen = 0; result == ERR_AGAIN && seen < text.n;) {
        size_t n = text.n - seen < step ? text.n : seen + step;
        char *copy = fuzz_copy(str_of(text.p, n));
        result = http_parse_head(copy, n, seen, LIMIT, &piecewise, &status);
        if (result > 0)
            check_same(&whole, &piecewise);
        else if (result == ERR_SYNTAX)
            check_status(status);
        mem_free(copy);
        seen = n;
    }
    /* Bytes that are wrong may be noticed later when they come in pieces. */
    assert((expected > 0) == (result > 0));
    assert(expected <= 0 || expected == result);
    return 0;
}
