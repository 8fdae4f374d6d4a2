/* SPDX-License-Identifier: MIT */
/* Loading plugins: files that are good, tampered with, and lying. */
#include "files.h"

#include <fcntl.h>
#include <stddef.h>

#include "base/error.h"
#include "base/log.h"
#include "base/mem.h"
#include "host/calls/api.h"

static struct config *config;
static struct timers timers;
static struct host *host;
static struct plugin_slot slot;
static struct generation *generation;
static struct buf why;
static const char *dir; /* where copies go */
static char name[64];

static void write_nothing(void *user, enum log_level level, const char *text)
{
}

static void setup(void)
{
    unsetenv("FIXTURE_CONSTRUCTED");
    log_set_sink(write_nothing, NULL);
    buf_init(&why, 65536);
    ck_assert_int_eq(config_parse("c", STR("{}"), &config, &why), 0);
    timers_init(&timers, 0);
    host = host_new(&timers, config);
    ck_assert_ptr_nonnull(host);
    slot = (struct plugin_slot){.host = host, .name = name};
    dir = file_dir();
}

static void teardown(void)
{
    generation_free(generation);
    host_free(host);
    config_free(config);
    buf_free(&why);
    timers_free(&timers);
    file_dir_remove(dir);
    ck_assert_int_eq(mem_live(), 0);
}

static int load(const char *path, const char *called)
{
    snprintf(name, sizeof(name), "%s", called);
    buf_clear(&why);
    int error = generation_load(&slot, STR("/"), path, str_z(dir),
                                ++slot.generations, &generation, &why);
    ck_assert_int_eq(error < 0, generation == NULL);
    ck_assert_int_eq(error<0, why.n> 0);
    return error;
}

static unsigned files_in_dir(void)
{
    char command[128];
    unsigned count;
    snprintf(command, sizeof(command), "ls '%s' | wc -l", dir);
    FILE *out = popen(command, "r");
    ck_assert(out && fscanf(out, "%u", &count) == 1);
    pclose(out);
    return count;
}

/* Asserts that a file is refused, why, and that nothing of it has run and
 * nothing is left. */
static void refused(const char *path, const char *called, int expected,
                    const char *text)
{
    unsigned before = files_in_dir();
    ck_assert_int_eq(load(path, called), expected);
    ck_assert_msg(memmem(why.p, why.n, text, strlen(text)) != NULL, "%.*s",
                  STR_ARG(buf_str(&why)));
    ck_assert_ptr_null(getenv("FIXTURE_CONSTRUCTED"));
    ck_assert_uint_eq(files_in_dir(), before);
}

START_TEST(loads)
{
    struct stat st;
    ck_assert_int_eq(load(FIXTURES "/good.so", "good"), 0);
    ck_assert_str_eq(getenv("FIXTURE_CONSTRUCTED"), "good");
    ck_assert_int_eq(generation->state, GENERATION_LOADED);
    ck_assert_str_eq(generation->name, "good");
    ck_assert_str_eq(generation->version, "3.2.1");
    ck_assert_uint_eq(generation->number, 1);
    ck_assert_ptr_eq(generation->slot, &slot);
    ck_assert_uint_eq(generation->handlers.count, 2);
    ck_assert_str_eq(generation->handlers.rows[1].name, "other");
    ck_assert_str_eq(generation->handlers.rows[1].name_space, "/space");
    ck_assert_uint_eq(generation->timers.count, 1);
    ck_assert_ptr_eq(plugin_rows_find(&generation->acks, "row"),
                     &generation->acks.rows[0]);
    ck_assert_ptr_null(plugin_rows_find(&generation->acks, "event"));
    /* The copy is the file's, ours alone, and not to be changed. */
    ck_assert(str_starts(str_z(generation->file), str_z(dir)));
    ck_assert_ptr_nonnull(strstr(generation->file, "/good.1-"));
    ck_assert_int_eq(stat(generation->file, &st), 0);
    ck_assert_uint_eq(st.st_mode & 07777, 0500);
    struct file a = file_read(FIXTURES "/good.so");
    struct file b = file_read(generation->file);
    ck_assert_uint_eq(a.n, b.n);
    ck_assert_mem_eq(a.p, b.p, a.n);
    free(a.p);
    free(b.p);
}
END_TEST

