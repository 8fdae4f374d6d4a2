/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/error.h"
#include "net/forwarded.h"

#define FROM_PROXY "10.0.0.1"

/* Each header is one line; "a: b" and "c: d" with a line feed between them. */
static const struct {
    const char *peer, *headers, *client;
    bool secure;
} common[] = {
    {FROM_PROXY, "", FROM_PROXY, false},
    {FROM_PROXY, "X-Forwarded-For: 192.0.2.9", "192.0.2.9", false},
    {FROM_PROXY, "x-forwarded-for:  192.0.2.9  ", "192.0.2.9", false},
    /* Who is no proxy may say what he wants. */
    {"192.0.2.1", "X-Forwarded-For: 192.0.2.9\nX-Forwarded-Proto: https",
     "192.0.2.1", false},
    /* What stands in front of the client is hearsay. */
    {FROM_PROXY, "X-Forwarded-For: 6.6.6.6, 192.0.2.9", "192.0.2.9", false},
    {FROM_PROXY, "X-Forwarded-For: 6.6.6.6, 192.0.2.9, 10.9.9.9", "192.0.2.9",
     false},
    {FROM_PROXY, "X-Forwarded-For: 6.6.6.6\nX-Forwarded-For: 192.0.2.9",
     "192.0.2.9", false},
    {FROM_PROXY, "X-Forwarded-For: 192.0.2.9\nX-Forwarded-For: 10.9.9.9",
     "192.0.2.9", false},
    {FROM_PROXY, "X-Forwarded-For: 10.0.0.3, 10.0.0.2", "10.0.0.3", false},
    {FROM_PROXY, "X-Forwarded-For: 192.0.2.9:4711", "192.0.2.9", false},
    {FROM_PROXY, "X-Forwarded-For: 2001:db8::9", "2001:db8::9", false},
    {FROM_PROXY, "X-Forwarded-For: [2001:db8::9]", "2001:db8::9", false},
    {FROM_PROXY, "X-Forwarded-For: [2001:db8::9]:4711", "2001:db8::9", false},
    {FROM_PROXY, "X-Forwarded-For: ::ffff:192.0.2.9", "192.0.2.9", false},
    /* What is no address ends it. */
    {FROM_PROXY, "X-Forwarded-For: 192.0.2.9, unknown", FROM_PROXY, false},
    {FROM_PROXY, "X-Forwarded-For: 192.0.2.9,", FROM_PROXY, false},
    {FROM_PROXY, "X-Forwarded-For: 192.0.2.9, , 10.0.0.2", "10.0.0.2", false},
    {FROM_PROXY, "X-Forwarded-For: 192.0.2.9:", FROM_PROXY, false},
    {FROM_PROXY, "X-Forwarded-For: 192.0.2.9:x", FROM_PROXY, false},
    {FROM_PROXY, "X-Forwarded-For: 192.0.2.9:123456", FROM_PROXY, false},
    {FROM_PROXY, "X-Forwarded-For: [192.0.2.9]", FROM_PROXY, false},
    {FROM_PROXY, "X-Forwarded-For: [::1", FROM_PROXY, false},
    {FROM_PROXY, "X-Forwarded-For: [::1]80", FROM_PROXY, false},
    {FROM_PROXY, "X-Forwarded-For: [::1]:", FROM_PROXY, false},
    {FROM_PROXY, "X-Forwarded-For: unix:", FROM_PROXY, false},
    {FROM_PROXY, "X-Forwarded-For:", FROM_PROXY, false},
    /* The header of the others says nothing here. */
    {FROM_PROXY, "Forwarded: for=6.6.6.6;proto=https", FROM_PROXY, false},
    {"unix:", "X-Forwarded-For: 192.0.2.9", "192.0.2.9", false},

    {FROM_PROXY, "X-Forwarded-Proto: https", FROM_PROXY, true},
    {FROM_PROXY, "X-Forwarded-Proto: HTTPS\nX-Forwarded-For: 192.0.2.9",
     "192.0.2.9", true},
    {FROM_PROXY, "X-Forwarded-Proto: wss", FROM_PROXY, true},
    {FROM_PROXY, "X-Forwarded-Proto: http", FROM_PROXY, false},
    {FROM_PROXY, "X-Forwarded-Proto: ftp", FROM_PROXY, false},
    /* One for each address: that of the client; else the nearest proxy's. */
    {FROM_PROXY,
     "X-Forwarded-For: 6.6.6.6, 192.0.2.9, 10.0.0.2\n"
     "X-Forwarded-Proto: http, https, http",
     "192.0.2.9", true},
    {FROM_PROXY,
     "X-Forwarded-For: 192.0.2.9, 10.0.0.2\nX-Forwarded-Proto: https",
     "192.0.2.9", true},
    {FROM_PROXY, "X-Forwarded-For: 192.0.2.9\nX-Forwarded-Proto: https, http",
     "192.0.2.9", false},
};

