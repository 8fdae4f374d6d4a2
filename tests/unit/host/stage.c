/* SPDX-License-Identifier: MIT */
#include "stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "loopback.h"

struct stage stage;
bool stage_notices;

static void write_down(void *user, enum log_level level, const char *text)
{
    size_t room = sizeof(stage.journal) - stage.journal_length;
    if (strncmp(text, "plugin ", 7) == 0)
        text += 7;
    int n = snprintf(stage.journal + stage.journal_length, room, "%s\n", text);
    ck_assert(n >= 0 && (size_t)n < room);
    stage.journal_length += (size_t)n;
}

static int configure(const char *plugins)
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
    int error = config_parse("conf.json", str_z(text), &stage.config, &errors);
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
                                  .rooms_per_socket = 3,
                                  .acks_per_socket = 2,
                                  .namespaces_per_client = 4,
                                  .values_size = 300,
                                  .notices = stage_notices,
                                  .send_buffer = 65536};
    int error = configure(plugins);
    if (error < 0)
        return error;
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

void stage_stop(void)
{
    fake_free_all();
    if (stage.host)
        host_detach(stage.host);
    sio_server_free(stage.sio);
    host_free(stage.host);
    loopback_reset();
    config_free(stage.config);
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
