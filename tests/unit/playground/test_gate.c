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

int main(void)
{
    Suite *suite = suite_create("gate");
    TCase *tc = tcase_create("gate");
    tcase_add_loop_test(tc, who_may, 0, sizeof(cases) / sizeof(cases[0]));
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
