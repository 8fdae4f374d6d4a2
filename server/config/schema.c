/* SPDX-License-Identifier: MIT */
#include <stddef.h>

#include "config/read.h"
#include "config/schema.h"

#define AT(member) .offset = offsetof(struct config, member)
#define OF(member) .offset = offsetof(struct config_plugin, member)

enum { SECOND = 1000, DAY = 86400 * SECOND, YEAR_SECONDS = 365 * 86400 };

static const char *const modes[] = {
    [CONFIG_DEVELOPMENT] = "development",
    [CONFIG_PRODUCTION] = "production",
    NULL,
};

static const char *const levels[] = {
    [LOG_LEVEL_ERROR] = "error",
    [LOG_LEVEL_WARN] = "warn",
    [LOG_LEVEL_INFO] = "info",
    [LOG_LEVEL_DEBUG] = "debug",
    NULL,
};

static const char *const log_formats[] = {
    [LOG_FORMAT_TEXT] = "text",
    [LOG_FORMAT_JSON] = "json",
    NULL,
};

static const char *const proxy_headers[] = {
    [PROXY_X_FORWARDED_FOR] = "X-Forwarded-For",
    [PROXY_FORWARDED] = "Forwarded",
    NULL,
};

static const char *const states[] = {"require", "fresh", NULL};

static const struct schema_key log_keys[] = {
    {.name = "level",
     .kind = SCHEMA_WORD,
     AT(log_level),
     .words = levels,
     .fallback = "\"info\"",
     .text = "The least important entries that are written."},
    {.name = "format",
     .kind = SCHEMA_WORD,
     AT(log_format),
     .words = log_formats,
     .fallback = "\"text\"",
     .text = "How they are written: a line of text, or a JSON object a line."},
    {.name = "file",
     .kind = SCHEMA_PATH,
     AT(log_file),
     .text = "File that they are appended to; standard error unless given."},
    {.name = NULL},
};

static bool is_below_slash(struct str text)
{
    return text.n == 0 || (text.n > 1 && text.p[0] == '/');
}

static bool is_file_name(struct str text)
{
    return text.n == 0 || (text.p[0] != '/' && text.p[0] != '.');
}

static const struct schema_key static_keys[] = {
    {.name = "root",
     .kind = SCHEMA_PATH,
     AT(web.root),
     .text = "Folder whose files are served to browsers; off unless given."},
    {.name = "maxAge",
     .kind = SCHEMA_INT,
     AT(web.max_age),
     .min = 0,
     .max = YEAR_SECONDS,
     .fallback = "0",
     .text = "Seconds for which a browser may keep a file unasked."},
    {.name = "immutable",
     .kind = SCHEMA_STRING,
     AT(web.immutable),
     .valid = is_below_slash,
     .fallback = "\"\"",
     .expects = "the beginning of a path, with a \"/\" in front",
     .text = "How the paths of files begin that never change, since a hash of "
             "their contents is in their names: browsers keep those for ever."},
    {.name = "fallback",
     .kind = SCHEMA_STRING,
     AT(web.fallback),
     .valid = is_file_name,
     .fallback = "\"\"",
     .expects = "a file below root, like \"index.html\"",
     .text = "The page of an application that has its routes in the browser: "
             "it stands for paths without an extension where nothing is, for "
             "who asks for HTML."},
    {.name = "contentSecurityPolicy",
     .kind = SCHEMA_STRING,
     AT(web.policy),
     .fallback = "\"default-src 'self'; img-src 'self' data:; "
                 "object-src 'none'; base-uri 'none'; form-action 'self'; "
                 "frame-ancestors 'none'\"",
     .text = "What pages may load, as HTML is told by the header of this name; "
             "none is sent when it is empty."},
    {.name = NULL},
};

