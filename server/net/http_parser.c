/* SPDX-License-Identifier: MIT */
#include "net/http_parser.h"

#include "base/error.h"

/* How many empty lines may stand in front of a request. One is what old
 * clients send behind a POST; a client that sends many wastes our time. */
#define EMPTY_LINES_MAX 4

/* What a byte may be part of. */
enum byte_kind {
    TOKEN = 1,  /* methods and header names (RFC 9110, 5.6.2) */
    VALUE = 2,  /* header values: no control characters but the tab */
    TARGET = 4, /* request targets: visible ASCII without "#" */
    HOST = 8,   /* Host: name or address, and port */
};

/* clang-format off */
static const uint8_t kinds[256] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    2, 15, 6, 3, 15, 15, 15, 15, 14, 14, 15, 15, 14, 15, 15, 6,
    15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 14, 14, 6, 14, 6, 6,
    6, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15,
    15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 14, 6, 14, 7, 15,
    7, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15,
    15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 6, 7, 6, 15, 0,
    2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
    2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
    2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
    2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
    2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
    2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
    2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
    2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
};
/* clang-format on */

/* Where we are in the head, and what was seen of the headers that decide how
 * the message goes on. */
struct input {
    const char *p;
    const char *end;
    int status;           /* with ERR_SYNTAX: the answer that is due */
    struct str authority; /* of an absolute target */
    struct str *host;     /* value of the Host header */
    bool host_repeated;
    bool connection_close;
    bool connection_keep_alive;
    bool connection_upgrade;
    bool upgrade;
    bool expect_unknown;
};

static bool is_kind(char c, enum byte_kind kind)
{
    return (kinds[(unsigned char)c] & kind) != 0;
}

static bool all_of_kind(struct str s, enum byte_kind kind)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!is_kind(s.p[i], kind))
            return false;
    }
    return true;
}

static int refuse(struct input *in, int status)
{
    in->status = status;
    return ERR_SYNTAX;
}

/* Reads bytes of one kind up to `stop`, which is used up too. */
static int read_until(struct input *in, enum byte_kind kind, char stop,
                      struct str *ret_text)
{
    const char *start = in->p;
    const char *p = start;

    while (p < in->end && is_kind(*p, kind))
        p++;
    if (p == in->end)
        return ERR_AGAIN;
    if (*p != stop || p == start)
        return refuse(in, 400);
    *ret_text = str_of(start, (size_t)(p - start));
    in->p = p + 1;
    return 0;
}

static int read_line_end(struct input *in)
{
    if (in->p < in->end && in->p[0] != '\r')
        return refuse(in, 400);
    if (in->end - in->p < 2)
        return ERR_AGAIN;
    if (in->p[1] != '\n')
        return refuse(in, 400);
    in->p += 2;
    return 0;
}

static int skip_empty_lines(struct input *in)
{
    for (int i = 0; in->p < in->end && (*in->p == '\r' || *in->p == '\n');
         i++) {
        int result = i < EMPTY_LINES_MAX ? read_line_end(in) : refuse(in, 400);
        if (result < 0)
            return result;
    }
    return 0;
}

/*
 * Whether the empty line that ends the head is there, looking only at bytes
 * from `from` on. Cheap, for heads that arrive in pieces: a full parse is
 * worth while only when the end is known to be there.
 */
static int find_head_end(struct input *in, const char *from)
{
    for (const char *p = from;
         p < in->end && (p = memchr(p, '\n', (size_t)(in->end - p))) != NULL;
         p++) {
        if (p == in->p || p[-1] != '\r')
            return refuse(in, 400);
        if (p - in->p >= 2 && p[-2] == '\n')
            return 0;
    }
    return ERR_AGAIN;
}

static enum http_method method_of(struct str text)
{
    static const struct {
        struct str text;
        enum http_method method;
    } methods[] = {
        {{"GET", 3}, HTTP_GET},       {{"POST", 4}, HTTP_POST},
        {{"HEAD", 4}, HTTP_HEAD},     {{"OPTIONS", 7}, HTTP_OPTIONS},
        {{"PUT", 3}, HTTP_PUT},       {{"PATCH", 5}, HTTP_PATCH},
        {{"DELETE", 6}, HTTP_DELETE},
    };
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        if (str_eq(methods[i].text, text))
            return methods[i].method;
    }
    return HTTP_OTHER_METHOD;
}

/* "HTTP/" digit "." digit and the line's end, byte by byte, so that garbage
 * is refused as soon as it is seen. */
