/* SPDX-License-Identifier: MIT */
/* mortise ctl plugins: what the server says of its plugins, as a table. */
#ifndef MORTISE_CTL_PLUGINS_H
#define MORTISE_CTL_PLUGINS_H

#include "ctl/own.h"

extern const struct ctl_own ctl_plugins;

#endif
