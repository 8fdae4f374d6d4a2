/* SPDX-License-Identifier: MIT */
/* Every allocation fails once, from the configuration to the last word of a
 * conversation: nobody crashes, nothing leaks. */
#include "stage.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"

#define TALK "{\"name\":\"talk\"}"

/* So many times in a row as if nothing had happened: the failures have moved
 * beyond the end. */
#define CALM 50

static char undisturbed[sizeof(stage.journal)];

/* Takes the complaints out of the journal: a place that complains often may
 * do so no more. */
static void leave_complaints_out(void)
{
    char *to = stage.journal;
    for (char *from = to, *end; *from; from = end) {
        end = strchr(from, '\n') + 1;
        size_t n = (size_t)(end - from);
        if (!memmem(from, n, ": mortise_", 10) && !memmem(from, n, " out\n", 5))
            to = (char *)memmove(to, from, n) + n;
    }
    *to = '\0';
}

static void start(long n)
{
    mem_fail_after(n);
    stage_try("{\"name\":\"talk\",\"settings\":{\"timer\":true}},"
              "{\"name\":\"second\"}");
    mem_fail_after(-1);
    stage_stop(); /* asserts that nothing is left */
    leave_complaints_out();
}

START_TEST(starting)
{
    start(-1);
    memcpy(undisturbed, stage.journal, sizeof(undisturbed));
    for (long n = 0, calm = 0; calm < CALM; n++) {
        ck_assert_int_lt(n, 5000);
        start(n);
        calm = strcmp(stage.journal, undisturbed) == 0 ? calm + 1 : 0;
        ck_assert(n > 0 || calm == 0);
    }
}
END_TEST

/* What everybody says; the client may be gone from any of it on. */
static void talk(struct eio_session *a, struct eio_session *b)
{
    static const char *const words[] = {
        "2[\"echo\",1,\"x\"]",
        "21[\"ack\",{\"a\":[1,2,3]}]",
        "22[\"later\"]",
        "2[\"reply\"]",
        "2[\"ask\"]",
        "30[\"back\"]",
        "2[\"ask\"]",
        "2[\"join\",\"r\"]",
        "2[\"tell\",\"r\"]",
        "2[\"list\",[1]]",
        "2[\"handshake\"]",
        "2[\"after\",10,10,2]",
        "2[\"nobody handles this\",1]",
        "2[\"kick\",1]",
    };
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        fake_text(a, words[i]);
    fake_text(b, "0{\"refuse\":\"data\"}");
}

static void converse(long n)
{
    stage_start(TALK);
    struct eio_session *b = fake_open(stage.sio), *a = stage_join();
    mem_fail_after(n);
    talk(a, b);
    stage_advance(10);
    stage_advance(10);
    mem_fail_after(-1);
    stage_stop();
    leave_complaints_out();
}

START_TEST(talking)
{
    converse(-1);
    memcpy(undisturbed, stage.journal, sizeof(undisturbed));
    for (long n = 0, calm = 0; calm < CALM; n++) {
        ck_assert_int_lt(n, 5000);
        converse(n);
        calm = strcmp(stage.journal, undisturbed) == 0 ? calm + 1 : 0;
        ck_assert(n > 0 || calm == 0);
    }
}
END_TEST

/* How many acknowledgements it was sent. */
static int answers(struct eio_session *a)
{
    int count = 0;

    while (fake_unseen(a) > 0)
        count += str_starts(fake_next(a), STR("43"));
    return count;
}

START_TEST(who_waits_is_answered_or_gone)
{
    bool all = false;

    for (long n = 0; !all; n++) {
        ck_assert_int_lt(n, 5000);
        stage_start(TALK);
        struct eio_session *a = stage_join();
        mem_fail_after(n);
        fake_text(a, "21[\"ack\",{\"a\":[1,2,3]}]");
        fake_text(a, "22[\"later\"]");
        fake_text(a, "2[\"reply\"]");
        all = mem_fail_left() >= 0;
        mem_fail_after(-1);
        bool open = fake_is_open(a) && !fake_is_closing(a);
        ck_assert_msg(answers(a) == 2 || !open, "allocation %ld", n);
        ck_assert(!all || open);
        stage_stop();
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("host/nomem");
    TCase *t = tcase_create("nomem");
    tcase_add_test(t, starting);
    tcase_add_test(t, talking);
    tcase_add_test(t, who_waits_is_answered_or_gone);
    suite_add_tcase(s, t);
    return unit_main(s);
}
