/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/error.h"
#include "net/proxy_protocol.h"

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define TEXT(literal)                                                          \
    {                                                                          \
        "" literal, sizeof(literal) - 1                                        \
    }
/* Source, destination and two ports. */
#define FOUR    "\xc0\x00\x02\x01\x0a\x00\x00\x01\x10\x00\x01\xbb"
#define ZEROS   "\0\0\0\0\0\0\0\0"
#define PORTS   "\x10\x00\x01\xbb"
#define SIX     "\x20\x01\x0d\xb8" ZEROS "\0\0\0\x09" ZEROS ZEROS PORTS
#define PATH_54 ZEROS ZEROS ZEROS ZEROS ZEROS ZEROS "\0\0\0\0\0\0"
#define PATHS   PATH_54 PATH_54 PATH_54 PATH_54

static const struct {
    struct str bytes;
    const char *source; /* NULL: it says nothing */
    bool secure;
} right[] = {
    {TEXT("PROXY TCP4 192.0.2.1 10.0.0.1 4096 443\r\n"), "192.0.2.1", false},
    {TEXT("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n"),
     "255.255.255.255", false},
    {TEXT("PROXY TCP6 2001:db8::9 ::1 0 1\r\n"), "2001:db8::9", false},
    {TEXT("PROXY UNKNOWN\r\n"), NULL, false},
    {TEXT("PROXY UNKNOWN what ever it is\r\n"), NULL, false},
    {TEXT(SIGNATURE "\x21\x11\0\x0c" FOUR), "192.0.2.1", false},
    {TEXT(SIGNATURE "\x21\x21\0\x24" SIX), "2001:db8::9", false},
    {TEXT(SIGNATURE "\x21\x31\0\xd8" PATHS), "unix:", false},
    {TEXT(SIGNATURE "\x21\0\0\0"), NULL, false},
    {TEXT(SIGNATURE "\x21\0\0\x04"
                    "\x04\0\x01x"),
     NULL, false},
    /* A check by the proxy itself, whatever else it says. */
    {TEXT(SIGNATURE "\x20\0\0\0"), NULL, false},
    {TEXT(SIGNATURE "\x20\x11\0\x0c" FOUR), NULL, false},
    {TEXT(SIGNATURE "\x20\x11\0\x03"
                    "abc"),
     NULL, false},
    /* An id, nothing, and TLS. */
    {TEXT(SIGNATURE "\x21\x11\0\x1c" FOUR "\x05\0\x02id\x04\0\0"
                    "\x20\0\x05\x01\0\0\0\0"),
     "192.0.2.1", true},
    {TEXT(SIGNATURE "\x21\x11\0\x14" FOUR "\x20\0\x05\0\0\0\0\0"), "192.0.2.1",
     false},
    /* A checksum. */
    {TEXT(SIGNATURE "\x21\x11\0\x13" FOUR "\x03\0\x04\xe9\xeb\xa1\x04"),
     "192.0.2.1", false},
};

START_TEST(reads_headers)
{
    struct str bytes = right[_i].bytes;
    struct proxy_header h;
    char text[ADDRESS_TEXT_SIZE];

    for (size_t n = 0; n < bytes.n; n++)
        ck_assert_int_eq(proxy_header_parse(bytes.p, n, &h), ERR_AGAIN);
    ck_assert_int_eq(proxy_header_parse(bytes.p, bytes.n, &h), (int)bytes.n);
    ck_assert_int_eq(h.has_source, right[_i].source != NULL);
    ck_assert_int_eq(h.secure, right[_i].secure);
    if (h.has_source)
        ck_assert(
            str_eq(address_text(&h.source, text), str_z(right[_i].source)));
}
END_TEST

