/* SPDX-License-Identifier: MIT */
/*
 * From the path of a URL to an open file below a root, and never to one that
 * is not below it.
 */
#ifndef MORTISE_NET_STATIC_PATH_H
#define MORTISE_NET_STATIC_PATH_H

#include <stdbool.h>

#include "base/str.h"

#define STATIC_PATH_MAX 1024

/* Whether a relative path is one that is served: components without exception
 * neither empty nor beginning with a dot, no NUL, no backslash. */
bool static_path_valid(struct str path);

/*
 * Turns the path of a request, still encoded and without the prefix, into a
 * relative path with a NUL behind it: decoded, and with "index.html" added
 * where it ends in a slash. Returns its length, or ERR_NOENT when it is not
 * valid. An encoded slash is not valid either.
 */
int static_path_decode(struct str encoded, char ret_path[STATIC_PATH_MAX]);

/* Opens a valid path for reading below `root`; symbolic links are followed as
 * long as they do not lead out of it. A descriptor, or -1 with errno. */
int static_path_open(int root, const char *path);
/* The same for kernels without openat2(2): follows no link at all. */
int static_path_walk(int root, const char *path);

#endif
