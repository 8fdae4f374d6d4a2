/* SPDX-License-Identifier: MIT */
/*
 * The configuration: read from one JSON file (comments allowed), checked
 * whole, immutable afterwards. A reload makes a second one and compares.
 *
 * Everything that is wrong is reported, not only the first thing, each with
 * file:line:column; an unknown key with the nearest right one. `${NAME}` in
 * a string is replaced from the environment, `$${` is a plain `${`. Relative
 * paths count from the folder of the file. Keys carry the names of the
 * reference Socket.IO server where it has them. The table in config/schema.c
 * is the list of keys: type, bounds, default, reload class, one sentence.
 */
#ifndef MORTISE_CONFIG_CONFIG_H
#define MORTISE_CONFIG_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/address.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/str.h"
#include "json/json.h"

struct config_strings {
    struct str *items;
    uint32_t count;
};

struct config_plugin {
    struct str name;
    struct str path;       /* resolved when there is a "/" in it; else the name
                              of a file in pluginDir; empty: found by `name` */
    struct str name_space; /* "namespace"; "/" unless given */
    bool enabled;
    bool quarantine;  /* it is left out when it crashes again and again */
    bool fresh_state; /* a newer build need not take over the old one's */
    const struct json *settings; /* an object; NULL: none given */
    uint32_t line, column;       /* of the plugin's entry */
};

struct config_cors {
    bool enabled; /* "cors" is there */
    bool any;     /* origin "*": the header is always "*" */
    bool reflect; /* origin true: whatever the request's Origin is */
    bool fixed;   /* origin was a string without "*": always that value */
    struct config_strings origins;
    bool credentials;
    struct str methods;         /* joined with "," */
    struct str allowed_headers; /* joined with ","; empty: echo the request */
    struct str exposed_headers; /* joined; empty: none */
    int64_t max_age;            /* seconds; -1: not sent */
    int64_t preflight_status;   /* "optionsSuccessStatus" */
};

/* "perMessageDeflate" */
struct config_deflate {
    bool enabled;
    int64_t threshold;
    bool server_no_takeover, client_no_takeover;
    int64_t server_bits, client_bits; /* 0: not given */
    int64_t level, memory_level;
    int64_t memory;
};

/* "tls"; an empty certificate: none. */
struct config_tls {
    struct str certificate, key, client_ca;
    int version; /* 0: 1.2, 1: 1.3 */
    int demand;  /* of clients' certificates; 0: optional, 1: required */
};

/* The cookie with the id of a session; "cookie". */
struct config_cookie {
    bool enabled;
    struct str name;
    struct str attributes; /* "; Path=/; HttpOnly; SameSite=Lax" */
    /* What these are made of. */
    struct str path, domain; /* empty: not sent */
    bool http_only, secure, partitioned;
    enum config_same_site {
        SAME_SITE_LAX,
        SAME_SITE_STRICT,
        SAME_SITE_NONE
    } same_site;
    int64_t max_age; /* seconds; -1: not sent */
};

/* Behind an address in "listen": the PROXY protocol comes first. */
#define CONFIG_PROXIED " proxy_protocol"
/* The same: TLS. */
#define CONFIG_TLS " tls"
/* Proxies that are believed, and what they write. */
enum config_proxy_header { PROXY_X_FORWARDED_FOR, PROXY_FORWARDED };
struct config_ranges {
    const struct address_range *items;
    uint32_t count;
};

enum config_mode { CONFIG_DEVELOPMENT, CONFIG_PRODUCTION };

struct config {
    struct arena arena; /* everything below lives here */
    struct str file;    /* the name it was read from */
    struct str text;    /* its contents, for error places */
    const struct json *root;

    /* --check, not of the file: what only one may hold is not taken. */
    bool trial;
    enum config_mode mode;
    struct config_strings listen; /* "HOST:PORT", "[::1]:PORT", ":PORT",
                                     "unix:PATH"; perhaps with
                                     " proxy_protocol" behind it */
    struct config_ranges trusted_proxies;
    enum config_proxy_header proxy_header;
    struct str plugin_dir; /* empty: the built-in places */
    struct str user;       /* whom root becomes; empty: nobody else */
    struct str run_dir;    /* private copies of plugins; empty: a fresh
                              directory under the system's own */
    int64_t drain_timeout; /* ms */
    struct str control;    /* socket for orders; empty: in the run
                              directory */
    enum log_level log_level;
    enum log_format log_format;
    struct str log_file; /* empty: stderr */

    struct {                  /* "static" */
        struct str root;      /* resolved against the file; empty: off */
        int64_t max_age;      /* seconds in Cache-Control */
        struct str immutable; /* paths below root that begin so never change */
        struct str fallback;  /* the file for paths that only the page knows */
        struct str policy;    /* Content-Security-Policy of HTML */
    } web;

