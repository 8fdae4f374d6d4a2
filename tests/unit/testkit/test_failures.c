/* SPDX-License-Identifier: MIT */
/*
 * The testkit's expectations can fail: each of these tests has to, in the line
 * that it says, with a message that names what was expected and what came.
 * Every one runs in a process of its own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mortise/testkit.h>

static struct testkit *kit;
static struct testkit_client *ann;

static void start(void)
{
    kit = testkit_load(PLUGIN, "{every:1000}");
    ann = testkit_connect(kit, "/");
}

/* NAME fails in its STATEMENT, and the message has these parts in it. */
#define FAILS(name, statement, ...)                                            \
    START_TEST(name)                                                           \
    {                                                                          \
        start();                                                               \
        statement;                                                             \
    }                                                                          \
    END_TEST                                                                   \
    static const char *const name##_parts[] = {__VA_ARGS__, NULL};             \
    static const int name##_line = __LINE__;

FAILS(another_value, testkit_emit(ann, "ask", "{n:1}");
      testkit_expect(ann, "question", "{n:2}"),
      "expected event \"question\" {\"n\": 2}",
      "client 1 in \"/\"\n  received event \"question\" {\"n\": 1}")
FAILS(another_type, testkit_emit(ann, "ask", "'1'");
      testkit_expect(ann, "question", "1"), "expected event \"question\" 1",
      "\"question\" \"1\"")
FAILS(another_event, testkit_emit(ann, "ask", "1");
      testkit_expect(ann, "questions", "1"), "expected event \"questions\" 1")
FAILS(more_arguments, testkit_emit(ann, "ask", "1, 2");
      testkit_expect(ann, "question", "1"), "received event \"question\" 1, 2")
FAILS(fewer_arguments, testkit_emit(ann, "ask", "1");
      testkit_expect(ann, "question", "1, 2"), "expected event")
FAILS(more_members, testkit_emit(ann, "ask", "{a:1, b:2}");
      testkit_expect(ann, "question", "{a:1}"), "expected event")
FAILS(fewer_members, testkit_emit(ann, "ask", "{a:1}");
      testkit_expect(ann, "question", "{a:1, b:'<any>'}"), "expected event")
FAILS(fewer_elements, testkit_emit(ann, "ask", "[1]");
      testkit_expect(ann, "question", "[1, 2]"), "expected event")
FAILS(no_number, testkit_emit(ann, "ask", "'x'");
      testkit_expect(ann, "question", "'<number>'"), "expected event")
FAILS(no_integer, testkit_emit(ann, "ask", "1.5");
      testkit_expect(ann, "question", "1"), "expected event")
FAILS(other_bytes, testkit_emit(ann, "ask", "x", ((mortise_str){"ab", 2}));
      testkit_expect(ann, "question", "x", ((mortise_str){"a", 1})),
      "expected event \"question\" <1 bytes: 61>",
      "received event \"question\" <2 bytes: 6162>")
FAILS(no_event, testkit_expect(ann, "tick", "7, '<number>'"),
      "nothing (more) was received", "the log:\ninfo: plugin sample#1")
FAILS(something, testkit_advance(kit, 2000);
      testkit_expect_nothing(ann), "expected no event",
      "\"tick\" 7, 1767225601000", "\"tick\" 7, 1767225602000")
FAILS(no_ack, testkit_expect_ack(ann, testkit_call(ann, "later", ""), ""),
      "expected ack 1")
FAILS(another_ack,
      testkit_expect_ack(ann, testkit_call(ann, "facts", ""),
                         "'1.1.1.1', null, null, null"),
      "expected ack 1 \"1.1.1.1\", null, null, null",
      "received ack 1 \"127.0.0.1\", null, null, null")
FAILS(an_ack, testkit_expect_no_ack(ann, testkit_call(ann, "facts", "")),
      "expected no ack 1")
FAILS(not_asked, testkit_advance(kit, 1000);
      testkit_expect(ann, "tick", "7, '<any>'");
      testkit_answer(ann, "1"), "asks for no acknowledgement")
FAILS(not_refused,
      testkit_expect_refused(testkit_try(kit, "/"), "Not you.", ""),
      "expected to be refused: \"Not you.\"")
FAILS(refused_otherwise,
      testkit_expect_refused(testkit_try(kit, "/", .auth = "{\"word\":\"n\"}"),
                             "Not you.", ""),
      "expected to be refused", "it was refused: {\"message\": \"Not you.\"")
FAILS(cannot_connect, testkit_connect(kit, "/", .auth = "{\"word\":\"n\"}"),
      "it could not connect", "it was refused: {\"message\": \"Not you.\"")
FAILS(turned_away, testkit_connect(kit, "/", .query = "door=1"),
      "it could not connect", "it was turned away: \"Say please.\"")
