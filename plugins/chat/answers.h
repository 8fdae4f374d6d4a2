/* SPDX-License-Identifier: MIT */
/* Refusals in words: {error: {code, message, data}}, as the host's own. */
#ifndef CHAT_ANSWERS_H
#define CHAT_ANSWERS_H

#include "fields.h"

/* Answers what was put off with one value; NULL: it could not be made, and that
 * is what is said. */
void answers_give(mortise_reply reply, mortise_value value);
/* Answers an event at once; `retry` ms, 0: that is not it. */
void answers_refuse(const mortise_event *event, enum refusal why,
                    int64_t retry);
/* The same in words alone, for the operator. */
const char *answers_words(int status);
/* Answers what was put off. status: of a job or the writer, a refusal above 0
 * or an error; the answer may say when it ends (FIELD_UNTIL). */
void answers_fail(mortise_reply reply, int status, mortise_str answer);

#endif