const struct schema_key schema_cors[] = {
    {.name = "origin",
     .kind = SCHEMA_OTHER,
     .required = true,
     .read = read_cors_origin,
     .expects = "\"*\", true, or one or more origins like "
                "\"https://example.org\" or \"https://*.example.org:*\"",
     .text = "Who may: anybody (\"*\"), whoever asks (true), or those listed; "
             "\"*.\" stands for all names below a host, \":*\" for every "
             "port."},
    {.name = "credentials",
     .kind = SCHEMA_BOOL,
     AT(cors.credentials),
     .fallback = "false",
     .text = "Whether browsers may send cookies along."},
    {.name = "methods",
     .kind = SCHEMA_OTHER,
     AT(cors.methods),
     .read = read_cors_list,
     .fallback = "\"GET,HEAD,PUT,PATCH,POST,DELETE\"",
     .expects = "a list of methods",
     .text = "The methods that a preflight request is told."},
    {.name = "allowedHeaders",
     .kind = SCHEMA_OTHER,
     AT(cors.allowed_headers),
     .read = read_cors_list,
     .expects = "a list of header names",
     .text = "The headers that a preflight request is told; those it asks for "
             "unless given."},
    {.name = "exposedHeaders",
     .kind = SCHEMA_OTHER,
     AT(cors.exposed_headers),
     .read = read_cors_list,
     .expects = "a list of header names",
     .text = "The headers of an answer that a page may read."},
    {.name = "maxAge",
     .kind = SCHEMA_INT,
     AT(cors.max_age),
     .min = 0,
     .max = YEAR_SECONDS,
     .text = "Seconds for which a preflight's answer holds; not sent unless "
             "given."},
    {.name = "optionsSuccessStatus",
     .kind = SCHEMA_INT,
     AT(cors.preflight_status),
     .min = 200,
     .max = 299,
     .fallback = "204",
     .text = "The status of that answer; some old clients choke on 204."},
    {.name = NULL},
};

const struct schema_key schema_plugin[] = {
    {.name = "name",
     .kind = SCHEMA_STRING,
     .required = true,
     OF(name),
     .valid = read_is_plugin_name,
     .expects = "a name of at most 64 of a-z, 0-9, _ and -, a letter first",
     .text = "What the plugin is called; no two have the same name."},
    {.name = "path",
     .kind = SCHEMA_OTHER,
     .read = read_plugin_path,
     .expects = "a path",
     .text = "Its file; found by name in pluginDir unless given."},
    {.name = "namespace",
     .kind = SCHEMA_STRING,
     OF(name_space),
     .valid = read_is_namespace,
     .fallback = "\"/\"",
     .expects = "a namespace: \"/\" and up to 255 bytes, no \",\" or \"?\" or "
                "\"**\"",
     .text = "The namespace in which its events are; a * in it stands for one "
             "or more characters that are no slash."},
    {.name = "enabled",
     .kind = SCHEMA_BOOL,
     OF(enabled),
     .fallback = "true",
     .text = "Whether it is loaded."},
    {.name = "quarantine",
     .kind = SCHEMA_BOOL,
     OF(quarantine),
     .fallback = "true",
     .text = "Whether a build of it that has crashed the server three times "
             "within five minutes is left out."},
    {.name = "state",
     .kind = SCHEMA_OTHER,
     .read = read_plugin_state,
     .words = states,
     .fallback = "\"require\"",
     .expects = "\"require\" or \"fresh\"",
     .text = "What becomes of its state when a newer build takes over: it "
             "must be able to, or it begins without."},
    {.name = "settings",
     .kind = SCHEMA_OTHER,
     .read = read_plugin_settings,
     .expects = "an object",
     .text = "What the plugin itself is told."},
    {.name = NULL},
};

