/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <string.h>

#include "playground/gate.h"

static const struct {
    const char *peer, *host, *origin, *site;
    const char *why; /* what stands in the refusal; NULL: it may */
} cases[] = {
    {"127.0.0.1", "localhost:3000", NULL, NULL, NULL},
    {"127.9.8.7", "LOCALHOST", NULL, NULL, NULL},
    {"::1", "[::1]:3000", NULL, NULL, NULL},
    {"::ffff:127.0.0.1", "127.0.0.1:3000", NULL, NULL, NULL},
    {"unix:", "localhost", NULL, NULL, NULL},
    {"127.0.0.1", "a.localhost:3000", NULL, NULL, NULL},
    {"127.0.0.1", "192.0.2.1:3000", NULL, NULL, NULL},
    {"127.0.0.1", "localhost:3000", "http://localhost:3000", "same-origin",
     NULL},
    {"127.0.0.1", "localhost:3000", NULL, "none", NULL},
    /* Others on the network, and what is no address at all. */
    {"192.0.2.1", "localhost:3000", NULL, NULL, "this machine"},
    {"128.0.0.1", "localhost:3000", NULL, NULL, "this machine"},
    {"::2", "localhost:3000", NULL, NULL, "this machine"},
    {"", "localhost:3000", NULL, NULL, "this machine"},
    /* Names of somebody else's. */
    {"127.0.0.1", "evil.example", NULL, NULL, "localhost"},
    {"127.0.0.1", "localhost.evil.example:3000", NULL, NULL, "localhost"},
    {"127.0.0.1", "xlocalhost", NULL, NULL, "localhost"},
    {"127.0.0.1", ".localhost.", NULL, NULL, "localhost"},
    {"127.0.0.1", "127.0.0.1.evil.example", NULL, NULL, "localhost"},
    {"127.0.0.1", "[::1", NULL, NULL, "localhost"},
    {"127.0.0.1", "[evil.example]:3000", NULL, NULL, "localhost"},
    {"127.0.0.1", "unix:", NULL, NULL, "localhost"},
    {"127.0.0.1", "", NULL, NULL, "localhost"},
    {"127.0.0.1", NULL, NULL, NULL, "localhost"},
    /* Pages of somebody else's. */
    {"127.0.0.1", "localhost:3000", "http://evil.example", NULL, "pages"},
    {"127.0.0.1", "localhost:3000", "http://localhost:4000", NULL, "pages"},
    {"127.0.0.1", "localhost:3000", "null", NULL, "pages"},
    {"127.0.0.1", "localhost:3000", NULL, "cross-site", "pages"},
    {"127.0.0.1", "localhost:3000", NULL, "same-site", "pages"},
    {"127.0.0.1", "localhost:3000", "http://localhost:3000", "cross-site",
     "pages"},
};

static void add(struct http_head *head, struct str name, const char *value)
{
    if (!value)
        return;
    head->headers[head->header_count].name = name;
    head->headers[head->header_count++].value = str_z(value);
}

START_TEST(who_may)
{
    struct http_exchange x = {.peer = str_z(cases[_i].peer)};

    add(&x.head, STR("Host"), cases[_i].host);
    add(&x.head, STR("Origin"), cases[_i].origin);
    add(&x.head, STR("Sec-Fetch-Site"), cases[_i].site);
    const char *why = gate_refuses(&x);
    if (!cases[_i].why)
        ck_assert_msg(why == NULL, "%s", why);
    else
        ck_assert_msg(why && strstr(why, cases[_i].why), "%s",
                      why ? why : "it may");
}
END_TEST

/* A proxy or a tunnel on this machine, which the server was not told of, asks
 * for others. */
START_TEST(for_whom)
{
    static const struct {
        struct str name;
        const char *value;
        bool may;
    } words[] = {
        {{"X-Forwarded-For", 15}, "203.0.113.7", false},
        {{"x-forwarded-for", 15}, "127.0.0.1, 203.0.113.7", false},
        {{"X-Forwarded-For", 15}, "203.0.113.7, ::1", false},
        {{"X-Forwarded-For", 15}, "unknown", false},
        {{"X-Forwarded-For", 15}, "127.0.0.1", true},
        {{"X-Forwarded-For", 15}, "127.0.0.1, ::1", true},
        {{"X-Forwarded-For", 15}, "", true},
        {{"X-Real-IP", 9}, "203.0.113.7", false},
        {{"X-Real-IP", 9}, "127.0.0.1", true},
        {{"CF-Connecting-IP", 16}, "203.0.113.7", false},
        {{"Forwarded", 9}, "for=203.0.113.7", false},
    };
    struct http_exchange x = {.peer = STR("127.0.0.1")};

    add(&x.head, STR("Host"), "localhost:3000");
    add(&x.head, words[_i].name, words[_i].value);
    const char *why = gate_refuses(&x);
    ck_assert_int_eq(why == NULL, words[_i].may);
    /* A second line of the same name. */
    add(&x.head, STR("X-Forwarded-For"), "127.0.0.1");
    add(&x.head, STR("X-Forwarded-For"), "203.0.113.7");
    ck_assert_ptr_nonnull(gate_refuses(&x));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("gate");
    TCase *tc = tcase_create("gate");
    tcase_add_loop_test(tc, who_may, 0, sizeof(cases) / sizeof(cases[0]));
    tcase_add_loop_test(tc, for_whom, 0, 11);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
