/* SPDX-License-Identifier: MIT */
#include "engineio/reply.h"

#include "json/writer.h"
#include "net/compress.h"
#include "net/http_fields.h"

/* Room for a refusal in which every byte has to be escaped. */
#define REFUSAL_MAX 1000000

static const struct {
    struct str json;
    struct str text;
} refusals[] = {
#define REFUSAL(name, number, message)                                         \
    [REPLY_##name] = {                                                         \
        {"{\"code\":" #number ",\"message\":\"" message "\"}",                 \
         sizeof("{\"code\":" #number ",\"message\":\"" message "\"}") - 1},    \
        {message, sizeof(message) - 1}},
    REPLY_CODE_MAP(REFUSAL)
#undef REFUSAL
};

struct str reply_cors_headers(struct eio_server *server,
                              const struct http_exchange *x)
{
    buf_clear(&server->headers);
    cors_headers(&server->options.cors, &x->head, &server->headers);
    /* Half of them could say something else than all of them. */
    if (server->headers.error)
        buf_clear(&server->headers);
    return buf_str(&server->headers);
}

/* The CORS headers and `more`. */
static struct str headers_with(struct eio_server *server,
                               const struct http_exchange *x, struct str more)
{
    reply_cors_headers(server, x);
    buf_append_str(&server->headers, more);
    if (server->headers.error)
        buf_clear(&server->headers);
    return buf_str(&server->headers);
}

/* What the application has said instead of "Forbidden". */
static bool has_words(const struct eio_server *server, enum reply_code code)
{
    return code == REPLY_FORBIDDEN && server->refusal.error == 0 &&
           server->refusal.n > 0;
}

/* Code and message with those words. */
static void put_words(struct eio_server *server, struct buf *out)
{
    struct json_writer w;

    json_writer_init(&w, out);
    json_open_object(&w);
    json_put_key(&w, STR("code"));
    json_put_int(&w, REPLY_FORBIDDEN);
    json_put_key(&w, STR("message"));
    json_put_string(&w, buf_str(&server->refusal));
    json_close_object(&w);
}

static bool is_for_now(enum reply_code code)
{
    return code == REPLY_TOO_OFTEN || code == REPLY_TOO_MANY;
}

/* Buckets of addresses fill up faster than this; who has too many sessions
 * has to end one. */
static struct str retry_after(enum reply_code code)
{
    return is_for_now(code) ? STR("Retry-After: 1\r\n") : STR("");
}

void reply_error(struct eio_server *server, struct http_exchange *x,
                 enum reply_code code)
{
    struct http_response r = {
        .status = code == REPLY_FORBIDDEN ? 403
                  : is_for_now(code)      ? 429
                                          : 400,
        .type = STR("application/json"),
        .headers = headers_with(server, x, retry_after(code)),
        .text = refusals[code].json,
    };
    struct buf words;

    buf_init(&words, REFUSAL_MAX);
    if (has_words(server, code))
        put_words(server, &words);
    if (words.n > 0 && words.error == 0)
        r.text = buf_str(&words);
    http_respond(x, &r);
    buf_free(&words);
}

void reply_no_upgrade(struct eio_server *server, struct http_exchange *x,
                      enum reply_code code, struct str headers)
{
    struct http_response r = {
        .status = is_for_now(code) ? 429 : 400,
        .type = STR("text/html"),
        .headers = headers_with(server, x,
                                is_for_now(code) ? retry_after(code) : headers),
        .text = refusals[code].text,
        .close = true,
    };
    if (has_words(server, code)) {
        r.type = STR("text/plain; charset=utf-8"); /* whatever they are */
        r.text = buf_str(&server->refusal);
    }
    http_respond(x, &r);
}

void reply_status(struct eio_server *server, struct http_exchange *x,
                  int status, struct str headers)
{
    struct http_response r = {
        .status = status,
        .headers = headers_with(server, x, headers),
    };
    http_respond(x, &r);
}

void reply_preflight(struct eio_server *server, struct http_exchange *x)
{
    int status = cors_preflight_status(&server->options.cors);

    reply_cors_headers(server, x);
    cors_preflight_headers(&server->options.cors, &x->head, &server->headers);
    /* A 204 needs none (RFC 9110, 8.6), but browsers have been seen to wait
     * for a body without it, and the reference server sends it. */
    if (status == 204)
        buf_append_str(&server->headers, STR("Content-Length: 0\r\n"));
    if (server->headers.error)
        buf_clear(&server->headers);
    struct http_response r = {
        .status = status,
        .headers = buf_str(&server->headers),
    };
    http_respond(x, &r);
}

#define NO_STORE STR("Cache-Control: no-store\r\n")

void reply_ok(struct eio_server *server, struct http_exchange *x)
{
    struct http_response r = {
        .status = 200,
        .type = STR("text/html"),
        .headers = headers_with(server, x, NO_STORE),
        .text = STR("ok"),
    };
    http_respond(x, &r);
}

/* What stands in front of a session's first payload, which answers its
 * handshake: the cookie with its id. */
static struct str payload_headers(struct eio_server *server,
                                  const struct http_exchange *x,
                                  struct str coding)
{
    const struct eio_options *options = &server->options;
    const struct eio_session *s = x->data;
    struct buf *out = &server->headers;

    headers_with(server, x, NO_STORE);
    buf_append_str(out, coding);
    if (options->cookie_name.n > 0 && s && !s->known) {
        buf_append_str(out, STR("Set-Cookie: "));
        buf_append_str(out, options->cookie_name);
        buf_append_char(out, '=');
        buf_append_str(out, eio_session_id(s));
        buf_append_str(out, options->cookie_attributes);
        buf_append_str(out, STR("\r\n"));
    }
    if (out->error)
        buf_clear(out);
    return buf_str(out);
}

/* What compressing at once may take of the loop's time has an end. */
#define COMPRESS_MAX   ((size_t)1 << 20)
#define COMPRESS_LEVEL 1

/* The body in a coding that the client takes, whose name is then in *coding;
 * NULL: it goes as it is. */
static struct slice *compressed(const struct eio_server *server,
                                const struct http_exchange *x,
                                const struct slice *body, struct str *coding)
{
    size_t from = server->options.compress_from;
    struct slice *result;

    if (from == 0 || !body || body->n < from || body->n > COMPRESS_MAX)
        return NULL;
    bool gzip = http_accepts_coding(&x->head, STR("gzip"));
    if (!gzip && !http_accepts_coding(&x->head, STR("deflate")))
        return NULL;
    if (compress_slice(body, gzip ? COMPRESS_GZIP : COMPRESS_DEFLATE,
                       COMPRESS_LEVEL, &result) < 0)
        return NULL;
    *coding = gzip ? STR("Content-Encoding: gzip\r\n")
                   : STR("Content-Encoding: deflate\r\n");
    return result;
}

void reply_payload(struct eio_server *server, struct http_exchange *x,
                   struct slice *body, bool binary, bool compress,
                   struct str text)
{
    struct str coding = STR("");
    struct slice *small =
        compress ? compressed(server, x, body, &coding) : NULL;
    struct str headers = payload_headers(server, x, coding);
    struct http_response r = {
        .status = 200,
        .type = binary ? STR("application/octet-stream")
                       : STR("text/plain; charset=UTF-8"),
        .headers = headers,
        .text = text,
        /* Without headers the coding would not be said. */
        .body = small && headers.n > 0 ? small : body,
    };
    http_respond(x, &r);
    slice_unref(small);
}
