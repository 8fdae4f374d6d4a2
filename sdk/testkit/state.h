/* SPDX-License-Identifier: MIT */
/* What a test hands over in place of what a plugin has saved. */
#ifndef MORTISE_TESTKIT_STATE_H
#define MORTISE_TESTKIT_STATE_H

#include "internal.h"

/* Around a reload: what was asked for takes effect in between, once. */
void kit_state_begin(struct testkit *kit);
void kit_state_end(struct testkit *kit);

#endif
