/* SPDX-License-Identifier: MIT */
#include "host/generation.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "base/error.h"
#include "base/mem.h"
#include "host/api.h"
#include "host/elf_note.h"
#include "host/host.h"

/* More than any plugin; a slip such as a core file is refused before it is
 * read. */
#define FILE_MAX ((size_t)256 << 20)
#define ROWS_MAX 4096

/* Reads the whole file through one descriptor. A file that changes while it
 * is read (a linker at work) is refused rather than loaded half-written. */
static int read_file(const char *path, struct buf *to, struct buf *why)
{
    struct stat before, after;
    int result = ERR_IO;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || fstat(fd, &before) < 0) {
        buf_printf(why, "%s: %s", path, strerror(errno));
        goto out;
    }
    if (!S_ISREG(before.st_mode) || (size_t)before.st_size > FILE_MAX) {
        buf_printf(why, "%s: not a file a plugin could be", path);
        goto out;
    }
    for (;;) {
        char *to_here = buf_reserve(to, 65536);
        if (!to_here) {
            buf_append_z(why, error_text(to->error));
            result = to->error;
            goto out;
        }
        ssize_t n = read(fd, to_here, 65536);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            buf_printf(why, "%s: %s", path, strerror(errno));
            goto out;
        }
        if (n == 0)
            break;
        buf_commit(to, (size_t)n);
    }
    if (fstat(fd, &after) < 0 || before.st_size != after.st_size ||
        (size_t)after.st_size != to->n ||
        before.st_mtim.tv_sec != after.st_mtim.tv_sec ||
        before.st_mtim.tv_nsec != after.st_mtim.tv_nsec) {
        buf_printf(why, "%s: it is being written to", path);
        goto out;
    }
    result = 0;
out:
    if (fd >= 0)
        close(fd);
    return result;
}

static int write_copy(const char *path, struct str bytes, struct buf *why)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0500);
    if (fd < 0) {
        buf_printf(why, "%s: %s", path, strerror(errno));
        return ERR_IO;
    }
    size_t done = 0;
    while (done < bytes.n) {
        ssize_t n = write(fd, bytes.p + done, bytes.n - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            buf_printf(why, "%s: %s", path, strerror(errno));
            close(fd);
            unlink(path);
            return ERR_IO;
        }
        done += (size_t)n;
    }
    close(fd);
    return 0;
}

/* The name of the copy is new for each generation: dlopen() knows files by
 * their path and would hand out the old code again. */
static char *copy_path(struct str run_dir, struct str name, uint32_t number,
                       struct str bytes)
{
    unsigned char digest[EVP_MAX_MD_SIZE] = {0};
    struct buf path;

    EVP_Digest(bytes.p, bytes.n, digest, NULL, EVP_sha256(), NULL);
    buf_init(&path, 4096);
    buf_printf(&path, "%.*s/%.*s.%u-%02x%02x%02x%02x.so", STR_ARG(run_dir),
               STR_ARG(name), number, digest[0], digest[1], digest[2],
               digest[3]);
    char *z = path.error == 0 ? mem_dupz(path.p, path.n) : NULL;
    buf_free(&path);
    return z;
}

static int check_note(const struct elf_note *note, struct str name,
                      struct buf *why)
{
    if (note->major != MORTISE_ABI_MAJOR || note->minor > MORTISE_ABI_MINOR) {
        buf_printf(why,
                   "it was built for version %u.%u of the SDK, this server "
                   "has %u.%u",
                   note->major, note->minor, MORTISE_ABI_MAJOR,
                   MORTISE_ABI_MINOR);
        return ERR_VERSION;
    }
    if (!str_eq(str_z(note->name), name)) {
        buf_printf(why, "it calls itself \"%s\", not \"%.*s\"", note->name,
                   STR_ARG(name));
        return ERR_SYNTAX;
    }
    return 0;
}

/* Copies a table of the plugin, row by row: its rows may be shorter than ours
 * (built against an older header). */
