/* SPDX-License-Identifier: MIT */
#include "net_unit.h"
#include "ws_unit.h"

#include <string.h>

#include "base/error.h"
#include "base/random.h"
#include "net/ws_deflate.h"

#define LENGTH(array) (sizeof(array) / sizeof(*(array)))
#define MAX_MESSAGE   100000
#define BYTES(text)   (text), sizeof(text) - 1

static struct loop *loop;
static struct ws_deflate_pool pool;
static struct ws_deflate_options options;
static long live;

static void setup(void)
{
    options = (struct ws_deflate_options){.enabled = true,
                                          .threshold = 10,
                                          .level = 6,
                                          .memory_level = 8,
                                          .memory = 100 << 20};
    live = mem_live();
    loop = loop_new();
    ws_deflate_pool_init(&pool, loop);
    ws_deflate_pool_change(&pool, &options);
}

static void teardown(void)
{
    ws_deflate_pool_free(&pool);
    ck_assert_uint_eq(pool.used, 0);
    loop_free(loop);
    ck_assert_int_eq(mem_live(), live);
}

/* Of a connection whose two sides agreed on the same. */
static struct ws_terms both(bool anew, uint8_t bits)
{
    uint8_t no = anew ? WS_BARE : 0;
    return (struct ws_terms){.values = {no, no, bits, bits}};
}

static struct ws_deflate *connection(bool anew, uint8_t bits)
{
    struct ws_terms terms = both(anew, bits);
    struct ws_deflate *deflate = ws_deflate_new(&pool, &terms);
    ck_assert_ptr_nonnull(deflate);
    return deflate;
}

/* ---- Reading ---- */

static int read_as(struct ws_deflate *deflate, enum ws_opcode opcode,
                   const char *p, size_t n, size_t max, struct buf *out)
{
    /* With nothing behind its last byte. */
    char *copy = malloc(n + !n);
    if (n > 0)
        memcpy(copy, p, n);
    struct ws_message m = {opcode, copy, n};
    int result = ws_deflate_read(deflate, &m, max, out);
    free(copy);
    return result;
}

static void expect_read(struct ws_deflate *deflate, const char *p, size_t n,
                        const char *plain, size_t plain_n)
{
    struct buf out;
    ck_assert_int_eq(
        read_as(deflate, WS_COMPRESSED_BINARY, p, n, MAX_MESSAGE, &out), 0);
    ck_assert_ptr_nonnull(out.p);
    ck_assert_uint_eq(out.n, plain_n);
    ck_assert_mem_eq(out.p, plain, plain_n);
    buf_free(&out);
}

static void expect_unread(struct ws_deflate *deflate, enum ws_opcode opcode,
                          const char *p, size_t n, int code)
{
    struct buf out;
    ck_assert_int_eq(read_as(deflate, opcode, p, n, MAX_MESSAGE, &out), -code);
    buf_free(&out);
}

#define HELLO      "\xf2\x48\xcd\xc9\xc9\x07\x00"
#define HELLO_MORE "\xf2\x00\x11\x00\x00" /* refers to the one before */

/* Section 7.2.3. */
START_TEST(the_examples_of_the_standard)
{
    static const struct {
        const char *p;
        size_t n;
    } rows[] = {
        {BYTES(HELLO)},
        {BYTES("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00")},
        {BYTES("\xf3\x48\xcd\xc9\xc9\x07\x00\x00")},
        {BYTES("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00")},
        /* Without the padding of a last block, which ws takes as well. */
        {BYTES("\xf3\x48\xcd\xc9\xc9\x07\x00")},
    };
    struct ws_deflate *deflate = connection(false, 0);
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < LENGTH(rows); i++)
            expect_read(deflate, rows[i].p, rows[i].n, BYTES("Hello"));
    expect_read(deflate, BYTES(HELLO_MORE), BYTES("Hello"));
    ws_deflate_free(deflate);
}
END_TEST

