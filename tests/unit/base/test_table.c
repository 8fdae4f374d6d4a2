/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/table.h"

static struct table t;
static long live_before;
static uint32_t random_state = 1;

static void setup(void)
{
    live_before = mem_live();
    table_init(&t);
}

static void teardown(void)
{
    table_free(&t);
    ck_assert_int_eq(mem_live(), live_before);
}

static uint32_t random_below(uint32_t n)
{
    random_state = random_state * 1664525 + 1013904223;
    return (random_state >> 8) % n;
}

START_TEST(hash_is_siphash_1_3)
{
    /* The message 00 01 02 ... of every length, the key 00 01 ... 0f. */
    static const uint64_t expected[] = {
        UINT64_C(0xabac0158050fc4dc), UINT64_C(0xc9f49bf37d57ca93),
        UINT64_C(0x82cb9b024dc7d44d), UINT64_C(0x8bf80ab8e7ddf7fb),
        UINT64_C(0xcf75576088d38328), UINT64_C(0xdef9d52f49533b67),
        UINT64_C(0xc50d2b50c59f22a7), UINT64_C(0xd3927d989bb11140),
        UINT64_C(0x369095118d299a8e), UINT64_C(0x25a48eb36c063de4),
        UINT64_C(0x79de85ee92ff097f), UINT64_C(0x70c118c1f94dc352),
        UINT64_C(0x78a384b157b4d9a2), UINT64_C(0x306f760c1229ffa7),
        UINT64_C(0x605aa111c0f95d34), UINT64_C(0xd320d86d2a519956),
        UINT64_C(0xcc4fdd1a7d908b66),
    };
    static const uint64_t key[2] = {UINT64_C(0x0706050403020100),
                                    UINT64_C(0x0f0e0d0c0b0a0908)};
    char message[64];

    for (size_t i = 0; i < sizeof(message); i++)
        message[i] = (char)i;
    for (size_t n = 0; n < sizeof(expected) / sizeof(expected[0]); n++)
        ck_assert_uint_eq(table_hash_keyed(key, str_of(message, n)),
                          expected[n]);
    ck_assert_uint_eq(table_hash_keyed(key, str_of(message, 63)),
                      UINT64_C(0x9d199062b7bbb3a8));
}
END_TEST

START_TEST(hash_has_a_secret)
{
    static const uint64_t zero[2];

    ck_assert_uint_ne(table_hash(STR("a")), table_hash_keyed(zero, STR("a")));
    ck_assert_uint_eq(table_hash(STR("a")), table_hash(STR("a")));
    ck_assert_uint_ne(table_hash(STR("a")), table_hash(STR("b")));
}
END_TEST

START_TEST(empty)
{
    uint32_t cursor = 0;

    ck_assert_int_eq(mem_live(), live_before);
    ck_assert_ptr_null(table_get(&t, STR("a")));
    ck_assert_ptr_null(table_remove(&t, STR("a")));
    ck_assert_ptr_null(table_next(&t, &cursor));
}
END_TEST

START_TEST(a_few)
{
    int one, two;

    ck_assert_int_eq(table_add(&t, STR("one"), &one), 0);
    ck_assert_int_eq(table_add(&t, (struct str){NULL, 0}, &two), 0);
    ck_assert_ptr_eq(table_get(&t, STR("one")), &one);
    ck_assert_ptr_eq(table_get(&t, STR("")), &two);
    ck_assert_ptr_null(table_get(&t, STR("on")));
    ck_assert_ptr_null(table_get(&t, STR("one\0")));

    ck_assert_int_eq(table_add(&t, STR("one"), &two), ERR_EXIST);
    ck_assert_ptr_eq(table_get(&t, STR("one")), &one);
    ck_assert_uint_eq(t.count, 2);

    ck_assert_ptr_eq(table_remove(&t, STR("one")), &one);
    ck_assert_ptr_null(table_remove(&t, STR("one")));
    ck_assert_ptr_null(table_get(&t, STR("one")));
    ck_assert_uint_eq(t.count, 1);
    ck_assert_int_eq(table_add(&t, STR("one"), &two), 0);
    ck_assert_ptr_eq(table_get(&t, STR("one")), &two);
}
END_TEST

/* The model: whether a key is in the table. */
struct item {
    char key[16];
    size_t n;
    int seen;
    bool in;
};

#define ITEMS_MAX 5000

static struct item items[ITEMS_MAX];

static struct str key_of(const struct item *item)
{
    return str_of(item->key, item->n);
}

/* Different keys of many lengths, with any byte in them. */
static void make_items(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct item *item = &items[i];
        *item = (struct item){.n = 2 + random_below(15)};
        for (size_t j = 2; j < item->n; j++)
            item->key[j] = (char)random_below(256);
        item->key[0] = (char)i;
        item->key[1] = (char)(i >> 8);
    }
}