FAILS(let_in, testkit_expect_turned_away(ann, "Say please."),
      "expected to be turned away: \"Say please.\"")
FAILS(not_there, testkit_unblock(testkit_try(kit, "/", .query = "door=1")),
      "this client is not there")
FAILS(over_nothing,
      testkit_connect(kit, "/",
                      .over = testkit_try(kit, "/", .query = "door=")),
      "has no connection")
FAILS(other_rooms, testkit_emit(ann, "tour", "");
      testkit_expect_rooms(ann, "'a', 'b'"),
      "expected to be in the rooms [\"a\",\"b\"]", "it is in [\"a\"]")
FAILS(more_rooms, testkit_emit(ann, "tour", "");
      testkit_expect_rooms(ann, ""), "expected to be in the rooms []")
FAILS(no_reason, testkit_lose(ann, "boredom"),
      "no connection is lost by \"boredom\"")
FAILS(not_even_more, testkit_emit(ann, "ask", "1");
      testkit_expect(ann, "question", "1, 2, '<more>'"), "expected event")
FAILS(still_there, testkit_expect_disconnected(ann),
      "expected to be put out by the server")
FAILS(has_left, testkit_disconnect(ann); testkit_emit(ann, "ask", ""),
                                         "this client is not connected",
                                         "it has left")
FAILS(no_format, testkit_emit(ann, "ask", "{a:"),
      "the format \"{a:\", character 4: a value is missing")
FAILS(no_name, testkit_emit(ann, "disconnect", ""),
      "no event can be called \"disconnect\"")
FAILS(no_such_line, testkit_expect_log(kit, "elephant"), "elephant",
      "info: plugin sample#1")
FAILS(a_warning, testkit_emit(ann, "wrong", "");
      testkit_free(kit), "the log has what no testkit_expect_log() named",
      "warn: plugin sample#1: mortise_emit: \"{\"")
FAILS(memory_forgotten, testkit_emit(ann, "forget", "");
      testkit_free(kit),
      "warn: plugin sample#1: 1 block, 10 bytes were not freed")
FAILS(no_plugin, testkit_load("/nowhere.so", ""), "/nowhere.so", "No such file")
FAILS(not_taken, testkit_load(PLUGIN, "{refuse:true}"), "its init returned -1",
      "these settings will not do")
FAILS(taken, testkit_expect_no_load(PLUGIN, "x", ""), "the plugin was taken")
FAILS(taken_otherwise,
      testkit_expect_no_load(PLUGIN, "elephant", "{refuse:true}"), "elephant",
      "init returned -1")
FAILS(no_config, testkit_start("{plugin:[]}"), "did you mean \"plugins\"")
FAILS(backwards, testkit_advance(kit, -1), "does not go back")
FAILS(spinning, testkit_free(kit); kit = testkit_load(PLUGIN, "{spin:true}");
      testkit_advance(kit, 1), "without a delay")
FAILS(no_text, testkit_got_text(ann, "0"), "has no string 0")
FAILS(no_path, testkit_emit(ann, "ask", "{a:'1'}");
      testkit_expect(ann, "question", "'<any>'");
      testkit_got_int(ann, "0.a"), "has no integer 0.a")

FAILS(not_reloaded, testkit_reload(kit, PLUGIN, "{refuse:true}"),
      "the reload was refused", "its init returned -1",
      "these settings will not do")
FAILS(reloaded, testkit_expect_no_reload(kit, PLUGIN, "x", ""),
      "the reload was done")
FAILS(not_reloaded_otherwise,
      testkit_expect_no_reload(kit, PLUGIN, "elephant", "{refuse:true}"),
      "\"elephant\" is not why", "its init returned -1")
FAILS(nothing_to_reload, testkit_reload(kit, KEEPER_1, ""),
      "there is no plugin \"keeper\" to be replaced")
FAILS(not_reconfigured, testkit_reconfigure(kit, "{plugin:[]}"),
      "did you mean \"plugins\"")
FAILS(reconfigured,
      testkit_expect_no_reconfigure(kit, "x",
                                    "{plugins:[{name:'sample', path:s}]}",
                                    PLUGIN),
      "the reload was done")
FAILS(no_response,
      testkit_expect_response(kit, testkit_request(kit, "GET /slow"), 200, "x"),
      "expected response 200 x", "GET /slow", "has no answer")
FAILS(another_response,
      testkit_expect_response(kit, testkit_request(kit, "GET /none"), 200, "x"),
      "expected response 200 x", "was answered 404 Not Found")
FAILS(another_json,
      testkit_expect_json(kit, testkit_request(kit, "GET /users/1"), 200,
                          "{id:1}"),
      "expected response 200 {\"id\":1}", "was answered 200 {\"id\":\"1\"")
