/* SPDX-License-Identifier: MIT */
/* Rows whose namespace is a pattern, and what plugins do by names. */
#include "stage.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"

#define HALLS "{\"name\":\"halls\",\"namespace\":\"/hall-*\"}"

static struct eio_session *a, *b;

/* Joins a namespace, and has seen it. */
static void join(struct eio_session *e, const char *name)
{
    char text[100];
    snprintf(text, sizeof(text), "0%s,", name);
    fake_text(e, text);
    struct str answer = fake_next(e);
    snprintf(text, sizeof(text), "40%s,{\"sid\":", name);
    ck_assert_msg(str_starts(answer, str_z(text)), "%.*s", STR_ARG(answer));
    stage_forget();
}

static void leave(struct eio_session *e, const char *name)
{
    char text[100];
    snprintf(text, sizeof(text), "1%s,", name);
    fake_text(e, text);
}

/* Says it in a namespace, and asserts what it is answered. */
static void call(struct eio_session *e, const char *name, const char *event,
                 const char *answer)
{
    char text[400];
    snprintf(text, sizeof(text), "2%s,5%s", name, event);
    fake_text(e, text);
    snprintf(text, sizeof(text), "43%s,5%s", name, answer);
    fake_expect(e, text);
}

static uint32_t children(void)
{
    return sio_server_namespaces(stage.sio) - 1; /* without "/hall-vip" */
}

static void set_up(void)
{
    stage_start(HALLS);
    a = fake_open(stage.sio);
    b = fake_open(stage.sio);
}

START_TEST(only_what_has_a_name_is_opened)
{
    ck_assert_uint_eq(sio_server_namespaces(stage.sio), 1);
    ck_assert_ptr_nonnull(sio_namespace_find(stage.sio, STR("/hall-vip")));
}
END_TEST

START_TEST(plugins_see_the_name)
{
    fake_text(a, "0/hall-1,");
    ck_assert_uint_eq(fake_skip(a), 1);
    stage_expect("halls#1: connecting /hall-1\nhalls#1: connect /hall-1\n");
    call(a, "/hall-1", "[\"where\"]", "[\"/hall-1\"]");
    stage_expect("halls#1: use /hall-1\n");
    fake_text(a, "2/hall-1,[\"unknown\"]");
    stage_expect("nobody handles \"unknown\" in namespace /hall-1\n"
                 "halls#1: use /hall-1\n");
    fake_text(a, "2/hall-1,[\"ask\"]");
    fake_expect(a, "42/hall-1,0[\"well?\"]");
    stage_expect("halls#1: use /hall-1\nhalls#1: outgoing /hall-1 well?\n");
    fake_text(a, "3/hall-1,0[]");
    stage_expect("halls#1: answer /hall-1\n");
    join(b, "/hall-1");
    leave(a, "/hall-1");
    stage_expect("halls#1: disconnecting /hall-1\n"
                 "halls#1: disconnect /hall-1, 1 left\n");
    ck_assert_uint_eq(children(), 1);
}
END_TEST

START_TEST(a_name_of_its_own_counts_more)
{
    fake_text(a, "0/hall-vip,");
    ck_assert_uint_eq(fake_skip(a), 1);
    stage_expect(""); /* the moments are those of the pattern */
    call(a, "/hall-vip", "[\"where\"]", "[\"the one and only\",\"/hall-vip\"]");
}
END_TEST

START_TEST(names_that_fit_nothing)
{
    static const char *const names[] = {"/hall-", "/hall-1/2", "/hall-*", "/"};
    char text[100], answer[100];
    snprintf(text, sizeof(text), "0%s,", names[_i]);
    snprintf(answer, sizeof(answer),
             "44%s%s{\"message\":\"Invalid namespace\"}",
             names[_i][1] ? names[_i] : "", names[_i][1] ? "," : "");
    fake_text(a, text);
    fake_expect(a, answer);
    stage_expect("");
    ck_assert_uint_eq(children(), 0);
}
END_TEST

START_TEST(a_refused_one_leaves_nothing)
{
    fake_text(a, "0/hall-1,{\"refuse\":1}");
    fake_expect(a, "44/hall-1,{\"message\":\"no\"}");
    stage_expect("halls#1: connecting /hall-1\n");
    ck_assert_uint_eq(children(), 0);
}
END_TEST

