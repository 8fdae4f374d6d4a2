/* SPDX-License-Identifier: MIT */
#include "tools/inspect.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "base/mem.h"
#include "config/config.h"
#include "host/host.h"
#include "host/plugin/elf_note.h"
#include "host/plugin/generation.h"
#include "host/plugin/plugin_file.h"

#define FILE_MAX     ((size_t)512 << 20)
#define LOAD_SECONDS 10

static int read_note(const char *file, struct elf_note *ret_note,
                     struct buf *why)
{
    struct buf bytes;

    buf_init(&bytes, FILE_MAX);
    int error = plugin_file_read(file, &bytes, why);
    if (error == 0)
        error = elf_note_read(bytes.p, bytes.n, ret_note, why);
    buf_free(&bytes);
    return error;
}

/* --- in a process of its own: the plugin may crash, or never return --- */

static bool is_moment(const mortise_handler *row)
{
    return row->name[0] == '\xff';
}

/* The rows that are moments, or those that are none. */
static void print_rows(const char *title, const struct plugin_rows *rows,
                       bool moments, bool spaces)
{
    bool any = false;

    for (uint32_t i = 0; i < rows->count; i++) {
        const mortise_handler *row = &rows->rows[i];
        if (is_moment(row) != moments)
            continue;
        if (!any)
            printf("%s:\n", title);
        any = true;
        printf("  %s", row->name + moments);
        if (spaces && row->name_space)
            printf("  in %s", row->name_space);
        putchar('\n');
    }
}

static void print_generation(const struct generation *g)
{
    if (g->plugin.description)
        printf("description: %s\n", g->plugin.description);
    print_rows("events, in the namespace of the configuration unless another "
               "is named",
               &g->handlers, false, true);
    print_rows("moments, likewise", &g->handlers, true, true);
    print_rows("timers", &g->timers, false, false);
    print_rows("acknowledgements", &g->acks, false, false);
}

static int load(const char *file, const char *name, struct buf *why)
{
    struct timers timers;
    struct config *config;
    struct generation *g = NULL;
    char slot_name[64];

    timers_init(&timers, 0);
    int error = config_parse("inspect", STR("{}"), &config, why);
    if (error < 0)
        return error;
    struct host *host = host_new(&timers, config);
    if (!host)
        return ERR_NOMEM;
    snprintf(slot_name, sizeof(slot_name), "%s", name);
    struct plugin_slot slot = {.host = host, .name = slot_name};
    error = run_dir_make(&host->run_dir, STR(""), why);
    if (error == 0)
        error = generation_load(&slot, STR("/"), file,
                                str_z(host->run_dir.path), 1, &g, why);
    if (error == 0)
        print_generation(g);
    generation_free(g);
    host_free(host);
    config_free(config);
    timers_free(&timers);
    return error;
}

__attribute__((noreturn)) static void run_child(const char *file,
                                                const char *name)
{
    struct rlimit none = {0, 0};
    struct buf why;

    setrlimit(RLIMIT_CORE, &none); /* a crash is news enough */
    alarm(LOAD_SECONDS);
    buf_init(&why, BUF_MAX);
    int error = load(file, name, &why);
    if (error < 0)
        fprintf(stderr, "%s: %.*s\n", file,
                STR_ARG(why.n > 0 ? buf_str(&why) : str_z(error_text(error))));
    buf_free(&why);
    fflush(stdout);
    /* Not exit(): what the plugin registered for that is not our business. */
    _exit(error < 0 ? EXIT_FAILURE : EXIT_SUCCESS);
}

static int wait_for(const char *file, pid_t child)
{
    int status;

    while (waitpid(child, &status, 0) < 0)
        ;
    if (WIFEXITED(status))
        return WEXITSTATUS(status);
    if (WTERMSIG(status) == SIGALRM)
        fprintf(stderr, "%s: loading it takes longer than %d seconds\n", file,
                LOAD_SECONDS);
    else
        fprintf(stderr, "%s: it crashes when it is loaded: %s\n", file,
                strsignal(WTERMSIG(status)));
    return EXIT_FAILURE;
}

int inspect_run(const char *file)
{
    struct elf_note note;
    struct buf why;

    buf_init(&why, BUF_MAX);
    int error = read_note(file, &note, &why);
    if (error < 0) {
        fprintf(stderr, "%s: %.*s\n", file,
                STR_ARG(why.n > 0 ? buf_str(&why) : str_z(error_text(error))));
        buf_free(&why);
        return EXIT_FAILURE;
    }
    buf_free(&why);
    printf("SDK: %u.%u (this server: %u.%u)\n", note.major, note.minor,
           MORTISE_ABI_MAJOR, MORTISE_ABI_MINOR);
    if (note.major != MORTISE_ABI_MAJOR) {
        fprintf(stderr, "%s: built for another version of the SDK\n", file);
        return EXIT_FAILURE;
    }
    printf("name: %s\nversion: %s\n", note.name, note.version);
    fflush(stdout);
    pid_t child = fork();
    if (child < 0) {
        perror("mortise: fork");
        return EXIT_FAILURE;
    }
    if (child == 0)
        run_child(file, note.name);
    return wait_for(file, child);
}
