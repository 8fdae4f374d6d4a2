/* SPDX-License-Identifier: MIT */
/*
 * mortise/testkit.h: tests for plugins, on Check (https://libcheck.github.io).
 *
 *     START_TEST(tells_the_others)
 *     {
 *         struct testkit *kit = testkit_load(PLUGIN, "{greet:false}");
 *         struct testkit_client *ann = testkit_connect(kit, "/");
 *         struct testkit_client *bob = testkit_connect(kit, "/");
 *
 *         int asked = testkit_call(ann, "say", "s", "Hello");
 *         testkit_expect_ack(ann, asked, "{ok:true}");
 *         testkit_expect(bob, "said", "{who:s, text:'Hello', id:'<number>'}",
 *                        testkit_sid(ann));
 *         testkit_expect_nothing(ann);
 *         testkit_free(kit);
 *     }
 *     END_TEST
 *
 *     TESTKIT_MAIN("hello", tells_the_others)
 *
 * The real host and the real Socket.IO run in the test's process; what is
 * missing is the network, and the clock is the test's. Nothing waits and
 * nothing happens by itself: each call below returns when all that it brings
 * about has been done, timers aside, which run in testkit_advance().
 *
 * Values are written as in plugins, as formats with the letters s i I d b S x
 * (mortise/plugin.h, "Formats"). What is expected is compared by value: 1.0 is
 * 1, the order of members is free. Some strings of it stand for more:
 *     '<any>'     whatever is there      '<number>' '<string>' '<boolean>'
 *     '<array>' '<object>' '<binary>'    whatever has this type
 * An object with the member '<more>':true may have members beside those named,
 * and '<more>' as the last element of an array, or as the last argument, stands
 * for any others.
 *
 * What is wrong fails the test where the call stands, with all that was
 * received instead. So does, in testkit_free(), a warning or an error in the
 * log that the test has not expected: a wrong format, for example.
 *
 * Link with `pkg-config --libs mortise-testkit`. Use one kit at a time, with
 * pointers from it no longer than it lives. The environment variable
 * MORTISE_TESTKIT_LOOPBACK=1 turns every call between plugin and host into
 * bytes and back, as if they were two processes.
 */
#ifndef MORTISE_TESTKIT_H
#define MORTISE_TESTKIT_H

#include <stdint.h>

#include <check.h>
#include <mortise/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

struct testkit;        /* a server with plugins in it */
struct testkit_client; /* somebody who talks to it, in one namespace */

#define TESTKIT_HERE_ __FILE__, __LINE__

/* --- The server */

/* testkit_load(const char *file, const char *settings, ...): loads one plugin,
 * its events in "/". settings is a format; "" for none. */
#define testkit_load(...) testkit_load_at(TESTKIT_HERE_, __VA_ARGS__)
/* testkit_start(const char *config, ...): a whole configuration, as a format:
 *     testkit_start("{plugins:[{name:'chat', path:s, namespace:'/chat'}], "
 *                   "limits:{sendBuffer:16384}}", PLUGIN)
 * A path counts from the current directory and has a "/" in it. Clients are
 * told why they are closed, by the event mortise:notice, only if it has
 * notices:true. */
#define testkit_start(...) testkit_start_at(TESTKIT_HERE_, __VA_ARGS__)
/* testkit_expect_no_load(file, why, settings, ...): the plugin is not taken,
 * and `why` is part of what is said about it, or of the log. */
#define testkit_expect_no_load(...)                                            \
    testkit_expect_no_load_at(TESTKIT_HERE_, __VA_ARGS__)
/* Everybody leaves ("server shutting down"), fini runs. NULL is fine. */
#define testkit_free(kit) testkit_free_at(TESTKIT_HERE_, kit)

/* testkit_advance(kit, int64_t ms): the clock goes on, and every timer that is
 * due fires at its own time: an hour takes as long as what happens in it. Jobs
 * (mortise/jobs.h) are done in here too, at once: 0 ms will do for them. */
#define testkit_advance(kit, ms) testkit_advance_at(TESTKIT_HERE_, kit, ms)
/* What mortise_now() says; ms since 1970. A kit begins on 2026-01-01. */
int64_t testkit_now(const struct testkit *kit);

