/* SPDX-License-Identifier: MIT */
#include "playground/entries.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/utf8.h"
#include "json/writer.h"

/* How many of a target's rooms are named. */
#define ROOMS_MAX 16
/* Lines of a reload's report, and bytes of each. */
#define LINES_MAX 64
#define LINE_MAX  512

static void put_text(struct json_writer *w, const char *key, struct str text)
{
    json_put_key(w, str_z(key));
    json_put_string(w, text);
}

static void put_number(struct json_writer *w, const char *key, uint64_t value)
{
    json_put_key(w, str_z(key));
    json_put_uint(w, value);
}

static void put_head(struct json_writer *w, const char *kind)
{
    json_open_object(w);
    put_text(w, "kind", str_z(kind));
    json_put_key(w, STR("at"));
    json_put_int(w, clock_wall_ms());
}

/* The longest beginning of a text that is one itself. */
static struct str cut(struct str text, size_t max)
{
    size_t n = text.n;

    if (n > max) {
        n = max;
        while (n > 0 && ((unsigned char)text.p[n] & 0xc0) == 0x80)
            n--;
    }
    return str_of(text.p, n);
}

/* --- arguments --- */

/* An attachment is shown as a placeholder; who looks on needs no bytes. */
static int number_attachment(void *user, struct str bytes)
{
    int *count = user;
    (void)bytes;
    return (*count)++;
}

/* All values of the array but, perhaps, the first: until they are too long. */
static void write_args(struct buf *text, const struct json *args, bool named)
{
    const struct json *value = args->child;
    struct json_writer w;
    int attachments = 0;

    json_writer_init(&w, text);
    w.attach = number_attachment;
    w.user = &attachments;
    if (named && value)
        value = value->next;
    json_open_array(&w);
    for (; value && text->n <= ENTRY_ARGS_MAX; value = value->next) {
        bool longer = !value->binary && value->raw.n > ENTRY_ARGS_MAX;
        if (longer && w.comma)
            buf_append_char(text, ',');
        if (longer)
            buf_append(text, value->raw.p, ENTRY_ARGS_MAX + 1);
        else
            json_put_value(&w, value);
    }
    json_close_array(&w);
}

static void put_args(struct json_writer *w, const struct observation *o)
{
    struct buf text;

    buf_init(&text, BUF_MAX);
    if (o->args)
        write_args(&text, o->args, o->what != OBSERVED_ANSWER);
    json_put_key(w, STR("args"));
    if (o->args && text.error == 0)
        json_put_string(w, cut(buf_str(&text), ENTRY_ARGS_MAX));
    else
        json_put_null(w);
    json_put_key(w, STR("cut"));
    json_put_bool(w, text.n > ENTRY_ARGS_MAX);
    put_number(w, "size", o->size);
    buf_free(&text);
}

/* --- who --- */

static void put_socket(struct json_writer *w, const struct host *host,
                       const struct sio_socket *s)
{
    const struct identity *i = identities_of(host, sio_socket_handle(s));

    put_text(w, "sid", sio_socket_sid(s));
    json_put_key(w, STR("user"));
    if (i)
        json_put_string(w, str_z(identity_user(i)));
    else
        json_put_null(w);
}

/* The room of a user has a name that nobody could read. */
static void put_room(struct json_writer *w, struct str room)
{
    struct str prefix = STR(IDENTITY_ROOM_PREFIX);

    if (str_starts(room, prefix)) {
        room.p += 1;
        room.n -= 1;
    }
    if (utf8_valid(room.p, room.n))
        json_put_string(w, room);
    else
        json_put_null(w);
}

static void put_rooms(struct json_writer *w, const char *key,
                      const struct str *rooms, uint32_t count)
{
    json_put_key(w, str_z(key));
    json_open_array(w);
    for (uint32_t i = 0; i < count && i < ROOMS_MAX; i++)
        put_room(w, rooms[i]);
    json_close_array(w);
}

static void put_target(struct json_writer *w, const struct sio_target *t)
{
    json_put_key(w, STR("to"));
    json_open_object(w);
    if (t->only)
        put_text(w, "sid", sio_socket_sid(t->only));
    else if (t->all)
        put_text(w, "all", sio_namespace_name(t->name_space));
    else
        put_rooms(w, "rooms", t->rooms, t->room_count);
    if (!t->only && t->except_count > 0)
        put_rooms(w, "except", t->except, t->except_count);
    if (!t->only && t->skip)
        put_text(w, "skip", sio_socket_sid(t->skip));
    json_close_object(w);
}

/* --- entries --- */

static void put_outcome(struct json_writer *w, const struct observation *o)
{
    const char *verdict = o->anybody ? "handled" : "nobody";

    if (o->handler) {
        put_text(w, "plugin", str_z(o->handler->name));
        put_number(w, "generation", o->handler->number);
    }
    put_number(w, "took", (uint64_t)o->took);
    put_text(w, "verdict", str_z(o->code ? "refused" : verdict));
    if (o->code) {
        put_text(w, "code", str_z(o->code));
        put_text(w, "message", str_of(o->message, o->message_n));
    }
}

void entry_put(struct buf *out, const struct host *host,
               const struct observation *o)
{
    static const char *const kinds[] = {
        [OBSERVED_CONNECT] = "connect", [OBSERVED_DISCONNECT] = "disconnect",
        [OBSERVED_EVENT] = "event",     [OBSERVED_EMIT] = "emit",
        [OBSERVED_ANSWER] = "answer",
    };
    struct json_writer w;

    json_writer_init(&w, out);
    put_head(&w, kinds[o->what]);
    put_number(&w, "id", o->id);
    put_text(&w, "namespace", o->name_space);
    if (o->socket)
        put_socket(&w, host, o->socket);
    if (o->what == OBSERVED_EVENT || o->what == OBSERVED_EMIT)
        put_text(&w, "event", o->event);
    if (o->what >= OBSERVED_EVENT)
        put_args(&w, o);
    if (o->what == OBSERVED_EVENT)
        put_outcome(&w, o);
    if (o->what == OBSERVED_EMIT) {
        put_target(&w, o->target);
        put_number(&w, "receivers", o->receivers);
    }
    if (o->what == OBSERVED_CONNECT) {
        put_text(&w, "address", sio_socket_handshake(o->socket)->peer);
        put_text(&w, "transport",
                 sio_socket_on_websocket(o->socket) ? STR("websocket")
                                                    : STR("polling"));
    }
    if (o->reason)
        put_text(&w, "reason", str_z(o->reason));
    json_close_object(&w);
}

void entry_put_reload(struct buf *out, uint32_t number, const char *state,
                      struct str text)
{
    struct json_writer w;

    json_writer_init(&w, out);
    put_head(&w, "reload");
    put_number(&w, "number", number);
    put_text(&w, "state", str_z(state));
    json_put_key(&w, STR("lines"));
    json_open_array(&w);
    for (uint32_t i = 0; text.n > 0 && i < LINES_MAX; i++) {
        struct str line = cut(str_cut(&text, '\n'), LINE_MAX);
        if (utf8_valid(line.p, line.n))
            json_put_string(&w, line);
    }
    json_close_array(&w);
    json_close_object(&w);
}

void entry_put_hello(struct buf *out)
{
    struct json_writer w;

    json_writer_init(&w, out);
    put_head(&w, "hello");
    json_close_object(&w);
}

void entry_put_lost(struct buf *out, uint64_t count)
{
    struct json_writer w;

    json_writer_init(&w, out);
    put_head(&w, "lost");
    put_number(&w, "count", count);
    json_close_object(&w);
}
