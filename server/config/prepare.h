/* SPDX-License-Identifier: MIT */
/*
 * What happens to the parsed text before the schema sees it: `${NAME}` in
 * strings is replaced from the environment, `${file:PATH}` by what is in a file
 * of up to 64 KiB, and keys that stand twice in one
 * object are found.
 */
#ifndef MORTISE_CONFIG_PREPARE_H
#define MORTISE_CONFIG_PREPARE_H

#include "config/complain.h"

/*
 * Walks the whole value. A string that was changed gets another text and is
 * marked, with all that is around it, as one whose raw text is not the whole
 * truth (json.h: binary); raw stays, for the places of complaints.
 */
void prepare(struct reader *r, struct json *value);

#endif
