/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "floor.h"
#include "proc.h"

/* An answer is copied until it fills this, so that one send carries many. */
enum { ANSWER_RUN = 512 << 10, COPIES_MAX = 256, RS = 0x1e };

#define CONNECT_PACKET "40{\"sid\":\"floor-00000000000000\"}"
#define GREETING       "42[\"auth\",{}]"

static const char open_format[] =
    "0{\"sid\":\"floor-%014d\",\"upgrades\":[],\"pingInterval\":%d,"
    "\"pingTimeout\":20000,\"maxPayload\":1000000}";

static const char switching[] = "HTTP/1.1 101 Switching Protocols\r\n"
                                "Upgrade: websocket\r\n"
                                "Connection: Upgrade\r\n"
                                "Sec-WebSocket-Accept: " FRAME_ACCEPT "\r\n"
                                "\r\n";

static const char poll_format[] = "HTTP/1.1 200 OK\r\n"
                                  "Content-Type: text/plain; charset=UTF-8\r\n"
                                  "Content-Length: %zu\r\n"
                                  "cache-control: no-store\r\n"
                                  "\r\n";

/* The events of the echo application: what comes, and what goes back. */
static const struct {
    const char *name;
    const char *answer;
    enum unit_kind kind;
} app_events[] = {
    {"[\"message\",", "[\"message-back\",", UNIT_ECHO},
    {"[\"message-with-ack\",", "[", UNIT_ECHO},
    {"[\"broadcast\",", "[\"broadcast-back\",", UNIT_CAST},
};

static bool begins(const void *data, size_t len, const char *words)
{
    return len >= strlen(words) && memcmp(data, words, strlen(words)) == 0;
}

static void append_words(struct bytes *b, const char *words)
{
    bytes_append(b, words, strlen(words));
}

static void append_frame(struct bytes *b, uint8_t opcode, const void *payload,
                         size_t len)
{
    uint8_t *frame = mem_new(FRAME_HEAD_MAX + len);

    bytes_append(b, frame, frame_write(frame, opcode, payload, len, NULL));
    mem_free(frame);
}

static void append_poll(struct bytes *b, const void *body, size_t len)
{
    char head[sizeof(poll_format) + 24];

    snprintf(head, sizeof(head), poll_format, len);
    append_words(b, head);
    bytes_append(b, body, len);
}

/* Appends the application's answer to an event packet. 0, or -1 when it is
 * none that the application knows. */
static int answer_packet(const uint8_t *packet, size_t len, struct bytes *b,
                         enum unit_kind *ret_kind)
{
    size_t id = begins(packet, len, "451-") ? 4 : 2;
    size_t at = id;

    if (!begins(packet, len, "42") && id != 4)
        return -1;
    while (at < len && isdigit(packet[at]))
        at++;
    for (size_t i = 0; i < sizeof(app_events) / sizeof(app_events[0]); i++) {
        const char *name = app_events[i].name;

        if (!begins(packet + at, len - at, name))
            continue;
        if (at > id) {
            append_words(b, "43");
            bytes_append(b, packet + id, at - id);
        } else {
            bytes_append(b, packet, at);
        }
        append_words(b, app_events[i].answer);
        at += strlen(name);
        bytes_append(b, packet + at, len - at);
        *ret_kind = app_events[i].kind;
        return 0;
    }
    return -1;
}

/* Two units are the same message when they begin alike and are as long; a
 * client uses one mask for one kind of message, and it is part of the head. */
static struct unit *unit_find(struct floor *floor, const struct unit *like)
{
    for (unsigned i = 0; i < floor->unit_count; i++) {
        struct unit *unit = floor->units[i];

        if (unit->length == like->length && unit->head_len == like->head_len &&
            memcmp(unit->head, like->head, like->head_len) == 0 &&
            unit->body_len == like->body_len &&
            (like->body_len == 0 ||
             memcmp(unit->body, like->body, like->body_len) == 0))
            return unit;
    }
    return NULL;
}

/* Keeps a new kind of message, like what is given, with its answer. */
static struct unit *unit_learn(struct floor *floor, const struct unit *like,
                               const struct bytes *answer)
{
    struct unit *unit;

    if (floor->unit_count == FLOOR_UNITS_MAX)
        return NULL;
    unit = mem_new(sizeof(*unit));
    *unit = *like;
    if (like->body_len > 0) {
        unit->body = mem_new(like->body_len);
        memcpy(unit->body, like->body, like->body_len);
    }
    if (answer->len > 0) {
        unit->answer_len = answer->len;
        unit->copies = ANSWER_RUN / answer->len;
        if (unit->copies > COPIES_MAX)
            unit->copies = COPIES_MAX;
        if (unit->copies == 0)
            unit->copies = 1;
        unit->answers = mem_new(unit->copies * answer->len);
        for (size_t i = 0; i < unit->copies; i++)
            memcpy(unit->answers + i * answer->len, answer->data, answer->len);
    }
    floor->units[floor->unit_count++] = unit;
    return unit;
}

