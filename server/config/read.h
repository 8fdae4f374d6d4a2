/* SPDX-License-Identifier: MIT */
/*
 * From JSON to the structure, as the schema says; with a complaint for all
 * that is unknown, missing or not what it must be.
 */
#ifndef MORTISE_CONFIG_READ_H
#define MORTISE_CONFIG_READ_H

#include "config/schema.h"

/*
 * Reads the members of an object (NULL: all defaults) into the structure at
 * base. The names of keys are called prefix + name.
 */
void read_object(struct reader *r, const struct json *object,
                 const struct schema_key *keys, struct str prefix, void *base);

/* "NAME must be EXPECTED, not WHAT IT IS". */
void read_refuse(struct reader *r, const struct schema_item *item);
/* The same about a part of the item. */
void read_refuse_part(struct reader *r, const struct schema_item *item,
                      const struct json *part);

/*
 * A string, or an array of at least one, each `valid` (NULL: any that has no
 * control characters); as an array of strings. False when it complained.
 */
bool read_strings(struct reader *r, const struct schema_item *item,
                  bool (*valid)(struct str), struct config_strings *ret);

/* The characters of a method, the name of a header or of a cookie (RFC 9110,
 * 5.6.2). */
bool read_is_token(struct str text);

/* No control characters: what may stand in a path, a header, a log line. */
bool read_is_plain(struct str text);

/* A path as seen from the folder of the file; empty stays empty. */
struct str read_resolve(struct reader *r, struct str path);

/* The readers of keys that are more than one value. */
void read_listen(struct reader *r, const struct schema_item *item);
void read_path(struct reader *r, const struct schema_item *item);
void read_transports(struct reader *r, const struct schema_item *item);
void read_parsers(struct reader *r, const struct schema_item *item);
void read_cors(struct reader *r, const struct schema_item *item);
void read_cors_origin(struct reader *r, const struct schema_item *item);
void read_cors_list(struct reader *r, const struct schema_item *item);
void read_http_compression(struct reader *r, const struct schema_item *item);
void read_tls(struct reader *r, const struct schema_item *item);
void read_deflate(struct reader *r, const struct schema_item *item);
void read_cookie(struct reader *r, const struct schema_item *item);
void read_trusted_proxies(struct reader *r, const struct schema_item *item);
void read_plugins(struct reader *r, const struct schema_item *item);
void read_plugin_path(struct reader *r, const struct schema_item *item);
void read_plugin_settings(struct reader *r, const struct schema_item *item);
void read_plugin_state(struct reader *r, const struct schema_item *item);
bool read_is_plugin_name(struct str text);
bool read_is_namespace(struct str text);

#endif
