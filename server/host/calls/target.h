/* SPDX-License-Identifier: MIT */
/* A plugin's mortise_target, as the floor below understands it. */
#ifndef MORTISE_HOST_TARGET_H
#define MORTISE_HOST_TARGET_H

#include "host/host.h"

/* Points into itself, so it stays where it is; good until the callback
 * returns. With sio.only it is one socket. */
struct host_target {
    struct sio_target sio;
    /* Not NULL: all namespaces that are there because of this pattern, one
     * after the other; sio has none yet. */
    const struct host_namespace *pattern;
    bool uncompressed;          /* what is sent to it goes as it is */
    struct str *rooms, *except; /* what sio means: these, or in the arena */
    struct str few[2 * MORTISE_TARGET_ROOMS];
};

/*
 * ERR_STAGED, ERR_LIMIT (too many rooms), ERR_GONE (the socket), ERR_NOENT (no
 * such namespace). Authors are told what they got wrong in `call`.
 */
int target_read(const struct generation *g, const char *call,
                const mortise_target *to, struct host_target *ret_target);
/* The same, which may be a pattern. */
int target_read_any(const struct generation *g, const char *call,
                    const mortise_target *to, struct host_target *ret_target);
/* Moves it on to the next namespace of its pattern, from a cursor of 0;
 * false after the last. */
bool target_next(const struct generation *g, struct host_target *t,
                 uint32_t *cursor);

#endif
