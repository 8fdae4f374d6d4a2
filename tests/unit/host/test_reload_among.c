/* SPDX-License-Identifier: MIT */
/* Reloads of plugins that have to do with each other, or with many sockets:
 * services, surveys, identities, middleware. */
#include "stage.h"

#include <string.h>

#include "base/error.h"
#include "host/reload/reload.h"

#define ASKER        "{\"name\":\"asker\"}"
#define SERVER(x)    "{\"name\":\"server\",\"settings\":{\"x\":" #x "}}"
#define PLUGIN(n, x) "{\"name\":\"" n "\",\"settings\":{\"x\":" #x "}}"
#define SECOND       "{\"name\":\"second\"}"
#define DEEP         "{\"name\":\"server\",\"settings\":{\"deep\":true}}"

#define CROWD(x)                                                               \
    "{\"name\":\"crowd\",\"namespace\":\"/c\",\"settings\":{\"x\":" #x "}}"

static uint32_t number_of(const char *plugin)
{
    for (uint32_t i = 0; i < stage.host->slot_count; i++)
        if (strcmp(stage.host->slots[i]->name, plugin) == 0)
            return stage.host->slots[i]->current->number;
    return 0;
}

START_TEST(services)
{
    stage_start(ASKER "," SERVER(1));
    struct eio_session *a = stage_join();
    fake_text(a, "21[\"ask\",\"double\",1,21]");
    fake_expect(a, "431[42]");
    /* Who is asked is another one now. */
    stage_exchange(ASKER "," SERVER(2));
    ck_assert_uint_eq(number_of("server"), 2);
    fake_text(a, "21[\"ask\",\"double\",2,4]");
    fake_expect(a, "42[\"asked\",[4,5],\"asker\",\"double\",2]");
    fake_expect(a, "431[{\"once\":4,\"twice\":[4,4],\"argc\":2}]");
    /* Or stands elsewhere, */
    stage_exchange(SERVER(2) "," ASKER);
    fake_text(a, "21[\"ask\",\"double\",1,3]");
    fake_expect(a, "431[6]");
    /* or is not there, */
    stage_exchange(ASKER);
    fake_text(a, "21[\"ask\",\"double\",1,3]");
    fake_expect(a, "431[null]");
    /* or would offer what somebody else offers. */
    stage_refuse(ASKER "," DEEP,
                 "plugin \"server\": the service \"deep\" is offered in "
                 "version 1 already, by \"asker\"");
    fake_text(a, "24[\"ask\",\"deep\",1,1]");
    fake_expect(a, "434[[8,-3]]");
    stage_stop();
}
END_TEST

START_TEST(surveys)
{
    stage_start(PLUGIN("crowd", 1));
    struct eio_session *a = stage_open("0"), *b = stage_open("0");
    fake_skip(a);
    fake_skip(b);
    fake_text(a, "21[\"survey\",\"*\",1000,\"vote\",[1]]");
    fake_expect(a, "420[\"vote\",[1]]");
    fake_expect(a, "431[2]");
    fake_expect(b, "420[\"vote\",[1]]");
    fake_text(b, "30[\"yes\"]");
    stage_exchange(PLUGIN("crowd", 2));
    ck_assert_uint_eq(number_of("crowd"), 2);
    fake_text(a, "30[\"no\"]");
    struct str answers = fake_next(a);
    ck_assert(str_starts(answers, STR("42[\"answers\",0,[{\"who\":\"")));
    ck_assert_ptr_nonnull(memmem(answers.p, answers.n, "[\"yes\"]", 7));
    ck_assert_ptr_nonnull(memmem(answers.p, answers.n, "[\"no\"]", 6));
    /* One whose asker goes: nobody is told. */
    fake_text(a, "21[\"survey\",\"*\",1000,\"vote\",[1]]");
    fake_skip(a);
    fake_skip(b);
    stage_exchange(SECOND);
    fake_text(a, "31[]");
    stage_advance(1000);
    fake_expect_nothing(a);
    ck_assert_uint_eq(stage.host->awaited.count, 0);
    stage_stop();
}
END_TEST

