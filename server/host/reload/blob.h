/* SPDX-License-Identifier: MIT */
/*
 * What a plugin has saved, sealed: whose it is, in which version, and a
 * checksum over all of it. So a blob that was cut, mixed up or made by
 * somebody else is known before a plugin sees it.
 */
#ifndef MORTISE_HOST_BLOB_H
#define MORTISE_HOST_BLOB_H

#include <stdint.h>

#include "base/buf.h"

/* The most that a plugin may save. */
#define BLOB_BODY_MAX ((size_t)64 << 20)
#define BLOB_MAX      (BLOB_BODY_MAX + 512)

struct blob {
    struct str plugin; /* its name, */
    struct str build;  /* the version of the build that saved, */
    uint32_t version;  /* and that of the state */
    struct str body;
};

/* Appends it to *out. The buffer's errors. */
int blob_seal(const struct blob *blob, struct buf *out);
/* The opposite: what it says points into `sealed`. ERR_SYNTAX with a sentence
 * in *why when it is damaged. */
int blob_open(struct str sealed, struct blob *ret_blob, struct buf *why);

#endif
