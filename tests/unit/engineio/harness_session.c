/* SPDX-License-Identifier: MIT */
/* Sessions and WebSocket frames, seen from the client. */
#include "harness.h"

#include <stdio.h>
#include <string.h>

void open_polling(void)
{
    unsigned opened = world.opened;
    struct answer a =
        ask("GET", "/engine.io/?EIO=4&transport=polling", "", NULL);
    ck_assert_int_eq(a.status, 200);
    ck_assert_uint_eq(world.opened, opened + 1);
}

const char *session_target(void)
{
    static char target[128];
    snprintf(target, sizeof(target),
             "/engine.io/?EIO=4&transport=polling&sid=%s", world.sid);
    return target;
}

struct answer poll_session(void)
{
    return ask("GET", session_target(), "", NULL);
}

struct answer push_session(const char *body)
{
    return ask("POST", session_target(), "", body);
}

struct client hold_poll(void)
{
    struct client c = client_open();
    client_request(&c, "GET", session_target(), "", NULL, 0);
    WAIT_UNTIL(eio_session_writable(world.session));
    return c;
}

void expect_gone(void)
{
    expect_answer(poll_session(), 400, UNKNOWN_SID);
}

int ws_connect(struct client *c, const char *target, const char *headers)
{
    char all[1024];
    snprintf(all, sizeof(all),
             "Connection: Upgrade\r\nUpgrade: websocket\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
             "Sec-WebSocket-Version: 13\r\n%s",
             headers);
    *c = client_open();
    client_request(c, "GET", target, all, NULL, 0);
    return client_answer(c, true).status;
}

struct client open_websocket(const char *query)
{
    struct client c;
    char target[256];
    snprintf(target, sizeof(target), "/engine.io/?EIO=4&transport=websocket%s",
             query);
    ck_assert_int_eq(ws_connect(&c, target, ""), 101);
    struct frame f = ws_read(&c);
    ck_assert_uint_eq(f.first, 0x81);
    ck_assert_int_eq(f.p[0], '0');
    return c;
}

void ws_frame(struct client *c, unsigned first, const void *p, size_t n)
{
    static const unsigned char mask[4] = {1, 2, 3, 4};
    unsigned char *frame = malloc(n + 14);
    size_t at = 2;
    frame[0] = (unsigned char)first;
    if (n < 126) {
        frame[1] = (unsigned char)(0x80 | n);
    } else if (n < 65536) {
        frame[1] = 0x80 | 126;
        frame[at++] = (unsigned char)(n >> 8);
        frame[at++] = (unsigned char)n;
    } else {
        frame[1] = 0x80 | 127;
        for (int shift = 56; shift >= 0; shift -= 8)
            frame[at++] = (unsigned char)((uint64_t)n >> shift);
    }
    memcpy(frame + at, mask, sizeof(mask));
    at += sizeof(mask);
    for (size_t i = 0; i < n; i++)
        frame[at + i] = ((const unsigned char *)p)[i] ^ mask[i % 4];
    client_write(c, frame, at + n);
    free(frame);
}

void ws_text(struct client *c, const char *text)
{
    ws_frame(c, 0x81, text, strlen(text));
}

struct frame ws_read(struct client *c)
{
    const unsigned char *p = (unsigned char *)client_take(c, 2);
    struct frame f = {.first = p[0]};
    ck_assert_uint_eq(p[1] & 0x80, 0);
    f.n = p[1];
    if (f.n >= 126) {
        size_t length = f.n == 126 ? 2 : 8;
        p = (unsigned char *)client_take(c, length);
        f.n = 0;
        for (size_t i = 0; i < length; i++)
            f.n = f.n << 8 | p[i];
    }
    f.p = client_take(c, f.n);
    return f;
}

void ws_expect(struct client *c, const char *text)
{
    struct frame f = ws_read(c);
    ck_assert_uint_eq(f.first, 0x81);
    ck_assert_str_eq(f.p, text);
}

void ws_expect_binary(struct client *c, const void *p, size_t n)
{
    struct frame f = ws_read(c);
    ck_assert_uint_eq(f.first, 0x82);
    ck_assert_uint_eq(f.n, n);
    if (n > 0)
        ck_assert_mem_eq(f.p, p, n);
}

void ws_expect_close(struct client *c, unsigned code)
{
    struct frame f = ws_read(c);
    char reply[2] = {(char)(code >> 8), (char)code};
    ck_assert_uint_eq(f.first, 0x88);
    ck_assert_uint_eq(f.n, code ? 2 : 0);
    if (code)
        ck_assert_mem_eq(f.p, reply, 2);
    ws_frame(c, 0x88, reply, f.n);
    client_expect_end(c);
}
