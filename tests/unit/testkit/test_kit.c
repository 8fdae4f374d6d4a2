/* SPDX-License-Identifier: MIT */
/* The testkit does what its header says. */
#include <string.h>

#include <mortise/testkit.h>

#include "base/mem.h"

#define HOUR 3600000

START_TEST(an_hour_of_timers)
{
    struct testkit *kit = testkit_load(PLUGIN, "{every:I}", (int64_t)1000);
    struct testkit_client *ann = testkit_connect(kit, "/");
    int64_t begin = testkit_now(kit);

    testkit_advance(kit, 999);
    testkit_expect_nothing(ann);
    testkit_advance(kit, 1);
    testkit_expect(ann, "tick", "7, I", begin + 1000);
    testkit_advance(kit, HOUR);
    testkit_expect(ann, "tick", "7, I", begin + 2000);
    ck_assert_int_eq(testkit_skip(ann), 3599);
    ck_assert_int_eq(testkit_now(kit), begin + 1000 + HOUR);
    testkit_free(kit);
}
END_TEST

START_TEST(requests_have_facts)
{
    struct testkit *kit = testkit_load(PLUGIN, "");
    struct testkit_client *ann =
        testkit_connect(kit, "/", .headers = "X-Colour:  red \nCookie: a=b",
                        .query = "room=a%20b&x=1", .address = "10.0.0.7");
    struct testkit_client *bob = testkit_connect(kit, "/");

    testkit_expect_ack(ann, testkit_call(ann, "facts", ""),
                       "'10.0.0.7', 'red', 'a b', 'a=b'");
    testkit_expect_ack(bob, testkit_call(bob, "facts", ""),
                       "'127.0.0.1', null, null, null");
    testkit_free(kit);
}
END_TEST

START_TEST(some_are_refused)
{
    struct testkit *kit = testkit_load(PLUGIN, "");
    struct testkit_client *ann = testkit_connect(kit, "/");
    struct testkit_client *bob =
        testkit_try(kit, "/", .auth = testkit_json(kit, "{word:'no'}"));

    testkit_expect_refused(bob, "Not you.", "{code:403}");
    bob = testkit_try(kit, "/", .auth = "{\"word\":\"No\"}");
    testkit_expect_refused(bob, "Nobody.", "");
    bob = testkit_try(kit, "/nowhere", .over = ann);
    testkit_expect_refused(bob, "Invalid namespace", "");
    ck_assert_str_eq(testkit_sid(bob), "");
    ck_assert_uint_eq(strlen(testkit_sid(ann)), 20);
    testkit_free(kit);
}
END_TEST

START_TEST(clients_answer)
{
    struct testkit *kit = testkit_load(PLUGIN, "");
    struct testkit_client *ann = testkit_connect(kit, "/");
    mortise_str bytes = {"\0\1", 2};

    testkit_emit(ann, "ask", "'name?'");
    testkit_expect(ann, "question", "'name?'");
    testkit_answer(ann, "'Ann', {key:x}", bytes);
    testkit_expect(ann, "answered", "0, 3, 'Ann', {key:x}", bytes);

    testkit_emit(ann, "ask", "'age?'");
    testkit_advance(kit, 4999);
    testkit_expect(ann, "question", "'age?'");
    testkit_expect_nothing(ann);
    testkit_advance(kit, 1);
    testkit_expect(ann, "answered", "i, 3", MORTISE_ETIMEOUT);
    testkit_free(kit);
}
END_TEST

START_TEST(answers_come_later)
{
    struct testkit *kit = testkit_load(PLUGIN, "");
    struct testkit_client *ann = testkit_connect(kit, "/");
    int asked = testkit_call(ann, "later", "");

    testkit_expect_no_ack(ann, asked);
    testkit_advance(kit, 60000);
    testkit_expect_ack(ann, asked, "{time:I}", testkit_now(kit));
    testkit_free(kit);
}
END_TEST

