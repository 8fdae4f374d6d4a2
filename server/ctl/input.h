/* SPDX-License-Identifier: MIT */
/* What a command is told that does not belong into a command line. */
#ifndef MORTISE_CTL_INPUT_H
#define MORTISE_CTL_INPUT_H

#include "base/buf.h"

/* Reads standard input to its end, or where that is a terminal a line, which is
 * asked for as `what` and not shown; without the end of the last line. ERR_IO,
 * ERR_LIMIT or ERR_CLOSED (a signal has ended it) with a line in *why. */
int ctl_read_input(const char *what, struct buf *input, struct buf *why);

#endif
