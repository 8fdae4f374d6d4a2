/* SPDX-License-Identifier: MIT */
/* The server API with the testkit: the plugins that stock clients meet in
 * tests/clients/api.test.mjs and values.test.mjs. */
#include <stdio.h>

#include <mortise/testkit.h>

#define API "{plugins:[{name:'api', path:s}, {name:'api2', path:s}]}"

static struct testkit *kit;
static struct testkit_client *ann, *bob, *eve;

static struct testkit_client *join(void)
{
    struct testkit_client *client = testkit_connect(kit, "/");
    testkit_expect(client, "welcome", "'<any>'");
    return client;
}

static void set_up(void)
{
    kit = testkit_start(API, FIXTURES "/api.so", FIXTURES "/api2.so");
    ann = join();
    bob = join();
    eve = join();
}

static void set_up_values(void)
{
    kit = testkit_load(FIXTURES "/values.so", "");
    ann = testkit_connect(kit, "/");
    bob = testkit_connect(kit, "/");
}

#define CALL(client, answer, ...)                                              \
    testkit_expect_ack(client, testkit_call(client, __VA_ARGS__), answer)

/* --- who may come, what may be done --- */

START_TEST(connection_middleware)
{
    set_up();
    struct testkit_client *one =
        testkit_try(kit, "/staff", .auth = "{\"stop\":\"first\",\"why\":[1]}");
    testkit_expect_refused(one, "stopped first", "{step:1, why:[1]}");
    one = testkit_try(kit, "/staff", .auth = "{\"stop\":\"second\"}");
    testkit_expect_refused(one, "stopped second", "{after:'first'}");
    one = testkit_connect(kit, "/staff", .over = ann);
    testkit_expect(one, "welcome", "{space:'/staff', steps:'first, second'}");
    testkit_free(kit);
}
END_TEST

START_TEST(event_middleware)
{
    set_up();
    mortise_str bytes = {"x\0y", 3};
    CALL(ann,
         "{error:{code:'refused', message:'not that', event:'veto', "
         "data:{rule:7}}}",
         "veto", "");
    testkit_emit(ann, "veto", "1");
    testkit_expect(ann, "error",
                   "{code:'refused', message:'not that', event:'veto', "
                   "data:{rule:7}}");
    CALL(ann, "'from the middle'", "answer", "");
    testkit_expect_ack(ann, testkit_call(ann, "rewrite", "1, x", bytes),
                       "1, x, 'added'", bytes);
    testkit_emit(ann, "unheard of", "{a:x}", bytes);
    testkit_expect(ann, "any", "'unheard of', {a:x}", bytes);
    testkit_free(kit);
}
END_TEST

START_TEST(catch_all_of_what_is_sent)
{
    set_up();
    CALL(ann, "'<any>'", "watch", "'news'");
    CALL(ann, "3", "say", "{}, 'news', 1");
    CALL(ann, "3", "say", "{}, 'other', 1");
    CALL(ann, "1", "watch", "''");
    testkit_free(kit);
}
END_TEST

START_TEST(reserved_names)
{
    set_up();
    CALL(ann,
         "[-14, -14, -14, -14, -14, -14, -14, -14, -14, -14, -14, -14, "
         "-14, -14]",
         "reserved", "");
    testkit_skip_log(kit);
    testkit_free(kit);
}
END_TEST

/* --- who is told --- */

START_TEST(lists_of_rooms)
{
    set_up();
    CALL(ann, "3", "join", "['a', 'b', 'c']");
    CALL(bob, "2", "join", "['a', 'b']");
    CALL(eve, "1", "join", "['c']");
    CALL(eve, "3", "say", "{rooms:['a', 'b', 'c', 'd', 'e']}, 'one', 1");
    testkit_expect(ann, "one", "1");
    testkit_expect(bob, "one", "1");
    testkit_expect(eve, "one", "1");
    CALL(ann, "1", "say",
         "{rooms:['a', 'b', 'c'], except:['c', 'x'], local:true, plain:true}, "
         "'two', 2");
    testkit_expect(bob, "two", "2");
    CALL(ann, "2", "say", "{broadcast:true, volatile:true}, 'three', 3");
    testkit_expect(bob, "three", "3");
    testkit_expect(eve, "three", "3");
    CALL(ann, "0", "say", "{rooms:[]}, 'four', 4");
    testkit_expect_nothing(ann);
    CALL(ann, "1, -3, 2, 0", "more", "");
    CALL(ann, "-2, -2", "unknown", "");
    testkit_skip_log(kit);
    testkit_free(kit);
}
END_TEST

