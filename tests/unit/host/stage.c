/* SPDX-License-Identifier: MIT */
#include "stage.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "host/reload/reload.h"
#include "loopback.h"

struct stage stage;
bool stage_notices;

/* Jobs write lines, too. */
static pthread_mutex_t pen = PTHREAD_MUTEX_INITIALIZER;

static void write_down(void *user, enum log_level level, const char *text)
{
    pthread_mutex_lock(&pen);
    size_t room = sizeof(stage.journal) - stage.journal_length;
    if (strncmp(text, "plugin ", 7) == 0)
        text += 7;
    int n = snprintf(stage.journal + stage.journal_length, room, "%s\n", text);
    ck_assert(n >= 0 && (size_t)n < room);
    stage.journal_length += (size_t)n;
    pthread_mutex_unlock(&pen);
}

static int configure(const char *plugins, struct config **ret_config)
{
    char text[4096];
    struct buf errors;
    int n = snprintf(text, sizeof(text),
                     "{\"mode\":\"development\",\"pluginDir\":\"" FIXTURES
                     "\",\"limits\":{\"acksPerSocket\":2,"
                     "\"roomsPerSocket\":3},\"plugins\":[%s]}",
                     plugins);
    ck_assert(n > 0 && (size_t)n < sizeof(text));
    buf_init(&errors, BUF_MAX);
    int error = config_parse("conf.json", str_z(text), ret_config, &errors);
    ck_assert_msg(error == 0 || error == ERR_NOMEM, "%.*s",
                  STR_ARG(buf_str(&errors)));
    buf_free(&errors);
    return error;
}

static int build(const char *plugins)
{
    struct sio_options options = {.connect_timeout = 45000,
                                  .attachments = 10,
                                  .json_depth = 16,
                                  .json = true,
                                  .msgpack = true,
                                  .rooms_per_socket = 3,
                                  .acks_per_socket = 2,
                                  .namespaces_per_client = 4,
                                  .values_size = 300,
                                  .notices = stage_notices,
                                  .send_buffer = 65536};
    int error = configure(plugins, &stage.started);
    if (error < 0)
        return error;
    stage.config = stage.started;
    stage.host = host_new(&stage.timers, stage.config);
    if (!stage.host)
        return ERR_NOMEM;
    if (stage_looped_back())
        stage.host->bridge = loopback_bridge;
    error = host_start(stage.host, stage.config, &stage.why);
    if (error < 0)
        return error;
    stage.sio =
        sio_server_new(&stage.timers, &options, &host_sio_events, stage.host);
    return stage.sio ? host_attach(stage.host, stage.sio) : ERR_NOMEM;
}

bool stage_looped_back(void)
{
    return getenv("MORTISE_TESTKIT_LOOPBACK") != NULL;
}

int stage_try(const char *plugins)
{
    memset(&stage, 0, sizeof(stage));
    buf_init(&stage.why, BUF_MAX);
    timers_init(&stage.timers, 1000);
    log_set_level(LOG_LEVEL_DEBUG);
    log_set_sink(write_down, NULL);
    return build(plugins);
}

void stage_start(const char *plugins)
{
    int error = stage_try(plugins);
    ck_assert_msg(error == 0, "%s: %.*s", error_name(error),
                  STR_ARG(buf_str(&stage.why)));
    stage_forget();
}

static void put_in_effect(struct config *config)
{
    if (stage.config != stage.started)
        config_free(stage.config);
    stage.config = config;
}

int stage_reload(const char *plugins)
{
    struct config *config;

    reload_free(stage.last);
    stage.last = NULL;
    buf_clear(&stage.why);
    int error = configure(plugins, &config);
    if (error < 0)
        return error;
    error = reload_new(stage.host, config, &stage.last, &stage.why);
    if (error == 0) {
        error = reload_stage(stage.last, &stage.why);
        if (error == 0)
            reload_commit(stage.last);
        else
            reload_abandon(stage.last);
    }
    if (error == 0)
        put_in_effect(config);
    else
        config_free(config);
    return error;
}

void stage_exchange(const char *plugins)
{
    int error = stage_reload(plugins);
    ck_assert_msg(error == 0, "%s: %.*s", error_name(error),
                  STR_ARG(buf_str(&stage.why)));
    stage_forget();
}

void stage_refuse(const char *plugins, const char *reason)
{
    ck_assert_int_lt(stage_reload(plugins), 0);
    struct str why = buf_str(&stage.why);
    size_t n = strlen(reason);
    ck_assert_msg(why.n > n && why.p[why.n - 1] == '\n' &&
                      memcmp(why.p + why.n - 1 - n, reason, n) == 0 &&
                      str_find(why, '\n') == why.n - 1,
                  "%.*s", STR_ARG(why));
}

void stage_stop(void)
{
    fake_free_all();
    if (stage.host)
        host_detach(stage.host);
    sio_server_free(stage.sio);
    host_free(stage.host);
    loopback_reset();
    reload_free(stage.last);
    put_in_effect(NULL);
    config_free(stage.started);
    buf_free(&stage.why);
    ck_assert_int_eq(timers_wait(&stage.timers), -1);
    timers_free(&stage.timers);
    ck_assert_int_eq(mem_live(), 0);
}

struct eio_session *stage_open(const char *connect)
{
    struct eio_session *session = fake_open(stage.sio);
    fake_text(session, connect);
    return session;
}

struct eio_session *stage_join(void)
{
    struct eio_session *session = stage_open("0");
    ck_assert_uint_eq(fake_skip(session), 1);
    stage_forget();
    return session;
}

void stage_advance(int64_t ms)
{
    timers_run(&stage.timers, stage.timers.now + ms);
}

void stage_expect(const char *journal)
{
    ck_assert_str_eq(stage.journal, journal);
    stage_forget();
}

void stage_forget(void)
{
    stage.journal_length = 0;
    stage.journal[0] = '\0';
}
