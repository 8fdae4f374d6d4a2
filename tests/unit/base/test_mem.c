/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/error.h"
#include "base/mem.h"

START_TEST(live_counts_what_is_not_freed)
{
    long before = mem_live();
    void *a = mem_alloc(10);
    void *b = mem_zalloc(10);
    void *c = mem_realloc(NULL, 10);
    void *d = mem_dup("abc", 3);
    char *e = mem_dupz("abc", 3);

    ck_assert_int_eq(mem_live(), before + 5);
    c = mem_realloc(c, 1000);
    ck_assert_int_eq(mem_live(), before + 5);
    mem_free(NULL);
    ck_assert_int_eq(mem_live(), before + 5);
    mem_free(a);
    mem_free(b);
    mem_free(c);
    mem_free(d);
    mem_free(e);
    ck_assert_int_eq(mem_live(), before);
}
END_TEST

START_TEST(nothing_is_still_something)
{
    void *a = mem_alloc(0);
    void *b = mem_zalloc(0);
    void *c = mem_dup(NULL, 0);
    char *d = mem_dupz(NULL, 0);

    ck_assert_ptr_nonnull(a);
    ck_assert_ptr_nonnull(b);
    ck_assert_ptr_nonnull(c);
    ck_assert_str_eq(d, "");
    a = mem_realloc(a, 0);
    ck_assert_ptr_nonnull(a);
    mem_free(a);
    mem_free(b);
    mem_free(c);
    mem_free(d);
}
END_TEST

START_TEST(contents)
{
    unsigned char *z = mem_zalloc(100);
    for (size_t i = 0; i < 100; i++)
        ck_assert_uint_eq(z[i], 0);
    z[0] = 1;
    z[99] = 2;
    z = mem_realloc(z, 10000);
    ck_assert_uint_eq(z[0], 1);
    ck_assert_uint_eq(z[99], 2);
    mem_free(z);

    char *copy = mem_dup("a\0b", 3);
    ck_assert_mem_eq(copy, "a\0b", 3);
    mem_free(copy);
    copy = mem_dupz("abcdef", 3);
    ck_assert_str_eq(copy, "abc");
    mem_free(copy);
    ck_assert_ptr_null(mem_dupz("", SIZE_MAX));
}
END_TEST

START_TEST(the_nth_allocation_fails_once)
{
    void *kept = mem_alloc(1);
    long before = mem_live();

    mem_fail_after(0);
    ck_assert_ptr_null(mem_alloc(1));
    mem_fail_after(0);
    ck_assert_ptr_null(mem_zalloc(1));
    mem_fail_after(0);
    ck_assert_ptr_null(mem_realloc(NULL, 1));
    mem_fail_after(0);
    ck_assert_ptr_null(mem_realloc(kept, 100));
    mem_fail_after(0);
    ck_assert_ptr_null(mem_dup("a", 1));
    mem_fail_after(0);
    ck_assert_ptr_null(mem_dupz("a", 1));
    ck_assert_int_eq(mem_live(), before);

    mem_fail_after(2);
    for (int i = 0; i < 10; i++) {
        void *p = mem_alloc(1);
        ck_assert_int_eq(p == NULL, i == 2);
        ck_assert_int_eq(mem_fail_left() < 0, i >= 2);
        mem_free(p);
    }

    mem_fail_after(1);
    mem_fail_after(-1);
    for (int i = 0; i < 3; i++) {
        void *p = mem_alloc(1);
        ck_assert_ptr_nonnull(p);
        mem_free(p);
    }
    mem_fail_after(-5);
    void *p = mem_alloc(1);
    ck_assert_ptr_nonnull(p);
    mem_free(p);
    mem_free(kept);
}
END_TEST

