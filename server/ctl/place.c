/* SPDX-License-Identifier: MIT */
#include "ctl/place.h"

#include <stdio.h>

#include "base/error.h"
#include "base/mem.h"
#include "config/config.h"
#include "ctl/alone.h"
#include "ctl/server.h"
#include "host/plugin/run_dir.h"

struct ctl_place {
    char *socket;        /* NULL: it is here */
    struct alone *alone; /* NULL: it is not */
};

/* Whether somebody serves this configuration who does not answer: who starts
 * or ends, or whose control socket could not be opened. */
static int check_nobody(const char *config, struct buf *why)
{
    struct config *c = NULL;
    int error = config_load(config, &c, why);

    if (error == 0 && run_dir_in_use(c->run_dir, config)) {
        buf_printf(why,
                   "something runs with %s, and does not answer: it starts or "
                   "ends, is another command like this, or has no control "
                   "socket\n",
                   config);
        error = ERR_DENIED;
    }
    config_free(c);
    return error;
}

static int open_here(const struct ctl_request *r, bool trial,
                     struct ctl_place *p, struct buf *why)
{
    buf_clear(why); /* that nobody serves it */
    int error = check_nobody(r->config, why);
    if (error < 0)
        return error;
    if (!trial)
        fputs("mortise: no server is running; done here\n", stderr);
    p->alone = alone_new(r->config, trial, why);
    return p->alone ? 0 : ERR_DENIED;
}

/* ERR_NOENT when there is no server at all. */
static int find_server(const struct ctl_request *r, struct ctl_place *p,
                       struct buf *why)
{
    struct ctl_answer a;
    int error;

    if (r->socket) {
        p->socket = mem_dupz(r->socket, strlen(r->socket));
        return p->socket ? 0 : ERR_NOMEM;
    }
    error = ctl_find(r->config, &p->socket, why);
    if (error < 0)
        return error;
    /* One that the configuration names may be there or not. */
    ctl_answer_init(&a);
    error = ctl_ask(p->socket, "GET", "/", STR(""), false, &a, why);
    ctl_answer_free(&a);
    if (error < 0) {
        mem_free(p->socket);
        p->socket = NULL;
    }
    return error;
}

int ctl_place_open(const struct ctl_request *r, bool trial,
                   struct ctl_place **ret_place, struct buf *why)
{
    struct ctl_place *p = mem_zalloc(sizeof(*p));

    if (!p)
        return ERR_NOMEM;
    int error = find_server(r, p, why);
    if (error == ERR_NOENT && r->config)
        error = open_here(r, trial, p, why);
    else if (error == ERR_NOENT && !r->socket)
        buf_append_z(why, "a plugin's command is done without one, too, with "
                          "--config FILE\n");
    if (error == 0)
        *ret_place = p;
    else
        ctl_place_close(p);
    return error;
}

void ctl_place_close(struct ctl_place *p)
{
    if (!p)
        return;
    alone_free(p->alone);
    mem_free(p->socket);
    mem_free(p);
}

static int ask(struct ctl_place *p, const char *method, struct str message,
               struct buf *out, struct buf *why)
{
    struct ctl_answer a;

    ctl_answer_init(&a);
    int error = ctl_ask(p->socket, method, "/commands", message, message.n > 0,
                        &a, why);
    if (error == 0 && a.status == 200)
        error = buf_append_str(out, a.body);
    else if (error == 0) {
        buf_printf(why, "the server says %d\n", a.status);
        error = ERR_IO;
    }
    ctl_answer_free(&a);
    return error;
}

int ctl_place_list(struct ctl_place *p, struct buf *out, struct buf *why)
{
    if (!p->alone)
        return ask(p, "GET", STR(""), out, why);
    alone_list(p->alone, out);
    return out->error;
}

int ctl_place_give(struct ctl_place *p, struct str message, struct buf *out,
                   struct buf *why)
{
    if (!p->alone)
        return ask(p, "POST", message, out, why);
    int error = alone_give(p->alone, message, out);
    if (error == ERR_CLOSED)
        buf_append_z(why, "it was interrupted\n");
    return error;
}