START_TEST(leaves_what_follows)
{
    struct str text = STR("PROXY UNKNOWN\r\nGET / HTTP/1.1\r\n");
    struct str binary = STR(SIGNATURE "\x20\0\0\x01xGET / HTTP/1.1\r\n");
    struct proxy_header h;

    ck_assert_int_eq(proxy_header_parse(text.p, text.n, &h), 15);
    ck_assert_int_eq(proxy_header_parse(binary.p, binary.n, &h), 17);
}
END_TEST

#define X50 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const struct str wrong[] = {
    TEXT("GET / HTTP/1.1\r\n"),
    TEXT("X"),
    TEXT("proxy "),
    TEXT("PROXY\r\n"),
    TEXT("PROXY \r\n"),
    TEXT("PROXY TCP5 192.0.2.1 10.0.0.1 4096 443\r\n"),
    TEXT("PROXY TCP4\r\n"),
    TEXT("PROXY TCP4 192.0.2.1 10.0.0.1 4096\r\n"),
    TEXT("PROXY TCP4 192.0.2.1 10.0.0.1 4096 443 \r\n"),
    TEXT("PROXY TCP4  192.0.2.1 10.0.0.1 4096 443\r\n"),
    TEXT("PROXY TCP4 192.0.2.1 10.0.0.1 4096 443\n"),
    TEXT("PROXY TCP4 192.0.2.1 10.0.0.1 4096 65536\r\n"),
    TEXT("PROXY TCP4 192.0.2.1 10.0.0.1 04096 443\r\n"),
    TEXT("PROXY TCP4 192.0.2.1 10.0.0.1 4096 -1\r\n"),
    TEXT("PROXY TCP4 192.0.2.1 10.0.0.256 4096 443\r\n"),
    TEXT("PROXY TCP4 2001:db8::9 ::1 4096 443\r\n"),
    TEXT("PROXY TCP6 192.0.2.1 10.0.0.1 4096 443\r\n"),
    TEXT("PROXY TCP6 unix: unix: 1 1\r\n"),
    TEXT("PROXY UNKNOWN " X50 X50 "\r\n"),
    TEXT("PROXY UNKNOWN " X50 X50),
    TEXT(SIGNATURE "\x11\x11\0\x0c" FOUR),              /* version 1 */
    TEXT(SIGNATURE "\x22\x11\0\x0c" FOUR),              /* no command */
    TEXT(SIGNATURE "\x21\x41\0\x0c" FOUR),              /* no family */
    TEXT(SIGNATURE "\x21\x13\0\x0c" FOUR),              /* no protocol */
    TEXT(SIGNATURE "\x21\x11\0\x0b" FOUR),              /* too short */
    TEXT(SIGNATURE "\x21\x21\0\x0c" FOUR),              /* for its family */
    TEXT(SIGNATURE "\x21\x11\0\x0e" FOUR "\x04\0"),     /* half a TLV */
    TEXT(SIGNATURE "\x21\x11\0\x0f" FOUR "\x04\0\x01"), /* without its value */
    TEXT(SIGNATURE "\x21\x11\0\x12" FOUR "\x03\0\x03zzz"),
    TEXT(SIGNATURE "\x21\x11\0\x13" FOUR "\x03\0\x04\xe9\xeb\xa1\x05"),
    TEXT(SIGNATURE "\x20\0\x10\0"), /* too long */
    TEXT("\r\n\r\nGET / HTTP/1.1\r\n"),
};

START_TEST(refuses)
{
    struct proxy_header h;
    ck_assert_int_eq(proxy_header_parse(wrong[_i].p, wrong[_i].n, &h),
                     ERR_SYNTAX);
}
END_TEST

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

int main(void)
{
    Suite *suite = suite_create("net/proxy_protocol");
    TCase *all = tcase_create("all");
    tcase_add_loop_test(all, reads_headers, 0, LENGTH(right));
    tcase_add_test(all, leaves_what_follows);
    tcase_add_loop_test(all, refuses, 0, LENGTH(wrong));
    suite_add_tcase(suite, all);
    return unit_main(suite);
}
