/* SPDX-License-Identifier: MIT */
/* How often an address (network.h) may ask, for each kind of request by itself:
 * a bucket that holds a minute's worth and fills evenly. Not kept across a
 * reload. */
#ifndef AUTH_RATES_H
#define AUTH_RATES_H

#include "options.h"

/* 0: it may, and that was one. Else in how many ms it may. */
int64_t rates_ask(enum rate rate, const char *address);
/* Whether it may not ask now; asking this is free. */
bool rates_full(enum rate rate, const char *address);
void rates_free(void);

#endif