/* In DISCONNECT it surveys who is there: nobody is. */
START_TEST(it_goes_with_the_last_one)
{
    join(a, "/hall-1");
    if (_i == 0)
        leave(a, "/hall-1");
    else
        fake_end(a, EIO_TRANSPORT_CLOSE);
    stage_expect("halls#1: disconnecting /hall-1\n"
                 "halls#1: disconnect /hall-1, 0 left\n"
                 "halls#1: outgoing /hall-1 anybody\n"
                 "halls#1: answers /hall-1 0\n");
    ck_assert_uint_eq(children(), 0);
    ck_assert_uint_eq(stage.host->awaited.count, 0);
}
END_TEST

START_TEST(fifty)
{
    char name[32], event[64];
    struct eio_session *e[50];
    for (int i = 0; i < 50; i++) {
        snprintf(name, sizeof(name), "/hall-%d", i);
        e[i] = fake_open(stage.sio);
        join(e[i], name);
    }
    ck_assert_uint_eq(children(), 50);
    for (int i = 0; i < 50; i++) {
        snprintf(name, sizeof(name), "/hall-%d", i);
        snprintf(event, sizeof(event), "[\"%s\"]", name);
        call(e[i], name, "[\"where\"]", event);
        stage_forget();
    }
    for (int i = 0; i < 50; i++) {
        fake_end(e[i], EIO_TRANSPORT_CLOSE);
        stage_forget();
    }
    ck_assert_uint_eq(children(), 0);
}
END_TEST

/* --- by name --- */

START_TEST(emitting_by_name)
{
    join(a, "/hall-1");
    join(b, "/hall-2");
    call(b, "/hall-2", "[\"join\",\"sofa\"]", "[0]");
    call(a, "/hall-1", "[\"tell\",\"/hall-2\",\"sofa\",\"hi\"]", "[1]");
    fake_expect(b, "42/hall-2,[\"told\",\"hi\"]");
    call(a, "/hall-1", "[\"tell\",\"/hall-2\",null,\"all\"]", "[1]");
    fake_expect(b, "42/hall-2,[\"told\",\"all\"]");
    call(a, "/hall-1", "[\"count\",\"/hall-2\",\"sofa\"]", "[1,1]");
    fake_text(a, "2/hall-1,5[\"survey\",\"/hall-2\"]");
    fake_expect(a, "43/hall-1,5[1]");
    fake_expect(b, "42/hall-2,0[\"anybody\"]");
    stage_forget();
    fake_text(b, "3/hall-2,0[]");
    stage_expect("halls#1: answers /hall-2 1\n");
    call(a, "/hall-1", "[\"end\",\"/hall-2\"]", "[1]");
    fake_expect(b, "41/hall-2,");
    ck_assert_uint_eq(children(), 1);
}
END_TEST

/* Somebody could be there. */
START_TEST(where_nobody_is)
{
    join(a, "/hall-1");
    call(a, "/hall-1", "[\"tell\",\"/hall-9\",null,\"hi\"]", "[0]");
    call(a, "/hall-1", "[\"tell\",\"/hall-9\",\"room\",\"hi\"]", "[0]");
    call(a, "/hall-1", "[\"count\",\"/hall-9\",\"room\"]", "[0,0]");
    call(a, "/hall-1", "[\"end\",\"/hall-9\"]", "[0]");
    stage_forget();
    call(a, "/hall-1", "[\"survey\",\"/hall-9\"]", "[0]");
    stage_expect("halls#1: use /hall-1\n"
                 "halls#1: outgoing /hall-9 anybody\n"
                 "halls#1: answers /hall-9 0\n");
    ck_assert_uint_eq(children(), 1);
}
END_TEST

/* Nobody ever could. */
START_TEST(where_nobody_can_be)
{
    join(a, "/hall-1");
    call(a, "/hall-1", "[\"tell\",\"/cellar\",null,\"hi\"]", "[-6]");
    stage_expect("halls#1: use /hall-1\n"
                 "halls#1: mortise_emit: no plugin has a row in the namespace "
                 "\"/cellar\"\n");
    call(a, "/hall-1", "[\"count\",\"/cellar\",\"room\"]", "[-6,-6]");
    stage_forget();
    call(a, "/hall-1", "[\"count\",\"/hall-*\",\"room\"]", "[-6,-6]");
    stage_expect("halls#1: use /hall-1\n"
                 "halls#1: mortise_list_sockets: \"/hall-*\" stands for many "
                 "namespaces: name the one that is meant\n");
    call(a, "/hall-1", "[\"tell\",\"/cell*\",null,\"hi\"]", "[-6]");
    call(a, "/hall-1", "[\"survey\",\"/hall-*\"]", "[-6]");
    call(a, "/hall-1", "[\"end\",\"/hall-*\"]", "[-6]");
    ck_assert_uint_eq(children(), 1);
}
END_TEST

