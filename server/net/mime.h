/* SPDX-License-Identifier: MIT */
/* Media types of files, by the end of their names. */
#ifndef MORTISE_NET_MIME_H
#define MORTISE_NET_MIME_H

#include <stdbool.h>

#include "base/str.h"

struct mime {
    struct str extension; /* without the dot */
    struct str type;      /* for Content-Type */
    bool compressible;    /* text, or nearly */
};

/* Never NULL; application/octet-stream for what is not known. */
const struct mime *mime_of(struct str name);

#endif
