/* SPDX-License-Identifier: MIT */
/* What `mortise ctl` is asked, as the command line has it. */
#ifndef MORTISE_CTL_REQUEST_H
#define MORTISE_CTL_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ctl_request {
    const char *config, *socket; /* NULL: not given */
    const char *room;            /* NULL: not given */
    bool json, quiet;
    int64_t timeout; /* ms; 0: not given */
    char **words;    /* the command and its arguments */
    int word_count;
};

/* One of the words; NULL: there are not so many. */
static inline const char *ctl_word(const struct ctl_request *r, int index)
{
    return index < r->word_count ? r->words[index] : NULL;
}

#endif
