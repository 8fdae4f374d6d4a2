/* SPDX-License-Identifier: MIT */
/*
 * A reload's side of namespaces: those that are new are opened before it is
 * committed; those that nobody handles any more are left then, and all others
 * point to what the new line-up says of them. Nothing to do before there is a
 * Socket.IO server.
 */
#ifndef MORTISE_HOST_RELOAD_NAMESPACES_H
#define MORTISE_HOST_RELOAD_NAMESPACES_H

#include "base/buf.h"

struct reload;

/*
 * Opens those that are new, for nobody yet: until reload_namespaces_point()
 * each is what the old line-up says of it. Refuses (ERR_DENIED, a line in *why
 * for each) that sockets are left in a namespace which the new build of a
 * plugin has forgotten; that it goes with its plugin, or with a change of the
 * configuration, is as it should be.
 */
int reload_namespaces_open(struct reload *r, struct buf *why);
/* The opposite. */
void reload_namespaces_close(struct reload *r);
/* Disconnects who is in a namespace that nobody handles any more; the builds
 * that are leaving are told of it. */
void reload_namespaces_leave(struct reload *r);
/* Points all namespaces to the line-up that is in effect now. */
void reload_namespaces_point(struct reload *r);

#endif
