/* SPDX-License-Identifier: MIT */
/* The server of a test: starting, time, log, the end. */
#include <limits.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "host/elf_note.h"
#include "host/plugin_file.h"
#include "internal.h"
#include "json/writer.h"
#include "loopback.h"

#define AT ((struct kit_place){file, line})

#define PLUGIN_MAX ((size_t)512 << 20)

/* How often timers may fire without the clock going on. */
#define SPIN_MAX 100000

/* --- the server acts --- */

void kit_enter(struct testkit *kit)
{
    kit->failed = false;
    if (kit->fail_next > 0)
        mem_fail_after(kit->fail_next - 1);
}

void kit_settle(struct testkit *kit)
{
    struct kit_connection *connection;
    long left = kit_memory_pause();
    bool ended;

    do { /* one that ends may make a plugin close another */
        ended = false;
        TAILQ_FOREACH(connection, &kit->connections, link)
        if (engine_settle(connection->session))
            ended = true;
    } while (ended);
    TAILQ_FOREACH(connection, &kit->connections, link)
    kit_deliver(connection);
    kit_memory_resume(left);
}

void kit_leave(struct testkit *kit)
{
    kit->failed = kit->fail_next > 0 && mem_fail_left() < 0;
    kit->fail_next = 0;
    mem_fail_after(-1);
    kit_settle(kit);
}

/* --- log --- */

static void on_log(void *user, enum log_level level, const char *text)
{
    struct testkit *kit = user;
    size_t size = strlen(text) + 1;
    struct kit_line *line = kit_realloc(NULL, sizeof(*line) + size);

    line->level = level;
    line->expected = false;
    memcpy(line->text, text, size);
    TAILQ_INSERT_TAIL(&kit->log, line, link);
}

void testkit_expect_log_at(const char *file, int line, struct testkit *kit,
                           const char *part)
{
    struct kit_line *each;

    TAILQ_FOREACH(each, &kit->log, link)
    if (!each->expected && strstr(each->text, part)) {
        each->expected = true;
        return;
    }
    kit_fail(AT, "no line of the log has \"%s\" in it:\n%s", part,
             testkit_log(kit));
}

void testkit_skip_log(struct testkit *kit)
{
    struct kit_line *each;

    TAILQ_FOREACH(each, &kit->log, link)
    each->expected = true;
}

const char *testkit_log(struct testkit *kit)
{
    buf_clear(&kit->shown);
    kit_log_print(&kit->shown, kit, false);
    buf_append_char(&kit->shown, '\0');
    return kit->shown.error == 0 ? kit->shown.p : "";
}

/* --- starting --- */

static struct testkit *kit_new(void)
{
    struct testkit *kit = kit_realloc(NULL, sizeof(*kit));

    memset(kit, 0, sizeof(*kit));
    TAILQ_INIT(&kit->connections);
    TAILQ_INIT(&kit->exchanges);
    TAILQ_INIT(&kit->turned_away);
    TAILQ_INIT(&kit->log);
    timers_init(&kit->timers, 0);
    arena_init(&kit->texts, SIZE_MAX);
    buf_init(&kit->shown, BUF_MAX);
    kit_clock_set(0);
    log_set_sink(on_log, kit);
    log_set_level(LOG_LEVEL_DEBUG);
    return kit;
}

static bool is_set(const char *variable)
{
    return variable && strcmp(variable, "") != 0 && strcmp(variable, "0") != 0;
}

static int start(struct testkit *kit, struct str config, struct buf *why)
{
    int error = config_parse("testkit", config, &kit->config, why);
    if (error < 0)
        return error;
    /* Only when asked for: few tests are about them. */
    if (!json_get(kit->config->root, STR("notices")))
        kit->config->notices = false;
    kit->host = host_new(&kit->timers, kit->config);
    if (!kit->host)
        return ERR_NOMEM;
    if (is_set(getenv("MORTISE_TESTKIT_LOOPBACK")))
        kit->host->bridge = loopback_bridge;
    error = host_start(kit->host, kit->config, why);
    if (error < 0)
        return error;
    kit->sio = host_new_sio(kit->host, kit->config);
    return kit->sio ? host_attach(kit->host, kit->sio) : ERR_NOMEM;
}

