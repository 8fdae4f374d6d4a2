/* SPDX-License-Identifier: MIT */
#include "playground/live.h"

#include "base/error.h"
#include "base/mem.h"
#include "net/stream.h"
#include "playground/entries.h"

/* How long the last bytes may take. */
#define END_MS 1000
/* After which a browser whose stream has ended asks again. */
#define RETRY "retry: 1000\n\n"

struct live_reader {
    TAILQ_ENTRY(live_reader) link;
    struct live *live;
    struct stream *stream;
    struct http_server *server;
    uint64_t lost; /* entries that it has not been told of */
};

void live_init(struct live *live, void (*changed)(void *user, bool read),
               void *user)
{
    *live = (struct live){.changed = changed, .user = user};
    TAILQ_INIT(&live->readers);
}

static void forget(struct live_reader *r)
{
    struct live *live = r->live;

    TAILQ_REMOVE(&live->readers, r, link);
    http_server_release(r->server);
    mem_free(r);
    if (--live->count == 0)
        live->changed(live->user, false);
}

void live_close(struct live *live)
{
    struct live_reader *r;

    while ((r = TAILQ_FIRST(&live->readers))) {
        stream_end(r->stream, END_MS);
        forget(r);
    }
}

/* --- writing --- */

/* One event of the stream: an entry has no line end in it. */
static struct slice *frame(struct str entry)
{
    struct buf b;

    buf_init(&b, ENTRY_MAX + 16);
    buf_append_str(&b, STR("data: "));
    buf_append_str(&b, entry);
    buf_append_str(&b, STR("\n\n"));
    struct slice *slice = buf_to_slice(&b);
    buf_free(&b);
    return slice;
}

static bool send_to(struct live_reader *r, struct slice *slice)
{
    return stream_queued(r->stream) + slice->n <= LIVE_WAITING_MAX &&
           stream_send(r->stream, slice, 0, slice->n) == 0;
}

/* Tells a reader what it has missed, as soon as there is room. */
static bool settle(struct live_reader *r)
{
    struct buf b;

    if (r->lost == 0)
        return true;
    if (stream_queued(r->stream) > LIVE_WAITING_MAX / 2)
        return false;
    buf_init(&b, ENTRY_MAX);
    entry_put_lost(&b, r->lost);
    struct slice *slice = frame(buf_str(&b));
    buf_free(&b);
    if (slice && send_to(r, slice))
        r->lost = 0;
    slice_unref(slice);
    return r->lost == 0;
}

bool live_admits(struct live *live, int64_t now)
{
    struct live_reader *r;

    if (now / 1000 != live->second) {
        live->second = now / 1000;
        live->entries = 0;
    }
    if (live->entries < LIVE_RATE) {
        live->entries++;
        return true;
    }
    TAILQ_FOREACH(r, &live->readers, link)
    r->lost++;
    return false;
}

void live_put(struct live *live, struct str entry)
{
    struct slice *slice = frame(entry);
    struct live_reader *r;

    TAILQ_FOREACH(r, &live->readers, link)
    if (!slice || !settle(r) || !send_to(r, slice))
        r->lost++;
    slice_unref(slice);
}

/* --- readers --- */

/* It has nothing to say. */
static size_t on_read(void *user, char *p, size_t n)
{
    (void)user;
    (void)p;
    return n;
}

static void on_closed(void *user, int error)
{
    struct live_reader *r = user;

    (void)error;
    stream_abort(r->stream);
    forget(r);
}

static void on_drained(void *user)
{
    (void)settle(user);
}

static const struct stream_events events = {
    .read = on_read,
    .closed = on_closed,
    .drained = on_drained,
};

static void greet(struct live_reader *r, struct str entry)
{
    struct slice *slice = entry.n > 0 ? frame(entry) : NULL;

    if (slice)
        (void)send_to(r, slice);
    slice_unref(slice);
}

void live_open(struct live *live, struct http_exchange *x, struct str first,
               struct str second)
{
    struct live_reader *r =
        live->count < LIVE_READERS_MAX ? mem_zalloc(sizeof(*r)) : NULL;

    if (!r) {
        http_respond_status(x, 503);
        return;
    }
    r->live = live;
    r->server = http_exchange_server(x);
    r->stream = http_upgrade(x, STR("HTTP/1.1 200 OK\r\n"
                                    "Content-Type: text/event-stream\r\n"
                                    "Cache-Control: no-store\r\n"
                                    "X-Content-Type-Options: nosniff\r\n"
                                    "Connection: close\r\n\r\n" RETRY));
    if (!r->stream) {
        mem_free(r);
        return;
    }
    stream_set_user(r->stream, &events, r);
    TAILQ_INSERT_TAIL(&live->readers, r, link);
    greet(r, first);
    greet(r, second);
    if (live->count++ == 0)
        live->changed(live->user, true);
}
