/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/address.h"
#include "base/error.h"

static const struct {
    const char *written, *text;
} addresses[] = {
    {"192.0.2.1", "192.0.2.1"},
    {"0.0.0.0", "0.0.0.0"},
    {"2001:DB8:0:0::1", "2001:db8::1"},
    {"::1", "::1"},
    {"::ffff:192.0.2.1", "192.0.2.1"},
    {"::ffff:c000:201", "192.0.2.1"},
    {"2001:0db8:1111:2222:3333:4444:5555:6666",
     "2001:db8:1111:2222:3333:4444:5555:6666"},
    {"unix:", "unix:"},
};

START_TEST(reads_and_writes)
{
    char text[ADDRESS_TEXT_SIZE];
    struct address a;

    ck_assert_int_eq(address_parse(str_z(addresses[_i].written), &a), 0);
    struct str got = address_text(&a, text);
    ck_assert_msg(str_eq(got, str_z(addresses[_i].text)), "%.*s", STR_ARG(got));
}
END_TEST

static const struct str no_addresses[] = {
    {"", 0},
    {NULL, 0},
    {"localhost", 9},
    {"192.0.2", 7},
    {"192.0.2.256", 11},
    {"192.0.2.1 ", 10},
    {"192.0.2.1\0", 10},
    {"192.0.2.1:80", 12},
    {"[::1]", 5},
    {"fe80::1%eth0", 12},
    {":::", 3},
    {"unix", 4},
    {"unix:/run/x", 11},
    {"2001:0db8:1111:2222:3333:4444:5555:6666:7777:8888", 49},
};

START_TEST(refuses)
{
    struct address a;
    ck_assert_int_eq(address_parse(no_addresses[_i], &a), ERR_SYNTAX);
}
END_TEST

static const struct {
    const char *range, *address;
    bool in;
} ranges[] = {
    {"192.0.2.1", "192.0.2.1", true},
    {"192.0.2.1", "192.0.2.2", false},
    {"192.0.2.0/24", "192.0.2.255", true},
    {"192.0.2.0/24", "192.0.3.0", false},
    {"192.0.2.128/25", "192.0.2.127", false},
    {"192.0.2.128/25", "192.0.2.128", true},
    {"192.0.2.7/32", "192.0.2.6", false},
    {"0.0.0.0/0", "203.0.113.9", true},
    {"0.0.0.0/0", "2001:db8::1", false},
    {"::/0", "2001:db8::1", true},
    {"::/0", "unix:", false},
    {"2001:db8::/33", "2001:db8:7fff::1", true},
    {"2001:db8::/33", "2001:db8:8000::1", false},
    {"::1", "::1", true},
    {"::ffff:10.0.0.0/104", "10.200.0.1", true},
    {"10.0.0.0/8", "::ffff:10.1.1.1", true},
    {"unix:", "unix:", true},
    {"unix:", "::", false},
};

START_TEST(knows_who_is_in_a_range)
{
    struct address_range range[2];
    struct address a;

    ck_assert_int_eq(address_range_parse(STR("198.51.100.7"), &range[0]), 0);
    ck_assert_int_eq(address_range_parse(str_z(ranges[_i].range), &range[1]),
                     0);
    ck_assert_int_eq(address_parse(str_z(ranges[_i].address), &a), 0);
    ck_assert_int_eq(address_is_in(&a, range, 2), ranges[_i].in);
    ck_assert(!address_is_in(&a, range, 0));
}
END_TEST

static const char *const no_ranges[] = {
    "",          "10.1.2.3/8",   "10.0.0.0/33",
    "10.0.0.0/", "10.0.0.0/8/8", "10.0/8",
    "::1/64",    "::/129",       "::/0000",
    "unix:/0",   "10.0.0.0/ 8",  "10.0.0.0/-1",
    "/8",        "loopback",     "128.0.0.0/0",
};

START_TEST(refuses_ranges)
{
    struct address_range range;
    ck_assert_int_eq(address_range_parse(str_z(no_ranges[_i]), &range),
                     ERR_SYNTAX);
}
END_TEST

START_TEST(takes_bytes)
{
    static const uint8_t four[] = {192, 0, 2, 1}, six[16] = {[15] = 1};
    char text[ADDRESS_TEXT_SIZE];
    struct address a = address_of(four, 4);

    ck_assert_str_eq(address_text(&a, text).p, "192.0.2.1");
    a = address_of(six, 16);
    ck_assert_str_eq(address_text(&a, text).p, "::1");
}
END_TEST

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

int main(void)
{
    Suite *suite = suite_create("base/address");
    TCase *all = tcase_create("all");
    tcase_add_loop_test(all, reads_and_writes, 0, LENGTH(addresses));
    tcase_add_loop_test(all, refuses, 0, LENGTH(no_addresses));
    tcase_add_loop_test(all, knows_who_is_in_a_range, 0, LENGTH(ranges));
    tcase_add_loop_test(all, refuses_ranges, 0, LENGTH(no_ranges));
    tcase_add_test(all, takes_bytes);
    suite_add_tcase(suite, all);
    return unit_main(suite);
}
