/* SPDX-License-Identifier: MIT */
/*
 * The two ways in which json_parse() reads. read_strict() is for what comes by
 * the wire: quick, and without a word about what is wrong. read_yajl() also
 * knows comments, and says where and why a text is no JSON. Whatever one of
 * them takes, the other takes, and makes the same nodes of it.
 *
 * Both return as json_parse() does.
 */
#ifndef MORTISE_JSON_READERS_H
#define MORTISE_JSON_READERS_H

#include "json/json.h"

/* limits->comments is false. */
int read_strict(struct arena *arena, struct str text,
                const struct json_limits *limits, struct json **ret_value);
int read_yajl(struct arena *arena, struct str text,
              const struct json_limits *limits, struct json **ret_value,
              struct json_error *error);

#endif
