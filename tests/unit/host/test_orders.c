/* SPDX-License-Identifier: MIT */
/* Commands of plugins: given, answered, late, and across a reload. */
#include "stage.h"

#include <stdio.h>

#include "base/error.h"
#include "base/mem.h"
#include "host/services/orders.h"

#define RULER "{\"name\":\"ruler\"}"

struct given {
    struct order_watch watch;
    int told;
    char text[1000]; /* status, text, value */
};

static void on_answered(struct order_watch *watch,
                        const struct order_outcome *outcome)
{
    struct given *g = CONTAINER_OF(watch, struct given, watch);

    g->told++;
    snprintf(g->text, sizeof(g->text), "%d|%.*s|%.*s", outcome->status,
             STR_ARG(outcome->text), STR_ARG(outcome->value));
}

/* The words are "PLUGIN COMMAND ARGUMENT..." */
static void give(struct given *g, const char *words, const char *input,
                 int64_t timeout)
{
    struct str rest = str_z(words), args[80];
    struct order_given given = {.args = args, .timeout = timeout};

    *g = (struct given){.watch.answered = on_answered};
    given.plugin = str_cut(&rest, ' ');
    given.command = str_cut(&rest, ' ');
    while (rest.p)
        args[given.argc++] = str_cut(&rest, ' ');
    given.input = str_z(input);
    orders_give(stage.host, &given, &g->watch);
}

static void expect(const struct given *g, const char *text)
{
    ck_assert_int_eq(g->told, 1);
    ck_assert_str_eq(g->text, text);
    ck_assert_uint_eq(g->watch.number, 0);
}

static void answers(const char *words, const char *text)
{
    struct given g;
    give(&g, words, "", 0);
    expect(&g, text);
}

START_TEST(at_once)
{
    struct given g;

    stage_start(RULER);
    give(&g, "ruler say hi 2", "secret", 0);
    expect(&g, "0|hi\n|{\"text\":\"hi\",\"times\":2}");
    stage_expect("ruler#1: say of 2: secret\n"
                 "ruler#1: answer 0 -4, print -4\n");
    answers("ruler say 12 3 true so 0.5 [1] {\"a\":null}",
            "0|12\n|{\"text\":\"12\",\"times\":3,\"loud\":true,\"how\":\"so\","
            "\"rate\":0.5,\"list\":[1],\"any\":{\"a\":null}}");
    answers("ruler say a 1 true so 1 [] word",
            "0|a\n|{\"text\":\"a\",\"times\":1,\"loud\":true,\"how\":\"so\","
            "\"rate\":1,\"list\":[],\"any\":\"word\"}");
    answers("ruler fail", "1|no, 3 times\n|");
    stage_forget();
    answers("ruler wrong", "7||");
    ck_assert_ptr_nonnull(
        strstr(stage.journal, "ruler#1: wrong -2 -2 -7 -7 -7\n"));
    stage_stop();
}
END_TEST

#define USAGE                                                                  \
    "Usage: mortise ctl ruler say TEXT TIMES [LOUD] [HOW] [RATE] "             \
    "[LIST] [ANY]\n|"

START_TEST(bad_arguments)
{
    stage_start(RULER);
    answers("ruler say", "2|\"text\" is missing.\n" USAGE);
    answers("ruler say much-too-long 1",
            "2|\"text\" has to have 1 to 5 characters.\n" USAGE);
    answers("ruler say hi x", "2|\"times\" has to be a whole number.\n" USAGE);
    answers("ruler say hi 10", "2|\"times\" has to be from 1 to 9.\n" USAGE);
    answers("ruler say hi 1 yes",
            "2|\"loud\" has to be true or false.\n" USAGE);
    answers("ruler say hi 1 true what",
            "2|\"how\" has to be one of so, or so.\n" USAGE);
    answers("ruler say hi 1 true so 1 [",
            "2|\"list\" has to be an array.\n" USAGE);
    answers("ruler say hi 1 true so 1 [] x y", "2|too many arguments\n" USAGE);
    answers("ruler say \xff 1",
            "2|the arguments cannot be read: they are not UTF-8\n" USAGE);
    answers("ruler fail me",
            "2|it takes no arguments\nUsage: mortise ctl ruler fail\n|");
    answers("nobody say", "2|there is no plugin \"nobody\"\n|");
    answers("ruler lie",
            "2|the plugin \"ruler\" has no command \"lie\"; it has say, fail, "
            "wrong, keep, release, turn\n|");
    stage_expect("");
    stage_stop();
}
END_TEST

START_TEST(later)
{
    struct given g;

    stage_start(RULER);
    give(&g, "ruler turn", "abc", 0);
    ck_assert_int_eq(g.told, 0);
    stage_advance(0);
    expect(&g, "0||\"cba\"");
    stage_expect("ruler#1: worked: 0\n");
    stage_stop();
}
END_TEST

START_TEST(too_late)
{
    struct given g;

    stage_start(RULER);
    give(&g, "ruler keep", "", 0);
    stage_advance(499);
    ck_assert_int_eq(g.told, 0);
    stage_advance(1);
    expect(&g, "124|kept\nit was not answered within 0.5 s\n|");
    stage_expect("ruler#1: keep\n"
                 "ruler#1: the command \"keep\" was not answered in time\n");
    answers("ruler release", "0||");
    stage_expect("ruler#1: release -4\n");
    /* As the operator has it. */
    give(&g, "ruler keep", "", 2000);
    stage_advance(1999);
    ck_assert_int_eq(g.told, 0);
    answers("ruler release", "0||");
    expect(&g, "0|kept\n|\"late\"");
    stage_stop();
}
END_TEST

