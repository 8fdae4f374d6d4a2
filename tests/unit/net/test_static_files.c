/* SPDX-License-Identifier: MIT */
#include "static_unit.h"

#include <zlib.h>

#include "net/static_cache.h"

/* ---- Asking ---- */

static struct answer *ask(const char *method, const char *path,
                          const char *headers)
{
    int fd = connect_client();
    char request[4000];
    snprintf(request, sizeof(request), "%s %s HTTP/1.1\r\n" HOST "%s\r\n",
             method, path, headers);
    send_text(fd, request);
    struct answer *a = receive(fd);
    close(fd);
    return a;
}

static int status_of(const struct answer *a)
{
    ck_assert(strncmp(a->text, "HTTP/1.1 ", 9) == 0);
    return (int)strtol(a->text + 9, NULL, 10);
}

static const char *body_of(const struct answer *a)
{
    const char *end = strstr(a->text, "\r\n\r\n");
    ck_assert_ptr_nonnull(end);
    return end + 4;
}

/* The value of a header ("" when it is absent), until the next call. */
static const char *header_of(const struct answer *a, const char *name)
{
    static char value[200];
    char line[100];
    snprintf(line, sizeof(line), "\r\n%s: ", name);
    const char *at = strstr(a->text, line);
    value[0] = '\0';
    if (at && at < body_of(a)) {
        at += strlen(line);
        snprintf(value, sizeof(value), "%.*s", (int)strcspn(at, "\r"), at);
    }
    return value;
}

/* ---- Tests ---- */

START_TEST(one_file)
{
    struct answer *a = ask("GET", "/app.js?v=1", "");
    ck_assert_int_eq(status_of(a), 200);
    ck_assert_str_eq(body_of(a), "0123456789");
    ck_assert_str_eq(header_of(a, "Content-Length"), "10");
    ck_assert_str_eq(header_of(a, "Content-Type"),
                     "application/javascript; charset=utf-8");
    ck_assert_str_eq(header_of(a, "Cache-Control"), "public, max-age=60");
    ck_assert_str_eq(header_of(a, "Last-Modified"),
                     "Sun, 06 Nov 1994 08:49:37 GMT");
    ck_assert_str_eq(header_of(a, "X-Content-Type-Options"), "nosniff");
    ck_assert_str_eq(header_of(a, "Accept-Ranges"), "bytes");
    ck_assert_str_eq(header_of(a, "Vary"), "Accept-Encoding");
    ck_assert_int_eq(header_of(a, "ETag")[0], '"');
    ck_assert_str_eq(header_of(a, "Content-Encoding"), "");

    a = ask("HEAD", "/app.js", "");
    ck_assert_int_eq(status_of(a), 200);
    ck_assert_str_eq(header_of(a, "Content-Length"), "10");
    ck_assert_str_eq(body_of(a), "");
}
END_TEST

static const struct {
    const char *path;
    int status;
    const char *body; /* NULL: any */
} paths[] = {
    {"/", 200, "<p>home"},
    {"/index.html", 200, "<p>home"},
    {"/sub/", 200, "<p>sub"},
    {"/sub/x.css", 200, "x{}"},
    {"/%73ub/x%2ecss", 200, "x{}"},
    {"/a%20b.txt", 200, "spaced"},
    {"/a+b.txt", 404, NULL},
    {"/empty.txt", 200, ""},
    {"/in.css", 200, "x{}"},
    {"/none", 404, NULL},
    {"/bare/", 404, NULL},
    {"/app.js/", 404, NULL},
    {"/app.js/x", 404, NULL},
    {"/fifo", 404, NULL},
    /* Ways out. */
    {"/../outside.txt", 404, NULL},
    {"/sub/../../outside.txt", 404, NULL},
    {"/sub/../app.js", 404, NULL},
    {"/%2e%2e/outside.txt", 404, NULL},
    {"/..%2foutside.txt", 404, NULL},
    {"/sub%2fx.css", 404, NULL},
    {"/..%5coutside.txt", 404, NULL},
    {"/sub\\x.css", 404, NULL},
    {"/%00app.js", 404, NULL},
    {"/app.js%00.txt", 404, NULL},
    {"/%", 404, NULL},
    {"/%zz", 404, NULL},
    {"//app.js", 404, NULL},
    {"/sub//x.css", 404, NULL},
    {"/./app.js", 404, NULL},
    {"/.hidden", 404, NULL},
    {"/%2ehidden", 404, NULL},
    {"/.git/config", 404, NULL},
    {"/out.txt", 404, NULL},
    {"/up/outside.txt", 404, NULL},
    {"/up/site/app.js", 404, NULL},
    {"/etc/passwd", 404, NULL},
    {"//evil.example/sub", 404, NULL},
    {"/%5cevil.example", 404, NULL},
};

