/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdalign.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"

static struct arena a;
static long live_before;

static void setup(void)
{
    live_before = mem_live();
    arena_init(&a, SIZE_MAX);
}

static void teardown(void)
{
    arena_free(&a);
    ck_assert_int_eq(mem_live(), live_before);
}

START_TEST(starts_with_nothing)
{
    ck_assert_int_eq(mem_live(), live_before);
    arena_reset(&a);
    ck_assert_ptr_nonnull(arena_alloc(&a, 1));
    ck_assert_int_eq(mem_live(), live_before + 1);
}
END_TEST

#define BLOCKS 3000

START_TEST(blocks_are_aligned_and_apart)
{
    static unsigned char *blocks[BLOCKS];
    static size_t sizes[BLOCKS];

    for (size_t i = 0; i < BLOCKS; i++) {
        /* Small ones of every size, now and then one of its own chunk. */
        sizes[i] = i % 100 == 99 ? 20000 + i : i % 67;
        blocks[i] = arena_alloc(&a, sizes[i]);
        ck_assert_ptr_nonnull(blocks[i]);
        ck_assert_uint_eq((uintptr_t)blocks[i] % alignof(max_align_t), 0);
        memset(blocks[i], (int)(i % 251), sizes[i]);
        if (i % 7 == 0)
            ck_assert_uint_eq(arena_str(&a, STR("unaligned")).n, 9);
    }
    for (size_t i = 0; i < BLOCKS; i++) {
        for (size_t j = 0; j < sizes[i]; j++) {
            if (blocks[i][j] != i % 251)
                ck_abort_msg("block %zu was overwritten", i);
        }
    }
    ck_assert_ptr_ne(arena_alloc(&a, 0), arena_alloc(&a, 0));
}
END_TEST

START_TEST(small_blocks_share_chunks)
{
    for (int i = 0; i < 100000; i++)
        arena_alloc(&a, 16);
    /* 1.6 MB in chunks that double to 64 KiB. */
    ck_assert_int_lt(mem_live() - live_before, 40);
}
END_TEST

START_TEST(large_block_leaves_the_rest_of_a_chunk_usable)
{
    arena_alloc(&a, 16);
    arena_alloc(&a, 100000);
    long live = mem_live();
    for (int i = 0; i < 100; i++)
        arena_alloc(&a, 16);
    ck_assert_int_eq(mem_live(), live);
}
END_TEST

START_TEST(zeroed)
{
    /* Memory that was used before. */
    memset(arena_alloc(&a, 1000), 0xff, 1000);
    arena_reset(&a);
    unsigned char *p = arena_zalloc(&a, 1000);
    for (size_t i = 0; i < 1000; i++)
        ck_assert_uint_eq(p[i], 0);
}
END_TEST

START_TEST(strings)
{
    struct str s = arena_str(&a, STR("text"));
    ck_assert_str_eq(s.p, "text");
    ck_assert_uint_eq(s.n, 4);
    s = arena_str(&a, (struct str){NULL, 0});
    ck_assert_str_eq(s.p, "");
    ck_assert_uint_eq(s.n, 0);
    s = arena_str(&a, STR("a\0b"));
    ck_assert_uint_eq(s.n, 3);
    ck_assert_mem_eq(s.p, "a\0b\0", 4);
}
END_TEST

START_TEST(never_more_than_the_maximum)
{
    arena_init(&a, 100);
    ck_assert_ptr_null(arena_alloc(&a, 101));
    ck_assert_ptr_null(arena_alloc(&a, SIZE_MAX));
    ck_assert_ptr_nonnull(arena_alloc(&a, 100));
    ck_assert_ptr_null(arena_alloc(&a, 0));
    ck_assert_ptr_null(arena_str(&a, STR("")).p);

    arena_reset(&a);
    ck_assert_uint_eq(a.used, 0);
    ck_assert_uint_eq(arena_str(&a, STR("1234567")).n, 7);
    /* 8 of padding count as well. */
    ck_assert_ptr_null(arena_alloc(&a, 100 - 15));
    ck_assert_ptr_nonnull(arena_alloc(&a, 100 - 16));
    ck_assert_uint_eq(a.used, 100);
}
END_TEST

