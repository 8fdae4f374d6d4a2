/* SPDX-License-Identifier: MIT */
/* mortise ctl why: the story of a connection, for people. */
#ifndef MORTISE_CTL_WHY_H
#define MORTISE_CTL_WHY_H

#include "ctl/own.h"

extern const struct ctl_own ctl_why;

#endif
