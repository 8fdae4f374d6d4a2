/* SPDX-License-Identifier: MIT */
/*
 * The whole server, from sockets to events. The input is a list of steps with
 * the byte 0xff between them; a step is a letter and what follows it:
 *
 *   0 1 2    bytes, as they are, on that connection (opened when needed)
 *   a b c    a WebSocket text message on that connection, masked
 *   A B C    the same as a binary message
 *   p q r    the body of a POST to the session that was opened last
 *   g h i    a poll for it
 *   x y z    ends the connection: nothing or "c" closes, "h" only our half
 *   D        stops reading on all connections; E reads on
 *   t        so many tenths of a second pass
 *   m        after so many more allocations, one fails
 *
 * In the bytes of a step 0xfe stands for the session's id. A run must leave
 * nothing behind.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app.h"
#include "base/random.h"
#include "fuzz.h"

#define CONNECTIONS 3
#define STEPS_MAX   64
#define SEPARATOR   '\xff'
#define SID_MARK    '\xfe'

struct world {
    struct app app;
    int fds[CONNECTIONS]; /* -1: not open */
    char sid[RANDOM_SID_LENGTH];
    bool deaf;
};

static void end_connection(struct world *w, int which)
{
    if (w->fds[which] >= 0)
        close(w->fds[which]);
    w->fds[which] = -1;
}

/* Remembers the session that an answer has opened: the first "sid" that
 * follows an open packet's brace. */
static void find_sid(struct world *w, const char *p, size_t n)
{
    static const char mark[] = "0{\"sid\":\"";
    const char *at = memmem(p, n, mark, sizeof(mark) - 1);

    if (at == NULL)
        return;
    at += sizeof(mark) - 1;
    if ((size_t)(p + n - at) >= sizeof(w->sid))
        memcpy(w->sid, at, sizeof(w->sid));
}

static void read_answers(struct world *w)
{
    static char bytes[65536];

    for (int i = 0; i < CONNECTIONS; i++) {
        ssize_t n = 1;
        while (w->fds[i] >= 0 && n > 0) {
            n = recv(w->fds[i], bytes, sizeof(bytes), 0);
            if (n > 0)
                find_sid(w, bytes, (size_t)n);
            else if (n == 0 || (errno != EAGAIN && errno != EINTR))
                end_connection(w, i);
        }
    }
}

static void turn(struct world *w)
{
    app_turn(&w->app);
    if (!w->deaf)
        read_answers(w);
}

/* What the server does not take at once is lost: its other end is full. */
static void send_bytes(struct world *w, int which, struct str bytes)
{
    if (w->fds[which] < 0)
        w->fds[which] = app_connect(&w->app);
    if (bytes.n > 0)
        (void)!send(w->fds[which], bytes.p, bytes.n, MSG_NOSIGNAL);
    turn(w);
}

/* With the marks replaced by the session's id. */
static void append_step(const struct world *w, struct str text, struct buf *out)
{
    while (text.p) {
        buf_append_str(out, str_cut(&text, SID_MARK));
        if (text.p)
            buf_append(out, w->sid, sizeof(w->sid));
    }
}

static void send_frame(struct world *w, int which, int opcode, struct str text)
{
    const uint8_t mask[4] = {1, 2, 3, 4};
    struct buf payload, frame;

    buf_init(&payload, 65535);
    buf_init(&frame, 65536 + 8);
    append_step(w, text, &payload);
    if (payload.error == 0) {
        uint16_t n = (uint16_t)payload.n;
        buf_append_char(&frame, (char)(0x80 | opcode));
        buf_append_char(&frame, (char)(0x80 | (n < 126 ? n : 126)));
        if (n >= 126) {
            buf_append_char(&frame, (char)(n >> 8));
            buf_append_char(&frame, (char)n);
        }
        buf_append(&frame, mask, sizeof(mask));
        for (size_t i = 0; i < n; i++)
            buf_append_char(&frame, (char)(payload.p[i] ^ mask[i & 3]));
        send_bytes(w, which, buf_str(&frame));
    }
    buf_free(&payload);
    buf_free(&frame);
}

static void send_request(struct world *w, int which, bool post, struct str text)
{
    struct buf body, request;

    buf_init(&body, 65536);
    buf_init(&request, 131072);
    append_step(w, text, &body);
    buf_printf(&request,
               "%s /s/?EIO=4&transport=polling&sid=%.*s HTTP/1.1\r\n"
               "Host: x\r\n",
               post ? "POST" : "GET", (int)sizeof(w->sid), w->sid);
    if (post)
        buf_printf(&request, "Content-Length: %zu\r\n", body.n);
    buf_append_str(&request, STR("\r\n"));
    if (post)
        buf_append_str(&request, buf_str(&body));
    send_bytes(w, which, buf_str(&request));
    buf_free(&body);
    buf_free(&request);
}

static void send_raw(struct world *w, int which, struct str text)
{
    struct buf bytes;
    buf_init(&bytes, 131072);
    append_step(w, text, &bytes);
    send_bytes(w, which, buf_str(&bytes));
    buf_free(&bytes);
}

static void finish(struct world *w, int which, struct str text)
{
    if (w->fds[which] >= 0 && text.n > 0 && text.p[0] == 'h')
        shutdown(w->fds[which], SHUT_WR);
    else
        end_connection(w, which);
    turn(w);
}

/* Up to three digits. */
static int number(struct str text)
{
    int value = 0;
    for (size_t i = 0; i < text.n && i < 3 && isdigit(text.p[i]); i++)
        value = value * 10 + (text.p[i] - '0');
    return value;
}

static void pass_time(struct world *w, int tenths)
{
    app_advance(&w->app, tenths * 100);
    turn(w);
}

static void step(struct world *w, struct str text)
{
    char letter = (char)fuzz_byte(&text);

    if (letter >= '0' && letter < '0' + CONNECTIONS)
        send_raw(w, letter - '0', text);
    else if (letter >= 'a' && letter < 'a' + CONNECTIONS)
        send_frame(w, letter - 'a', 1, text);
    else if (letter >= 'A' && letter < 'A' + CONNECTIONS)
        send_frame(w, letter - 'A', 2, text);
    else if (letter >= 'p' && letter < 'p' + CONNECTIONS)
        send_request(w, letter - 'p', true, text);
    else if (letter >= 'g' && letter < 'g' + CONNECTIONS)
        send_request(w, letter - 'g', false, text);
    else if (letter >= 'x' && letter < 'x' + CONNECTIONS)
        finish(w, letter - 'x', text);
    else if (letter == 't')
        pass_time(w, number(text));
    else if (letter == 'm')
        mem_fail_after(number(text));
    else if (letter == 'D' || letter == 'E')
        w->deaf = letter == 'D';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str rest = fuzz_text(data, size);
    struct world w = {.fds = {-1, -1, -1}};
    long live = mem_live();

    memset(w.sid, 'x', sizeof(w.sid));
    app_start(&w.app);
    for (int i = 0; i < STEPS_MAX && rest.p && rest.n > 0; i++)
        step(&w, str_cut(&rest, SEPARATOR));
    mem_fail_after(-1);
    /* Nobody answers any more: all that waits for somebody gives up. */
    for (int i = 0; i < 8; i++)
        app_advance(&w.app, 10000);
    assert(eio_server_sessions(w.app.eio) == 0);
    assert(sio_server_clients(w.app.sio) == 0);
    for (int i = 0; i < CONNECTIONS; i++)
        end_connection(&w, i);
    app_turn(&w.app);
    app_stop(&w.app);
    assert(mem_live() == live);
    return 0;
}