/* The answer to a POST's body, as a whole poll response. */
static int answer_body(const uint8_t *body, size_t len, struct bytes *answer)
{
    static const char connected[] = CONNECT_PACKET "\x1e" GREETING;
    struct bytes packets = {0};
    enum unit_kind kind = UNIT_ECHO;
    int rc = 0;

    if (len == 2 && begins(body, len, "40")) {
        append_poll(answer, connected, sizeof(connected) - 1);
        return 0;
    }
    for (size_t at = 0; rc == 0 && at < len;) {
        const uint8_t *end = memchr(body + at, RS, len - at);
        size_t n = end != NULL ? (size_t)(end - body) - at : len - at;

        if (at > 0)
            append_words(&packets, "\x1e");
        rc = answer_packet(body + at, n, &packets, &kind);
        at += n + 1;
    }
    if (kind != UNIT_ECHO)
        rc = -1;
    if (rc == 0)
        append_poll(answer, packets.data, packets.len);
    bytes_free(&packets);
    return rc;
}

/* A polling request of a session. The whole of it is one unit. */
static int take_poll(struct floor *floor, struct conn *conn,
                     const uint8_t *body, size_t body_len, size_t length)
{
    bool post = body_len > 0;
    struct unit like = {.kind = post ? UNIT_POST : UNIT_GET,
                        .head_len = 4,
                        .body = (uint8_t *)(uintptr_t)body,
                        .body_len = body_len,
                        .length = length};
    struct bytes answer = {0};

    memcpy(like.head, post ? "POST" : "GET ", 4);
    conn->unit = unit_find(floor, &like);
    if (conn->unit == NULL) {
        if (!post || answer_body(body, body_len, &answer) == 0)
            conn->unit = unit_learn(floor, &like, &answer);
        bytes_free(&answer);
    }
    if (conn->unit == NULL)
        return -1;
    floor_answer(floor, conn);
    /* The handshake's post is said once. The next begins like it and has to be
     * read to be told apart; from then on they are all alike. */
    if (post && body_len == 2)
        conn->unit = NULL;
    return 0;
}

static void take_handshake(struct floor *floor, struct conn *conn,
                           bool websocket)
{
    char packet[sizeof(open_format) + 16];
    struct bytes out = {0};
    int len = snprintf(packet, sizeof(packet), open_format,
                       (int)(conn - floor->conns), FLOOR_PING_INTERVAL);

    if (websocket) {
        append_words(&out, switching);
        append_frame(&out, FRAME_TEXT, packet, (size_t)len);
        conn->websocket = true;
        floor_beat(floor, conn);
    } else {
        append_poll(&out, packet, (size_t)len);
        conn->polling = true;
    }
    floor_send(floor, conn, out.data, out.len);
    bytes_free(&out);
}

static ssize_t take_request(struct floor *floor, struct conn *conn,
                            const uint8_t *data, size_t len)
{
    const uint8_t *end = memmem(data, len, "\r\n\r\n", 4);
    const char *sid, *length;
    size_t head, body = 0;

    if (end == NULL)
        return 0;
    head = (size_t)(end - data) + 4;
    sid = memmem(data, head, "&sid=floor-", 11);
    length = memmem(data, head, "Content-Length: ", 16);
    if (begins(data, head, "POST ") && length != NULL)
        body = strtoul(length + 16, NULL, 10);
    if (body > FLOOR_COLD_MAX)
        return -1;
    if (len < head + body)
        return 0;
    if (sid == NULL) {
        take_handshake(floor, conn,
                       memmem(data, head, "=websocket", 10) != NULL);
        return (ssize_t)head;
    }
    if (body > 0) {
        unsigned long peer = strtoul(sid + 11, NULL, 10);

        if (peer >= floor->conn_max)
            return -1;
        conn->peer = (int32_t)peer;
    } else if (!conn->polling) {
        return -1;
    }
    if (take_poll(floor, conn, data + head, body, head + body) < 0)
        return -1;
    return (ssize_t)(head + body);
}

/* The frames that answer an event: one, and its attachment's if it has one. */
static int answer_event(const struct bytes *packet, const uint8_t *attachment,
                        const struct frame *frame, struct bytes *answer,
                        enum unit_kind *ret_kind)
{
    struct bytes text = {0};
    struct bytes binary = {0};
    int rc = answer_packet(packet->data, packet->len, &text, ret_kind);

