/* SPDX-License-Identifier: MIT */
/* Starting the server of a test: its configuration and its plugins. */
#include <string.h>

#include "base/error.h"
#include "configure.h"
#include "internal.h"
#include "json/writer.h"
#include "loopback.h"

#define AT ((struct kit_place){file, line})

static bool is_set(const char *variable)
{
    return variable && strcmp(variable, "") != 0 && strcmp(variable, "0") != 0;
}

static int start(struct testkit *kit, struct str config, struct buf *why)
{
    int error = kit_configure(config, &kit->config, why);
    if (error < 0)
        return error;
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

/* A configuration with this plugin alone. In development mode what it emits is
 * held against its table of emits. */
static int write_config(struct kit_place at, struct buf *out,
                        const char *plugin, const char *settings, va_list args,
                        struct buf *why)
{
    struct json_writer w;
    struct kit_plugin p;

    int error = kit_plugin_read(at, plugin, settings, args, &p, why);
    if (error < 0)
        return error;
    json_writer_init(&w, out);
    json_open_object(&w);
    json_put_key(&w, STR("mode"));
    json_put_string(&w, STR("development"));
    json_put_key(&w, STR("plugins"));
    json_open_array(&w);
    kit_plugin_put(&w, &p, NULL);
    json_close_array(&w);
    json_close_object(&w);
    kit_plugin_free(&p);
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
    kit_stop(kit);
    kit_forget(kit);
    buf_free(&config);
    buf_free(&said);
}
