/* SPDX-License-Identifier: MIT */
/* mortise ctl: the commands about those who are connected. */
#ifndef MORTISE_CTL_CLIENTS_H
#define MORTISE_CTL_CLIENTS_H

#include "ctl/own.h"

extern const struct ctl_own ctl_sockets, ctl_rooms, ctl_kick, ctl_emit;

#endif
