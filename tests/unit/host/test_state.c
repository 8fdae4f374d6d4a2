/* SPDX-License-Identifier: MIT */
/* What plugins save and restore, and what they are given that is no state. */
#include "stage.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "host/reload/blob.h"

static struct buf body, why;

static void begin(const char *what, int depth)
{
    char plugins[256];
    snprintf(
        plugins, sizeof(plugins),
        "{\"name\":\"keeper\",\"settings\":{\"save\":\"%s\",\"depth\":%d}}",
        what, depth);
    stage_start(plugins);
    buf_init(&body, BLOB_BODY_MAX);
    buf_init(&why, BUF_MAX);
    stage.host->staging = true;
}

static void end(void)
{
    buf_free(&body);
    buf_free(&why);
    stage_stop();
}

static struct generation *keeper(void)
{
    return stage.host->slots[0]->current;
}

static int save(void)
{
    buf_clear(&body);
    buf_clear(&why);
    return state_save(keeper(), &body, &why);
}

static int restore(struct str from)
{
    buf_clear(&why);
    return state_restore(keeper(), 7, from, &why);
}

START_TEST(kinds)
{
    begin("kinds", 0);
    ck_assert_int_eq(save(), 0);
    stage_expect("keeper#1: then 0\n");
    ck_assert_int_eq(restore(buf_str(&body)), 0);
    stage_expect("keeper#1: version 7: 1 1, -0.1 1, Gr\xc3\xbc\xc3\x9f"
                 "e [] otherwise\n"
                 "keeper#1: bytes 0: 3 of 1\n"
                 "keeper#1: no bytes 0: 0\n"
                 "keeper#1: item 0\n"
                 "keeper#1: item 1\n"
                 "keeper#1: part 10\n"
                 "keeper#1: item 2\n"
                 "keeper#1: part 20\n"
                 "keeper#1: part 21\n"
                 "keeper#1: item 0\n"
                 "keeper#1: item 1\n"
                 "keeper#1: part 10\n"
                 "keeper#1: item 2\n"
                 "keeper#1: part 20\n"
                 "keeper#1: part 21\n"
                 "keeper#1: again 1 2 1\n"
                 "keeper#1: other kinds 3 4 five -6, none 6 seven 0\n"
                 "keeper#1: nobody's 1 2 0\n"
                 "keeper#1: writer -2\n");
    end();
}
END_TEST

START_TEST(nothing_saved)
{
    begin("", 0);
    ck_assert_int_eq(restore(STR("")), 0);
    ck_assert(str_starts(str_z(stage.journal),
                         STR("keeper#1: version 7: 0 0, 7 0, - [-] otherwise\n"
                             "keeper#1: bytes -6: 99 of 0\n")));
    end();
}
END_TEST

/* Numbers that were kept are nothing later. */
START_TEST(beyond_their_time)
{
    begin("kinds", 0);
    ck_assert_int_eq(save(), 0);
    ck_assert_int_eq(restore(buf_str(&body)), 0);
    stage.host->staging = false;
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"use\"]");
    stage_expect("keeper#1: use -2 5 0\n");
    /* Nor in another one. */
    stage.host->staging = true;
    ck_assert_int_eq(restore(buf_str(&body)), 0);
    ck_assert_ptr_nonnull(strstr(stage.journal, "keeper#1: writer -2\n"));
    end();
}
END_TEST

START_TEST(depths)
{
    begin("deep", STATE_DEPTH_MAX);
    ck_assert_int_eq(save(), 0);
    ck_assert_int_eq(restore(buf_str(&body)), 0);
    end();
    begin("deep", STATE_DEPTH_MAX + 1);
    ck_assert_int_eq(save(), ERR_LIMIT);
    ck_assert(str_eq(buf_str(&why), STR("its state: a limit was reached")));
    end();
}
END_TEST

START_TEST(sizes)
{
    begin("big", 7);
    ck_assert_int_eq(save(), 0);
    ck_assert_uint_gt(body.n, (size_t)7 * (8 << 20));
    ck_assert_int_eq(restore(buf_str(&body)), 0);
    end();
    begin("big", 8);
    ck_assert_int_eq(save(), ERR_LIMIT);
    end();
}
END_TEST

START_TEST(mistakes)
{
    static const char *const wrong[] = {"empty key", "no key", "long key",
                                        "open",      "closed", "short",
                                        "unended",   "kind",   "null"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        begin(wrong[i], 0);
        ck_assert_msg(save() == ERR_INVAL, "%s", wrong[i]);
        ck_assert(str_eq(buf_str(&why),
                         STR("its save wrote a record that makes no sense, or "
                             "left one open")));
        stage_expect(strcmp(wrong[i], "open") == 0 ? "keeper#1: then 0\n"
                                                   : "keeper#1: then -2\n");
        end();
    }
    begin("longest key", 0);
    ck_assert_int_eq(save(), 0);
    ck_assert_int_eq(restore(buf_str(&body)), 0);
    end();
    /* Not this save's business. */
    begin("other", 0);
    ck_assert_int_eq(save(), 0);
    stage_expect("keeper#1: then 0\n");
    end();
}
END_TEST