static int copy_rows(const mortise_table *table, struct plugin_rows *ret,
                     struct buf *why)
{
    size_t size = table->row_size;
    if (table->count == 0)
        return 0;
    if (table->count > ROWS_MAX ||
        size < offsetof(mortise_handler, name_space) || !table->rows) {
        buf_append_z(why, "one of its tables makes no sense");
        return ERR_SYNTAX;
    }
    ret->rows = mem_zalloc(table->count * sizeof(ret->rows[0]));
    if (!ret->rows)
        return ERR_NOMEM;
    ret->count = table->count;
    if (size > sizeof(ret->rows[0]))
        size = sizeof(ret->rows[0]);
    for (uint32_t i = 0; i < table->count; i++) {
        memcpy(&ret->rows[i],
               (const char *)table->rows + (size_t)i * table->row_size, size);
        if (!ret->rows[i].name || !ret->rows[i].call) {
            buf_printf(why, "row %u of one of its tables has no %s", i,
                       ret->rows[i].name ? "function" : "name");
            return ERR_SYNTAX;
        }
    }
    return 0;
}

static int take_descriptor(struct generation *g, const mortise_plugin *from,
                           struct buf *why)
{
    if (!from || from->size < offsetof(mortise_plugin, init)) {
        buf_append_z(why, "its descriptor makes no sense");
        return ERR_SYNTAX;
    }
    size_t size = from->size;
    memcpy(&g->plugin, from,
           size < sizeof(g->plugin) ? size : sizeof(g->plugin));
    int error = copy_rows(&g->plugin.handlers, &g->handlers, why);
    if (error == 0)
        error = copy_rows(&g->plugin.timers, &g->timers, why);
    if (error == 0)
        error = copy_rows(&g->plugin.acks, &g->acks, why);
    return error;
}

static int load_library(struct generation *g, struct buf *why)
{
    g->library = dlopen(g->file, RTLD_NOW | RTLD_LOCAL);
    if (!g->library) {
        buf_append_z(why, dlerror());
        return ERR_IO;
    }
    const mortise_plugin *(*entry)(mortise_host) = NULL;
    void *symbol = dlsym(g->library, "mortise_plugin_entry_v0");
    if (!symbol) {
        buf_append_z(why, "it has no function mortise_plugin_entry_v0");
        return ERR_SYNTAX;
    }
    memcpy(&entry, &symbol, sizeof(entry));
    g->table = host_api;
    return take_descriptor(g, entry(&g->table), why);
}

int generation_load(struct plugin_slot *slot, struct str name,
                    struct str source, struct str run_dir, uint32_t number,
                    struct generation **ret_generation, struct buf *why)
{
    struct buf bytes;
    struct elf_note note;
    int error = ERR_NOMEM;
    char *path = mem_dupz(source.p, source.n);
    struct generation *g = mem_zalloc(sizeof(*g));

    buf_init(&bytes, FILE_MAX);
    if (!path || !g)
        goto out;
    g->slot = slot;
    g->host = slot->host;
    g->number = number;
    error = read_file(path, &bytes, why);
    if (error < 0)
        goto out;
    error = elf_note_read(bytes.p, bytes.n, &note, why);
    if (error == 0)
        error = check_note(&note, name, why);
    if (error < 0)
        goto out;
    memcpy(g->name, note.name, sizeof(g->name));
    memcpy(g->version, note.version, sizeof(g->version));
    g->file = copy_path(run_dir, name, number, buf_str(&bytes));
    error = g->file ? write_copy(g->file, buf_str(&bytes), why) : ERR_NOMEM;
    if (error < 0)
        goto out;
    error = load_library(g, why);
out:
    if (error == 0) {
        *ret_generation = g;
    } else {
        if (error == ERR_NOMEM)
            buf_append_z(why, error_text(error));
        generation_free(g);
    }
    buf_free(&bytes);
    mem_free(path);
    return error;
}

int generation_start(struct generation *g, mortise_value settings)
{
    if (g->plugin.init) {
        host_enter(g->host, g, NULL);
        int result = g->plugin.init(settings);
        host_leave(g->host);
        if (result != 0)
            return result;
    }
    g->state = GENERATION_LIVE;
    return 0;
}

void generation_stop(struct generation *g)
{
    if (g->state == GENERATION_LIVE && g->plugin.fini) {
        host_enter(g->host, g, NULL);
        g->plugin.fini();
        host_leave(g->host);
    }
    g->state = GENERATION_RETIRED;
}

void generation_free(struct generation *g)
{
    if (!g)
        return;
    mem_free(g->handlers.rows);
    mem_free(g->timers.rows);
    mem_free(g->acks.rows);
    mem_free(g->file);
    mem_free(g);
}

const mortise_handler *plugin_rows_find(const struct plugin_rows *rows,
                                        const char *name)
{
    for (uint32_t i = 0; i < rows->count; i++)
        if (strcmp(rows->rows[i].name, name) == 0)
            return &rows->rows[i];
    return NULL;
}
