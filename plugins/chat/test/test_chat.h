/* SPDX-License-Identifier: MIT */
/* What the tests of the chat share: a server with a database of its own, and
 * people who are signed in by the plugin of test_signer.c. */
#ifndef TEST_CHAT_H
#define TEST_CHAT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <mortise/testkit.h>
#include <common/test_select.h>

#define OK   "{ok:true, '<more>':true}"
#define MANY "'<more>':true"

static struct testkit *kit;
static char folder[64], database[96];

static inline void make_folder(void)
{
    snprintf(folder, sizeof(folder), "/tmp/mortise-chat-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(database, sizeof(database), "%s/chat.db", folder);
}

/* `more` is more settings, with a comma in front. */
static inline void serve(const char *more)
{
    char config[1024];

    snprintf(config, sizeof(config),
             "{plugins:[{name:'signer', path:s}, {name:'chat', path:s, "
             "namespace:'/chat', settings:{database:s, databaseWaitMs:1%s}}]}",
             more);
    kit = testkit_start(config, SIGNER, PLUGIN, database);
}

static inline void start_with(const char *more)
{
    make_folder();
    serve(more);
}

static inline void start(void)
{
    start_with("");
}

static inline void finish(void)
{
    static const char *const ends[] = {"", "-wal", "-shm"};

    testkit_free(kit);
    for (int i = 0; i < 3; i++) {
        char file[112];
        snprintf(file, sizeof(file), "%s%s", database, ends[i]);
        unlink(file);
    }
    rmdir(folder);
}

/* The server stops and starts again. */
static inline void restart(const char *more)
{
    testkit_free(kit);
    serve(more);
}

/* Somebody who is signed in; the id is the name, in brackets. */
static inline struct testkit_client *connect_as(const char *name)
{
    char id[64];

    snprintf(id, sizeof(id), "<%s>", name);
    return testkit_connect(kit, "/chat",
                           .auth = testkit_json(kit, "{user:s}", id));
}

/* The same, with a role of mortise/identity.h. */
static inline struct testkit_client *connect_with(const char *name,
                                                  const char *role)
{
    char id[64];

    snprintf(id, sizeof(id), "<%s>", name);
    return testkit_connect(
        kit, "/chat",
        .auth =
            testkit_json(kit, "{user:s, name:s, roles:[s]}", id, name, role));
}

/* Asks, and has the jobs done. */
#define ASK(client, ...)                                                       \
    ({                                                                         \
        int asked_ = testkit_call(client, __VA_ARGS__);                        \
        testkit_advance(kit, 0);                                               \
        asked_;                                                                \
    })
/* ASKED(client, what is expected, event, format, ...) */
#define ASKED(client, expected, ...)                                           \
    testkit_expect_ack(client, ASK(client, __VA_ARGS__), expected)
/* REFUSED(client, code, event, format, ...) */
#define REFUSED(client, code, ...)                                             \
    testkit_expect_ack(client, ASK(client, __VA_ARGS__),                       \
                       "{error:{code:s, message:'<string>', '<more>':true}}",  \
                       code)

/* Somebody who is in a public room, and has seen what came with it. */
static inline struct testkit_client *enter(const char *name, const char *room)
{
    struct testkit_client *client = connect_as(name);

    ASKED(client, OK, "hello", "{}");
    ASKED(client, OK, "join", "{room:s}", room);
    testkit_advance(kit, 1); /* who comes later is listed later */
    testkit_skip(client);
    return client;
}

/* Somebody who was disconnected, perhaps, for want of memory. */
static inline struct testkit_client *come_again(const char *name)
{
    struct testkit_client *client = connect_as(name);

    ASKED(client, OK, "hello", "{}");
    testkit_skip(client);
    return client;
}

/* Says something; its number. */
static inline int64_t say(struct testkit_client *client, const char *room,
                          const char *text)
{
    ASKED(client, OK, "say", "{room:s, text:s}", room, text);
    return testkit_got_int(client, "0.id");
}

/* One number or text out of the database, as a text; also changes it. */
static inline const char *select_text(const char *sql)
{
    return test_select(database, sql);
}

#endif