START_TEST(grow)
{
    uint64_t *array = NULL;
    uint32_t cap = 0;

    ck_assert_int_eq(mem_grow((void **)&array, &cap, 0, 8), 0);
    ck_assert_ptr_null(array);
    for (uint32_t i = 0; i < 10000; i++) {
        uint32_t old = cap;
        ck_assert_int_eq(mem_grow((void **)&array, &cap, i + 1, 8), 0);
        ck_assert_uint_gt(cap, i);
        if (old != 0 && cap != old)
            ck_assert_uint_eq(cap, old * 2);
        array[i] = i;
    }
    for (uint32_t i = 0; i < 10000; i++)
        ck_assert_uint_eq(array[i], i);

    uint32_t old = cap;
    ck_assert_int_eq(mem_grow((void **)&array, &cap, 1, 8), 0);
    ck_assert_uint_eq(cap, old);
    ck_assert_int_eq(mem_grow((void **)&array, &cap, old * 5, 8), 0);
    ck_assert_uint_eq(cap, old * 5);
    mem_free(array);
}
END_TEST

START_TEST(grow_changes_nothing_when_it_fails)
{
    char *array = NULL;
    uint32_t cap = 0;

    mem_fail_after(0);
    ck_assert_int_eq(mem_grow((void **)&array, &cap, 1, 1), ERR_NOMEM);
    ck_assert_ptr_null(array);
    ck_assert_uint_eq(cap, 0);

    ck_assert_int_eq(mem_grow((void **)&array, &cap, 1, 1), 0);
    char *was = array;
    uint32_t was_cap = cap;
    mem_fail_after(0);
    ck_assert_int_eq(mem_grow((void **)&array, &cap, cap + 1, 1), ERR_NOMEM);
    ck_assert_int_eq(mem_grow((void **)&array, &cap, (size_t)UINT32_MAX + 1, 1),
                     ERR_NOMEM);
    ck_assert_int_eq(mem_grow((void **)&array, &cap, UINT32_MAX, SIZE_MAX / 2),
                     ERR_NOMEM);
    mem_fail_after(-1);
    ck_assert_ptr_eq(array, was);
    ck_assert_uint_eq(cap, was_cap);
    mem_free(array);
}
END_TEST

START_TEST(blocks_are_used_again)
{
    long live = mem_live();

    ck_assert_uint_eq(mem_block(1), 32);
    ck_assert_uint_eq(mem_block(32), 32);
    ck_assert_uint_eq(mem_block(33), 64);
    ck_assert_uint_eq(mem_block(MEM_BLOCK_LAST), MEM_BLOCK_LAST);
    ck_assert_uint_eq(mem_block(MEM_BLOCK_LAST + 1), MEM_BLOCK_LAST + 1);

    mem_keep_spares();
    for (size_t size = 1; size <= 2 * MEM_BLOCK_LAST; size *= 2) {
        char *p = mem_take(size);
        memset(p, 1, size);
        ck_assert_int_eq(mem_live(), live + 1);
        mem_give(p, size);
        ck_assert_int_eq(mem_live(), live);
        uint64_t asked = mem_asked();
        char *again = mem_take(mem_block(size));
        ck_assert_int_eq(mem_live(), live + 1);
        if (size <= MEM_BLOCK_LAST) {
            ck_assert_ptr_eq(again, p);
            ck_assert_uint_eq(mem_asked(), asked);
        }
        mem_give(again, mem_block(size));
    }
    mem_give(NULL, 100);

    /* A spare one can fail like any other. */
    mem_fail_after(0);
    ck_assert_ptr_null(mem_take(32));
    mem_fail_after(-1);
    mem_drop_spares();

    uint64_t asked = mem_asked();
    mem_give(mem_take(32), 32);
    mem_give(mem_take(32), 32);
    ck_assert_uint_eq(mem_asked(), asked + 2);
    ck_assert_int_eq(mem_live(), live);
}
END_TEST

START_TEST(spare_blocks_have_a_limit)
{
    enum { COUNT = 20 };
    size_t size = MEM_SPARE_BYTES / 4;
    void *blocks[COUNT];

    mem_keep_spares();
    for (int i = 0; i < COUNT; i++)
        blocks[i] = mem_take(size);
    for (int i = 0; i < COUNT; i++)
        mem_give(blocks[i], size);
    uint64_t asked = mem_asked();
    for (int i = 0; i < COUNT; i++)
        blocks[i] = mem_take(size);
    ck_assert_uint_eq(mem_asked(), asked + COUNT - 4);
    for (int i = 0; i < COUNT; i++)
        mem_give(blocks[i], size);
    mem_drop_spares();
}
END_TEST

