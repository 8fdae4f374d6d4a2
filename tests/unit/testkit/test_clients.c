/* SPDX-License-Identifier: MIT */
/* Clients of the testkit: how they come and go, where they are, and what they
 * say and are told. */
#include <mortise/testkit.h>

START_TEST(some_do_not_get_in)
{
    struct testkit *kit = testkit_load(PLUGIN, "");
    struct testkit_client *ann = testkit_connect(kit, "/", .query = "x=door");
    struct testkit_client *bob = testkit_try(kit, "/", .query = "door=1");
    struct testkit_client *cat = testkit_try(kit, "/", .query = "a&door=none");

    testkit_expect_turned_away(bob, "Say please.");
    testkit_expect_turned_away(cat, "Forbidden");
    bob = testkit_try(kit, "/", .query = "door=1", .headers = "Cookie: word=x");
    testkit_expect_turned_away(bob, "Say please.");
    bob = testkit_try(kit, "/", .query = "door=1",
                      .headers = "Cookie: word=please");
    testkit_expect_turned_away(bob, "/socket.io/");
    bob = testkit_connect(kit, "/", .query = "door=1", .address = "10.0.0.7",
                          .headers = "X-Colour: red\nCookie: word=please");
    /* Nobody is asked about a connection that is there. */
    cat = testkit_connect(kit, "/side", .query = "door=1", .over = ann);
    testkit_block(cat);
    testkit_unblock(cat);
    testkit_free(kit);
}
END_TEST

START_TEST(rooms_are_seen)
{
    struct testkit *kit = testkit_load(PLUGIN, "");
    struct testkit_client *ann = testkit_connect(kit, "/");
    struct testkit_client *bob = testkit_connect(kit, "/side");

    testkit_expect_rooms(ann, "");
    testkit_emit(ann, "tour", "");
    testkit_expect_rooms(ann, "'a'");
    testkit_emit(bob, "enter", "'b', 'c', 'a'");
    testkit_expect_rooms(bob, "'a', s, 'c'", "b");
    testkit_disconnect(ann);
    testkit_expect_rooms(ann, "");
    testkit_free(kit);
}
END_TEST

/* The same connection, two namespaces: neither hears of the other. */
START_TEST(several_namespaces)
{
    struct testkit *kit = testkit_load(PLUGIN, "");
    struct testkit_client *ann = testkit_connect(kit, "/");
    struct testkit_client *side = testkit_connect(kit, "/side", .over = ann);
    struct testkit_client *bob = testkit_connect(kit, "/side");

    testkit_emit(ann, "tour", "");
    testkit_skip(ann);
    testkit_emit(side, "enter", "'a'");
    testkit_expect(side, "entered", "'/side', 1");
    testkit_expect(bob, "entered", "'/side', 1");
    testkit_expect_nothing(ann);
    testkit_disconnect(side);
    testkit_emit(ann, "ask", "1");
    testkit_expect(ann, "question", "1");
    testkit_vanish(ann);
    testkit_free(kit);
}
END_TEST

START_TEST(connections_are_lost)
{
    static const char *const reasons[] = {"transport error", "ping timeout",
                                          "parse error", "forced close",
                                          "transport close"};
    struct testkit *kit = testkit_load(PLUGIN, "");
    struct testkit_client *ann = testkit_connect(kit, "/");

    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
        struct testkit_client *bob = testkit_connect(kit, "/");
        testkit_lose(bob, reasons[i]);
        testkit_expect(ann, "gone", "s", reasons[i]);
    }
    testkit_expect_nothing(ann);
    testkit_free(kit);
}
END_TEST

START_TEST(binary_at_any_depth)
{
    struct testkit *kit = testkit_load(PLUGIN, "");
    struct testkit_client *ann = testkit_connect(kit, "/");
    mortise_str one = {"\0\1\377", 3}, none = {"", 0};

    testkit_emit(ann, "ask", "x, {a:[{b:x, c:[x, 1]}]}, [[[x]]]", one, none,
                 one, one);
    testkit_expect(ann, "question", "x, {a:[{b:x, c:[x, 1]}]}, [[[x]]]", one,
                   none, one, one);
    testkit_answer(ann, "[{deep:x}]", one);
    testkit_expect(ann, "answered", "0, 3, [{deep:x}]", one);
    testkit_expect_ack(ann, testkit_call(ann, "shout", "{a:[x]}, 2", one),
                       "3, {a:['<binary>']}, 2");
    testkit_expect_log(kit, "mortise_rewrite");
    testkit_free(kit);
}
END_TEST

START_TEST(more_may_follow)
{
    struct testkit *kit = testkit_load(PLUGIN, "");
    struct testkit_client *ann = testkit_connect(kit, "/");

    testkit_emit(ann, "ask", "[1, 2, 3], [], 4, 5");
    testkit_expect(ann, "question", "[1, '<more>'], ['<more>'], '<more>'");
    testkit_emit(ann, "ask", "'x'");
    testkit_expect(ann, "question", "'x', '<more>'");
    testkit_free(kit);
}
END_TEST

TESTKIT_MAIN("clients", some_do_not_get_in, rooms_are_seen, several_namespaces,
             connections_are_lost, binary_at_any_depth, more_may_follow)