START_TEST(everybody_goes_somehow)
{
    struct testkit *kit = testkit_load(PLUGIN, "");
    struct testkit_client *ann = testkit_connect(kit, "/");
    struct testkit_client *a = testkit_connect(kit, "/");
    struct testkit_client *b = testkit_connect(kit, "/");
    struct testkit_client *c = testkit_connect(kit, "/");
    struct testkit_client *d = testkit_connect(kit, "/");

    testkit_disconnect(a);
    testkit_expect(ann, "gone", "'client namespace disconnect'");
    testkit_vanish(b);
    testkit_expect(ann, "gone", "'transport close'");
    testkit_emit(c, "kick", "0");
    testkit_expect(ann, "gone", "'server namespace disconnect'");
    testkit_expect_disconnected(c);
    testkit_emit(d, "kick", "1");
    testkit_expect(ann, "gone", "'server namespace disconnect'");
    testkit_expect_disconnected(d);
    testkit_expect_nothing(ann);
    testkit_free(kit);
}
END_TEST

/* Somebody may come back to a namespace on the same connection. */
START_TEST(coming_back)
{
    struct testkit *kit = testkit_load(PLUGIN, "");
    struct testkit_client *ann = testkit_connect(kit, "/");

    testkit_disconnect(ann);
    struct testkit_client *again = testkit_connect(kit, "/", .over = ann);
    ck_assert_str_ne(testkit_sid(ann), testkit_sid(again));
    testkit_expect_ack(again, testkit_call(again, "facts", ""),
                       "'<string>', '<any>', null, null");
    testkit_free(kit);
}
END_TEST

START_TEST(slow_clients)
{
    struct testkit *kit = testkit_start(
        "{plugins:[{name:'sample', path:s}], limits:{sendBuffer:16384}, "
        "notices:true}",
        PLUGIN);
    struct testkit_client *ann = testkit_connect(kit, "/");
    struct testkit_client *bob = testkit_connect(kit, "/");
    char text[5001];

    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    testkit_block(bob);
    testkit_emit(bob, "burst", "s", text);
    testkit_expect_nothing(bob);
    testkit_unblock(bob);
    testkit_expect(bob, "solid", "s", text);
    testkit_expect_nothing(bob);

    testkit_block(bob);
    for (int i = 0; i < 4; i++)
        testkit_emit(bob, "burst", "s", text);
    testkit_expect_disconnected(bob);
    testkit_expect(ann, "gone", "'transport error'");
    testkit_expect(bob, "mortise:notice", "{code:'too-slow', '<more>':true}");
    testkit_expect_nothing(bob);
    testkit_free(kit);
}
END_TEST

START_TEST(allocations_fail)
{
    struct testkit *kit = testkit_load(PLUGIN, "");
    struct testkit_client *ann = testkit_connect(kit, "/");

    testkit_fail_allocation(kit, 10000);
    testkit_emit(ann, "burst", "1");
    ck_assert_int_eq(testkit_allocation_failed(kit), 0);
    testkit_expect(ann, "volatile", "1");
    testkit_expect(ann, "solid", "1");

    testkit_fail_allocation(kit, 1);
    testkit_emit(ann, "burst", "2");
    ck_assert_int_eq(testkit_allocation_failed(kit), 1);
    testkit_skip(ann);
    testkit_skip_log(kit);
    testkit_free(kit);
}
END_TEST

/* Of the plugin, which asks the host for it. */
START_TEST(memory_of_the_plugin)
{
    struct testkit *kit = testkit_load(PLUGIN, "");
    struct testkit_client *ann = testkit_connect(kit, "/");

    testkit_expect_ack(ann, testkit_call(ann, "spend", ""), "100");
    testkit_fail_allocation(kit, 80);
    int asked = testkit_call(ann, "spend", "");
    ck_assert_int_eq(testkit_allocation_failed(kit), 1);
    testkit_expect_ack(ann, asked, "'<number>'");
    ck_assert_int_lt(testkit_got_int(ann, "0"), 80);
    testkit_free(kit);
}
END_TEST