START_TEST(trimming_gives_spare_blocks_back)
{
    mem_keep_spares();
    mem_give(mem_take(100), 100);
    uint64_t asked = mem_asked();
    mem_trim();
    void *p = mem_take(100);
    ck_assert_uint_eq(mem_asked(), asked + 1);
    mem_give(p, 100);
    /* They are kept again. */
    asked = mem_asked();
    mem_give(mem_take(100), 100);
    ck_assert_uint_eq(mem_asked(), asked);
    mem_drop_spares();
}
END_TEST

START_TEST(what_the_process_has_is_known)
{
    enum { SIZE = 4 << 20 };
    size_t resident = mem_resident(), used = mem_used();
    char *p = mem_alloc(SIZE);

    memset(p, 1, SIZE);
    ck_assert_uint_ge(mem_resident(), resident + SIZE / 2);
#ifndef __SANITIZE_ADDRESS__ /* whose malloc does not say */
    ck_assert_uint_ge(mem_used(), used + SIZE);
#else
    (void)used;
#endif
    mem_free(p);
}
END_TEST

#ifndef __SANITIZE_ADDRESS__
/* What malloc by itself would keep: it does not lie at the end of all. */
START_TEST(trimming_gives_back_what_was_freed)
{
    enum { COUNT = 2000, SIZE = 16 << 10 };
    static char *blocks[COUNT];

    mem_keep_freed();
    size_t before = mem_resident();
    for (int i = 0; i < COUNT; i++) {
        blocks[i] = mem_alloc(SIZE);
        memset(blocks[i], 1, SIZE);
    }
    void *last = mem_alloc(SIZE);
    for (int i = 0; i < COUNT; i++)
        mem_free(blocks[i]);
    ck_assert_uint_gt(mem_resident(), before + (size_t)COUNT * SIZE / 2);
    mem_trim();
    ck_assert_uint_lt(mem_resident(), before + (size_t)COUNT * SIZE / 8);
    mem_free(last);
}
END_TEST
#endif

START_TEST(arrays_shrink)
{
    uint64_t *array = NULL;
    uint32_t cap = 0;

    ck_assert_int_eq(mem_grow((void **)&array, &cap, 100000, 8), 0);
    for (uint64_t i = 0; i < 100000; i++)
        array[i] = i;
    mem_shrink((void **)&array, &cap, 50000, 8);
    ck_assert_uint_ge(cap, 100000); /* that is not many more */
    mem_fail_after(0);
    mem_shrink((void **)&array, &cap, 1000, 8);
    ck_assert_uint_ge(cap, 100000);
    mem_fail_after(-1);
    mem_shrink((void **)&array, &cap, 1000, 8);
    ck_assert_uint_ge(cap, 1000);
    ck_assert_uint_le(cap, 2000);
    for (uint64_t i = 0; i < 1000; i++)
        ck_assert_uint_eq(array[i], i);
    mem_shrink((void **)&array, &cap, 0, 8);
    uint32_t small = cap;
    ck_assert_uint_gt(small, 0);
    mem_shrink((void **)&array, &cap, 0, 8);
    ck_assert_uint_eq(cap, small);
    mem_free(array);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base/mem");
    TCase *tests = tcase_create("mem");

    tcase_add_test(tests, live_counts_what_is_not_freed);
    tcase_add_test(tests, nothing_is_still_something);
    tcase_add_test(tests, contents);
    tcase_add_test(tests, the_nth_allocation_fails_once);
    tcase_add_test(tests, grow);
    tcase_add_test(tests, grow_changes_nothing_when_it_fails);
    tcase_add_test(tests, blocks_are_used_again);
    tcase_add_test(tests, spare_blocks_have_a_limit);
    tcase_add_test(tests, trimming_gives_spare_blocks_back);
    tcase_add_test(tests, what_the_process_has_is_known);
#ifndef __SANITIZE_ADDRESS__
    tcase_add_test(tests, trimming_gives_back_what_was_freed);
#endif
    tcase_add_test(tests, arrays_shrink);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
