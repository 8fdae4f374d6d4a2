/* SPDX-License-Identifier: MIT */
#include "app/client_files.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/mem.h"
#include "json/json.h"
#include "net/static_files.h"

#define PACKAGE_MAX ((size_t)65536)

struct client_files {
    struct static_files *files; /* NULL: none are served */
    const struct cors_options *cors;
    struct eio_server *engine;
    size_t prefix; /* bytes of the path in front of a file's name */
    char etag[72]; /* with quotes; empty: the file's own */
};

static const struct str names[] = {
    {"socket.io.js", 12},
    {"socket.io.js.map", 16},
    {"socket.io.min.js", 16},
    {"socket.io.min.js.map", 20},
    {"socket.io.esm.min.js", 20},
    {"socket.io.esm.min.js.map", 24},
    {"socket.io.msgpack.min.js", 24},
    {"socket.io.msgpack.min.js.map", 28},
};

static bool is_client_file(struct str name)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (str_eq(name, names[i]))
            return true;
    return false;
}

/* Reads the version out of the package.json that lies beside the folder. */
static void read_etag(struct client_files *files, struct str dir)
{
    struct json_limits limits = {.depth = 32};
    struct json *package;
    struct arena arena;
    struct str version;
    struct buf path, text;

    buf_init(&path, 4096);
    buf_init(&text, PACKAGE_MAX);
    arena_init(&arena, 16 * PACKAGE_MAX);
    buf_append_str(&path, dir);
    buf_append(&path, "/../package.json", sizeof("/../package.json"));
    int fd = path.error == 0 ? open(path.p, O_RDONLY | O_CLOEXEC) : -1;
    char *to = buf_reserve(&text, PACKAGE_MAX);
    ssize_t n = fd >= 0 && to ? read(fd, to, PACKAGE_MAX) : -1;
    if (n > 0) {
        buf_commit(&text, (size_t)n);
        if (json_parse(&arena, buf_str(&text), &limits, &package, NULL) == 0 &&
            json_string(json_get(package, STR("version")), &version) == 0 &&
            version.n < 64 && str_find(version, '"') == version.n) {
            buf_clear(&path);
            buf_printf(&path, "\"%.*s\"", STR_ARG(version));
            memcpy(files->etag, path.p, path.n);
        }
    }
    if (fd >= 0)
        close(fd);
    arena_free(&arena);
    buf_free(&text);
    buf_free(&path);
}

struct client_files *client_files_new(struct str dir, struct str path,
                                      const struct cors_options *cors,
                                      struct eio_server *engine)
{
    struct client_files *files = mem_zalloc(sizeof(*files));
    if (!files)
        return NULL;
    files->cors = cors;
    files->engine = engine;
    files->prefix = path.n + 1;
    if (dir.n == 0)
        return files;
    struct static_files_options options = {.root = dir, .prefix = STR("/")};
    files->files = static_files_new(&options);
    if (!files->files) {
        mem_free(files);
        return NULL;
    }
    read_etag(files, dir);
    return files;
}

void client_files_free(struct client_files *files)
{
    if (!files)
        return;
    static_files_free(files->files);
    mem_free(files);
}

void client_files_take(struct client_files *files, struct client_files *other)
{
    struct static_files *old = files->files;

    files->files = other->files;
    memcpy(files->etag, other->etag, sizeof(files->etag));
    other->files = old;
    client_files_free(other);
}

/* A page of any origin may load a script, but one that asks for it by the
 * rules of CORS is told what they are. */
static bool serve(struct client_files *files, struct http_exchange *x,
                  struct str name)
{
    struct buf headers;

    buf_init(&headers, 4096);
    cors_headers(files->cors, &x->head, &headers);
    bool served = static_files_serve(files->files, x, name, str_z(files->etag),
                                     buf_str(&headers));
    buf_free(&headers);
    return served;
}

static void on_request(void *user, struct http_exchange *x)
{
    struct client_files *files = user;
    struct str name =
        str_of(x->head.path.p + files->prefix, x->head.path.n - files->prefix);
    bool reads = x->head.method == HTTP_GET || x->head.method == HTTP_HEAD;

    if (files->files && reads && is_client_file(name) && serve(files, x, name))
        return;
    eio_http_handler.request(files->engine, x);
}

static void on_body(void *user, struct http_exchange *x, struct str body)
{
    const struct client_files *files = user;
    eio_http_handler.body(files->engine, x, body);
}

static void on_aborted(void *user, struct http_exchange *x)
{
    const struct client_files *files = user;
    eio_http_handler.aborted(files->engine, x);
}

static struct str on_refusing(void *user, struct http_exchange *x)
{
    const struct client_files *files = user;
    return eio_http_handler.refusing(files->engine, x);
}

const struct http_handler client_files_handler = {
    .refusing = on_refusing,
    .request = on_request,
    .body = on_body,
    .aborted = on_aborted,
    .name = "socketio",
};