/* The plugin's name, from its note. */
static int read_name(const char *plugin, struct elf_note *ret_note,
                     struct buf *why)
{
    struct buf bytes;

    buf_init(&bytes, PLUGIN_MAX);
    int error = plugin_file_read(plugin, &bytes, why);
    if (error == 0)
        error = elf_note_read(bytes.p, bytes.n, ret_note, why);
    buf_free(&bytes);
    return error;
}

/* A configuration with this plugin alone. */
static int write_config(struct kit_place at, struct buf *out,
                        const char *plugin, const char *settings, va_list args,
                        struct buf *why)
{
    struct json_writer w;
    struct elf_note note;
    struct buf text;
    char path[PATH_MAX];

    int error = read_name(plugin, &note, why);
    if (error < 0)
        return error;
    if (!realpath(plugin, path))
        return ERR_IO;
    buf_init(&text, BUF_MAX);
    uint32_t values = kit_build_json(at, &text, settings, args);
    if (values > 1)
        kit_fail(at, "the settings are one object");
    json_writer_init(&w, out);
    json_open_object(&w);
    json_put_key(&w, STR("plugins"));
    json_open_array(&w);
    json_open_object(&w);
    json_put_key(&w, STR("name"));
    json_put_string(&w, str_z(note.name));
    json_put_key(&w, STR("path"));
    json_put_string(&w, str_z(path));
    if (values == 1) {
        json_put_key(&w, STR("settings"));
        json_put_raw(&w, buf_str(&text));
    }
    json_close_object(&w);
    json_close_array(&w);
    json_close_object(&w);
    buf_free(&text);
    return out->error;
}

/* Fails the test with what is wrong. */
__attribute__((noreturn)) static void fail_start(struct kit_place at,
                                                 struct testkit *kit, int error,
                                                 const struct buf *why)
{
    kit_fail(at, "the server does not start: %.*s%s\nthe log:\n%s",
             STR_ARG(buf_str(why)), why->n == 0 ? error_text(error) : "",
             testkit_log(kit));
}

struct testkit *testkit_load_at(const char *file, int line, const char *plugin,
                                const char *settings, ...)
{
    struct testkit *kit = kit_new();
    struct buf config, why;
    va_list args;

    buf_init(&config, BUF_MAX);
    buf_init(&why, BUF_MAX);
    va_start(args, settings);
    int error = write_config(AT, &config, plugin, settings, args, &why);
    va_end(args);
    if (error == 0)
        error = start(kit, buf_str(&config), &why);
    if (error < 0)
        fail_start(AT, kit, error, &why);
    buf_free(&config);
    buf_free(&why);
    return kit;
}

struct testkit *testkit_start_at(const char *file, int line, const char *config,
                                 ...)
{
    struct testkit *kit = kit_new();
    struct buf text, why;
    va_list args;

    buf_init(&text, BUF_MAX);
    buf_init(&why, BUF_MAX);
    va_start(args, config);
    kit_build_json(AT, &text, config, args);
    va_end(args);
    int error = start(kit, buf_str(&text), &why);
    if (error < 0)
        fail_start(AT, kit, error, &why);
    buf_free(&text);
    buf_free(&why);
    return kit;
}

/* --- the end --- */

static void free_clients(struct client_list *clients)
{
    struct testkit_client *client;

    while ((client = TAILQ_FIRST(clients))) {
        TAILQ_REMOVE(clients, client, link);
        kit_client_free(client);
    }
}

static void end_connections(struct testkit *kit)
{
    struct kit_connection *connection;

    TAILQ_FOREACH(connection, &kit->connections, link)
    engine_end(connection->session, EIO_SHUTTING_DOWN);
    while ((connection = TAILQ_FIRST(&kit->connections))) {
        TAILQ_REMOVE(&kit->connections, connection, link);
        free_clients(&connection->clients);
        received_free(connection->open);
        engine_free(connection->session);
        free(connection);
    }
    free_clients(&kit->turned_away);
}

