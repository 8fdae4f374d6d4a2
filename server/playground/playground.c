/* SPDX-License-Identifier: MIT */
#include "playground/playground.h"

#include "base/mem.h"
#include "playground/entries.h"
#include "playground/gate.h"
#include "playground/live.h"
#include "playground/overview.h"

/* The contracts of all plugins. */
#define OVERVIEW_MAX ((size_t)16 << 20)

struct playground {
    struct host *host;
    bool open;
    struct live live;
    struct buf entry;  /* that is being made */
    struct buf reload; /* the entry of the last one; empty: there was none */
};

/* --- what happens --- */

static void on_observed(void *user, const struct observation *o)
{
    struct playground *p = user;

    if (!live_admits(&p->live, p->host->timers->now))
        return;
    buf_clear(&p->entry);
    entry_put(&p->entry, p->host, o);
    if (p->entry.error == 0)
        live_put(&p->live, buf_str(&p->entry));
}

/* The host is watched only while somebody reads. */
static void on_readers(void *user, bool read)
{
    struct playground *p = user;

    observer_set(p->host, read ? on_observed : NULL, p);
}

static void say_reload(struct playground *p, uint32_t number, const char *state,
                       struct str text)
{
    if (!p->open)
        return;
    buf_clear(&p->reload);
    entry_put_reload(&p->reload, number, state, text);
    if (p->reload.error == 0)
        live_put(&p->live, buf_str(&p->reload));
    else
        buf_clear(&p->reload);
}

void playground_reload_begun(struct playground *p, uint32_t number)
{
    say_reload(p, number, "begun", STR(""));
}

void playground_reload_ended(struct playground *p, uint32_t number, bool good,
                             struct str text)
{
    say_reload(p, number, good ? "done" : "refused", text);
}

/* --- requests --- */

static void answer_overview(struct playground *p, struct http_exchange *x)
{
    struct http_response r = {.status = 200,
                              .type = STR("application/json"),
                              .headers =
                                  STR("Cache-Control: no-store\r\n"
                                      "X-Content-Type-Options: nosniff\r\n")};
    struct buf out;

    buf_init(&out, OVERVIEW_MAX);
    overview_put(&out, p->host);
    r.body = buf_to_slice(&out);
    if (r.body)
        http_respond(x, &r);
    else
        http_respond_status(x, 500);
    slice_unref(r.body);
    buf_free(&out);
}

static void answer_live(struct playground *p, struct http_exchange *x)
{
    struct buf hello;

    buf_init(&hello, ENTRY_MAX);
    entry_put_hello(&hello);
    live_open(&p->live, x, buf_str(&hello), buf_str(&p->reload));
    buf_free(&hello);
}

static const struct {
    struct str path;
    void (*answer)(struct playground *p, struct http_exchange *x);
} places[] = {
    {{PLAYGROUND_PREFIX "plugins", sizeof(PLAYGROUND_PREFIX "plugins") - 1},
     answer_overview},
    {{PLAYGROUND_PREFIX "live", sizeof(PLAYGROUND_PREFIX "live") - 1},
     answer_live},
};

static void refuse(struct http_exchange *x, int status, struct str headers,
                   const char *why)
{
    struct http_response r = {.status = status,
                              .type = STR("text/plain; charset=utf-8"),
                              .headers = headers,
                              .text = str_z(why)};
    http_respond(x, &r);
}

static void on_request(void *user, struct http_exchange *x)
{
    struct playground *p = user;
    const char *why;

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (!p->open || !str_eq(x->head.path, places[i].path))
            continue;
        if (x->head.method != HTTP_GET)
            refuse(x, 405, STR("Allow: GET\r\n"), "It can only be read.\n");
        else if ((why = gate_refuses(x)))
            refuse(x, 403, STR(""), why);
        else
            places[i].answer(p, x);
        return;
    }
    http_respond_status(x, 404);
}

const struct http_handler playground_handler = {.request = on_request,
                                                .name = "playground"};

/* --- its life --- */

struct playground *playground_new(struct host *host)
{
    struct playground *p = mem_zalloc(sizeof(*p));

    if (!p)
        return NULL;
    p->host = host;
    live_init(&p->live, on_readers, p);
    buf_init(&p->entry, ENTRY_MAX);
    buf_init(&p->reload, ENTRY_MAX);
    return p;
}

void playground_free(struct playground *p)
{
    if (!p)
        return;
    playground_close(p);
    buf_free(&p->entry);
    buf_free(&p->reload);
    mem_free(p);
}

void playground_configure(struct playground *p, const struct config *config)
{
    if (config->mode == CONFIG_DEVELOPMENT)
        p->open = true;
    else
        playground_close(p);
}

bool playground_is_open(const struct playground *p)
{
    return p->open;
}

void playground_close(struct playground *p)
{
    p->open = false;
    live_close(&p->live);
    buf_clear(&p->reload);
}
