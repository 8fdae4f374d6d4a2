/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <signal.h>

#include "base/buf.h"
#include "base/error.h"

static struct buf b;
static long live_before;

static void setup(void)
{
    live_before = mem_live();
    buf_init(&b, BUF_MAX);
}

static void teardown(void)
{
    buf_free(&b);
    ck_assert_int_eq(mem_live(), live_before);
}

static void assert_contents(struct str got, const char *expected)
{
    ck_assert_uint_eq(got.n, strlen(expected));
    ck_assert_mem_eq(got.n ? got.p : "", expected, got.n);
}

START_TEST(appends_everything)
{
    ck_assert_ptr_null(b.p);
    ck_assert_int_eq(buf_append(&b, NULL, 0), 0);
    ck_assert_int_eq(buf_append(&b, "ab", 2), 0);
    ck_assert_int_eq(buf_append_str(&b, STR("cd")), 0);
    ck_assert_int_eq(buf_append_z(&b, "ef"), 0);
    ck_assert_int_eq(buf_append_char(&b, '-'), 0);
    ck_assert_int_eq(buf_append_u64(&b, 0), 0);
    ck_assert_int_eq(buf_append_char(&b, '-'), 0);
    ck_assert_int_eq(buf_append_u64(&b, UINT64_MAX), 0);
    ck_assert_int_eq(buf_printf(&b, "<%d,%s>", -5, "x"), 0);
    ck_assert_int_eq(buf_printf(&b, "%s", ""), 0);
    assert_contents(buf_str(&b), "abcdef-0-18446744073709551615<-5,x>");
}
END_TEST

START_TEST(grows_and_keeps_what_it_has)
{
    for (size_t i = 0; i < 100000; i++) {
        if (i % 3 == 0)
            buf_append_char(&b, (char)i);
        else
            buf_append(&b, &(char){(char)i}, 1);
    }
    ck_assert_uint_eq(b.n, 100000);
    for (size_t i = 0; i < 100000; i++)
        ck_assert_int_eq(b.p[i], (char)i);
}
END_TEST

START_TEST(printf_of_every_length)
{
    char expected[300];

    /* From the empty buffer and across every end of its memory. */
    for (size_t n = 0; n < sizeof(expected); n++) {
        memset(expected, 'x', n);
        expected[n] = '\0';
        buf_free(&b);
        ck_assert_int_eq(buf_printf(&b, "%s", expected), 0);
        assert_contents(buf_str(&b), expected);

        buf_free(&b);
        for (size_t i = 0; i < n; i++)
            buf_append_char(&b, 'x');
        ck_assert_int_eq(buf_printf(&b, "%s", "tail"), 0);
        ck_assert_uint_eq(b.n, n + 4);
        ck_assert_mem_eq(b.p + n, "tail", 4);
    }
}
END_TEST

START_TEST(the_maximum_holds_and_the_failure_sticks)
{
    buf_init(&b, 5);
    ck_assert_int_eq(buf_append(&b, "abc", 3), 0);
    ck_assert_int_eq(buf_append(&b, "de", 2), 0);
    ck_assert_int_eq(buf_append(&b, "", 0), 0);
    ck_assert_int_eq(buf_append_char(&b, 'f'), ERR_LIMIT);
    ck_assert_int_eq(b.error, ERR_LIMIT);
    assert_contents(buf_str(&b), "abcde");

    buf_consume(&b, 5);
    ck_assert_int_eq(buf_append(&b, "a", 1), ERR_LIMIT);
    ck_assert_int_eq(buf_append(&b, "", 0), ERR_LIMIT);
    ck_assert_int_eq(buf_append_char(&b, 'a'), ERR_LIMIT);
    ck_assert_int_eq(buf_append_u64(&b, 1), ERR_LIMIT);
    ck_assert_int_eq(buf_printf(&b, "a"), ERR_LIMIT);
    ck_assert_ptr_null(buf_reserve(&b, 0));
    ck_assert_uint_eq(b.n, 0);

    buf_clear(&b);
    ck_assert_int_eq(buf_append(&b, "abcde", 5), 0);
    buf_clear(&b);
    ck_assert_int_eq(buf_printf(&b, "%s", "abcde"), 0);
    ck_assert_int_eq(buf_printf(&b, "%s", "f"), ERR_LIMIT);
    buf_clear(&b);
    ck_assert_int_eq(buf_append(&b, "abcdef", 6), ERR_LIMIT);
    ck_assert_uint_eq(b.n, 0);
    buf_clear(&b);
    /* Volatile, or the compiler warns of what is tested here. */
    volatile size_t impossible = SIZE_MAX;
    ck_assert_int_eq(buf_append(&b, "a", impossible), ERR_LIMIT);
}
END_TEST

