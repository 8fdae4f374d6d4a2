/* SPDX-License-Identifier: MIT */
/* The server at the other end of a control socket (control.h), for `mortise
 * ctl`: finding it, and asking it. Blocks. */
#ifndef MORTISE_CTL_SERVER_H
#define MORTISE_CTL_SERVER_H

#include <stdbool.h>

#include "base/buf.h"

struct ctl_answer {
    int status;
    struct str body; /* in `raw` */
    struct buf raw;
};

void ctl_answer_init(struct ctl_answer *a);
void ctl_answer_free(struct ctl_answer *a);

/*
 * One request, with a body or an empty one. `patient`: the answer may take as
 * long as it likes. ERR_NOENT (nobody listens there), ERR_IO, ERR_LIMIT (it is
 * too long), or ERR_SYNTAX for an answer that is none, with what was tried and
 * what helps in *why.
 */
int ctl_ask(const char *socket, const char *method, const char *target,
            struct str body, bool patient, struct ctl_answer *a,
            struct buf *why);

/*
 * The control socket of the server that runs the configuration `config`; NULL:
 * of the only one that there is. Where the configuration does not say where it
 * is, run directories are searched, and the place of systemd's unit.
 * *ret_socket is the caller's. ERR_NOENT (nobody answers, or several do) with
 * lines in *why, or ERR_NOMEM.
 */
int ctl_find(const char *config, char **ret_socket, struct buf *why);

#endif
