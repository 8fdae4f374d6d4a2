/* SPDX-License-Identifier: MIT */
/* What static_files is made of: paths, the cache, media types. */
#include "static_unit.h"

#include "net/mime.h"
#include "net/static_cache.h"
#include "net/static_path.h"

START_TEST(longest_path)
{
    char path[STATIC_PATH_MAX + 100], decoded[STATIC_PATH_MAX];

    for (size_t n = 1000; n < sizeof(path); n++) {
        memset(path, 'a', n);
        path[n - 1] = '/';
        int r = static_path_decode(str_of(path, n), decoded);
        if (n < STATIC_PATH_MAX - sizeof("index.html"))
            ck_assert_int_eq(r, (int)n + 10);
        else
            ck_assert_int_eq(r, ERR_NOENT);
    }
}
END_TEST

START_TEST(kernels_without_openat2)
{
    static const struct {
        const char *path;
        bool opens;
    } cases[] = {
        {"app.js", true},      {"sub/x.css", true}, {"sub", true},
        {"none", false},       {"none/x", false},   {"app.js/x", false},
        {"in.css", false},     {"out.txt", false},  {"up/outside.txt", false},
        {"etc/passwd", false},
    };
    int fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int before = dup(fd);
    close(before);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int file = static_path_walk(fd, cases[i].path);
        ck_assert_msg((file >= 0) == cases[i].opens, "%s", cases[i].path);
        if (file >= 0)
            close(file);
    }
    /* Nothing was left open. */
    int after = dup(fd);
    ck_assert_int_eq(after, before);
    close(after);
    close(fd);
}
END_TEST

START_TEST(cache_has_a_limit)
{
    struct static_cache cache;
    struct static_stamp stamp = {.size = 1000, .modified = 1};
    char path[200], names[50][8];

    path_of(path, sizeof(path), "long.txt");
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    static_cache_init(&cache, 10000);
    for (int i = 0; i < 50; i++) {
        snprintf(names[i], sizeof(names[i]), "%d", i);
        struct slice *s =
            static_cache_gzip(&cache, str_z(names[i]), &stamp, fd);
        ck_assert_ptr_nonnull(s);
        slice_unref(s);
        ck_assert_uint_le(cache.bytes, 10000);
        /* The first is used again and again, and stays. */
        s = static_cache_plain(&cache, STR("0"), &stamp, -1);
        ck_assert_ptr_nonnull(s);
        slice_unref(s);
    }
    ck_assert_uint_gt(cache.entries.count, 3);
    ck_assert_uint_lt(cache.entries.count, 12);
    ck_assert_ptr_null(static_cache_plain(&cache, STR("1"), &stamp, -1));
    static_cache_free(&cache);
    close(fd);
}
END_TEST

START_TEST(media_types)
{
    ck_assert(
        str_eq(mime_of(STR("a.html"))->type, STR("text/html; charset=utf-8")));
    ck_assert(str_eq(mime_of(STR("a.min.JS"))->type,
                     STR("application/javascript; charset=utf-8")));
    ck_assert(str_eq(mime_of(STR("a/b.woff2"))->type, STR("font/woff2")));
    ck_assert(str_eq(mime_of(STR("a.wasm"))->type, STR("application/wasm")));
    ck_assert(str_eq(mime_of(STR("a.js.map"))->type,
                     STR("application/json; charset=utf-8")));
    ck_assert(
        str_eq(mime_of(STR("html"))->type, STR("application/octet-stream")));
    ck_assert(
        str_eq(mime_of(STR("a."))->type, STR("application/octet-stream")));
    ck_assert(str_eq(mime_of(STR(""))->type, STR("application/octet-stream")));
    ck_assert(!mime_of(STR("a.png"))->compressible);
    ck_assert(mime_of(STR("a.svg"))->compressible);
}
END_TEST

static Suite *parts_suite(void)
{
    Suite *suite = suite_create("static_parts");
    TCase *tc = tcase_create("parts");
    tcase_add_checked_fixture(tc, start_files, stop_files);
    tcase_add_test(tc, longest_path);
    tcase_add_test(tc, kernels_without_openat2);
    tcase_add_test(tc, cache_has_a_limit);
    tcase_add_test(tc, media_types);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return unit_main(parts_suite());
}