START_TEST(each_has_code_of_its_own)
{
    ck_assert_int_eq(load(FIXTURES "/good.so", "good"), 0);
    struct generation *first = generation;
    generation = NULL;
    ck_assert_int_eq(load(FIXTURES "/good.so", "good"), 0);
    ck_assert_uint_eq(generation->number, 2);
    ck_assert_ptr_ne(first->library, generation->library);
    ck_assert(first->handlers.rows[0].call !=
              generation->handlers.rows[0].call);
    ck_assert_str_ne(first->file, generation->file);
    generation_free(first);
}
END_TEST

START_TEST(overwritten_while_it_runs)
{
    char path[128];
    struct file f = file_read(FIXTURES "/good.so");
    snprintf(path, sizeof(path), "%s/good.so", dir);
    file_write(path, f.p, f.n);
    ck_assert_int_eq(load(path, "good"), 0);
    memset(f.p, 0xcc, f.n); /* in place: the same file */
    int fd = open(path, O_WRONLY);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, f.p, f.n), (ssize_t)f.n);
    close(fd);
    ck_assert_int_eq(truncate(path, 10), 0);
    mortise_event event = {0};
    for (uint32_t i = 0; i < generation->handlers.count; i++)
        generation->handlers.rows[i].call(0, &event);
    free(f.p);
}
END_TEST

START_TEST(of_a_crashed_run)
{
    char path[512];
    ck_assert_int_eq(load(FIXTURES "/good.so", "good"), 0);
    snprintf(path, sizeof(path), "%s", generation->file);
    generation_free(generation);
    generation = NULL;
    /* A copy with the name we want is never written over. */
    slot.generations = 0;
    unsetenv("FIXTURE_CONSTRUCTED");
    refused(FIXTURES "/good.so", "good", ERR_IO, "File exists");
    ck_assert_int_eq(access(path, F_OK), 0);
}
END_TEST

START_TEST(no_files)
{
    char path[128];
    refused("/nowhere/x.so", "good", ERR_IO, "No such file or directory");
    refused(dir, "good", ERR_IO, "it is not a regular file");
    snprintf(path, sizeof(path), "%s/fifo.so", dir);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    refused(path, "good", ERR_IO, "it is not a regular file");
    refused("/dev/zero", "good", ERR_IO, "it is not a regular file");
    snprintf(path, sizeof(path), "%s/huge.so", dir);
    file_write(path, "", 0);
    ck_assert_int_eq(truncate(path, ((off_t)256 << 20) + 1), 0);
    refused(path, "good", ERR_LIMIT, "it is too large for a plugin");
}
END_TEST

START_TEST(everybody_may_write)
{
    char path[128];
    struct file f = file_read(FIXTURES "/good.so");
    snprintf(path, sizeof(path), "%s/good.so", dir);
    file_write(path, f.p, f.n);
    free(f.p);
    ck_assert_int_eq(chmod(path, 0757), 0);
    refused(path, "good", ERR_DENIED, "everybody may write to it (chmod o-w)");
    ck_assert_int_eq(chmod(path, 0444), 0);
    ck_assert_int_eq(load(path, "good"), 0);
}
END_TEST

START_TEST(no_place_for_the_copy)
{
    char gone[128];
    const char *was = dir;
    snprintf(gone, sizeof(gone), "%s/gone", dir);
    dir = gone;
    ck_assert_int_eq(load(FIXTURES "/good.so", "good"), ERR_IO);
    ck_assert_ptr_nonnull(memmem(why.p, why.n, "No such file", 12));
    ck_assert_ptr_null(getenv("FIXTURE_CONSTRUCTED"));
    dir = was;
}
END_TEST