START_TEST(which_paths)
{
    struct answer *a = ask("GET", paths[_i].path, "");
    ck_assert_int_eq(status_of(a), paths[_i].status);
    if (paths[_i].body)
        ck_assert_str_eq(body_of(a), paths[_i].body);
}
END_TEST

START_TEST(long_paths)
{
    char path[3000] = "/";
    memset(path + 1, 'a', 600);
    ck_assert_int_eq(status_of(ask("GET", path, "")), 404);
    for (size_t i = 300; i < 900; i += 2)
        memcpy(path + i, "/a", 2);
    ck_assert_int_eq(status_of(ask("GET", path, "")), 404);
}
END_TEST

START_TEST(directories_end_in_a_slash)
{
    struct answer *a = ask("GET", "/sub?x=%2f%2fevil", "");
    ck_assert_int_eq(status_of(a), 301);
    ck_assert_str_eq(header_of(a, "Location"), "/sub/?x=%2f%2fevil");
    a = ask("GET", "/s%75b", "");
    ck_assert_str_eq(header_of(a, "Location"), "/s%75b/");
    a = ask("GET", "http://evil.example/sub", "");
    ck_assert_str_eq(header_of(a, "Location"), "/sub/");
}
END_TEST

START_TEST(methods)
{
    static const char *const others[] = {"POST", "PUT", "DELETE", "OPTIONS",
                                         "TRACE"};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        struct answer *a = ask(others[i], "/app.js", "");
        ck_assert_int_eq(status_of(a), 405);
        ck_assert_str_eq(header_of(a, "Allow"), "GET, HEAD");
    }
}
END_TEST

static int status_with(const char *path, const char *name, const char *value)
{
    char headers[1000];
    snprintf(headers, sizeof(headers), "%s: %s\r\n", name, value);
    return status_of(ask("GET", path, headers));
}

START_TEST(conditions)
{
    char etag[200], weak[210];
    copy_text(etag, sizeof(etag), header_of(ask("GET", "/app.js", ""), "ETag"));
    snprintf(weak, sizeof(weak), "\"x\", W/%s", etag);
    ck_assert_int_eq(status_with("/app.js", "If-None-Match", etag), 304);
    ck_assert_int_eq(status_with("/app.js", "If-None-Match", weak), 304);
    ck_assert_int_eq(status_with("/app.js", "If-None-Match", "*"), 304);
    ck_assert_int_eq(status_with("/app.js", "If-None-Match", "\"x\""), 200);
    ck_assert_int_eq(status_with("/index.html", "If-None-Match", etag), 200);
    static const char since[] = "If-Modified-Since";
    ck_assert_int_eq(
        status_with("/app.js", since, "Sun, 06 Nov 1994 08:49:37 GMT"), 304);
    ck_assert_int_eq(
        status_with("/app.js", since, "Sun, 06 Nov 1994 08:49:36 GMT"), 200);
    ck_assert_int_eq(status_with("/app.js", since, "yesterday"), 200);
    /* The tag says more than the date. */
    struct answer *a = ask("GET", "/app.js",
                           "If-None-Match: \"x\"\r\nIf-Modified-Since: "
                           "Sun, 06 Nov 1994 08:49:37 GMT\r\n");
    ck_assert_int_eq(status_of(a), 200);
    a = ask("GET", "/app.js", "If-None-Match: *\r\n");
    ck_assert_str_eq(header_of(a, "ETag"), etag);
    ck_assert_str_eq(header_of(a, "Cache-Control"), "public, max-age=60");
    ck_assert_str_eq(header_of(a, "Content-Length"), "");
    ck_assert_str_eq(body_of(a), "");
}
END_TEST

