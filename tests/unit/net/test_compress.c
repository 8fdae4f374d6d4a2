/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <zlib.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/random.h"
#include "net/compress.h"

enum { PLAIN_BYTES = 5000 };

/* Undoes it; zlib sees which of the two formats it is. */
static void expect_plain(const struct slice *packed, const struct slice *plain)
{
    static char out[PLAIN_BYTES + 1];
    z_stream z = {.next_in = (unsigned char *)(uintptr_t)packed->p,
                  .avail_in = packed->n,
                  .next_out = (unsigned char *)out,
                  .avail_out = sizeof(out)};

    ck_assert_int_eq(inflateInit2(&z, 15 + 32), Z_OK);
    ck_assert_int_eq(inflate(&z, Z_FINISH), Z_STREAM_END);
    ck_assert_uint_eq(z.total_out, plain->n);
    ck_assert_mem_eq(out, plain->p, plain->n);
    inflateEnd(&z);
}

static struct slice *text(void)
{
    static char p[PLAIN_BYTES];
    for (size_t i = 0; i < sizeof(p); i++)
        p[i] = (char)('a' + i % 7);
    struct slice *slice = slice_new(p, sizeof(p));
    ck_assert_ptr_nonnull(slice);
    return slice;
}

START_TEST(makes_both_formats)
{
    struct slice *plain = text(), *packed;

    ck_assert_int_eq(compress_slice(plain, COMPRESS_GZIP, 1, &packed), 0);
    ck_assert_mem_eq(packed->p, "\x1f\x8b", 2);
    expect_plain(packed, plain);
    slice_unref(packed);
    ck_assert_int_eq(compress_slice(plain, COMPRESS_DEFLATE, 6, &packed), 0);
    ck_assert_mem_eq(packed->p, "\x78", 1);
    expect_plain(packed, plain);
    slice_unref(packed);
    slice_unref(plain);
    ck_assert_int_eq(mem_live(), 0);
}
END_TEST

START_TEST(leaves_what_does_not_get_smaller)
{
    char p[PLAIN_BYTES];
    struct slice *packed = NULL;

    random_bytes(p, sizeof(p));
    struct slice *plain = slice_new(p, sizeof(p));
    ck_assert_int_eq(compress_slice(plain, COMPRESS_GZIP, 1, &packed),
                     ERR_LIMIT);
    slice_unref(plain);
    plain = slice_new("ab", 2);
    ck_assert_int_eq(compress_slice(plain, COMPRESS_GZIP, 1, &packed),
                     ERR_LIMIT);
    slice_unref(plain);
    ck_assert_ptr_null(packed);
    ck_assert_int_eq(mem_live(), 0);
}
END_TEST

START_TEST(survives_short_memory)
{
    struct slice *plain = text(), *packed;
    int r = ERR_NOMEM;

    for (long n = 0; r == ERR_NOMEM; n++) {
        mem_fail_after(n);
        r = compress_slice(plain, COMPRESS_GZIP, 1, &packed);
        mem_fail_after(-1);
        ck_assert(r == ERR_NOMEM || (r == 0 && n > 2));
    }
    slice_unref(packed);
    slice_unref(plain);
    ck_assert_int_eq(mem_live(), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("net/compress");
    TCase *all = tcase_create("all");
    tcase_add_test(all, makes_both_formats);
    tcase_add_test(all, leaves_what_does_not_get_smaller);
    tcase_add_test(all, survives_short_memory);
    suite_add_tcase(suite, all);
    return unit_main(suite);
}