START_TEST(volatile_events)
{
    set_up();
    testkit_block(bob);
    CALL(ann, "2", "say", "{volatile:true}, 'cursor', 1");
    testkit_unblock(bob);
    testkit_expect_nothing(bob);
    testkit_expect(ann, "cursor", "1");
    testkit_free(kit);
}
END_TEST

START_TEST(packets_that_wait)
{
    set_up();
    CALL(bob, "1", "join", "['slow']");
    testkit_block(bob);
    CALL(ann, "1200", "pour", "1200, 10");
    CALL(ann, "1, 1200, '<number>'", "queues", "");
    testkit_unblock(bob);
    ck_assert_int_eq(testkit_skip(bob), 1200);
    testkit_free(kit);
    kit = testkit_start("{limits:{sendPackets:20}, plugins:[{name:'api', "
                        "path:s}]}",
                        FIXTURES "/api.so");
    ann = join();
    bob = join();
    CALL(bob, "1", "join", "['slow']");
    testkit_block(bob);
    CALL(ann, "20", "pour", "25, 10");
    testkit_expect_disconnected(bob);
    testkit_free(kit);
}
END_TEST

START_TEST(what_is_known_of_sockets)
{
    set_up();
    struct testkit_client *one = testkit_connect(
        kit, "/", .auth = "{\"who\":\"Jo\"}", .headers = "User-Agent: jo/1",
        .query = "token=t", .address = "10.0.0.7");
    testkit_skip(one);
    CALL(one, "1", "join", "['r']");
    CALL(one, "0", "name", "{n:[1]}");
    CALL(ann,
         "[{id:'<string>', rooms:['<string>', 'r'], data:{n:[1]}, "
         "auth:{who:'Jo'}, url:'<string>', address:'10.0.0.7', agent:'jo/1', "
         "secure:false, since:'<number>'}]",
         "list", "'r'");
    testkit_free(kit);
}
END_TEST

/* --- who goes --- */

static void expect_gone(const char *reason)
{
    static const char told[] =
        "{id:'<string>', reason:s, inside:i, room:b, url:'<string>', "
        "address:'10.0.0.7', token:'t', auth:{a:1}, data:'Eve'}";
    testkit_expect(ann, "going", told, reason, 1, 1);
    testkit_expect(ann, "gone", told, reason, 0, 0);
}

START_TEST(who_goes)
{
    set_up();
    CALL(ann, "1", "join", "['watchers']");
    for (int how = 0; how < 4; how++) {
        struct testkit_client *one =
            testkit_connect(kit, "/", .auth = "{\"a\":1}", .query = "token=t",
                            .address = "10.0.0.7");
        testkit_skip(one);
        CALL(one, "1", "join", "['leavers']");
        CALL(one, "0", "name", "'Eve'");
        if (how == 0)
            testkit_disconnect(one);
        else if (how == 1)
            testkit_vanish(one);
        else
            testkit_emit(one, "leave", "i", how - 2);
        expect_gone(how == 0   ? "client namespace disconnect"
                    : how == 1 ? "transport close"
                               : "server namespace disconnect");
    }
    testkit_expect_nothing(ann);
    testkit_free(kit);
}
END_TEST

/* --- many --- */

static struct testkit_client *join_crowd(void)
{
    struct testkit_client *client = testkit_connect(kit, "/");
    testkit_expect(client, "auth", "{}");
    return client;
}

static void set_up_crowd(void)
{
    kit = testkit_load(FIXTURES "/crowd.so", "");
    testkit_skip_log(kit);
    ann = join_crowd();
    bob = join_crowd();
    eve = join_crowd();
}

/* Of three that are asked one answers, one leaves, one does neither. */
START_TEST(a_room_is_asked)
{
    set_up_crowd();
    CALL(ann, "3", "survey", "'*', 1000, 'vote', [1]");
    testkit_expect(ann, "vote", "[1]");
    testkit_answer(ann, "'yes', {a:1}");
    testkit_expect(bob, "vote", "[1]");
    testkit_vanish(bob);
    testkit_expect(eve, "vote", "[1]");
    testkit_expect_nothing(ann);
    testkit_advance(kit, 1000);
    testkit_expect(ann, "answers", "i, '<array>'", MORTISE_ETIMEOUT);
    int answered = 0;
    for (int i = 0; i < 3; i++) {
        char path[20];
        snprintf(path, sizeof(path), "1.%d.status", i);
        answered += testkit_got_int(ann, path) == 0;
    }
    ck_assert_int_eq(answered, 1);
    testkit_skip_log(kit);
    testkit_free(kit);
}
END_TEST

