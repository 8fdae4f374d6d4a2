/* SPDX-License-Identifier: MIT */
/*
 * The chunked coding. First byte: how many bytes come at a time. The body is
 * the same whatever the pieces.
 */
#include "fuzz.h"

#include "base/buf.h"
#include "net/http_parser.h"

struct outcome {
    struct buf body;
    size_t used;
    int result;
};

static void read_all(struct outcome *o, struct str text, size_t step)
{
    struct http_chunks chunks;

    http_chunks_init(&chunks);
    buf_init(&o->body, BUF_MAX);
    o->used = 0;
    o->result = 0;
    while (o->result == 0 && o->used < text.n) {
        size_t left = text.n - o->used, used = 0;
        struct str piece = str_of(text.p + o->used, left < step ? left : step);
        struct str data = {NULL, 0};
        char *copy = fuzz_copy(piece);
        o->result = http_chunks_feed(&chunks, copy, piece.n, &used, &data);
        if (o->result >= 0) {
            assert(used <= piece.n && data.n <= used);
            assert(used > 0);
            assert(data.n == 0 ||
                   (data.p >= copy && data.p + data.n <= copy + piece.n));
            buf_append_str(&o->body, data);
            o->used += used;
        }
        mem_free(copy);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = fuzz_text(data, size);
    size_t step = (size_t)(fuzz_byte(&text) % 32) + 1;
    struct outcome whole, pieces;

    read_all(&whole, text, SIZE_MAX);
    read_all(&pieces, text, step);
    assert(whole.result == pieces.result);
    if (whole.result >= 0) {
        assert(whole.used == pieces.used);
        assert(str_eq(buf_str(&whole.body), buf_str(&pieces.body)));
    }
    buf_free(&whole.body);
    buf_free(&pieces.body);
    return 0;
}
