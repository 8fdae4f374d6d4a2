/* SPDX-License-Identifier: MIT */
#include "net/ws_handshake.h"

#include <openssl/sha.h>
#include <string.h>

#include "base/base64.h"

#define KEY_BYTES  16
#define KEY_LENGTH BASE64_LENGTH(KEY_BYTES)
#define KEY_SUFFIX "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

static struct str handshake_key(const struct http_head *head)
{
    return http_header_get(head, STR("Sec-WebSocket-Key"));
}

/* 16 bytes in the one way to write them (section 4.1, 7). */
static bool is_key(struct str key)
{
    char bytes[BASE64_DECODED_MAX(KEY_LENGTH)];
    size_t n;
    return key.n == KEY_LENGTH && base64_decode(bytes, key.p, key.n, &n) == 0 &&
           n == KEY_BYTES;
}

/* The key must not be there twice (section 11.3.1): two readers could each
 * take another one. */
static bool is_repeated(const struct http_head *head, struct str name)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < head->header_count; i++)
        if (str_eq_nocase(head->headers[i].name, name))
            count++;
    return count > 1;
}

/* The first subprotocol offered; empty when there is none, or none that is a
 * token. */
static struct str first_protocol(const struct http_head *head)
{
    struct str rest = http_header_get(head, STR("Sec-WebSocket-Protocol"));
    struct str first = str_trim(str_cut(&rest, ','));
    return http_is_token(first) ? first : STR("");
}

int ws_handshake_check(const struct http_head *head)
{
    struct str version = http_header_get(head, STR("Sec-WebSocket-Version"));
    if (head->method != HTTP_GET)
        return 405;
    if (head->minor != 1 || !head->upgrade ||
        !http_header_has_token(head, STR("Upgrade"), STR("websocket")) ||
        !is_key(handshake_key(head)) || version.n == 0 ||
        is_repeated(head, STR("Sec-WebSocket-Key")) ||
        (http_header_get(head, STR("Sec-WebSocket-Protocol")).n > 0 &&
         first_protocol(head).n == 0))
        return 400;
    if (!str_eq(version, STR("13")) && !str_eq(version, STR("8")))
        return 426;
    return 0;
}

void ws_handshake_answer(const struct http_head *head, struct str headers,
                         struct buf *out)
{
    char input[KEY_LENGTH + sizeof(KEY_SUFFIX) - 1];
    unsigned char digest[SHA_DIGEST_LENGTH];
    char accept[BASE64_LENGTH(SHA_DIGEST_LENGTH)];
    struct str protocol = first_protocol(head);
    memcpy(input, handshake_key(head).p, KEY_LENGTH);
    memcpy(input + KEY_LENGTH, KEY_SUFFIX, sizeof(KEY_SUFFIX) - 1);
    SHA1((const unsigned char *)input, sizeof(input), digest);
    base64_encode(accept, digest, sizeof(digest));

    buf_append_z(out, "HTTP/1.1 101 Switching Protocols\r\n"
                      "Upgrade: websocket\r\n"
                      "Connection: Upgrade\r\n"
                      "Sec-WebSocket-Accept: ");
    buf_append(out, accept, sizeof(accept));
    buf_append_z(out, "\r\n");
    if (protocol.n > 0) {
        buf_append_z(out, "Sec-WebSocket-Protocol: ");
        buf_append_str(out, protocol);
        buf_append_z(out, "\r\n");
    }
    buf_append_str(out, headers);
}
