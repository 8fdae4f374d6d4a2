/* SPDX-License-Identifier: MIT */
/* What the floors are told of a configuration. */
#include "app/app_internal.h"
#include "base/log.h"
#include "host/host.h"

static void say_refused(enum http_refusal why, struct str peer)
{
    static const char *const reasons[] = {
        [HTTP_REFUSED_FULL] = "limits.connections are open",
        [HTTP_REFUSED_ADDRESS] =
            "its address has limits.connectionsPerAddress of "
            "them, or of sessions",
        [HTTP_REFUSED_PACE] = "its address begins more sessions than "
                              "limits.handshakesPerSecond",
        [HTTP_REFUSED_CROWDED] = "what it sends was not all there, and others "
                                 "needed the room of limits.unfinishedBytes",
    };
    log_warn("%.*s was refused: %s", STR_ARG(peer), reasons[why]);
}

struct http_limits app_http_limits(const struct config *c)
{
    return (struct http_limits){
        .connections = (uint32_t)c->limits.connections,
        .connections_per_address = (uint32_t)c->limits.connections_per_address,
        .draws_per_second = (uint32_t)c->limits.handshakes_per_second,
        .refused = say_refused,
        .header_size = (uint32_t)c->limits.header_size,
        .header_timeout = c->limits.header_timeout,
        .body_timeout = c->limits.body_timeout,
        .keep_alive_timeout = c->limits.keep_alive_timeout,
        .send_buffer = (size_t)c->limits.send_buffer,
        .unfinished = (size_t)c->limits.unfinished_bytes,
    };
}

static void say_silent(struct str peer)
{
    log_remark("a connection of %.*s was cut: it does not begin with the PROXY "
               "protocol, as \"listen\" says it has to",
               STR_ARG(peer));
}

struct http_proxies app_proxies(const struct config *c)
{
    return (struct http_proxies){
        .trusted = c->trusted_proxies.items,
        .count = c->trusted_proxies.count,
        .standard = c->proxy_header == PROXY_FORWARDED,
        .silent = say_silent,
    };
}

struct cors_options app_cors(const struct config *c)
{
    return (struct cors_options){
        .enabled = c->cors.enabled,
        .any = c->cors.any,
        .reflect = c->cors.reflect,
        .fixed = c->cors.fixed,
        .origins = c->cors.origins.items,
        .origin_count = c->cors.origins.count,
        .credentials = c->cors.credentials,
        .methods = c->cors.methods,
        .allowed_headers = c->cors.allowed_headers,
        .exposed_headers = c->cors.exposed_headers,
        .max_age = c->cors.max_age,
        .preflight_status = (int)c->cors.preflight_status,
    };
}

static struct ws_deflate_options app_deflate(const struct config *c)
{
    const struct config_deflate *d = &c->deflate;
    return (struct ws_deflate_options){
        .enabled = d->enabled,
        .own.values =
            {
                [WS_SERVER_NO_TAKEOVER] = d->server_no_takeover ? WS_BARE : 0,
                [WS_CLIENT_NO_TAKEOVER] = d->client_no_takeover ? WS_BARE : 0,
                [WS_SERVER_BITS] = (uint8_t)d->server_bits,
                [WS_CLIENT_BITS] = (uint8_t)d->client_bits,
            },
        .threshold = (size_t)d->threshold,
        .level = (uint8_t)d->level,
        .memory_level = (uint8_t)d->memory_level,
        .memory = (size_t)d->memory,
    };
}

struct eio_options app_engine_options(const struct app *app,
                                      const struct config *c)
{
    return (struct eio_options){
        .ping_interval = c->ping_interval,
        .ping_timeout = c->ping_timeout,
        .upgrade_timeout = c->upgrade_timeout,
        .max_payload = (size_t)c->max_http_buffer_size,
        .send_buffer = (size_t)c->limits.send_buffer,
        .send_low = (size_t)c->limits.send_buffer_low,
        .send_packets = (uint32_t)c->limits.send_packets,
        .send_packets_low = (uint32_t)c->limits.send_packets_low,
        .compress_from = (size_t)c->http_compression,
        .deflate = app_deflate(c),
        .packets_per_payload = (uint32_t)c->limits.packets_per_payload,
        /* Each is to have a connection, now or soon. */
        .sessions = (uint32_t)c->limits.connections,
        .polling = c->polling,
        .websocket = c->websocket,
        .allow_upgrades = c->allow_upgrades,
        .allow_eio3 = c->allow_eio3,
        .cors = app_cors(c),
        .cookie_name = c->cookie.enabled ? c->cookie.name : STR(""),
        .cookie_attributes = c->cookie.attributes,
        .allow = requests_allow,
        .foreign = requests_foreign,
        .allow_user = app->host,
        .book = app->book,
    };
}
