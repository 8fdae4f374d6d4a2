/* SPDX-License-Identifier: MIT */
/*
 * Tells when files were written, or others took their places.
 *
 * What is watched are their folders, for a build that puts a new file in the
 * place of the old one, and editors do, too. Once a second it is looked whether
 * the folders are still those that are watched, so whole folders may vanish and
 * come back; what is in them then counts as changed. Of a file that is a link
 * both the link and what it leads to are watched.
 */
#ifndef MORTISE_NET_FILE_WATCH_H
#define MORTISE_NET_FILE_WATCH_H

#include <stdint.h>

struct file_watch;
struct loop;

/* `changed` is told the path as it was given; several times for one change,
 * perhaps. It must not call any of these. ERR_IO (with errno), or ERR_NOMEM. */
int file_watch_new(struct loop *loop,
                   void (*changed)(void *user, const char *path), void *user,
                   struct file_watch **ret_watch);
/* NULL is fine. */
void file_watch_free(struct file_watch *w);
/* From now on these; the paths are copied. On ERR_NOMEM those before. */
int file_watch_set(struct file_watch *w, char *const *paths, uint32_t count);

#endif
