/* SPDX-License-Identifier: MIT */
/* A note, and nothing behind it. */
#include <mortise/plugin.h>

__attribute__((used, aligned(4),
               section(".note.mortise"))) static const mortise_note note = {
    8,
    sizeof(mortise_note) - 20,
    1,
    "Mortise",
    MORTISE_ABI_MAJOR,
    MORTISE_ABI_MINOR,
    sizeof(mortise_plugin),
    sizeof(mortise_handler),
    sizeof(mortise_event),
    "missing",
    "1"};