START_TEST(one_is_asked)
{
    set_up_crowd();
    CALL(ann, "0", "ask", "0, 'who?'");
    testkit_expect(ann, "question", "'who?'");
    testkit_answer(ann, "'Ann', 1");
    testkit_expect(ann, "answer", "0, ['Ann', 1]");
    CALL(ann, "0", "ask", "0, 'who?'");
    testkit_skip(ann);
    testkit_advance(kit, 29999);
    testkit_expect_nothing(ann);
    testkit_advance(kit, 1); /* limits.ackTimeout */
    testkit_expect(ann, "answer", "i, []", MORTISE_ETIMEOUT);
    testkit_free(kit);
}
END_TEST

START_TEST(many_are_moved_about)
{
    set_up_crowd();
    CALL(ann, "2", "join-all", "'!', 'others'");
    CALL(ann, "2, ['<string>', '<string>']", "list", "'others'");
    CALL(bob, "['<string>', 'others']", "rooms", "");
    CALL(ann, "2", "leave-all", "'others', 'others'");
    CALL(ann, "0, []", "list", "'others'");
    CALL(bob, "0", "join", "'out'");
    CALL(ann, "1", "disconnect-all", "'out', 0");
    testkit_expect_disconnected(bob);
    CALL(ann, "1", "kick", "'!', 'enough', 'That is it.', 5");
    testkit_expect_disconnected(eve);
    testkit_expect_nothing(ann);
    testkit_skip_log(kit);
    testkit_free(kit);
}
END_TEST

/* --- values --- */

static const mortise_str two = {"\x01\x02", 2}, three = {"\x03\x04\x05", 3};

START_TEST(rewritten_with_binary)
{
    set_up_values();
    mortise_str a = {"a", 1}, b = {"b", 1};
    testkit_expect_ack(ann, testkit_call(ann, "mixed", "[x], {b:x}", a, b),
                       "{deep:{a:[x], new:x}, list:[[{b:x}, x], {b:x}]}, x", a,
                       three, b, three, b, two);
    testkit_skip(ann);
    CALL(ann, "5, 6, 0", "added", "{'_placeholder':true, num:0}");
    testkit_free(kit);
}
END_TEST

START_TEST(binary_in_lists)
{
    set_up_values();
    mortise_str v = {"v", 1};
    static const char made[] = "{first:x, list:[[x, {a:[x]}, 'text'], x, {n:7},"
                               " [x, {a:[x]}, 'text']], last:x}";
    testkit_expect_ack(ann, testkit_call(ann, "lists", "x", v), made, two, two,
                       v, v, two, v, v);
    testkit_expect(bob, "listed", made, two, two, v, v, two, v, v);
    testkit_skip_log(kit);
    testkit_free(kit);
}
END_TEST

START_TEST(asked_with_binary)
{
    set_up_values();
    mortise_str v = {"v", 1};
    testkit_emit(ann, "ask-lists", "x", v);
    testkit_expect(ann, "one", "'<any>'");
    testkit_answer(ann, "x, 1", v);
    testkit_expect(ann, "all", "'<any>'");
    testkit_answer(ann, "{got:x}", v);
    testkit_expect(ann, "answer", "[x, 1]", v);
    testkit_expect(bob, "all", "'<any>'");
    testkit_advance(kit, 10000);
    ck_assert_int_eq(testkit_skip(ann), 1); /* partial, at the deadline */
    testkit_skip_log(kit);
    testkit_free(kit);
}
END_TEST

START_TEST(in_pieces)
{
    set_up_values();
    static const char rows[] = "{room:'lobby', count:2, rows:["
                               "{id:0, text:'some text'}, "
                               "{id:1, text:'some text'}], '<more>':true}";
    CALL(ann, rows, "history", "2");
    int later = testkit_call(ann, "later", "");
    testkit_emit(ann, "now", "2");
    testkit_expect_ack(ann, later, rows);
    CALL(ann, "2", "tell", "2");
    testkit_expect(ann, "before", "");
    testkit_expect(bob, "told",
                   "{room:'lobby', count:2, rows:'<array>'}, [x, 2]", two);
    testkit_free(kit);
}
END_TEST

START_TEST(read_one_after_the_other)
{
    set_up_values();
    CALL(ann, "6, 6, 30, 0, 3, true", "sums", "[1, 2, 3], {a:10, bb:20}, 1, 2");
    CALL(ann, "18", "nested", "[[1, 2], [3], [4]]");
    testkit_free(kit);
}
END_TEST

TESTKIT_MAIN("api", connection_middleware, event_middleware,
             catch_all_of_what_is_sent, reserved_names, lists_of_rooms,
             volatile_events, packets_that_wait, what_is_known_of_sockets,
             who_goes, a_room_is_asked, one_is_asked, many_are_moved_about,
             rewritten_with_binary, binary_in_lists, asked_with_binary,
             in_pieces, read_one_after_the_other)
