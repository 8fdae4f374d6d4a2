/* SPDX-License-Identifier: MIT */
/* mortise ctl: the commands that are the server's own, and no plugin's. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "ctl.h"
#include "ctl_server.h"
#include "ctl_table.h"
#include "json/writer.h"

#define TEXT_MAX   ((size_t)1 << 20)
#define ANSWER_MAX ((size_t)256 << 20)
#define DEPTH_MAX  64

/* What is said to the server. */
struct question {
    const char *method;
    struct buf target, body;
    bool patient;
};

/* --- questions --- */

/* A parameter of the query, where there is one to be given. */
static void add_parameter(struct buf *target, const char *name,
                          const char *value)
{
    if (!value)
        return;
    buf_append_char(target, memchr(target->p, '?', target->n) ? '&' : '?');
    buf_printf(target, "%s=", name);
    for (const char *p = value; *p; p++)
        buf_printf(target, "%%%02x", (unsigned char)*p);
}

static const char *word(const struct ctl_request *r, int index)
{
    return index < r->word_count ? r->words[index] : NULL;
}

static void ask_list(const struct ctl_request *r, struct question *q)
{
    add_parameter(&q->target, "namespace", word(r, 1));
    add_parameter(&q->target, "room", r->room);
}

static void put_text(struct json_writer *w, const char *key, const char *value)
{
    json_put_key(w, str_z(key));
    json_put_string(w, str_z(value));
}

/* As JSON where it is some, or else as the text that it is. */
static void put_argument(struct json_writer *w, const char *argument)
{
    struct json_limits limits = {.depth = DEPTH_MAX};
    struct json *value;
    struct arena arena;

    arena_init(&arena, ANSWER_MAX);
    if (json_parse(&arena, str_z(argument), &limits, &value, NULL) == 0)
        json_put_value(w, value);
    else
        json_put_string(w, str_z(argument));
    arena_free(&arena);
}

static void ask_emit(const struct ctl_request *r, struct question *q)
{
    struct json_writer w;

    json_writer_init(&w, &q->body);
    json_open_object(&w);
    put_text(&w, "namespace", word(r, 1));
    put_text(&w, "event", word(r, 2));
    if (r->room)
        put_text(&w, "room", r->room);
    json_put_key(&w, STR("args"));
    json_open_array(&w);
    for (int i = 3; i < r->word_count; i++)
        put_argument(&w, word(r, i));
    json_close_array(&w);
    json_close_object(&w);
}

/* Ids of sockets are no ids of users: the server looks for both. */
static void ask_kick(const struct ctl_request *r, struct question *q)
{
    struct json_writer w;

    json_writer_init(&w, &q->body);
    json_open_object(&w);
    put_text(&w, "who", word(r, 1));
    if (word(r, 2))
        put_text(&w, "reason", word(r, 2));
    json_close_object(&w);
}

static void ask_why(const struct ctl_request *r, struct question *q)
{
    add_parameter(&q->target, "sid", word(r, 1));
}

static void ask_reload(const struct ctl_request *r, struct question *q)
{
    q->patient = true;
}

/* --- answers --- */

static int print_table(const struct json *answer, const char *member,
                       const struct ctl_column *columns, int count)
{
    const struct json *list = json_get(answer, str_z(member));
    int64_t total = 0;

    if (!ctl_print_table(list, columns, count))
        return CTL_WRONG;
    json_int(json_get(answer, STR("total")), &total);
    if (total > list->count)
        printf("... and %" PRId64 " more\n", total - list->count);
    return EXIT_SUCCESS;
}

static int print_sockets(const struct json *answer)
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

static int print_rooms(const struct json *answer)
{
    static const struct ctl_column columns[] = {
        {"NAMESPACE", "namespace", CTL_TEXT},
        {"ROOM", "room", CTL_TEXT},
        {"SOCKETS", "sockets", CTL_NUMBER},
    };
    return print_table(answer, "rooms", columns, 3);
}

static int print_status(const struct json *answer)
{
    static const struct ctl_column lines[] = {
        {"version", "version", CTL_TEXT},      {"process", "pid", CTL_NUMBER},
        {"configuration", "config", CTL_TEXT}, {"since", "since", CTL_TIME},
        {"clients", "clients", CTL_NUMBER},
    };
    const struct json *spaces = json_get(answer, STR("namespaces"));
    char cell[CTL_CELL_MAX];

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        ctl_cell(cell, json_get(answer, str_z(lines[i].member)),
                 lines[i].format);
        printf("%-14s ", lines[i].title);
        ctl_print(stdout, str_z(cell));
        putchar('\n');
    }
    for (const struct json *n = spaces ? spaces->child : NULL; n; n = n->next) {
        ctl_cell(cell, n, CTL_NUMBER);
        printf("%-14s ", n == spaces->child ? "sockets" : "");
        ctl_print(stdout, str_z(cell));
        fputs(" in ", stdout);
        ctl_print(stdout, n->key);
        putchar('\n');
    }
    return EXIT_SUCCESS;
}

