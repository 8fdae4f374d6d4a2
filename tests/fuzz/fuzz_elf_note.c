/* SPDX-License-Identifier: MIT */
/* Plugin files, as far as they are looked at before they are loaded. */
#include "fuzz.h"

#include "base/error.h"
#include "host/plugin/elf_note.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct elf_note note;
    struct buf why;

    buf_init(&why, 4096);
    int result = elf_note_read(data, size, &note, &why);
    if (result < 0) {
        assert(result == ERR_SYNTAX || result == ERR_VERSION);
        assert(why.n > 0);
    } else {
        assert(memchr(note.name, '\0', sizeof(note.name)));
        assert(memchr(note.version, '\0', sizeof(note.version)));
    }
    buf_free(&why);
    return 0;
}
