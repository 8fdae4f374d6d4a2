/* SPDX-License-Identifier: MIT */
/*
 * The browser client under the Socket.IO path: /socket.io/socket.io.js and
 * the like, from the files of the npm package (section 3.8 of the protocol).
 * Every other request under the path is Engine.IO's.
 */
#ifndef MORTISE_APP_CLIENT_FILES_H
#define MORTISE_APP_CLIENT_FILES_H

#include "base/str.h"
#include "engineio/engineio.h"
#include "net/http_server.h"

struct client_files;

/* dir: the package's dist folder; empty: no files, only Engine.IO. The ETag is
 * the package's version. NULL when the folder cannot be opened or memory is
 * out. Keeps the other two, does not own them. */
struct client_files *client_files_new(struct str dir, struct str path,
                                      const struct cors_options *cors,
                                      struct eio_server *engine);
void client_files_free(struct client_files *files); /* NULL is fine */
/* Goes on with the folder of another one, which is freed: the requests it
 * holds are those of the one that is mounted. */
void client_files_take(struct client_files *files, struct client_files *other);

/* To be mounted on the path with a slash behind, with the client_files. */
extern const struct http_handler client_files_handler;

#endif
