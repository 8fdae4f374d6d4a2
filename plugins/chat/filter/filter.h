/* SPDX-License-Identifier: MIT */
/*
 * Words that are not wanted, and texts in which they are looked for.
 *
 * One a line; lines that begin with "#" and empty ones are for people. A word
 * is looked for as a whole: "ass" is not in "class". A star says where it may
 * go on: "ass*" begins a word, "*ass" ends one, "*ass*" is anywhere. It may be
 * several words, with a space between.
 *
 * Text and words are folded (fold.h). A text is read three times: as it stands,
 * and with the digits and signs that are written for letters as these: 0o, 1i,
 * 3e, 4a, 5s, 7t, 8b, 9g, @a, $s, !i; then the same with 1l. So words are
 * listed in letters. Letters that are doubled, and such with dots between, are
 * other words.
 *
 * All words are looked for at once (Aho and Corasick), in a time that grows
 * with the text, whatever words there are. For the loop alone.
 */
#ifndef CHAT_FILTER_H
#define CHAT_FILTER_H

#include <stddef.h>

enum {
    FILTER_FILE_MAX = 256 * 1024,
    FILTER_WORDS_MAX = 10000,
    FILTER_WORD_MAX = 64, /* characters */
    FILTER_WRONG_SIZE = 80
};

struct filter;

/* Of the words in a text with a NUL behind its n bytes. NULL: `ret_wrong` says
 * why. */
struct filter *filter_new(const char *text, size_t n,
                          char ret_wrong[FILTER_WRONG_SIZE]);
void filter_free(struct filter *filter);
size_t filter_words(const struct filter *filter);

/* Whether there is one of them in the text: 1, 0 or MORTISE_ENOMEM. When
 * ret_stars is not NULL it becomes the text with stars for the characters of
 * all of them; to be freed with mortise_free(). It is not longer than the text
 * was. */
int filter_find(const struct filter *filter, const char *text,
                char **ret_stars);

#endif