/* A file with the note of good.so changed in one place. */
static void tampered(size_t offset, const void *bytes, size_t n, int expected,
                     const char *text)
{
    char path[128];
    struct file f = file_read(FIXTURES "/good.so");
    memcpy(file_note(f) + offset, bytes, n);
    snprintf(path, sizeof(path), "%s/tampered.so", dir);
    file_write(path, f.p, f.n);
    refused(path, "good", expected, text);
    free(f.p);
}

START_TEST(notes_that_do_not_fit)
{
    uint16_t before = MORTISE_ABI_MAJOR - 1, after = MORTISE_ABI_MAJOR + 1;
    uint16_t next = MORTISE_ABI_MINOR + 1;
    char text[128];
    snprintf(text, sizeof(text),
             "it was built for version %d.%d of the SDK, this server has "
             "%d.%d: build it anew",
             before, MORTISE_ABI_MINOR, MORTISE_ABI_MAJOR, MORTISE_ABI_MINOR);
    tampered(offsetof(mortise_note, major), &before, 2, ERR_VERSION, text);
    snprintf(text, sizeof(text),
             "version %d.%d of the SDK, this server has %d.%d: it needs a "
             "newer server",
             after, MORTISE_ABI_MINOR, MORTISE_ABI_MAJOR, MORTISE_ABI_MINOR);
    tampered(offsetof(mortise_note, major), &after, 2, ERR_VERSION, text);
    snprintf(text, sizeof(text),
             "version %d.%d of the SDK, this server has %d.%d: it needs a "
             "newer server",
             MORTISE_ABI_MAJOR, next, MORTISE_ABI_MAJOR, MORTISE_ABI_MINOR);
    tampered(offsetof(mortise_note, minor), &next, 2, ERR_VERSION, text);
    tampered(offsetof(mortise_note, name), "goof", 4, ERR_SYNTAX,
             "it calls itself \"goof\", not \"good\"");
    tampered(offsetof(mortise_note, owner), "m", 1, ERR_SYNTAX,
             "it has no MORTISE_PLUGIN()");
    refused(FIXTURES "/good.so", "better", ERR_SYNTAX,
            "it calls itself \"good\", not \"better\"");
}
END_TEST

START_TEST(cut_short)
{
    char path[128];
    struct file f = file_read(FIXTURES "/good.so");
    snprintf(path, sizeof(path), "%s/short.so", dir);
    file_write(path, f.p, 0);
    refused(path, "good", ERR_SYNTAX, "it is too short");
    file_write(path, f.p, 1000);
    refused(path, "good", ERR_SYNTAX, "");
    file_write(path, f.p, 4096);
    refused(path, "good", ERR_SYNTAX, "");
    file_write(path, f.p, f.n / 4);
    refused(path, "good", ERR_SYNTAX, "");
    free(f.p);
}
END_TEST

START_TEST(texts)
{
    char path[128];
    char text[200];
    memset(text, 'x', sizeof(text));
    snprintf(path, sizeof(path), "%s/text.so", dir);
    file_write(path, text, sizeof(text));
    refused(path, "good", ERR_SYNTAX, "it is not an ELF file");
}
END_TEST

START_TEST(no_entry)
{
    ck_assert_int_eq(load(FIXTURES "/missing.so", "missing"), ERR_SYNTAX);
    ck_assert(str_eq(buf_str(&why),
                     STR("it has no function mortise_plugin_entry_v1")));
}
END_TEST

