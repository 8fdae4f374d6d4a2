/* SPDX-License-Identifier: MIT */
/*
 * A command of `mortise ctl` that is the server's own: one request to its
 * control socket, and the answer printed. Each is a row in the file that knows
 * what it is about (running, clients, plugins, why); ctl.c lists them.
 */
#ifndef MORTISE_CTL_OWN_H
#define MORTISE_CTL_OWN_H

#include "base/buf.h"
#include "ctl/request.h"
#include "json/json.h"

/* What is said to the server; errors are those of the two. */
struct ctl_question {
    struct buf target, body;
    bool patient; /* the answer may take as long as it likes */
};

struct ctl_own {
    const char *name;
    const char *help;         /* its lines of the help */
    int words_min, words_max; /* with the name */
    bool room;                /* --room means something */
    bool quiet;               /* --quiet, for the log has the answer, too */
    const char *method, *target;
    /* Adds what else is said. NULL: nothing. */
    void (*ask)(const struct ctl_request *r, struct ctl_question *q);
    /* Prints the answer for people; false: it makes no sense. NULL: it is
     * lines, printed as they are. */
    bool (*print)(const struct json *answer);
};

/* The exit status of who has asked for what there is not. */
#define CTL_WRONG (-1)

/* Asks, and prints the answer. The exit status; CTL_WRONG: the request has too
 * many words or too few, or options that mean nothing here. */
int ctl_own_run(const struct ctl_own *own, const struct ctl_request *r);

/* Adds a parameter to the query; none where the value is NULL. */
void ctl_question_add(struct ctl_question *q, const char *name,
                      const char *value);

#endif
