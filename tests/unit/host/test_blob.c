/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "host/reload/blob.h"

static struct buf sealed, why;

static void begin(struct str body)
{
    struct blob blob = {STR("chat"), STR("1.2.3"), 0xfedcba98, body};
    buf_init(&sealed, BLOB_MAX);
    buf_init(&why, BUF_MAX);
    ck_assert_int_eq(blob_seal(&blob, &sealed), 0);
}

static void end(void)
{
    buf_free(&sealed);
    buf_free(&why);
    ck_assert_int_eq(mem_live(), 0);
}

/* In memory of its own size. The blob is as it was when it is refused. */
static int open_copy(struct str from, struct blob *ret_blob)
{
    static char *copy;
    struct blob untouched = {.version = 77};

    mem_free(copy);
    copy = from.n > 0 ? mem_dup(from.p, from.n) : NULL;
    buf_clear(&why);
    *ret_blob = untouched;
    int error = blob_open(str_of(copy, from.n), ret_blob, &why);
    if (error < 0) {
        ck_assert_int_eq(error, ERR_SYNTAX);
        ck_assert_uint_gt(why.n, 0);
        ck_assert_uint_eq(ret_blob->version, 77);
        mem_free(copy);
        copy = NULL;
    } else if (from.n == 0) {
        ck_abort_msg("nothing was taken for something");
    }
    return error;
}

static void expect(struct str from, struct str body)
{
    struct blob blob;
    ck_assert_int_eq(open_copy(from, &blob), 0);
    ck_assert(str_eq(blob.plugin, STR("chat")));
    ck_assert(str_eq(blob.build, STR("1.2.3")));
    ck_assert_uint_eq(blob.version, 0xfedcba98);
    ck_assert(str_eq(blob.body, body));
    (void)open_copy(STR("x"), &blob); /* frees the copy */
}

START_TEST(there_and_back)
{
    begin(STR("a\0b"));
    expect(buf_str(&sealed), STR("a\0b"));
    end();
    begin(STR(""));
    expect(buf_str(&sealed), STR(""));
    end();
}
END_TEST

START_TEST(appended)
{
    struct blob blob = {STR("chat"), STR("1.2.3"), 0xfedcba98, STR("two")};
    begin(STR("one"));
    size_t first = sealed.n;
    ck_assert_int_eq(blob_seal(&blob, &sealed), 0);
    expect(str_of(sealed.p, first), STR("one"));
    expect(str_of(sealed.p + first, sealed.n - first), STR("two"));
    end();
}
END_TEST

START_TEST(cut)
{
    struct blob blob;
    begin(STR("some contents"));
    for (size_t n = 0; n < sealed.n; n++)
        ck_assert_int_eq(open_copy(str_of(sealed.p, n), &blob), ERR_SYNTAX);
    ck_assert(str_eq(buf_str(&why), STR("the state was cut")));
    buf_append_char(&sealed, 'x');
    ck_assert_int_eq(open_copy(buf_str(&sealed), &blob), ERR_SYNTAX);
    end();
}
END_TEST

START_TEST(flipped)
{
    struct blob blob;
    begin(STR("some contents"));
    for (size_t i = 0; i < sealed.n * 8; i++) {
        sealed.p[i / 8] ^= (char)(1 << i % 8);
        ck_assert_int_eq(open_copy(buf_str(&sealed), &blob), ERR_SYNTAX);
        sealed.p[i / 8] ^= (char)(1 << i % 8);
    }
    expect(buf_str(&sealed), STR("some contents"));
    end();
}
END_TEST

/* Lengths that add up to more than there is, or to 2^32 and a little. */
START_TEST(lengths)
{
    struct blob blob;
    begin(STR("some contents"));
    for (int at = 16; at < 28; at += 4) {
        char *length = sealed.p + at, before[4];
        memcpy(before, length, 4);
        memset(length, 0xff, 4);
        ck_assert_int_eq(open_copy(buf_str(&sealed), &blob), ERR_SYNTAX);
        ck_assert(str_eq(buf_str(&why), STR("the state was cut")));
        memcpy(length, before, 4);
    }
    memset(sealed.p + 16, 0xff, 12);
    ck_assert_int_eq(open_copy(buf_str(&sealed), &blob), ERR_SYNTAX);
    end();
}
END_TEST

START_TEST(too_large)
{
    struct blob blob = {STR("chat"), STR("1"), 1, STR("more than fits")};
    struct buf small;
    buf_init(&small, 40);
    ck_assert_int_eq(blob_seal(&blob, &small), ERR_LIMIT);
    buf_free(&small);
    buf_init(&small, BLOB_MAX);
    mem_fail_after(0);
    ck_assert_int_eq(blob_seal(&blob, &small), ERR_NOMEM);
    mem_fail_after(-1);
    buf_free(&small);
    ck_assert_int_eq(mem_live(), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("host/blob");
    TCase *t = tcase_create("blob");
    tcase_add_test(t, there_and_back);
    tcase_add_test(t, appended);
    tcase_add_test(t, cut);
    tcase_add_test(t, flipped);
    tcase_add_test(t, lengths);
    tcase_add_test(t, too_large);
    suite_add_tcase(s, t);
    return unit_main(s);
}
