/* SPDX-License-Identifier: MIT */
/* What `mortise ctl` says to people. */
#ifndef MORTISE_CTL_PRINT_H
#define MORTISE_CTL_PRINT_H

#include <stdio.h>

#include "base/buf.h"

/* Foreign text on a terminal: nothing in it drives that. */
void ctl_print(FILE *to, struct str text);
/* What went wrong, lines; or the text of an error where there are none. */
void ctl_complain(int error, const struct buf *why);

#endif