START_TEST(ranges)
{
    struct answer *a = ask("GET", "/app.js", "Range: bytes=2-4\r\n");
    ck_assert_int_eq(status_of(a), 206);
    ck_assert_str_eq(header_of(a, "Content-Range"), "bytes 2-4/10");
    ck_assert_str_eq(header_of(a, "Content-Length"), "3");
    ck_assert_str_eq(body_of(a), "234");
    a = ask("GET", "/app.js", "Range: bytes=-2\r\n");
    ck_assert_str_eq(body_of(a), "89");
    a = ask("GET", "/app.js", "Range: bytes=7-\r\n");
    ck_assert_str_eq(body_of(a), "789");

    a = ask("GET", "/app.js", "Range: bytes=10-\r\n");
    ck_assert_int_eq(status_of(a), 416);
    ck_assert_str_eq(header_of(a, "Content-Range"), "bytes */10");
    ck_assert_str_eq(body_of(a), "");
    a = ask("GET", "/app.js", "Range: bytes=0-1,3-4\r\n");
    ck_assert_int_eq(status_of(a), 200);
    a = ask("HEAD", "/app.js", "Range: bytes=2-4\r\n");
    ck_assert_int_eq(status_of(a), 200);
    ck_assert_str_eq(header_of(a, "Content-Length"), "10");
    /* Of the bytes as they are, whatever else the client takes. */
    a = ask("GET", "/long.txt",
            "Range: bytes=0-3\r\nAccept-Encoding: gzip\r\n");
    ck_assert_int_eq(status_of(a), 206);
    ck_assert_str_eq(body_of(a), "abcd");
    ck_assert_str_eq(header_of(a, "Content-Encoding"), "");
}
END_TEST

START_TEST(ranges_of_what_one_has)
{
    static const char format[] = "Range: bytes=2-4\r\nIf-Range";
    char etag[200], weak[210];
    copy_text(etag, sizeof(etag), header_of(ask("GET", "/app.js", ""), "ETag"));
    snprintf(weak, sizeof(weak), "W/%s", etag);
    ck_assert_int_eq(status_with("/app.js", format, etag), 206);
    ck_assert_int_eq(status_with("/app.js", format, weak), 200);
    ck_assert_int_eq(status_with("/app.js", format, "\"x\""), 200);
    ck_assert_int_eq(
        status_with("/app.js", format, "Sun, 06 Nov 1994 08:49:37 GMT"), 206);
    ck_assert_int_eq(
        status_with("/app.js", format, "Sun, 06 Nov 1994 08:49:38 GMT"), 200);
}
END_TEST

static void expect_gunzip(const char *p, size_t n, const char *expected)
{
    char out[8192];
    z_stream z = {.next_in = (unsigned char *)(uintptr_t)p,
                  .avail_in = (unsigned)n,
                  .next_out = (unsigned char *)out,
                  .avail_out = sizeof(out)};
    ck_assert_int_eq(inflateInit2(&z, 15 + 16), Z_OK);
    ck_assert_int_eq(inflate(&z, Z_FINISH), Z_STREAM_END);
    ck_assert_uint_eq(z.total_out, strlen(expected));
    ck_assert(memcmp(out, expected, strlen(expected)) == 0);
    ck_assert_uint_eq(z.avail_in, 0);
    inflateEnd(&z);
}

#define GZIP "Accept-Encoding: deflate, gzip\r\n"

