/* SPDX-License-Identifier: MIT */
#include "operation/control_sockets.h"

#include <string.h>

#include "base/error.h"
#include "host/host.h"
#include "host/services/identities.h"
#include "json/writer.h"
#include "socketio/socketio.h"

#define ANSWER_MAX ((size_t)16 << 20)
#define BODY_MAX   ((size_t)1 << 20)
#define ARENA_MAX  ((size_t)16 << 20)
#define DEPTH_MAX  64

const char *const control_sockets_paths[] = {"/sockets", "/rooms", "/kick",
                                             "/emit", NULL};

static void answer_buf(struct http_exchange *x, struct buf *out)
{
    struct http_response r = {.status = 200, .type = STR("application/json")};

    buf_append_char(out, '\n');
    r.body = buf_to_slice(out);
    if (r.body)
        http_respond(x, &r);
    else
        http_respond_status(x, 500);
    slice_unref(r.body);
}

static void answer_count(struct http_exchange *x, struct str key,
                         uint32_t count)
{
    struct json_writer w;
    struct buf out;

    buf_init(&out, ANSWER_MAX);
    json_writer_init(&w, &out);
    json_open_object(&w);
    json_put_key(&w, key);
    json_put_uint(&w, count);
    json_close_object(&w);
    answer_buf(x, &out);
    buf_free(&out);
}

static void refuse(struct http_exchange *x, const char *why)
{
    struct http_response r = {
        .status = 400, .type = STR("text/plain"), .text = str_z(why)};

    http_respond(x, &r);
}

/* --- lists --- */

/* Which sockets or rooms are asked for; what is not said has no bytes. */
struct filter {
    struct str name_space, room, user;
};

static void put_member(struct json_writer *w, struct str key, struct str text)
{
    json_put_key(w, key);
    if (text.p)
        json_put_string(w, text);
    else
        json_put_null(w);
}

static struct str user_of(const struct host *host, const struct sio_socket *s)
{
    const struct identity *i = identities_of(host, sio_socket_handle(s));

    return i ? str_z(identity_user(i)) : (struct str){NULL, 0};
}

static void put_socket(struct json_writer *w, const struct host *host,
                       const struct sio_socket *s)
{
    const struct eio_handshake *h = sio_socket_handshake(s);
    uint32_t rooms = 0;

    while (sio_socket_room(s, rooms).p)
        rooms++;
    json_open_object(w);
    put_member(w, STR("sid"), sio_socket_sid(s));
    put_member(w, STR("namespace"),
               sio_namespace_name(sio_socket_namespace(s)));
    put_member(w, STR("user"), user_of(host, s));
    put_member(w, STR("address"), h->peer);
    put_member(w, STR("transport"),
               sio_socket_on_websocket(s) ? STR("websocket") : STR("polling"));
    json_put_key(w, STR("since"));
    json_put_int(w, h->issued);
    json_put_key(w, STR("rooms"));
    json_put_uint(w, rooms);
    json_put_key(w, STR("queued"));
    json_put_uint(w, sio_socket_queued(s));
    json_close_object(w);
}

static bool is_meant(const struct host *host, const struct sio_socket *s,
                     const struct filter *f)
{
    return (f->room.n == 0 || sio_socket_in(s, f->room)) &&
           (f->user.n == 0 || str_eq(user_of(host, s), f->user));
}

/* Puts those of a namespace; returns how many there are. */
static uint32_t put_sockets_of(struct json_writer *w, const struct host *host,
                               struct sio_namespace *n, const struct filter *f,
                               uint32_t put)
{
    struct sio_target all = {.name_space = n, .all = true};
    uint32_t there = sio_namespace_size(n), total = 0;
    uint64_t *handles = there > 0 ? mem_zalloc(there * sizeof(*handles)) : NULL;

    if (!handles)
        return 0;
    uint32_t count = sio_target_list(&all, handles, there);
    for (uint32_t i = 0; i < count && i < there; i++) {
        struct sio_socket *s = sio_socket_find(host->sio, handles[i]);
        if (!s || !is_meant(host, s, f))
            continue;
        if (put + total < CONTROL_LIST_MAX)
            put_socket(w, host, s);
        total++;
    }
    mem_free(handles);
    return total;
}