/* In the order in which the server itself goes. */
static void stop(struct testkit *kit)
{
    end_connections(kit);
    kit_end_requests(kit);
    if (kit->sio)
        host_detach(kit->host);
    sio_server_free(kit->sio);
    host_free(kit->host);
    loopback_reset();
    config_free(kit->config);
    timers_free(&kit->timers);
}

static void forget(struct testkit *kit)
{
    struct kit_line *each;

    log_set_sink(NULL, NULL);
    while ((each = TAILQ_FIRST(&kit->log))) {
        TAILQ_REMOVE(&kit->log, each, link);
        free(each);
    }
    arena_free(&kit->texts);
    buf_free(&kit->shown);
    free(kit);
}

void testkit_free_at(const char *file, int line, struct testkit *kit)
{
    if (!kit)
        return;
    stop(kit);
    buf_clear(&kit->shown);
    kit_log_print(&kit->shown, kit, true);
    buf_append_char(&kit->shown, '\0');
    if (kit->shown.n > 1)
        kit_fail(AT, "the log has what no testkit_expect_log() named:\n%s",
                 kit->shown.p);
    forget(kit);
}

void testkit_expect_no_load_at(const char *file, int line, const char *plugin,
                               const char *why, const char *settings, ...)
{
    struct testkit *kit = kit_new();
    struct buf config, said;
    va_list args;

    buf_init(&config, BUF_MAX);
    buf_init(&said, BUF_MAX);
    va_start(args, settings);
    int error = write_config(AT, &config, plugin, settings, args, &said);
    va_end(args);
    if (error == 0)
        error = start(kit, buf_str(&config), &said);
    if (error == 0)
        kit_fail(AT, "the plugin was taken");
    kit_log_print(&said, kit, false);
    buf_append_char(&said, '\0');
    if (!strstr(said.p, why))
        kit_fail(AT, "\"%s\" is not why the plugin was not taken:\n%s", why,
                 said.p);
    stop(kit);
    forget(kit);
    buf_free(&config);
    buf_free(&said);
}

/* --- time, memory, text --- */

/* Timers due at one moment may start others for the same one; a plugin whose
 * timer does so for ever would never let the clock go on. */
void testkit_advance_at(const char *file, int line, struct testkit *kit,
                        int64_t ms)
{
    int64_t end = kit->timers.now + ms;
    int spins = 0;

    if (ms < 0)
        kit_fail(AT, "the clock does not go back");
    kit_enter(kit);
    for (;;) {
        int64_t wait = timers_wait(&kit->timers);
        if (wait < 0 || kit->timers.now + wait > end)
            break;
        spins = wait == 0 ? spins + 1 : 0;
        if (spins > SPIN_MAX)
            kit_fail(AT, "a timer starts itself again without a delay");
        kit_clock_set(kit->timers.now + wait);
        timers_run(&kit->timers, kit->timers.now + wait);
        kit_settle(kit);
    }
    kit_clock_set(end);
    timers_run(&kit->timers, end);
    kit_leave(kit);
}

int64_t testkit_now(const struct testkit *kit)
{
    return clock_wall_ms();
}

void testkit_fail_allocation(struct testkit *kit, int n)
{
    kit->fail_next = n;
}

int testkit_allocation_failed(const struct testkit *kit)
{
    return kit->failed;
}

const char *testkit_json_at(const char *file, int line, struct testkit *kit,
                            const char *format, ...)
{
    struct buf text;
    va_list args;

    buf_init(&text, BUF_MAX);
    va_start(args, format);
    kit_build_json(AT, &text, format, args);
    va_end(args);
    struct str kept = arena_str(&kit->texts, buf_str(&text));
    buf_free(&text);
    if (!kept.p)
        kit_fail(AT, "out of memory");
    return kept.p;
}