/* Emitting to the pattern reaches each that is there because of it. */
START_TEST(to_all_of_them)
{
    join(a, "/hall-vip");
    call(a, "/hall-vip", "[\"where\"]", "[\"the one and only\",\"/hall-vip\"]");
    join(a, "/hall-1");
    call(a, "/hall-1", "[\"tell\",\"/hall-*\",\"sofa\",\"hi\"]", "[0]");
    join(b, "/hall-1");
    join(b, "/hall-2");
    call(a, "/hall-1", "[\"join\",\"sofa\"]", "[0]");
    call(b, "/hall-2", "[\"join\",\"sofa\"]", "[0]");
    stage_forget();
    fake_text(a, "2/hall-1,[\"tell\",\"/hall-*\",\"sofa\",\"hi\"]");
    fake_expect(a, "42/hall-1,[\"told\",\"hi\"]");
    fake_expect(b, "42/hall-2,[\"told\",\"hi\"]");
    ck_assert_ptr_nonnull(strstr(stage.journal, "outgoing /hall-1 told\n"));
    ck_assert_ptr_nonnull(strstr(stage.journal, "outgoing /hall-2 told\n"));
    fake_text(b, "2/hall-2,6[\"tell-last\",\"/hall-*\",\"ho\"]");
    fake_expect(a, "42/hall-1,[\"told\",\"ho\"]");
    fake_expect_nothing(a);
    ck_assert_uint_eq(fake_unseen(b), 3);
    fake_next(b);
    fake_next(b);
    fake_expect(b, "43/hall-2,6[3,3]");
}
END_TEST

/* A timer has no socket: it is in the namespace of the configuration, which
 * stands for many. */
START_TEST(a_timer)
{
    join(a, "/hall-1");
    join(b, "/hall-2");
    fake_text(a, "2/hall-1,[\"later\"]");
    stage_forget();
    stage_advance(100);
    fake_expect(a, "42/hall-1,[\"tick\"]");
    fake_expect(b, "42/hall-2,[\"tick\"]");
    ck_assert_ptr_nonnull(strstr(stage.journal, "halls#1: tick /hall-*: 2\n"));
}
END_TEST

/* --- bounds --- */

START_TEST(so_many_at_a_time)
{
    char text[64];
    for (int i = 0; i < 4; i++) {
        snprintf(text, sizeof(text), "/hall-%d", i);
        join(a, text);
    }
    for (int i = 4; i < 10000; i++) {
        snprintf(text, sizeof(text), "0/hall-%d,", i);
        fake_text(a, text);
        snprintf(text, sizeof(text),
                 "44/hall-%d,{\"message\":\"Too many namespaces\"}", i);
        fake_expect(a, text);
    }
    stage_expect("");
    ck_assert_uint_eq(children(), 4);
    leave(a, "/hall-1");
    join(a, "/hall-5");
    ck_assert(fake_is_open(a));
}
END_TEST

/* What is the same after another registry has taken the place. */
START_TEST(found_anew_by_name)
{
    struct sio_namespace *n;
    uint32_t cursor = 0;
    join(a, "/hall-1");
    while ((n = sio_namespace_next(stage.sio, &cursor)))
        ck_assert_ptr_eq(
            sio_namespace_data(n),
            registry_find(stage.host->lineup->registry, sio_namespace_name(n)));
}
END_TEST

/* From a pattern to one name that fits it, and back: who is in that one stays,
 * and the others are put out. */