START_TEST(lies)
{
    static const char *const reasons[] = {
        "its descriptor makes no sense",
        "its descriptor makes no sense",
        "its descriptor makes no sense",
        "its descriptor makes no sense",
        "its descriptor makes no sense",
        "its descriptor makes no sense",
        "its descriptor makes no sense",
        "its descriptor makes no sense",
        "its table of acks makes no sense",
        "its table of handlers makes no sense",
        "row 1 of its table of timers has no name",
        "row 1 of its table of timers, \"b\", has no function",
        "its table of handlers makes no sense",
        "its timers or acks have \"a\" twice",
        "its timers or acks have \"a\" twice",
    };
    char path[512];
    ck_assert_uint_eq(sizeof(reasons) / sizeof(reasons[0]), 15);
    snprintf(path, sizeof(path), FIXTURES "/liar-%d.so", _i);
    ck_assert_int_eq(load(path, "liar"), ERR_SYNTAX);
    ck_assert_msg(str_eq(buf_str(&why), str_z(reasons[_i])), "%.*s",
                  STR_ARG(buf_str(&why)));
}
END_TEST

START_TEST(starts_and_stops)
{
    ck_assert_int_eq(load(FIXTURES "/good.so", "good"), 0);
    ck_assert_int_eq(generation_start(generation, NULL), 0); /* has no init */
    ck_assert_int_eq(generation->state, GENERATION_STAGED);
    generation_stop(generation); /* nor a fini */
    ck_assert_int_eq(generation->state, GENERATION_RETIRED);
    generation_free(NULL);
}
END_TEST

static unsigned lines;

static void count_lines(void *user, enum log_level level, const char *text)
{
    lines += strstr(text, "fini") != NULL;
}

START_TEST(fini_only_after_init)
{
    log_set_sink(count_lines, NULL);
    struct arena arena;
    struct json_limits limits = {.depth = 2};
    struct json *settings;
    arena_init(&arena, 4096);
    ck_assert_int_eq(
        json_parse(&arena, STR("{\"returns\":-5}"), &limits, &settings, NULL),
        0);
    ck_assert_int_eq(load(FIXTURES "/talk.so", "talk"), 0);
    generation_stop(generation); /* never started */
    generation->state = GENERATION_LOADED;
    ck_assert_int_eq(generation_start(generation, settings), -5);
    ck_assert_int_eq(generation->state, GENERATION_LOADED);
    generation_stop(generation);
    ck_assert_uint_eq(lines, 0);
    generation->state = GENERATION_LOADED;
    ck_assert_int_eq(generation_start(generation, NULL), 0);
    generation_stop(generation);
    generation_stop(generation); /* once */
    ck_assert_uint_eq(lines, 1);
    arena_free(&arena);
    /* What it has started meanwhile goes with the slot. */
    ck_assert_uint_eq(host->plugin_timers.count, 1);
    plugin_timers_drop(host, &slot);
}
END_TEST

START_TEST(no_memory)
{
    memcpy(name, "good", 5);
    for (long n = 0;; n++) {
        buf_free(&why);
        mem_fail_after(n);
        int error =
            generation_load(&slot, STR("/"), FIXTURES "/good.so", str_z(dir),
                            ++slot.generations, &generation, &why);
        mem_fail_after(-1);
        if (error == 0)
            break;
        ck_assert_int_eq(error, ERR_NOMEM);
        ck_assert_ptr_null(generation);
        ck_assert_int_lt(n, 100);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("host/generation");
    TCase *t = tcase_create("generation");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, loads);
    tcase_add_test(t, each_has_code_of_its_own);
    tcase_add_test(t, overwritten_while_it_runs);
    tcase_add_test(t, of_a_crashed_run);
    tcase_add_test(t, no_files);
    tcase_add_test(t, everybody_may_write);
    tcase_add_test(t, no_place_for_the_copy);
    tcase_add_test(t, notes_that_do_not_fit);
    tcase_add_test(t, cut_short);
    tcase_add_test(t, texts);
    tcase_add_test(t, no_entry);
    tcase_add_loop_test(t, lies, 0, 15);
    tcase_add_test(t, starts_and_stops);
    tcase_add_test(t, fini_only_after_init);
    tcase_add_test(t, no_memory);
    suite_add_tcase(s, t);
    return unit_main(s);
}