/* testkit_json(kit, format, ...): the values as JSON text with commas between,
 * for who needs text; lives as long as the kit. */
#define testkit_json(...) testkit_json_at(TESTKIT_HERE_, __VA_ARGS__)

/* --- Clients */

struct testkit_who { /* all but the namespace may be left out */
    const char *name_space;
    const char *auth;    /* JSON text of an object: see testkit_json() */
    const char *headers; /* of its request: "Cookie: a=b\nOrigin: http://x" */
    const char *query;   /* of its URL: "room=1&lang=en" */
    const char *address; /* "127.0.0.1" */
    struct testkit_client *over; /* on the connection of this one */
};

/* testkit_connect(kit, name_space, .auth = ..., ...): has joined. */
#define testkit_connect(kit, ...)                                              \
    testkit_connect_at(TESTKIT_HERE_, kit,                                     \
                       (struct testkit_who){.name_space = __VA_ARGS__})
/* The same, whatever comes of it. */
#define testkit_try(kit, ...)                                                  \
    testkit_try_at(TESTKIT_HERE_, kit,                                         \
                   (struct testkit_who){.name_space = __VA_ARGS__})
/* testkit_expect_refused(client, message, format, ...): was turned away with
 * this message and data (one value, or "" for none). */
#define testkit_expect_refused(...)                                            \
    testkit_expect_refused_at(TESTKIT_HERE_, __VA_ARGS__)
/* testkit_expect_turned_away(client, words): was not even let in to ask, for a
 * row of MORTISE_HTTP_ALLOW (mortise/http.h) has refused it so. Those rows are
 * asked about each new connection, with its headers, query and address. */
#define testkit_expect_turned_away(client, words)                              \
    testkit_expect_turned_away_at(TESTKIT_HERE_, client, words)
/* Its Socket.IO id. */
const char *testkit_sid(const struct testkit_client *client);
/* Leaves its namespace: "client namespace disconnect". */
#define testkit_disconnect(client) testkit_disconnect_at(TESTKIT_HERE_, client)
/* Its connection is lost: "transport close". */
#define testkit_vanish(client) testkit_vanish_at(TESTKIT_HERE_, client)
/* testkit_lose(client, const char *reason): the same by another reason:
 * "transport error", "ping timeout", "parse error" or "forced close". */
#define testkit_lose(client, reason)                                           \
    testkit_lose_at(TESTKIT_HERE_, client, reason)
/* The server has put it out, or closed its connection. */
#define testkit_expect_disconnected(client)                                    \
    testkit_expect_disconnected_at(TESTKIT_HERE_, client)

/* testkit_expect_rooms(client, format, ...): is in these rooms and no others,
 * in any order; that of its own id goes without saying. */
#define testkit_expect_rooms(...)                                              \
    testkit_expect_rooms_at(TESTKIT_HERE_, __VA_ARGS__)

/* --- What a client says */

/* testkit_emit(client, const char *event, format, ...) */
#define testkit_emit(...) testkit_emit_at(TESTKIT_HERE_, __VA_ARGS__)
/* The same, and asks for an acknowledgement; returns its number. */
#define testkit_call(...) testkit_call_at(TESTKIT_HERE_, __VA_ARGS__)
/* testkit_answer(client, format, ...): acknowledges the event last expected,
 * which asked for it. Who does not want to lets the time pass. */
#define testkit_answer(...) testkit_answer_at(TESTKIT_HERE_, __VA_ARGS__)

/* --- What a client is told; events and acknowledgements are apart, each kind
 * in its order */

/* testkit_expect(client, event, format, ...): the next event is this one. */
#define testkit_expect(...) testkit_expect_at(TESTKIT_HERE_, __VA_ARGS__)
/* testkit_expect_ack(client, int number, format, ...): this came as the answer
 * to that testkit_call(). */
#define testkit_expect_ack(...)                                                \
    testkit_expect_ack_at(TESTKIT_HERE_, __VA_ARGS__)
