/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "client.h"
#include "frame.h"
#include "proc.h"

enum { RS = 0x1e, HEAD_MAX = 4096 };

/* Asks for packets; with no session id yet, for a session. */
static void poll_get(struct client *client)
{
    char request[256];
    int len = snprintf(request, sizeof(request),
                       "GET /socket.io/?EIO=4&transport=polling%s%s HTTP/1.1"
                       "\r\n"
                       "Host: 127.0.0.1:%u\r\n"
                       "Accept: */*\r\n"
                       "\r\n",
                       client->sid[0] != '\0' ? "&sid=" : "", client->sid,
                       client->plan->port);

    channel_send(&client->main, request, (size_t)len);
}

/* Reads a response's head: its length, and its body's. 0 while bytes of
 * either are missing. Anything but 200 with a plain body ends the program. */
static size_t response_head(struct client *client, const uint8_t *data,
                            size_t len, size_t *ret_body)
{
    const uint8_t *end = memmem(data, len, "\r\n\r\n", 4);
    char head[HEAD_MAX];
    size_t n, body;
    const char *length;

    if (end == NULL && len < HEAD_MAX)
        return 0;
    if (end == NULL || (n = (size_t)(end - data) + 4) >= HEAD_MAX)
        client_fail(client, "a response without an end", data, len);
    memcpy(head, data, n);
    head[n] = '\0';
    length = strcasestr(head, "\r\ncontent-length:");
    if (strncmp(head, "HTTP/1.1 200 ", 13) != 0 || length == NULL)
        client_fail(client, "an unexpected response", data, len);
    body = strtoul(length + strlen("\r\ncontent-length:"), NULL, 10);
    if (body > BYTES_MAX / 2)
        client_fail(client, "a response too long", data, len);
    if (len < n + body)
        return 0;
    *ret_body = body;
    return n;
}

static void main_opened(struct channel *channel)
{
    struct client *client = channel->owner;

    client->state = CLIENT_OPENING;
    poll_get(client);
}

/* A poll's answer. The next poll leaves before the next messages do. */
static size_t main_input(struct channel *channel, const uint8_t *data,
                         size_t len)
{
    struct client *client = channel->owner;
    size_t body = 0;
    size_t head = response_head(client, data, len, &body);
    size_t at = 0;

    if (head == 0)
        return 0;
    if (len > head + body)
        client_fail(client, "more than one response", data, len);
    while (at < body) {
        const uint8_t *packet = data + head + at;
        const uint8_t *end = memchr(packet, RS, body - at);
        size_t n = end != NULL ? (size_t)(end - packet) : body - at;

        client_packet(client, FRAME_TEXT, packet, n);
        at += n + 1;
    }
    if (client->post.ready)
        poll_get(client);
    client_settle(client);
    return head + body;
}

static void post_now(struct client *client, const uint8_t *packets, size_t len)
{
    char head[320];
    struct bytes request = {0};
    int n = snprintf(head, sizeof(head),
                     "POST /socket.io/?EIO=4&transport=polling&sid=%s HTTP/1.1"
                     "\r\n"
                     "Host: 127.0.0.1:%u\r\n"
                     "Accept: */*\r\n"
                     "Content-Type: text/plain;charset=UTF-8\r\n"
                     "Content-Length: %zu\r\n"
                     "\r\n",
                     client->sid, client->plan->port, len);

    client->posting = true;
    bytes_append(&request, head, (size_t)n);
    bytes_append(&request, packets, len);
    channel_send(&client->post, request.data, request.len);
    bytes_free(&request);
}

static void post_opened(struct channel *channel)
{
    struct client *client = channel->owner;

    poll_get(client);
    poll_post(client, (const uint8_t *)"40", 2);
}

static size_t post_input(struct channel *channel, const uint8_t *data,
                         size_t len)
{
    struct client *client = channel->owner;
    size_t body = 0;
    size_t head = response_head(client, data, len, &body);
    struct bytes queue = client->queue;

    if (head == 0)
        return 0;
    if (!client->posting || body != 2 || memcmp(data + head, "ok", 2) != 0 ||
        len > head + body)
        client_fail(client, "a post's answer is not ok", data, len);
    client->posting = false;
    if (queue.len > 0) {
        client->queue = (struct bytes){0};
        post_now(client, queue.data, queue.len);
        bytes_free(&queue);
    }
    return head + body;
}

static void poll_ended(struct channel *channel)
{
    client_fail(channel->owner, "the server closed the connection", NULL, 0);
}

void poll_start(struct client *client)
{
    static const struct channel_user user = {
        .opened = main_opened,
        .input = main_input,
        .ended = poll_ended,
    };

    channel_open(&client->main, client->plan->epoll, client->from,
                 client->plan->port, &user, client);
}

void poll_continue(struct client *client)
{
    static const struct channel_user user = {
        .opened = post_opened,
        .input = post_input,
        .ended = poll_ended,
    };

    channel_open(&client->post, client->plan->epoll, client->from,
                 client->plan->port, &user, client);
}

void poll_post(struct client *client, const uint8_t *packets, size_t len)
{
    static const uint8_t separator = RS;

    if (!client->posting) {
        post_now(client, packets, len);
        return;
    }
    if (client->queue.len > 0)
        bytes_append(&client->queue, &separator, 1);
    bytes_append(&client->queue, packets, len);
}
