/* SPDX-License-Identifier: MIT */
/* What is known of a connection whose server goes: there is no `mortise ctl
 * why` any more that could ask for it, so it is looked at here. */
#include "app_unit.h"

#include "engineio/engineio.h"
#include "socketio/socketio.h"

static struct story stories[2];

static bool has(const struct story *story, enum story_kind kind,
                const char *word)
{
    for (uint32_t i = 0; i < story->count; i++)
        if (story->notes[i].kind == kind &&
            str_eq(str_of(story->notes[i].word, story->notes[i].length),
                   str_z(word)))
            return true;
    return false;
}

static void read_story(const char *sid)
{
    ck_assert_uint_eq(eio_server_stories(app_engine(app), str_z(sid),
                                         sio_session_has, stories, 2),
                      1);
}

START_TEST(a_drain)
{
    static const volatile sig_atomic_t no_hurry;
    unsigned port = free_port();
    char sid[RANDOM_SID_LENGTH + 1] = "", poll[200];

    start(with_port(
        text_1, "{\"listen\":\"127.0.0.1:%u\",\"drainTimeout\":2000}", port));
    int client = dial(port);
    const char *got = strstr(get(client, HANDSHAKE, ""), "\"sid\":\"");
    ck_assert_ptr_nonnull(got);
    memcpy(sid, got + strlen("\"sid\":\""), sizeof(sid) - 1);
    /* Who polls can be told. */
    snprintf(poll, sizeof(poll), "GET %s&sid=%s HTTP/1.1\r\nHost: h\r\n\r\n",
             HANDSHAKE, sid);
    ck_assert_int_gt(send(client, poll, strlen(poll), MSG_NOSIGNAL), 0);
    do {
        loop_turn(loop, 10);
        read_story(sid);
    } while (!has(&stories[0], STORY_POLLED, ""));

    app_drain(app, &no_hurry);
    read_story(sid);
    ck_assert(stories[0].over);
    ck_assert(!stories[0].on_websocket);
    ck_assert(has(&stories[0], STORY_OPENED, "polling"));
    ck_assert(has(&stories[0], STORY_NOTICE, "shutting-down"));
    ck_assert(has(&stories[0], STORY_CLOSED, "server shutting down"));
    close(client);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("why");
    TCase *tc = tcase_create("why");
    suite_add_tcase(suite, tc);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, a_drain);
    return unit_main(suite);
}
