/* SPDX-License-Identifier: MIT */
/*
 * What is wrong with a configuration: complaints, kept in the order of their
 * places in the file and printed at the end. After the first hundred nobody
 * reads on; the rest is only counted.
 */
#ifndef MORTISE_CONFIG_COMPLAIN_H
#define MORTISE_CONFIG_COMPLAIN_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "config/config.h"

enum { COMPLAINTS_MAX = 100 };

struct complaint {
    struct complaint *next;
    size_t offset;
    struct str text;
};

/* One reading of a configuration. Whoever runs out of memory says so in
 * `error` and goes on; the result is thrown away at the end. */
struct reader {
    struct config *config;
    struct complaint *complaints; /* by offset */
    uint32_t count;               /* also of those not kept */
    int error;                    /* 0 or ERR_NOMEM */
};

/* Where a value, or the name of a member, begins in the configuration's text;
 * 0 for what is not from there (a default). */
size_t complain_value_offset(const struct config *config,
                             const struct json *value);
size_t complain_key_offset(const struct config *config,
                           const struct json *member);

void complain(struct reader *r, size_t offset, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Memory of the configuration's arena; NULL sets the reader's error. */
void *reader_alloc(struct reader *r, size_t size);
struct str reader_str(struct reader *r, struct str s);

/* "file:line:column" */
void complain_place(const struct config *config, size_t offset,
                    struct buf *out);
/* Appends every complaint as a line. */
void complain_print(const struct reader *r, struct buf *out);

/*
 * A text of the user's for a complaint: in quotes, control characters
 * escaped, cut when it is long.
 */
enum { QUOTED_SIZE = 512 };
const char *complain_quote(struct str s, char to[QUOTED_SIZE]);

#endif
