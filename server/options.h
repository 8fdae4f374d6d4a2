/* SPDX-License-Identifier: MIT */
/* The arguments of the program, as far as it is to serve. */
#ifndef MORTISE_OPTIONS_H
#define MORTISE_OPTIONS_H

#include <stdbool.h>

#define LISTEN_MAX 16

struct options {
    const char *config;
    const char *describe, *format;
    const char *listen[LISTEN_MAX];
    unsigned listen_count;
    bool check;
    bool watch;
};

/* Fills in the options. -1 to serve (or check), else the status to exit with:
 * what was asked for has been printed, or what is wrong. */
int options_read(int argc, char **argv, struct options *ret_options);

#endif