START_TEST(messages_without_bytes)
{
    struct ws_deflate *deflate = connection(false, 0);
    expect_read(deflate, BYTES(HELLO), BYTES("Hello"));
    expect_read(deflate, BYTES("\x00"), BYTES(""));
    expect_read(deflate, BYTES(""), BYTES(""));
    expect_read(deflate, BYTES("\x02\x00"), BYTES(""));
    expect_read(deflate, BYTES("\x03\x00"), BYTES(""));
    expect_read(deflate, BYTES(HELLO_MORE), BYTES("Hello"));
    ws_deflate_free(deflate);
}
END_TEST

START_TEST(contexts_are_taken_over_or_not)
{
    struct ws_deflate *kept = connection(false, 0);
    struct ws_deflate *anew = connection(true, 0);

    expect_read(kept, BYTES(HELLO), BYTES("Hello"));
    /* Nobody else's either. */
    expect_read(anew, BYTES(HELLO), BYTES("Hello"));
    expect_unread(anew, WS_COMPRESSED_BINARY, BYTES(HELLO_MORE),
                  WS_CODE_BAD_TEXT);
    expect_read(anew, BYTES(HELLO), BYTES("Hello"));
    expect_read(kept, BYTES(HELLO_MORE), BYTES("Hello"));
    /* A last block does not end a context. */
    expect_read(kept, BYTES("\xf3\x48\xcd\xc9\xc9\x07\x00\x00"),
                BYTES("Hello"));
    expect_read(kept, BYTES(HELLO_MORE), BYTES("Hello"));
    ws_deflate_free(kept);
    ws_deflate_free(anew);
}
END_TEST

START_TEST(what_is_no_message)
{
    static const struct {
        const char *p;
        size_t n;
    } rows[] = {
        {BYTES("\x07\x00")},         /* a block of no type */
        {BYTES("\xff\xff\xff")},     /* the same */
        {BYTES("Hello")},            /* not compressed */
        {BYTES("\xf2\x48")},         /* breaks off */
        {BYTES("\xf2\x48\xcd\xc9")}, /* the same */
        {BYTES("\x00\x05\x00\xfa\xff\x48\x65")},
        {BYTES("\x00\x05\x00\xfb\xff\x48\x65\x6c\x6c\x6f\x00")},
        {BYTES("\x00\xff\xff")}, /* swallows the tail */
        {BYTES(HELLO_MORE)},     /* refers to nothing */
        {BYTES("\xf3\x48\xcd\xc9\xc9\x07\x00\x07")},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct ws_deflate *deflate = connection(false, 0);
        expect_unread(deflate, WS_COMPRESSED_BINARY, rows[i].p, rows[i].n,
                      WS_CODE_BAD_TEXT);
        ws_deflate_free(deflate);
    }
}
END_TEST

/* A stored block of one byte is what it is. */
START_TEST(texts_are_checked)
{
    struct ws_deflate *deflate = connection(false, 0);
    expect_unread(deflate, WS_COMPRESSED_TEXT,
                  BYTES("\x00\x01\x00\xfe\xff\xff\x00"), WS_CODE_BAD_TEXT);
    expect_unread(deflate, WS_COMPRESSED_TEXT,
                  BYTES("\x00\x01\x00\xfe\xff\xc3\x00"), WS_CODE_BAD_TEXT);
    expect_read(deflate, BYTES("\x00\x01\x00\xfe\xff\xff\x00"), BYTES("\xff"));
    ws_deflate_free(deflate);
}
END_TEST

/* ---- Both ---- */

static struct slice *plain_frame(const char *p, size_t n, uint32_t *ret_at)
{
    struct buf b;
    buf_init(&b, BUF_MAX);
    buf_append_z(&b, "before it");
    *ret_at = (uint32_t)b.n;
    server_frame(&b, WS_BINARY, p, n);
    return buf_to_slice(&b);
}

/* NULL: it goes as it is. Where the frame begins is in *ret_at. */
static struct slice *pack(struct ws_deflate *deflate, const char *p, size_t n,
                          struct ws_shared *shared, uint32_t *ret_at)
{
    uint32_t at;
    struct slice *plain = plain_frame(p, n, &at);
    struct slice *small =
        ws_deflate_frame(deflate, plain, at, plain->n - at, shared, ret_at);
    slice_unref(plain);
    return small;
}

