/* SPDX-License-Identifier: MIT */
/* What the tests of the plugin share. */
#ifndef TEST_GAME_H
#define TEST_GAME_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <mortise/testkit.h>
#include <sqlite3.h>

static struct testkit *kit;
static char folder[64], database[96];
static int job_queue = 1000;
static char match_id[16]; /* of the last match that was entered */

/* A server with this plugin and the porter. settings: more of them, such as
 * "graceSeconds:5". The database stays from one to the next. */
static inline void boot(const char *settings)
{
    char config[1024];

    snprintf(config, sizeof(config),
             "{jobs:{queue:%d}, plugins:[{name:'porter', path:s}, "
             "{name:'game', path:s, "
             "namespace:'/game', settings:{database:s%s%s%s}}], "
             "mode:'development'}",
             job_queue, strstr(settings, "botDelayMs") ? "" : ", botDelayMs:0",
             settings[0] ? ", " : "", settings);
    kit = testkit_start(config, PORTER, PLUGIN, database);
    testkit_advance(kit, 1);
}

static inline void start(const char *settings)
{
    snprintf(folder, sizeof(folder), "/tmp/test-game-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(database, sizeof(database), "%s/game.db", folder);
    boot(settings);
}

static inline void finish(void)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-owner"};

    testkit_free(kit);
    for (int i = 0; i < 4; i++) {
        char path[112];
        snprintf(path, sizeof(path), "%s%s", database, ends[i]);
        unlink(path);
    }
    rmdir(folder);
}

static inline struct testkit_client *enter(const char *user)
{
    struct testkit_client *client = testkit_connect(
        kit, "/game", .auth = testkit_json(kit, "{user:s}", user));

    testkit_advance(kit, 0); /* the ratings are read */
    return client;
}

/* Asks, lets the database work, and expects this answer. */
#define expect_answer(client, answer, ...)                                     \
    do {                                                                       \
        int asked_ = testkit_call(client, __VA_ARGS__);                        \
        testkit_advance(kit, 0);                                               \
        testkit_expect_ack(client, asked_, answer);                            \
    } while (0)

/* The same; the answer has one text in it. */
#define expect_answer_with(client, answer, text, ...)                          \
    do {                                                                       \
        int asked_ = testkit_call(client, __VA_ARGS__);                        \
        testkit_advance(kit, 0);                                               \
        testkit_expect_ack(client, asked_, answer, text);                      \
    } while (0)

#define expect_error(client, code, ...)                                        \
    expect_answer(client, "{error:{code:'" code "', '<more>':true}}",          \
                  __VA_ARGS__)

#define expect_ok(client, ...)                                                 \
    expect_answer(client, "{ok:true, '<more>':true}", __VA_ARGS__)

/* Asks for the whole view of a match, and expects this one. */
#define expect_view(client, id, view)                                          \
    do {                                                                       \
        testkit_skip(client);                                                  \
        expect_answer_with(client, "{ok:true, match:s}", id, "match:watch",    \
                           "{match:s}", id);                                   \
        testkit_expect(client, "match:view", view);                            \
    } while (0)

/* Makes a match; its id is in match_id. */
static inline void create(struct testkit_client *client, const char *options)
{
    int asked = testkit_call(client, "match:create", options);

    testkit_advance(kit, 0);
    testkit_expect_ack(client, asked, "{ok:true, match:'<string>'}");
    snprintf(match_id, sizeof(match_id), "%s",
             testkit_got_text(client, "0.match"));
}

/* Two in a match that has begun; ann has seat 0. */
static inline void begin(struct testkit_client *ann, struct testkit_client *bob,
                         const char *options)
{
    char all[256];

    snprintf(all, sizeof(all), "{seat:0, %s}", options);
    create(ann, all);
    expect_ok(bob, "match:join", "{match:s}", match_id);
    expect_ok(ann, "match:ready", "{match:s}", match_id);
    expect_ok(bob, "match:ready", "{match:s}", match_id);
    testkit_skip(ann);
    testkit_skip(bob);
}

static inline void move(struct testkit_client *client, const char *text)
{
    expect_ok(client, "match:move", "{match:s, move:s}", match_id, text);
}

/* The next event is a delta of this kind. */
static inline void expect_kind(struct testkit_client *client, const char *kind)
{
    testkit_expect(client, "match:delta", "{match:s, kind:s, '<more>':true}",
                   match_id, kind);
}

#endif