START_TEST(the_log_is_read)
{
    struct testkit *kit = testkit_load(PLUGIN, "");
    struct testkit_client *ann = testkit_connect(kit, "/");

    ck_assert_ptr_nonnull(strstr(testkit_log(kit), "info: plugin sample#1: "));
    testkit_emit(ann, "wrong", "");
    testkit_emit(ann, "wrong", "");
    testkit_expect_log(kit, "character 2");
    testkit_expect_log(kit, "character 2");
    testkit_emit(ann, "note", "{a:[1, 'b']}");
    testkit_expect_log(kit, "sample#1: noted what={\"a\":[1,\"b\"]} "
                            "how=\"with care\" sid=");
    testkit_free(kit);
}
END_TEST

START_TEST(some_plugins_are_not_taken)
{
    testkit_expect_no_load(PLUGIN, "init returned -1", "{refuse:true}");
    testkit_expect_no_load(PLUGIN, "these settings will not do",
                           "{refuse:true}");
    testkit_expect_no_load(NO_PLUGIN, "not an ELF file", "");
    testkit_expect_no_load("/nowhere/x.so", "No such file", "");
}
END_TEST

START_TEST(values_are_compared_by_value)
{
    struct testkit *kit = testkit_load(PLUGIN, "");
    struct testkit_client *ann = testkit_connect(kit, "/");
    mortise_str bytes = {"\0", 1};

    testkit_emit(ann, "ask", "{a:1.0, b:[1e2, 'x'], c:null}, -0.5, x", bytes);
    testkit_expect(ann, "question", "{c:null, b:[100, 'x'], a:1}, -5e-1, x",
                   bytes);
    ck_assert_str_eq(testkit_got_text(ann, "0.b.1"), "x");
    ck_assert_int_eq(testkit_got_int(ann, "0.b.0"), 100);
    testkit_emit(ann, "ask", "1, 'x', false, [1], {a:1}, x, null", bytes);
    testkit_expect(ann, "question",
                   "'<number>', '<string>', '<boolean>', '<array>', "
                   "'<object>', '<binary>', '<any>'");
    testkit_emit(ann, "ask", "{a:1, b:2}, {}");
    testkit_expect(ann, "question", "{b:2, '<more>':true}, {'<more>':true}");
    testkit_free(kit);
}
END_TEST

START_TEST(rooms_and_lists)
{
    struct testkit *kit = testkit_load(PLUGIN, "");
    struct testkit_client *ann = testkit_connect(kit, "/");
    struct testkit_client *bob = testkit_connect(kit, "/");

    testkit_expect_ack(ann, testkit_call(ann, "tour", ""),
                       "i, i, [1, {b:1}, 0]", MORTISE_EGONE, MORTISE_EGONE);
    testkit_expect(ann, "in a", "[1, {b:1}, 0], [1, {b:1}, 0]");
    testkit_expect_nothing(ann);
    testkit_expect(bob, "not in a", "");
    testkit_expect_nothing(bob);
    testkit_emit(bob, "tour", "");
    testkit_expect(ann, "in a", "[1, {b:1}, 0], '<array>'");
    testkit_expect(ann, "others in a", "");
    testkit_free(kit);
}
END_TEST

START_TEST(middleware_rewrites)
{
    struct testkit *kit = testkit_load(PLUGIN, "");
    struct testkit_client *ann = testkit_connect(kit, "/");

    testkit_expect_ack(ann, testkit_call(ann, "shout", "'Hey'"),
                       "2, 'Hey', {loud:true}");
    testkit_expect_log(kit, "mortise_rewrite");
    testkit_free(kit);
}
END_TEST

START_TEST(what_is_emitted_is_checked)
{
    struct testkit *kit = testkit_load(PLUGIN, "");
    struct testkit_client *ann = testkit_connect(kit, "/");

    testkit_emit(ann, "odd", "");
    testkit_expect(ann, "odd", "{n:'no number'}");
    testkit_expect_log(kit, "it emits \"odd\" unlike its table of emits says");
    testkit_free(kit);
}
END_TEST

