/* SPDX-License-Identifier: MIT */
/* mortise ctl: the commands about the server as a whole. */
#ifndef MORTISE_CTL_RUNNING_H
#define MORTISE_CTL_RUNNING_H

#include "ctl/own.h"

extern const struct ctl_own ctl_status, ctl_reload, ctl_drain;

#endif
