/* SPDX-License-Identifier: MIT */
#include "net/http_server.h"

#include <assert.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "net/http_internal.h"

/* So many a second of those who are too many are told so; the others are
 * just closed. It bounds what a flood can make us keep. */
#define REFUSE_POLITELY 64
#define REFUSE_GRACE    1000

static void count_refusal(struct http_server *server, enum http_refusal why,
                          struct str peer)
{
    server->refusals[why]++;
    if (server->limits.refused)
        server->limits.refused(why, peer);
}

static void on_crowded(void *user, struct str peer)
{
    count_refusal(user, HTTP_REFUSED_CROWDED, peer);
}

struct http_server *http_server_new(struct loop *loop,
                                    const struct http_limits *limits)
{
    struct http_server *server = mem_zalloc(sizeof(*server));
    if (!server)
        return NULL;
    server->loop = loop;
    intake_init(&server->intake, &loop->timers, on_crowded, server);
    http_server_set_limits(server, limits);
    server->date_second = INT64_MIN;
    TAILQ_INIT(&server->connections);
    buf_init(&server->scratch, BUF_MAX);
    return server;
}

void http_server_free(struct http_server *server)
{
    struct http_connection *c;

    if (!server)
        return;
    while ((c = TAILQ_FIRST(&server->connections)))
        http_connection_cut(c, 0);
    intake_stop(&server->intake);
    http_server_trim(server);
    for (uint32_t i = 0; i < server->mount_count; i++)
        mem_free(server->mounts[i].prefix);
    mem_free(server->mounts);
    mem_free(server);
}

void http_server_trim(struct http_server *server)
{
    while (server->spare) {
        struct http_request *r = server->spare;
        server->spare = r->next;
        buf_free(&r->head);
        buf_free(&r->body);
        mem_free(r);
    }
    server->spare_count = 0;
    buf_free(&server->scratch);
}

void http_server_set_limits(struct http_server *server,
                            const struct http_limits *limits)
{
    server->limits = *limits;
    intake_set_max(&server->intake, limits->unfinished);
}

void http_server_set_proxies(struct http_server *server,
                             const struct http_proxies *proxies)
{
    server->proxies = *proxies;
}

/* ---- Mounts ---- */

static struct str mount_prefix(const struct http_mount *mount)
{
    return str_of(mount->prefix, mount->n);
}

int http_server_mount(struct http_server *server, struct str prefix,
                      const struct http_handler *handler, void *user)
{
    uint32_t count = server->mount_count, at = 0;

    for (uint32_t i = 0; i < count; i++) {
        if (str_eq(mount_prefix(&server->mounts[i]), prefix))
            return ERR_EXIST;
        if (server->mounts[i].n >= prefix.n)
            at = i + 1;
    }
    void *mounts = server->mounts;
    int result = mem_grow(&mounts, &server->mount_cap, count + 1,
                          sizeof(*server->mounts));
    if (result < 0)
        return result;
    server->mounts = mounts;
    char *copy = mem_dupz(prefix.p, prefix.n);
    if (!copy)
        return ERR_NOMEM;
    memmove(&server->mounts[at + 1], &server->mounts[at],
            (count - at) * sizeof(*server->mounts));
    server->mounts[at] = (struct http_mount){
        .prefix = copy, .n = prefix.n, .handler = handler, .user = user};
    server->mount_count++;
    return 0;
}

void http_server_unmount(struct http_server *server, struct str prefix)
{
    for (uint32_t i = 0; i < server->mount_count; i++) {
        if (!str_eq(mount_prefix(&server->mounts[i]), prefix))
            continue;
        mem_free(server->mounts[i].prefix);
        server->mount_count--;
        memmove(&server->mounts[i], &server->mounts[i + 1],
                (server->mount_count - i) * sizeof(*server->mounts));
        return;
    }
}

const struct http_mount *http_server_find(const struct http_server *server,
                                          struct str path)
{
    for (uint32_t i = 0; i < server->mount_count; i++) {
        if (str_starts(path, mount_prefix(&server->mounts[i])))
            return &server->mounts[i];
    }
    return NULL;
}

/* ---- Requests ---- */

struct http_request *http_request_new(struct http_server *server)
{
    struct http_request *r = server->spare;
    if (r) {
        server->spare = r->next;
        server->spare_count--;
        return r;
    }
    r = mem_alloc(sizeof(*r));
    if (!r)
        return NULL;
    /* The head is written by the parser, field by field. */
    r->connection = NULL;
    r->held = (struct intake_part){.intake = NULL};
    buf_init(&r->head, BUF_MAX);
    buf_init(&r->body, BUF_MAX);
    return r;
}

