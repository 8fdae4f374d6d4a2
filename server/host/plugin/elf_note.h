/* SPDX-License-Identifier: MIT */
/*
 * What a plugin says of itself in its ELF note, read without loading it: a
 * file that does not fit never runs a constructor, and one that was cut short
 * never crashes the loader (dlopen() maps what the headers promise and dies
 * of SIGBUS where the file ends early).
 */
#ifndef MORTISE_HOST_ELF_NOTE_H
#define MORTISE_HOST_ELF_NOTE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct elf_note {
    uint16_t major, minor;
    uint32_t plugin_size, handler_size, event_size;
    char name[64];
    char version[32];
};

/*
 * Checks a whole file in memory: a shared object of this machine, all
 * segments inside the file, a Mortise note. On failure (ERR_SYNTAX,
 * ERR_VERSION) *why gets a sentence. Of a note with another major version
 * nothing but the version is read; judging it is the caller's.
 */
int elf_note_read(const void *file, size_t size, struct elf_note *ret_note,
                  struct buf *why);

#endif
