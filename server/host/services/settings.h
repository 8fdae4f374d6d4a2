/* SPDX-License-Identifier: MIT */
/*
 * What is wrong with the settings of the plugin whose init is running: a line
 * each, with its place in the configuration. See mortise/settings.h.
 */
#ifndef MORTISE_HOST_SETTINGS_H
#define MORTISE_HOST_SETTINGS_H

#include "base/buf.h"

struct config;
struct generation;
struct known_setting;

struct settings {
    const struct config *config; /* while plugins are started: theirs */
    struct buf complaints;       /* emptied by whoever ran init */
    struct known_setting *known; /* asked for in this callback */
};

void settings_init(struct settings *s);
void settings_free(struct settings *s);

/* Appends "FILE:LINE:COLUMN: ", the place of the plugin's entry; nothing when
 * no plugins are being started. */
void settings_put_place(const struct generation *g, struct buf *out);
/*
 * The plugin has registered something that cannot be. In its init that is as
 * wrong as a bad setting: a line, with the place of its entry, and it does not
 * start, whatever init returns. At other times the log has it.
 */
__attribute__((format(printf, 2, 3))) void
settings_refuse(const struct generation *g, const char *format, ...);

/* Warns of settings with "development": true while the server is in production.
 * It does not end in an error: who has it so may mean it. */
void settings_warn_of_development(const struct config *config);

#endif
