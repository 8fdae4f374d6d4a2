/* SPDX-License-Identifier: MIT */
/* Each operation: what does it in the database, and what tells of it. */
#ifndef CHAT_OUTCOMES_H
#define CHAT_OUTCOMES_H

#include "work/operations.h"

extern const struct operations outcomes;

#endif
