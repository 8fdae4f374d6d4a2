/* SPDX-License-Identifier: MIT */
/*
 * Runs a fuzz target over the files of a folder, without a fuzzer:
 *
 *     replay_TARGET FOLDER
 *
 * Each file is run whole, and cut off after each of (at most) CUTS_MAX of its
 * bytes: an input that ends too early is the most common of all bad ones.
 * Prints TAP, one line a file; a target that finds something dies.
 */
#include "fuzz.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>

#define CUTS_MAX 200
#define FILE_MAX ((size_t)1 << 20)

static int is_file(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* Each run gets memory that ends where its input ends. */
static void run(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);
    assert(copy);
    if (size > 0)
        memcpy(copy, data, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

static void run_cuts(const uint8_t *data, size_t size)
{
    size_t step = size / CUTS_MAX + 1;
    for (size_t n = 0; n < size; n += step)
        run(data, n);
    run(data, size);
}

static bool replay(const char *folder, const char *name)
{
    static uint8_t data[FILE_MAX];
    char path[4096];

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    size_t size = fread(data, 1, sizeof(data), file);
    bool read = !ferror(file);
    fclose(file);
    if (!read)
        return false;
    /* Said before, for whoever looks at what a crash left behind. */
    printf("# %s\n", path);
    fflush(stdout);
    run_cuts(data, size);
    return true;
}

int main(int argc, char **argv)
{
    struct dirent **entries;
    int failed = 0;

    if (argc != 2) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return EXIT_FAILURE;
    }
    int count = scandir(argv[1], &entries, is_file, alphasort);
    if (count <= 0) {
        fprintf(stderr, "%s: no seeds\n", argv[1]);
        return EXIT_FAILURE;
    }
    printf("1..%d\n", count);
    for (int i = 0; i < count; i++) {
        bool good = replay(argv[1], entries[i]->d_name);
        failed += !good;
        printf("%s %d - %s\n", good ? "ok" : "not ok", i + 1,
               entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
