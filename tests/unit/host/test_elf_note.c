/* SPDX-License-Identifier: MIT */
/* Checking a plugin's file before anything of it is loaded. */
#include "files.h"

#include <dlfcn.h>
#include <elf.h>
#include <stddef.h>
#include <sys/wait.h>

#include <mortise/plugin.h>

#include "base/error.h"
#include "host/plugin/elf_note.h"

static struct file good;

static void setup(void)
{
    good = file_read(FIXTURES "/good.so");
}

static void teardown(void)
{
    free(good.p);
}

/* Reads a copy of its exact size, so that not a byte behind it is touched. */
static int read_note(const void *p, size_t n, struct elf_note *ret_note)
{
    struct buf why;
    char *copy = malloc(n ? n : 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, p, n);
    buf_init(&why, 4096);
    int error = elf_note_read(copy, n, ret_note, &why);
    ck_assert_int_eq(error<0, why.n> 0);
    buf_free(&why);
    free(copy);
    return error;
}

/* Asserts what is said of it. */
static void refused(const void *p, size_t n, int expected, const char *text)
{
    struct elf_note note;
    struct buf why;
    buf_init(&why, 4096);
    ck_assert_int_eq(elf_note_read(p, n, &note, &why), expected);
    ck_assert_msg(str_eq(buf_str(&why), str_z(text)), "%.*s",
                  STR_ARG(buf_str(&why)));
    buf_free(&why);
}

START_TEST(reads)
{
    struct elf_note note;
    ck_assert_int_eq(read_note(good.p, good.n, &note), 0);
    ck_assert_uint_eq(note.major, MORTISE_ABI_MAJOR);
    ck_assert_uint_eq(note.minor, MORTISE_ABI_MINOR);
    ck_assert_uint_eq(note.plugin_size, sizeof(mortise_plugin));
    ck_assert_uint_eq(note.handler_size, sizeof(mortise_handler));
    ck_assert_uint_eq(note.event_size, sizeof(mortise_event));
    ck_assert_str_eq(note.name, "good");
    ck_assert_str_eq(note.version, "3.2.1");
}
END_TEST

START_TEST(texts)
{
    static const char text[100] = "#!/bin/sh\nexec mortise\n";
    refused("", 0, ERR_SYNTAX, "it is too short for an ELF file");
    refused(text, 63, ERR_SYNTAX, "it is too short for an ELF file");
    refused(text, 64, ERR_SYNTAX, "it is not an ELF file");
    refused(text, 100, ERR_SYNTAX, "it is not an ELF file");
}
END_TEST

START_TEST(other_machines)
{
    static const struct {
        size_t at;
        unsigned char value;
        int error;
        const char *text;
    } changes[] = {
        {EI_CLASS, ELFCLASS32, ERR_VERSION, "it was built for another machine"},
        {EI_DATA, 3, ERR_VERSION, "it was built for another machine"},
        {offsetof(Elf64_Ehdr, e_machine), EM_S390, ERR_VERSION,
         "it was built for another machine"},
        {offsetof(Elf64_Ehdr, e_type), ET_EXEC, ERR_SYNTAX,
         "it is not a shared object"},
        {offsetof(Elf64_Ehdr, e_type), ET_REL, ERR_SYNTAX,
         "it is not a shared object"},
        {offsetof(Elf64_Ehdr, e_type), ET_CORE, ERR_SYNTAX,
         "it is not a shared object"},
        {offsetof(Elf64_Ehdr, e_phentsize), 32, ERR_SYNTAX,
         "its program headers are outside the file"},
        {offsetof(Elf64_Ehdr, e_phoff) + 7, 0xff, ERR_SYNTAX,
         "its program headers are outside the file"},
        {offsetof(Elf64_Ehdr, e_phnum) + 1, 0xff, ERR_SYNTAX,
         "its program headers are outside the file"},
        {offsetof(Elf64_Ehdr, e_phnum), 0, ERR_SYNTAX,
         "it is no Mortise plugin: it has no MORTISE_PLUGIN()"},
    };
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        char was = good.p[changes[i].at];
        good.p[changes[i].at] = (char)changes[i].value;
        refused(good.p, good.n, changes[i].error, changes[i].text);
        good.p[changes[i].at] = was;
    }
}
END_TEST

