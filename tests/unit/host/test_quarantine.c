/* SPDX-License-Identifier: MIT */
/* Who is left out, by what was written down about it; and the file that it is
 * written to. */
#include "files.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "host/plugin/quarantine.h"

#define A "aaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbb"

static const unsigned char build_a[32] = {0xaa, 0xaa, 0xaa, 0xaa,
                                          0xaa, 0xaa, 0xaa, 0xaa};
static const struct str code = {"some code", 9};

static const char *dir;
static struct config *config;
static char file[512]; /* where crashes are written down */
static char journal[8192];

static void write_journal(void *user, enum log_level level, const char *text)
{
    size_t n = strlen(journal);
    ck_assert_int_lt(snprintf(journal + n, sizeof(journal) - n, "%s\n", text),
                     (int)(sizeof(journal) - n));
}

static void configure(const char *plugins)
{
    char text[1024];
    struct buf errors;

    snprintf(text, sizeof(text),
             "{\"mode\":\"development\",\"runDir\":\"%s\",\"plugins\":[%s]}",
             dir, plugins);
    buf_init(&errors, BUF_MAX);
    config_free(config);
    ck_assert_int_eq(
        config_parse(file_in(dir, "conf.json"), str_z(text), &config, &errors),
        0);
    buf_free(&errors);
}

/* Finds out what the file is called, and has it empty. */
static void find_file(void)
{
    const struct dirent *entry;

    quarantine_open(config);
    DIR *d = opendir(dir);
    while ((entry = readdir(d)))
        if (strncmp(entry->d_name, "mortise-crashes-", 16) == 0)
            snprintf(file, sizeof(file), "%s/%s", dir, entry->d_name);
    closedir(d);
    ck_assert_str_ne(file, "");
    quarantine_close();
    /* Nothing stood in it. */
    ck_assert_int_lt(access(file, F_OK), 0);
    int fd = open(file, O_WRONLY | O_CREAT | O_EXCL, 0600);
    ck_assert_int_ge(fd, 0);
    close(fd);
}

static void setup(void)
{
    dir = file_dir();
    file_write(file_in(dir, "conf.json"), "", 0);
    log_set_sink(write_journal, NULL);
    configure("{\"name\":\"chat\"},{\"name\":\"game\"}");
    find_file();
}

static void teardown(void)
{
    quarantine_close();
    config_free(config);
    file_dir_remove(dir);
    ck_assert_int_eq(mem_live(), 0);
}

/* Opens it with these crashes in it. */
static void begin(const char *crashes)
{
    quarantine_close();
    file_write(file, crashes, strlen(crashes));
    ck_assert_int_eq(chmod(file, 0600), 0);
    journal[0] = '\0';
    quarantine_open(config);
}

static bool refuses(const char *crashes)
{
    begin(crashes);
    return quarantine_refuses(config, &config->plugins[0], code, build_a);
}

static void expect_file(const char *text)
{
    struct file f = file_read(file);
    ck_assert_msg(str_eq(str_of(f.p, f.n), str_z(text)), "%.*s", (int)f.n, f.p);
    free(f.p);
}

START_TEST(three_within_five_minutes)
{
    ck_assert(refuses("1000 chat " A
                      " SIGSEGV in chat#1 (version 1.0.0), init\n"
                      "1100 chat " A " x\n"
                      "1300 chat " A " SIGBUS in chat#1 (version 1.0.0), "
                      "event say\n"));
    ck_assert_ptr_nonnull(strstr(
        journal, "plugin \"chat\" is NOT STARTED: this build has crashed "
                 "the server 3 times within 5 minutes, last with SIGBUS "
                 "in chat#1 (version 1.0.0), event say\n"));
    ck_assert_ptr_nonnull(strstr(journal, file));
    ck_assert(!quarantine_refuses(config, &config->plugins[1], code, build_a));
}
END_TEST

