/* SPDX-License-Identifier: MIT */
#include "net/static_files.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "net/http_fields.h"
#include "net/mime.h"
#include "net/static_cache.h"
#include "net/static_path.h"
#include "net/static_source.h"

#define CACHE_MAX ((size_t)32 * 1024 * 1024)
/* Three numbers in hexadecimal, quotes, "-gz". */
#define ETAG_MAX 64

struct static_files {
    int root;
    struct static_files_options options; /* without the root */
    char *texts;                         /* what they point into */
    struct static_cache cache;
    struct buf headers; /* of the response that is being made */
};

/* One file on its way out. */
struct answer {
    struct static_files *files;
    struct http_exchange *x;
    struct str name;
    int fd;
    struct static_stamp stamp;
    const struct mime *mime;
    struct slice *gzip; /* what is sent, when it is gzipped */
    char date[HTTP_DATE_LENGTH];
    char tag[ETAG_MAX];
    struct str extra; /* the caller's headers */
    struct str etag;
    bool foreign_etag;   /* the caller's: says nothing about the bytes */
    uint64_t first, end; /* the bytes of the file to be sent */
    bool partial;
};

/* ---- Headers ---- */

static void add_etag(struct answer *a, struct str etag)
{
    a->foreign_etag = etag.n > 0;
    a->etag = etag;
    if (etag.n > 0)
        return;
    int n = snprintf(a->tag, sizeof(a->tag),
                     "\"%" PRIx64 "-%" PRIx64 "-%" PRIx64 "%s\"",
                     a->stamp.inode, a->stamp.size, (uint64_t)a->stamp.modified,
                     a->gzip ? "-gz" : "");
    assert(n > 0 && (size_t)n < sizeof(a->tag));
    a->etag = str_of(a->tag, (size_t)n);
}

/* A file with a tag of its caller's, one of the client's, says what the
 * reference server says of it. */
static void add_cache_control(struct answer *a)
{
    const struct static_files_options *o = &a->files->options;
    struct buf *h = &a->files->headers;

    buf_append_str(h, STR("Cache-Control: "));
    if (o->immutable.n > 0 && str_starts(a->name, o->immutable)) {
        buf_append_str(h, STR("public, max-age=31536000, immutable"));
    } else if (o->max_age == 0 && !a->foreign_etag) {
        buf_append_str(h, STR("no-cache"));
    } else {
        buf_append_str(h, STR("public, max-age="));
        buf_append_u64(h, (uint64_t)o->max_age);
    }
}

/* What a page may load, and what it shows of itself to other origins. */
static void add_page_headers(struct answer *a)
{
    struct buf *h = &a->files->headers;

    buf_append_str(h, STR("Referrer-Policy: same-origin\r\n"
                          "Cross-Origin-Opener-Policy: same-origin\r\n"));
    if (a->files->options.policy.n > 0) {
        buf_append_str(h, STR("Content-Security-Policy: "));
        buf_append_str(h, a->files->options.policy);
        buf_append_str(h, STR("\r\n"));
    }
}

static void begin_headers(struct answer *a)
{
    struct buf *h = &a->files->headers;

    buf_clear(h);
    add_cache_control(a);
    buf_append_str(h, STR("\r\nETag: "));
    buf_append_str(h, a->etag);
    buf_append_str(h, STR("\r\nLast-Modified: "));
    buf_append(h, a->date, sizeof(a->date));
    buf_append_str(h, STR("\r\nX-Content-Type-Options: nosniff\r\n"));
    if (a->mime->compressible)
        buf_append_str(h, STR("Vary: Accept-Encoding\r\n"));
    if (str_starts(a->mime->type, STR("text/html")))
        add_page_headers(a);
    buf_append_str(h, a->extra);
}

static void add_content_range(struct answer *a, bool satisfied)
{
    struct buf *h = &a->files->headers;

    buf_append_str(h, STR("Content-Range: bytes "));
    if (satisfied) {
        buf_append_u64(h, a->first);
        buf_append_char(h, '-');
        buf_append_u64(h, a->end - 1);
    } else {
        buf_append_char(h, '*');
    }
    buf_append_char(h, '/');
    buf_append_u64(h, a->stamp.size);
    buf_append_str(h, STR("\r\n"));
}

/* ---- What is asked for ---- */

static struct str request_header(const struct answer *a, struct str name)
{
    return http_header_get(&a->x->head, name);
}

/* Whether the client has it already (RFC 9110, 13.2.2). */
static bool not_modified(const struct answer *a)
{
    struct str tags = request_header(a, STR("If-None-Match"));
    struct str since = request_header(a, STR("If-Modified-Since"));
    int64_t seconds;

    if (tags.p)
        return http_etag_listed(tags, a->etag);
    return since.p && http_date_parse(since, &seconds) == 0 &&
           a->stamp.modified / 1000000000 <= seconds;
}

