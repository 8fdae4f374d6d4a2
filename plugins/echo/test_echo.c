/* SPDX-License-Identifier: MIT */
/* What the echo plugin promises. */
#include <mortise/testkit.h>

static struct testkit *load(void)
{
    return testkit_load(PLUGIN, "{greet:false}");
}

START_TEST(greets_with_auth)
{
    struct testkit *kit = testkit_load(PLUGIN, "");
    struct testkit_client *ann = testkit_connect(kit, "/");
    struct testkit_client *bob = testkit_connect(
        kit, "/custom", .auth = testkit_json(kit, "{token:'x', n:[1]}"));

    testkit_expect(ann, "auth", "{}");
    testkit_expect(bob, "auth", "{token:'x', n:[1]}");
    testkit_free(kit);
}
END_TEST

START_TEST(greets_nobody)
{
    struct testkit *kit = load();
    struct testkit_client *ann = testkit_connect(kit, "/");

    testkit_expect_nothing(ann);
    testkit_free(kit);
}
END_TEST

START_TEST(gives_back_messages)
{
    static const char bytes[] = {0, 1, '\xff'};
    mortise_str binary = {bytes, sizeof(bytes)};
    struct testkit *kit = load();
    struct testkit_client *ann = testkit_connect(kit, "/");
    struct testkit_client *bob = testkit_connect(kit, "/custom");

    testkit_emit(ann, "message", "");
    testkit_expect(ann, "message-back", "");
    testkit_emit(ann, "message", "1, 2.5, 'three', [], {}, null, true");
    testkit_expect(ann, "message-back", "1, 2.5, 'three', [], {}, null, true");
    testkit_emit(ann, "message", "{deep:[x]}, x", binary, binary);
    testkit_expect(ann, "message-back", "{deep:[x]}, x", binary, binary);
    testkit_expect_nothing(bob);
    testkit_emit(bob, "message", "s", "\xc3\xa9 \"quoted\"");
    testkit_expect(bob, "message-back", "s", "\xc3\xa9 \"quoted\"");
    testkit_expect_nothing(ann);
    testkit_free(kit);
}
END_TEST

START_TEST(acknowledges)
{
    mortise_str binary = {"bytes", 5};
    struct testkit *kit = load();
    struct testkit_client *ann = testkit_connect(kit, "/");
    int first =
        testkit_call(ann, "message-with-ack", "1, '2', {three:x}", binary);
    int second = testkit_call(ann, "message-with-ack", "");

    testkit_expect_ack(ann, second, "");
    testkit_expect_ack(ann, first, "1, '2', {three:x}", binary);
    /* Who wants no answer gets none. */
    testkit_emit(ann, "message-with-ack", "1");
    testkit_expect_nothing(ann);
    testkit_free(kit);
}
END_TEST

START_TEST(broadcasts_to_the_room)
{
    struct testkit *kit = load();
    struct testkit_client *ann = testkit_connect(kit, "/");
    struct testkit_client *bob = testkit_connect(kit, "/");
    struct testkit_client *eve = testkit_connect(kit, "/");

    testkit_expect_ack(ann, testkit_call(ann, "join", "'bench'"), "");
    testkit_expect_ack(bob, testkit_call(bob, "join", "'bench'"), "");
    testkit_emit(ann, "broadcast", "{n:1}, 2");
    testkit_expect(ann, "broadcast-back", "{n:1}, 2");
    testkit_expect(bob, "broadcast-back", "{n:1}, 2");
    testkit_expect_nothing(eve);

    testkit_expect_ack(bob, testkit_call(bob, "leave", "'bench'"), "");
    testkit_emit(eve, "broadcast", "3"); /* from outside, too */
    testkit_expect(ann, "broadcast-back", "3");
    testkit_expect_nothing(bob);
    testkit_free(kit);
}
END_TEST

START_TEST(keeps_namespaces_apart)
{
    struct testkit *kit = load();
    struct testkit_client *ann = testkit_connect(kit, "/");
    struct testkit_client *same = testkit_connect(kit, "/custom", .over = ann);

    testkit_expect_ack(ann, testkit_call(ann, "join", "'bench'"), "");
    testkit_emit(same, "broadcast", "1");
    testkit_expect_nothing(ann);
    testkit_expect_nothing(same);
    testkit_disconnect(same);
    testkit_emit(ann, "broadcast", "2");
    testkit_expect(ann, "broadcast-back", "2");
    testkit_free(kit);
}
END_TEST

START_TEST(survives_short_memory)
{
    int n = 0;
    int failed;

    do {
        struct testkit *kit = load();
        struct testkit_client *ann = testkit_connect(kit, "/");
        struct testkit_client *bob = testkit_connect(kit, "/");
        testkit_fail_allocation(kit, ++n);
        testkit_emit(ann, "message", "{deep:[1, 'two']}");
        failed = testkit_allocation_failed(kit);
        /* Others do not notice. */
        testkit_emit(bob, "message", "3");
        testkit_expect(bob, "message-back", "3");
        if (failed)
            testkit_skip_log(kit);
        testkit_free(kit);
    } while (failed);
    ck_assert_int_gt(n, 1);
}
END_TEST

TESTKIT_MAIN("echo", greets_with_auth, greets_nobody, gives_back_messages,
             acknowledges, broadcasts_to_the_room, keeps_namespaces_apart,
             survives_short_memory)
