/* SPDX-License-Identifier: MIT */
/* How many files this process may have open. */
#ifndef MORTISE_PROCESS_DESCRIPTORS_H
#define MORTISE_PROCESS_DESCRIPTORS_H

#include <stdint.h>

/*
 * A shell gives a thousand descriptors to each process, however many it would
 * be allowed: takes as many as so many connections need. Where the system lets
 * it have fewer, that is logged.
 */
void descriptors_raise(int64_t connections);

#endif
