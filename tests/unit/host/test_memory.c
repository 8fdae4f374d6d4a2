/* SPDX-License-Identifier: MIT */
/* Memory that is counted for a plugin. */
#include "unit.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <mortise/memory.h>

#include "base/log.h"
#include "base/mem.h"
#include "host/calls/extensions.h"
#include "host/plugin/generation.h"

static struct generation chat = {.name = "chat", .number = 2};
static char journal[1024];

#define ALLOC(size)      ext_memory.alloc(&chat.table, size)
#define RESIZE(p, size)  ext_memory.resize(&chat.table, p, size)
#define RELEASE(p)       ext_memory.release(&chat.table, p)
#define COPY(text, size) ext_memory.copy(&chat.table, (mortise_str){text, size})

static void write_journal(void *user, enum log_level level, const char *text)
{
    size_t n = strlen(journal);
    snprintf(journal + n, sizeof(journal) - n, "%d %s\n", (int)level, text);
}

static void setup(void)
{
    log_set_sink(write_journal, NULL);
}

static void expect(size_t blocks, size_t bytes, size_t peak)
{
    ck_assert_uint_eq(chat.memory.blocks, blocks);
    ck_assert_uint_eq(chat.memory.bytes, bytes);
    ck_assert_uint_eq(chat.memory.peak, peak);
}

static void teardown(void)
{
    ck_assert_uint_eq(chat.memory.blocks, 0);
    ck_assert_uint_eq(chat.memory.bytes, 0);
    ck_assert_int_eq(mem_live(), 0);
}

START_TEST(counted)
{
    char *a = ALLOC(100), *b = ALLOC(0);
    expect(2, 100, 100);
    ck_assert_uint_eq((uintptr_t)a % _Alignof(max_align_t), 0);
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(a[i], 0);
    RELEASE(a);
    expect(1, 0, 100);
    a = ALLOC(50);
    expect(2, 50, 100);
    RELEASE(a);
    RELEASE(b);
    RELEASE(NULL);
    expect(0, 0, 100);
}
END_TEST

START_TEST(resized)
{
    char *a = RESIZE(NULL, 4);
    memcpy(a, "abc", 4);
    a = RESIZE(a, 1000);
    ck_assert_str_eq(a, "abc");
    expect(1, 1000, 1000);
    a = RESIZE(a, 4);
    ck_assert_str_eq(a, "abc");
    expect(1, 4, 1000);
    RELEASE(a);
}
END_TEST

START_TEST(copied)
{
    char *a = COPY("abcdef", 3);
    ck_assert_str_eq(a, "abc");
    expect(1, 4, 4);
    RELEASE(a);
    ck_assert_ptr_null(COPY(NULL, 0));
}
END_TEST

START_TEST(not_to_be_had)
{
    mem_fail_after(0);
    ck_assert_ptr_null(ALLOC(1));
    mem_fail_after(0);
    ck_assert_ptr_null(COPY("a", 1));
    ck_assert_ptr_null(ALLOC(SIZE_MAX));
    ck_assert_ptr_null(ALLOC(SIZE_MAX - 8));
    ck_assert_ptr_null(COPY("a", SIZE_MAX));
    char *a = ALLOC(3);
    mem_fail_after(0);
    ck_assert_ptr_null(RESIZE(a, 10));
    ck_assert_ptr_null(RESIZE(a, SIZE_MAX));
    expect(1, 3, 3);
    RELEASE(a);
}
END_TEST

START_TEST(no_block)
{
    max_align_t mine[4];
    memset(mine, 0, sizeof(mine));
    RELEASE(&mine[2]);
    RELEASE((char *)&mine[2] + 1);
    ck_assert_ptr_null(RESIZE(&mine[2], 5));
    ck_assert_str_eq(
        journal,
        "0 plugin chat#2: mortise_free: this is no block of mortise_alloc(), "
        "or was freed before\n"
        "0 plugin chat#2: mortise_free: this is no block of mortise_alloc(), "
        "or was freed before\n"
        "0 plugin chat#2: mortise_realloc: this is no block of "
        "mortise_alloc(), or was freed before\n");
    expect(0, 0, 0);
}
END_TEST

START_TEST(reported)
{
    memory_report(&chat);
    ck_assert_str_eq(journal, "");
    char *a = ALLOC(100), *b = ALLOC(20);
    memory_report(&chat);
    ck_assert_str_eq(journal,
                     "1 plugin chat#2: 2 blocks, 120 bytes were not freed\n");
    RELEASE(a);
    RELEASE(b);
}
END_TEST

static void *take_and_free(void *unused)
{
    for (size_t i = 1; i <= 1000; i++) {
        char *p = ALLOC(i);
        p = RESIZE(p, i / 2);
        RELEASE(p);
    }
    return NULL;
}

START_TEST(of_all_threads)
{
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, take_and_free, NULL),
                         0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    ck_assert_uint_ge(chat.memory.peak, 1000);
    ck_assert_uint_le(chat.memory.peak, 4000);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("memory");
    TCase *tcase = tcase_create("memory");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, counted);
    tcase_add_test(tcase, resized);
    tcase_add_test(tcase, copied);
    tcase_add_test(tcase, not_to_be_had);
    tcase_add_test(tcase, no_block);
    tcase_add_test(tcase, reported);
    tcase_add_test(tcase, of_all_threads);
    suite_add_tcase(suite, tcase);
    return unit_main(suite);
}