static int read_version(struct input *in, struct http_head *head)
{
    static const char form[] = "HTTP/0.0\r\n";
    size_t have = (size_t)(in->end - in->p);

    for (size_t i = 0; i < sizeof(form) - 1; i++) {
        if (i == have)
            return ERR_AGAIN;
        bool digit = form[i] == '0' && in->p[i] >= '0' && in->p[i] <= '9';
        if (!digit && in->p[i] != form[i])
            return refuse(in, 400);
    }
    if (in->p[5] != '1')
        return refuse(in, 505);
    /* A later minor version is read as the highest we know (RFC 9110, 2.5).
     */
    head->minor = in->p[7] == '0' ? 0 : 1;
    in->p += sizeof(form) - 1;
    return 0;
}

/* Cuts "http://authority" off an absolute target (RFC 9112, 3.2.2). */
static int cut_authority(struct input *in, struct str *target)
{
    static const struct str schemes[] = {{"http://", 7}, {"https://", 8}};
    struct str rest = {NULL, 0};

    for (size_t i = 0; i < 2 && rest.p == NULL; i++) {
        size_t n = schemes[i].n;
        if (target->n > n && str_eq_nocase(str_of(target->p, n), schemes[i]))
            rest = str_of(target->p + n, target->n - n);
    }
    size_t n = 0;
    while (n < rest.n && is_kind(rest.p[n], HOST))
        n++;
    if (n == 0 || (n < rest.n && rest.p[n] != '/' && rest.p[n] != '?'))
        return refuse(in, 400);
    in->authority = str_of(rest.p, n);
    *target = str_of(rest.p + n, rest.n - n);
    return 0;
}

static int split_target(struct input *in, struct http_head *head)
{
    struct str rest = head->target;

    if (rest.p[0] != '/') {
        bool asterisk = str_eq(rest, STR("*"));
        if (asterisk && head->method != HTTP_OPTIONS)
            return refuse(in, 400);
        if (!asterisk && cut_authority(in, &rest) < 0)
            return ERR_SYNTAX;
    }
    if (rest.n == 0)
        rest = STR("/");
    head->target = rest;
    head->path = str_cut(&rest, '?');
    if (head->path.n == 0)
        head->path = STR("/");
    head->query = rest;
    return 0;
}

static int read_request_line(struct input *in, struct http_head *head)
{
    int result = read_until(in, TOKEN, ' ', &head->method_text);
    if (result == 0)
        result = read_until(in, TARGET, ' ', &head->target);
    if (result == 0)
        result = read_version(in, head);
    if (result < 0)
        return result;
    head->method = method_of(head->method_text);
    return split_target(in, head);
}

/*
 * The end of a header's value: the first byte that cannot be in one. Eight
 * bytes at a time while none of them is a control character; values are most
 * of what a browser sends.
 */
static const char *value_end(const char *p, const char *end)
{
    const uint64_t ones = 0x0101010101010101;

    while (end - p >= 8) {
        uint64_t x;
        memcpy(&x, p, 8);
        uint64_t below_space = (x - ones * 0x20) & ~x;
        uint64_t del = x ^ (ones * 0x7f);
        uint64_t is_del = (del - ones) & ~del;
        if ((below_space | is_del) & (ones * 0x80))
            break;
        p += 8;
    }
    while (p < end && is_kind(*p, VALUE))
        p++;
    return p;
}

static bool list_has(struct str list, struct str token)
{
    while (list.p) {
        if (str_eq_nocase(str_trim(str_cut(&list, ',')), token))
            return true;
    }
    return false;
}

static int note_length(struct input *in, struct http_head *head,
                       struct str value)
{
    if (head->has_length || str_to_u64(value, &head->length) < 0)
        return refuse(in, 400);
    head->has_length = true;
    return 0;
}

static int note_coding(struct input *in, struct http_head *head,
                       struct str value)
{
    if (head->chunked)
        return refuse(in, 400);
    if (!str_eq_nocase(value, STR("chunked")))
        return refuse(in, 501);
    head->chunked = true;
    return 0;
}

static void note_connection(struct input *in, struct str value)
{
    in->connection_close |= list_has(value, STR("close"));
    in->connection_keep_alive |= list_has(value, STR("keep-alive"));
    in->connection_upgrade |= list_has(value, STR("upgrade"));
}

static void note_expect(struct input *in, struct http_head *head,
                        struct str value)
{
    if (str_eq_nocase(value, STR("100-continue")))
        head->expect_continue = true;
    else
        in->expect_unknown = true;
}

/* Remembers the headers that say how the message goes on; told apart by
 * length first, which settles nearly all of the others. */
static int note_header(struct input *in, struct http_head *head,
                       struct http_header *header)
{
    struct str name = header->name, value = header->value;

