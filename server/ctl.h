/* SPDX-License-Identifier: MIT */
/* What the files of `mortise ctl` share. */
#ifndef MORTISE_CTL_H
#define MORTISE_CTL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"

/* What is asked, as the command line has it. */
struct ctl_request {
    const char *config, *socket; /* NULL: not given */
    const char *room;            /* NULL: not given */
    bool json;
    int64_t timeout; /* ms; 0: not given */
    char **words;    /* the command and its arguments */
    int word_count;
};

/* --- ctl.c --- */

/* Foreign text on a terminal: nothing in it drives that. */
void ctl_print(FILE *to, struct str text);
/* What went wrong, lines; or the text of an error where there are none. */
void ctl_complain(int error, const struct buf *why);

/* --- ctl_own.c --- */

/* The exit status of who has asked for what there is not. */
#define CTL_WRONG (-1)

/* Whether the words are a command of the server's own. It is done then, and
 * *ret_status the exit status, or CTL_WRONG: there are too many or too few. */
bool ctl_own(const struct ctl_request *r, int *ret_status);

/* --- ctl_plugins.c --- */

/* Prints the answer to GET /plugins. The exit status. */
int ctl_print_plugins(struct str body);

/* --- ctl_why.c --- */

struct json;

/* Prints the answer to GET /why. The exit status, or CTL_WRONG. */
int ctl_print_why(const struct json *answer);

/* --- ctl_command.c --- */

/* Has a plugin's command run: the words are the plugin's name, the command's
 * and its arguments. The exit status. */
int ctl_command(const struct ctl_request *r);

/* --- ctl_help.c --- */

/*
 * Prints what there is to know of the commands in a text as GET /commands
 * answers it: of those of all plugins (NULL), of one plugin, or of one command.
 * How many those were.
 */
int ctl_print_commands(struct str list, const char *plugin,
                       const char *command);
/* What a command is to be told on standard input, copied to *ret_input, which
 * is the caller's; NULL: nothing, or there is no such command. ERR_NOMEM. */
int ctl_input_of(struct str list, const char *plugin, const char *command,
                 char **ret_input);

/* --- ctl_place.c: where commands are run --- */

/* A server that is asked, or this process itself. */
struct ctl_place;

/*
 * Finds the server that the request is about; where none runs, and the request
 * has its configuration, this process does it. `trial`: nothing is to be run,
 * see alone.h. ERR_NOENT, ERR_IO, ... with lines in *why.
 */
int ctl_place_open(const struct ctl_request *r, bool trial,
                   struct ctl_place **ret_place, struct buf *why);
void ctl_place_close(struct ctl_place *p); /* NULL is fine */
/* The answers to GET and POST /commands. Errors with a line in *why. */
int ctl_place_list(struct ctl_place *p, struct buf *out, struct buf *why);
int ctl_place_give(struct ctl_place *p, struct str message, struct buf *out,
                   struct buf *why);

/* --- ctl_input.c --- */

/* Reads standard input to its end, or where that is a terminal a line, which is
 * asked for as `what` and not shown; without the end of the last line. ERR_IO,
 * ERR_LIMIT or ERR_CLOSED (a signal has ended it) with a line in *why. */
int ctl_read_input(const char *what, struct buf *input, struct buf *why);

#endif
