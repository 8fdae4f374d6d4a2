/* SPDX-License-Identifier: MIT */
/* What is noted of sessions, and told of them (story.h). */
#include <string.h>

#include "base/clock.h"
#include "engineio/session.h"

void eio_session_note(struct eio_session *s, enum story_kind kind,
                      uint32_t size, struct str word)
{
    const struct eio_server *server = session_server(s);

    if (server->options.book)
        story_put(server->options.book, &s->story, loop_now(server->loop), kind,
                  size, word);
}

static void begin(const struct eio_session *s, struct story *story)
{
    const struct eio_handshake *h = eio_session_handshake(s);
    size_t n = h->peer.n < STORY_PEER_MAX - 1 ? h->peer.n : STORY_PEER_MAX - 1;

    memcpy(story->sid, s->sid, sizeof(story->sid));
    memcpy(story->peer, h->peer.p, n);
    story->peer[n] = '\0';
    story->opened = h->issued;
    story->on_websocket = s->on_websocket;
    story_read(session_server(s)->options.book, s->story, story);
}

void session_end_story(struct eio_session *s)
{
    struct story_book *book = session_server(s)->options.book;
    struct story *story = book ? story_new(book) : NULL;

    if (!story)
        return;
    begin(s, story);
    story->over = true;
}

uint32_t
eio_server_stories(const struct eio_server *server, struct str beginning,
                   bool (*is_of)(const void *data, struct str beginning),
                   struct story *ret, uint32_t max)
{
    const struct story_book *book = server->options.book;
    struct eio_session *s;
    const struct story *story;
    uint32_t n = 0, cursor = 0;

    if (!book)
        return 0;
    while (n < max && (s = lookup_next(&server->sessions, &cursor))) {
        begin(s, &ret[n]);
        ret[n].over = false;
        if (story_is_of(&ret[n], beginning) ||
            is_of(eio_session_data(s), beginning))
            n++;
    }
    for (uint32_t i = 0; n < max && (story = story_at(book, i)); i++)
        if (story_is_of(story, beginning))
            ret[n++] = *story;
    return n;
}

const char *eio_reason_text(enum eio_reason reason)
{
    switch (reason) {
#define REASON_TEXT(name, text)                                                \
    case EIO_##name:                                                           \
        return text;
        EIO_REASON_MAP(REASON_TEXT)
#undef REASON_TEXT
    }
    return "unknown";
}