START_TEST(timers_are_cancelled)
{
    struct testkit *kit = testkit_load(PLUGIN, "");
    struct testkit_client *ann = testkit_connect(kit, "/");

    testkit_expect_ack(ann, testkit_call(ann, "timers", ""), "0, i, true, true",
                       MORTISE_EGONE);
    testkit_expect_log(kit, "none");
    testkit_advance(kit, 100);
    testkit_expect(ann, "tick", "2, '<number>'");
    testkit_expect_nothing(ann);
    testkit_free(kit);
}
END_TEST

START_TEST(contracts_hold)
{
    struct testkit *kit = testkit_load(PLUGIN, "");
    struct testkit_client *ann = testkit_connect(kit, "/");

    testkit_expect_ack(ann, testkit_call(ann, "typed", "{x:7, more:[1, 2]}"),
                       "7, [1, 2], null");
    testkit_expect_ack(ann, testkit_call(ann, "typed", "{x:8}"),
                       "8, null, null");
    testkit_expect_ack(
        ann, testkit_call(ann, "typed", "{x:'8'}"),
        "{error:{code:'bad_argument', '<more>':true}, '<more>':true}");
    testkit_free(kit);
}
END_TEST

/* The plugin's own namespace is the pattern: what it sends to all of it comes
 * to each that is there. */
START_TEST(namespaces_by_pattern)
{
    struct testkit *kit = testkit_start(
        "{plugins:[{name:'sample', path:s, namespace:'/match-*'}], "
        "limits:{namespacesPerClient:2}}",
        PLUGIN);
    struct testkit_client *ann = testkit_connect(kit, "/match-7");
    struct testkit_client *bob = testkit_connect(kit, "/match-8");
    struct testkit_client *eve = testkit_connect(kit, "/match-8", .over = ann);

    testkit_expect_ack(ann, testkit_call(ann, "tour", ""),
                       "-4, -4, [1, {b:-6}, 0]");
    testkit_expect(ann, "in a", "[1, {b:-6}, 0], [1, {b:-6}, 0]");
    testkit_expect_ack(bob, testkit_call(bob, "timers", ""), "0, i, true, true",
                       MORTISE_EGONE);
    testkit_expect_log(kit, "none");
    testkit_advance(kit, 100);
    testkit_expect(ann, "tick", "2, '<number>'");
    testkit_expect(bob, "tick", "2, '<number>'");
    testkit_expect(eve, "tick", "2, '<number>'");
    testkit_expect_refused(testkit_try(kit, "/match-9", .over = ann),
                           "Too many namespaces", "");
    testkit_disconnect(eve);
    testkit_expect(ann, "gone", "'client namespace disconnect'");
    testkit_expect(bob, "gone", "'client namespace disconnect'");
    eve = testkit_connect(kit, "/match-9", .over = ann);
    testkit_expect_refused(testkit_try(kit, "/match-"), "Invalid namespace",
                           "");
    testkit_free(kit);
}
END_TEST

START_TEST(requests_are_answered)
{
    struct testkit *kit = testkit_load(PLUGIN, "");
    int asked =
        testkit_request(kit, "GET /users/a%20b?q=1&x", .address = "10.0.0.7");

    testkit_expect_json(kit, asked, 200, "{q:'1', id:'<string>'}");
    ck_assert_str_eq(testkit_response_header(kit, asked, "x-who"), "10.0.0.7");
    ck_assert_ptr_null(testkit_response_header(kit, asked, "x-whom"));

    asked = testkit_request(kit, "POST /users", .body = "{\"a\":1}",
                            .headers = "Content-Type: application/json");
    testkit_expect_response(kit, asked, 201, "{\"a\":1}");
    ck_assert_ptr_nonnull(
        strstr(testkit_response_header(kit, asked, "Set-Cookie"), "seen=yes"));
    asked = testkit_request(kit, "POST /users");
    testkit_expect_response(kit, asked, 400, "");
    char large[102];
    memset(large, '1', sizeof(large) - 1);
    large[sizeof(large) - 1] = '\0';
    asked = testkit_request(kit, "POST /users", .body = large);
    testkit_expect_response(kit, asked, 413, "");
    asked = testkit_request(kit, "DELETE /users");
    testkit_expect_response(kit, asked, 405, "");
    asked = testkit_request(kit, "GET /nowhere");
    testkit_expect_response(kit, asked, 404, "Not Found");
    testkit_free(kit);
}
END_TEST

