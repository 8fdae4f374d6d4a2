/* SPDX-License-Identifier: MIT */
#include "tools/describe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "config/config.h"
#include "host/contract/describe.h"
#include "host/host.h"
#include "host/plugin/elf_note.h"
#include "host/plugin/places.h"
#include "host/plugin/plugin_file.h"
#include "host/slots.h"

static const struct format {
    const char *name;
    void (*describe)(struct buf *out, const struct description *d);
} formats[] = {
    {"markdown", describe_markdown},
    {"schema", describe_schema},
    {"dts", describe_types},
};

/* Plugins that are loaded and have not been started. */
struct loading {
    struct host *host;
    struct described *described;
    uint32_t count;
    struct buf why;
};

static int load(struct loading *l, const char *file, struct str name,
                struct str name_space)
{
    struct plugin_slot *slot = host_slot(l->host, name);
    struct generation *g;

    if (!slot)
        return ERR_NOMEM;
    int error = generation_load(slot, name_space, file,
                                str_z(l->host->run_dir.path), 1, &g, &l->why);
    if (error < 0)
        return error;
    TAILQ_INSERT_TAIL(&l->host->before, g, link); /* the host's from here on */
    l->described[l->count++] = (struct described){g, g->name_space};
    return 0;
}

static int load_configured(struct loading *l, const struct config *config)
{
    int error = 0;
    for (uint32_t i = 0; i < config->plugin_count && error == 0; i++) {
        const struct config_plugin *plugin = &config->plugins[i];
        char *file = NULL;
        if (!plugin->enabled)
            continue;
        error = places_find_plugin(config, plugin, &file, &l->why);
        if (error == 0)
            error = load(l, file, plugin->name, plugin->name_space);
        mem_free(file);
    }
    return error;
}

/* Which of the two a file is, and for a plugin its name. */
static int read_file(const char *file, bool *ret_plugin,
                     struct elf_note *ret_note, struct buf *why)
{
    struct buf bytes;

    buf_init(&bytes, BUF_MAX);
    int error = plugin_file_read(file, &bytes, why);
    *ret_plugin = error == 0 && str_starts(buf_str(&bytes), STR("\177ELF"));
    if (*ret_plugin)
        error = elf_note_read(bytes.p, bytes.n, ret_note, why);
    buf_free(&bytes);
    return error;
}

static int describe(struct loading *l, const struct config *config,
                    const char *plugin, const struct elf_note *note,
                    const struct format *format)
{
    struct timers timers;
    struct buf out;

    timers_init(&timers, 0);
    buf_init(&out, BUF_MAX);
    l->host = host_new(&timers, config);
    l->described =
        mem_zalloc((config->plugin_count + 1) * sizeof(l->described[0]));
    int error = l->host && l->described ? 0 : ERR_NOMEM;
    if (error == 0)
        error = run_dir_make(&l->host->run_dir, config->run_dir, &l->why);
    if (error == 0)
        error = plugin ? load(l, plugin, str_z(note->name), STR("/"))
                       : load_configured(l, config);
    if (error == 0) {
        struct description d = {l->described, l->count};
        format->describe(&out, &d);
        error = out.error;
    }
    if (error == 0)
        fwrite(out.p, 1, out.n, stdout);
    buf_free(&out);
    host_free(l->host);
    mem_free(l->described);
    timers_free(&timers);
    return error;
}

static const struct format *find_format(const char *name)
{
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
        if (!name || strcmp(formats[i].name, name) == 0)
            return &formats[i];
    return NULL;
}

int describe_run(const char *file, const char *format_name)
{
    const struct format *format = find_format(format_name);
    struct loading l = {0};
    struct config *config = NULL;
    struct elf_note note;
    bool plugin;

    if (!format) {
        fprintf(stderr, "mortise: --format is markdown, schema or dts\n");
        return EXIT_FAILURE;
    }
    buf_init(&l.why, BUF_MAX);
    int error = read_file(file, &plugin, &note, &l.why);
    if (error == 0)
        error = plugin ? config_parse(file, STR("{}"), &config, &l.why)
                       : config_load(file, &config, &l.why);
    if (error == 0)
        error = describe(&l, config, plugin ? file : NULL, &note, format);
    if (error < 0 && l.why.n == 0)
        buf_append_z(&l.why, error_text(error));
    if (error < 0)
        fprintf(stderr, "%s: %.*s\n", file, STR_ARG(buf_str(&l.why)));
    config_free(config);
    buf_free(&l.why);
    return error < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
