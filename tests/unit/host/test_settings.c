/* SPDX-License-Identifier: MIT */
#include "stage.h"

#include "base/error.h"
#include "base/mem.h"

#define PICKY(settings) "{\"name\":\"picky\",\"settings\":" settings "}"

static void accepted(const char *plugins, const char *journal)
{
    ck_assert_int_eq(stage_try(plugins), 0);
    ck_assert(str_starts(str_z(stage.journal), str_z(journal)));
    stage_stop();
}

START_TEST(right)
{
    accepted("{\"name\":\"picky\"}", "picky#1: 4 1.5 1 nobody 2 1, done 0 0\n");
    accepted(PICKY("{}"), "picky#1: 4 1.5 1 nobody 2 1, done 0 0\n");
    accepted(
        PICKY("{\"players\":100,\"speed\":0,\"greet\":false,"
              "\"name\":\"x\",\"colour\":\"red\",\"inner\":{\"depth\":9}}"),
        "picky#1: 100 0 0 x 0 9, done 0 0\n");
}
END_TEST

/* What it complains about, each line behind its place. */
static void refused(const char *plugins, const char *const *lines)
{
    ck_assert_int_eq(stage_try(plugins), ERR_DENIED);
    struct str rest = buf_str(&stage.why);
    for (; *lines; lines++) {
        struct str line = str_cut(&rest, '\n');
        ck_assert_msg(str_starts(line, STR("conf.json:1:")) &&
                          str_ends(line, str_z(*lines)),
                      "%.*s\n%s", STR_ARG(line), *lines);
    }
    ck_assert_uint_eq(rest.n, 0);
    stage_stop();
}

START_TEST(wrong)
{
    static const char *const lines[] = {
        ": plugin \"picky\": the setting \"players\" must be a whole number "
        "from 2 to 100, not 1",
        "the setting \"speed\" must be a number from 0 to 10, not 10.5",
        "the setting \"greet\" must be true or false, not \"no\"",
        "the setting \"name\" must be a string, not null",
        "the setting \"colour\" must be \"red\", \"green\" or \"blue\", not "
        "\"redd\"",
        "the setting \"inner\" must be of the type object, not this array",
        NULL};
    refused(PICKY("{\"players\":1,\"speed\":10.5,\"greet\":\"no\","
                  "\"name\":null,\"colour\":\"redd\",\"inner\":[1]}"),
            lines);
    stage_expect("picky#1: 4 1.5 1 nobody 2 1, done -2 -2\n");
}
END_TEST

START_TEST(unknown)
{
    static const char *const lines[] = {
        "there is no setting \"dept\"; did you mean \"depth\"?",
        "there is no setting \"player\"; did you mean \"players\"?",
        "there is no setting \"zzzzzzz\"", NULL};
    refused(PICKY("{\"player\":3,\"zzzzzzz\":1,\"inner\":{\"dept\":2}}"),
            lines);
    static const char *const strange[] = {
        "the setting \"players\" must be a whole number from 2 to 100, not "
        "true",
        NULL};
    /* Also when init says that all is well: its fini is due then. */
    refused(PICKY("{\"players\":true}"), strange);
    ck_assert_ptr_nonnull(strstr(stage.journal, "picky#1: fini, -2\n"));
}
END_TEST

START_TEST(place)
{
    ck_assert_int_eq(stage_try(PICKY("{\n  \"greet\":   7}")), ERR_DENIED);
    ck_assert(str_starts(buf_str(&stage.why), STR("conf.json:2:14: plugin ")));
    stage_stop();
}
END_TEST

START_TEST(no_memory)
{
    for (long n = 0; n < 400; n++) {
        mem_fail_after(n);
        stage_try(PICKY("{\"player\":3,\"speed\":10.5,\"inner\":[1]}"));
        mem_fail_after(-1);
        stage_stop();
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("settings");
    TCase *tcase = tcase_create("settings");
    tcase_add_test(tcase, right);
    tcase_add_test(tcase, wrong);
    tcase_add_test(tcase, unknown);
    tcase_add_test(tcase, place);
    tcase_add_test(tcase, no_memory);
    suite_add_tcase(suite, tcase);
    return unit_main(suite);
}