START_TEST(no_maximum_is_above_that_of_a_slice)
{
    buf_init(&b, SIZE_MAX);
    ck_assert_uint_eq(b.max, (size_t)UINT32_MAX - 64);
    buf_init(&b, 0);
    ck_assert_ptr_nonnull(buf_reserve(&b, 0));
    ck_assert_int_eq(buf_append_char(&b, 'a'), ERR_LIMIT);
}
END_TEST

START_TEST(reserve_and_commit)
{
    char *p = buf_reserve(&b, 1000);

    ck_assert_ptr_nonnull(p);
    ck_assert_uint_eq(b.n, 0);
    memset(p, 'r', 1000);
    buf_commit(&b, 3);
    assert_contents(buf_str(&b), "rrr");
    p = buf_reserve(&b, 1);
    ck_assert_ptr_eq(p, b.p + 3);
    buf_commit(&b, 0);
    assert_contents(buf_str(&b), "rrr");
}
END_TEST

START_TEST(commit_of_more_than_was_reserved_dies)
{
    buf_reserve(&b, 1);
    buf_commit(&b, b.cap + 1);
}
END_TEST

START_TEST(consume)
{
    buf_append_z(&b, "abcdef");
    buf_consume(&b, 0);
    assert_contents(buf_str(&b), "abcdef");
    buf_consume(&b, 2);
    assert_contents(buf_str(&b), "cdef");
    buf_append_z(&b, "gh");
    assert_contents(buf_str(&b), "cdefgh");
    buf_consume(&b, 6);
    ck_assert_uint_eq(b.n, 0);
    buf_free(&b);
    buf_consume(&b, 0);
}
END_TEST

START_TEST(slice_of_a_buffer_is_not_copied)
{
    buf_append_z(&b, "hello");
    char *where = b.p;
    long live = mem_live();
    struct slice *s = buf_to_slice(&b);

    ck_assert_ptr_eq(s->p, where);
    ck_assert_int_eq(mem_live(), live);
    ck_assert_uint_eq(s->refs, 1);
    assert_contents(slice_str(s), "hello");

    ck_assert_ptr_null(b.p);
    ck_assert_uint_eq(b.n, 0);
    ck_assert_uint_eq(b.max, BUF_MAX);
    buf_append_z(&b, "again");
    assert_contents(slice_str(s), "hello");

    ck_assert_ptr_eq(slice_ref(s), s);
    slice_unref(s);
    assert_contents(slice_str(s), "hello");
    slice_unref(s);
    slice_unref(NULL);
}
END_TEST

START_TEST(slice_of_nothing)
{
    struct slice *s = buf_to_slice(&b);

    ck_assert_ptr_nonnull(s);
    ck_assert_uint_eq(s->n, 0);
    slice_unref(s);
}
END_TEST

START_TEST(slice_gives_unused_memory_back)
{
    /* A request for less memory is one that can be made to fail, and then
     * the slice is whole all the same. */
    for (int fails = 0; fails < 2; fails++) {
        ck_assert_ptr_nonnull(buf_reserve(&b, 100000));
        buf_append_z(&b, "small");
        mem_fail_after(fails ? 0 : -1);
        struct slice *s = buf_to_slice(&b);
        void *probe = mem_alloc(1);
        mem_fail_after(-1);
        /* The failure was used up by the attempt to shrink. */
        ck_assert_ptr_nonnull(probe);
        mem_free(probe);
        assert_contents(slice_str(s), "small");
        slice_unref(s);
    }

    /* One well filled is left alone. */
    ck_assert_ptr_nonnull(buf_reserve(&b, 100000));
    buf_commit(&b, b.cap / 2 + 1);
    memset(b.p, 'x', b.n);
    mem_fail_after(0);
    struct slice *s = buf_to_slice(&b);
    void *probe = mem_alloc(1);
    mem_fail_after(-1);
    ck_assert_ptr_null(probe);
    slice_unref(s);
}
END_TEST

