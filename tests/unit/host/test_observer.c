/* SPDX-License-Identifier: MIT */
/* Somebody who watches what clients and plugins say. */
#include "stage.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "host/observer.h"

static char seen[8192]; /* a line for each thing, in the order of its telling */
static size_t seen_length;
static uint64_t last_event, last_emit; /* their numbers */

static void put(const char *text, int n)
{
    int room = (int)(sizeof(seen) - seen_length);
    int put = snprintf(seen + seen_length, (size_t)room, "%.*s", n, text);
    ck_assert_int_lt(put, room);
    seen_length += (size_t)put;
}

static void put_args(const struct observation *o)
{
    const struct json *arg = o->args ? o->args->child : NULL;

    if (!o->args)
        put(" unreadable", 99);
    if (o->what != OBSERVED_ANSWER && arg)
        arg = arg->next;
    for (; arg; arg = arg->next) {
        put(" ", 1);
        if (arg->type == JSON_BINARY)
            put("binary", 99);
        else
            put(arg->raw.p, (int)arg->raw.n);
    }
}

static void put_target(const struct observation *o)
{
    char text[100];
    const char *to = o->target->only  ? "one"
                     : o->target->all ? "all"
                                      : o->target->rooms[0].p;
    snprintf(text, sizeof(text), " to %s: %u", to, o->receivers);
    put(text, 99);
}

static const char *const kinds[] = {"connect", "disconnect", "event", "emit",
                                    "answer"};

static void observe(void *user, const struct observation *o)
{
    ck_assert_ptr_eq(user, &seen);
    put(kinds[o->what], 99);
    if (o->event.n > 0) {
        put(" ", 1);
        put(o->event.p, (int)o->event.n);
    }
    if (o->what >= OBSERVED_EVENT) {
        put_args(o);
        ck_assert_uint_gt(o->size, 1);
    }
    if (o->what == OBSERVED_EVENT) {
        last_event = o->id;
        ck_assert_int_ge(o->took, 0);
        put(o->code       ? " refused "
            : !o->anybody ? " nobody"
            : !o->handler ? " any"
                          : " handled by ",
            99);
        if (o->code) {
            put(o->code, 99);
            put(" ", 1);
            put(o->message, (int)o->message_n);
        } else if (o->handler) {
            put(o->handler->name, 99);
        }
    }
    if (o->what == OBSERVED_EMIT) {
        last_emit = o->id;
        put_target(o);
    }
    if (o->reason) {
        put(" ", 1);
        put(o->reason, 99);
    }
    put("\n", 1);
}

static void watch(const char *plugins)
{
    stage_start(plugins);
    seen_length = 0;
    seen[0] = '\0';
    observer_set(stage.host, observe, &seen);
}

static void expect(const char *lines)
{
    ck_assert_str_eq(seen, lines);
    seen_length = 0;
    seen[0] = '\0';
}

static void forget(void)
{
    seen_length = 0;
    seen[0] = '\0';
}

START_TEST(comings_and_goings)
{
    watch("{\"name\":\"strict\"}");
    struct eio_session *a = stage_join();
    expect("connect\n");
    fake_end(a, EIO_TRANSPORT_CLOSE);
    expect("disconnect transport close\n");
    stage_stop();
}
END_TEST

START_TEST(events)
{
    watch("{\"name\":\"strict\"}");
    struct eio_session *a = stage_join();
    forget();
    fake_text(a, "2[\"move\",{\"n\":3}]");
    expect("event move {\"n\":3} handled by strict\n");
    fake_text(a, "2[\"move\",{\"n\":\"x\"}]");
    ck_assert_ptr_nonnull(strstr(
        seen, "event move {\"n\":\"x\"} refused bad_argument \"n\" has"));
    forget();
    fake_text(a, "2[\"nothing\",1]");
    expect("event nothing 1 any\n"); /* strict has a row of ANY */
    stage_stop();
}
END_TEST

START_TEST(what_plugins_say)
{
    watch("{\"name\":\"talk\"}");
    struct eio_session *a = stage_join();
    forget();
    fake_text(a, "2[\"echo\",1,[\"two\"]]");
    ck_assert_ptr_nonnull(strstr(seen, "emit echo 1 [\"two\"] to one: 1\n"));
    /* The event is told when it is over, but it began before. */
    ck_assert_ptr_nonnull(strstr(seen, "\nevent echo 1 [\"two\"] handled"));
    ck_assert_uint_lt(last_event, last_emit);
    forget();
    fake_text(a, "27[\"ack\",8]");
    ck_assert_ptr_nonnull(strstr(seen, "answer 8\n"));
    forget();
    fake_text(a, "2[\"nothing\",1]");
    expect("event nothing 1 nobody\n");
    stage_stop();
}
END_TEST

START_TEST(in_pieces)
{
    watch("{\"name\":\"values\"}");
    struct eio_session *a = stage_join();
    forget();
    fake_text(a, "21[\"history\",0]");
    ck_assert_ptr_nonnull(strstr(seen, "answer {\"room\":\"lobby\""));
    forget();
    fake_text(a, "21[\"tell\",2]");
    ck_assert_ptr_nonnull(strstr(seen, "emit "));
    forget();
    fake_text(a, "21[\"later\"]");
    fake_text(a, "2[\"now\",2]");
    ck_assert_ptr_nonnull(strstr(seen, "answer {"));
    stage_stop();
}
END_TEST

START_TEST(questions)
{
    watch("{\"name\":\"crowd\"}");
    struct eio_session *a = stage_open("0");
    forget();
    fake_text(a, "25[\"survey\",\"*\",1000,\"vote\",[1]]");
    ck_assert_ptr_nonnull(strstr(seen, "emit vote [1] to all: 1\n"));
    forget();
    fake_text(a, "25[\"ask\",1000,\"vote\"]");
    ck_assert_ptr_nonnull(strstr(seen, "emit question \"vote\" to one: 1\n"));
    stage_stop();
}
END_TEST

/* While nobody looks nothing is told, and who looks later sees no gap. */
START_TEST(nobody_watches)
{
    watch("{\"name\":\"talk\"}");
    struct eio_session *a = stage_join();
    forget();
    observer_set(stage.host, NULL, NULL);
    uint64_t before = stage.host->observed;
    fake_text(a, "2[\"echo\",1]");
    fake_end(a, EIO_TRANSPORT_CLOSE);
    expect("");
    ck_assert_uint_eq(stage.host->observed, before);
    stage_stop();
}
END_TEST

/* An entry that there is no memory for is told without its arguments. */
START_TEST(no_memory)
{
    watch("{\"name\":\"talk\"}");
    struct eio_session *a = stage_join();
    for (long n = 0; n < 40; n++) {
        forget();
        mem_fail_after(n);
        fake_text(a, "2[\"echo\",[1,2,3]]");
        mem_fail_after(-1);
        if (fake_is_open(a))
            continue;
        a = stage_join();
    }
    forget();
    fake_text(a, "2[\"echo\",1]");
    ck_assert_ptr_nonnull(strstr(seen, "emit echo 1 to one: 1\n"));
    stage_stop();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("observer");
    TCase *t = tcase_create("observer");
    tcase_add_test(t, comings_and_goings);
    tcase_add_test(t, events);
    tcase_add_test(t, what_plugins_say);
    tcase_add_test(t, in_pieces);
    tcase_add_test(t, questions);
    tcase_add_test(t, nobody_watches);
    tcase_add_test(t, no_memory);
    suite_add_tcase(suite, t);
    return unit_main(suite);
}
