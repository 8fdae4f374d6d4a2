/* SPDX-License-Identifier: MIT */
/* What the tests of the plugin share: a server with a database of its own. */
#ifndef TEST_AUTH_H
#define TEST_AUTH_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <mortise/testkit.h>
#include <common/test_select.h>

#define PASSWORD "correct horse"
#define SETTINGS                                                               \
    "passwords:{memoryKiB:8, passes:1}, development:true, database:s, "        \
    "ratesPerMinute:{register:1000, login:1000, password:1000, reset:1000}"

static struct testkit *kit;
static char folder[64], database[96];

static void make_folder(void)
{
    snprintf(folder, sizeof(folder), "/tmp/mortise-auth-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(database, sizeof(database), "%s/auth.db", folder);
}

/* The plugin, and the echo beside it, whose namespace it guards. `more` is
 * more settings, with a comma in front. */
static inline void start_with(const char *more)
{
    char config[1024];

    make_folder();
    snprintf(config, sizeof(config),
             "{plugins:[{name:'auth', path:s, settings:{%s%s}}, "
             "{name:'echo', path:s}]}",
             SETTINGS, more);
    kit = testkit_start(config, PLUGIN, database, ECHO);
}

static void finish(void)
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

/* Asks, and has the job done. */
static inline int ask(const char *request, const char *headers,
                      const char *body)
{
    char all[512];

    snprintf(all, sizeof(all), "Content-Type: application/json%s%s",
             headers ? "\n" : "", headers ? headers : "");
    int number = testkit_request(kit, request, .headers = all, .body = body);
    testkit_advance(kit, 0);
    return number;
}

static inline void expect_error(int number, int status, const char *code)
{
    testkit_expect_json(kit, number, status, "{error:{code:s, '<more>':true}}",
                        code);
}

/* An account with this name, and PASSWORD. */
static inline void sign_up(const char *name)
{
    const char *body =
        testkit_json(kit, "{name:s, password:s}", name, PASSWORD);

    testkit_expect_json(kit, ask("POST /auth/register", NULL, body), 201,
                        "{'<more>':true}");
}

/* A socket in "/", greeted. */
static inline struct testkit_client *join(const char *auth)
{
    struct testkit_client *client = testkit_connect(kit, "/", .auth = auth);

    testkit_skip(client);
    return client;
}

static inline int login_over(struct testkit_client *client, const char *name,
                             const char *password)
{
    int number = testkit_call(client, "auth:login", "{login:s, password:s}",
                              name, password);
    testkit_advance(kit, 0);
    return number;
}

/* Tokens of a session that was begun over a socket. */
struct tokens {
    char access[64], refresh[96], session[32], user[32];
    char bearer[96], auth[96]; /* the access token as a header, as auth */
};

static inline void read_tokens(const struct testkit_client *client,
                               struct tokens *ret)
{
    snprintf(ret->access, sizeof(ret->access), "%s",
             testkit_got_text(client, "0.accessToken"));
    snprintf(ret->refresh, sizeof(ret->refresh), "%s",
             testkit_got_text(client, "0.refreshToken"));
    snprintf(ret->session, sizeof(ret->session), "%s",
             testkit_got_text(client, "0.session"));
    snprintf(ret->user, sizeof(ret->user), "%s",
             testkit_got_text(client, "0.user.id"));
    snprintf(ret->bearer, sizeof(ret->bearer), "Authorization: Bearer %s",
             ret->access);
    snprintf(ret->auth, sizeof(ret->auth), "{\"token\":\"%s\"}", ret->access);
}

/* Signs a socket in that has joined. */
static inline void sign_in(struct testkit_client *client, const char *name,
                           struct tokens *ret)
{
    testkit_expect_ack(client, login_over(client, name, PASSWORD),
                       "{user:{name:s, '<more>':true}, '<more>':true}", name);
    read_tokens(client, ret);
}

/* One number or text out of the database, as a text. */
static inline const char *select_text(const char *sql)
{
    return test_select(database, sql);
}

#endif