static int print_count(const struct json *answer, struct str member,
                       const char *words)
{
    int64_t count = 0;

    if (json_int(json_get(answer, member), &count) < 0)
        return CTL_WRONG;
    printf("%s%" PRId64 "\n", words, count);
    return EXIT_SUCCESS;
}

static int print_sent(const struct json *answer)
{
    return print_count(answer, STR("sent"), "sent to ");
}

static int print_kicked(const struct json *answer)
{
    return print_count(answer, STR("kicked"), "closed: ");
}

/* --- the commands --- */

static const struct own {
    const char *name;
    int words_min, words_max; /* with the name */
    const char *method, *target;
    void (*ask)(const struct ctl_request *r, struct question *q);
    /* What is answered: read, or CTL_WRONG when it makes no sense; or as it
     * is; NULL for both: lines, printed as they are. */
    int (*print)(const struct json *answer);
    int (*print_text)(struct str answer);
    bool room;
} owns[] = {
    {"status", 1, 1, "GET", "/", NULL, print_status, NULL, false},
    {"plugins", 1, 1, "GET", "/plugins", NULL, NULL, ctl_print_plugins, false},
    {"sockets", 1, 2, "GET", "/sockets", ask_list, print_sockets, NULL, true},
    {"rooms", 1, 2, "GET", "/rooms", ask_list, print_rooms, NULL, false},
    {"kick", 2, 3, "POST", "/kick", ask_kick, print_kicked, NULL, false},
    {"emit", 3, 1000, "POST", "/emit", ask_emit, print_sent, NULL, true},
    {"why", 2, 2, "GET", "/why", ask_why, ctl_print_why, NULL, false},
    {"reload", 1, 1, "POST", "/reload", ask_reload, NULL, NULL, false},
    {"drain", 1, 1, "POST", "/drain", NULL, NULL, NULL, false},
};

static int print_lines(const struct ctl_answer *a)
{
    bool good = a->status < 300;

    ctl_print(good ? stdout : stderr, a->body);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int print_answer(const struct ctl_request *r, const struct own *own,
                        const struct ctl_answer *a)
{
    struct json_limits limits = {.depth = DEPTH_MAX};
    int status = CTL_WRONG;
    struct json *answer;
    struct arena arena;

    if (a->status >= 300 || (!own->print && !own->print_text))
        return print_lines(a);
    if (r->json) {
        fwrite(a->body.p, 1, a->body.n, stdout);
        return EXIT_SUCCESS;
    }
    if (own->print_text)
        return own->print_text(a->body);
    arena_init(&arena, ANSWER_MAX);
    if (json_parse(&arena, a->body, &limits, &answer, NULL) == 0)
        status = own->print(answer);
    if (status == CTL_WRONG)
        fputs("mortise ctl: what the server says makes no sense\n", stderr);
    arena_free(&arena);
    return status == CTL_WRONG ? EXIT_FAILURE : status;
}

static int ask_server(const struct ctl_request *r, const struct own *own)
{
    struct question q = {.method = own->method};
    char *socket = NULL;
    struct ctl_answer a;
    struct buf why;
    int status = EXIT_FAILURE, error = 0;

    buf_init(&why, BUF_MAX);
    buf_init(&q.target, TEXT_MAX);
    buf_init(&q.body, TEXT_MAX);
    ctl_answer_init(&a);
    buf_append_str(&q.target, str_z(own->target));
    if (own->ask)
        own->ask(r, &q);
    buf_append_char(&q.target, '\0');
    error = q.target.error ? q.target.error : q.body.error;
    if (error == 0 && !r->socket)
        error = ctl_find(r->config, &socket, &why);
    if (error == 0)
        error = ctl_ask(r->socket ? r->socket : socket, q.method, q.target.p,
                        buf_str(&q.body), q.patient, &a, &why);
    if (error < 0)
        ctl_complain(error, &why);
    else
        status = print_answer(r, own, &a);
    mem_free(socket);
    ctl_answer_free(&a);
    buf_free(&q.target);
    buf_free(&q.body);
    buf_free(&why);
    return status;
}

bool ctl_own(const struct ctl_request *r, int *ret_status)
{
    for (size_t i = 0; i < sizeof(owns) / sizeof(owns[0]); i++) {
        const struct own *own = &owns[i];
        if (strcmp(r->words[0], own->name) != 0)
            continue;
        bool fits = r->word_count >= own->words_min &&
                    r->word_count <= own->words_max && r->timeout == 0 &&
                    (!r->room || own->room) &&
                    (!r->json || own->print || own->print_text);
        *ret_status = fits ? ask_server(r, own) : CTL_WRONG;
        return true;
    }
    return false;
}