START_TEST(gzipped)
{
    char plain[200], etag[200], none_match[300];
    copy_text(plain, sizeof(plain),
              header_of(ask("GET", "/long.txt", ""), "ETag"));
    for (int i = 0; i < 2; i++) {
        struct answer *a = ask("GET", "/long.txt", GZIP);
        ck_assert_int_eq(status_of(a), 200);
        ck_assert_str_eq(header_of(a, "Content-Encoding"), "gzip");
        ck_assert_str_eq(header_of(a, "Vary"), "Accept-Encoding");
        copy_text(etag, sizeof(etag), header_of(a, "ETag"));
        const char *body = body_of(a);
        size_t n = a->n - (size_t)(body - a->text);
        ck_assert_uint_lt(n, 100);
        ck_assert_uint_eq(strtoul(header_of(a, "Content-Length"), NULL, 10), n);
        expect_gunzip(body, n, text_1000);
    }
    ck_assert_str_ne(etag, plain);
    ck_assert_ptr_nonnull(strstr(etag, "-gz\""));
    snprintf(none_match, sizeof(none_match), GZIP "If-None-Match: %s\r\n",
             etag);
    ck_assert_int_eq(status_of(ask("GET", "/long.txt", none_match)), 304);
    snprintf(none_match, sizeof(none_match), GZIP "If-None-Match: %s\r\n",
             plain);
    ck_assert_int_eq(status_of(ask("GET", "/long.txt", none_match)), 200);

    /* Not when it is refused, when there is nothing to gain, nor when the
     * type says that somebody has done so already. */
    struct answer *a =
        ask("GET", "/long.txt", "Accept-Encoding: gzip;q=0, br\r\n");
    ck_assert_str_eq(body_of(a), text_1000);
    a = ask("GET", "/app.js", GZIP);
    ck_assert_str_eq(header_of(a, "Content-Encoding"), "");
    make_file("long.png", text_1000);
    a = ask("GET", "/long.png", GZIP);
    ck_assert_str_eq(header_of(a, "Content-Encoding"), "");
    ck_assert_str_eq(header_of(a, "Vary"), "");
    char noise[1000];
    uint32_t x = 1;
    for (size_t i = 0; i < sizeof(noise); i++)
        noise[i] = (char)((x = x * 1664525 + 1013904223) >> 24);
    make_file_n("noise.txt", noise, sizeof(noise));
    a = ask("HEAD", "/noise.txt", GZIP);
    ck_assert_str_eq(header_of(a, "Content-Encoding"), "");
    ck_assert_str_eq(header_of(a, "Content-Length"), "1000");
}
END_TEST

START_TEST(changes_are_seen)
{
    char before[200];
    copy_text(before, sizeof(before),
              header_of(ask("GET", "/app.js", GZIP), "ETag"));
    make_file("app.js", "9876543210");
    age("app.js", LONG_AGO + 1);
    struct answer *a = ask("GET", "/app.js", GZIP);
    ck_assert_str_eq(body_of(a), "9876543210");
    ck_assert_str_ne(header_of(a, "ETag"), before);
    /* Another file of the same time and size, as an installer moves it into
     * place. */
    char from[200], to[200];
    make_file("new.js", "abcdefghij");
    age("new.js", LONG_AGO + 1);
    path_of(from, sizeof(from), "new.js");
    path_of(to, sizeof(to), "app.js");
    ck_assert_int_eq(rename(from, to), 0);
    ck_assert_str_eq(body_of(ask("GET", "/app.js", "")), "abcdefghij");
    /* A file that is being written may change without a new time. */
    make_file("app.js", "one");
    age("app.js", time(NULL));
    ck_assert_str_eq(body_of(ask("GET", "/app.js", "")), "one");
    time_t now = time(NULL);
    make_file("app.js", "two");
    age("app.js", now);
    ck_assert_str_eq(body_of(ask("GET", "/app.js", "")), "two");
    ck_assert_int_eq(unlink(to), 0);
    ck_assert_int_eq(status_of(ask("GET", "/app.js", "")), 404);
}
END_TEST

#define LARGE (STATIC_CACHE_FILE_MAX + 100000)

/* Reads a response with n bytes of body at its end; how many came, and the
 * body's bytes. */