START_TEST(slice_of_a_failed_buffer)
{
    buf_init(&b, 3);
    buf_append_z(&b, "abc");
    ck_assert_int_eq(buf_append_z(&b, "d"), ERR_LIMIT);
    ck_assert_ptr_null(buf_to_slice(&b));
    ck_assert_int_eq(b.error, 0);
    ck_assert_ptr_null(b.p);
    ck_assert_uint_eq(b.max, 3);
    ck_assert_int_eq(buf_append_z(&b, "abc"), 0);

    buf_free(&b);
    mem_fail_after(0);
    ck_assert_ptr_null(buf_to_slice(&b));
    ck_assert_int_eq(b.error, 0);
}
END_TEST

START_TEST(slice_of_its_own)
{
    char text[] = "text";
    struct slice *s = slice_new(text, 4);
    text[0] = 'n';
    assert_contents(slice_str(s), "text");
    slice_unref(s);

    s = slice_new(NULL, 0);
    ck_assert_uint_eq(s->n, 0);
    slice_unref(s);
    ck_assert_ptr_null(slice_new(text, BUF_MAX + 1));
    mem_fail_after(0);
    ck_assert_ptr_null(slice_new(text, 4));
}
END_TEST

START_TEST(unref_of_a_dead_slice_dies)
{
    struct slice s = {.refs = 0};
    slice_unref(&s);
}
END_TEST

/* Writes with everything there is; only the end is looked at. */
static struct slice *write_some(void)
{
    for (int i = 0; i < 50; i++) {
        buf_append_z(&b, "0123456789");
        buf_append_char(&b, ',');
        buf_append_u64(&b, 12345);
        buf_printf(&b, "%40d", i);
        char *p = buf_reserve(&b, 10);
        if (p) {
            memset(p, 'z', 10);
            buf_commit(&b, 10);
        }
    }
    return buf_to_slice(&b);
}

START_TEST(survives_every_failed_allocation)
{
    long n = 0;

    for (;; n++) {
        mem_fail_after(n);
        struct slice *s = write_some();
        mem_fail_after(-1);
        ck_assert_ptr_null(b.p);
        if (s) {
            ck_assert_uint_eq(s->n, 50 * (10 + 1 + 5 + 40 + 10));
            slice_unref(s);
            break;
        }
        ck_assert_int_eq(mem_live(), live_before);
    }
    ck_assert_int_gt(n, 2);
}
END_TEST

START_TEST(failed_growth_keeps_the_contents)
{
    buf_append_z(&b, "abc");
    mem_fail_after(0);
    ck_assert_ptr_null(buf_reserve(&b, 100000));
    ck_assert_int_eq(b.error, ERR_NOMEM);
    assert_contents(buf_str(&b), "abc");
    ck_assert_int_eq(buf_append_char(&b, 'd'), ERR_NOMEM);
    buf_clear(&b);
    ck_assert_int_eq(buf_append_char(&b, 'd'), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base/buf");
    TCase *tests = tcase_create("buf");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, appends_everything);
    tcase_add_test(tests, grows_and_keeps_what_it_has);
    tcase_add_test(tests, printf_of_every_length);
    tcase_add_test(tests, the_maximum_holds_and_the_failure_sticks);
    tcase_add_test(tests, no_maximum_is_above_that_of_a_slice);
    tcase_add_test(tests, reserve_and_commit);
    tcase_add_test_raise_signal(tests, commit_of_more_than_was_reserved_dies,
                                SIGABRT);
    tcase_add_test(tests, consume);
    tcase_add_test(tests, slice_of_a_buffer_is_not_copied);
    tcase_add_test(tests, slice_of_nothing);
    tcase_add_test(tests, slice_gives_unused_memory_back);
    tcase_add_test(tests, slice_of_a_failed_buffer);
    tcase_add_test(tests, slice_of_its_own);
    tcase_add_test_raise_signal(tests, unref_of_a_dead_slice_dies, SIGABRT);
    tcase_add_test(tests, survives_every_failed_allocation);
    tcase_add_test(tests, failed_growth_keeps_the_contents);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