    /* Engine.IO and Socket.IO; times in ms, sizes in bytes. */
    struct str path; /* begins with "/", does not end with one */
    int64_t ping_interval, ping_timeout, upgrade_timeout, connect_timeout;
    int64_t max_http_buffer_size;
    bool polling, websocket; /* "transports" */
    bool json, msgpack;      /* "parsers" */
    bool allow_upgrades;
    int64_t http_compression; /* of polls, from so many bytes; 0: no */
    bool allow_eio3;          /* clients of Engine.IO's revision 3, too */
    struct config_tls tls;
    struct config_deflate deflate;
    bool notices; /* clients are told why they are closed */
    bool serve_client;
    struct str client_dir; /* files of socket.io-client's dist */
    struct config_cors cors;
    struct config_cookie cookie;

    struct {                             /* "limits" */
        int64_t connections;             /* open at the same time */
        int64_t connections_per_address; /* 0: any number */
        int64_t handshakes_per_second;   /* of an address; 0: any number */
        int64_t header_size;             /* request line and headers */
        int64_t header_timeout;          /* ms to send them */
        int64_t body_timeout;            /* ms to send a request's body */
        int64_t keep_alive_timeout;      /* ms between two requests */
        int64_t send_buffer;             /* bytes waiting for one client */
        int64_t send_buffer_low;         /* with more waiting it is behind */
        int64_t send_packets, send_packets_low; /* the same in packets */
        int64_t packets_per_payload;
        int64_t attachments;      /* of one packet */
        int64_t unfinished_bytes; /* of all messages that are not all there */
        int64_t json_depth;
        int64_t rooms_per_socket;
        int64_t acks_per_socket; /* acknowledgements awaited from a client */
        int64_t ack_timeout;     /* ms for them, unless a plugin says */
        int64_t namespaces_per_client;
        int64_t data_per_socket; /* bytes that plugins keep with a socket */
        /* Said by one client; 0: any number. */
        int64_t events_per_second, bytes_per_second;
        /* The same for all of one address, and of one user. */
        int64_t events_per_second_per_address, bytes_per_second_per_address;
        int64_t events_per_second_per_user, bytes_per_second_per_user;
        int64_t violations; /* of contracts, a minute; 0: any number */
    } limits;

    struct {             /* "jobs" */
        int64_t threads; /* 0: jobs run on the loop */
        int64_t queue;   /* that wait for a thread */
    } jobs;

    struct { /* "metrics" */
        bool enabled;
        struct str path;
    } metrics;

    struct { /* "seccomp" */
        bool enabled;
        bool programs; /* may be started */
    } seccomp;

    struct { /* "health" */
        bool enabled;
    } health;

    struct { /* "why" */
        int64_t notes;
        int64_t connections; /* that are over */
    } why;

    struct {                 /* "reload" */
        bool canary;         /* a new build is tried in a process of its own */
        int64_t timeout;     /* ms for that */
        int64_t generations; /* builds of one plugin that are kept mapped */
    } reload;

    struct config_plugin *plugins;
    uint32_t plugin_count;
};

/*
 * Reads and checks a file. Every complaint is one line of *errors
 * ("file:line:column: text\n", in the order of the places; "file: text\n" when
 * it cannot be read at all). Returns 0, ERR_IO (cannot be read), ERR_SYNTAX
 * (something in it is wrong), ERR_NOMEM. On success *ret_config is the
 * caller's.
 */
int config_load(const char *file, struct config **ret_config,
                struct buf *errors);
/* The same for a text in memory; `file` is only named in messages and its
 * folder resolves relative paths. The text is copied. */
int config_parse(const char *file, struct str text, struct config **ret_config,
                 struct buf *errors);
void config_free(struct config *config); /* NULL is fine */
/* The entry of a plugin; NULL: there is none. */
const struct config_plugin *config_find_plugin(const struct config *config,
                                               struct str name);

/* "file:line:column" of a value of this configuration, for complaints about
 * plugin settings. Appends to out. */
void config_place(const struct config *config, const struct json *value,
                  struct buf *out);

/* The list of keys as Markdown (--describe-config): key, type, default, when
 * a change takes effect, sentence. Made from the same table as the check. */
void config_describe(struct buf *out);

/* When a changed key takes effect. */
enum config_effect {
    CONFIG_LIVE,    /* with the reload */
    CONFIG_NEXT,    /* for connections that begin afterwards */
    CONFIG_RESTART, /* not before the server starts again */
};

/* "with a reload", "for new connections", "after a restart". */
const char *config_effect_text(enum config_effect effect);

/*
 * Calls `changed` for each key whose value in `after` is not the one in effect
 * (or, for a key that waits for a restart, not the one the server started
 * with, so that each comparison says what still waits), in the order of the
 * table; "limits.connections" for one in a section, "cors" and "plugins" as a
 * whole. Values count, not how they are written (json_equal()). All three are
 * configurations as they were read; config_keep() does not matter here.
 * ERR_NOMEM.
 */
int config_compare(const struct config *started, const struct config *before,
                   const struct config *after,
                   void (*changed)(void *user, const char *key,
                                   enum config_effect effect),
                   void *user);

/*
 * Puts the values that the server started with into the keys of `after` that
 * wait for a restart, so that its fields (not its texts) say what is in effect.
 * `started` outlives it.
 */
void config_keep(struct config *after, const struct config *started);

#endif
