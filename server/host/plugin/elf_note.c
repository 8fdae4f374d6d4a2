/* SPDX-License-Identifier: MIT */
#include "host/plugin/elf_note.h"

#include <elf.h>
#include <stdbool.h>
#include <string.h>

#include <mortise/plugin.h>

#include "base/error.h"

#if defined(__x86_64__)
#define HERE_MACHINE EM_X86_64
#elif defined(__aarch64__)
#define HERE_MACHINE EM_AARCH64
#elif defined(__riscv)
#define HERE_MACHINE EM_RISCV
#else
#error "say which ELF machine this is"
#endif

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define HERE_DATA ELFDATA2LSB
#else
#define HERE_DATA ELFDATA2MSB
#endif

/* Where the version ends; this much every version has. */
#define NOTE_SIZE_MIN offsetof(struct mortise_note, plugin_size)

static int refuse(struct buf *why, int error, const char *sentence)
{
    buf_append_z(why, sentence);
    return error;
}

static bool inside(uint64_t offset, uint64_t length, size_t size)
{
    return offset <= size && length <= size - offset;
}

static int check_header(const Elf64_Ehdr *header, size_t size, struct buf *why)
{
    if (memcmp(header->e_ident, ELFMAG, SELFMAG) != 0)
        return refuse(why, ERR_SYNTAX, "it is not an ELF file");
    if (header->e_ident[EI_CLASS] != ELFCLASS64 ||
        header->e_ident[EI_DATA] != HERE_DATA ||
        header->e_machine != HERE_MACHINE)
        return refuse(why, ERR_VERSION, "it was built for another machine");
    if (header->e_type != ET_DYN)
        return refuse(why, ERR_SYNTAX, "it is not a shared object");
    if (header->e_phentsize != sizeof(Elf64_Phdr) ||
        !inside(header->e_phoff, (uint64_t)header->e_phnum * sizeof(Elf64_Phdr),
                size))
        return refuse(why, ERR_SYNTAX,
                      "its program headers are outside the file");
    return 0;
}

/* A segment that is to be mapped promises no more of the file than of the
 * memory. */
static bool segment_fits(const Elf64_Phdr *segment, size_t size)
{
    return inside(segment->p_offset, segment->p_filesz, size) &&
           (segment->p_type != PT_LOAD ||
            segment->p_filesz <= segment->p_memsz);
}

/* Looks for our note among those of one segment. Returns how much there is of
 * what we know of it, 0 when it is not there. A later version may have added
 * something at its end. */
static size_t find_note(const char *p, size_t n, struct mortise_note *ret_note)
{
    while (n >= sizeof(Elf64_Nhdr)) {
        Elf64_Nhdr head;
        memcpy(&head, p, sizeof(head));
        uint64_t length = sizeof(head) +
                          (((uint64_t)head.n_namesz + 3) & ~3ull) +
                          (((uint64_t)head.n_descsz + 3) & ~3ull);
        if (length > n)
            return 0;
        if (length >= NOTE_SIZE_MIN && head.n_type == 1 && head.n_namesz == 8 &&
            memcmp(p + sizeof(head), "Mortise", 8) == 0) {
            size_t size =
                length < sizeof(*ret_note) ? length : sizeof(*ret_note);
            memcpy(ret_note, p, size);
            return size;
        }
        p += length;
        n -= length;
    }
    return 0;
}

static int take_note(const struct mortise_note *from, size_t size,
                     struct elf_note *ret, struct buf *why)
{
    if (from->major != MORTISE_ABI_MAJOR) {
        /* Nobody knows what the rest of it means. */
        *ret = (struct elf_note){.major = from->major, .minor = from->minor};
        return 0;
    }
    if (size < sizeof(*from))
        return refuse(why, ERR_SYNTAX, "its note is too short");
    if (!memchr(from->name, 0, sizeof(from->name)) ||
        !memchr(from->version, 0, sizeof(from->version)))
        return refuse(why, ERR_SYNTAX, "the name in its note has no end");
    *ret = (struct elf_note){
        .major = from->major,
        .minor = from->minor,
        .plugin_size = from->plugin_size,
        .handler_size = from->handler_size,
        .event_size = from->event_size,
    };
    memcpy(ret->name, from->name, sizeof(ret->name));
    memcpy(ret->version, from->version, sizeof(ret->version));
    return 0;
}

int elf_note_read(const void *file, size_t size, struct elf_note *ret_note,
                  struct buf *why)
{
    Elf64_Ehdr header;
    struct mortise_note note;
    size_t found = 0;

    if (size < sizeof(header))
        return refuse(why, ERR_SYNTAX, "it is too short for an ELF file");
    memcpy(&header, file, sizeof(header));
    int error = check_header(&header, size, why);
    if (error < 0)
        return error;

    for (unsigned i = 0; i < header.e_phnum; i++) {
        Elf64_Phdr segment;
        memcpy(&segment,
               (const char *)file + header.e_phoff + i * sizeof(segment),
               sizeof(segment));
        if (!segment_fits(&segment, size))
            return refuse(why, ERR_SYNTAX, "the file has been cut short");
        if (segment.p_type == PT_NOTE && found == 0)
            found = find_note((const char *)file + segment.p_offset,
                              segment.p_filesz, &note);
    }
    if (found == 0)
        return refuse(why, ERR_SYNTAX,
                      "it is no Mortise plugin: it has no MORTISE_PLUGIN()");
    return take_note(&note, found, ret_note, why);
}
