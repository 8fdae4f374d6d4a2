/* SPDX-License-Identifier: MIT */
#include "filter/wordlist.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <mortise/memory.h>

#include "filter/filter.h"
#include "options.h"

enum { LOOK_MS = 1000 };

static struct filter *filter;
static struct stat seen;  /* the file when its words were read */
static struct stat wrong; /* the one that was complained of last */

static bool is_same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
           a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* The whole file; what it was is found out before, so a change meanwhile is
 * seen the next time. */
static char *read_file(size_t *ret_n, struct stat *ret)
{
    FILE *file = fopen(options.filter, "re");
    char *text = NULL;

    if (!file)
        return NULL;
    if (fstat(fileno(file), ret) == 0 && S_ISREG(ret->st_mode) &&
        (text = mortise_alloc(FILTER_FILE_MAX + 2))) {
        *ret_n = fread(text, 1, FILTER_FILE_MAX + 1, file);
        text[*ret_n] = '\0';
    }
    if (text && ferror(file)) {
        mortise_free(text);
        text = NULL;
    }
    fclose(file);
    return text;
}

static int read_words(void)
{
    char why[FILTER_WRONG_SIZE] = "cannot be read";
    struct filter *words = NULL;
    struct stat now = {0};
    size_t n = 0;
    char *text = read_file(&n, &now);

    if (text)
        words = filter_new(text, n, why);
    mortise_free(text);
    if (!words) {
        if (!is_same(&now, &wrong) || !filter)
            mortise_log(MORTISE_ERROR, "%s %s", options.filter, why);
        wrong = now;
        return MORTISE_EINVAL;
    }
    filter_free(filter);
    filter = words;
    seen = now;
    mortise_log(MORTISE_INFO, "%zu words, read from %s", filter_words(words),
                options.filter);
    return 0;
}

int wordlist_init(void)
{
    int error = options.filter ? read_words() : 0;

    if (error == 0 && options.filter &&
        mortise_after("words", LOOK_MS, LOOK_MS, 0) == 0)
        error = MORTISE_ENOMEM;
    return error;
}

void wordlist_free(void)
{
    filter_free(filter);
    filter = NULL;
}

void wordlist_on_look(mortise_socket none, const mortise_event *event)
{
    struct stat now;

    if (stat(options.filter, &now) == 0 && !is_same(&now, &seen))
        read_words();
}

bool wordlist_finds(const char *text)
{
    return filter && filter_find(filter, text, NULL) == 1;
}

void wordlist_look(struct record *ask, const char *text)
{
    char *stars = NULL;
    int found = filter ? filter_find(filter, text,
                                     options.filter_refuses ? NULL : &stars)
                       : 0;

    if (found < 0)
        ask->error = found;
    else if (found && options.filter_refuses)
        record_put_int(ask, FIELD_FILTERED, 1);
    else if (found)
        record_put(ask, FIELD_TEXT, stars);
    mortise_free(stars);
}
