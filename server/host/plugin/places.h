/* SPDX-License-Identifier: MIT */
/* Where the files of plugins are found. */
#ifndef MORTISE_HOST_PLACES_H
#define MORTISE_HOST_PLACES_H

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

#endif
