/* SPDX-License-Identifier: MIT */
#include "operation/control_why.h"

#include "base/clock.h"
#include "base/mem.h"
#include "engineio/engineio.h"
#include "json/writer.h"
#include "socketio/socketio.h"

#define ANSWER_MAX ((size_t)1 << 20)
#define ARENA_MAX  ((size_t)64 << 10)
/* Enough to tell sessions apart, and too little to be one. */
#define SID_SHOWN 6

/* What clients wrote is cut where it had to be, and may be no UTF-8. */
static void put_clean(struct json_writer *w, const char *p, size_t n)
{
    char clean[STORY_WORD_MAX];

    for (size_t i = 0; i < n; i++)
        clean[i] = p[i] >= ' ' && p[i] <= '~' ? p[i] : '?';
    json_put_string(w, str_of(clean, n));
}

/* The loop's clock is no calendar. */
static void put_time(struct json_writer *w, int64_t time)
{
    json_put_key(w, STR("time"));
    json_put_int(w, clock_wall_ms() - (clock_mono_ms() - time));
}

static void put_note(struct json_writer *w, const struct story_note *note)
{
    json_open_object(w);
    put_time(w, note->time);
    json_put_key(w, STR("what"));
    json_put_string(w, str_z(story_kind_text(note->kind)));
    json_put_key(w, STR("about"));
    if (note->length > 0)
        put_clean(w, note->word, note->length);
    else
        json_put_null(w);
    json_put_key(w, STR("size"));
    if (note->size > 0)
        json_put_uint(w, note->size);
    else
        json_put_null(w);
    json_put_key(w, STR("more"));
    json_put_uint(w, note->more);
    json_close_object(w);
}

static void put_story(struct json_writer *w, const struct story *story)
{
    json_open_object(w);
    json_put_key(w, STR("sid"));
    json_put_string(w, str_of(story->sid, SID_SHOWN));
    json_put_key(w, STR("address"));
    json_put_string(w, str_z(story->peer));
    json_put_key(w, STR("opened"));
    json_put_int(w, story->opened);
    json_put_key(w, STR("over"));
    json_put_bool(w, story->over);
    json_put_key(w, STR("transport"));
    json_put_string(w, story->on_websocket ? STR("websocket") : STR("polling"));
    json_put_key(w, STR("skipped"));
    json_put_uint(w, story->skipped);
    json_put_key(w, STR("skippedBehind"));
    json_put_uint(w, story->opening);
    json_put_key(w, STR("notes"));
    json_open_array(w);
    for (uint32_t i = 0; i < story->count; i++)
        put_note(w, &story->notes[i]);
    json_close_array(w);
    json_close_object(w);
}

static void answer(struct http_exchange *x, const struct story *stories,
                   uint32_t count)
{
    struct http_response r = {.status = 200, .type = STR("application/json")};
    struct json_writer w;
    struct buf out;

    buf_init(&out, ANSWER_MAX);
    json_writer_init(&w, &out);
    json_open_object(&w);
    json_put_key(&w, STR("connections"));
    json_open_array(&w);
    for (uint32_t i = 0; i < count; i++)
        put_story(&w, &stories[i]);
    json_close_array(&w);
    json_close_object(&w);
    buf_append_char(&out, '\n');
    r.body = buf_to_slice(&out);
    if (r.body)
        http_respond(x, &r);
    else
        http_respond_status(x, 500);
    slice_unref(r.body);
    buf_free(&out);
}

static void refuse(struct http_exchange *x, int status, struct str why)
{
    struct http_response r = {
        .status = status, .type = STR("text/plain"), .text = why};

    http_respond(x, &r);
}

static void tell(const struct eio_server *engine, struct http_exchange *x)
{
    struct story *stories = mem_zalloc(CONTROL_WHY_MAX * sizeof(*stories));
    struct arena arena;

    arena_init(&arena, ARENA_MAX);
    struct str sid = http_query_get(&arena, x->head.query, STR("sid"));
    uint32_t count = stories ? eio_server_stories(engine, sid, sio_session_has,
                                                  stories, CONTROL_WHY_MAX)
                             : 0;
    if (!stories)
        http_respond_status(x, 500);
    else if (sid.n == 0)
        refuse(x, 400,
               STR("which? The id of a session or of a socket, or how "
                   "it begins\n"));
    else if (count == 0)
        refuse(x, 404,
               STR("nothing is known of it: there was none, or it is too long "
                   "ago (\"why\" of the configuration)\n"));
    else
        answer(x, stories, count);
    arena_free(&arena);
    mem_free(stories);
}

static void on_request(void *user, struct http_exchange *x)
{
    struct http_response wrong = {.status = 405,
                                  .type = STR("text/plain"),
                                  .headers = STR("Allow: GET, HEAD\r\n"),
                                  .text = STR("Method Not Allowed\n")};

    if (!str_eq(x->head.path, STR("/why")))
        http_respond_status(x, 404);
    else if (x->head.method == HTTP_GET || x->head.method == HTTP_HEAD)
        tell(user, x);
    else
        http_respond(x, &wrong);
}

const struct http_handler control_why_handler = {.request = on_request};
