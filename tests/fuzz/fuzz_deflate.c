/* SPDX-License-Identifier: MIT */
/*
 * Compressed WebSocket messages. First byte: what was agreed on, and how many
 * bytes come at a time; second: where the input is cut into two messages, which
 * a peer sends one after the other, or the offer that a handshake makes, when
 * that is 255. Whatever they mean is within the limit, a text is UTF-8, and
 * what is read comes through compressed again.
 */
#include "fuzz.h"

#include "net/loop.h"
#include "net/ws_deflate.h"

#define MESSAGE_MAX 4096
#define AN_OFFER    255

static struct ws_deflate_pool pool;

static void set_up(void)
{
    static const struct ws_deflate_options options = {
        .enabled = true, .level = 1, .memory_level = 1, .memory = 1 << 20};
    static struct loop loop;

    ws_deflate_pool_init(&pool, &loop);
    ws_deflate_pool_change(&pool, &options);
}

/* Whatever is agreed on can be said, and is acceptable to him who says it. */
static void choose(uint8_t own_bits, struct str offer)
{
    static struct http_head head;
    struct ws_terms own = {.values = {0, own_bits & 1, own_bits & 8 ? 10 : 0,
                                      own_bits & 16 ? 12 : 0}};
    struct ws_terms terms, again;
    struct buf out;

    head.header_count = 1;
    head.headers[0] =
        (struct http_header){STR("Sec-WebSocket-Extensions"), str_trim(offer)};
    if (ws_offer_choose(&head, &own, &terms) <= 0)
        return;
    assert(terms.values[WS_CLIENT_BITS] != WS_BARE);
    buf_init(&out, 1000);
    ws_terms_write(&terms, &out);
    struct str line = str_trim(str_of(out.p, out.n - 2));
    str_cut(&line, ':');
    head.headers[0].value = str_trim(line);
    assert(ws_offer_choose(&head, &own, &again) == 1);
    assert(memcmp(&terms.values, &again.values, sizeof(terms.values)) == 0);
    buf_free(&out);
}

/* Sends it back, to be read by whoever agreed on the same. */
static void send_back(struct ws_deflate *from, struct ws_deflate *to,
                      const struct buf *plain)
{
    struct buf frame, out;
    uint32_t at;

    buf_init(&frame, BUF_MAX);
    char *start = buf_reserve(&frame, WS_HEADER_MAX + plain->n);
    assert(start);
    buf_commit(&frame, WS_HEADER_MAX);
    buf_append(&frame, plain->p, plain->n);
    uint32_t header =
        ws_header_before(frame.p + WS_HEADER_MAX, WS_BINARY, plain->n);
    struct slice *whole = buf_to_slice(&frame);
    assert(whole);
    uint32_t begin = WS_HEADER_MAX - header;
    struct slice *small =
        ws_deflate_frame(from, whole, begin, whole->n - begin, NULL, &at);
    if (small) {
        uint32_t payload = at + ((small->p[at + 1] & 0x7f) < 126 ? 2 : 4);
        struct ws_message m = {WS_COMPRESSED_BINARY, small->p + payload,
                               small->n - payload};
        assert(m.n < plain->n);
        assert(ws_deflate_read(to, &m, MESSAGE_MAX, &out) == 0);
        assert(str_eq(buf_str(&out), buf_str(plain)));
        buf_free(&out);
    }
    slice_unref(small);
    slice_unref(whole);
}

/* 0, or why the connection failed. */
static int read_one(struct ws_deflate *deflate, struct ws_deflate *mirror,
                    enum ws_opcode opcode, struct str text)
{
    struct buf out;
    char *copy = fuzz_copy(text);
    struct ws_message m = {opcode, copy, text.n};
    int result = ws_deflate_read(deflate, &m, MESSAGE_MAX, &out);

    mem_free(copy);
    assert(result == 0 || result == -WS_CODE_BAD_TEXT ||
           result == -WS_CODE_TOO_BIG);
    assert(out.cap <= MESSAGE_MAX + 1);
    if (result == 0) {
        assert(out.p && out.n <= MESSAGE_MAX);
        assert(opcode != WS_COMPRESSED_TEXT || utf8_valid(out.p, out.n));
        send_back(deflate, mirror, &out);
    }
    buf_free(&out);
    return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = fuzz_text(data, size);
    uint8_t how = fuzz_byte(&text), cut = fuzz_byte(&text);
    uint8_t bits = (uint8_t)(WS_BITS_MIN + (how >> 5));
    uint8_t server = how & 1, client = (how >> 1) & 1;
    struct ws_terms terms = {.values = {server, client, bits, bits}};
    struct ws_terms mirrored = {.values = {client, server, bits, bits}};
    enum ws_opcode opcode = how & 4 ? WS_COMPRESSED_TEXT : WS_COMPRESSED_BINARY;
    long live = mem_live();

    if (cut == AN_OFFER) {
        choose(how, text);
        assert(mem_live() == live);
        return 0;
    }
    set_up();
    struct ws_deflate *deflate = ws_deflate_new(&pool, &terms);
    struct ws_deflate *mirror = ws_deflate_new(&pool, &mirrored);
    size_t n = cut < text.n ? cut : text.n;
    if (read_one(deflate, mirror, opcode, str_of(text.p, n)) == 0)
        read_one(deflate, mirror, opcode, str_of(text.p + n, text.n - n));
    ws_deflate_free(deflate);
    ws_deflate_free(mirror);
    ws_deflate_pool_free(&pool);
    assert(mem_live() == live);
    return 0;
}