static const struct {
    const char *peer, *headers, *client;
    bool secure;
} standard[] = {
    {FROM_PROXY, "", FROM_PROXY, false},
    {FROM_PROXY, "Forwarded: for=192.0.2.9", "192.0.2.9", false},
    {FROM_PROXY, "Forwarded: For=\"[2001:db8::9]:4711\";Proto=https",
     "2001:db8::9", true},
    {FROM_PROXY, "Forwarded: proto=https; by=10.0.0.1 ;for=192.0.2.9",
     "192.0.2.9", true},
    {FROM_PROXY, "Forwarded: for=\"192.0.2.9:80\"", "192.0.2.9", false},
    {FROM_PROXY, "Forwarded: for=6.6.6.6;proto=https, for=192.0.2.9;proto=http",
     "192.0.2.9", false},
    {FROM_PROXY,
     "Forwarded: for=192.0.2.9;proto=https, for=10.0.0.2;proto=http",
     "192.0.2.9", true},
    {FROM_PROXY, "Forwarded: for=192.0.2.9\nForwarded: for=10.0.0.2",
     "192.0.2.9", false},
    /* What a client leaves open swallows nothing. */
    {FROM_PROXY, "Forwarded: for=\"6.6.6.6, for=192.0.2.9", "192.0.2.9", false},
    {FROM_PROXY, "Forwarded: for=\"a\\\", for=192.0.2.9", "192.0.2.9", false},
    {FROM_PROXY, "Forwarded: for=\"a,b\\\"\", for=192.0.2.9, for=\"10.0.0.2\"",
     "192.0.2.9", false},
    {FROM_PROXY, "Forwarded: for=192.0.2.9;secret=\"a, for=6.6.6.6\"",
     "192.0.2.9", false},
    {FROM_PROXY, "Forwarded: for=192.0.2.9;x=\"a\\\",b\"", "192.0.2.9", false},
    {FROM_PROXY, "Forwarded: for=unknown;proto=https", FROM_PROXY, true},
    {FROM_PROXY, "Forwarded: for=_hidden", FROM_PROXY, false},
    {FROM_PROXY, "Forwarded: proto=https", FROM_PROXY, true},
    {FROM_PROXY, "Forwarded: for=192.0.2.9;for=192.0.2.8", FROM_PROXY, false},
    {FROM_PROXY, "Forwarded: for", FROM_PROXY, false},
    {FROM_PROXY, "Forwarded: for=", FROM_PROXY, false},
    {FROM_PROXY, "Forwarded: for=\"", FROM_PROXY, false},
    {FROM_PROXY, "X-Forwarded-For: 6.6.6.6\nX-Forwarded-Proto: https",
     FROM_PROXY, false},
    {"192.0.2.1", "Forwarded: for=6.6.6.6;proto=https", "192.0.2.1", false},
};

static struct http_head head;

/* Splits the lines; no header is written down that has no colon. */
static void fill_head(const char *text)
{
    struct str rest = str_z(text);

    head.header_count = 0;
    while (rest.n > 0) {
        struct str value = str_cut(&rest, '\n');
        struct str name = str_cut(&value, ':');
        head.headers[head.header_count++] =
            (struct http_header){name, str_trim(value)};
    }
}

static void check(bool is_standard, const char *peer, const char *headers,
                  const char *expected, bool secure)
{
    struct address_range trusted[2];
    struct http_proxies proxies = {
        .trusted = trusted, .count = 2, .standard = is_standard};
    struct http_client client = {.secure = false};
    char text[ADDRESS_TEXT_SIZE];

    ck_assert_int_eq(address_range_parse(STR("10.0.0.0/8"), &trusted[0]), 0);
    ck_assert_int_eq(address_range_parse(STR("unix:"), &trusted[1]), 0);
    ck_assert_int_eq(address_parse(str_z(peer), &client.address), 0);
    fill_head(headers);
    forwarded_read(&proxies, &head, &client);
    struct str got = address_text(&client.address, text);
    ck_assert_msg(str_eq(got, str_z(expected)), "%s: %.*s", headers,
                  STR_ARG(got));
    ck_assert_msg(client.secure == secure, "%s", headers);
}

START_TEST(reads_x_forwarded_for)
{
    check(false, common[_i].peer, common[_i].headers, common[_i].client,
          common[_i].secure);
}
END_TEST

START_TEST(reads_forwarded)
{
    check(true, standard[_i].peer, standard[_i].headers, standard[_i].client,
          standard[_i].secure);
}
END_TEST

START_TEST(reads_so_many_and_no_more)
{
    static char text[] =
        "X-Forwarded-For: 192.0.2.9"
        ",10.0.0.9,10.0.0.9,10.0.0.9,10.0.0.9,10.0.0.9,10.0.0.9,10.0.0.9"
        ",10.0.0.9,10.0.0.9,10.0.0.9,10.0.0.9,10.0.0.9,10.0.0.9,10.0.0.9"
        ",10.0.0.9,10.0.0.9,10.0.0.9,10.0.0.9,10.0.0.9,10.0.0.9,10.0.0.9"
        ",10.0.0.9,10.0.0.9,10.0.0.9,10.0.0.9,10.0.0.9,10.0.0.9,10.0.0.9"
        ",10.0.0.9,10.0.0.9,10.0.0.9,10.0.0.9";
    check(false, FROM_PROXY, text, "10.0.0.9", false);
    /* One less is read to its end. */
    text[strlen(text) - strlen(",10.0.0.9")] = '\0';
    check(false, FROM_PROXY, text, "192.0.2.9", false);
}
END_TEST

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

int main(void)
{
    Suite *suite = suite_create("net/forwarded");
    TCase *all = tcase_create("all");
    tcase_add_loop_test(all, reads_x_forwarded_for, 0, LENGTH(common));
    tcase_add_loop_test(all, reads_forwarded, 0, LENGTH(standard));
    tcase_add_test(all, reads_so_many_and_no_more);
    suite_add_tcase(suite, all);
    return unit_main(suite);
}
