/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/error.h"
#include "engineio/revision.h"

/* The payload being read, in memory of its own so that the sanitizer sees what
 * is read behind it. */
static char *bytes;
static struct payload payload;

static void start(const char *text, size_t n, bool binary)
{
    mem_free(bytes);
    bytes = mem_alloc(n ? n : 1);
    memcpy(bytes, text, n);
    payload = payload_of(bytes, n);
    payload.binary = binary;
}

static void finish(void)
{
    mem_free(bytes);
    bytes = NULL;
}

static void expect(enum eio_type type, bool binary, const char *p, size_t n)
{
    struct payload_packet packet;
    ck_assert_int_eq(revision_3.next(&payload, &packet), 1);
    ck_assert_int_eq(packet.type, type);
    ck_assert_int_eq(packet.binary, binary);
    ck_assert_uint_eq(packet.n, n);
    ck_assert_mem_eq(packet.p, p, n);
}
#define EXPECT(type, binary, literal)                                          \
    expect(type, binary, literal, sizeof(literal) - 1)

static void expect_end(void)
{
    struct payload_packet packet;
    ck_assert_int_eq(revision_3.next(&payload, &packet), 0);
    ck_assert_int_eq(revision_3.next(&payload, &packet), 0);
}

static void expect_malformed(void)
{
    struct payload_packet packet;
    ck_assert_int_eq(revision_3.next(&payload, &packet), ERR_SYNTAX);
}

#define START(literal)        start(literal, sizeof(literal) - 1, false)
#define START_BINARY(literal) start(literal, sizeof(literal) - 1, true)

START_TEST(text_packets)
{
    START("6:4hello");
    EXPECT(EIO_MESSAGE, false, "hello");
    expect_end();
    START("1:22:4a1:46:2probe1:1");
    EXPECT(EIO_PING, false, "");
    EXPECT(EIO_MESSAGE, false, "a");
    EXPECT(EIO_MESSAGE, false, "");
    EXPECT(EIO_PING, false, "probe");
    EXPECT(EIO_CLOSE, false, "");
    expect_end();
    START("11:4\x1e"
          "2:4b10:::"); /* nothing separates but lengths */
    EXPECT(EIO_MESSAGE, false,
           "\x1e"
           "2:4b10:::");
    expect_end();
}
END_TEST

START_TEST(lengths_are_those_of_utf16)
{
    /* What the reference server writes. */
    START("6:4hello3:4\xe2\x82\xacx");
    EXPECT(EIO_MESSAGE, false, "hello");
    EXPECT(EIO_MESSAGE, false, "\xe2\x82\xacx");
    expect_end();
    START("3:4\xf0\x9f\x98\x80"
          "2:4\xc3\xa4");
    EXPECT(EIO_MESSAGE, false, "\xf0\x9f\x98\x80");
    EXPECT(EIO_MESSAGE, false, "\xc3\xa4");
    expect_end();
}
END_TEST

START_TEST(base64_has_its_type)
{
    START("10:b4AQIDBA==2:b46:b4AQID");
    EXPECT(EIO_MESSAGE, true, "\x01\x02\x03\x04");
    EXPECT(EIO_MESSAGE, true, "");
    EXPECT(EIO_MESSAGE, true, "\x01\x02\x03");
    expect_end();
}
END_TEST

START_TEST(the_binary_form)
{
    /* What the official suite sends. */
    START_BINARY("\x00\x06\xff"
                 "4hello"
                 "\x01\x05\xff\x04\x01\x02\x03\x04");
    EXPECT(EIO_MESSAGE, false, "hello");
    EXPECT(EIO_MESSAGE, true, "\x01\x02\x03\x04");
    expect_end();
    /* Lengths are in bytes here; two digits. */
    START_BINARY("\x00\x01\x00\xff"
                 "4\xf0\x9f\x98\x80"
                 "abcde"
                 "\x01\x01\xff\x04"
                 "\x00\x01\xff"
                 "2");
    EXPECT(EIO_MESSAGE, false,
           "\xf0\x9f\x98\x80"
           "abcde");
    EXPECT(EIO_MESSAGE, true, "");
    EXPECT(EIO_PING, false, "");
    expect_end();
    START_BINARY("\x00\x06\xff"
                 "b4AQID");
    EXPECT(EIO_MESSAGE, true, "\x01\x02\x03");
    expect_end();
}
END_TEST