/* testkit_expect_no_ack(client, number): no answer has come yet. */
#define testkit_expect_no_ack(client, number)                                  \
    testkit_expect_no_ack_at(TESTKIT_HERE_, client, number)
/* No event that was not expected yet. */
#define testkit_expect_nothing(client)                                         \
    testkit_expect_nothing_at(TESTKIT_HERE_, client)
/* Looks away from the events that have come; how many there were. */
int testkit_skip(struct testkit_client *client);

/* Reads what was last expected of this client. The path begins with the number
 * of an argument: "0.people.1.name". Fails the test when it is not there. */
#define testkit_got_text(client, path)                                         \
    testkit_got_text_at(TESTKIT_HERE_, client, path)
#define testkit_got_int(client, path)                                          \
    testkit_got_int_at(TESTKIT_HERE_, client, path)

/* --- HTTP routes (mortise/http.h) */

struct testkit_request { /* all but the first may be left out */
    const char *request; /* "POST /api/users?new=1" */
    const char *headers; /* "Cookie: a=b\nContent-Type: application/json" */
    const char *body;
    const char *address; /* "127.0.0.1" */
};

/* testkit_request(kit, request, .body = ..., ...): asks; returns its number. */
#define testkit_request(kit, ...)                                              \
    testkit_request_at(TESTKIT_HERE_, kit,                                     \
                       (struct testkit_request){.request = __VA_ARGS__})
/* testkit_expect_response(kit, number, int status, const char *text): this was
 * the answer. Nothing but the host's own answers: no files. */
#define testkit_expect_response(...)                                           \
    testkit_expect_response_at(TESTKIT_HERE_, __VA_ARGS__)
/* testkit_expect_json(kit, number, status, format, ...): one value, compared as
 * those of events. */
#define testkit_expect_json(...)                                               \
    testkit_expect_json_at(TESTKIT_HERE_, __VA_ARGS__)
/* It has not been answered yet. */
#define testkit_expect_no_response(kit, number)                                \
    testkit_expect_no_response_at(TESTKIT_HERE_, kit, number)
/* A header of the answer, the first of that name; NULL when there is none. */
#define testkit_response_header(kit, number, name)                             \
    testkit_response_header_at(TESTKIT_HERE_, kit, number, name)
/* Who asked goes away without waiting. */
#define testkit_abandon(kit, number)                                           \
    testkit_abandon_at(TESTKIT_HERE_, kit, number)

/* --- Commands (mortise/commands.h) */

struct testkit_order { /* all but the first may be left out */
    const char *words; /* "auth set-role ann admin"; 'one word' */
    const char *input; /* on standard input, without its last line end */
    int64_t timeout;   /* ms; 0: the command's own */
};

/* testkit_command(kit, words, .input = ..., ...): gives the plugin that the
 * first word names a command, as `mortise ctl` does; returns its number. */
#define testkit_command(kit, ...)                                              \
    testkit_command_at(TESTKIT_HERE_, kit,                                     \
                       (struct testkit_order){.words = __VA_ARGS__})
/* testkit_expect_done(kit, number, int status, const char *text): has ended so.
 * 2: there is no such command, or not with these arguments; 124: too late. */
#define testkit_expect_done(...)                                               \
    testkit_expect_done_at(TESTKIT_HERE_, __VA_ARGS__)
/* testkit_expect_value(kit, number, format, ...): has ended well, with this
 * one value, compared as those of events. */
#define testkit_expect_value(...)                                              \
    testkit_expect_value_at(TESTKIT_HERE_, __VA_ARGS__)
/* It has not ended yet. */
#define testkit_expect_not_done(kit, number)                                   \
    testkit_expect_not_done_at(TESTKIT_HERE_, kit, number)
/* Who gave it goes away without waiting. */
#define testkit_give_up(kit, number)                                           \
    testkit_give_up_at(TESTKIT_HERE_, kit, number)

/* --- Reload: a new build takes the place of one that runs */

/* testkit_reload(kit, const char *file, const char *settings, ...): the plugin
 * that the file calls itself is replaced by this build, as by SIGHUP: init,
 * save of the old one, restore. settings is a format; "": those that it had.
 * The same file counts as a new build, with variables of its own. fini of the
 * old one runs in testkit_advance(), for which 0 ms will do. */
