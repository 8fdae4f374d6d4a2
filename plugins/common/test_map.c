/* SPDX-License-Identifier: MIT */
/* The hash table, and the records that go to jobs. */
#include "test_host.h"

#include "map.h"
#include "record.h"

enum { MANY = 1000 };

struct thing {
    int number, seen;
    struct map_node node;
};

static struct thing things[MANY];
static struct map map;

static struct thing *thing_of(struct map_node *node)
{
    return node ? MAP_OF(node, struct thing, node) : NULL;
}

/* `hashes`: of so many different ones. */
static void fill(uint64_t hashes)
{
    host_start();
    for (int i = 0; i < MANY; i++) {
        things[i] = (struct thing){.number = i};
        ck_assert_int_eq(map_add(&map, &things[i].node, (uint64_t)i % hashes),
                         0);
    }
}

static struct thing *find(int number, uint64_t hash)
{
    struct map_node *n = map_find(&map, hash, NULL);

    while (n && thing_of(n)->number != number)
        n = map_find(&map, hash, n);
    return thing_of(n);
}

START_TEST(finds_what_was_added)
{
    fill(MANY);
    ck_assert_uint_eq(map.count, MANY);
    for (int i = 0; i < MANY; i++)
        ck_assert_ptr_eq(find(i, (uint64_t)i), &things[i]);
    ck_assert_ptr_null(map_find(&map, MANY, NULL));
    map_free(&map);
    ck_assert_ptr_null(map_find(&map, 1, NULL));
    host_finish();
}
END_TEST

/* Few hashes for many: whoever owns them tells them apart. */
START_TEST(finds_all_of_one_hash)
{
    int n = 0;

    fill(7);
    for (struct map_node *at = NULL; (at = map_find(&map, 3, at));) {
        ck_assert_int_eq(thing_of(at)->number % 7, 3);
        n++;
    }
    ck_assert_int_eq(n, 143);
    ck_assert_ptr_eq(find(997, 3), &things[997]);
    ck_assert_ptr_null(find(997, 4));
    map_free(&map);
    host_finish();
}
END_TEST

START_TEST(forgets_what_was_removed)
{
    fill(300);
    for (int i = 0; i < MANY; i += 3)
        map_remove(&map, &things[i].node);
    ck_assert_uint_eq(map.count, MANY - 334);
    for (int i = 0; i < MANY; i++)
        ck_assert_ptr_eq(find(i, (uint64_t)i % 300),
                         i % 3 == 0 ? NULL : &things[i]);
    /* It may come back. */
    ck_assert_int_eq(map_add(&map, &things[0].node, 299), 0);
    ck_assert_ptr_eq(find(0, 299), &things[0]);
    map_free(&map);
    host_finish();
}
END_TEST

START_TEST(walks_over_each_once)
{
    struct map_node *at = NULL;
    int n = 0;

    fill(50);
    while ((at = map_next(&map, at))) {
        ck_assert_int_eq(thing_of(at)->seen++, 0);
        n++;
    }
    ck_assert_int_eq(n, MANY);
    map_free(&map);
    ck_assert_ptr_null(map_next(&map, NULL));
    host_finish();
}
END_TEST

/* What is in it stays, and what could not be added is not. */
START_TEST(survives_short_memory)
{
    host_start();
    fails_at = 2; /* when it grows for the first time */
    for (int i = 0; i < 64; i++)
        ck_assert_int_eq(map_add(&map, &things[i].node, (uint64_t)i), 0);
    ck_assert_int_eq(map_add(&map, &things[64].node, 64), MORTISE_ENOMEM);
    ck_assert_uint_eq(map.count, 64);
    ck_assert_ptr_null(map_find(&map, 64, NULL));
    ck_assert_ptr_eq(map_find(&map, 63, NULL), &things[63].node);
    ck_assert_int_eq(map_add(&map, &things[64].node, 64), 0);
    ck_assert_ptr_eq(map_find(&map, 64, NULL), &things[64].node);
    map_free(&map);
    host_finish();
}
END_TEST