START_TEST(requests_may_wait)
{
    struct testkit *kit = testkit_load(PLUGIN, "");
    struct testkit_client *ann = testkit_connect(kit, "/");
    int asked = testkit_request(kit, "GET /slow");

    testkit_expect_no_response(kit, asked);
    testkit_advance(kit, 10000);
    testkit_expect_response(kit, asked, 200, "late");
    testkit_expect(ann, "answered http", "0");

    asked = testkit_request(kit, "GET /slow");
    testkit_abandon(kit, asked);
    testkit_advance(kit, 10000);
    testkit_expect(ann, "answered http", "i", MORTISE_EGONE);
    testkit_expect_no_response(kit, asked);
    testkit_request(kit, "GET /slow"); /* and nobody answers */
    testkit_free(kit);
}
END_TEST

START_TEST(jobs_are_done_in_time)
{
    struct testkit *kit = testkit_load(PLUGIN, "");
    struct testkit_client *ann = testkit_connect(kit, "/");
    int asked = testkit_call(ann, "reverse", "'abc'");

    testkit_expect_no_ack(ann, asked);
    testkit_advance(kit, 0);
    testkit_expect_ack(ann, asked, "5, 'cba'");
    testkit_call(ann, "reverse", "'abc'"); /* and the server goes */
    testkit_free(kit);
}
END_TEST

START_TEST(identities_expire)
{
    struct testkit *kit = testkit_load(PLUGIN, "");
    struct testkit_client *ann = testkit_connect(kit, "/");

    testkit_expect_ack(ann, testkit_call(ann, "iam", "'ann'"),
                       "0, 'ann', 1, 0, 1, I", testkit_now(kit) + 10000);
    testkit_expect(ann, "you", "'ann'");
    testkit_advance(kit, 9999);
    testkit_emit(ann, "ask", "1");
    testkit_expect(ann, "question", "1");
    testkit_advance(kit, 1);
    testkit_expect_disconnected(ann);
    testkit_free(kit);
}
END_TEST

START_TEST(services_are_asked)
{
    struct testkit *kit = testkit_load(PLUGIN, "");
    struct testkit_client *ann = testkit_connect(kit, "/");

    testkit_expect_ack(ann, testkit_call(ann, "countdown", "2, {a:1}"),
                       "0, [2, [1, [0, null]]], i, 2, {a:1}", MORTISE_ENOENT);
    testkit_free(kit);
}
END_TEST

/* A kit leaves nothing behind, and begins anew. */
START_TEST(kits_one_after_the_other)
{
    long before = mem_live();

    for (int i = 0; i < 3; i++) {
        struct testkit *kit = testkit_load(PLUGIN, "{every:10}");
        struct testkit_client *ann = testkit_connect(kit, "/");
        ck_assert_int_eq(testkit_now(kit), INT64_C(1767225600000));
        testkit_emit(ann, "ask", "1");
        testkit_advance(kit, 100);
        testkit_expect(ann, "question", "1");
        testkit_free(kit);
    }
    testkit_free(NULL);
    ck_assert_int_eq(mem_live(), before);
}
END_TEST

TESTKIT_MAIN("testkit", an_hour_of_timers, requests_have_facts,
             some_are_refused, clients_answer, answers_come_later,
             everybody_goes_somehow, coming_back, slow_clients,
             allocations_fail, memory_of_the_plugin, the_log_is_read,
             some_plugins_are_not_taken, values_are_compared_by_value,
             rooms_and_lists, middleware_rewrites, timers_are_cancelled,
             what_is_emitted_is_checked, contracts_hold, namespaces_by_pattern,
             requests_are_answered, requests_may_wait, jobs_are_done_in_time,
             identities_expire, services_are_asked, kits_one_after_the_other)
