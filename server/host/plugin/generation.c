/* SPDX-License-Identifier: MIT */
#include "host/plugin/generation.h"

#include <dlfcn.h>
#include <openssl/evp.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/table.h"
#include "host/calls/api.h"
#include "host/plugin/blame.h"
#include "host/contract/contract.h"
#include "host/plugin/elf_note.h"
#include "host/host.h"
#include "host/plugin/plugin_file.h"

#define FILE_MAX ((size_t)512 << 20)
#define ROWS_MAX 4096

/* More than the contracts of any plugin. */
#define CONTRACTS_MAX ((size_t)64 << 20)

/* Without these members nothing makes sense. */
#define PLUGIN_SIZE_MIN                                                        \
    (offsetof(mortise_plugin, description) + sizeof(const char *))
#define STATE_SIZE_MIN                                                         \
    (offsetof(mortise_state, release) + sizeof(void (*)(void)))
#define ROW_SIZE_MIN                                                           \
    (offsetof(mortise_handler, name_space) + sizeof(const char *))

static int check_note(const struct elf_note *note, struct str name,
                      struct buf *why)
{
    if (note->major != MORTISE_ABI_MAJOR || note->minor > MORTISE_ABI_MINOR) {
        buf_printf(why,
                   "it was built for version %u.%u of the SDK, this server "
                   "has %u.%u: %s",
                   note->major, note->minor, MORTISE_ABI_MAJOR,
                   MORTISE_ABI_MINOR,
                   note->major < MORTISE_ABI_MAJOR ? "build it anew"
                                                   : "it needs a newer server");
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
static int copy_rows(const mortise_table *table, const char *table_name,
                     uint32_t row_size, bool called, struct plugin_rows *ret,
                     struct buf *why)
{
    size_t size = row_size;
    if (table->count == 0)
        return 0;
    if (table->count > ROWS_MAX || table->row_size != row_size ||
        !table->rows) {
        buf_printf(why, "its table of %s makes no sense", table_name);
        return ERR_SYNTAX;
    }
    ret->rows = mem_zalloc(table->count * sizeof(ret->rows[0]));
    if (!ret->rows)
        return ERR_NOMEM;
    ret->count = table->count;
    if (size > sizeof(ret->rows[0]))
        size = sizeof(ret->rows[0]);
    for (uint32_t i = 0; i < table->count; i++) {
        memcpy(&ret->rows[i], (const char *)table->rows + (size_t)i * row_size,
               size);
        const char *name = ret->rows[i].name;
        if (!name)
            buf_printf(why, "row %u of its table of %s has no name", i,
                       table_name);
        else if (called && !ret->rows[i].call)
            buf_printf(why,
                       "row %u of its table of %s, \"%s\", has no function", i,
                       table_name, name[0] == '\xff' ? name + 1 : name);
        else
            continue;
        return ERR_SYNTAX;
    }
    return 0;
}

/* What a row's rates go by: the same after a reload. */
static uint64_t row_id(const struct generation *g, const mortise_handler *row)
{
    struct buf name;
    buf_init(&name, BUF_MAX);
    buf_append_z(&name, g->name);
    buf_append_char(&name, '\n');
    if (row->name_space || g->name_space)
        buf_append_z(&name, row->name_space ? row->name_space : g->name_space);
    buf_append_char(&name, '\n');
    buf_append_z(&name, row->name);
    uint64_t id = table_hash(buf_str(&name));
    buf_free(&name);
    return id;
}

/* Puts checked copies in place of the rows' contracts. */
static int take_contracts(struct generation *g, struct plugin_rows *rows,
                          enum contract_use use, struct buf *why)
{
    for (uint32_t i = 0; i < rows->count; i++) {
        mortise_handler *row = &rows->rows[i];
        struct contract *contract;
        if (!row->contract)
            continue;
        if (row->name[0] == '\xff') {
            buf_printf(why, "the moment \"%s\" takes no contract",
                       row->name + 1);
            return ERR_SYNTAX;
        }
        int error = contract_copy(&g->contracts, row->contract, use, row->name,
                                  row_id(g, row), &contract, why);
        if (error < 0)
            return error;
        row->contract = &contract->terms;
    }
    return 0;
}

/* A timer's handler has no arguments to hold a contract against. */
static int check_timers(const struct plugin_rows *timers, struct buf *why)
{
    for (uint32_t i = 0; i < timers->count; i++)
        if (timers->rows[i].contract) {
            buf_printf(why, "the timer \"%s\" takes no contract",
                       timers->rows[i].name);
            return ERR_SYNTAX;
        }
    return 0;
}

/* Timers and acknowledgements are called by name, so a name is there once. */
static int check_names(const struct plugin_rows *rows, struct buf *why)
{
    for (uint32_t i = 0; i < rows->count; i++)
        if (plugin_rows_find(rows, rows->rows[i].name) != &rows->rows[i]) {
            buf_printf(why, "its timers or acks have \"%s\" twice",
                       rows->rows[i].name);
            return ERR_SYNTAX;
        }
    return 0;
}

static int take_state(struct generation *g, struct buf *why)
{
    const mortise_state *from = g->plugin.state;
    if (!from)
        return 0;
    if (from->size < STATE_SIZE_MIN) {
        buf_append_z(why, "its state makes no sense: MORTISE_STATE() makes it");
        return ERR_SYNTAX;
    }
    memcpy(&g->state_rows, from,
           from->size < sizeof(g->state_rows) ? from->size
                                              : sizeof(g->state_rows));
    return 0;
}

/* The descriptor says the same as the note, or one of them was not made by
 * the header. */
static bool note_agrees(const mortise_plugin *plugin,
                        const struct elf_note *note)
{
    return plugin->size == note->plugin_size && plugin->major == note->major &&
           plugin->minor == note->minor && plugin->name && plugin->version &&
           strcmp(plugin->name, note->name) == 0 &&
           strcmp(plugin->version, note->version) == 0;
}

static int take_descriptor(struct generation *g, const mortise_plugin *from,
                           struct buf *why)
{
    const struct elf_note *note = &g->note;

    if (!from || from->size < PLUGIN_SIZE_MIN ||
        note->handler_size < ROW_SIZE_MIN || !note_agrees(from, note)) {
        buf_append_z(why, "its descriptor makes no sense");
        return ERR_SYNTAX;
    }
    size_t size = from->size;
    memcpy(&g->plugin, from,
           size < sizeof(g->plugin) ? size : sizeof(g->plugin));
    const mortise_table *tables[] = {&g->plugin.handlers, &g->plugin.timers,
                                     &g->plugin.acks, &g->plugin.emits};
    struct plugin_rows *rows[] = {&g->handlers, &g->timers, &g->acks,
                                  &g->emits};
    static const char *const names[] = {"handlers", "timers", "acks", "emits"};
    int error = take_state(g, why);
    for (int i = 0; i < 4 && error == 0; i++)
        error = copy_rows(tables[i], names[i], note->handler_size, i < 3,
                          rows[i], why);
    g->calls = mem_zalloc((g->handlers.count + 1) * sizeof(g->calls[0]));
    if (error == 0 && !g->calls)
        error = ERR_NOMEM;
    if (error == 0)
        error = check_names(&g->timers, why);
    if (error == 0)
        error = check_names(&g->acks, why);
    if (error == 0)
        error = check_timers(&g->timers, why);
    if (error == 0)
        error = take_contracts(g, &g->handlers, CONTRACT_EVENT, why);
    if (error == 0)
        error = take_contracts(g, &g->acks, CONTRACT_ACK, why);
    return error == 0 ? take_contracts(g, &g->emits, CONTRACT_EMIT, why)
                      : error;
}

/* --- the file --- */

int plugin_image_read(struct plugin_image *image, const char *path,
                      struct str name, struct buf *why)
{
    struct buf *bytes = &image->bytes;

    buf_init(bytes, FILE_MAX);
    int error = plugin_file_read(path, bytes, why);
    if (error == 0)
        error = elf_note_read(bytes->p, bytes->n, &image->note, why);
    if (error == 0)
        error = check_note(&image->note, name, why);
    if (error == 0 && EVP_Digest(bytes->p, bytes->n, image->hash, NULL,
                                 EVP_sha256(), NULL) != 1)
        error = ERR_NOMEM;
    return error;
}

void plugin_image_free(struct plugin_image *image)
{
    buf_free(&image->bytes);
}

static struct generation *make(struct plugin_slot *slot, struct str name_space,
                               const struct plugin_image *image,
                               uint32_t number)
{
    struct generation *g = mem_zalloc(sizeof(*g));
    if (!g)
        return NULL;
    arena_init(&g->contracts, CONTRACTS_MAX);
    g->slot = slot;
    g->host = slot->host;
    g->number = number;
    g->note = image->note;
    memcpy(g->name, g->note.name, sizeof(g->name));
    memcpy(g->version, g->note.version, sizeof(g->version));
    memcpy(g->hash, image->hash, sizeof(g->hash));
    g->name_space = mem_dupz(name_space.p, name_space.n);
    if (g->name_space)
        return g;
    generation_free(g);
    return NULL;
}

int generation_new(struct plugin_slot *slot, struct str name_space,
                   const struct plugin_image *image, struct str run_dir,
                   uint32_t number, struct generation **ret_generation,
                   struct buf *why)
{
    struct generation *g = make(slot, name_space, image, number);
    if (!g)
        return ERR_NOMEM;
    int error = plugin_file_copy(run_dir, str_z(g->name), number,
                                 buf_str(&image->bytes), &g->file, why);
    if (error == 0)
        *ret_generation = g;
    else
        generation_free(g);
    return error;
}

int generation_of_copy(struct plugin_slot *slot, struct str name_space,
                       const char *copy, uint32_t number,
                       struct generation **ret_generation, struct buf *why)
{
    struct generation *g = NULL;
    struct plugin_image image;

    int error = plugin_image_read(&image, copy, str_z(slot->name), why);
    if (error == 0)
        g = make(slot, name_space, &image, number);
    plugin_image_free(&image);
    if (error == 0 && (!g || !(g->file = mem_dupz(copy, strlen(copy)))))
        error = ERR_NOMEM;
    if (g)
        g->borrowed = true;
    if (error == 0)
        *ret_generation = g;
    else
        generation_free(g);
    return error;
}

/* --- its code --- */

/* Whether another generation runs from the same mapping: then dlopen() has
 * given out an old build, and the new one would never run. */
static bool mapped_before(const struct generation *g)
{
    const struct generation *other;
    for (uint32_t i = 0; i < g->host->slot_count; i++) {
        other = g->host->slots[i]->current;
        if (other && other != g && other->library == g->library)
            return true;
    }
    TAILQ_FOREACH(other, &g->host->before, link)
    if (other->library == g->library)
        return true;
    return false;
}

int generation_open(struct generation *g, struct buf *why)
{
    const mortise_plugin *(*entry)(mortise_host) = NULL;

    struct blame before = blame_begin(g, "its constructors", NULL);
    g->library = dlopen(g->file, RTLD_NOW | RTLD_LOCAL);
    blame_end(before);
    if (!g->library) {
        buf_append_z(why, dlerror());
        return ERR_IO;
    }
    if (mapped_before(g)) {
        buf_append_z(why, "the system has loaded an older build in its place");
        return ERR_IO;
    }
    void *symbol = dlsym(g->library, "mortise_plugin_entry_v1");
    if (!symbol) {
        buf_append_z(why, "it has no function mortise_plugin_entry_v1");
        return ERR_SYNTAX;
    }
    memcpy(&entry, &symbol, sizeof(entry));
    g->state = GENERATION_LOADED;
    g->table = *g->host->api;
    host_enter(g->host, g, NULL);
    blame_current.what = "its entry function";
    const mortise_plugin *plugin =
        g->host->bridge ? g->host->bridge(g, entry) : entry(&g->table);
    host_leave(g->host);
    return take_descriptor(g, plugin, why);
}

int generation_load(struct plugin_slot *slot, struct str name_space,
                    const char *path, struct str run_dir, uint32_t number,
                    struct generation **ret_generation, struct buf *why)
{
    struct generation *g = NULL;
    struct plugin_image image;

    int error = plugin_image_read(&image, path, str_z(slot->name), why);
    if (error == 0)
        error =
            generation_new(slot, name_space, &image, run_dir, number, &g, why);
    plugin_image_free(&image);
    if (error == 0)
        error = generation_open(g, why);
    if (error == 0) {
        *ret_generation = g;
        return 0;
    }
    if (error == ERR_NOMEM && why->n == 0)
        buf_append_z(why, error_text(error));
    generation_free(g);
    return error;
}

int generation_start(struct generation *g, const struct json *settings)
{
    if (g->plugin.init) {
        host_enter(g->host, g, NULL);
        blame_current.what = "init";
        int result = g->plugin.init(host_value(g->host, settings));
        host_leave(g->host);
        if (result != 0)
            return result;
    }
    g->state = GENERATION_STAGED;
    return 0;
}

int generation_acquire(struct generation *g)
{
    if (g->holds)
        return 0;
    if (g->state_rows.acquire) {
        host_enter(g->host, g, NULL);
        blame_current.what = "acquire";
        int result = g->state_rows.acquire();
        host_leave(g->host);
        if (result != 0)
            return result;
    }
    g->holds = true;
    return 0;
}

void generation_release(struct generation *g)
{
    if (g->holds && g->state_rows.release) {
        host_enter(g->host, g, NULL);
        blame_current.what = "release";
        g->state_rows.release();
        host_leave(g->host);
    }
    g->holds = false;
}

void generation_stop(struct generation *g)
{
    generation_release(g);
    if (g->state >= GENERATION_STAGED && g->state < GENERATION_RETIRED &&
        g->plugin.fini) {
        host_enter(g->host, g, NULL);
        blame_current.what = "fini";
        g->plugin.fini();
        host_leave(g->host);
    }
    if (g->state != GENERATION_RETIRED)
        memory_report(g);
    g->state = GENERATION_RETIRED;
}

void generation_free(struct generation *g)
{
    if (!g)
        return;
    if (g->file && !g->library && !g->borrowed)
        unlink(g->file); /* nothing runs from it */
    blame_forget(g);
    mem_free(g->handlers.rows);
    mem_free(g->calls);
    mem_free(g->timers.rows);
    mem_free(g->acks.rows);
    mem_free(g->emits.rows);
    arena_free(&g->contracts);
    registrations_free(&g->registered);
    mem_free(g->name_space);
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
