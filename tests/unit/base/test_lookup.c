/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdio.h>

#include "base/error.h"
#include "base/lookup.h"
#include "base/mem.h"

#define ITEMS 3000

struct item {
    char key[16];
    size_t n;
    int seen;
    bool in;
};

static struct item items[ITEMS];
static struct lookup l;
static long live_before;
static uint32_t random_state = 1;

static struct str key_of(const void *object)
{
    const struct item *item = object;
    return str_of(item->key, item->n);
}

static void setup(void)
{
    live_before = mem_live();
    for (int i = 0; i < ITEMS; i++) {
        items[i] = (struct item){.in = false};
        items[i].n =
            (size_t)snprintf(items[i].key, sizeof(items[i].key), "key %d", i);
    }
    lookup_init(&l, key_of);
}

static void teardown(void)
{
    lookup_free(&l);
    ck_assert_int_eq(mem_live(), live_before);
}

static uint32_t random_below(uint32_t n)
{
    random_state = random_state * 1664525 + 1013904223;
    return (random_state >> 8) % n;
}

START_TEST(empty)
{
    uint32_t cursor = 0;

    ck_assert_ptr_null(lookup_get(&l, STR("key 1")));
    ck_assert(!lookup_remove(&l, &items[1]));
    ck_assert_ptr_null(lookup_next(&l, &cursor));
    ck_assert_int_eq(mem_live(), live_before);
}
END_TEST

START_TEST(of_two_with_one_key_the_first_is_in_it)
{
    struct item same = items[1];

    ck_assert_int_eq(lookup_add(&l, &items[1]), 0);
    ck_assert_int_eq(lookup_add(&l, &same), ERR_EXIST);
    ck_assert(!lookup_remove(&l, &same));
    ck_assert_ptr_eq(lookup_get(&l, STR("key 1")), &items[1]);
    ck_assert(lookup_remove(&l, &items[1]));
    ck_assert_ptr_null(lookup_get(&l, STR("key 1")));
    ck_assert_uint_eq(l.count, 0);
}
END_TEST

START_TEST(without_memory_it_stays_as_it_was)
{
    int i = 0;

    while (l.cap == 0 || l.count < l.cap / 4 * 3)
        ck_assert_int_eq(lookup_add(&l, &items[i++]), 0);
    mem_fail_after(0);
    ck_assert_int_eq(lookup_add(&l, &items[i]), ERR_NOMEM);
    mem_fail_after(-1);
    ck_assert_ptr_null(lookup_get(&l, key_of(&items[i])));
    while (i-- > 0)
        ck_assert_ptr_eq(lookup_get(&l, key_of(&items[i])), &items[i]);
}
END_TEST

/* All that is to be in it is found, and shown once. */
static void check_all(void)
{
    uint32_t cursor = 0, in = 0;
    struct item *item;

    for (int i = 0; i < ITEMS; i++) {
        items[i].seen = 0;
        in += items[i].in;
        ck_assert_ptr_eq(lookup_get(&l, key_of(&items[i])),
                         items[i].in ? &items[i] : NULL);
    }
    ck_assert_uint_eq(l.count, in);
    while ((item = lookup_next(&l, &cursor)))
        item->seen++;
    for (int i = 0; i < ITEMS; i++)
        ck_assert_int_eq(items[i].seen, items[i].in);
}

START_TEST(many_come_and_go)
{
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < ITEMS; i++) {
            struct item *item = &items[random_below(ITEMS)];
            if (item->in)
                ck_assert(lookup_remove(&l, item));
            else
                ck_assert_int_eq(lookup_add(&l, item), 0);
            item->in = !item->in;
        }
        check_all();
    }
}
END_TEST

START_TEST(it_shrinks_when_it_is_told_to)
{
    for (int i = 0; i < ITEMS; i++) {
        ck_assert_int_eq(lookup_add(&l, &items[i]), 0);
        items[i].in = true;
    }
    uint32_t cap = l.cap;
    lookup_trim(&l);
    ck_assert_uint_eq(l.cap, cap);
    for (int i = 50; i < ITEMS; i++) {
        ck_assert(lookup_remove(&l, &items[i]));
        items[i].in = false;
    }
    ck_assert_uint_eq(l.cap, cap);
    mem_fail_after(0);
    lookup_trim(&l);
    mem_fail_after(-1);
    ck_assert_uint_eq(l.cap, cap);
    lookup_trim(&l);
    ck_assert_uint_lt(l.cap, cap);
    check_all();
    for (int i = 50; i < ITEMS; i++) {
        ck_assert_int_eq(lookup_add(&l, &items[i]), 0);
        items[i].in = true;
    }
    check_all();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base/lookup");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, empty);
    tcase_add_test(tests, of_two_with_one_key_the_first_is_in_it);
    tcase_add_test(tests, without_memory_it_stays_as_it_was);
    tcase_add_test(tests, many_come_and_go);
    tcase_add_test(tests, it_shrinks_when_it_is_told_to);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
