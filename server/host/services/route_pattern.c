/* SPDX-License-Identifier: MIT */
#include "host/services/route_pattern.h"

#include "base/hex.h"
#include "base/utf8.h"

/* In the order in which they are asked. */
enum kind { PLAIN, NAMED, REST };

static enum kind kind_of(struct str part)
{
    if (part.n == 1 && part.p[0] == '*')
        return REST;
    return part.n > 1 && part.p[0] == ':' ? NAMED : PLAIN;
}

static struct str name_of(struct str part)
{
    return kind_of(part) == NAMED ? str_of(part.p + 1, part.n - 1) : part;
}

/* Behind the first slash: the parts are what str_cut() finds then. */
static struct str parts_of(struct str path)
{
    return str_of(path.p + 1, path.n - 1);
}

/* How many parts in front have this name. */
static bool named_before(struct str pattern, const char *end, struct str name)
{
    struct str rest = parts_of(pattern);
    while (rest.p && rest.p < end) {
        struct str part = str_cut(&rest, '/');
        if (part.p < end && kind_of(part) != PLAIN &&
            str_eq(name_of(part), name))
            return true;
    }
    return false;
}

static bool printable(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
            return false;
    return utf8_valid(s.p, s.n);
}

const char *route_pattern_why_not(struct str pattern)
{
    if (pattern.n == 0 || pattern.p[0] != '/')
        return "the path of a route begins with \"/\"";
    if (!printable(pattern))
        return "the path of a route is UTF-8 without control characters";
    struct str rest = parts_of(pattern);
    while (rest.p) {
        struct str part = str_cut(&rest, '/');
        enum kind kind = kind_of(part);
        if (kind == REST && rest.p)
            return "nothing can follow a \"*\" in the path of a route";
        if (kind != PLAIN && named_before(pattern, part.p, name_of(part)))
            return "the path of a route has a name twice";
    }
    return NULL;
}

bool route_pattern_valid(struct str pattern)
{
    return !route_pattern_why_not(pattern);
}

/* Whether an encoded part stands for this text. A bad escape stands for
 * nothing. */
static bool part_is(struct str part, struct str text)
{
    size_t at = 0;
    for (size_t i = 0; i < part.n; i++, at++) {
        unsigned char c = (unsigned char)part.p[i];
        if (c == '%') {
            int high = i + 2 < part.n ? hex_digit(part.p[i + 1]) : -1;
            int low = i + 2 < part.n ? hex_digit(part.p[i + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            c = (unsigned char)(high * 16 + low);
            i += 2;
        }
        if (at == text.n || (unsigned char)text.p[at] != c)
            return false;
    }
    return at == text.n;
}

bool route_pattern_matches(struct str pattern, struct str path)
{
    if (path.n == 0 || path.p[0] != '/')
        return false;
    struct str wanted = parts_of(pattern), given = parts_of(path);
    while (wanted.p && given.p) {
        struct str want = str_cut(&wanted, '/');
        enum kind kind = kind_of(want);
        if (kind == REST)
            return true;
        struct str part = str_cut(&given, '/');
        if (kind == NAMED ? part.n == 0 : !part_is(part, want))
            return false;
    }
    return !wanted.p && !given.p;
}

int route_pattern_compare(struct str a, struct str b)
{
    struct str left = parts_of(a), right = parts_of(b);
    while (left.p && right.p) {
        int difference = (int)kind_of(str_cut(&left, '/')) -
                         (int)kind_of(str_cut(&right, '/'));
        if (difference != 0)
            return difference;
    }
    /* No path matches both; but the order has to be one. */
    return left.p ? -1 : right.p ? 1 : 0;
}

bool route_pattern_same(struct str a, struct str b)
{
    struct str left = parts_of(a), right = parts_of(b);
    while (left.p && right.p) {
        struct str x = str_cut(&left, '/'), y = str_cut(&right, '/');
        if (kind_of(x) != kind_of(y) || (kind_of(x) == PLAIN && !str_eq(x, y)))
            return false;
    }
    return !left.p && !right.p;
}

bool route_pattern_open(struct str pattern)
{
    return str_ends(pattern, STR("/*"));
}

struct str route_pattern_param(struct str pattern, struct str path,
                               struct str name)
{
    struct str wanted = parts_of(pattern), given = parts_of(path);
    while (wanted.p && given.p) {
        struct str want = str_cut(&wanted, '/'), whole = given;
        struct str part = str_cut(&given, '/');
        if (kind_of(want) != PLAIN && str_eq(name_of(want), name))
            return kind_of(want) == REST ? whole : part;
    }
    return str_of(NULL, 0);
}
