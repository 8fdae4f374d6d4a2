/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <string.h>

#include "host/namespace_pattern.h"

#define MATCHES(pattern, name)                                                 \
    namespace_pattern_matches(STR(pattern), STR(name))

START_TEST(one_or_more_characters)
{
    ck_assert(MATCHES("/match-*", "/match-7"));
    ck_assert(MATCHES("/match-*", "/match-seven"));
    ck_assert(!MATCHES("/match-*", "/match-"));
    ck_assert(!MATCHES("/match-*", "/match"));
    ck_assert(!MATCHES("/match-*", "/Match-7"));
    ck_assert(!MATCHES("/match-*", "/a/match-7"));
    ck_assert(MATCHES("/*", "/x"));
    ck_assert(!MATCHES("/*", "/"));
    ck_assert(MATCHES("/*", "/\xc3\xa4"));
    ck_assert(MATCHES("/*-room", "/a-room-room"));
    ck_assert(!MATCHES("/*-room", "/-room"));
    ck_assert(!MATCHES("/*-room", "/a-room-"));
}
END_TEST

START_TEST(never_a_slash)
{
    ck_assert(!MATCHES("/match-*", "/match-7/8"));
    ck_assert(!MATCHES("/match-*", "/match-7/"));
    ck_assert(!MATCHES("/match-*", "/match-/"));
    ck_assert(MATCHES("/game/*/match/*", "/game/a/match/b"));
    ck_assert(!MATCHES("/game/*/match/*", "/game//match/b"));
    ck_assert(!MATCHES("/game/*/match/*", "/game/a/b/match/c"));
    ck_assert(!MATCHES("/*a/b*c", "/xa/bc"));
    ck_assert(MATCHES("/*a/b*c", "/aaa/bcc"));
    ck_assert(!MATCHES("/*a/b", "/xa/a/b"));
}
END_TEST

START_TEST(never_what_is_no_text)
{
    static const char *const names[] = {"/a?", "/a?b=c", "/*",   "/a*",
                                        "/\n", "/a\x1e", "/\x7f"};
    ck_assert(!namespace_pattern_matches(STR("/*"), str_z(names[_i])));
    ck_assert(!MATCHES("/*", "/a\0"));
}
END_TEST

START_TEST(several)
{
    ck_assert(MATCHES("/*a*", "/bab"));
    ck_assert(MATCHES("/*a*", "/aaa"));
    ck_assert(!MATCHES("/*a*", "/aa"));
    ck_assert(!MATCHES("/*a*", "/ba"));
    ck_assert(MATCHES("/*ab*abc", "/xabxabxabc"));
    ck_assert(!MATCHES("/*ab*abc", "/xabxabxab"));
    ck_assert(MATCHES("/*b", "/abab"));
}
END_TEST

/* Without a `*` it is a name and fits itself. */
START_TEST(none)
{
    ck_assert(MATCHES("/a", "/a"));
    ck_assert(!MATCHES("/a", "/ab"));
    ck_assert(!MATCHES("/ab", "/a"));
    ck_assert(!MATCHES("/a", ""));
    ck_assert(MATCHES("", ""));
}
END_TEST

/* Against the plainest way to say it. */
static bool plainly(struct str p, struct str n)
{
    if (p.n == 0)
        return n.n == 0;
    struct str p1 = {p.p + 1, p.n - 1}, n1 = {n.p + 1, n.n - 1};
    if (n.n == 0)
        return false;
    if (p.p[0] != '*')
        return p.p[0] == n.p[0] && plainly(p1, n1);
    return n.p[0] != '/' && (plainly(p1, n1) || plainly(p, n1));
}

static void spell(int number, const char *letters, char text[7])
{
    size_t count = strlen(letters), n = 0;
    for (; number > 0 && n < 6; number /= (int)count + 1)
        if (number % ((int)count + 1) > 0)
            text[n++] = letters[number % ((int)count + 1) - 1];
    text[n] = '\0';
}

START_TEST(all_short_ones)
{
    char pattern[7], name[7];
    for (int p = 0; p < 1024; p++) {
        spell(p, "a/*", pattern);
        if (!namespace_pattern_fits(str_z(pattern)))
            continue;
        for (int n = 0; n < 243; n++) {
            spell(n, "a/", name);
            ck_assert_msg(
                namespace_pattern_matches(str_z(pattern), str_z(name)) ==
                    plainly(str_z(pattern), str_z(name)),
                "\"%s\" \"%s\"", pattern, name);
        }
    }
}
END_TEST

/* A peer chooses the name: it must not cost more than its length. */
START_TEST(the_worst)
{
    char pattern[241], name[257];
    for (size_t i = 0; i < 240; i += 2)
        memcpy(pattern + i, "*a", 2);
    pattern[240] = 'b';
    memset(name, 'a', sizeof(name));
    ck_assert(!namespace_pattern_matches(str_of(pattern, sizeof(pattern)),
                                         str_of(name, sizeof(name))));
}
END_TEST

START_TEST(what_is_one)
{
    ck_assert(namespace_pattern_is(STR("/*")));
    ck_assert(!namespace_pattern_is(STR("/a")));
    ck_assert(!namespace_pattern_is(STR("")));
    ck_assert(namespace_pattern_fits(STR("/*a*")));
    ck_assert(!namespace_pattern_fits(STR("/a**")));
    ck_assert(!namespace_pattern_fits(STR("**")));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("host/namespace_pattern");
    TCase *t = tcase_create("namespace_pattern");
    tcase_add_test(t, one_or_more_characters);
    tcase_add_test(t, never_a_slash);
    tcase_add_loop_test(t, never_what_is_no_text, 0, 7);
    tcase_add_test(t, several);
    tcase_add_test(t, none);
    tcase_add_test(t, all_short_ones);
    tcase_add_test(t, the_worst);
    tcase_add_test(t, what_is_one);
    suite_add_tcase(s, t);
    return unit_main(s);
}