#define testkit_reload(...) testkit_reload_at(TESTKIT_HERE_, __VA_ARGS__)
/* testkit_expect_no_reload(kit, file, why, settings, ...): the new build is not
 * taken and the old one goes on; `why` is part of what is said about it, or of
 * the log. */
#define testkit_expect_no_reload(...)                                          \
    testkit_expect_no_reload_at(TESTKIT_HERE_, __VA_ARGS__)
/* testkit_reconfigure(kit, config, ...): the same with a whole configuration,
 * as in testkit_start(); what is not new in it goes on undisturbed. */
#define testkit_reconfigure(...)                                               \
    testkit_reconfigure_at(TESTKIT_HERE_, __VA_ARGS__)
/* testkit_expect_no_reconfigure(kit, why, config, ...) */
#define testkit_expect_no_reconfigure(...)                                     \
    testkit_expect_no_reconfigure_at(TESTKIT_HERE_, __VA_ARGS__)

/* What the first plugin would save now (mortise/state.h), sealed as it is when
 * it is handed over; empty when it saves nothing. Lives as long as the kit: a
 * test may keep it in a file, for the builds to come. */
#define testkit_state(kit) testkit_state_at(TESTKIT_HERE_, kit)
/* At the next reload restore gets this, in place of what is saved then. */
void testkit_hand_over(struct testkit *kit, mortise_str state);
/* And how it may be spoilt. CUT and DAMAGED the host sees, and refuses;
 * EMPTY has no key in it; NEWER is of a version that there is not yet. */
enum {
    TESTKIT_STATE_CUT = 1,
    TESTKIT_STATE_DAMAGED,
    TESTKIT_STATE_EMPTY,
    TESTKIT_STATE_NEWER
};
void testkit_hand_over_bad_state(struct testkit *kit, int how);

/* --- Trouble */

/* The client stops reading: volatile events are dropped, others wait, and when
 * more than limits.sendBuffer bytes or limits.sendPackets packets wait it is
 * closed and loses them. Then it reads on. */
void testkit_block(struct testkit_client *client);
#define testkit_unblock(client) testkit_unblock_at(TESTKIT_HERE_, client)
/* During the next call to the kit the n-th allocation of the host fails, from
 * 1, or of mortise_alloc() and its like; malloc() of the plugin does not. */
void testkit_fail_allocation(struct testkit *kit, int n);
/* Whether it came to that. */
int testkit_allocation_failed(const struct testkit *kit);

/* --- Log */

/* testkit_expect_log(kit, const char *part): a line with this in it was
 * written; the first one is marked as expected. */
#define testkit_expect_log(kit, part)                                          \
    testkit_expect_log_at(TESTKIT_HERE_, kit, part)
/* All lines so far count as expected. */
void testkit_skip_log(struct testkit *kit);
/* All lines: "warn: plugin chat#1: text\n". Until the next call. */
const char *testkit_log(struct testkit *kit);

/* --- The program */

/* TESTKIT_MAIN(name, test, ...): main() of a program that runs these tests and
 * prints TAP, one line a test. Each has a process of its own, unless the
 * environment says CK_FORK=no, for a debugger. */
#define TESTKIT_MAIN(name, ...)                                                \
    int main(void)                                                             \
    {                                                                          \
        const TTest *testkit_tests[] = {__VA_ARGS__};                          \
        return testkit_run(name, testkit_tests,                                \
                           sizeof(testkit_tests) / sizeof(testkit_tests[0]));  \
    }

/* --- The functions behind the macros */

/* The exit status. */
int testkit_run(const char *name, const TTest *const tests[], size_t count);

struct testkit *testkit_load_at(const char *file, int line, const char *plugin,
                                const char *settings, ...);
struct testkit *testkit_start_at(const char *file, int line, const char *config,
                                 ...);
void testkit_expect_no_load_at(const char *file, int line, const char *plugin,
                               const char *why, const char *settings, ...);
void testkit_free_at(const char *file, int line, struct testkit *kit);
void testkit_advance_at(const char *file, int line, struct testkit *kit,
                        int64_t ms);