START_TEST(nobody_waits)
{
    struct given g;

    stage_start(RULER);
    give(&g, "ruler keep", "", 0);
    orders_abandon(stage.host, &g.watch);
    orders_abandon(stage.host, &g.watch); /* once is enough */
    ck_assert_int_eq(timers_wait(&stage.timers), -1);
    answers("ruler release", "0||");
    stage_expect("ruler#1: keep\nruler#1: release -4\n");
    ck_assert_int_eq(g.told, 0);
    stage_stop();
}
END_TEST

START_TEST(reload)
{
    struct given g, turned;

    stage_start(RULER);
    give(&g, "ruler keep", "", 0);
    give(&turned, "ruler turn", "abc", 0);
    ck_assert_int_eq(
        stage_reload("{\"name\":\"ruler\",\"settings\":{\"new\":1}}"), 0);
    ck_assert_ptr_nonnull(strstr(stage.journal, "ruler#1: save -9\n"));
    stage_advance(0);
    expect(&turned, "0||\"cba\"");
    ck_assert_ptr_nonnull(strstr(stage.journal, "ruler#2: worked: 0\n"));
    answers("ruler release", "0||");
    expect(&g, "0|kept\n|\"late\"");
    stage_stop();
}
END_TEST

START_TEST(goes)
{
    struct given g;

    stage_start(RULER);
    give(&g, "ruler keep", "", 0);
    ck_assert_int_eq(stage_reload("{\"name\":\"work\"}"), 0);
    expect(&g, "1|kept\nthe plugin goes\n|");
    answers("ruler say hi 1", "2|there is no plugin \"ruler\"\n|");
    stage_stop();
    stage_start(RULER);
    give(&g, "ruler keep", "", 0);
    stage_stop();
    expect(&g, "1|kept\nthe plugin goes\n|");
}
END_TEST

START_TEST(described)
{
    struct json_writer w;
    struct buf out;

    stage_start(RULER ",{\"name\":\"work\"}");
    buf_init(&out, BUF_MAX);
    json_writer_init(&w, &out);
    orders_describe(stage.host, &w);
    ck_assert(str_starts(
        buf_str(&out),
        STR("[{\"plugin\":\"ruler\",\"name\":\"say\",\"usage\":\"TEXT TIMES "
            "[LOUD] [HOW] [RATE] [LIST] [ANY]\",\"help\":\"says it\","
            "\"arguments\":[{\"name\":\"text\",\"type\":\"a string\","
            "\"description\":\"what\"},{\"name\":\"times\"")));
    ck_assert(str_ends(buf_str(&out),
                       STR("{\"plugin\":\"ruler\",\"name\":\"turn\",\"usage\":"
                           "\"\",\"help\":\"turns it around\",\"arguments\":[],"
                           "\"input\":\"text\"}]")));
    buf_free(&out);
    stage_stop();
}
END_TEST

static const struct {
    const char *wrong, *why;
} lies[] = {
    {"name", "its name is not made of small letters, digits and \"-\""},
    {"twice", "this name is there twice"},
    {"empty", "there is no function"},
    {"lines", "its help and input are one short line each"},
    {"object", "its arguments are those of MORTISE_FIELDS(array)"},
    {"binary", "an argument cannot be binary; \"input\" may be"},
    {"guarded", "login, rate and size are for what clients emit"},
};

START_TEST(wrong_rows)
{
    char plugins[100];

    snprintf(plugins, sizeof(plugins),
             "{\"name\":\"ruler\",\"settings\":{\"wrong\":\"%s\"}}",
             lies[_i].wrong);
    ck_assert_int_eq(stage_try(plugins), ERR_DENIED);
    ck_assert_ptr_nonnull(
        memmem(stage.why.p, stage.why.n, lies[_i].why, strlen(lies[_i].why)));
    ck_assert_ptr_nonnull(
        memmem(stage.why.p, stage.why.n, "mortise_commands: row ", 22));
    stage_stop();
}
END_TEST

START_TEST(named_like_the_servers_own)
{
    ck_assert_int_eq(stage_try("{\"name\":\"help\"}," RULER), 0);
    ck_assert_ptr_nonnull(strstr(
        stage.journal, "help#1: mortise_commands: \"help\" is a command of the "
                       "server's own; nobody can give those of this plugin\n"));
    ck_assert_ptr_null(strstr(stage.journal, "ruler#1: mortise_commands"));
    /* Commands of the same name are those of the plugin that is named. */
    stage_forget();
    answers("ruler release", "0||");
    stage_expect("ruler#1: release -4\n");
    answers("help release", "0||");
    stage_expect("help#1: release -4\n");
    stage_stop();
}
END_TEST

START_TEST(no_memory)
{
    bool done = false;

    stage_start(RULER);
    for (long n = 0; !done; n++) {
        struct given g;
        ck_assert_int_lt(n, 200);
        mem_fail_after(n);
        give(&g, "ruler say hi 1", "input", 0);
        done = mem_fail_left() >= 0;
        mem_fail_after(-1);
        if (g.told == 0) /* its answer has failed */
            orders_abandon(stage.host, &g.watch);
        stage_forget();
    }
    stage_stop();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("orders");
    TCase *tcase = tcase_create("orders");
    tcase_add_test(tcase, at_once);
    tcase_add_test(tcase, bad_arguments);
    tcase_add_test(tcase, later);
    tcase_add_test(tcase, too_late);
    tcase_add_test(tcase, nobody_waits);
    tcase_add_test(tcase, reload);
    tcase_add_test(tcase, goes);
    tcase_add_test(tcase, described);
    tcase_add_loop_test(tcase, wrong_rows, 0, sizeof(lies) / sizeof(lies[0]));
    tcase_add_test(tcase, named_like_the_servers_own);
    tcase_add_test(tcase, no_memory);
    suite_add_tcase(suite, tcase);
    return unit_main(suite);
}