    if (rc == 0) {
        append_frame(answer, FRAME_TEXT, text.data, text.len);
        if (attachment != NULL) {
            bytes_append(&binary, attachment, (size_t)frame->length);
            frame_mask(binary.data, binary.len, frame->mask);
            append_frame(answer, FRAME_BINARY, binary.data, binary.len);
        }
    }
    bytes_free(&text);
    bytes_free(&binary);
    return rc;
}

/* An event, whose text frame is as long as like: finds or learns its unit and
 * answers it. With a binary argument the attachment's frame belongs to it. */
static ssize_t take_event(struct floor *floor, struct conn *conn,
                          const uint8_t *data, size_t len, struct unit *like,
                          const struct bytes *packet)
{
    const uint8_t *attachment = NULL;
    struct bytes answer = {0};
    struct frame frame = {0};

    if (packet->data[1] == '5') {
        size_t next = like->length;
        int rc = frame_parse(data + next, len - next, &frame);

        if (rc <= 0)
            return rc;
        if (frame.opcode != FRAME_BINARY || frame.length > FLOOR_COLD_MAX)
            return -1;
        attachment = data + next + frame.head;
        like->length += frame.head + (size_t)frame.length;
        if (len < like->length)
            return 0;
    }
    conn->unit = unit_find(floor, like);
    if (conn->unit == NULL) {
        if (answer_event(packet, attachment, &frame, &answer, &like->kind) == 0)
            conn->unit = unit_learn(floor, like, &answer);
        bytes_free(&answer);
    }
    if (conn->unit == NULL)
        return -1;
    floor_answer(floor, conn);
    return (ssize_t)like->length;
}

/* Sends one or two packets as text frames, at once. */
static void send_packets(struct floor *floor, struct conn *conn,
                         const char *first, const char *second)
{
    struct bytes out = {0};

    append_frame(&out, FRAME_TEXT, first, strlen(first));
    if (second != NULL)
        append_frame(&out, FRAME_TEXT, second, strlen(second));
    floor_send(floor, conn, out.data, out.len);
    bytes_free(&out);
}

/* A packet that is there in full: the handshake's, or an event. */
static ssize_t take_packet(struct floor *floor, struct conn *conn,
                           const uint8_t *data, size_t len,
                           const struct frame *frame,
                           const struct bytes *packet)
{
    size_t whole = frame->head + (size_t)frame->length;
    const char *text = (const char *)packet->data;
    struct unit like = {.head_len = frame->head, .length = whole};
    char ack[32];

    if (packet->len == 2 && begins(text, 2, "40")) {
        send_packets(floor, conn, CONNECT_PACKET, GREETING);
        return (ssize_t)whole;
    }
    if ((packet->len == 2 && begins(text, 2, "41")) ||
        (packet->len == 1 && text[0] == '3'))
        return (ssize_t)whole;
    if (packet->len > 10 && begins(text, 2, "42") &&
        memmem(text, packet->len, "[\"join\",", 8) != NULL) {
        snprintf(ack, sizeof(ack), "43%lu[]", strtoul(text + 2, NULL, 10));
        floor_join(floor, conn);
        send_packets(floor, conn, ack, NULL);
        return (ssize_t)whole;
    }
    if (packet->len < 2)
        return -1;
    memcpy(like.head, data, frame->head);
    return take_event(floor, conn, data, len, &like, packet);
}

static ssize_t take_frame(struct floor *floor, struct conn *conn,
                          const uint8_t *data, size_t len)
{
    static const uint8_t closing[] = {0x80 | FRAME_CLOSE, 0};
    struct bytes packet = {0};
    struct frame frame;
    ssize_t n = frame_parse(data, len, &frame);

    if (n <= 0)
        return n;
    if (!frame.masked || frame.length > FLOOR_COLD_MAX)
        return -1;
    if (len < frame.head + frame.length)
        return 0;
    if (frame.opcode == FRAME_CLOSE) {
        floor_send(floor, conn, closing, sizeof(closing));
        return -1;
    }
    if (frame.opcode != FRAME_TEXT)
        return -1;
    bytes_append(&packet, data + frame.head, (size_t)frame.length);
    frame_mask(packet.data, packet.len, frame.mask);
    /* A number that ends the packet must not run on behind it. */
    bytes_append(&packet, "", 1);
    packet.len--;
    n = take_packet(floor, conn, data, len, &frame, &packet);
    bytes_free(&packet);
    return n;
}

ssize_t wire_take(struct floor *floor, struct conn *conn, const uint8_t *data,
                  size_t len)
{
    if (conn->websocket)
        return take_frame(floor, conn, data, len);
    return take_request(floor, conn, data, len);
}
