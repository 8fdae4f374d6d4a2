/* SPDX-License-Identifier: MIT */
/* A body in one of the codings of HTTP (RFC 9110, 8.4.1), made at once. */
#ifndef MORTISE_NET_COMPRESS_H
#define MORTISE_NET_COMPRESS_H

#include "base/buf.h"

enum compress_coding {
    COMPRESS_GZIP,
    COMPRESS_DEFLATE, /* in zlib's format (RFC 1950), as it has to be */
};

/* level: 1 (fast) to 9 (small). 0 with a slice of the caller's; ERR_LIMIT when
 * it would not be smaller by an eighth at least; ERR_NOMEM. */
int compress_slice(const struct slice *plain, enum compress_coding coding,
                   int level, struct slice **ret_slice);

#endif