START_TEST(another_configuration)
{
    join(a, "/hall-1");
    join(b, "/hall-2");
    call(a, "/hall-1", "[\"join\",\"sofa\"]", "[0]");
    ck_assert_int_eq(
        stage_reload("{\"name\":\"halls\",\"namespace\":\"/hall-1\"}"), 0);
    fake_expect(b, "41/hall-2,");
    fake_text(b, "0/hall-2,");
    fake_expect(b, "44/hall-2,{\"message\":\"Invalid namespace\"}");
    ck_assert(fake_is_open(b));
    call(a, "/hall-1", "[\"count\",\"/hall-1\",\"sofa\"]", "[1,1]");
    leave(a, "/hall-1");
    ck_assert_uint_eq(children(), 1); /* it was opened, so it stays */
    join(a, "/hall-1");
    call(a, "/hall-1", "[\"join\",\"sofa\"]", "[0]");
    ck_assert_int_eq(stage_reload(HALLS), 0);
    join(b, "/hall-2");
    call(b, "/hall-2", "[\"count\",\"/hall-1\",\"sofa\"]", "[1,1]");
    call(b, "/hall-2", "[\"tell\",\"/hall-*\",\"sofa\",\"hi\"]", "[1]");
    fake_expect(a, "42/hall-1,[\"told\",\"hi\"]");
    leave(a, "/hall-1");
    ck_assert_uint_eq(children(), 1);
    leave(b, "/hall-2");
    ck_assert_uint_eq(children(), 0);
}
END_TEST

/* A namespace gets rows of its own while somebody is in it. */
START_TEST(another_pattern_fits_better)
{
    join(a, "/hall-12");
    ck_assert_int_eq(stage_reload(HALLS ",{\"name\":\"second\",\"namespace\":"
                                        "\"/hall-1*\"}"),
                     0);
    stage_forget();
    call(a, "/hall-12", "[\"where\"]", "[\"where\"]"); /* any event */
    join(b, "/hall-2");
    call(b, "/hall-2", "[\"where\"]", "[\"/hall-2\"]");
    /* And when these are gone, those it had. */
    ck_assert_int_eq(stage_reload(HALLS), 0);
    call(a, "/hall-12", "[\"where\"]", "[\"/hall-12\"]");
    ck_assert_uint_eq(children(), 2);
}
END_TEST

/* Who is told of the end is the old build, of a namespace under its name. */
START_TEST(removed)
{
    join(a, "/hall-1");
    ck_assert_int_eq(stage_reload("{\"name\":\"second\"}"), 0);
    ck_assert_ptr_nonnull(strstr(stage.journal,
                                 "halls#1: disconnecting /hall-1\n"
                                 "halls#1: disconnect /hall-1, 0 left\n"));
    fake_expect(a, "41/hall-1,");
    fake_text(a, "0/hall-1,");
    fake_expect(a, "44/hall-1,{\"message\":\"Invalid namespace\"}");
    ck_assert_uint_eq(children(), 0); /* "/" in place of "/hall-vip" */
}
END_TEST

START_TEST(short_memory)
{
    bool done = false;
    for (long n = 0; !done; n++) {
        struct eio_session *e = fake_open(stage.sio);
        mem_fail_after(n);
        fake_text(e, "0/hall-1,");
        fake_text(e, "2/hall-1,5[\"tell\",\"/hall-9\",null,\"hi\"]");
        fake_text(e, "2/hall-1,5[\"tell\",\"/hall-*\",null,\"hi\"]");
        fake_text(e, "2/hall-1,5[\"survey\",\"/hall-*\"]");
        fake_text(e, "1/hall-1,");
        done = mem_fail_left() >= 0;
        mem_fail_after(-1);
        fake_end(e, EIO_TRANSPORT_CLOSE);
        ck_assert_uint_eq(children(), 0);
        stage_forget();
        ck_assert_int_lt(n, 500);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("host/namespaces");
    TCase *t = tcase_create("namespaces");
    tcase_add_checked_fixture(t, set_up, stage_stop);
    tcase_add_test(t, only_what_has_a_name_is_opened);
    tcase_add_test(t, plugins_see_the_name);
    tcase_add_test(t, a_name_of_its_own_counts_more);
    tcase_add_loop_test(t, names_that_fit_nothing, 0, 4);
    tcase_add_test(t, a_refused_one_leaves_nothing);
    tcase_add_loop_test(t, it_goes_with_the_last_one, 0, 2);
    tcase_add_test(t, fifty);
    tcase_add_test(t, emitting_by_name);
    tcase_add_test(t, where_nobody_is);
    tcase_add_test(t, where_nobody_can_be);
    tcase_add_test(t, to_all_of_them);
    tcase_add_test(t, a_timer);
    tcase_add_test(t, so_many_at_a_time);
    tcase_add_test(t, found_anew_by_name);
    tcase_add_test(t, another_configuration);
    tcase_add_test(t, another_pattern_fits_better);
    tcase_add_test(t, removed);
    tcase_add_test(t, short_memory);
    suite_add_tcase(s, t);
    return unit_main(s);
}
