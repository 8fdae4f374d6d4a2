/* SPDX-License-Identifier: MIT */
/*
 * A plugin's file on disk, and the private copy it is loaded from: so that
 * whoever writes over the file does not change code that is running, and each
 * build has a path of its own, for dlopen() knows files by their path.
 */
#ifndef MORTISE_HOST_PLUGIN_FILE_H
#define MORTISE_HOST_PLUGIN_FILE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* Reads the whole file. Refused: what is no regular file, what everybody may
 * write to, and what changes meanwhile (a linker at work). ERR_IO, ERR_DENIED,
 * ERR_LIMIT, ERR_NOMEM; a sentence in *why. */
int plugin_file_read(const char *path, struct buf *to, struct buf *why);

/*
 * Whether nobody but root and this process's user can put another file there:
 * its owner and its folder's are one of them, and others may not write to the
 * folder (unless it is one like /tmp, where everybody has their own). ERR_IO,
 * ERR_DENIED, with a sentence in *why.
 */
int plugin_file_check_place(const char *path, struct buf *why);

/*
 * Writes DIR/NAME.NUMBER-HASH.so, which must not be there yet; readable and
 * executable by us alone. *ret_path is the caller's. ERR_IO with a sentence in
 * *why, ERR_NOMEM.
 */
int plugin_file_copy(struct str dir, struct str name, uint32_t number,
                     struct str bytes, char **ret_path, struct buf *why);

#endif
