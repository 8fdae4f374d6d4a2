/* SPDX-License-Identifier: MIT */
#include "socketio/dialect.h"

#include <string.h>

#include "base/error.h"
#include "net/http_parser.h"

/* --- revision 5 --- */

static size_t sid_of_5(const struct eio_session *session, struct str name_space,
                       char ret_sid[DIALECT_SID_MAX])
{
    random_sid(ret_sid);
    return RANDOM_SID_LENGTH;
}

const struct sio_dialect dialect_5 = {
    .make_sid = sid_of_5,
    .connect = sio_packet_connect,
    .refusal = sio_packet_connect_error,
};

/* --- revision 4 --- */

/* What a name or value of a query stands for; a bad escape is itself. */
static int decode(struct arena *arena, struct str text, struct str *ret_text)
{
    char *p = arena_alloc(arena, text.n + 1);
    if (!p)
        return ERR_NOMEM;
    int n = http_percent_decode(p, text, true);
    *ret_text = n < 0 ? text : str_of(p, (size_t)n);
    return 0;
}

/* A parameter that is there twice counts as it stands last: like a member. */
static int put_query(struct arena *arena, struct str query,
                     struct json_writer *w)
{
    while (query.p) {
        struct str value = str_cut(&query, '&');
        struct str name = str_cut(&value, '=');
        if (name.n == 0)
            continue;
        int error = decode(arena, name, &name);
        if (error == 0)
            error = decode(arena, value, &value);
        if (error < 0)
            return error;
        json_put_key(w, name);
        json_put_string(w, value);
    }
    return 0;
}

int dialect_auth(struct arena *arena, struct str query, struct str *ret_json)
{
    struct json_writer w;
    struct buf out;
    char *text;

    buf_init(&out, BUF_MAX);
    json_writer_init(&w, &out);
    json_open_object(&w);
    int error = put_query(arena, query, &w);
    json_close_object(&w);
    if (error == 0)
        error = out.error;
    if (error < 0)
        goto out;
    error = ERR_NOMEM;
    text = arena_alloc(arena, out.n);
    if (!text)
        goto out;
    memcpy(text, out.p, out.n);
    *ret_json = str_of(text, out.n);
    error = 0;
out:
    buf_free(&out);
    return error;
}

/* What the client reckons it is: nobody tells it. */
static size_t sid_of_4(const struct eio_session *session, struct str name_space,
                       char ret_sid[DIALECT_SID_MAX])
{
    struct str sid = eio_session_id(session);
    size_t n = 0;

    if (!str_eq(name_space, STR("/"))) {
        memcpy(ret_sid, name_space.p, name_space.n);
        ret_sid[name_space.n] = '#';
        n = name_space.n + 1;
    }
    memcpy(ret_sid + n, sid.p, sid.n);
    return n + sid.n;
}

static struct sio_packet *connect_of_4(struct str name_space, struct str sid)
{
    return sio_packet_connect(name_space, STR(""));
}

const struct sio_dialect dialect_4 = {
    .begins_in_main = true,
    .query_in_name = true,
    .make_sid = sid_of_4,
    .connect = connect_of_4,
    .refusal = sio_packet_error,
};
