/* SPDX-License-Identifier: MIT */
#include "socketio/notices.h"

#include <inttypes.h>

#include "base/random.h"
#include "base/utf8.h"
#include "socketio/internal.h"
#include "socketio/story_words.h"

#define CODE_MAX   64
#define REASON_MAX 1000

#define NOTICE(name, code_text, ms, text)                                      \
    [SIO_NOTICE_##name] = {.code = {code_text, sizeof(code_text) - 1},         \
                           .reason = {text, sizeof(text) - 1},                 \
                           .retry = (ms)},
static const struct sio_notice notices[] = {SIO_NOTICE_MAP(NOTICE)};
#undef NOTICE

struct sio_notice sio_notice_of(enum sio_notice_code code)
{
    return notices[code];
}

bool sio_notice_valid(const struct sio_notice *notice)
{
    struct str code = notice->code, reason = notice->reason;

    for (size_t i = 0; i < code.n; i++) {
        char c = code.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
            return false;
    }
    return code.n > 0 && code.n <= CODE_MAX && reason.n <= REASON_MAX &&
           utf8_valid(reason.p, reason.n) && notice->retry >= -1;
}

void sio_notices_describe(struct buf *out)
{
    buf_append_z(out, "| code | retry | reason |\n|---|---|---|\n");
    for (size_t i = 0; i < sizeof(notices) / sizeof(notices[0]); i++)
        buf_printf(out, "| `%.*s` | %" PRId64 " | %.*s |\n",
                   STR_ARG(notices[i].code), notices[i].retry,
                   STR_ARG(notices[i].reason));
}

static void say(struct sio_socket *s, const struct sio_notice *why)
{
    struct sio_client *client = s->client;

    if (!client->server->options.notices || client->closed ||
        s->state != SOCKET_JOINED)
        return;
    struct sio_packet *packet =
        sio_packet_notice(sio_namespace_name(s->name_space), why);
    /* Whether there was room for it changes nothing. */
    if (packet)
        client_send_part(client, packet, 0);
    sio_packet_unref(packet);
}

void notice_count(struct sio_client *client, struct str code, bool whole)
{
    size_t i = 0;

    if (client->ended)
        return;
    client->ended = whole;
    while (i < SIO_NOTICES && !str_eq(notices[i].code, code))
        i++;
    client->server->ended[i]++;
}

void notice_socket(struct sio_socket *s, const struct sio_notice *why)
{
    story_notice(s->client, why->code);
    say(s, why);
}

void notice_client(struct sio_client *client, enum sio_notice_code code)
{
    struct sio_notice notice = notices[code];
    struct sio_socket *s;
    uint32_t later;

    if (code == SIO_NOTICE_SHUTTING_DOWN) {
        random_bytes(&later, sizeof(later));
        notice.retry += later % (SIO_NOTICE_SPREAD + 1);
    }
    notice_count(client, notice.code, true);
    story_notice(client, notice.code);
    SLIST_FOREACH(s, &client->sockets, link)
    say(s, &notice);
}