START_TEST(malformed_text)
{
    static const char *const bodies[] = {
        "",
        ":",
        "abc",
        "4hello",
        "6",
        "6:",
        "6:4hell",
        "7:4hello",
        "0:",
        "00:",
        "06:4hello",
        "-1:4",
        "+6:4hello",
        " 6:4hello",
        "6 :4hello",
        "6:xhello",
        "1:7",
        "1:b",
        "2:b3",
        "3:b4=",
        "3:bAQ",
        "1:x",
        "\xd9\xa6:4hello",
        /* what does not fit into a number, or just does */
        "18446744073709551616:4",
        "18446744073709551617:4",
        "4294967297:4",
        "99999999999999999999999999999999:4",
        "2147483648:4",
        "000000000000000000000000000001:4",
        /* the length ends within a surrogate pair */
        "2:4\xf0\x9f\x98\x80",
        "3:4a\xf4\x8f\xbf\xbf",
        "3:4\xe2\x82\xac\xf0\x9f\x98\x80",
        /* a length in bytes */
        "4:4\xe2\x82\xac",
    };
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        start(bodies[i], strlen(bodies[i]), false);
        expect_malformed();
    }
    START("6\0:4hello");
    expect_malformed();
}
END_TEST

START_TEST(malformed_behind_good_ones)
{
    static const char *const bodies[] = {"2:4a:",  "2:4a2",   "2:4a2:4",
                                         "2:4a4b", "2:4a1:7", "2:4a\n"};
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        start(bodies[i], strlen(bodies[i]), false);
        EXPECT(EIO_MESSAGE, false, "a");
        expect_malformed();
    }
}
END_TEST

#define MALFORMED_BINARY(literal)                                              \
    do {                                                                       \
        START_BINARY(literal);                                                 \
        expect_malformed();                                                    \
    } while (0)

START_TEST(malformed_binary)
{
    MALFORMED_BINARY("");
    MALFORMED_BINARY("\x00");
    MALFORMED_BINARY("\x01");
    MALFORMED_BINARY("\x02\x01\xff"
                     "4");
    MALFORMED_BINARY("6:4hello");
    MALFORMED_BINARY("\x00\xff"
                     "4");
    MALFORMED_BINARY("\x00\x01"
                     "4");
    MALFORMED_BINARY("\x00\x01\xff");
    MALFORMED_BINARY("\x00\x02\xff"
                     "4");
    MALFORMED_BINARY("\x00\x00\xff"
                     "4");
    MALFORMED_BINARY("\x00\x00\x01\xff"
                     "4");
    MALFORMED_BINARY("\x00\x0a\xff"
                     "4123456789");
    MALFORMED_BINARY("\x00"
                     "1\xff"
                     "4");
    MALFORMED_BINARY("\x00\x01\xff"
                     "7");
    MALFORMED_BINARY("\x00\x01\xff\x04"); /* bytes that claim to be text */
    MALFORMED_BINARY("\x01\x01\xff"
                     "4"); /* and the other way round */
    MALFORMED_BINARY("\x01\x02\xff\x02"
                     "x"); /* only messages are bytes */
    MALFORMED_BINARY("\x00\x03\xff"
                     "4\xc0\x80");
    MALFORMED_BINARY("\x00\x02\xff"
                     "4\xe2\x82\xac"); /* cut within */
    MALFORMED_BINARY("\x00\x09\x09\x09\x09\x09\x09\x09\x09\x09\x09\x09\x09"
                     "\x09\x09\x09\x09\x09\x09\x09\x09\x09\x09\x09\xff"
                     "4");
    /* 2 to the power of 64, and one more */
    MALFORMED_BINARY("\x00\x01\x08\x04\x04\x06\x07\x04\x04\x00\x07\x03\x07\x00"
                     "\x09\x05\x05\x01\x06\x01\x07\xff"
                     "4");

    START_BINARY("\x00\x02\xff"
                 "4a"
                 "\x01\x05\xff\x04\x01");
    EXPECT(EIO_MESSAGE, false, "a");
    expect_malformed();
}
END_TEST

static void expect_message(bool binary, const char *p, size_t n, bool as_binary,
                           const char *data)
{
    char copy[32];
    struct payload_packet packet;
    memcpy(copy, p, n);
    ck_assert_int_eq(revision_3.read_message(binary, copy, n, &packet), 0);
    ck_assert_int_eq(packet.binary, as_binary);
    ck_assert_int_eq(packet.type, EIO_MESSAGE);
    ck_assert_uint_eq(packet.n, strlen(data));
    ck_assert_mem_eq(packet.p, data, packet.n);
}

START_TEST(websocket_messages)
{
    static char bad[][4] = {"\x05x", "4x", "\x02"};
    struct payload_packet packet;

    expect_message(false, "4abc", 4, false, "abc");
    expect_message(false, "b4YWJj", 6, true, "abc");
    expect_message(true,
                   "\x04"
                   "abc",
                   4, true, "abc");
    expect_message(true, "\x04", 1, true, "");
    for (size_t i = 0; i < 3; i++)
        ck_assert_int_eq(
            revision_3.read_message(true, bad[i], strlen(bad[i]), &packet),
            ERR_SYNTAX);
    ck_assert_int_eq(revision_3.read_message(true, bad[0], 0, &packet),
                     ERR_SYNTAX);
    ck_assert_int_eq(revision_3.read_message(false, bad[0], 0, &packet),
                     ERR_SYNTAX);
}
END_TEST

