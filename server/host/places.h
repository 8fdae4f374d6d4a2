/* SPDX-License-Identifier: MIT */
/* Where plugins are found, and where their private copies go. */
#ifndef MORTISE_HOST_PLACES_H
#define MORTISE_HOST_PLACES_H

#include <stdbool.h>

#include "base/buf.h"
#include "config/config.h"

/*
 * The file of a plugin: its "path" (below pluginDir unless it is absolute or
 * was resolved by the configuration), else NAME.so or NAME/NAME.so in
 * pluginDir, else beside the running program (a build tree), else in the
 * installed place. *ret_file is the caller's. ERR_NOENT, ERR_NOMEM.
 */
int places_find_plugin(const struct config *config,
                       const struct config_plugin *plugin, char **ret_file,
                       struct buf *why);

/*
 * The directory for private copies: runDir, made if need be, or a new one of
 * our own (*ret_made). It has to allow loading code from it. ERR_IO.
 */
int places_run_dir(const struct config *config, char **ret_dir, bool *ret_made,
                   struct buf *why);
/* Removes a directory of ours and the copies in it. */
void places_remove(const char *dir);

#endif
