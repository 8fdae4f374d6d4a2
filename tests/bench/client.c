/* SPDX-License-Identifier: MIT */
#include "client.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "frame.h"
#include "proc.h"

enum { RS = 0x1e, SHOWN = 100 };

static const uint8_t words_mask[4] = {0x11, 0x22, 0x33, 0x44};

static bool begins(const uint8_t *data, size_t len, const char *words)
{
    return len >= strlen(words) && memcmp(data, words, strlen(words)) == 0;
}

void client_fail(struct client *client, const char *why, const uint8_t *data,
                 size_t len)
{
    static const char *const states[] = {
        [CLIENT_IDLE] = "idle",         [CLIENT_CONNECTING] = "connecting",
        [CLIENT_OPENING] = "opening",   [CLIENT_JOINING] = "joining",
        [CLIENT_ENTERING] = "entering", [CLIENT_READY] = "ready",
        [CLIENT_CLOSING] = "closing"};
    char shown[SHOWN + 1] = "";

    for (size_t i = 0; i < len && i < SHOWN; i++)
        shown[i] = isprint(data[i]) ? (char)data[i] : '.';
    proc_fail("%s; while %s, after %llu answers to %llu messages; %zu bytes "
              "came: %s",
              why, states[client->state], (unsigned long long)client->received,
              (unsigned long long)client->sent, len, shown);
}

/* Sends a short packet of the handshake or the heartbeat. */
static void client_say(struct client *client, const char *packet)
{
    uint8_t frame[CLIENT_ENTRY_MAX + FRAME_HEAD_MAX];
    size_t len = strlen(packet);

    if (client->plan->polling) {
        poll_post(client, (const uint8_t *)packet, len);
        return;
    }
    len = frame_write(frame, FRAME_TEXT, packet, len, words_mask);
    channel_send(&client->main, frame, len);
}

static void client_become_ready(struct client *client)
{
    client->state = CLIENT_READY;
    client->plan->user->ready(client);
}

/* What may come between the answers: a ping, and the application's greeting,
 * which may be switched off. */
static void client_aside(struct client *client, uint8_t opcode,
                         const uint8_t *data, size_t len)
{
    if (opcode == FRAME_TEXT && len == 1 && data[0] == '2')
        client_say(client, "3");
    else if (opcode != FRAME_TEXT || !begins(data, len, "42[\"auth\","))
        client_fail(client, "not the answer expected", data, len);
}

static void client_answer(struct client *client, uint8_t opcode,
                          const uint8_t *data, size_t len)
{
    struct message *message = client->plan->message;

    if (!message_matches(message, client->part, client->received, opcode, data,
                         len)) {
        client_aside(client, opcode, data, len);
        return;
    }
    if (++client->part < message->part_count)
        return;
    client->part = 0;
    client->received++;
    client->fresh++;
}

static void client_take_sid(struct client *client, const uint8_t *data,
                            size_t len)
{
    static const char key[] = "\"sid\":\"";
    const uint8_t *begin = memmem(data, len, key, sizeof(key) - 1);
    const uint8_t *end;

    if (begin == NULL)
        client_fail(client, "no session id", data, len);
    begin += sizeof(key) - 1;
    end = memchr(begin, '"', len - (size_t)(begin - data));
    if (end == NULL || (size_t)(end - begin) >= sizeof(client->sid))
        client_fail(client, "no usable session id", data, len);
    memcpy(client->sid, begin, (size_t)(end - begin));
    client->sid[end - begin] = '\0';
}

void client_packet(struct client *client, uint8_t opcode, const uint8_t *data,
                   size_t len)
{
    switch (client->state) {
    case CLIENT_OPENING:
        if (opcode != FRAME_TEXT || !begins(data, len, "0{"))
            client_fail(client, "no open packet", data, len);
        client_take_sid(client, data, len);
        client->state = CLIENT_JOINING;
        if (client->plan->polling)
            poll_continue(client);
        else
            client_say(client, "40");
        break;
    case CLIENT_JOINING:
        if (opcode != FRAME_TEXT || !begins(data, len, "40{\"sid\":\"")) {
            client_aside(client, opcode, data, len);
        } else if (client->plan->entry != NULL) {
            client->state = CLIENT_ENTERING;
            client_say(client, client->plan->entry);
        } else {
            client_become_ready(client);
        }
        break;
    case CLIENT_ENTERING:
        if (begins(data, len, "430["))
            client_become_ready(client);
        else
            client_aside(client, opcode, data, len);
        break;
    case CLIENT_READY:
        client_answer(client, opcode, data, len);
        break;
    case CLIENT_CLOSING:
        break;
    case CLIENT_IDLE:
    case CLIENT_CONNECTING:
        client_fail(client, "a packet too early", data, len);
    }
}

