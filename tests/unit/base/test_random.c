/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/random.h"

START_TEST(fills_exactly_what_it_is_told)
{
    static const size_t sizes[] = {0, 1, 7, 16, 255, 256, 257, 1024, 5000};

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        static unsigned char bytes[5002];
        static unsigned char touched[5002];
        size_t n = sizes[i];
        memset(touched, 0, sizeof(touched));
        /* A byte stays 0 by chance in one round of 256, not in 32. */
        for (int round = 0; round < 32; round++) {
            memset(bytes, 0, sizeof(bytes));
            random_bytes(bytes + 1, n);
            ck_assert_uint_eq(bytes[0], 0);
            ck_assert_uint_eq(bytes[n + 1], 0);
            for (size_t j = 0; j < n; j++)
                touched[j] |= bytes[j + 1];
        }
        for (size_t j = 0; j < n; j++)
            ck_assert_uint_ne(touched[j], 0);
    }
}
END_TEST

#define SIDS 5000

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, RANDOM_SID_LENGTH);
}

START_TEST(sids_are_base64url_and_differ)
{
    static char sids[SIDS][RANDOM_SID_LENGTH];
    bool seen[256] = {false};
    int letters = 0;

    for (size_t i = 0; i < SIDS; i++) {
        random_sid(sids[i]);
        for (size_t j = 0; j < RANDOM_SID_LENGTH; j++)
            seen[(unsigned char)sids[i][j]] = true;
    }
    for (int c = 0; c < 256; c++) {
        bool allowed = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       (c >= '0' && c <= '9') || c == '-' || c == '_';
        ck_assert_int_eq(seen[c], allowed);
        letters += allowed;
    }
    ck_assert_int_eq(letters, 64);
    qsort(sids, SIDS, RANDOM_SID_LENGTH, compare);
    for (size_t i = 1; i < SIDS; i++)
        ck_assert_int_ne(compare(sids[i - 1], sids[i]), 0);
}
END_TEST

START_TEST(a_child_draws_its_own)
{
    unsigned char mine[16], theirs[16];
    int fds[2], status;

    random_bytes(mine, 1); /* the batch is drawn now */
    ck_assert_int_eq(pipe(fds), 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        random_bytes(theirs, sizeof(theirs));
        ssize_t n = write(fds[1], theirs, sizeof(theirs));
        _exit(n == (ssize_t)sizeof(theirs) ? 0 : 1);
    }
    random_bytes(mine, sizeof(mine));
    ck_assert_int_eq(read(fds[0], theirs, sizeof(theirs)), sizeof(theirs));
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    ck_assert_mem_ne(mine, theirs, sizeof(mine));
    close(fds[0]);
    close(fds[1]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base/random");
    TCase *tests = tcase_create("random");

    tcase_add_test(tests, fills_exactly_what_it_is_told);
    tcase_add_test(tests, sids_are_base64url_and_differ);
    tcase_add_test(tests, a_child_draws_its_own);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