START_TEST(not_often_enough)
{
    ck_assert(!refuses(""));
    ck_assert(!refuses("1000 chat " A " x\n1001 chat " A " x\n"));
    ck_assert(!refuses("1000 chat " A " x\n1001 chat " A " x\n"
                       "1301 chat " A " x\n"));
    ck_assert(!refuses("1000 chat " A " x\n1001 game " A " x\n"
                       "1002 chat " A " x\n"));
    /* The clock was set back. */
    ck_assert(!refuses("1000 chat " A " x\n1001 chat " A " x\n"
                       "900 chat " A " x\n"));
    ck_assert_str_eq(journal, "");
}
END_TEST

START_TEST(the_last_ones_count)
{
    ck_assert(refuses("100 chat " A " x\n"
                      "1000 chat " A " x\n1001 chat " A " x\n"
                      "1002 chat " A " x\n"));
    ck_assert(!refuses("1000 chat " A " x\n1001 chat " A " x\n"
                       "1002 chat " A " x\n9000 chat " A " x\n"));
}
END_TEST

START_TEST(another_build)
{
    ck_assert(!refuses("1000 chat " B " x\n1001 chat " B " x\n"
                       "1002 chat " B " x\n"));
    ck_assert(!refuses("1000 chat " A " x\n1001 chat " B " x\n"
                       "1002 chat " A " x\n"));
    ck_assert_str_eq(journal, "");
}
END_TEST

#define THREE "1000 chat " A " x\n1001 chat " A " x\n1002 chat " A " x\n"

START_TEST(told_not_to)
{
    configure("{\"name\":\"chat\",\"quarantine\":false},{\"name\":\"game\"}");
    ck_assert(!refuses(THREE));
    ck_assert_str_eq(journal, "");
}
END_TEST

START_TEST(not_opened)
{
    begin(THREE);
    quarantine_close();
    ck_assert(!quarantine_refuses(config, &config->plugins[0], code, build_a));
}
END_TEST

/* Who turns others away is not left out: what it guards would be open. */
START_TEST(guards)
{
    static const struct str rows[] = {{"..\xff"
                                       "connecting",
                                       14},
                                      {"..\xff"
                                       "use",
                                       7},
                                      {"..\xff"
                                       "before",
                                       10},
                                      {"..\xff"
                                       "allow",
                                       9}};

    for (size_t i = 0; i < 4; i++) {
        begin(THREE);
        ck_assert(
            !quarantine_refuses(config, &config->plugins[0], rows[i], build_a));
        ck_assert_ptr_nonnull(strstr(journal, "should not be started"));
        ck_assert_ptr_nonnull(strstr(
            journal, "all the same, because it decides who may come in"));
    }
    begin(THREE);
    ck_assert(quarantine_refuses(config, &config->plugins[0],
                                 STR("\xff"
                                     "connect\0\xff"
                                     "user"),
                                 build_a));
}
END_TEST

START_TEST(the_last_one_stays)
{
    configure("{\"name\":\"chat\"},{\"name\":\"game\",\"enabled\":false}");
    ck_assert(!refuses(THREE));
    ck_assert_ptr_nonnull(
        strstr(journal, "all the same, because there is no other"));
    /* Nor would one that crashes as often be one. */
    configure("{\"name\":\"chat\"},{\"name\":\"game\"}");
    ck_assert(!refuses(THREE "1000 game " B " x\n1001 game " B " x\n"
                             "1002 game " B " x\n"));
}
END_TEST

/* --- the file --- */

START_TEST(kept_small)
{
    begin("1 chat " A " x\n2 chat " A " x\n\nnonsense\n3 chat " A " x\n"
          "4 gone " A " x\n5 game " A " x\nx chat " A " x\n6 chat " A " x\n"
          "7 chat " A);
    expect_file("2 chat " A " x\n3 chat " A " x\n5 game " A " x\n"
                "6 chat " A " x\n");
    /* Nothing to do: not written again. */
    begin("1 chat " A " x\n");
    expect_file("1 chat " A " x\n");
}
END_TEST

