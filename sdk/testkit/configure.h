/* SPDX-License-Identifier: MIT */
/* Configurations: those that a test writes, and those that are made from the
 * file of a plugin. */
#ifndef MORTISE_TESTKIT_CONFIGURE_H
#define MORTISE_TESTKIT_CONFIGURE_H

#include "host/plugin/elf_note.h"
#include "internal.h"
#include "json/writer.h"

/* As the server reads it. Clients are told why they are closed only where it
 * says so: few tests are about that. */
int kit_configure(struct str text, struct config **ret_config, struct buf *why);

/* A file, what it calls itself, and settings as JSON text; empty: none. */
struct kit_plugin {
    struct elf_note note;
    char *path; /* absolute */
    struct buf settings;
};

/* The settings are written as a format. On failure there is nothing to be
 * freed. */
int kit_plugin_read(struct kit_place at, const char *file, const char *settings,
                    va_list args, struct kit_plugin *ret, struct buf *why);
void kit_plugin_free(struct kit_plugin *plugin);
/* Its entry in a configuration; what it does not say stays as it was in the
 * entry before. NULL: there was none. */
void kit_plugin_put(struct json_writer *w, const struct kit_plugin *plugin,
                    const struct json *before);

#endif