    switch (name.n) {
    case 4:
        if (str_eq_nocase(name, STR("host"))) {
            in->host_repeated = in->host != NULL;
            in->host = &header->value;
        }
        return in->host_repeated ? refuse(in, 400) : 0;
    case 6:
        if (str_eq_nocase(name, STR("expect")))
            note_expect(in, head, value);
        return 0;
    case 7:
        if (str_eq_nocase(name, STR("upgrade")))
            in->upgrade = value.n > 0;
        return 0;
    case 10:
        if (str_eq_nocase(name, STR("connection")))
            note_connection(in, value);
        return 0;
    case 14:
        if (str_eq_nocase(name, STR("content-length")))
            return note_length(in, head, value);
        return 0;
    case 17:
        if (str_eq_nocase(name, STR("transfer-encoding")))
            return note_coding(in, head, value);
        return 0;
    default:
        return 0;
    }
}

static int read_header(struct input *in, struct http_head *head)
{
    struct str name;
    int result = read_until(in, TOKEN, ':', &name);
    if (result < 0)
        return result;

    const char *start = in->p;
    in->p = value_end(start, in->end);
    struct str value = str_of(start, (size_t)(in->p - start));
    result = read_line_end(in);
    if (result < 0)
        return result;

    if (head->header_count == HTTP_HEADERS_MAX)
        return refuse(in, 431);
    struct http_header *header = &head->headers[head->header_count++];
    header->name = name;
    header->value = str_trim(value);
    return note_header(in, head, header);
}

/* What the headers mean together. */
static int conclude(struct input *in, struct http_head *head)
{
    if (in->host == NULL && head->minor == 1)
        return refuse(in, 400);
    if (in->host && !all_of_kind(*in->host, HOST))
        return refuse(in, 400);
    if (in->host && in->authority.n)
        *in->host = in->authority;
    /* HTTP/1.0 knows no transfer codings: a proxy in between may have read
     * another body than we would (RFC 9112, 6.1). */
    if (head->chunked && (head->has_length || head->minor == 0))
        return refuse(in, 400);
    if (in->expect_unknown)
        return refuse(in, 417);
    if (head->minor == 0)
        head->expect_continue = false;

    head->keep_alive = !in->connection_close &&
                       (head->minor == 1 || in->connection_keep_alive);
    head->upgrade = head->minor == 1 && in->connection_upgrade && in->upgrade;
    return 0;
}

static int read_head(struct input *in, struct http_head *head)
{
    int result = read_request_line(in, head);
    while (result == 0 && !(in->p < in->end && *in->p == '\r'))
        result = in->p < in->end ? read_header(in, head) : ERR_AGAIN;
    if (result == 0)
        result = read_line_end(in);
    if (result == 0)
        result = conclude(in, head);
    return result;
}

static void clear_head(struct http_head *head)
{
    /* Field by field: the array of headers is large and need not be clean. */
    head->keep_alive = false;
    head->chunked = false;
    head->expect_continue = false;
    head->upgrade = false;
    head->has_length = false;
    head->length = 0;
    head->header_count = 0;
}

int http_parse_head(const char *p, size_t n, size_t seen, size_t limit,
                    struct http_head *ret_head, int *ret_status)
{
    struct input in = {.p = p, .end = p + (n < limit ? n : limit)};

    clear_head(ret_head);
    int result = skip_empty_lines(&in);
    const char *start = in.p;
    if (result == 0 && seen > 0) {
        const char *from = p + (seen < n ? seen : n);
        result = find_head_end(&in, from > start ? from : start);
    }
    if (result == 0)
        result = read_head(&in, ret_head);

    if (result == ERR_AGAIN && n >= limit) {
        bool line = memchr(start, '\n', (size_t)(in.end - start)) != NULL;
        result = refuse(&in, line ? 431 : 414);
    }
    if (result == ERR_SYNTAX)
        *ret_status = in.status;
    return result < 0 ? result : (int)(in.p - p);
}

struct str http_header_get(const struct http_head *head, struct str name)
{
    for (uint32_t i = 0; i < head->header_count; i++) {
        if (str_eq_nocase(head->headers[i].name, name))
            return head->headers[i].value;
    }
    return (struct str){NULL, 0};
}

bool http_is_token(struct str s)
{
    return s.n > 0 && all_of_kind(s, TOKEN);
}

bool http_header_has_token(const struct http_head *head, struct str name,
                           struct str token)
{
    for (uint32_t i = 0; i < head->header_count; i++) {
        if (str_eq_nocase(head->headers[i].name, name) &&
            list_has(head->headers[i].value, token))
            return true;
    }
    return false;
}