void client_settle(struct client *client)
{
    unsigned n = client->fresh;

    client->fresh = 0;
    if (n > 0)
        client->plan->user->answered(client, n);
}

static void websocket_opened(struct channel *channel)
{
    struct client *client = channel->owner;
    char request[256];
    int len = snprintf(request, sizeof(request),
                       "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
                       "Host: 127.0.0.1:%u\r\n"
                       "Upgrade: websocket\r\n"
                       "Connection: Upgrade\r\n"
                       "Sec-WebSocket-Version: 13\r\n"
                       "Sec-WebSocket-Key: " FRAME_KEY "\r\n"
                       "\r\n",
                       client->plan->port);

    channel_send(channel, request, (size_t)len);
}

/* The answer to the upgrade. Returns its length, 0 when bytes are missing. */
static size_t websocket_accepted(struct client *client, const uint8_t *data,
                                 size_t len)
{
    const uint8_t *end = memmem(data, len, "\r\n\r\n", 4);

    if (end == NULL && len < 4096)
        return 0;
    if (end == NULL || !begins(data, len, "HTTP/1.1 101 ") ||
        memmem(data, (size_t)(end - data), FRAME_ACCEPT,
               sizeof(FRAME_ACCEPT) - 1) == NULL)
        client_fail(client, "the upgrade was refused", data, len);
    client->state = CLIENT_OPENING;
    return (size_t)(end - data) + 4;
}

/* One frame. Returns its length, 0 when bytes are missing. */
static size_t websocket_frame(struct client *client, const uint8_t *data,
                              size_t len)
{
    struct frame frame;
    uint8_t pong[FRAME_HEAD_MAX + 125];
    int rc = frame_parse(data, len, &frame);

    if (rc < 0 || (rc > 0 && (frame.masked || frame.length > BYTES_MAX / 2)))
        client_fail(client, "an unexpected kind of frame", data, len);
    if (rc == 0 || len < frame.head + frame.length)
        return 0;
    data += frame.head;
    if (frame.opcode == FRAME_PING && frame.length <= 125)
        channel_send(&client->main, pong,
                     frame_write(pong, FRAME_PONG, data, (size_t)frame.length,
                                 words_mask));
    else if (frame.opcode == FRAME_TEXT || frame.opcode == FRAME_BINARY)
        client_packet(client, frame.opcode, data, (size_t)frame.length);
    else if (client->state != CLIENT_CLOSING)
        client_fail(client, "the server closes", data, (size_t)frame.length);
    return frame.head + (size_t)frame.length;
}

static size_t websocket_input(struct channel *channel, const uint8_t *data,
                              size_t len)
{
    struct client *client = channel->owner;
    size_t at = 0;

    while (at < len) {
        size_t n = client->state == CLIENT_CONNECTING
                       ? websocket_accepted(client, data + at, len - at)
                       : websocket_frame(client, data + at, len - at);

        if (n == 0)
            break;
        at += n;
    }
    client_settle(client);
    return at;
}

static void websocket_ended(struct channel *channel)
{
    struct client *client = channel->owner;

    if (client->state != CLIENT_CLOSING)
        client_fail(client, "the server closed the connection", NULL, 0);
    client->state = CLIENT_IDLE;
    client->plan->user->closed(client);
}

void client_start(struct client *client, const struct client_plan *plan,
                  uint32_t from)
{
    static const struct channel_user user = {
        .opened = websocket_opened,
        .input = websocket_input,
        .ended = websocket_ended,
    };

    *client =
        (struct client){.plan = plan, .state = CLIENT_CONNECTING, .from = from};
    if (plan->polling)
        poll_start(client);
    else
        channel_open(&client->main, plan->epoll, from, plan->port, &user,
                     client);
}

void client_send(struct client *client, unsigned n)
{
    struct message *message = client->plan->message;
    bool polling = client->plan->polling;
    uint8_t *batch = mem_new(n * (message->len + 1));
    size_t len = 0;

    for (unsigned i = 0; i < n; i++) {
        if (polling && len > 0)
            batch[len++] = RS;
        message_put(message, batch + len, client->sent++);
        len += message->len;
    }
    if (polling)
        poll_post(client, batch, len);
    else
        channel_send(&client->main, batch, len);
    mem_free(batch);
}

void client_disconnect(struct client *client)
{
    uint8_t words[64];
    size_t len = frame_write(words, FRAME_TEXT, "41", 2, words_mask);

    len += frame_write(words + len, FRAME_CLOSE, NULL, 0, words_mask);
    client->state = CLIENT_CLOSING;
    channel_send(&client->main, words, len);
}

void client_close(struct client *client)
{
    channel_close(&client->main);
    channel_close(&client->post);
    bytes_free(&client->queue);
    client->state = CLIENT_IDLE;
}