static void expect_encoded(struct eio_packet **packets, uint32_t n,
                           bool text_only, bool binary, const char *text,
                           size_t size)
{
    bool is_binary = !binary;
    struct slice *s = revision_3.encode(packets, n, text_only, &is_binary);
    ck_assert_ptr_nonnull(s);
    ck_assert_int_eq(is_binary, binary);
    ck_assert_uint_eq(s->n, size);
    ck_assert_mem_eq(s->p, text, size);
    slice_unref(s);
}
#define EXPECT_TEXT(packets, n, text_only, literal)                            \
    expect_encoded(packets, n, text_only, false, literal, sizeof(literal) - 1)
#define EXPECT_BINARY(packets, n, literal)                                     \
    expect_encoded(packets, n, false, true, literal, sizeof(literal) - 1)

START_TEST(encoding)
{
    struct eio_packet *packets[] = {
        eio_packet_text(EIO_MESSAGE, STR("hello")),
        eio_packet_text(EIO_MESSAGE, STR("\xe2\x82\xacx")),
        eio_packet_text(EIO_MESSAGE, STR("\xf0\x9f\x98\x80")),
        eio_packet_binary(STR("\x01\x02\x03\x04")),
        eio_packet_text(EIO_PONG, STR("")),
        eio_packet_binary(STR("")),
    };
    EXPECT_TEXT(packets, 1, false, "6:4hello");
    EXPECT_TEXT(packets, 3, false,
                "6:4hello3:4\xe2\x82\xacx3:4\xf0\x9f\x98\x80");
    EXPECT_TEXT(packets + 2, 3, true,
                "3:4\xf0\x9f\x98\x80"
                "10:b4AQIDBA==1:3");
    EXPECT_BINARY(packets + 2, 4,
                  "\x00\x05\xff"
                  "4\xf0\x9f\x98\x80"
                  "\x01\x05\xff\x04\x01\x02\x03\x04"
                  "\x00\x01\xff"
                  "3"
                  "\x01\x01\xff\x04");
    for (int i = 0; i < 6; i++)
        eio_packet_unref(packets[i]);
    ck_assert_int_eq(mem_live(), 0);
}
END_TEST

/* Digits of every count, in both forms; what is written can be read. */
START_TEST(long_packets)
{
    static char text[123456];
    memset(text, 'x', sizeof(text));
    for (size_t n = 1; n < sizeof(text); n = n * 10 - 1) {
        struct eio_packet *packets[] = {
            eio_packet_text(EIO_MESSAGE, str_of(text, n)),
            eio_packet_binary(str_of(text, n)),
        };
        for (int text_only = 0; text_only < 2; text_only++) {
            bool binary;
            struct slice *s = revision_3.encode(packets, 2, text_only, &binary);
            start(s->p, s->n, binary);
            expect(EIO_MESSAGE, false, text, n);
            expect(EIO_MESSAGE, true, text, n);
            expect_end();
            slice_unref(s);
        }
        eio_packet_unref(packets[0]);
        eio_packet_unref(packets[1]);
        if (n == 1)
            n = 2;
    }
}
END_TEST

START_TEST(encoding_without_memory)
{
    for (int text_only = 0; text_only < 2; text_only++) {
        struct eio_packet *packet = eio_packet_binary(STR("\x01\x02"));
        struct slice *s = NULL;
        bool binary;
        for (long n = 0; !s; n++) {
            mem_fail_after(n);
            s = revision_3.encode(&packet, 1, text_only, &binary);
            mem_fail_after(-1);
            ck_assert_int_lt(n, 10);
        }
        slice_unref(s);
        if (text_only)
            EXPECT_TEXT(&packet, 1, true, "6:b4AQI=");
        else
            EXPECT_BINARY(&packet, 1, "\x01\x03\xff\x04\x01\x02");
        eio_packet_unref(packet);
        ck_assert_int_eq(mem_live(), 0);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("payload_v3");
    TCase *tc = tcase_create("payload_v3");
    tcase_add_checked_fixture(tc, NULL, finish);
    tcase_add_test(tc, text_packets);
    tcase_add_test(tc, lengths_are_those_of_utf16);
    tcase_add_test(tc, base64_has_its_type);
    tcase_add_test(tc, the_binary_form);
    tcase_add_test(tc, malformed_text);
    tcase_add_test(tc, malformed_behind_good_ones);
    tcase_add_test(tc, malformed_binary);
    tcase_add_test(tc, websocket_messages);
    tcase_add_test(tc, encoding);
    tcase_add_test(tc, long_packets);
    tcase_add_test(tc, encoding_without_memory);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
