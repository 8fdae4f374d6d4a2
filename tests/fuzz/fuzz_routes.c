/* SPDX-License-Identifier: MIT */
/*
 * Routes of plugins, and cookies. The lines of the input: a pattern, another
 * one, a path, a name, a text.
 */
#include "fuzz.h"

#include "host/services/cookies.h"
#include "host/services/route_pattern.h"

static int sign(int n)
{
    return (n > 0) - (n < 0);
}

/* The order is one, and patterns for the same paths have the same place. */
static void check_order(struct str a, struct str b)
{
    assert(route_pattern_compare(a, a) == 0 && route_pattern_same(a, a));
    assert(sign(route_pattern_compare(a, b)) ==
           -sign(route_pattern_compare(b, a)));
    assert(route_pattern_same(a, b) == route_pattern_same(b, a));
    if (route_pattern_same(a, b))
        assert(route_pattern_compare(a, b) == 0);
}

static void check_path(struct str a, struct str b, struct str path,
                       struct str name)
{
    bool matches = route_pattern_matches(a, path);

    if (route_pattern_same(a, b))
        assert(matches == route_pattern_matches(b, path));
    if (!matches)
        return;
    struct str value = route_pattern_param(a, path, name);
    assert(value.p == NULL ||
           (value.p >= path.p && value.p + value.n <= path.p + path.n));
    assert(value.p == NULL || str_eq(name, STR("*")) ||
           str_find(value, '/') == value.n);
}

/* What a plugin is made to say must stay one line. */
static void check_cookie(struct str name, struct str text)
{
    struct str value = cookie_get(text, name);
    struct buf out;

    assert(value.n <= text.n);
    buf_init(&out, 65536);
    if (cookie_append(&out, name, text, 5, 0, true) == 0) {
        assert(str_ends(buf_str(&out), STR("\r\n")));
        assert(memchr(out.p, '\n', out.n) == out.p + out.n - 1);
        assert(memchr(out.p, '\r', out.n) == out.p + out.n - 2);
        assert(str_eq(cookie_get(str_of(out.p + 12, out.n - 12), name), text));
    } else {
        assert(out.n == 0);
    }
    buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str rest = fuzz_text(data, size);
    struct str a = str_cut(&rest, '\n'), b = str_cut(&rest, '\n');
    struct str path = str_cut(&rest, '\n'), name = str_cut(&rest, '\n');

    if (route_pattern_valid(a) && route_pattern_valid(b)) {
        check_order(a, b);
        check_path(a, b, path, name);
    }
    check_cookie(name, rest);
    return 0;
}