/* Of the published test vectors of FNV-1a, folded. */
START_TEST(hashes)
{
    uint64_t empty = 0xcbf29ce484222325, a = 0xaf63dc4c8601ec8c;

    ck_assert_uint_eq(map_hash("", 0), empty ^ empty >> 32);
    ck_assert_uint_eq(map_hash("a", 1), a ^ a >> 32);
    ck_assert_uint_ne(map_hash("\0", 1), map_hash("", 0));
}
END_TEST

/* --- records */

enum { NAME = 1, NUMBER, BYTES, LIST = 255 };

START_TEST(records_are_read_as_written)
{
    struct record r = {0}, more = {0};
    mortise_str rest, part;
    int n = 0;

    host_start();
    record_put(&r, NAME, "ann");
    record_put(&r, NAME, NULL);
    record_put_int(&r, NUMBER, INT64_MIN);
    record_put_bytes(&r, BYTES, (mortise_str){"a\0b", 3});
    for (int i = 0; i < 5; i++)
        record_put_int(&more, LIST, i);
    record_put(&more, NAME, "bob"); /* the last counts */
    record_put_all(&r, record_bytes(&more));
    ck_assert_int_eq(r.error, 0);
    ck_assert_str_eq(record_text(record_bytes(&r), NAME), "bob");
    ck_assert_int_eq(record_int(record_bytes(&r), NUMBER), INT64_MIN);
    part = record_part(record_bytes(&r), BYTES);
    ck_assert_uint_eq(part.n, 3);
    ck_assert_mem_eq(part.p, "a\0b", 4);
    rest = record_bytes(&r);
    while (record_next(&rest, LIST, &part))
        ck_assert_int_eq(part.p[0], '0' + n++);
    ck_assert_int_eq(n, 5);
    ck_assert_str_eq(record_text(record_bytes(&r), 77), "");
    ck_assert_int_eq(record_int(record_bytes(&r), 77), 0);
    record_free(&more);
    record_free(&r);
    ck_assert_str_eq(record_text(record_bytes(&r), NAME), "");
    host_finish();
}
END_TEST

/* They may come from another build: whatever stands there, nothing behind the
 * end is read. Blocks of their own size, so that a sanitizer would see it. */
START_TEST(records_may_be_anything)
{
    static const int fields[] = {NAME, NUMBER, LIST};
    struct record r = {0};

    host_start();
    record_put(&r, NAME, "ann");
    record_put_int(&r, NUMBER, 12);
    for (size_t n = 0; n <= r.n; n++) {
        for (int twist = 0; twist < 256; twist++) {
            char *copy = malloc(n > 0 ? n : 1);
            memcpy(copy, r.p, n);
            if (n > 0)
                copy[(size_t)twist % n] = (char)(twist * 37);
            for (int i = 0; i < 3; i++)
                record_text((mortise_str){copy, n}, fields[i]);
            free(copy);
        }
    }
    record_free(&r);
    host_finish();
}
END_TEST

/* The error stays, so it is enough to look at the end. */
START_TEST(records_say_what_is_missing)
{
    char text[10000];
    struct record r = {0};

    host_start();
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    fails_at = 2;
    record_put(&r, NAME, "ann");
    record_put(&r, NUMBER, text);
    record_put(&r, LIST, "more");
    ck_assert_int_eq(r.error, MORTISE_ENOMEM);
    ck_assert_str_eq(record_text(record_bytes(&r), NAME), "ann");
    ck_assert_str_eq(record_text(record_bytes(&r), LIST), "");
    record_free(&r);
    host_finish();
}
END_TEST

TESTKIT_MAIN("common/map", finds_what_was_added, finds_all_of_one_hash,
             forgets_what_was_removed, walks_over_each_once,
             survives_short_memory, hashes, records_are_read_as_written,
             records_may_be_anything, records_say_what_is_missing)
