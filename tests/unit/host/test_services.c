/* SPDX-License-Identifier: MIT */
/* Plugins that ask each other. */
#include "stage.h"

#include "base/error.h"
#include "base/mem.h"

#define ASKER  "{\"name\":\"asker\"}"
#define SERVER "{\"name\":\"server\"}"

START_TEST(asks)
{
    ck_assert_int_eq(stage_try(ASKER "," SERVER), 0);
    ck_assert(str_starts(str_z(stage.journal), STR("asker#1: staged -9\n")));
    struct eio_session *a = stage_join();
    fake_text(a, "21[\"ask\",\"double\",1,21]");
    fake_expect(a, "431[42]");
    fake_text(a, "22[\"ask\",\"double\",2,{\"a\": [1]}]");
    fake_expect(a, "42[\"asked\",[{\"a\":[1]},5],\"asker\","
                   "\"double\",2]");
    fake_expect(a, "432[{\"once\":{\"a\":[1]},\"twice\":[{\"a\":[1]},"
                   "{\"a\":[1]}],\"argc\":2}]");
    fake_text(a, "23[\"ask\",\"other\",1]");
    fake_expect(a, "433[null]");
    stage_expect("asker#1: ask 0\nasker#1: ask 0\nasker#1: ask 0\n");
    stage_stop();
    stage_expect("asker#1: fini -6\n"); /* the other has gone before */
}
END_TEST

START_TEST(cannot_ask)
{
    stage_start(ASKER "," SERVER);
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"ask\",\"double\",3]");
    fake_text(a, "2[\"ask\",\"nobody\",1]");
    fake_text(a, "2[\"ask\",null,1]");
    stage_expect("asker#1: ask -6\nasker#1: ask -6\nasker#1: ask -6\n");
    fake_text(a, "2[\"slip\"]");
    ck_assert_ptr_nonnull(strstr(stage.journal, "asker#1: slip -7 -18 0 0\n"));
    stage_forget();
    /* As deep as it goes. */
    fake_text(a, "24[\"ask\",\"deep\",1,1]");
    fake_expect(a, "434[[8,-3]]");
    stage_stop();
}
END_TEST

START_TEST(conflict)
{
    ck_assert_int_eq(
        stage_try(ASKER ",{\"name\":\"server\",\"settings\":{\"deep\":true}}"),
        ERR_EXIST);
    ck_assert(
        str_ends(buf_str(&stage.why),
                 STR(": plugin \"server\": the service \"deep\" is offered "
                     "in version 1 already, by \"asker\"\n")));
    stage_stop();
}
END_TEST

START_TEST(wrong)
{
    ck_assert_int_eq(
        stage_try("{\"name\":\"asker\",\"settings\":{\"wrong\":true}}"),
        ERR_DENIED);
    ck_assert(str_ends(buf_str(&stage.why),
                       STR(": plugin \"asker\": mortise_offer: row 0: this is "
                           "no name\n")));
    stage_stop();
}
END_TEST

START_TEST(no_memory)
{
    stage_start(ASKER "," SERVER);
    for (long n = 0; n < 60; n++) {
        struct eio_session *a = stage_join();
        mem_fail_after(n);
        fake_text(a, "22[\"ask\",\"double\",2,{\"a\": [1]}]");
        mem_fail_after(-1);
        fake_end(a, EIO_TRANSPORT_CLOSE);
        stage_forget();
    }
    stage_stop();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("services");
    TCase *tcase = tcase_create("services");
    tcase_add_test(tcase, asks);
    tcase_add_test(tcase, cannot_ask);
    tcase_add_test(tcase, conflict);
    tcase_add_test(tcase, wrong);
    tcase_add_test(tcase, no_memory);
    suite_add_tcase(suite, tcase);
    return unit_main(suite);
}
