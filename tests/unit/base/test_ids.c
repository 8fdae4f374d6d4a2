/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <string.h>

#include "base/ids.h"
#include "base/mem.h"

#define OBJECTS 1000

static struct ids ids;
static long live_before;
static char objects[OBJECTS]; /* only their addresses matter */

static void setup(void)
{
    live_before = mem_live();
    ids_init(&ids);
}

static void teardown(void)
{
    ids_free(&ids);
    ck_assert_int_eq(mem_live(), live_before);
}

START_TEST(finds_what_was_added)
{
    uint64_t id[OBJECTS];

    ck_assert_ptr_null(ids_get(&ids, 0));
    ck_assert_ptr_null(ids_remove(&ids, 1));
    for (size_t i = 0; i < OBJECTS; i++) {
        id[i] = ids_add(&ids, &objects[i]);
        ck_assert_uint_ne(id[i], 0);
    }
    ck_assert_uint_eq(ids.count, OBJECTS);
    for (size_t i = 0; i < OBJECTS; i++)
        ck_assert_ptr_eq(ids_get(&ids, id[i]), &objects[i]);
    for (size_t i = 0; i < OBJECTS; i++)
        ck_assert_ptr_eq(ids_remove(&ids, id[i]), &objects[i]);
    ck_assert_uint_eq(ids.count, 0);
    ck_assert_ptr_null(ids_get(&ids, 0));
}
END_TEST

START_TEST(stale_and_foreign_ids_find_nothing)
{
    uint64_t old = ids_add(&ids, &objects[0]);

    ck_assert_ptr_eq(ids_remove(&ids, old), &objects[0]);
    ck_assert_ptr_null(ids_get(&ids, old));
    ck_assert_ptr_null(ids_remove(&ids, old));
    /* Nor the id that the slot will have next. */
    ck_assert_ptr_null(ids_get(&ids, old + (UINT64_C(1) << 32)));
    ck_assert_ptr_null(ids_remove(&ids, old + (UINT64_C(1) << 32)));
    ck_assert_uint_eq(ids.count, 0);

    uint64_t new = ids_add(&ids, &objects[1]);
    ck_assert_uint_eq((uint32_t) new, (uint32_t)old);
    ck_assert_uint_eq(new, old + (UINT64_C(1) << 32));
    ck_assert_ptr_null(ids_get(&ids, old));
    ck_assert_ptr_null(ids_remove(&ids, old));
    ck_assert_ptr_eq(ids_get(&ids, new), &objects[1]);

    ck_assert_ptr_null(ids_get(&ids, 0));
    ck_assert_ptr_null(ids_get(&ids, new + 1));
    ck_assert_ptr_null(ids_get(&ids, UINT64_MAX));
    ck_assert_ptr_null(ids_get(&ids, (uint32_t) new));
    ck_assert_ptr_null(ids_get(&ids, new | 0xffffffff));
}
END_TEST

START_TEST(slots_are_used_again)
{
    for (int i = 0; i < 10000; i++) {
        uint64_t id = ids_add(&ids, &objects[0]);
        ck_assert_ptr_nonnull(ids_remove(&ids, id));
    }
    ck_assert_uint_eq(ids.used, 1);
}
END_TEST

START_TEST(the_last_generation_ends_a_slot)
{
    uint64_t id = ids_add(&ids, &objects[0]);
    ids_remove(&ids, id);
    ids.slots[(uint32_t)id].generation = UINT32_MAX;

    uint64_t last = ids_add(&ids, &objects[1]);
    ck_assert_uint_eq(last, UINT64_C(0xffffffff00000000));
    ck_assert_ptr_eq(ids_get(&ids, last), &objects[1]);
    ck_assert_ptr_eq(ids_remove(&ids, last), &objects[1]);

    uint64_t next = ids_add(&ids, &objects[2]);
    ck_assert_uint_ne(next, 0);
    ck_assert_uint_ne((uint32_t)next, (uint32_t)last);
    ck_assert_ptr_null(ids_get(&ids, last));
    ck_assert_ptr_null(ids_get(&ids, id));
    ck_assert_ptr_null(ids_get(&ids, 0));
}
END_TEST

START_TEST(visits_everything)
{
    uint64_t id[OBJECTS];
    char seen[OBJECTS] = {0};
    uint32_t cursor = 0;
    char *object;

    ck_assert_ptr_null(ids_next(&ids, &cursor));
    for (size_t i = 0; i < OBJECTS; i++)
        id[i] = ids_add(&ids, &objects[i]);
    for (size_t i = 0; i < OBJECTS; i += 3)
        ids_remove(&ids, id[i]);
    cursor = 0;
    while ((object = ids_next(&ids, &cursor))) {
        size_t i = (size_t)(object - objects);
        seen[i]++;
        /* What goes meanwhile is not seen any more. */
        if (i % 3 == 1 && i + 1 < OBJECTS)
            ids_remove(&ids, id[i + 1]);
    }
    for (size_t i = 0; i < OBJECTS; i++)
        ck_assert_int_eq(seen[i], i % 3 == 1);
    ck_assert_ptr_null(ids_next(&ids, &cursor));
}
END_TEST

START_TEST(behaves_like_a_model)
{
    static uint64_t id[OBJECTS];
    uint32_t random = 1, count = 0;

    for (int step = 0; step < 100000; step++) {
        random = random * 1664525 + 1013904223;
        size_t i = (random >> 8) % OBJECTS;
        if (!ids_get(&ids, id[i])) {
            id[i] = ids_add(&ids, &objects[i]);
            ck_assert_ptr_eq(ids_get(&ids, id[i]), &objects[i]);
            count++;
        } else {
            uint64_t gone = id[i];
            ck_assert_ptr_eq(ids_remove(&ids, gone), &objects[i]);
            ck_assert_ptr_null(ids_get(&ids, gone));
            count--;
        }
        ck_assert_uint_eq(ids.count, count);
    }
    ck_assert_uint_le(ids.used, OBJECTS);
}
END_TEST

START_TEST(survives_every_failed_allocation)
{
    long n = 0;

    for (;; n++) {
        uint32_t ok = 0;
        mem_fail_after(n);
        for (size_t i = 0; i < OBJECTS; i++) {
            uint64_t id = ids_add(&ids, &objects[i]);
            if (id != 0) {
                ok++;
                ck_assert_ptr_eq(ids_get(&ids, id), &objects[i]);
            }
        }
        mem_fail_after(-1);
        ck_assert_uint_eq(ids.count, ok);
        ids_free(&ids);
        ck_assert_int_eq(mem_live(), live_before);
        if (ok == OBJECTS)
            break;
        ck_assert_uint_eq(ok, OBJECTS - 1);
    }
    ck_assert_int_gt(n, 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base/ids");
    TCase *tests = tcase_create("ids");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, finds_what_was_added);
    tcase_add_test(tests, stale_and_foreign_ids_find_nothing);
    tcase_add_test(tests, slots_are_used_again);
    tcase_add_test(tests, the_last_generation_ends_a_slot);
    tcase_add_test(tests, visits_everything);
    tcase_add_test(tests, behaves_like_a_model);
    tcase_add_test(tests, survives_every_failed_allocation);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