static size_t read_large(int fd, char *to, size_t max)
{
    size_t n = 0;
    for (int i = 0; i < 20000 && n < max; i++) {
        ssize_t r = recv(fd, to + n, max - n, 0);
        if (r == 0)
            break;
        if (r < 0)
            loop_turn(loop, 10);
        n += r > 0 ? (size_t)r : 0;
        if (n > 2 && memcmp(to + n - 2, "\r\n", 2) == 0)
            break;
    }
    return n;
}

START_TEST(large_files)
{
    char *content = malloc(LARGE), *got = malloc(LARGE + 1000);
    for (size_t i = 0; i < LARGE; i++)
        content[i] = (char)('a' + i % 19);
    memcpy(content + LARGE - 2, "\r\n", 2); /* where read_large() stops */
    make_file_n("large.txt", content, LARGE);
    static const char *const requests[] = {
        "GET /large.txt HTTP/1.1\r\n" HOST GZIP "\r\n",
        "GET /large.txt HTTP/1.1\r\n" HOST "Range: bytes=900000-\r\n\r\n",
    };
    static const size_t from[] = {0, 900000};
    int fd = connect_client();
    for (int i = 0; i < 2; i++) {
        send_text(fd, requests[i]);
        size_t n = 0;
        while (n < LARGE - from[i])
            n += read_large(fd, got + n, LARGE + 1000 - n);
        char *body = memmem(got, n, "\r\n\r\n", 4);
        ck_assert_ptr_nonnull(body);
        body += 4;
        ck_assert_uint_eq(n - (size_t)(body - got), LARGE - from[i]);
        ck_assert(memcmp(body, content + from[i], LARGE - from[i]) == 0);
    }
    close(fd);
    ck_assert_str_eq(header_of(ask("HEAD", "/large.txt", ""), "Content-Length"),
                     "1148576");
    free(content);
    free(got);
}
END_TEST

/* ---- For other handlers ---- */

static void request_named(void *user, struct http_exchange *x)
{
    static const char *const names[] = {"app.js", "../outside.txt", ".hidden",
                                        "sub",    "none",           ""};
    static size_t next;
    bool served = static_files_serve(files, x, str_z(names[next]),
                                     STR("\"4.8.1\""), STR("X-More: 1\r\n"));
    ck_assert_int_eq(served, next == 0);
    next++;
    if (!served)
        http_respond_status(x, 400);
}

START_TEST(named_files)
{
    static const struct http_handler handler = {.request = request_named};
    ck_assert_int_eq(http_server_mount(server, STR("/named"), &handler, NULL),
                     0);
    struct answer *a = ask("GET", "/named", "Range: bytes=1-2\r\n");
    ck_assert_int_eq(status_of(a), 200);
    ck_assert_str_eq(body_of(a), "0123456789");
    ck_assert_str_eq(header_of(a, "ETag"), "\"4.8.1\"");
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(status_of(ask("GET", "/named", "")), 400);
}
END_TEST

START_TEST(roots_that_are_none)
{
    struct static_files_options o = {.root = STR("/nonexistent/x"),
                                     .prefix = STR("/")};
    ck_assert_ptr_null(static_files_new(&o));
    ck_assert_int_eq(errno, ENOENT);
    o.root = STR("/etc/passwd");
    ck_assert_ptr_null(static_files_new(&o));
    ck_assert_int_eq(errno, ENOTDIR);
}
END_TEST

