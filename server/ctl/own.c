/* SPDX-License-Identifier: MIT */
#include "ctl/own.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ctl/print.h"
#include "ctl/server.h"

#define TEXT_MAX   ((size_t)1 << 20)
#define ANSWER_MAX ((size_t)256 << 20)
#define DEPTH_MAX  64

void ctl_question_add(struct ctl_question *q, const char *name,
                      const char *value)
{
    struct buf *target = &q->target;

    if (!value)
        return;
    buf_append_char(target, memchr(target->p, '?', target->n) ? '&' : '?');
    buf_printf(target, "%s=", name);
    for (const char *p = value; *p; p++)
        buf_printf(target, "%%%02x", (unsigned char)*p);
}

#define REFUSED 409

/* What the server has done, or refused, may be left to its log to say; that it
 * could not even be asked may not. */
static int print_lines(const struct ctl_request *r, const struct ctl_answer *a)
{
    bool good = a->status < 300;

    if (!r->quiet || (!good && a->status != REFUSED))
        ctl_print(good ? stdout : stderr, a->body);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int print_answer(const struct ctl_request *r, const struct ctl_own *own,
                        const struct ctl_answer *a)
{
    struct json_limits limits = {.depth = DEPTH_MAX};
    struct json *answer;
    struct arena arena;

    if (a->status >= 300 || !own->print)
        return print_lines(r, a);
    if (r->json) {
        fwrite(a->body.p, 1, a->body.n, stdout);
        return EXIT_SUCCESS;
    }
    arena_init(&arena, ANSWER_MAX);
    bool good = json_parse(&arena, a->body, &limits, &answer, NULL) == 0 &&
                own->print(answer);
    if (!good)
        fputs("mortise ctl: what the server says makes no sense\n", stderr);
    arena_free(&arena);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int ask_server(const struct ctl_request *r, const struct ctl_own *own)
{
    struct ctl_question q = {.patient = false};
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
        error = ctl_ask(r->socket ? r->socket : socket, own->method, q.target.p,
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

int ctl_own_run(const struct ctl_own *own, const struct ctl_request *r)
{
    bool fits = r->word_count >= own->words_min &&
                r->word_count <= own->words_max && r->timeout == 0 &&
                (!r->room || own->room) && (!r->quiet || own->quiet) &&
                (!r->json || own->print);

    return fits ? ask_server(r, own) : CTL_WRONG;
}
