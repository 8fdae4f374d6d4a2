/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "engineio/payload.h"

#define RS "\x1e"

/* A payload in memory of its own, so that a sanitizer sees a step outside. */
static char *bytes;
static struct payload payload;

static void start(const char *text, size_t n)
{
    free(bytes);
    bytes = malloc(n > 0 ? n : 1);
    memcpy(bytes, text, n);
    payload = payload_of(bytes, n);
}

static void finish(void)
{
    free(bytes);
    bytes = NULL;
}

#define START(literal) start(literal, sizeof(literal) - 1)

static void expect(enum eio_type type, bool binary, const char *data, size_t n)
{
    struct payload_packet p;
    ck_assert_int_eq(payload_next(&payload, &p), 1);
    ck_assert_int_eq(p.type, type);
    ck_assert_int_eq(p.binary, binary);
    ck_assert_uint_eq(p.n, n);
    if (n > 0)
        ck_assert_mem_eq(p.p, data, n);
}

#define EXPECT(type, binary, literal)                                          \
    expect(type, binary, literal, sizeof(literal) - 1)

static void expect_end(void)
{
    struct payload_packet p;
    ck_assert_int_eq(payload_next(&payload, &p), 0);
    ck_assert_int_eq(payload_next(&payload, &p), 0);
}

static void expect_malformed(void)
{
    struct payload_packet p;
    ck_assert_int_eq(payload_next(&payload, &p), ERR_SYNTAX);
}

START_TEST(one_packet)
{
    START("4hello");
    EXPECT(EIO_MESSAGE, false, "hello");
    expect_end();
}
END_TEST

START_TEST(several_packets)
{
    START("4test1" RS "4test2" RS "4test3");
    EXPECT(EIO_MESSAGE, false, "test1");
    EXPECT(EIO_MESSAGE, false, "test2");
    EXPECT(EIO_MESSAGE, false, "test3");
    expect_end();
}
END_TEST

START_TEST(every_type)
{
    START("0" RS "1" RS "2probe" RS "3" RS "4" RS "5" RS "6");
    EXPECT(EIO_OPEN, false, "");
    EXPECT(EIO_CLOSE, false, "");
    EXPECT(EIO_PING, false, "probe");
    EXPECT(EIO_PONG, false, "");
    EXPECT(EIO_MESSAGE, false, "");
    EXPECT(EIO_UPGRADE, false, "");
    EXPECT(EIO_NOOP, false, "");
    expect_end();
}
END_TEST

START_TEST(text_and_binary)
{
    START("4hello" RS "bAQIDBA==" RS "4x");
    EXPECT(EIO_MESSAGE, false, "hello");
    EXPECT(EIO_MESSAGE, true, "\x01\x02\x03\x04");
    EXPECT(EIO_MESSAGE, false, "x");
    expect_end();
}
END_TEST

START_TEST(binary_of_all_kinds)
{
    START("b" RS "bAQIDBA" RS "b-_-_" RS "b+/+/");
    EXPECT(EIO_MESSAGE, true, "");
    EXPECT(EIO_MESSAGE, true, "\x01\x02\x03\x04");
    EXPECT(EIO_MESSAGE, true, "\xfb\xff\xbf");
    EXPECT(EIO_MESSAGE, true, "\xfb\xff\xbf");
    expect_end();
}
END_TEST

START_TEST(bytes_that_mean_nothing_here)
{
    START("4\0a" RS "4b\n");
    EXPECT(EIO_MESSAGE, false, "\0a");
    EXPECT(EIO_MESSAGE, false, "b\n");
    expect_end();
}
END_TEST

START_TEST(malformed_at_once)
{
    static const char *const bodies[] = {
        "", "abc", "7", "/", ":", "B", RS "4a", "b!!!!", "bA", "bAQ=I", "b====",
    };
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        start(bodies[i], strlen(bodies[i]));
        expect_malformed();
    }
    payload = payload_of(NULL, 0);
    expect_malformed();
}
END_TEST

START_TEST(malformed_behind_good_ones)
{
    static const char *const bodies[] = {"4a" RS, "4a" RS RS "4b", "4a" RS "x"};
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        start(bodies[i], strlen(bodies[i]));
        EXPECT(EIO_MESSAGE, false, "a");
        expect_malformed();
    }
}
END_TEST

static void expect_encoded(struct eio_packet **packets, uint32_t n,
                           const char *text)
{
    struct slice *s = payload_encode(packets, n);
    ck_assert_ptr_nonnull(s);
    ck_assert_uint_eq(s->n, strlen(text));
    ck_assert_mem_eq(s->p, text, s->n);
    slice_unref(s);
}

START_TEST(encoding)
{
    struct eio_packet *packets[] = {
        eio_packet_text(EIO_MESSAGE, STR("hello")),
        eio_packet_binary(STR("\x01\x02\x03\x04")),
        eio_packet_text(EIO_PING, STR("")),
    };
    expect_encoded(packets, 1, "4hello");
    expect_encoded(packets, 2, "4hello" RS "bAQIDBA==");
    expect_encoded(packets, 3, "4hello" RS "bAQIDBA==" RS "2");
    for (int i = 0; i < 3; i++)
        eio_packet_unref(packets[i]);
    ck_assert_int_eq(mem_live(), 0);
}
END_TEST

START_TEST(encoding_without_memory)
{
    struct eio_packet *packet = eio_packet_binary(STR("\x01\x02"));
    /* The list of forms, the base64, the payload. */
    static const long last[] = {0, 1, 1};
    for (int i = 0; i < 3; i++) {
        mem_fail_after(last[i]);
        ck_assert_ptr_null(payload_encode(&packet, 1));
        mem_fail_after(-1);
    }
    expect_encoded(&packet, 1, "bAQI=");
    eio_packet_unref(packet);
    ck_assert_int_eq(mem_live(), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("payload");
    TCase *tc = tcase_create("payload");
    tcase_add_checked_fixture(tc, NULL, finish);
    tcase_add_test(tc, one_packet);
    tcase_add_test(tc, several_packets);
    tcase_add_test(tc, every_type);
    tcase_add_test(tc, text_and_binary);
    tcase_add_test(tc, binary_of_all_kinds);
    tcase_add_test(tc, bytes_that_mean_nothing_here);
    tcase_add_test(tc, malformed_at_once);
    tcase_add_test(tc, malformed_behind_good_ones);
    tcase_add_test(tc, encoding);
    tcase_add_test(tc, encoding_without_memory);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