START_TEST(the_same_or_not)
{
    struct static_files_options o = {.root = str_z(root), .prefix = STR("/")};
    struct static_files *first = static_files_new(&o);
    char other[100];

    ck_assert_ptr_nonnull(first);
    ck_assert(static_files_same(first, &o));
    o.max_age = 1;
    ck_assert(!static_files_same(first, &o));
    o.max_age = 0;
    o.prefix = STR("/x/");
    ck_assert(!static_files_same(first, &o));
    o.prefix = STR("/");
    o.immutable = STR("a");
    ck_assert(!static_files_same(first, &o));
    o.immutable = STR("");
    o.fallback = STR("a");
    ck_assert(!static_files_same(first, &o));
    o.fallback = STR("");
    o.policy = STR("a");
    ck_assert(!static_files_same(first, &o));
    o.policy = STR("");
    o.root = str_z(top);
    ck_assert(!static_files_same(first, &o));
    /* The way to a folder does not matter, the folder does. */
    snprintf(other, sizeof(other), "%s/../site", root);
    o.root = str_z(other);
    ck_assert(static_files_same(first, &o));
    snprintf(other, sizeof(other), "%s/away", top);
    ck_assert_int_eq(rename(root, other), 0);
    o.root = str_z(root);
    ck_assert(!static_files_same(first, &o));
    ck_assert_int_eq(mkdir(root, 0755), 0);
    ck_assert(!static_files_same(first, &o));
    ck_assert_int_eq(rmdir(root), 0);
    ck_assert_int_eq(rename(other, root), 0);
    ck_assert(static_files_same(first, &o));
    mem_fail_after(0);
    ck_assert(!static_files_same(first, &o));
    mem_fail_after(-1);
    static_files_free(first);
}
END_TEST

START_TEST(out_of_memory)
{
    for (int n = 0; n < 60; n++) {
        int fd = connect_client();
        mem_fail_after(n);
        const char request[] = "GET /long.txt HTTP/1.1\r\n" HOST GZIP "\r\n";
        send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL);
        settle();
        mem_fail_after(-1);
        close(fd);
        settle();
    }
    ck_assert_int_eq(status_of(ask("GET", "/long.txt", GZIP)), 200);
}
END_TEST

/* ---- What the configuration says of pages ---- */

#define POLICY "default-src 'self'"

static struct static_files *pages;

static void request_pages(void *user, struct http_exchange *x)
{
    (void)user;
    static_files_handler.request(pages, x);
}

static void start_pages(void)
{
    static const struct http_handler handler = {.request = request_pages};
    struct static_files_options o = {
        .prefix = STR("/app/"),
        .immutable = STR("sub/"),
        .fallback = STR("index.html"),
        .policy = STR(POLICY),
    };

    start_files();
    o.root = str_z(root);
    pages = static_files_new(&o);
    ck_assert_ptr_nonnull(pages);
    ck_assert_int_eq(http_server_mount(server, STR("/app/"), &handler, NULL),
                     0);
}

static void stop_pages(void)
{
    static_files_free(pages);
    stop_files();
}

#define ACCEPT_PAGE "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n"

static const struct {
    const char *method, *path, *headers;
    int status;
} routes[] = {
    {"GET", "/app/match/17", ACCEPT_PAGE, 200},
    {"HEAD", "/app/match", ACCEPT_PAGE, 200},
    {"GET", "/app/v1.2/rules", ACCEPT_PAGE, 200},
    {"GET", "/app/match/", ACCEPT_PAGE, 200},
    {"GET", "/app/match", "", 404},
    {"GET", "/app/match", "Accept: */*\r\n", 404},
    {"GET", "/app/match", "Accept: image/webp, text/*\r\n", 404},
    {"GET", "/app/match", "Accept: text/html;q=0\r\n", 404},
    {"GET", "/app/match", "Accept: a/b\r\nAccept: TEXT/HTML\r\n", 200},
    {"GET", "/app/none.js", ACCEPT_PAGE, 404},
    {"GET", "/app/sub/none.css", ACCEPT_PAGE, 404},
    {"GET", "/app/.git", ACCEPT_PAGE, 404},
    {"POST", "/app/match", ACCEPT_PAGE, 405},
    {"GET", "/match", ACCEPT_PAGE, 404}, /* the files without a fallback */
};

START_TEST(routes_of_a_page)
{
    struct answer *a =
        ask(routes[_i].method, routes[_i].path, routes[_i].headers);
    ck_assert_int_eq(status_of(a), routes[_i].status);
    if (routes[_i].status != 200)
        return;
    ck_assert_str_eq(header_of(a, "Content-Type"), "text/html; charset=utf-8");
    ck_assert_str_eq(header_of(a, "Content-Length"), "7");
    ck_assert_ptr_nonnull(strstr(a->text, "\r\nVary: Accept\r\n"));
}
END_TEST