START_TEST(no_plugin)
{
    struct file f = file_read("/proc/self/exe");
    struct elf_note note;
    ck_assert_int_eq(read_note(f.p, f.n, &note), ERR_SYNTAX);
    free(f.p);
    memset(file_note(good) + 12, 'm', 1);
    refused(good.p, good.n, ERR_SYNTAX,
            "it is no Mortise plugin: it has no MORTISE_PLUGIN()");
}
END_TEST

static void put16(size_t offset, uint16_t value)
{
    memcpy(file_note(good) + offset, &value, sizeof(value));
}

START_TEST(versions)
{
    struct elf_note note;
    put16(offsetof(mortise_note, minor), 77);
    ck_assert_int_eq(read_note(good.p, good.n, &note), 0);
    ck_assert_uint_eq(note.minor, 77);
    ck_assert_str_eq(note.name, "good");
    /* Of another major version nothing else is believed. */
    put16(offsetof(mortise_note, major), 9);
    ck_assert_int_eq(read_note(good.p, good.n, &note), 0);
    ck_assert_uint_eq(note.major, 9);
    ck_assert_uint_eq(note.minor, 77);
    ck_assert_uint_eq(note.plugin_size, 0);
    ck_assert_str_eq(note.name, "");
}
END_TEST

START_TEST(names_without_end)
{
    memset(file_note(good) + offsetof(mortise_note, version), 'v', 32);
    refused(good.p, good.n, ERR_SYNTAX, "the name in its note has no end");
    memset(file_note(good) + offsetof(mortise_note, version), 0, 32);
    memset(file_note(good) + offsetof(mortise_note, name), 'n', 64);
    refused(good.p, good.n, ERR_SYNTAX, "the name in its note has no end");
}
END_TEST

START_TEST(longer_and_shorter_notes)
{
    /* A file of nothing but a header, a segment and its notes. */
    struct {
        Elf64_Ehdr header;
        Elf64_Phdr segment;
        mortise_note note;
        char more[16];
    } f;
    struct elf_note note;
    uint32_t desc = sizeof(mortise_note) - 20;

    memset(&f, 0, sizeof(f));
    memcpy(&f.header, good.p, sizeof(f.header));
    f.header.e_phoff = offsetof(__typeof__(f), segment);
    f.header.e_phnum = 1;
    f.segment.p_type = PT_NOTE;
    f.segment.p_offset = offsetof(__typeof__(f), note);
    f.segment.p_filesz = sizeof(f.note) + sizeof(f.more);
    memcpy(&f.note, file_note(good), sizeof(f.note));

    f.note.desc_size = desc + 16; /* a later minor version's */
    ck_assert_int_eq(read_note(&f, sizeof(f), &note), 0);
    ck_assert_str_eq(note.name, "good");
    f.note.desc_size = desc + 17; /* longer than its segment */
    ck_assert_int_eq(read_note(&f, sizeof(f), &note), ERR_SYNTAX);
    f.note.desc_size = 4; /* the version and no more */
    refused(&f, sizeof(f), ERR_SYNTAX, "its note is too short");
    f.note.major++; /* which will do for a complaint about it */
    ck_assert_int_eq(read_note(&f, sizeof(f), &note), 0);
    f.note.desc_size = 0;
    ck_assert_int_eq(read_note(&f, sizeof(f), &note), ERR_SYNTAX);
    f.note.desc_size = UINT32_MAX;
    ck_assert_int_eq(read_note(&f, sizeof(f), &note), ERR_SYNTAX);
    f.note.desc_size = desc;
    f.note.name_size = UINT32_MAX;
    ck_assert_int_eq(read_note(&f, sizeof(f), &note), ERR_SYNTAX);
}
END_TEST