/* --- what is no state --- */

/* Refused, or read to its end: no third thing. */
static bool reads(const char *p, size_t n)
{
    /* Of its own size, so that a byte too far is noticed. */
    char *copy = n > 0 ? mem_dup(p, n) : NULL;
    int error = restore(str_of(copy, n));
    stage_forget();
    ck_assert(error == 0 || error == ERR_SYNTAX);
    if (error < 0)
        ck_assert(str_eq(buf_str(&why), STR("the state makes no sense")));
    mem_free(copy);
    return error == 0;
}

START_TEST(cut)
{
    begin("kinds", 0);
    ck_assert_int_eq(save(), 0);
    size_t good = 0;
    for (size_t n = 0; n <= body.n; n++)
        good += reads(body.p, n);
    /* Only where a record ends that is in no other one: 8 and the 3 items
     * and the 2 and "then", and nothing at all. */
    ck_assert_uint_eq(good, 8 + 3 + 2 + 1 + 1);
    end();
}
END_TEST

START_TEST(flipped)
{
    begin("kinds", 0);
    ck_assert_int_eq(save(), 0);
    size_t bad = 0;
    for (size_t i = 0; i < body.n * 8; i++) {
        body.p[i / 8] ^= (char)(1 << i % 8);
        bad += !reads(body.p, body.n);
        body.p[i / 8] ^= (char)(1 << i % 8);
    }
    ck_assert_uint_gt(bad, 100);
    end();
}
END_TEST

/* Pieces of a state in any order, and any bytes. */
START_TEST(thrown_together)
{
    static char bytes[2048];
    uint32_t random = 1;

    begin("kinds", 0);
    ck_assert_int_eq(save(), 0);
    for (int round = 0; round < 20000; round++) {
        size_t n = 0;
        while (n < 512) {
            random = random * 1664525 + 1013904223;
            size_t from = (random >> 8) % body.n, length = (random >> 24) % 48;
            if (from + length > body.n)
                length = body.n - from;
            memcpy(bytes + n, body.p + from, length);
            n += length;
            if (random % 5 == 0)
                bytes[n++] = (char)(random >> 16);
            if (random % 31 == 0)
                break;
        }
        (void)reads(bytes, n);
    }
    end();
}
END_TEST

START_TEST(too_deep)
{
    char bytes[(STATE_DEPTH_MAX + 1) * 7];

    begin("", 0);
    /* Each is the whole rest. */
    for (size_t depth = STATE_DEPTH_MAX; depth <= STATE_DEPTH_MAX + 1;
         depth++) {
        for (size_t i = 0; i < depth; i++) {
            size_t inner = (depth - i - 1) * 7;
            char head[7] = {MORTISE_STATE_OPEN, 1, (char)inner, 0, 0, 0, 'k'};
            memcpy(bytes + i * 7, head, 7);
        }
        ck_assert_int_eq(reads(bytes, depth * 7), depth == STATE_DEPTH_MAX);
    }
    end();
}
END_TEST

START_TEST(no_memory)
{
    begin("kinds", 0);
    bool failed = true;
    for (long n = 0; failed; n++) {
        mem_fail_after(n);
        int error = save();
        failed = mem_fail_left() < 0;
        mem_fail_after(-1);
        ck_assert_int_eq(error, failed ? ERR_NOMEM : 0);
    }
    failed = true;
    for (long n = 0; failed; n++) {
        mem_fail_after(n);
        int error = restore(buf_str(&body));
        failed = mem_fail_left() < 0;
        mem_fail_after(-1);
        /* A record that cannot be counted is as one that is not there. */
        ck_assert(error == 0 || (failed && error == ERR_NOMEM));
        stage_forget();
    }
    end();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("host/state");
    TCase *t = tcase_create("state");
    tcase_add_test(t, kinds);
    tcase_add_test(t, nothing_saved);
    tcase_add_test(t, beyond_their_time);
    tcase_add_test(t, depths);
    tcase_add_test(t, sizes);
    tcase_add_test(t, mistakes);
    tcase_add_test(t, cut);
    tcase_add_test(t, flipped);
    tcase_add_test(t, thrown_together);
    tcase_add_test(t, too_deep);
    tcase_add_test(t, no_memory);
    suite_add_tcase(s, t);
    return unit_main(s);
}
