/* SPDX-License-Identifier: MIT */
/*
 * Files of a directory over HTTP (RFC 9110): GET and HEAD, media types, ETag
 * and Last-Modified, 304, one Range, gzip for text (kept, not made again at
 * every request), index.html for a directory. HTML goes out with the headers
 * that tell a browser what a page may do.
 *
 * No way out of the root: the decoded path has no "..", NUL, backslash or
 * hidden component, and the file is opened below the root's descriptor
 * without following symbolic links out of it. Only regular files.
 */
#ifndef MORTISE_NET_STATIC_FILES_H
#define MORTISE_NET_STATIC_FILES_H

#include "net/http_server.h"

struct static_files;

struct static_files_options {
    struct str root;   /* directory; opened once */
    struct str prefix; /* of the URL path that stands for the root: "/" */
    int64_t max_age;   /* seconds in Cache-Control; 0: asked for each time */
    /* Paths below the root that begin so never change; empty: none. */
    struct str immutable;
    /* The file that stands for those that are not there, for who wants HTML
     * and names no extension: the page of an application that has its routes
     * in the browser. Empty: none. */
    struct str fallback;
    struct str policy; /* Content-Security-Policy of HTML; empty: none */
};

/* NULL when the root cannot be opened (errno says why) or memory is out. */
struct static_files *static_files_new(const struct static_files_options *o);
void static_files_free(struct static_files *files); /* NULL is fine */
/* Whether a new one would serve the same: the root still leads to the folder
 * that is open, and nothing else differs. */
bool static_files_same(const struct static_files *files,
                       const struct static_files_options *o);

/* To be mounted with the static_files as user. */
extern const struct http_handler static_files_handler;

/*
 * Answers one exchange with one file of the root (name: relative path, not
 * encoded) whatever the request's path is; false, with nothing answered, when
 * there is no such file. etag: what to say instead of the file's own (with
 * quotes; empty: its own). headers: further whole lines, each ended by CRLF.
 * Used for the Socket.IO client files.
 */
bool static_files_serve(struct static_files *files, struct http_exchange *x,
                        struct str name, struct str etag, struct str headers);

#endif