START_TEST(larger_than_its_memory)
{
    Elf64_Ehdr header;
    Elf64_Phdr segment;
    memcpy(&header, good.p, sizeof(header));
    for (unsigned i = 0; i < header.e_phnum; i++) {
        char *at = good.p + header.e_phoff + i * sizeof(segment);
        memcpy(&segment, at, sizeof(segment));
        if (segment.p_type != PT_LOAD)
            continue;
        segment.p_memsz = segment.p_filesz - 1;
        memcpy(at, &segment, sizeof(segment));
        refused(good.p, good.n, ERR_SYNTAX, "the file has been cut short");
        return;
    }
    ck_abort_msg("no segment is loaded");
}
END_TEST

/* Loads it in a process of its own; whether that went well. */
static bool loads(const char *path)
{
    int status;
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0)
        _exit(dlopen(path, RTLD_NOW | RTLD_LOCAL) ? 0 : 1);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* What is accepted is loaded without a crash, which dlopen() answers a file
 * with that ends before its segments do. */
static void check_cut(const char *path, size_t needed, size_t n)
{
    struct elf_note note;
    int error = read_note(good.p, n, &note);
    ck_assert_msg((error == 0) == (n >= needed), "%zu of %zu bytes", n, needed);
    if (error == 0) {
        file_write(path, good.p, n);
        ck_assert_msg(loads(path), "%zu of %zu bytes", n, needed);
    }
}

START_TEST(cut_short)
{
    const char *dir = file_dir();
    char path[128];
    Elf64_Ehdr header;
    Elf64_Phdr segment;
    size_t needed = 0, edges[256], count = 0;

    snprintf(path, sizeof(path), "%s/cut.so", dir);
    memcpy(&header, good.p, sizeof(header));
    ck_assert_uint_lt(header.e_phnum, 64);
    edges[count++] = sizeof(header);
    edges[count++] = header.e_phoff + (size_t)header.e_phnum * sizeof(segment);
    for (unsigned i = 0; i < header.e_phnum; i++) {
        memcpy(&segment, good.p + header.e_phoff + i * sizeof(segment),
               sizeof(segment));
        edges[count++] = segment.p_offset;
        edges[count++] = segment.p_offset + segment.p_filesz;
    }
    edges[count++] = good.n;
    for (size_t i = 0; i + 1 < count; i++)
        needed = edges[i] > needed ? edges[i] : needed;
    ck_assert_uint_le(needed, good.n);

    for (size_t i = 0; i < count; i++) {
        if (edges[i] > 0)
            check_cut(path, needed, edges[i] - 1);
        check_cut(path, needed, edges[i]);
        if (edges[i] < good.n)
            check_cut(path, needed, edges[i] + 1);
    }
    file_dir_remove(dir);
}
END_TEST

static uint32_t random_state = 2463534242u;

static uint32_t draw(uint32_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state % below;
}

/* Where a change matters: the headers and the note. */
static char *draw_place(char *note)
{
    if (draw(3) == 0)
        return note + draw(sizeof(mortise_note));
    return good.p + draw(64 + 56 * 16);
}

START_TEST(garbage)
{
    struct elf_note note;
    unsigned accepted = 0, refusals = 0;
    char *copy = malloc(good.n), *at = file_note(good);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, good.p, good.n);
    for (int round = 0; round < 3000; round++) {
        for (uint32_t i = draw(8) + 1; i > 0; i--)
            *draw_place(at) = (char)(draw(2) ? draw(256) : 0xff * draw(2));
        int error = read_note(good.p, good.n, &note);
        ck_assert(error == 0 || error == ERR_SYNTAX || error == ERR_VERSION);
        accepted += error == 0;
        refusals += error < 0;
        memcpy(good.p, copy, good.n);
    }
    free(copy);
    ck_assert_uint_gt(accepted, 0);
    ck_assert_uint_gt(refusals, 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("host/elf_note");
    TCase *t = tcase_create("elf_note");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, reads);
    tcase_add_test(t, texts);
    tcase_add_test(t, other_machines);
    tcase_add_test(t, no_plugin);
    tcase_add_test(t, versions);
    tcase_add_test(t, names_without_end);
    tcase_add_test(t, longer_and_shorter_notes);
    tcase_add_test(t, larger_than_its_memory);
    tcase_add_test(t, cut_short);
    tcase_add_test(t, garbage);
    suite_add_tcase(s, t);
    return unit_main(s);
}
