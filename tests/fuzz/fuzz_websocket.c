/* SPDX-License-Identifier: MIT */
/*
 * WebSocket frames. First byte: how many bytes come at a time. The messages
 * and the close code are the same whatever the pieces; a text is UTF-8 and
 * nothing is larger than the limit.
 */
#include "fuzz.h"

#include "base/buf.h"
#include "net/ws_parser.h"

#define MESSAGE_MAX 4096

/* Puts down what the parser says, so that two runs can be compared. */
static void note(struct buf *log, const struct ws_message *m)
{
    buf_append_char(log, (char)m->opcode);
    buf_append_u64(log, m->n);
    buf_append_char(log, ':');
    buf_append(log, m->p, m->n);
}

static void check_message(const struct ws_message *m)
{
    switch (m->opcode) {
    case WS_TEXT:
        assert(utf8_valid(m->p, m->n));
        /* fall through */
    case WS_BINARY:
        assert(m->n <= MESSAGE_MAX);
        return;
    case WS_CLOSE: {
        int code = ws_close_code(m->p, m->n);
        assert(code == WS_CODE_NONE || code <= -1000 ||
               (code >= 1000 && code < 5000));
        return;
    }
    case WS_PING:
    case WS_PONG:
        assert(m->n <= 125);
        return;
    case WS_COMPRESSED_TEXT:
    case WS_COMPRESSED_BINARY:
    case WS_CONTINUATION:
        break;
    }
    assert(!"a message of no kind");
}

/* Reads all of it as a stream would: what is left over is shown again with
 * more behind it. Returns the close code, or 0. */
static int read_all(struct str text, size_t step, struct buf *log)
{
    struct ws_parser parser;
    const struct ws_rules rules = {.max_message = MESSAGE_MAX};
    struct buf rest;
    int result = 0;

    ws_parser_init(&parser);
    buf_init(&rest, BUF_MAX);
    for (size_t at = 0; at < text.n && result >= 0;) {
        size_t n = text.n - at < step ? text.n - at : step;
        buf_append(&rest, text.p + at, n);
        at += n;
        do {
            size_t used = 0;
            struct ws_message m;
            char *copy = fuzz_copy(buf_str(&rest));
            result = ws_parse(&parser, &rules, copy, rest.n, &used, &m);
            assert(used <= rest.n);
            if (result > 0) {
                check_message(&m);
                note(log, &m);
            }
            /* What is left over has not been changed. */
            assert(result < 0 || used == rest.n ||
                   memcmp(copy + used, rest.p + used, rest.n - used) == 0);
            mem_free(copy);
            if (used > 0)
                buf_consume(&rest, used);
        } while (result > 0);
    }
    buf_free(&rest);
    ws_parser_free(&parser);
    return result < 0 ? result : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = fuzz_text(data, size);
    size_t step = (size_t)(fuzz_byte(&text) % 32) + 1;
    struct buf whole, pieces;
    long live = mem_live();

    buf_init(&whole, BUF_MAX);
    buf_init(&pieces, BUF_MAX);
    int expected = read_all(text, SIZE_MAX, &whole);
    int result = read_all(text, step, &pieces);
    assert(result == expected);
    assert(str_eq(buf_str(&whole), buf_str(&pieces)));
    buf_free(&whole);
    buf_free(&pieces);
    assert(mem_live() == live);
    return 0;
}
