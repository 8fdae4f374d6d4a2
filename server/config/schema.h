/* SPDX-License-Identifier: MIT */
/*
 * The list of keys: what a configuration may say, and everything that is
 * known about it. The check (config/read.h), the defaults, the description
 * and the comparison of two configurations are all made from this table.
 */
#ifndef MORTISE_CONFIG_SCHEMA_H
#define MORTISE_CONFIG_SCHEMA_H

#include "config/complain.h"

enum schema_kind {
    SCHEMA_BOOL,    /* bool */
    SCHEMA_INT,     /* int64_t, min..max */
    SCHEMA_STRING,  /* struct str; `valid` judges it */
    SCHEMA_PATH,    /* struct str, resolved against the file's folder */
    SCHEMA_WORD,    /* an enum: the index in `words` */
    SCHEMA_SECTION, /* an object with `keys`, which count from the same base */
    SCHEMA_OTHER,   /* `read` does it */
};

struct schema_key;

/* A value on its way into the structure. */
struct schema_item {
    const struct schema_key *key;
    struct str name;          /* with what is around it: "limits.connections" */
    const struct json *value; /* never NULL */
    void *base;               /* the structure that key->offset counts from */
};

struct schema_key {
    const char *name;
    enum schema_kind kind;
    enum config_effect effect;
    bool required;
    bool list; /* `keys` are those of each element of an array */
    size_t offset;
    int64_t min, max;
    const char *fallback; /* the default as JSON; NULL: nothing is stored */
    const char *const *words;
    const struct schema_key *keys;
    bool (*valid)(struct str text);
    void (*read)(struct reader *r, const struct schema_item *item);
    const char *expects; /* what it must be, when the kind does not say */
    const char *text;    /* one sentence */
};

/* Tables end with a key without name. */
extern const struct schema_key schema_root[];
extern const struct schema_key schema_http_compression[], schema_deflate[];
extern const struct schema_key schema_cookie[], schema_cors[], schema_limits[];
extern const struct schema_key schema_tls[];
extern const struct schema_key schema_jobs[], schema_metrics[], schema_health[];
extern const struct schema_key schema_seccomp[], schema_why[];
extern const struct schema_key schema_reload[];
extern const struct schema_key schema_plugin[];

/* Appends what a key must be: "a whole number from 1 to 5". */
void schema_expects(const struct schema_key *key, struct buf *out);

#endif