static uint32_t put_rooms_of(struct json_writer *w, const struct host *host,
                             struct sio_namespace *n, const struct filter *f,
                             uint32_t put)
{
    uint32_t cursor = 0, total = 0, size;
    struct str room;

    while ((room = sio_namespace_room(n, &cursor, &size)).p) {
        if (room.n > 0 && room.p[0] == IDENTITY_ROOM_PREFIX[0])
            continue; /* that of a user: no text, and told with the sockets */
        if (put + total++ >= CONTROL_LIST_MAX)
            continue;
        json_open_object(w);
        put_member(w, STR("namespace"), sio_namespace_name(n));
        put_member(w, STR("room"), room);
        json_put_key(w, STR("sockets"));
        json_put_uint(w, size);
        json_close_object(w);
    }
    return total;
}

static void answer_list(
    const struct host *host, struct http_exchange *x, struct str key,
    uint32_t (*put)(struct json_writer *, const struct host *,
                    struct sio_namespace *, const struct filter *, uint32_t))
{
    struct sio_namespace *n;
    struct json_writer w;
    struct arena arena;
    struct buf out;
    uint32_t cursor = 0, total = 0;

    arena_init(&arena, ARENA_MAX);
    buf_init(&out, ANSWER_MAX);
    json_writer_init(&w, &out);
    struct filter f = {
        http_query_get(&arena, x->head.query, STR("namespace")),
        http_query_get(&arena, x->head.query, STR("room")),
        http_query_get(&arena, x->head.query, STR("user")),
    };
    json_open_object(&w);
    json_put_key(&w, key);
    json_open_array(&w);
    while ((n = sio_namespace_next(host->sio, &cursor)))
        if (f.name_space.n == 0 || str_eq(f.name_space, sio_namespace_name(n)))
            total += put(&w, host, n, &f, total);
    json_close_array(&w);
    json_put_key(&w, STR("total"));
    json_put_uint(&w, total);
    json_close_object(&w);
    answer_buf(x, &out);
    buf_free(&out);
    arena_free(&arena);
}

/* --- orders --- */

static struct str text_of(const struct json *body, struct str key)
{
    struct str text = {NULL, 0};

    json_string(json_get(body, key), &text);
    return text;
}

/* Closes the connections of all who are in a room. */
static uint32_t kick_room(struct host *host, struct str room,
                          const struct sio_notice *why)
{
    struct sio_namespace *n;
    uint32_t cursor = 0, kicked = 0;

    sio_server_enter(host->sio);
    while ((n = sio_namespace_next(host->sio, &cursor))) {
        struct sio_target target = {
            .name_space = n, .rooms = &room, .room_count = 1};
        int count = sio_target_kick(&target, true, why);
        kicked += count > 0 ? (uint32_t)count : 0;
    }
    sio_server_leave(host->sio);
    return kicked;
}

/* Whether some socket has that id: else it may be that of a user, or the name
 * of a room, which is nobody. */
static bool is_sid(const struct host *host, struct str id)
{
    struct sio_namespace *n;
    uint32_t cursor = 0;

    while ((n = sio_namespace_next(host->sio, &cursor))) {
        struct sio_target target = {
            .name_space = n, .rooms = &id, .room_count = 1};
        uint64_t handle;
        if (sio_target_list(&target, &handle, 1) == 1 &&
            str_eq(sio_socket_sid(sio_socket_find(host->sio, handle)), id))
            return true;
    }
    return false;
}

static void kick(struct host *host, struct http_exchange *x,
                 const struct json *body)
{
    struct sio_notice why = sio_notice_of(SIO_NOTICE_DISCONNECTED);
    struct str who = text_of(body, STR("who"));
    char user[IDENTITY_USER_MAX + 1], room[IDENTITY_ROOM_MAX];

    if (text_of(body, STR("code")).p)
        why.code = text_of(body, STR("code"));
    if (text_of(body, STR("reason")).p)
        why.reason = text_of(body, STR("reason"));
    json_int(json_get(body, STR("retry")), &why.retry);
    if (who.n == 0 || who.n > IDENTITY_USER_MAX || memchr(who.p, 0, who.n)) {
        refuse(x, "whom? The id of a socket or of a user\n");
    } else if (why.retry < -1 || !sio_notice_valid(&why)) {
        refuse(x, "a code, a reason or a time to come again that is none\n");
    } else if (is_sid(host, who)) {
        answer_count(x, STR("kicked"), kick_room(host, who, &why));
    } else {
        memcpy(user, who.p, who.n);
        user[who.n] = '\0';
        answer_count(x, STR("kicked"),
                     kick_room(host, str_z(identities_room(user, room)), &why));
    }
}

