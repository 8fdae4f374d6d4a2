/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/error.h"
#include "net/listen_address.h"

static const struct {
    const char *text, *host, *path;
    unsigned port;
    bool proxied, tls;
} right[] = {
    {"localhost:3000", "localhost", "", 3000, false},
    {":80", "", "", 80, false},
    {"[::1]:0", "::1", "", 0, false},
    {"unix:80", "unix", "", 80, false},
    {"systemd:80", "systemd", "", 80, false},
    {"unix:/run/a b.sock", "", "/run/a b.sock", 0, false},
    {"unix:./x", "", "./x", 0, false},
    {":80 proxy_protocol", "", "", 80, true},
    {"[::]:80 proxy_protocol", "::", "", 80, true},
    {"unix:/run/x proxy_protocol", "", "/run/x", 0, true},
    {":443 tls", "", "", 443, false, true},
    {"unix:/run/x tls", "", "/run/x", 0, false, true},
};

START_TEST(reads)
{
    struct listen_address a;

    ck_assert_int_eq(listen_address_parse(str_z(right[_i].text), &a), 0);
    ck_assert(str_eq(a.host, str_z(right[_i].host)));
    ck_assert(str_eq(a.path, str_z(right[_i].path)));
    ck_assert_uint_eq(a.port, right[_i].port);
    ck_assert_int_eq(a.proxied, right[_i].proxied);
    ck_assert_int_eq(a.tls, right[_i].tls);
}
END_TEST

static const char *const wrong[] = {
    "",
    "3000",
    "localhost",
    "a:b:80",
    "localhost:65536",
    "::1:80",
    "a:",
    "a:-1",
    " proxy_protocol",
    ":80 proxy",
    "a:80  proxy_protocol",
    " tls",
    ":80 tls proxy_protocol",
    ":80 TLS",
};

START_TEST(inherited)
{
    struct listen_address a;

    ck_assert_int_eq(listen_address_parse(STR("systemd"), &a), 0);
    ck_assert(a.inherited && a.name.n == 0);
    ck_assert_int_eq(listen_address_parse(STR("systemd:web tls"), &a), 0);
    ck_assert(a.inherited && a.tls && str_eq(a.name, STR("web")));
    ck_assert_int_eq(listen_address_parse(STR("systemd:80"), &a), 0);
    ck_assert(!a.inherited);
    ck_assert_int_eq(listen_address_parse(STR("systemd:"), &a), ERR_SYNTAX);
    ck_assert_int_eq(listen_address_parse(STR("systemd:a:b"), &a), ERR_SYNTAX);
}
END_TEST

START_TEST(refuses)
{
    struct listen_address a;
    ck_assert_int_eq(listen_address_parse(str_z(wrong[_i]), &a), ERR_SYNTAX);
}
END_TEST

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

int main(void)
{
    Suite *suite = suite_create("net/listen_address");
    TCase *all = tcase_create("all");
    tcase_add_loop_test(all, reads, 0, LENGTH(right));
    tcase_add_test(all, inherited);
    tcase_add_loop_test(all, refuses, 0, LENGTH(wrong));
    suite_add_tcase(suite, all);
    return unit_main(suite);
}