const struct schema_key schema_root[] = {
    {.name = "mode",
     .kind = SCHEMA_WORD,
     AT(mode),
     .words = modes,
     .fallback = "\"production\"",
     .text = "Development mode forgives defaults that would be a danger in "
             "public."},
    {.name = "listen",
     .kind = SCHEMA_OTHER,
     .read = read_listen,
     .fallback = "\"localhost:3000\"",
     .expects = "one or more of HOST:PORT, [IPV6]:PORT or :PORT, the port "
                "from 0 to 65535, unix:PATH with a \"/\" in it, systemd or "
                "systemd:NAME",
     .text = "Where the server listens; with unix:PATH on a socket of the "
             "file system, with systemd on those that it has opened; with \" "
             "tls\" behind it for TLS alone, or with "
             "\" proxy_protocol\" for proxies that speak the PROXY protocol, "
             "version 1 or 2."},
    {.name = "tls",
     .kind = SCHEMA_OTHER,
     .read = read_tls,
     .keys = schema_tls,
     .fallback = "false",
     .expects = "false or an object",
     .text = "What is shown to clients where \"listen\" has an address with "
             "\" tls\" behind it."},
    {.name = "trustedProxies",
     .kind = SCHEMA_OTHER,
     .read = read_trusted_proxies,
     .fallback = "[]",
     .expects = "a list of addresses like \"192.0.2.1\", ranges of them like "
                "\"10.0.0.0/8\", or \"unix:\"",
     .text = "The proxies in front, which are believed who their client is; "
             "\"unix:\" is whoever connects to a socket of the file system."},
    {.name = "proxyHeader",
     .kind = SCHEMA_WORD,
     AT(proxy_header),
     .words = proxy_headers,
     .fallback = "\"X-Forwarded-For\"",
     .text = "The header in which they say so; what a client writes into the "
             "other one, they pass on."},
    {.name = "pluginDir",
     .kind = SCHEMA_PATH,
     AT(plugin_dir),
     .text = "Folder in which plugins are found by name; the built-in places "
             "unless given."},
    {.name = "runDir",
     .kind = SCHEMA_PATH,
     .effect = CONFIG_RESTART,
     AT(run_dir),
     .text = "Folder for the private copies of loaded plugins, which lie there "
             "as long as the server runs; a fresh one under the system's own "
             "unless given."},
    {.name = "user",
     .kind = SCHEMA_STRING,
     .effect = CONFIG_RESTART,
     AT(user),
     .expects = "the name of a user",
     .text = "Whom a server that root has started becomes, before it loads a "
             "plugin."},
    {.name = "control",
     .kind = SCHEMA_PATH,
     .effect = CONFIG_RESTART,
     AT(control),
     .text = "Socket at which the server takes orders (mortise ctl); one "
             "beside the private copies unless given."},
    {.name = "drainTimeout",
     .kind = SCHEMA_INT,
     AT(drain_timeout),
     .min = 0,
     .max = DAY,
     .fallback = "10000",
     .text = "Milliseconds that clients have to leave when the server stops."},
    {.name = "log",
     .kind = SCHEMA_SECTION,
     .keys = log_keys,
     .text = "The log."},
    {.name = "static",
     .kind = SCHEMA_SECTION,
     .keys = static_keys,
     .text = "Files for browsers."},
    {.name = "path",
     .kind = SCHEMA_OTHER,
     .effect = CONFIG_RESTART,
     AT(path),
     .read = read_path,
     .fallback = "\"/socket.io\"",
     .expects = "a path that begins with \"/\" and a name",
     .text = "Where Socket.IO clients connect; those that are there would not "
             "find the way back to another one."},
    {.name = "pingInterval",
     .kind = SCHEMA_INT,
     .effect = CONFIG_NEXT,
     AT(ping_interval),
     .min = 1,
     .max = DAY,
     .fallback = "25000",
     .text = "Milliseconds between two pings to a client."},
    {.name = "pingTimeout",
     .kind = SCHEMA_INT,
     .effect = CONFIG_NEXT,
     AT(ping_timeout),
     .min = 1,
     .max = DAY,
     .fallback = "20000",
     .text = "Milliseconds in which a ping must be answered."},
    {.name = "upgradeTimeout",
     .kind = SCHEMA_INT,
     AT(upgrade_timeout),
     .min = 1,
     .max = DAY,
     .fallback = "10000",
     .text = "Milliseconds in which an upgrade to WebSocket must finish."},
    {.name = "connectTimeout",
     .kind = SCHEMA_INT,
     AT(connect_timeout),
     .min = 1,
     .max = DAY,
     .fallback = "45000",
     .text = "Milliseconds in which a client must join a namespace."},
    {.name = "maxHttpBufferSize",
     .kind = SCHEMA_INT,
     .effect = CONFIG_NEXT,
     AT(max_http_buffer_size),
     .min = 1,
     .max = 1 << 30,
     .fallback = "1000000",
     .text = "Bytes of the largest request body or WebSocket message."},
    {.name = "transports",
     .kind = SCHEMA_OTHER,
     .effect = CONFIG_NEXT,
     .read = read_transports,
     .fallback = "[\"polling\",\"websocket\"]",
     .expects = "an array of \"polling\" and \"websocket\"",
     .text = "How clients may connect."},
    {.name = "parsers",
     .kind = SCHEMA_OTHER,
     .effect = CONFIG_NEXT,
     .read = read_parsers,
     .fallback = "[\"json\"]",
     .expects = "an array of \"json\" and \"msgpack\"",
     .text = "How packets may be written: \"json\" as clients do, \"msgpack\" "
             "as those with socket.io-msgpack-parser. A client's first packet "
             "says which it is."},
    {.name = "allowUpgrades",
     .kind = SCHEMA_BOOL,
     .effect = CONFIG_NEXT,
     AT(allow_upgrades),
     .fallback = "true",
     .text = "Whether polling clients are offered WebSocket."},
    {.name = "allowEIO3",
     .kind = SCHEMA_BOOL,
     .effect = CONFIG_NEXT,
     AT(allow_eio3),
     .fallback = "false",
     .text = "Whether clients before version 3 are let in, too. The ids of "
             "their sockets are the secrets of their sessions."},
    {.name = "notices",
     .kind = SCHEMA_BOOL,
     AT(notices),
     .fallback = "true",
     .text = "Whether clients are told why they are closed, by the event "
             "mortise:notice."},
    {.name = "serveClient",
     .kind = SCHEMA_BOOL,
     AT(serve_client),
     .fallback = "true",
     .text = "Whether the browser client is served under the path."},
    {.name = "clientDir",
     .kind = SCHEMA_PATH,
     AT(client_dir),
     .text = "Folder with the files of socket.io-client's dist."},
    {.name = "cors",
     .kind = SCHEMA_OTHER,
     .read = read_cors,
     .keys = schema_cors,
     .expects = "an object",
     .text = "Pages of other origins; all are refused unless given."},
    {.name = "httpCompression",
     .kind = SCHEMA_OTHER,
     .read = read_http_compression,
     .keys = schema_http_compression,
     .fallback = "true",
     .expects = "true, false or an object",
     .text = "Whether the answers to polls are compressed, for clients that "
             "take gzip or deflate; those of more than 1 MiB never are."},
    {.name = "perMessageDeflate",
     .kind = SCHEMA_OTHER,
     .effect = CONFIG_NEXT,
     .read = read_deflate,
     .keys = schema_deflate,
     .fallback = "false",
     .expects = "true, false or an object",
     .text = "Whether WebSocket messages are compressed, for clients that "
             "offer it; those of more than 1 MiB never are. true: with all "
             "defaults."},
    {.name = "cookie",
     .kind = SCHEMA_OTHER,
     .read = read_cookie,
     .keys = schema_cookie,
     .fallback = "false",
     .expects = "true, false or an object",
     .text = "A cookie with the id of its session, for each client that "
             "connects by polling: for proxies that tell clients apart by it. "
             "true: with all defaults."},
    {.name = "limits",
     .kind = SCHEMA_SECTION,
     .keys = schema_limits,
     .text = "What clients can use up."},
    {.name = "jobs",
     .kind = SCHEMA_SECTION,
     .keys = schema_jobs,
     .text = "Slow work of plugins."},
    {.name = "metrics",
     .kind = SCHEMA_SECTION,
     .keys = schema_metrics,
     .text = "Numbers about the server and its plugins, in Prometheus' text "
             "format."},
    {.name = "health",
     .kind = SCHEMA_SECTION,
     .keys = schema_health,
     .text = "What load balancers ask."},
    {.name = "seccomp",
     .kind = SCHEMA_SECTION,
     .keys = schema_seccomp,
     .text = "What this process can no longer ask of the kernel."},
    {.name = "why",
     .kind = SCHEMA_SECTION,
     .keys = schema_why,
     .text = "What is kept for mortise ctl why."},
    {.name = "reload",
     .kind = SCHEMA_SECTION,
     .keys = schema_reload,
     .text = "How new builds of plugins take over."},
    {.name = "plugins",
     .kind = SCHEMA_OTHER,
     .list = true,
     .read = read_plugins,
     .keys = schema_plugin,
     .expects = "an array of objects",
     .text = "The application, in the order in which it is loaded."},
    {.name = NULL},
};