/* Whether a range may be cut out of the bytes that are here now. */
static bool range_applies(const struct answer *a)
{
    struct str condition = request_header(a, STR("If-Range"));

    if (a->x->head.method != HTTP_GET || a->foreign_etag || a->gzip)
        return false;
    return condition.p == NULL || str_eq(condition, a->etag) ||
           str_eq(condition, str_of(a->date, sizeof(a->date)));
}

/* Sets the bytes to be sent. ERR_LIMIT when those wanted are not there. */
static int choose_bytes(struct answer *a)
{
    struct str range = request_header(a, STR("Range"));
    int result = 0;

    a->first = 0;
    a->end = a->stamp.size;
    if (range.p && range_applies(a))
        result = http_range_parse(range, a->stamp.size, &a->first, &a->end);
    a->partial = result == 1;
    return result < 0 ? result : 0;
}

/* Takes the gzipped form if the client can use it. A range is one of the
 * bytes as they are. */
static void choose_coding(struct answer *a)
{
    if (a->mime->compressible && !request_header(a, STR("Range")).p &&
        http_accepts_coding(&a->x->head, STR("gzip")))
        a->gzip =
            static_cache_gzip(&a->files->cache, a->name, &a->stamp, a->fd);
}

/* ---- Answering ---- */

static void respond(struct answer *a, struct http_response *r)
{
    r->headers = buf_str(&a->files->headers);
    if (a->files->headers.error == 0) {
        http_respond(a->x, r);
        return;
    }
    if (r->source)
        r->source->release(r->source);
    http_respond_status(a->x, 503);
}

static void respond_file(struct answer *a)
{
    struct http_response r = {
        .status = a->partial ? 206 : 200,
        .type = a->mime->type,
        .body = a->gzip,
    };
    struct slice *plain = NULL;
    struct buf *h = &a->files->headers;

    if (a->gzip)
        buf_append_str(h, STR("Content-Encoding: gzip\r\n"));
    else if (!a->foreign_etag)
        buf_append_str(h, STR("Accept-Ranges: bytes\r\n"));
    if (a->partial)
        add_content_range(a, true);
    if (!a->gzip)
        plain = static_cache_plain(&a->files->cache, a->name, &a->stamp, a->fd);
    if (plain && a->partial)
        r.text = str_of(plain->p + a->first, (size_t)(a->end - a->first));
    else if (plain)
        r.body = plain;
    else if (!a->gzip)
        r.source = static_source_new(&a->fd, a->first, a->end);
    if (r.body || r.text.p || r.source)
        respond(a, &r);
    else
        http_respond_status(a->x, 503);
    slice_unref(plain);
}

static void respond_without_body(struct answer *a, int status)
{
    struct http_response r = {.status = status};

    if (status == 416)
        add_content_range(a, false);
    respond(a, &r);
}

static void serve_open(struct answer *a, struct str etag)
{
    a->mime = mime_of(a->name);
    http_date_format(a->date, a->stamp.modified / 1000000000);
    choose_coding(a);
    add_etag(a, etag);
    begin_headers(a);
    if (not_modified(a))
        respond_without_body(a, 304);
    else if (choose_bytes(a) < 0)
        respond_without_body(a, 416);
    else
        respond_file(a);
    slice_unref(a->gzip);
    if (a->fd >= 0)
        close(a->fd);
}

/* Opens a file for an answer. 0, ERR_NOENT, ERR_TYPE for a directory, ERR_LIMIT
 * when we cannot open anything now. */