START_TEST(identities)
{
    stage_start(PLUGIN("who", 1));
    struct eio_session *a = stage_open("0{\"user\":\"ann\"}");
    fake_skip(a);
    fake_text(a, "2[\"sign\",{\"user\":\"ann\",\"lasts\":60000}]");
    stage_exchange(PLUGIN("who", 2));
    ck_assert_uint_eq(number_of("who"), 2);
    stage_advance(0);
    stage_forget();
    fake_text(a, "2[\"tell\",\"ann\"]");
    fake_expect(a, "42[\"told\",\"ann\"]");
    /* It ends when it would have: 60 s after its wall clock said when. */
    stage_advance(50000);
    ck_assert(fake_is_open(a));
    ck_assert_uint_eq(stage.host->identities.sockets.count, 1);
    stage_advance(10000);
    ck_assert_uint_eq(stage.host->identities.users.count, 0);
    stage_stop();
}
END_TEST

START_TEST(middleware)
{
    stage_start(PLUGIN("guard", 1));
    struct eio_session *a = stage_join();
    stage_exchange(PLUGIN("guard", 2));
    fake_text(a, "2[\"plain\",\"x\",2]");
    ck_assert(
        str_starts(str_z(stage.journal), STR("guard#2: use plain argc 2\n")));
    fake_expect(a, "42[\"handled\",\"x\",2]");
    stage_stop();
}
END_TEST

/* Somebody has asked to join, and waits for the answer of nobody. */
START_TEST(all_go_and_come)
{
    stage_start(ASKER "," SERVER(1) "," CROWD(1));
    struct eio_session *a = stage_join();
    stage_exchange("");
    ck_assert_uint_eq(stage.host->lineup->count, 0);
    fake_expect(a, "41");
    fake_text(a, "0");
    fake_expect(a, "44{\"message\":\"Invalid namespace\"}");
    stage_advance(0);
    stage_exchange(CROWD(1) "," ASKER "," SERVER(1));
    fake_text(a, "0");
    ck_assert_uint_eq(fake_skip(a), 1);
    fake_text(a, "21[\"ask\",\"double\",1,21]");
    fake_expect(a, "431[42]");
    stage_stop();
}
END_TEST

/* Each of them many times, in all sorts of company. */
START_TEST(again_and_again)
{
    static const char *const plans[] = {
        ASKER "," SERVER(1),
        SERVER(2) "," CROWD(1),
        CROWD(2) "," ASKER,
        PLUGIN("who", 1) "," SERVER(3) "," ASKER,
        "{\"name\":\"halls\"}," SERVER(3),
        PLUGIN("meter", 1) "," PLUGIN("work", 1),
        "",
        "{\"name\":\"swap\",\"path\":\"swap-1.so\",\"namespace\":\"/s\"},"
        "{\"name\":\"talk\"}",
        "{\"name\":\"talk\"},"
        "{\"name\":\"swap\",\"path\":\"swap-2.so\",\"namespace\":\"/s\"}",
    };
    /* Looped back there are only so many builds. */
    int rounds = stage_looped_back() ? 10 : 180, good = 0;
    uint32_t random = 7;

    stage_start(SECOND);
    for (int i = 0; i < rounds; i++) {
        for (uint32_t k = 0; k < stage.host->slot_count; k++)
            stage.host->slots[k]->retired = 0;
        random = random * 1664525 + 1013904223;
        int error = stage_reload(plans[(random >> 16) % 9]);
        stage_forget();
        good += error == 0;
        ck_assert_msg(error == 0 || error == ERR_DENIED, "%.*s",
                      STR_ARG(buf_str(&stage.why)));
        struct eio_session *a = stage_open("0");
        fake_text(a, "0/s,");
        fake_text(a, "2/s,1[\"count\"]");
        fake_text(a, "2[\"after\",5,5,2]");
        fake_text(a, "2[\"start\",\"reverse\",\"abc\",7]");
        if (random % 3 == 0)
            fake_end(a, EIO_TRANSPORT_CLOSE);
        if (random % 5 == 0)
            stage_advance(3);
        stage_forget();
    }
    ck_assert_int_gt(good, rounds / 2);
    stage_stop();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("host/reload_among");
    TCase *t = tcase_create("among");
    tcase_add_test(t, services);
    tcase_add_test(t, surveys);
    tcase_add_test(t, identities);
    tcase_add_test(t, middleware);
    tcase_add_test(t, all_go_and_come);
    tcase_add_test(t, again_and_again);
    suite_add_tcase(s, t);
    return unit_main(s);
}
