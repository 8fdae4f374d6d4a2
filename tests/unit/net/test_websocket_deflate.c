/* SPDX-License-Identifier: MIT */
#include "websocket_unit.h"

#include "base/error.h"

#define OFFER    "Sec-WebSocket-Extensions: permessage-deflate\r\n"
#define RSV1     0x40
#define TEXT_MAX 2000
#define HELLO    "\xf2\x48\xcd\xc9\xc9\x07\x00"

static struct ws_deflate_pool shared_pool;
static struct ws_deflate *peer; /* what the client has agreed to */
static char text[TEXT_MAX];

static void setup_pool(void)
{
    static const struct ws_deflate_options options = {.enabled = true,
                                                      .threshold = 10,
                                                      .level = 6,
                                                      .memory_level = 8,
                                                      .memory = 10 << 20};
    static const struct ws_terms terms;

    setup();
    ws_deflate_pool_init(&shared_pool, loop);
    ws_deflate_pool_change(&shared_pool, &options);
    pool = &shared_pool;
    peer = ws_deflate_new(pool, &terms);
    for (int i = 0; i < TEXT_MAX; i++)
        text[i] = (char)('a' + (i * i / 7) % 26);
}

static void teardown_pool(void)
{
    if (!owner.over) {
        websocket_abort(owner.ws);
        owner.over = true;
        settle(loop);
    }
    ws_deflate_free(peer);
    ws_deflate_pool_free(pool);
    teardown();
}

static void open_compressing(void)
{
    write_z(REQUEST("/", KEY VERSION OFFER));
    expect_z(ANSWER OFFER "\r\n");
    ck_assert_ptr_nonnull(owner.ws);
    ck_assert(websocket_may_compress(owner.ws));
}

static struct slice *frame_of(const char *p, size_t n)
{
    struct buf b;
    buf_init(&b, BUF_MAX);
    server_frame(&b, WS_TEXT, p, n);
    return buf_to_slice(&b);
}

/* A message as a client of this kind sends it, in `input`. */
static void compress_input(const char *p, size_t n)
{
    uint32_t at;
    struct slice *plain = frame_of(p, n);
    struct slice *small = ws_deflate_frame(peer, plain, 0, plain->n, NULL, &at);
    ck_assert_ptr_nonnull(small);
    size_t header = small->n - at < 128 ? 2 : 4;
    frame(&input, FIN | RSV1 | WS_TEXT, small->p + at + header,
          small->n - at - header);
    slice_unref(small);
    slice_unref(plain);
}

static int send_slice(struct slice *slice)
{
    ck_assert(websocket_compresses(owner.ws, slice->n));
    return websocket_send_compressed(owner.ws, slice, 0, slice->n, NULL);
}

static int send_compressed(const char *p, size_t n)
{
    struct slice *slice = frame_of(p, n);
    int result = send_slice(slice);
    slice_unref(slice);
    return result;
}

/* Of a server whose message is not empty. */
static void expect_compressed(const char *p, size_t n)
{
    unsigned char header[2], extended[2] = {0, 0};
    struct buf out;

    peer_read(loop, client, header, sizeof(header));
    ck_assert_int_eq(header[0], FIN | RSV1 | WS_TEXT);
    size_t length = header[1];
    if (length == 126) {
        peer_read(loop, client, extended, sizeof(extended));
        length = (size_t)extended[0] << 8 | extended[1];
    }
    ck_assert_uint_lt(length, n);
    char *payload = malloc(length);
    peer_read(loop, client, payload, length);
    struct ws_message m = {WS_COMPRESSED_TEXT, payload, length};
    ck_assert_int_eq(ws_deflate_read(peer, &m, n, &out), 0);
    ck_assert_uint_eq(out.n, n);
    ck_assert_mem_eq(out.p, p, n);
    buf_free(&out);
    free(payload);
}

/* Two messages, of which the second refers to the first, cut at each byte. */
START_TEST(messages_cut_at_each_byte)
{
    open_compressing();
    for (size_t cut = 0; cut <= input.n; cut++) {
        buf_clear(&input);
        compress_input(text, 300);
        compress_input(text, 300);
        if (cut > input.n)
            break;
        peer_write(loop, client, input.p, cut);
        settle(loop);
        peer_write(loop, client, input.p + cut, input.n - cut);
        TURN_UNTIL(loop, owner.messages == 2);
        owner.messages = 0;
        server_frame(&output, WS_TEXT, text, 300);
        server_frame(&output, WS_TEXT, text, 300);
        ck_assert_uint_eq(owner.got.n, output.n);
        ck_assert_mem_eq(owner.got.p, output.p, output.n);
        buf_clear(&output);
        buf_clear(&owner.got);
    }
}
END_TEST

START_TEST(messages_go_compressed)
{
    open_compressing();
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(send_compressed(text, TEXT_MAX), 0);
        expect_compressed(text, TEXT_MAX);
        /* One that goes as it is lies between. */
        send_frame(owner.ws, WS_TEXT, "x", 1, 0);
        expect_z("\x81\x01x");
    }
}
END_TEST

/* What the peer never sees is nothing to refer to. */
START_TEST(what_is_dropped_is_forgotten)
{
    open_compressing();
    ck_assert_int_eq(send_compressed(text, 500), 0);
    expect_compressed(text, 500);
    ck_assert_int_eq(send_compressed(text + 500, 1500), 0);
    websocket_cut(owner.ws);
    ck_assert_uint_eq(websocket_queued(owner.ws), 0);
    ck_assert_int_eq(send_compressed(text, TEXT_MAX), 0);
    expect_compressed(text, TEXT_MAX);
}
END_TEST