static int open_file(struct answer *a, const char *path)
{
    struct stat st;
    int result = ERR_NOENT;

    int fd = static_path_open(a->files->root, path);
    if (fd < 0)
        return errno == EMFILE || errno == ENFILE || errno == ENOMEM
                   ? ERR_LIMIT
                   : ERR_NOENT;
    if (fstat(fd, &st) != 0)
        goto out;
    if (S_ISDIR(st.st_mode))
        result = ERR_TYPE;
    if (!S_ISREG(st.st_mode))
        goto out;
    a->fd = fd;
    a->stamp = (struct static_stamp){
        .inode = st.st_ino,
        .size = (uint64_t)st.st_size,
        .modified =
            (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec,
    };
    return 0;
out:
    close(fd);
    return result;
}

/*
 * Sends the client to the same path with a slash behind it, so that relative
 * links are right. The place is named by its path alone; it begins with one
 * slash, since the path was valid, so it cannot lead to another host.
 */
static void redirect_to_directory(struct static_files *files,
                                  struct http_exchange *x)
{
    struct buf *h = &files->headers;
    struct http_response r = {.status = 301};

    buf_clear(h);
    buf_append_str(h, STR("Location: "));
    buf_append_str(h, x->head.path);
    buf_append_char(h, '/');
    if (x->head.query.p) {
        buf_append_char(h, '?');
        buf_append_str(h, x->head.query);
    }
    buf_append_str(h, STR("\r\n"));
    r.headers = buf_str(h);
    if (h->error)
        http_respond_status(x, 503);
    else
        http_respond(x, &r);
}

/* Whether the fallback stands for a path where nothing is: somebody wants to
 * see a page. Scripts, images and fetch() do not ask for HTML by name. */
static bool is_route(const struct static_files *files,
                     const struct http_exchange *x)
{
    struct str path = x->head.path;
    const char *slash = memrchr(path.p, '/', path.n);
    size_t at = slash ? (size_t)(slash - path.p) : 0;

    return files->options.fallback.n > 0 &&
           memchr(path.p + at, '.', path.n - at) == NULL &&
           http_accepts_type(&x->head, STR("text/html"));
}

static void respond_missing(struct static_files *files, struct http_exchange *x)
{
    if (!is_route(files, x) ||
        !static_files_serve(files, x, files->options.fallback, STR(""),
                            STR("Vary: Accept\r\n")))
        http_respond_status(x, 404);
}

static void on_request(void *user, struct http_exchange *x)
{
    struct static_files *files = user;
    struct answer a = {.files = files, .x = x, .fd = -1};
    struct str prefix = files->options.prefix;
    struct str path = x->head.path;
    char name[STATIC_PATH_MAX];

    if (x->head.method != HTTP_GET && x->head.method != HTTP_HEAD) {
        struct http_response r = {
            .status = 405,
            .headers = STR("Allow: GET, HEAD\r\n"),
        };
        http_respond(x, &r);
        return;
    }
    int n = ERR_NOENT;
    if (str_starts(path, prefix))
        n = static_path_decode(str_of(path.p + prefix.n, path.n - prefix.n),
                               name);
    int result = n < 0 ? n : open_file(&a, name);
    if (result == 0) {
        a.name = str_of(name, (size_t)n);
        serve_open(&a, STR(""));
    } else if (result == ERR_TYPE) {
        redirect_to_directory(files, x);
    } else if (result == ERR_LIMIT) {
        http_respond_status(x, 503);
    } else {
        respond_missing(files, x);
    }
}

bool static_files_serve(struct static_files *files, struct http_exchange *x,
                        struct str name, struct str etag, struct str headers)
{
    struct answer a = {
        .files = files, .x = x, .name = name, .fd = -1, .extra = headers};
    char path[STATIC_PATH_MAX];

    if (name.n >= sizeof(path) || !static_path_valid(name))
        return false;
    memcpy(path, name.p, name.n);
    path[name.n] = '\0';
    if (open_file(&a, path) < 0)
        return false;
    serve_open(&a, etag);
    return true;
}

const struct http_handler static_files_handler = {.request = on_request};

/* ---- Its life ---- */

/* Copies a text behind those that are there already. */
static struct str copy(char **end, struct str text)
{
    struct str copied = str_of(*end, text.n);
    if (text.n > 0)
        memcpy(*end, text.p, text.n);
    *end += text.n;
    return copied;
}

static int copy_options(struct static_files *files,
                        const struct static_files_options *from)
{
    struct static_files_options *to = &files->options;
    char *end = mem_zalloc(from->prefix.n + from->immutable.n +
                           from->fallback.n + from->policy.n + 1);

    if (!end)
        return ERR_NOMEM;
    files->texts = end;
    to->prefix = copy(&end, from->prefix);
    to->immutable = copy(&end, from->immutable);
    to->fallback = copy(&end, from->fallback);
    to->policy = copy(&end, from->policy);
    to->max_age = from->max_age;
    return 0;
}

struct static_files *static_files_new(const struct static_files_options *o)
{
    struct static_files *files = mem_zalloc(sizeof(*files));
    char *root = NULL;

    errno = ENOMEM;
    if (!files)
        return NULL;
    files->root = -1;
    static_cache_init(&files->cache, CACHE_MAX);
    buf_init(&files->headers, BUF_MAX);
    root = mem_dupz(o->root.p, o->root.n);
    if (copy_options(files, o) < 0 || !root)
        goto out;
    files->root = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (files->root < 0)
        goto out;
    mem_free(root);
    return files;
out:
    mem_free(root);
    static_files_free(files);
    return NULL;
}

bool static_files_same(const struct static_files *files,
                       const struct static_files_options *o)
{
    const struct static_files_options *now = &files->options;
    struct stat open_root, other;
    char *root = mem_dupz(o->root.p, o->root.n);
    bool same =
        root && stat(root, &other) == 0 &&
        fstat(files->root, &open_root) == 0 &&
        other.st_dev == open_root.st_dev && other.st_ino == open_root.st_ino &&
        now->max_age == o->max_age && str_eq(now->prefix, o->prefix) &&
        str_eq(now->immutable, o->immutable) &&
        str_eq(now->fallback, o->fallback) && str_eq(now->policy, o->policy);
    mem_free(root);
    return same;
}

void static_files_free(struct static_files *files)
{
    if (!files)
        return;
    int error = errno; /* static_files_new() has something to say with it */
    if (files->root >= 0)
        close(files->root);
    static_cache_free(&files->cache);
    buf_free(&files->headers);
    mem_free(files->texts);
    mem_free(files);
    errno = error;
}
