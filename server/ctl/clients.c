/* SPDX-License-Identifier: MIT */
#include "ctl/clients.h"

#include <inttypes.h>
#include <stdio.h>

#include "ctl/table.h"
#include "json/writer.h"

#define ARGUMENT_MAX ((size_t)256 << 20)
#define DEPTH_MAX    64

/* --- who is there, and where --- */

static void ask_list(const struct ctl_request *r, struct ctl_question *q)
{
    ctl_question_add(q, "namespace", ctl_word(r, 1));
    ctl_question_add(q, "room", r->room);
}

static bool print_table(const struct json *answer, const char *member,
                        const struct ctl_column *columns, int count)
{
    const struct json *list = json_get(answer, str_z(member));
    int64_t total = 0;

    if (!ctl_print_table(list, columns, count))
        return false;
    json_int(json_get(answer, STR("total")), &total);
    if (total > list->count)
        printf("... and %" PRId64 " more\n", total - list->count);
    return true;
}

static bool print_sockets(const struct json *answer)
{
    static const struct ctl_column columns[] = {
        {"SOCKET", "sid", CTL_TEXT},    {"NAMESPACE", "namespace", CTL_TEXT},
        {"USER", "user", CTL_TEXT},     {"ADDRESS", "address", CTL_TEXT},
        {"BY", "transport", CTL_TEXT},  {"SINCE", "since", CTL_TIME},
        {"ROOMS", "rooms", CTL_NUMBER}, {"WAITING", "queued", CTL_BYTES},
    };
    return print_table(answer, "sockets", columns,
                       (int)(sizeof(columns) / sizeof(columns[0])));
}

static bool print_rooms(const struct json *answer)
{
    static const struct ctl_column columns[] = {
        {"NAMESPACE", "namespace", CTL_TEXT},
        {"ROOM", "room", CTL_TEXT},
        {"SOCKETS", "sockets", CTL_NUMBER},
    };
    return print_table(answer, "rooms", columns, 3);
}

const struct ctl_own ctl_sockets = {
    .name = "sockets",
    .help = "  sockets [NAMESPACE] [--room ROOM]\n"
            "                     who is connected\n",
    .words_min = 1,
    .words_max = 2,
    .room = true,
    .method = "GET",
    .target = "/sockets",
    .ask = ask_list,
    .print = print_sockets,
};

const struct ctl_own ctl_rooms = {
    .name = "rooms",
    .help = "  rooms [NAMESPACE]  and where they are\n",
    .words_min = 1,
    .words_max = 2,
    .method = "GET",
    .target = "/rooms",
    .ask = ask_list,
    .print = print_rooms,
};

/* --- what is done to them --- */

static void put_text(struct json_writer *w, const char *key, const char *value)
{
    json_put_key(w, str_z(key));
    json_put_string(w, str_z(value));
}

static bool print_count(const struct json *answer, struct str member,
                        const char *words)
{
    int64_t count = 0;

    if (json_int(json_get(answer, member), &count) < 0)
        return false;
    printf("%s%" PRId64 "\n", words, count);
    return true;
}

/* Ids of sockets are no ids of users: the server looks for both. */
static void ask_kick(const struct ctl_request *r, struct ctl_question *q)
{
    struct json_writer w;

    json_writer_init(&w, &q->body);
    json_open_object(&w);
    put_text(&w, "who", ctl_word(r, 1));
    if (ctl_word(r, 2))
        put_text(&w, "reason", ctl_word(r, 2));
    json_close_object(&w);
}

static bool print_kicked(const struct json *answer)
{
    return print_count(answer, STR("kicked"), "closed: ");
}

const struct ctl_own ctl_kick = {
    .name = "kick",
    .help = "  kick SID|USER [REASON]\n"
            "                     close their connections, and tell them why\n",
    .words_min = 2,
    .words_max = 3,
    .method = "POST",
    .target = "/kick",
    .ask = ask_kick,
    .print = print_kicked,
};

/* As JSON where it is some, or else as the text that it is. */
static void put_argument(struct json_writer *w, const char *argument)
{
    struct json_limits limits = {.depth = DEPTH_MAX};
    struct json *value;
    struct arena arena;

    arena_init(&arena, ARGUMENT_MAX);
    if (json_parse(&arena, str_z(argument), &limits, &value, NULL) == 0)
        json_put_value(w, value);
    else
        json_put_string(w, str_z(argument));
    arena_free(&arena);
}

static void ask_emit(const struct ctl_request *r, struct ctl_question *q)
{
    struct json_writer w;

    json_writer_init(&w, &q->body);
    json_open_object(&w);
    put_text(&w, "namespace", ctl_word(r, 1));
    put_text(&w, "event", ctl_word(r, 2));
    if (r->room)
        put_text(&w, "room", r->room);
    json_put_key(&w, STR("args"));
    json_open_array(&w);
    for (int i = 3; i < r->word_count; i++)
        put_argument(&w, ctl_word(r, i));
    json_close_array(&w);
    json_close_object(&w);
}

static bool print_sent(const struct json *answer)
{
    return print_count(answer, STR("sent"), "sent to ");
}

const struct ctl_own ctl_emit = {
    .name = "emit",
    .help = "  emit NAMESPACE EVENT [ARGUMENT...] [--room ROOM]\n"
            "                     send an event; arguments are JSON, or else "
            "texts\n",
    .words_min = 3,
    .words_max = 1000,
    .room = true,
    .method = "POST",
    .target = "/emit",
    .ask = ask_emit,
    .print = print_sent,
};