/* The arguments as they came, behind the name. */
static struct sio_packet *make_packet(struct str name_space, struct str name,
                                      const struct json *args)
{
    struct sio_builder b;
    int error;

    sio_builder_init(&b, BODY_MAX, 0);
    if (sio_builder_event(&b, name_space, false, 0, name) < 0) {
        sio_builder_abandon(&b);
        return NULL;
    }
    for (const struct json *arg = args ? args->child : NULL; arg;
         arg = arg->next)
        json_put_value(&b.json, arg);
    return sio_builder_finish(&b, &error);
}

static void emit(struct host *host, struct http_exchange *x,
                 const struct json *body)
{
    struct str event = text_of(body, STR("event"));
    struct str room = text_of(body, STR("room"));
    const struct json *args = json_get(body, STR("args"));
    struct sio_namespace *n =
        sio_namespace_find(host->sio, text_of(body, STR("namespace")));
    struct sio_packet *packet;

    if (!n) {
        refuse(x, "there is no such namespace\n");
    } else if (event.n == 0 || (args && args->type != JSON_ARRAY)) {
        refuse(x, "an event with an array of arguments\n");
    } else if (!(packet = make_packet(sio_namespace_name(n), event, args))) {
        refuse(x, "nobody may send an event of that name\n");
    } else {
        struct sio_target target = {.name_space = n,
                                    .all = !room.p,
                                    .rooms = &room,
                                    .room_count = room.p != NULL};
        sio_server_enter(host->sio);
        int sent = sio_broadcast(&target, packet);
        sio_server_leave(host->sio);
        sio_packet_unref(packet);
        answer_count(x, STR("sent"), sent > 0 ? (uint32_t)sent : 0);
    }
}

/* --- requests --- */

static bool is_path(const struct http_exchange *x, const char *path)
{
    return str_eq(x->head.path, str_z(path));
}

static bool is_order(const struct http_exchange *x)
{
    return is_path(x, "/kick") || is_path(x, "/emit");
}

static void on_request(void *user, struct http_exchange *x)
{
    struct http_response wrong = {.status = 405,
                                  .type = STR("text/plain"),
                                  .headers = is_order(x)
                                                 ? STR("Allow: POST\r\n")
                                                 : STR("Allow: GET, HEAD\r\n"),
                                  .text = STR("Method Not Allowed\n")};
    bool gets = x->head.method == HTTP_GET || x->head.method == HTTP_HEAD;

    if (is_order(x) && x->head.method == HTTP_POST)
        http_accept_body(x, BODY_MAX);
    else if (is_path(x, "/sockets") && gets)
        answer_list(user, x, STR("sockets"), put_sockets_of);
    else if (is_path(x, "/rooms") && gets)
        answer_list(user, x, STR("rooms"), put_rooms_of);
    else if (is_order(x) || is_path(x, "/sockets") || is_path(x, "/rooms"))
        http_respond(x, &wrong);
    else
        http_respond_status(x, 404);
}

static void on_body(void *user, struct http_exchange *x, struct str text)
{
    struct json_limits limits = {.depth = DEPTH_MAX};
    struct arena arena;
    struct json *body;

    arena_init(&arena, ARENA_MAX);
    if (json_parse(&arena, text, &limits, &body, NULL) < 0 ||
        body->type != JSON_OBJECT)
        refuse(x, "an object in JSON\n");
    else if (is_path(x, "/kick"))
        kick(user, x, body);
    else
        emit(user, x, body);
    arena_free(&arena);
}

const struct http_handler control_sockets_handler = {.request = on_request,
                                                     .body = on_body};