/* Compresses, and reads it as the peer would. False: it went as it is. */
static bool round_trip(struct ws_deflate *from, struct ws_deflate *to,
                       const char *p, size_t n, struct ws_shared *shared)
{
    struct ws_parser parser;
    struct ws_rules rules = {.max_message = 1 << 21, .may_compress = true};
    struct ws_message m = {.n = 0};
    struct buf out, masked;
    size_t used;
    uint32_t at;
    struct slice *small = pack(from, p, n, shared, &at);

    if (!small)
        return false;
    /* What is sent is what a client would, but for the mask. */
    ck_assert_int_eq((unsigned char)small->p[at], 0xc2);
    uint32_t header = small->n - at < 128 ? 2 : small->n - at < 65540 ? 4 : 10;
    buf_init(&masked, BUF_MAX);
    frame(&masked, 0xc2, small->p + at + header, small->n - at - header);
    ws_parser_init(&parser);
    ck_assert_int_eq(ws_parse(&parser, &rules, masked.p, masked.n, &used, &m),
                     1);
    ck_assert_uint_eq(used, masked.n);
    ck_assert(m.opcode == WS_COMPRESSED_BINARY && m.n < n);
    ck_assert_int_eq(ws_deflate_read(to, &m, n, &out), 0);
    ck_assert_uint_eq(out.n, n);
    ck_assert_mem_eq(out.p, p, n);
    buf_free(&out);
    buf_free(&masked);
    ws_parser_free(&parser);
    slice_unref(small);
    return true;
}

/* Repeats itself after 1000 bytes, and a little at once. */
static void fill(char *p, size_t n)
{
    random_bytes(p, n < 1000 ? n : 1000);
    for (size_t i = 0; i < n; i++)
        p[i] = i < 1000 ? (char)('a' + (p[i] & 7)) : p[i - 1000];
}

START_TEST(every_window_with_and_without_takeover)
{
    static const size_t sizes[] = {50, 125, 126, 300, 5000, 65535, 200000};
    static char p[200000];

    for (uint8_t bits = WS_BITS_MIN; bits <= WS_BITS_MAX; bits++) {
        for (int anew = 0; anew < 2; anew++) {
            struct ws_deflate *from = connection(anew, bits);
            struct ws_deflate *to = connection(anew, bits);
            for (size_t i = 0; i < LENGTH(sizes); i++) {
                fill(p, sizes[i]);
                ck_assert(round_trip(from, to, p, sizes[i], NULL));
                ck_assert(round_trip(from, to, p, sizes[i], NULL));
            }
            ws_deflate_free(from);
            ws_deflate_free(to);
        }
    }
}
END_TEST

START_TEST(a_context_makes_the_next_one_smaller)
{
    struct ws_deflate *kept = connection(false, 0);
    struct ws_deflate *anew = connection(true, 0);
    uint32_t first_at, at;
    char p[1000];

    fill(p, sizeof(p));
    struct slice *first = pack(kept, p, sizeof(p), NULL, &first_at);
    struct slice *second = pack(kept, p, sizeof(p), NULL, &at);
    ck_assert_uint_lt(second->n - at, 30);
    slice_unref(second);
    /* Told to forget, it says the same as the first time. */
    ws_deflate_forget(kept);
    second = pack(kept, p, sizeof(p), NULL, &at);
    ck_assert_uint_eq(second->n - at, first->n - first_at);
    slice_unref(second);
    for (int i = 0; i < 2; i++) {
        second = pack(anew, p, sizeof(p), NULL, &at);
        ck_assert_uint_eq(second->n - at, first->n - first_at);
        slice_unref(second);
    }
    slice_unref(first);
    ws_deflate_free(kept);
    ws_deflate_free(anew);
}
END_TEST

/* And what follows does not refer to it. */
START_TEST(what_gets_no_smaller_goes_as_it_is)
{
    struct ws_deflate *from = connection(false, 0);
    struct ws_deflate *to = connection(false, 0);
    char noise[5000], text[1000];

    for (int i = 0; i < 3; i++) {
        random_bytes(noise, sizeof(noise));
        fill(text, sizeof(text));
        ck_assert(round_trip(from, to, text, sizeof(text), NULL));
        ck_assert(!round_trip(from, to, noise, sizeof(noise), NULL));
        ck_assert(round_trip(from, to, text, sizeof(text), NULL));
    }
    ws_deflate_free(from);
    ws_deflate_free(to);
}
END_TEST

