/* SPDX-License-Identifier: MIT */
/*
 * HTTP requests that plugins answer: a number for each, from its arrival until
 * the answer is on its way or the client has gone. The host owns them.
 *
 * What comes in goes, in this order, to the rows of BEFORE, to the plugin that
 * has the route, and, where there is no route, to the handler behind (the
 * files). A request whose deadline passes, or whose plugin goes, is answered
 * 503.
 */
#ifndef MORTISE_HOST_REQUESTS_H
#define MORTISE_HOST_REQUESTS_H

#include "base/buf.h"
#include "base/ids.h"
#include "base/timer.h"
#include "engineio/cors.h"
#include "host/services/health.h"
#include "net/http_server.h"

struct host;
struct identity;
struct plugin_slot;

/* The most that an answer's headers take, those of a plugin. */
#define REQUEST_HEADERS_MAX 16384

struct request {
    struct host *host;
    uint64_t number;
    struct http_exchange *x;
    struct plugin_slot *slot; /* who is to answer */
    char *pattern;            /* the path of its route, copied */
    struct str body;          /* lives as long as the exchange */
    struct buf headers;       /* of the answer */
    struct timer deadline;
    bool asked;                /* ALLOW: cannot be answered, only refused; */
    bool refused;              /* the headers are then the text */
    bool handshake;            /* of a client that has no session yet */
    struct identity *identity; /* NULL: nobody has said whose it is */
};

/* What is behind the routes (it answers at once), and who may call them from
 * other origins. */
struct requests {
    struct ids ids;
    const struct http_handler *files; /* NULL: there is nothing */
    void *files_user;
    struct str metrics_path; /* where metrics are printed; empty: nowhere */
    struct health health;
    const struct cors_options *cors; /* NULL: nobody of other origins */
};

void requests_init(struct requests *r);
/* All exchanges are over by then. */
void requests_free(struct requests *r);

/* To be mounted on "/", with the host as user. */
extern const struct http_handler requests_handler;

/*
 * Asks the rows of ALLOW about a request that somebody else answers: false
 * when one of them refuses it, with a text in *text. To be given to
 * eio_server_new(), with the host as user.
 */
bool requests_allow(void *user, struct http_exchange *x, bool handshake,
                    struct buf *text);
/* Logs that a page of another origin was refused; for the same. */
void requests_foreign(void *user, struct str origin);

/* NULL: it has gone, or was answered. */
struct request *requests_find(const struct host *host, uint64_t number);
/* Answers and forgets it; the headers gathered for it go along. */
void requests_answer(struct request *r, int status, struct str type,
                     struct str body);
/* Answers all that wait for this plugin: it goes. */
void requests_drop(struct host *host, const struct plugin_slot *slot);

#endif
