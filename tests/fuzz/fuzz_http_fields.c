/* SPDX-License-Identifier: MIT */
/*
 * What is read out of a request once its head is known: the query, escapes,
 * dates, ranges, lists, the Origin, the path of a file. The lines of the input
 * are those texts.
 */
#include "fuzz.h"

#include "base/arena.h"
#include "engineio/cors.h"
#include "net/http_fields.h"
#include "net/http_parser.h"
#include "net/static_path.h"

static void check_query(struct str query, struct str name)
{
    struct arena arena;
    arena_init(&arena, 4096);
    struct str value = http_query_get(&arena, query, name);
    assert(value.n <= query.n);
    arena_free(&arena);
}

static void check_escapes(struct str text)
{
    char *to = fuzz_copy(text);
    int n = http_percent_decode(to, text, true);
    assert(n <= (int)text.n);
    mem_free(to);
}

static void check_path(struct str text)
{
    char path[STATIC_PATH_MAX];
    int n = static_path_decode(text, path);
    if (n < 0)
        return;
    assert(n > 0 && n < STATIC_PATH_MAX && strlen(path) == (size_t)n);
    assert(path[0] != '/' && path[0] != '.');
    assert(!strstr(path, "/.") && !strstr(path, "//"));
}

static void check_range(struct str text)
{
    uint64_t first, end, size = text.n * 3;
    if (http_range_parse(text, size, &first, &end) == 1)
        assert(first < end && end <= size);
}

/* Whatever is reflected of a request is one header line at most. */
static void check_reflected(const struct buf *out)
{
    unsigned lines = 0;
    for (size_t i = 0; i < out->n; i++) {
        unsigned char c = (unsigned char)out->p[i];
        if (c == '\r')
            assert(i + 1 < out->n && out->p[i + 1] == '\n');
        else
            assert(c >= ' ' || c == '\t' || (c == '\n' && i > 0));
        lines += c == '\n';
    }
    assert(lines <= 8);
    assert(out->n == 0 || str_ends(buf_str(out), STR("\r\n")));
}

static void check_origin(struct str origin, struct str asked)
{
    static struct http_head head;
    const struct cors_options options = {
        .enabled = true, .reflect = true, .credentials = true, .max_age = 60};
    struct buf out;

    head.header_count = 3;
    head.headers[0] = (struct http_header){STR("Host"), STR("example.org")};
    head.headers[1] = (struct http_header){STR("Origin"), origin};
    head.headers[2] =
        (struct http_header){STR("Access-Control-Request-Headers"), asked};
    buf_init(&out, 65536);
    cors_headers(&options, &head, &out);
    cors_preflight_headers(&options, &head, &out);
    check_reflected(&out);
    if (cors_allows(&options, &head, false))
        assert(cors_origin_valid(origin));
    buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct http_head head;
    struct str rest = fuzz_text(data, size);
    struct str first = str_cut(&rest, '\n');
    int64_t seconds;

    check_query(first, STR("sid"));
    check_query(rest, first);
    check_escapes(first);
    check_path(first);
    check_range(first);
    check_origin(first, rest);
    if (http_date_parse(first, &seconds) == 0) {
        char text[HTTP_DATE_LENGTH];
        int64_t again;
        if (seconds >= 0) {
            http_date_format(text, seconds);
            assert(http_date_parse(str_of(text, sizeof(text)), &again) == 0);
            assert(again == seconds);
        }
    }
    http_etag_listed(first, STR("\"1-2-3\""));
    head.header_count = 1;
    head.headers[0] = (struct http_header){STR("Accept-Encoding"), first};
    http_accepts_coding(&head, STR("gzip"));
    return 0;
}