START_TEST(what_is_small_or_huge_is_not_wanted)
{
    struct ws_deflate *deflate = connection(false, 0);
    ck_assert(!ws_deflate_wants(deflate, 9));
    ck_assert(ws_deflate_wants(deflate, 10));
    ck_assert(ws_deflate_wants(deflate, WS_DEFLATE_MAX));
    ck_assert(!ws_deflate_wants(deflate, WS_DEFLATE_MAX + 1));
    options.enabled = false;
    ws_deflate_pool_change(&pool, &options);
    ck_assert(!ws_deflate_wants(deflate, 1000));
    ws_deflate_free(deflate);
}
END_TEST

/* ---- Sharing ---- */

START_TEST(a_broadcast_is_compressed_once)
{
    struct ws_deflate *a = connection(true, 0), *b = connection(true, 15);
    struct ws_deflate *narrow = connection(true, 9);
    struct ws_deflate *kept = connection(false, 0);
    struct ws_shared shared = {.bits = 0};
    struct slice *slices[4];
    uint32_t at[4];
    char p[1000];

    fill(p, sizeof(p));
    slices[0] = pack(kept, p, sizeof(p), &shared, &at[0]);
    ck_assert_uint_eq(shared.bits, 0);
    slices[1] = pack(a, p, sizeof(p), &shared, &at[1]);
    slices[2] = pack(b, p, sizeof(p), &shared, &at[2]);
    slices[3] = pack(narrow, p, sizeof(p), &shared, &at[3]);
    ck_assert_ptr_eq(slices[1], slices[2]);
    ck_assert_uint_eq(at[1], at[2]);
    ck_assert_ptr_ne(slices[0], slices[1]);
    ck_assert_ptr_ne(slices[1], slices[3]);
    ck_assert_uint_eq(slices[1]->refs, 3);
    for (int i = 0; i < 4; i++)
        slice_unref(slices[i]);
    ws_shared_free(&shared);

    /* Once in vain is enough, too. */
    random_bytes(p, sizeof(p));
    ck_assert_ptr_null(pack(a, p, sizeof(p), &shared, &at[0]));
    ck_assert(shared.bits == 15 && !shared.slice);
    ck_assert_ptr_null(pack(b, p, sizeof(p), &shared, &at[0]));
    ws_shared_free(&shared);
    ws_deflate_free(a);
    ws_deflate_free(b);
    ws_deflate_free(narrow);
    ws_deflate_free(kept);
}
END_TEST

/* ---- Memory ---- */

static char *bomb(size_t n, size_t *ret_n)
{
    struct ws_deflate *deflate = connection(true, 0);
    char *zeros = calloc(1, n);
    uint32_t at;
    struct slice *small = pack(deflate, zeros, n, NULL, &at);
    free(zeros);
    *ret_n = small->n - at - 4;
    char *p = malloc(*ret_n);
    memcpy(p, small->p + at + 4, *ret_n);
    slice_unref(small);
    ws_deflate_free(deflate);
    return p;
}

/* A thousand times what was sent, and no more memory than the limit. */
START_TEST(a_message_means_no_more_than_it_may)
{
    struct ws_deflate *deflate = connection(false, 0);
    size_t plain = 1000000, n;
    char *p = bomb(plain, &n);
    struct buf out;

    ck_assert_uint_lt(n, plain / 500);
    ck_assert_int_eq(read_as(deflate, WS_COMPRESSED_TEXT, p, n, plain, &out),
                     0);
    ck_assert_uint_eq(out.n, plain);
    buf_free(&out);
    ck_assert_int_eq(
        read_as(deflate, WS_COMPRESSED_TEXT, p, n, plain - 1, &out),
        -WS_CODE_TOO_BIG);
    ck_assert_uint_le(out.cap, plain);
    buf_free(&out);
    free(p);
    ws_deflate_free(deflate);
}
END_TEST