/* A string that takes n bytes, its NUL included. */
static const char *take_unaligned(size_t n)
{
    static const char text[4096];
    return arena_str(&a, str_of(text, n - 1)).p;
}

START_TEST(padding_at_the_end_of_a_chunk)
{
    /* Every rest of a chunk, aligned and not, before a block that may or may
     * not still fit. */
    for (size_t size = 1; size < 64; size++) {
        for (size_t filled = 3950; filled < 4096; filled++) {
            arena_free(&a);
            ck_assert_ptr_nonnull(take_unaligned(filled));
            char *p = arena_alloc(&a, size);
            memset(p, 1, size);
            if ((uintptr_t)p % alignof(max_align_t) != 0)
                ck_abort_msg("%zu after %zu", size, filled);
        }
    }
}
END_TEST

START_TEST(impossible_sizes_fail)
{
    ck_assert_ptr_null(arena_alloc(&a, SIZE_MAX));
    ck_assert_ptr_null(arena_alloc(&a, SIZE_MAX - 8));
    ck_assert_ptr_null(arena_str(&a, str_of("", SIZE_MAX)).p);
    ck_assert_ptr_nonnull(arena_alloc(&a, 10));
    ck_assert_ptr_null(arena_alloc(&a, SIZE_MAX));
    ck_assert_ptr_null(arena_alloc(&a, SIZE_MAX - 64));
}
END_TEST

START_TEST(reset_keeps_one_chunk_of_ordinary_size)
{
    for (int i = 0; i < 10000; i++)
        arena_alloc(&a, 16);
    arena_alloc(&a, 1000000);
    arena_reset(&a);
    ck_assert_int_eq(mem_live(), live_before + 1);
    for (int i = 0; i < 100; i++)
        arena_alloc(&a, 16);
    ck_assert_int_eq(mem_live(), live_before + 1);

    arena_free(&a);
    ck_assert_int_eq(mem_live(), live_before);
    arena_alloc(&a, 1000000);
    arena_reset(&a);
    ck_assert_int_eq(mem_live(), live_before);
    ck_assert_ptr_nonnull(arena_alloc(&a, 1));
}
END_TEST

START_TEST(survives_every_failed_allocation)
{
    static const size_t sizes[] = {1, 5000, 100000, 16, 60000, 16, 300};
    const size_t count = sizeof(sizes) / sizeof(sizes[0]);
    long n = 0;

    for (;; n++) {
        size_t ok = 0;
        mem_fail_after(n);
        for (size_t i = 0; i < count; i++) {
            size_t used = a.used;
            char *p = arena_alloc(&a, sizes[i]);
            if (p) {
                memset(p, 1, sizes[i]);
                ok++;
            } else {
                ck_assert_uint_eq(a.used, used);
            }
        }
        mem_fail_after(-1);
        arena_free(&a);
        ck_assert_int_eq(mem_live(), live_before);
        if (ok == count)
            break;
        ck_assert_uint_eq(ok, count - 1);
    }
    ck_assert_int_gt(n, 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base/arena");
    TCase *tests = tcase_create("arena");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, starts_with_nothing);
    tcase_add_test(tests, blocks_are_aligned_and_apart);
    tcase_add_test(tests, small_blocks_share_chunks);
    tcase_add_test(tests, large_block_leaves_the_rest_of_a_chunk_usable);
    tcase_add_test(tests, zeroed);
    tcase_add_test(tests, strings);
    tcase_add_test(tests, never_more_than_the_maximum);
    tcase_add_test(tests, padding_at_the_end_of_a_chunk);
    tcase_add_test(tests, impossible_sizes_fail);
    tcase_add_test(tests, reset_keeps_one_chunk_of_ordinary_size);
    tcase_add_test(tests, survives_every_failed_allocation);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
