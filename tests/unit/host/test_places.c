/* SPDX-License-Identifier: MIT */
/* Where plugins are looked for. */
#include "files.h"

#include "base/error.h"
#include "base/mem.h"
#include "host/plugin/places.h"

static const char *dir;

static void setup(void)
{
    dir = file_dir();
}

static void teardown(void)
{
    file_dir_remove(dir);
    ck_assert_int_eq(mem_live(), 0);
}

/* A file in the directory, with the folders above it. */
static void put(const char *name)
{
    char command[256];
    snprintf(command, sizeof(command),
             "mkdir -p \"$(dirname '%s/%s')\" && touch '%s/%s'", dir, name, dir,
             name);
    ck_assert_int_eq(system(command), 0);
}

/* What is found for an entry, without the directory; NULL: nothing, and the
 * complaint names `file` and, when there is one, the plugin directory. */
static void found(const char *entry, const char *plugin_dir, const char *where,
                  const char *file)
{
    struct config *config;
    struct buf why;
    char text[512], line[256], *path = NULL;

    buf_init(&why, 65536);
    snprintf(text, sizeof(text), "{%s\"plugins\":[{%s}]}", plugin_dir, entry);
    int error =
        config_parse(file_in(dir, "conf.json"), str_z(text), &config, &why);
    ck_assert_msg(error == 0, "%.*s", STR_ARG(buf_str(&why)));
    error = places_find_plugin(config, &config->plugins[0], &path, &why);
    if (where) {
        ck_assert_msg(error == 0, "%.*s", STR_ARG(buf_str(&why)));
        ck_assert_str_eq(path, file_in(dir, where));
    } else {
        ck_assert_int_eq(error, ERR_NOENT);
        bool by_path = strchr(file, '/') != NULL;
        snprintf(line, sizeof(line), "there is no readable %s%s%s%s", file,
                 by_path ? "" : " in ", by_path ? "" : file_in(dir, "p"),
                 by_path || !strstr(entry, "path")
                     ? ""
                     : "; with a slash in it \"path\" counts from the folder "
                       "of the configuration");
        ck_assert_msg(str_eq(buf_str(&why), str_z(line)), "%.*s",
                      STR_ARG(buf_str(&why)));
    }
    mem_free(path);
    buf_free(&why);
    config_free(config);
}

#define PLUGIN_DIR "\"pluginDir\":\"p\","

START_TEST(by_name)
{
    found("\"name\":\"a\"", PLUGIN_DIR, NULL, "a.so");
    put("p/a/a.so");
    found("\"name\":\"a\"", PLUGIN_DIR, "p/a/a.so", NULL);
    put("p/a.so");
    found("\"name\":\"a\"", PLUGIN_DIR, "p/a.so", NULL);
    found("\"name\":\"a\"", "\"pluginDir\":\"p/\",", "p/a.so", NULL);
    found("\"name\":\"b\"", PLUGIN_DIR, NULL, "b.so");
}
END_TEST

START_TEST(by_file)
{
    put("p/a.so");
    put("p/c/b.so");
    found("\"name\":\"c\",\"path\":\"a.so\"", PLUGIN_DIR, "p/a.so", NULL);
    found("\"name\":\"c\",\"path\":\"b.so\"", PLUGIN_DIR, "p/c/b.so", NULL);
    found("\"name\":\"a\",\"path\":\"d.so\"", PLUGIN_DIR, NULL, "d.so");
}
END_TEST

START_TEST(by_path)
{
    char entry[256];
    put("x/a.so");
    /* From the folder of the configuration's file. */
    found("\"name\":\"a\",\"path\":\"x/a.so\"", PLUGIN_DIR, "x/a.so", NULL);
    snprintf(entry, sizeof(entry), "\"name\":\"a\",\"path\":\"%s/x/a.so\"",
             dir);
    found(entry, PLUGIN_DIR, "x/a.so", NULL);
    put("p/a.so"); /* is not asked then */
    snprintf(entry, sizeof(entry), "%s/y/a.so", dir);
    found("\"name\":\"a\",\"path\":\"y/a.so\"", PLUGIN_DIR, NULL, entry);
}
END_TEST

START_TEST(without_a_directory)
{
    /* Beside the program, which is that of this test: plugins/talk.so. */
    struct config *config;
    struct buf why;
    char *path = NULL;
    buf_init(&why, 65536);
    ck_assert_int_eq(config_parse("c",
                                  STR("{\"plugins\":[{\"name\":\"talk\"}]}"),
                                  &config, &why),
                     0);
    ck_assert_int_eq(
        places_find_plugin(config, &config->plugins[0], &path, &why), 0);
    ck_assert(str_ends(str_z(path), STR("/plugins/talk.so")));
    ck_assert_int_eq(access(path, R_OK), 0);
    mem_free(path);
    buf_free(&why);
    config_free(config);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("host/places");
    TCase *t = tcase_create("places");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, by_name);
    tcase_add_test(t, by_file);
    tcase_add_test(t, by_path);
    tcase_add_test(t, without_a_directory);
    suite_add_tcase(s, t);
    return unit_main(s);
}