START_TEST(all_contexts_together_have_a_limit)
{
    struct ws_deflate *some[3], *peers[3];
    char p[1000];

    options.memory = 300000;
    ws_deflate_pool_change(&pool, &options);
    fill(p, sizeof(p));
    for (int i = 0; i < 3; i++) {
        some[i] = connection(false, 0);
        peers[i] = connection(false, 0);
    }
    ck_assert(round_trip(some[0], peers[0], p, sizeof(p), NULL));
    ck_assert(!round_trip(some[1], peers[1], p, sizeof(p), NULL));
    ck_assert_uint_gt(pool.used, 200000);
    /* What clients have compressed is read beyond it. */
    expect_read(some[2], BYTES(HELLO), BYTES("Hello"));

    /* What has rested makes room. */
    loop->timers.now += WS_DEFLATE_IDLE;
    ck_assert(round_trip(some[1], peers[1], p, sizeof(p), NULL));
    ck_assert(!round_trip(some[0], peers[0], p, sizeof(p), NULL));
    ck_assert(round_trip(some[1], peers[1], p, sizeof(p), NULL));
    loop->timers.now += WS_DEFLATE_IDLE;
    ck_assert(round_trip(some[0], peers[0], p, sizeof(p), NULL));

    /* And so does who goes. */
    ws_deflate_free(some[0]);
    ck_assert(round_trip(some[2], peers[2], p, sizeof(p), NULL));
    ws_deflate_free(some[1]);
    ws_deflate_free(some[2]);
    for (int i = 0; i < 3; i++)
        ws_deflate_free(peers[i]);
    ck_assert_uint_eq(pool.used, 0);
}
END_TEST

START_TEST(no_memory_at_all_is_no_compression)
{
    struct ws_deflate *deflate = connection(_i, 0);
    char p[1000];

    options.memory = 0;
    ws_deflate_pool_change(&pool, &options);
    fill(p, sizeof(p));
    ck_assert(!round_trip(deflate, deflate, p, sizeof(p), NULL));
    expect_read(deflate, BYTES(HELLO), BYTES("Hello"));
    ws_deflate_free(deflate);
}
END_TEST

/* Whatever cannot be had: it goes as it is, or the connection fails. */
START_TEST(survives_short_memory)
{
    struct ws_terms terms = both(_i, 0);
    struct buf out = {.p = NULL};
    bool done = false;
    char p[20000];

    fill(p, sizeof(p));
    for (long n = 0; !done; n++) {
        uint32_t at, small_at;
        struct slice *plain = plain_frame(p, sizeof(p), &at), *small = NULL;
        int result = ERR_NOMEM;
        mem_fail_after(n);
        struct ws_deflate *deflate = ws_deflate_new(&pool, &terms);
        if (deflate) {
            char hello[] = HELLO;
            struct ws_message m = {WS_COMPRESSED_TEXT, hello,
                                   sizeof(hello) - 1};
            small = ws_deflate_frame(deflate, plain, at, plain->n - at, NULL,
                                     &small_at);
            result = ws_deflate_read(deflate, &m, 100, &out);
            ck_assert(result == 0 || result == -WS_CODE_TOO_BIG);
            buf_free(&out);
        }
        mem_fail_after(-1);
        done = small && result == 0;
        ck_assert(!done || n > 6);
        slice_unref(small);
        slice_unref(plain);
        ws_deflate_free(deflate);
        ws_deflate_pool_free(&pool);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("net/ws_deflate");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_test(all, the_examples_of_the_standard);
    tcase_add_test(all, messages_without_bytes);
    tcase_add_test(all, contexts_are_taken_over_or_not);
    tcase_add_test(all, what_is_no_message);
    tcase_add_test(all, texts_are_checked);
    tcase_add_test(all, every_window_with_and_without_takeover);
    tcase_add_test(all, a_context_makes_the_next_one_smaller);
    tcase_add_test(all, what_gets_no_smaller_goes_as_it_is);
    tcase_add_test(all, what_is_small_or_huge_is_not_wanted);
    tcase_add_test(all, a_broadcast_is_compressed_once);
    tcase_add_test(all, a_message_means_no_more_than_it_may);
    tcase_add_test(all, all_contexts_together_have_a_limit);
    tcase_add_loop_test(all, no_memory_at_all_is_no_compression, 0, 2);
    tcase_add_loop_test(all, survives_short_memory, 0, 2);
    suite_add_tcase(suite, all);
    return unit_main(suite);
}
