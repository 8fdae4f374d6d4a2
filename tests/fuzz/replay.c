/* SPDX-License-Identifier: MIT */
/*
 * Runs a fuzz target over the files of a folder, without a fuzzer:
 *
 *     replay_TARGET FOLDER [SECONDS [NUMBER]]
 *
 * Each file is run whole, and cut off after each of (at most) CUTS_MAX of its
 * bytes: an input that ends too early is the most common of all bad ones.
 * Then, for so many seconds, what mutate.c makes of them, other inputs each
 * time, or the same as with that NUMBER. Prints TAP, one line a file; a target
 * that finds something dies, and leaves what it died of in replay_TARGET.last.
 */
#include "fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "mutate.h"

#define CUTS_MAX  200
#define FILE_MAX  ((size_t)1 << 20)
#define SEEDS_MAX 1000

static struct mutate_seed seeds[SEEDS_MAX];
static size_t seed_count;

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

static void keep_seed(const uint8_t *data, size_t size)
{
    if (seed_count == SEEDS_MAX || size > MUTATE_MAX)
        return;
    uint8_t *copy = malloc(size ? size : 1);
    assert(copy);
    if (size > 0)
        memcpy(copy, data, size);
    seeds[seed_count++] = (struct mutate_seed){copy, size};
}

static void drop_seeds(void)
{
    while (seed_count > 0)
        free(seeds[--seed_count].data);
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
    keep_seed(data, size);
    return true;
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* What is run is in the file before, for whoever looks at what died of it. */
static bool run_changed(const char *program, double time, uint64_t number)
{
    static uint8_t input[MUTATE_MAX];
    char path[4096];
    struct mutate m;
    unsigned long runs = 0;
    bool good = true;

    snprintf(path, sizeof(path), "%s.last", program);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return false;
    printf("# changed at random by number %llu; the last one: %s\n",
           (unsigned long long)number, path);
    fflush(stdout);
    mutate_init(&m, seeds, seed_count, number);
    for (double end = seconds() + time; good && seconds() < end; runs++) {
        size_t n = mutate_next(&m, input);
        good = pwrite(fd, input, n, 0) == (ssize_t)n &&
               ftruncate(fd, (off_t)n) == 0;
        run(input, n);
    }
    printf("# %lu inputs\n", runs);
    close(fd);
    unlink(path);
    return good;
}

int main(int argc, char **argv)
{
    struct dirent **entries;
    int failed = 0;

    if (argc < 2 || argc > 4) {
        fprintf(stderr, "usage: %s FOLDER [SECONDS [NUMBER]]\n", argv[0]);
        return EXIT_FAILURE;
    }
    double time = argc > 2 ? atof(argv[2]) : 0;
    uint64_t number =
        argc > 3 ? strtoull(argv[3], NULL, 10) : (uint64_t)(seconds() * 1e6);
    int count = scandir(argv[1], &entries, is_file, alphasort);
    if (count <= 0) {
        fprintf(stderr, "%s: no seeds\n", argv[1]);
        return EXIT_FAILURE;
    }
    printf("1..%d\n", count + (time > 0));
    for (int i = 0; i < count; i++) {
        bool good = replay(argv[1], entries[i]->d_name);
        failed += !good;
        printf("%s %d - %s\n", good ? "ok" : "not ok", i + 1,
               entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    if (time > 0) {
        bool good = seed_count > 0 && run_changed(argv[0], time, number);
        failed += !good;
        printf("%s %d - changed at random\n", good ? "ok" : "not ok",
               count + 1);
    }
    drop_seeds();
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