START_TEST(too_large)
{
    char *text = malloc(70001);
    memset(text, 'x', 70000);
    text[70000] = '\0';
    begin(text);
    expect_file("");
    free(text);
}
END_TEST

START_TEST(made_private)
{
    struct stat st;
    ck_assert_int_eq(stat(file, &st), 0);
    ck_assert_int_eq(st.st_mode & 07777, 0600);
}
END_TEST

START_TEST(not_private)
{
    quarantine_close();
    ck_assert_int_eq(chmod(file, 0644), 0);
    quarantine_open(config);
    ck_assert_ptr_nonnull(strstr(journal, "crashes are not written down: "));
    ck_assert_ptr_nonnull(strstr(journal, "others may read or write it"));
}
END_TEST

START_TEST(linked)
{
    quarantine_close();
    ck_assert_int_eq(link(file, file_in(dir, "other")), 0);
    quarantine_open(config);
    ck_assert_ptr_nonnull(strstr(journal, "it is no file of its own"));
    quarantine_close();

    journal[0] = '\0';
    ck_assert_int_eq(unlink(file), 0);
    ck_assert_int_eq(symlink("other", file), 0);
    quarantine_open(config);
    ck_assert_ptr_nonnull(strstr(journal, "crashes are not written down: "));
}
END_TEST

START_TEST(of_everybody)
{
    quarantine_close();
    ck_assert_int_eq(chmod(dir, 0777), 0);
    quarantine_open(config);
    ck_assert_ptr_nonnull(strstr(journal, "everybody may write to the folder"));
    quarantine_close();
    /* As /tmp is. */
    journal[0] = '\0';
    ck_assert_int_eq(chmod(dir, 01777), 0);
    quarantine_open(config);
    ck_assert_str_eq(journal, "");
}
END_TEST

START_TEST(of_the_system)
{
    char with_others[256];

    config->run_dir = STR("");
    ck_assert_int_eq(unlink(file), 0);
    snprintf(with_others, sizeof(with_others), "%s:/elsewhere", dir);
    setenv("STATE_DIRECTORY", with_others, 1);
    quarantine_open(config);
    ck_assert_int_eq(access(file, F_OK), 0);
    quarantine_close();

    setenv("STATE_DIRECTORY", "/nonexistent", 1);
    setenv("XDG_RUNTIME_DIR", "relative", 1);
    setenv("TMPDIR", dir, 1);
    quarantine_open(config);
    ck_assert_int_eq(access(file, F_OK), 0);
    ck_assert_str_eq(journal, "");
}
END_TEST

START_TEST(no_memory)
{
    for (long n = 0; n < 20; n++) {
        quarantine_close();
        file_write(file, THREE, strlen(THREE));
        ck_assert_int_eq(chmod(file, 0600), 0);
        mem_fail_after(n);
        quarantine_open(config);
        quarantine_refuses(config, &config->plugins[0], code, build_a);
        mem_fail_after(-1);
        expect_file(THREE);
        journal[0] = '\0';
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("quarantine");
    TCase *tcase = tcase_create("quarantine");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, three_within_five_minutes);
    tcase_add_test(tcase, not_often_enough);
    tcase_add_test(tcase, the_last_ones_count);
    tcase_add_test(tcase, another_build);
    tcase_add_test(tcase, told_not_to);
    tcase_add_test(tcase, not_opened);
    tcase_add_test(tcase, guards);
    tcase_add_test(tcase, the_last_one_stays);
    tcase_add_test(tcase, kept_small);
    tcase_add_test(tcase, too_large);
    tcase_add_test(tcase, made_private);
    tcase_add_test(tcase, not_private);
    tcase_add_test(tcase, linked);
    tcase_add_test(tcase, of_everybody);
    tcase_add_test(tcase, of_the_system);
    tcase_add_test(tcase, no_memory);
    suite_add_tcase(suite, tcase);
    return unit_main(suite);
}
