/* SPDX-License-Identifier: MIT */
/*
 * Builds that have crashed the server again and again, and are left out by its
 * next start: who was to blame is written down as it happens (see blame.h), in
 * a file that stays when the server ends.
 *
 * There is a file for each configuration, found by the absolute path of that:
 * in runDir, or else in the first of $STATE_DIRECTORY, $XDG_RUNTIME_DIR,
 * $TMPDIR and /tmp that will do. It is nobody else's to read or to write. A
 * line is a crash:
 *
 *     1767225600 chat 9f86d081884c7d65 SIGSEGV in chat#1 (version 1.2.0), ...
 *
 * when, which plugin, which build (its file's hash), and the rest for people.
 * The last three of each plugin are kept.
 *
 * One for the whole process, as its signals are.
 */
#ifndef MORTISE_HOST_QUARANTINE_H
#define MORTISE_HOST_QUARANTINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "config/config.h"

/* So many crashes of the same build, the last so many seconds after the
 * first. */
#define QUARANTINE_CRASHES 3
#define QUARANTINE_SECONDS 300

/* Opens the file, made if need be, and has crashes written to it. Without one
 * everything is as it would be after no crash; a warning says so. */
void quarantine_open(const struct config *config);
/* Crashes are written nowhere. Without having been opened it is fine. */
void quarantine_close(void);

/*
 * Whether this plugin is to be left out, which is logged as an error, with what
 * to do about it. `bytes` is its file, and `hash` the SHA-256 of that.
 *
 * Not left out is what may decide who comes in, because doors that it keeps
 * would be open; nor the last plugin there is. Both are logged too.
 */
bool quarantine_refuses(const struct config *config,
                        const struct config_plugin *plugin, struct str bytes,
                        const unsigned char hash[32]);

/* Why a plugin is left out. Its texts are good until quarantine_close(). */
struct quarantine_reason {
    int64_t since;    /* its last crash; seconds since 1970 */
    struct str crash; /* what that was, for people */
    const char *file; /* where it is written down */
};
/* False when it does not crash so often. */
bool quarantine_reason(struct str plugin, struct quarantine_reason *ret);

#endif