static void compare_all(size_t count)
{
    uint32_t in = 0, cursor = 0;
    struct item *item;

    for (size_t i = 0; i < count; i++) {
        items[i].seen = 0;
        in += items[i].in;
        if (table_get(&t, key_of(&items[i])) !=
            (items[i].in ? &items[i] : NULL))
            ck_abort_msg("item %zu", i);
    }
    ck_assert_uint_eq(t.count, in);
    while ((item = table_next(&t, &cursor)))
        item->seen++;
    for (size_t i = 0; i < count; i++) {
        if (items[i].seen != items[i].in)
            ck_abort_msg("item %zu was seen %d times", i, items[i].seen);
    }
}

static void toggle(struct item *item)
{
    struct str key = key_of(item);

    if (item->in) {
        ck_assert_int_eq(table_add(&t, key, &t), ERR_EXIST);
        ck_assert_ptr_eq(table_remove(&t, key), item);
    } else {
        ck_assert_ptr_null(table_remove(&t, key));
        ck_assert_int_eq(table_add(&t, key, item), 0);
    }
    item->in = !item->in;
}

START_TEST(behaves_like_a_model)
{
    make_items(ITEMS_MAX);
    for (int step = 0; step < 60000; step++) {
        toggle(&items[random_below(ITEMS_MAX)]);
        if (step % 5000 == 0)
            compare_all(ITEMS_MAX);
    }
    compare_all(ITEMS_MAX);
    /* Down to nothing: every gap is closed over and over. */
    for (size_t i = 0; i < ITEMS_MAX; i++) {
        if (items[i].in)
            toggle(&items[i]);
        if (i % 500 == 0)
            compare_all(ITEMS_MAX);
    }
    compare_all(ITEMS_MAX);
    ck_assert_uint_eq(t.count, 0);
}
END_TEST

START_TEST(small_and_full_behaves_like_a_model)
{
    /* Six of eight places taken: runs of entries reach around the end, and
     * every set of keys makes others. */
    for (int round = 0; round < 500; round++) {
        make_items(6);
        for (int step = 0; step < 60; step++) {
            toggle(&items[random_below(6)]);
            compare_all(6);
        }
        ck_assert_uint_eq(t.cap, 8);
        table_free(&t);
    }
}
END_TEST

START_TEST(a_full_table_is_not_full)
{
    make_items(ITEMS_MAX);
    for (size_t i = 0; i < ITEMS_MAX; i++) {
        toggle(&items[i]);
        ck_assert_uint_le(t.count, t.cap / 4 * 3);
        ck_assert_uint_eq(t.cap & (t.cap - 1), 0);
    }
    ck_assert_uint_le(t.cap, ITEMS_MAX * 4);
}
END_TEST

START_TEST(a_table_shrinks_when_it_is_told_to)
{
    make_items(ITEMS_MAX);
    for (size_t i = 0; i < ITEMS_MAX; i++)
        toggle(&items[i]);
    uint32_t cap = t.cap;
    table_trim(&t);
    ck_assert_uint_eq(t.cap, cap);
    for (size_t i = 50; i < ITEMS_MAX; i++)
        toggle(&items[i]);
    ck_assert_uint_eq(t.cap, cap);
    mem_fail_after(0);
    table_trim(&t);
    mem_fail_after(-1);
    ck_assert_uint_eq(t.cap, cap);
    table_trim(&t);
    ck_assert_uint_lt(t.cap, cap);
    compare_all(ITEMS_MAX);
    for (size_t i = 50; i < ITEMS_MAX; i++)
        toggle(&items[i]);
    compare_all(ITEMS_MAX);
}
END_TEST

START_TEST(survives_every_failed_allocation)
{
    const size_t count = 200;
    long n = 0;

    make_items(count);
    for (;; n++) {
        size_t ok = 0;
        mem_fail_after(n);
        for (size_t i = 0; i < count; i++) {
            int r = table_add(&t, key_of(&items[i]), &items[i]);
            items[i].in = r == 0;
            ok += r == 0;
            ck_assert(r == 0 || r == ERR_NOMEM);
        }
        mem_fail_after(-1);
        compare_all(count);
        table_free(&t);
        ck_assert_int_eq(mem_live(), live_before);
        if (ok == count)
            break;
        ck_assert_uint_eq(ok, count - 1);
    }
    ck_assert_int_gt(n, 3);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base/table");
    TCase *tests = tcase_create("table");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, hash_is_siphash_1_3);
    tcase_add_test(tests, hash_has_a_secret);
    tcase_add_test(tests, empty);
    tcase_add_test(tests, a_few);
    tcase_add_test(tests, behaves_like_a_model);
    tcase_add_test(tests, small_and_full_behaves_like_a_model);
    tcase_add_test(tests, a_full_table_is_not_full);
    tcase_add_test(tests, a_table_shrinks_when_it_is_told_to);
    tcase_add_test(tests, survives_every_failed_allocation);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