FAILS(a_response,
      testkit_expect_no_response(kit, testkit_request(kit, "GET /none")),
      "expected no response yet, but it was 404")
FAILS(not_done,
      testkit_expect_done(kit, testkit_command(kit, "sample x"), 0, "y"),
      "expected status 0 and the text y", "command 1: sample x",
      "has ended with 2", "has no command \"x\"")
FAILS(no_value,
      testkit_expect_value(kit, testkit_command(kit, "sample x"), "{a:1}"),
      "expected {\"a\":1}", "has ended with 2")
FAILS(done_already,
      testkit_expect_not_done(kit, testkit_command(kit, "sample x")),
      "expected no answer yet")
FAILS(half_a_word, testkit_command(kit, "sample 'x y"),
      "there is a ' without another: 'x y")
FAILS(no_request, testkit_request(kit, "GET"), "this is no request")

struct failing {
    const char *name;
    const TTest *test;
    const char *const *parts;
    int line;
};

/* Why the result is not the one that is wanted; NULL when it is. */
static const char *judge(TestResult *result, const struct failing *f)
{
    const char *message = tr_msg(result);

    if (tr_rtype(result) != CK_FAILURE)
        return "it did not fail, or crashed";
    /* Which of its lines a macro counts as is the compiler's choice. */
    if (!strstr(tr_lfile(result), "test_failures.c") ||
        abs(tr_lno(result) - f->line) > 8)
        return "it failed elsewhere";
    for (const char *const *part = f->parts; *part; part++)
        if (!strstr(message, *part))
            return *part;
    return NULL;
}

/* Runs it where it may die; whether it failed as it should. */
static int run(int number, const struct failing *f)
{
    Suite *suite = suite_create("failures");
    TCase *tcase = tcase_create(f->name);
    SRunner *runner = srunner_create(suite);
    const char *wrong = "it did not fail";

    tcase_add_test(tcase, f->test);
    suite_add_tcase(suite, tcase);
    srunner_set_fork_status(runner, CK_FORK);
    srunner_run_all(runner, CK_SILENT);
    if (srunner_ntests_failed(runner) == 1) {
        TestResult **results = srunner_failures(runner);
        wrong = judge(results[0], f);
        printf("%sok %d - %s fails\n", wrong ? "not " : "", number, f->name);
        if (wrong)
            printf("# %s\n# %s\n", wrong, tr_msg(results[0]));
        free(results);
    } else {
        printf("not ok %d - %s fails\n", number, f->name);
    }
    fflush(stdout);
    srunner_free(runner);
    return wrong == NULL;
}

#define ROW(name)                                                              \
    {                                                                          \
#name, name, name##_parts, name##_line                                 \
    }

int main(void)
{
    const struct failing all[] = {
        ROW(another_value),
        ROW(another_type),
        ROW(another_event),
        ROW(more_arguments),
        ROW(fewer_arguments),
        ROW(more_members),
        ROW(fewer_members),
        ROW(fewer_elements),
        ROW(no_number),
        ROW(no_integer),
        ROW(other_bytes),
        ROW(no_event),
        ROW(something),
        ROW(no_ack),
        ROW(another_ack),
        ROW(an_ack),
        ROW(not_asked),
        ROW(not_refused),
        ROW(refused_otherwise),
        ROW(cannot_connect),
        ROW(turned_away),
        ROW(let_in),
        ROW(not_there),
        ROW(over_nothing),
        ROW(other_rooms),
        ROW(more_rooms),
        ROW(no_reason),
        ROW(not_even_more),
        ROW(still_there),
        ROW(has_left),
        ROW(no_format),
        ROW(no_name),
        ROW(no_such_line),
        ROW(a_warning),
        ROW(memory_forgotten),
        ROW(no_plugin),
        ROW(not_taken),
        ROW(taken),
        ROW(taken_otherwise),
        ROW(no_config),
        ROW(backwards),
        ROW(spinning),
        ROW(no_text),
        ROW(no_path),
        ROW(not_reloaded),
        ROW(reloaded),
        ROW(not_reloaded_otherwise),
        ROW(nothing_to_reload),
        ROW(not_reconfigured),
        ROW(reconfigured),
        ROW(no_response),
        ROW(another_response),
        ROW(another_json),
        ROW(a_response),
        ROW(not_done),
        ROW(no_value),
        ROW(done_already),
        ROW(half_a_word),
        ROW(no_request),
    };
    const int count = sizeof(all) / sizeof(all[0]);
    int good = 0;

    printf("1..%d\n", count);
    for (int i = 0; i < count; i++)
        good += run(i + 1, &all[i]);
    return good == count ? EXIT_SUCCESS : EXIT_FAILURE;
}