START_TEST(what_finds_no_room_is_forgotten)
{
    char *p = calloc(1, SEND_BUFFER);
    struct slice *filling = slice_new(p, SEND_BUFFER);
    open_compressing();
    ck_assert_int_eq(websocket_send(owner.ws, filling, 0, SEND_BUFFER), 0);
    ck_assert_int_eq(send_compressed(text, TEXT_MAX), ERR_BLOCKED);
    peer_read(loop, client, p, SEND_BUFFER);
    ck_assert_int_eq(send_compressed(text, TEXT_MAX), 0);
    expect_compressed(text, TEXT_MAX);
    slice_unref(filling);
    free(p);
}
END_TEST

START_TEST(nothing_is_compressed_once_it_closes)
{
    open_compressing();
    websocket_close(owner.ws, WS_CODE_NORMAL);
    struct slice *slice = frame_of(text, TEXT_MAX);
    ck_assert(!websocket_compresses(owner.ws, slice->n));
    ck_assert_int_eq(
        websocket_send_compressed(owner.ws, slice, 0, slice->n, NULL),
        ERR_CLOSED);
    slice_unref(slice);
    /* Nor read. */
    frame(&input, FIN | RSV1 | WS_TEXT, "\xff\xff", 2);
    close_frame(&input, false, WS_CODE_NORMAL);
    write_input();
    close_frame(&output, true, WS_CODE_NORMAL);
    expect_closed(WS_CODE_NORMAL);
    ck_assert_int_eq(owner.messages, 0);
}
END_TEST

/* From within the message. */
START_TEST(the_owner_may_end_it_at_once)
{
    open_compressing();
    owner.on_message = _i == 0 ? DO_ABORT : DO_CLOSE;
    compress_input(text, 300);
    compress_input(text, 300);
    write_input();
    TURN_UNTIL(loop, owner.messages == 1);
    settle(loop);
    ck_assert_int_eq(owner.messages, 1);
}
END_TEST

START_TEST(violations)
{
    static const struct {
        unsigned first;
        const char *payload;
        int code;
    } rows[] = {
        {FIN | RSV1 | WS_PING, "x", WS_CODE_PROTOCOL},
        {FIN | RSV1 | WS_PONG, "", WS_CODE_PROTOCOL},
        {FIN | RSV1 | WS_CLOSE, "\x03\xe8", WS_CODE_PROTOCOL},
        {FIN | RSV1 | WS_CONTINUATION, "x", WS_CODE_PROTOCOL},
        {FIN | RSV1 | 3, "x", WS_CODE_PROTOCOL},
        {FIN | 0x20 | WS_TEXT, "x", WS_CODE_PROTOCOL},
        {FIN | 0x60 | WS_TEXT, HELLO, WS_CODE_PROTOCOL},
        {FIN | RSV1 | WS_TEXT, "Hello", WS_CODE_BAD_TEXT},
    };
    open_compressing();
    frame_z(&input, rows[_i].first, rows[_i].payload);
    write_input();
    close_frame(&output, true, rows[_i].code);
    expect_closed(rows[_i].code);
    ck_assert_int_eq(owner.messages, 0);
}
END_TEST

START_TEST(a_bomb)
{
    char *p = calloc(1, MAX_MESSAGE + 1);
    open_compressing();
    compress_input(p, MAX_MESSAGE);
    compress_input(p, MAX_MESSAGE + 1);
    write_input();
    close_frame(&output, true, WS_CODE_TOO_BIG);
    expect_closed(WS_CODE_TOO_BIG);
    ck_assert_int_eq(owner.messages, 1);
    free(p);
}
END_TEST

START_TEST(offers_that_are_none)
{
    write_z(REQUEST("/", KEY VERSION
                    "Sec-WebSocket-Extensions: permessage-deflate; x\r\n"));
    TURN_UNTIL(loop, refusal != 0);
    ck_assert_int_eq(refusal, 400);
    owner.over = true;
}
END_TEST

/* Each allocation from the handshake to an echo. */
START_TEST(survives_short_memory)
{
    open_compressing();
    compress_input(text, 300);
    struct slice *slice = frame_of(text, 300);
    mem_fail_after(_i);
    write_input();
    for (int i = 0; i < 20; i++)
        loop_turn(loop, 0);
    if (!owner.over)
        send_slice(slice);
    for (int i = 0; i < 20; i++)
        loop_turn(loop, 0);
    mem_fail_after(-1);
    settle(loop);
    ck_assert(owner.over ? owner.code == WS_CODE_TOO_BIG ||
                               owner.code == WS_CODE_ABNORMAL
                         : owner.messages == 1);
    slice_unref(slice);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("net/websocket_deflate");
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup_pool, teardown_pool);
    tcase_add_test(tc, messages_cut_at_each_byte);
    tcase_add_test(tc, messages_go_compressed);
    tcase_add_test(tc, what_is_dropped_is_forgotten);
    tcase_add_test(tc, what_finds_no_room_is_forgotten);
    tcase_add_test(tc, nothing_is_compressed_once_it_closes);
    tcase_add_loop_test(tc, the_owner_may_end_it_at_once, 0, 2);
    tcase_add_loop_test(tc, violations, 0, 8);
    tcase_add_test(tc, a_bomb);
    tcase_add_test(tc, offers_that_are_none);
    tcase_add_loop_test(tc, survives_short_memory, 0, 20);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