const char *testkit_json_at(const char *file, int line, struct testkit *kit,
                            const char *format, ...);
struct testkit_client *testkit_connect_at(const char *file, int line,
                                          struct testkit *kit,
                                          struct testkit_who who);
struct testkit_client *testkit_try_at(const char *file, int line,
                                      struct testkit *kit,
                                      struct testkit_who who);
void testkit_expect_refused_at(const char *file, int line,
                               struct testkit_client *client,
                               const char *message, const char *format, ...);
void testkit_expect_turned_away_at(const char *file, int line,
                                   struct testkit_client *client,
                                   const char *words);
void testkit_disconnect_at(const char *file, int line,
                           struct testkit_client *client);
void testkit_vanish_at(const char *file, int line,
                       struct testkit_client *client);
void testkit_expect_disconnected_at(const char *file, int line,
                                    struct testkit_client *client);
void testkit_lose_at(const char *file, int line, struct testkit_client *client,
                     const char *reason);
void testkit_expect_rooms_at(const char *file, int line,
                             struct testkit_client *client, const char *format,
                             ...);
void testkit_emit_at(const char *file, int line, struct testkit_client *client,
                     const char *event, const char *format, ...);
int testkit_call_at(const char *file, int line, struct testkit_client *client,
                    const char *event, const char *format, ...);
void testkit_answer_at(const char *file, int line,
                       struct testkit_client *client, const char *format, ...);
void testkit_expect_at(const char *file, int line,
                       struct testkit_client *client, const char *event,
                       const char *format, ...);
void testkit_expect_ack_at(const char *file, int line,
                           struct testkit_client *client, int number,
                           const char *format, ...);
void testkit_expect_no_ack_at(const char *file, int line,
                              struct testkit_client *client, int number);
void testkit_expect_nothing_at(const char *file, int line,
                               struct testkit_client *client);
const char *testkit_got_text_at(const char *file, int line,
                                const struct testkit_client *client,
                                const char *path);
int64_t testkit_got_int_at(const char *file, int line,
                           const struct testkit_client *client,
                           const char *path);
void testkit_reload_at(const char *file, int line, struct testkit *kit,
                       const char *plugin, const char *settings, ...);
void testkit_expect_no_reload_at(const char *file, int line,
                                 struct testkit *kit, const char *plugin,
                                 const char *why, const char *settings, ...);
void testkit_reconfigure_at(const char *file, int line, struct testkit *kit,
                            const char *config, ...);
void testkit_expect_no_reconfigure_at(const char *file, int line,
                                      struct testkit *kit, const char *why,
                                      const char *config, ...);
mortise_str testkit_state_at(const char *file, int line, struct testkit *kit);
int testkit_request_at(const char *file, int line, struct testkit *kit,
                       struct testkit_request request);
void testkit_expect_response_at(const char *file, int line, struct testkit *kit,
                                int number, int status, const char *text);
void testkit_expect_json_at(const char *file, int line, struct testkit *kit,
                            int number, int status, const char *format, ...);
void testkit_expect_no_response_at(const char *file, int line,
                                   struct testkit *kit, int number);
const char *testkit_response_header_at(const char *file, int line,
                                       struct testkit *kit, int number,
                                       const char *name);
void testkit_abandon_at(const char *file, int line, struct testkit *kit,
                        int number);
int testkit_command_at(const char *file, int line, struct testkit *kit,
                       struct testkit_order order);
void testkit_expect_done_at(const char *file, int line, struct testkit *kit,
                            int number, int status, const char *text);
void testkit_expect_value_at(const char *file, int line, struct testkit *kit,
                             int number, const char *format, ...);
void testkit_expect_not_done_at(const char *file, int line, struct testkit *kit,
                                int number);
void testkit_give_up_at(const char *file, int line, struct testkit *kit,
                        int number);
void testkit_unblock_at(const char *file, int line,
                        struct testkit_client *client);
void testkit_expect_log_at(const char *file, int line, struct testkit *kit,
                           const char *part);

#ifdef __cplusplus
}
#endif
#endif
