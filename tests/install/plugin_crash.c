/* SPDX-License-Identifier: MIT */
/* A plugin that must not be loaded: it dies of it. */
#include <stdlib.h>

#include <mortise/plugin.h>

__attribute__((constructor)) static void crash(void)
{
    abort();
}

MORTISE_PLUGIN("crash", "6.6.6", .init = NULL);