void http_request_release(struct http_server *server, struct http_request *r)
{
    bool keep = server->spare_count < HTTP_SPARE_MAX;

    intake_release(&r->held);
    if (!keep || r->head.cap > HTTP_SPARE_BYTES_MAX)
        buf_free(&r->head);
    if (!keep || r->body.cap > HTTP_SPARE_BYTES_MAX)
        buf_free(&r->body);
    buf_clear(&r->head);
    buf_clear(&r->body);
    if (!keep) {
        mem_free(r);
        return;
    }
    r->next = server->spare;
    server->spare = r;
    server->spare_count++;
}

struct str http_server_date(struct http_server *server)
{
    int64_t second = clock_wall_ms() / 1000;
    if (second != server->date_second) {
        http_date_format(server->date, second);
        server->date_second = second;
    }
    return str_of(server->date, HTTP_DATE_LENGTH);
}

/* ---- Connections ---- */

/* Says that there are too many connections, if that costs little enough. */
static void refuse(struct http_server *server, int fd, struct str peer)
{
    static const struct stream_events none;
    const struct str answer =
        STR("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n"
            "Retry-After: 1\r\nConnection: close\r\n\r\n");
    int64_t now = loop_now(server->loop);

    if (now - server->refusing_since >= 1000) {
        server->refusing_since = now;
        server->refused = 0;
    }
    if (server->refused >= REFUSE_POLITELY) {
        close(fd);
        return;
    }
    server->refused++;
    struct stream *s =
        stream_new(server->loop, fd, peer, answer.n, &none, NULL);
    if (!s)
        return;
    http_errors_count(server, NULL, 503);
    if (stream_write(s, answer.p, answer.n) == 0)
        stream_end(s, REFUSE_GRACE);
    else
        stream_abort(s);
}

struct intake *http_server_intake(struct http_server *server)
{
    return &server->intake;
}

static bool is_trusted(const struct http_server *server, struct str peer)
{
    const struct http_proxies *proxies = &server->proxies;
    struct address address;

    return proxies->count > 0 && address_parse(peer, &address) == 0 &&
           address_is_in(&address, proxies->trusted, proxies->count);
}

bool http_server_refuses(struct http_server *server, struct str peer,
                         uint32_t open)
{
    uint32_t most = server->limits.connections_per_address;

    if (most == 0 || open < most || is_trusted(server, peer))
        return false;
    count_refusal(server, HTTP_REFUSED_ADDRESS, peer);
    return true;
}

static void accept_connection(struct http_server *server, int fd,
                              struct str peer, bool proxied,
                              const struct tls_context *tls)
{
    if (server->count >= server->limits.connections) {
        count_refusal(server, HTTP_REFUSED_FULL, peer);
    } else if (!http_server_refuses(server, peer,
                                    peers_open(&server->loop->peers, peer))) {
        http_connection_new(server, fd, peer, proxied, tls);
        return;
    }
    if (tls)
        close(fd); /* a handshake costs more than a refusal may */
    else
        refuse(server, fd, peer);
}

void http_server_accept(struct http_server *server, int fd, struct str peer)
{
    accept_connection(server, fd, peer, false, NULL);
}

void http_server_accept_tls(struct http_server *server, int fd, struct str peer,
                            const struct tls_context *tls)
{
    accept_connection(server, fd, peer, false, tls);
}

bool http_server_accept_proxied(struct http_server *server, int fd,
                                struct str peer)
{
    if (!is_trusted(server, peer)) {
        close(fd);
        return false;
    }
    accept_connection(server, fd, peer, true, NULL);
    return true;
}

void http_server_drain(struct http_server *server)
{
    struct http_connection *next;

    server->draining = true;
    for (struct http_connection *c = TAILQ_FIRST(&server->connections); c;
         c = next) {
        next = TAILQ_NEXT(c, link);
        if (http_connection_idle(c))
            http_connection_end(c, 0);
    }
}

uint32_t http_server_connections(const struct http_server *server)
{
    return server->count;
}

uint64_t http_server_refusals(const struct http_server *server,
                              enum http_refusal why)
{
    return server->refusals[why];
}

void http_server_release(struct http_server *server)
{
    assert(server->count > 0);
    server->count--;
}

struct http_server *http_exchange_server(const struct http_exchange *x)
{
    return http_connection_of(x)->server;
}

int64_t http_exchange_draw(const struct http_exchange *x, uint32_t open)
{
    struct http_server *server = http_connection_of(x)->server;
    if (http_server_refuses(server, x->peer, open))
        return ERR_BLOCKED;
    int64_t wait =
        peers_draw(&server->loop->peers, x->peer,
                   server->limits.draws_per_second, loop_now(server->loop));

    if (wait > 0)
        count_refusal(server, HTTP_REFUSED_PACE, x->peer);
    return wait;
}
