/* SPDX-License-Identifier: MIT */
#include "message.h"

#include <stdio.h>
#include <string.h>

#include "frame.h"
#include "mem.h"

/* A number is always this long, so that every message of a run is. */
enum { STAMP_LEN = 8, STAMP_FIRST = 10000000, STAMP_COUNT = 90000000 };

static const char placeholder[] = "{\"_placeholder\":true,\"num\":0}";

static void stamp_write(uint8_t digits[STAMP_LEN], uint64_t number)
{
    uint64_t value = STAMP_FIRST + number % STAMP_COUNT;

    for (int i = STAMP_LEN - 1; i >= 0; i--) {
        digits[i] = (uint8_t)('0' + value % 10);
        value /= 10;
    }
}

static void append(struct bytes *b, const char *words)
{
    bytes_append(b, words, strlen(words));
}

/* Letters, of which every run of 26 differs from its neighbours' bytes. */
static void append_letters(struct bytes *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char letter = (char)('a' + i % 26);

        bytes_append(b, &letter, 1);
    }
}

/* A JSON string of size bytes, the quotes not counted. */
static void append_string(struct bytes *b, size_t size)
{
    append(b, "\"10000000");
    append_letters(b, size - STAMP_LEN);
    append(b, "\"");
}

/* An object of about size bytes, of what games and chats send. */
static void append_object(struct bytes *b, size_t size)
{
    static const char item[] =
        ",{\"name\":\"Zo\xc3\xab\",\"x\":-12.5,\"y\":300,\"ok\":true,"
        "\"tags\":[\"a\",\"b\\n\"],\"of\":null}";
    size_t begin = b->len;

    append(b, "{\"id\":10000000,\"list\":[0");
    while (b->len - begin + sizeof(item) + 12 < size)
        append(b, item);
    append(b, "],\"pad\":\"");
    if (b->len - begin + 2 < size)
        append_letters(b, size - (b->len - begin) - 2);
    append(b, "\"}");
}

/* The packet that is sent, and into the parts what comes back for it. The
 * payload's number stands at the same distance from its beginning in both. */
static void compose(struct message *message, enum message_kind kind,
                    size_t size, struct bytes *packet)
{
    static const char *const names[][2] = {
        [MESSAGE_ECHO] = {"42[\"message\",", "42[\"message-back\","},
        [MESSAGE_OBJECT] = {"42[\"message\",", "42[\"message-back\","},
        [MESSAGE_ACK] = {"4210000000[\"message-with-ack\",", "4310000000["},
        [MESSAGE_CAST] = {"42[\"broadcast\",", "42[\"broadcast-back\","},
        [MESSAGE_BINARY] = {"451-[\"message\",", "451-[\"message-back\","},
    };
    struct part *part = &message->parts[0];
    struct bytes answer = {0};
    struct bytes payload = {0};
    size_t inside = kind == MESSAGE_OBJECT ? 6 : 1;

    if (kind == MESSAGE_OBJECT)
        append_object(&payload, size);
    else if (kind == MESSAGE_BINARY)
        append(&payload, placeholder);
    else
        append_string(&payload, size);

    append(packet, names[kind][0]);
    append(&answer, names[kind][1]);
    if (kind == MESSAGE_ACK) {
        message->stamps[message->stamp_count++] = 2;
        part->stamps[part->stamp_count++] = 2;
    }
    if (kind != MESSAGE_BINARY) {
        message->stamps[message->stamp_count++] = packet->len + inside;
        part->stamps[part->stamp_count++] = answer.len + inside;
    }
    bytes_append(packet, payload.data, payload.len);
    bytes_append(&answer, payload.data, payload.len);
    append(packet, "]");
    append(&answer, "]");
    part->opcode = FRAME_TEXT;
    part->data = answer.data;
    part->len = answer.len;
    message->part_count = 1;
    bytes_free(&payload);
}

/* Adds one frame around payload to what is sent. Stamps that stand in the
 * payload then stand behind the frame's head. */
static void wrap(struct message *message, uint8_t opcode, const void *payload,
                 size_t len)
{
    size_t frame_len;

    frame_len = frame_write(message->wire + message->len, opcode, payload, len,
                            message->mask);
    for (unsigned i = 0; i < message->stamp_count; i++) {
        message->stamp_mask[i] = message->stamps[i] & 3;
        message->stamps[i] += message->len + frame_len - len;
    }
    message->len += frame_len;
}

static void add_attachment(struct message *message, size_t size)
{
    struct part *part = &message->parts[message->part_count++];

    part->opcode = FRAME_BINARY;
    part->data = mem_new(size);
    part->len = size;
    part->stamps[part->stamp_count++] = 0;
    /* Every byte value, for what treats binary as text to stumble over. */
    for (size_t i = 0; i < size; i++)
        part->data[i] = (uint8_t)(i * 7);
    stamp_write(part->data, 0);
    message->stamps[message->stamp_count++] = 0;
    wrap(message, FRAME_BINARY, part->data, size);
}

void message_init(struct message *message, enum message_kind kind, size_t size,
                  bool polling, bool vary)
{
    /* The mask is the same for all messages of a run, and differs between
     * kinds and sizes: see struct unit of the floor. */
    uint8_t mask[4] = {0xa5, (uint8_t)(0x31 + kind), (uint8_t)(size >> 8),
                       (uint8_t)size};
    struct bytes packet = {0};

    *message = (struct message){.vary = vary, .masked = !polling};
    memcpy(message->mask, mask, sizeof(mask));
    compose(message, kind, size, &packet);
    if (polling) {
        message->wire = packet.data;
        message->len = packet.len;
        return;
    }
    message->wire = mem_new(packet.len + size + 2 * FRAME_HEAD_MAX);
    wrap(message, FRAME_TEXT, packet.data, packet.len);
    if (kind == MESSAGE_BINARY)
        add_attachment(message, size);
    bytes_free(&packet);
}

void message_free(struct message *message)
{
    for (unsigned i = 0; i < message->part_count; i++)
        mem_free(message->parts[i].data);
    mem_free(message->wire);
    *message = (struct message){0};
}

void message_put(struct message *message, uint8_t *out, uint64_t number)
{
    memcpy(out, message->wire, message->len);
    if (!message->vary)
        return;
    for (unsigned i = 0; i < message->stamp_count; i++) {
        uint8_t *at = out + message->stamps[i];

        stamp_write(at, number);
        for (size_t j = 0; message->masked && j < STAMP_LEN; j++)
            at[j] ^= message->mask[(message->stamp_mask[i] + j) & 3];
    }
}

bool message_matches(struct message *message, unsigned part, uint64_t number,
                     uint8_t opcode, const uint8_t *data, size_t len)
{
    struct part *expected = &message->parts[part];

    if (message->vary) {
        for (unsigned i = 0; i < expected->stamp_count; i++)
            stamp_write(expected->data + expected->stamps[i], number);
    }
    return opcode == expected->opcode && len == expected->len &&
           memcmp(data, expected->data, len) == 0;
}
