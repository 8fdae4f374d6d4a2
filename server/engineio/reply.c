/* SPDX-License-Identifier: MIT */
#include "engineio/reply.h"

static const struct {
    struct str json;
    struct str text;
} refusals[] = {
#define REFUSAL(name, number, message)                                         \
    [number] = {                                                               \
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

void reply_error(struct eio_server *server, struct http_exchange *x,
                 enum reply_code code)
{
    struct http_response r = {
        .status = code == REPLY_FORBIDDEN ? 403 : 400,
        .type = STR("application/json"),
        .headers = reply_cors_headers(server, x),
        .text = refusals[code].json,
    };
    http_respond(x, &r);
}

void reply_no_upgrade(struct eio_server *server, struct http_exchange *x,
                      enum reply_code code, struct str headers)
{
    struct http_response r = {
        .status = 400,
        .type = STR("text/html"),
        .headers = headers_with(server, x, headers),
        .text = refusals[code].text,
        .close = true,
    };
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
    reply_cors_headers(server, x);
    cors_preflight_headers(&server->options.cors, &x->head, &server->headers);
    /* A 204 needs none (RFC 9110, 8.6), but browsers have been seen to wait
     * for a body without it, and the reference server sends it. */
    buf_append_str(&server->headers, STR("Content-Length: 0\r\n"));
    if (server->headers.error)
        buf_clear(&server->headers);
    struct http_response r = {
        .status = 204,
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

void reply_payload(struct eio_server *server, struct http_exchange *x,
                   struct slice *body, struct str text)
{
    struct http_response r = {
        .status = 200,
        .type = STR("text/plain; charset=UTF-8"),
        .headers = headers_with(server, x, NO_STORE),
        .text = text,
        .body = body,
    };
    http_respond(x, &r);
}