START_TEST(fallback_that_is_not_there)
{
    char path[200];
    path_of(path, sizeof(path), "index.html");
    ck_assert_int_eq(unlink(path), 0);
    struct answer *a = ask("GET", "/app/match", ACCEPT_PAGE);
    ck_assert_int_eq(status_of(a), 404);
}
END_TEST

START_TEST(headers_of_pages)
{
    char etag[100], condition[200];
    struct answer *a = ask("GET", "/app/", "");
    ck_assert_str_eq(header_of(a, "Content-Security-Policy"), POLICY);
    ck_assert_str_eq(header_of(a, "Referrer-Policy"), "same-origin");
    ck_assert_str_eq(header_of(a, "Cross-Origin-Opener-Policy"), "same-origin");
    ck_assert_str_eq(header_of(a, "Cache-Control"), "no-cache");
    copy_text(etag, sizeof(etag), header_of(a, "ETag"));
    snprintf(condition, sizeof(condition), ACCEPT_PAGE "If-None-Match: %s\r\n",
             etag);
    ck_assert_int_eq(status_of(ask("GET", "/app/", condition)), 304);
    ck_assert_int_eq(status_of(ask("GET", "/app/match", condition)), 304);

    /* Other types are no pages; and without a policy none is sent. */
    a = ask("GET", "/app/app.js", "");
    ck_assert_str_eq(header_of(a, "Content-Security-Policy"), "");
    ck_assert_str_eq(header_of(a, "Referrer-Policy"), "");
    a = ask("GET", "/index.html", "");
    ck_assert_str_eq(header_of(a, "Content-Security-Policy"), "");
    ck_assert_str_eq(header_of(a, "Referrer-Policy"), "same-origin");
}
END_TEST

START_TEST(files_that_never_change)
{
    struct answer *a = ask("GET", "/app/sub/x.css", "");
    ck_assert_str_eq(header_of(a, "Cache-Control"),
                     "public, max-age=31536000, immutable");
    a = ask("GET", "/app/app.js", "");
    ck_assert_str_eq(header_of(a, "Cache-Control"), "no-cache");
    /* It is the file that counts: a page in the place of one is none. */
    a = ask("GET", "/app/sub/none", ACCEPT_PAGE);
    ck_assert_int_eq(status_of(a), 200);
    ck_assert_str_eq(header_of(a, "Cache-Control"), "no-cache");
}
END_TEST

static Suite *static_suite(void)
{
    Suite *suite = suite_create("static_files");
    TCase *tc = tcase_create("files");
    tcase_add_checked_fixture(tc, start_files, stop_files);
    tcase_add_test(tc, one_file);
    tcase_add_loop_test(tc, which_paths, 0, sizeof(paths) / sizeof(paths[0]));
    tcase_add_test(tc, long_paths);
    tcase_add_test(tc, directories_end_in_a_slash);
    tcase_add_test(tc, methods);
    tcase_add_test(tc, conditions);
    tcase_add_test(tc, ranges);
    tcase_add_test(tc, ranges_of_what_one_has);
    tcase_add_test(tc, gzipped);
    tcase_add_test(tc, changes_are_seen);
    tcase_add_test(tc, large_files);
    tcase_add_test(tc, named_files);
    tcase_add_test(tc, roots_that_are_none);
    tcase_add_test(tc, the_same_or_not);
    tcase_add_test(tc, out_of_memory);
    suite_add_tcase(suite, tc);
    tc = tcase_create("pages");
    tcase_add_checked_fixture(tc, start_pages, stop_pages);
    tcase_add_loop_test(tc, routes_of_a_page, 0,
                        sizeof(routes) / sizeof(routes[0]));
    tcase_add_test(tc, fallback_that_is_not_there);
    tcase_add_test(tc, headers_of_pages);
    tcase_add_test(tc, files_that_never_change);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return unit_main(static_suite());
}
