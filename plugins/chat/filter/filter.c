/* SPDX-License-Identifier: MIT */
#include "filter/filter.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <mortise/memory.h>

#include "filter/fold.h"

/* Ways in which a word ends at a node, as bits: of a whole word, of one that
 * may begin earlier, that may go on, or both. */
enum { OPEN_FRONT = 1, OPEN_BACK = 2 };

/* A node is what has been read of some word: 0 is nothing. */
struct node {
    unsigned c;      /* the last character */
    uint32_t parent; /* what stands before it */
    uint32_t next;   /* another one of the same depth, 0: none */
    uint32_t fail;   /* the longest end of it that begins a word too */
    uint32_t out;    /* the longest end of it that is a word, 0: none */
    uint8_t depth, ends;
};

/* The nodes are found by what stands before them and by their character, in a
 * table without gaps to free: slots are numbers of nodes, 0 is free. */
struct filter {
    struct node *nodes;
    uint32_t count, cap;
    uint32_t *slots, slot_count; /* a power of two, at most half of it used */
    size_t words;
};

/* A character of a text, and where the bytes of it begin. */
struct letter {
    unsigned c;
    size_t at;
};

/* --- reading texts */

static unsigned plain(unsigned c)
{
    return c;
}

static unsigned as_letter(unsigned c)
{
    static const char digits[] = "oi\0eas\0tbg";

    if (c >= '0' && c <= '9' && digits[c - '0'] != '\0')
        return (unsigned char)digits[c - '0'];
    return c == '@' ? 'a' : c == '$' ? 's' : c == '!' ? 'i' : c;
}

static unsigned as_other_letter(unsigned c)
{
    return c == '1' ? 'l' : as_letter(c);
}

static unsigned (*const readings[])(unsigned) = {plain, as_letter,
                                                 as_other_letter};

enum { READINGS = sizeof(readings) / sizeof(readings[0]) };

/* Its letters, without what folds into nothing; spaces are one. One more says
 * where the text ends. Returns how many, without that. */
static size_t read_letters(const char *text, struct letter *ret)
{
    const char *p = text, *at = text;
    size_t n = 0;
    unsigned c;

    for (; (c = fold_next(&p)) != 0; at = p) {
        c = fold_is_space(c) ? ' ' : fold_character(c);
        if (c != 0 && (c != ' ' || n == 0 || ret[n - 1].c != ' '))
            ret[n++] = (struct letter){c, (size_t)(at - text)};
    }
    ret[n] = (struct letter){0, (size_t)(p - text)};
    return n;
}

static int is_of_word(unsigned c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    return c >= 0xc0 && !(c >= 0x2000 && c <= 0x2bff) &&
           !(c >= 0x2e00 && c <= 0x303f) && c < 0x1f000;
}

/* --- making it */

static uint32_t *find_slot(const struct filter *filter, uint32_t parent,
                           unsigned c)
{
    uint32_t mask = filter->slot_count - 1;
    uint32_t i = (parent * 0x9e3779b1u ^ c * 0x85ebca6bu) * 0xc2b2ae35u;

    for (i ^= i >> 15;; i++) {
        uint32_t *slot = &filter->slots[i & mask];
        const struct node *node = &filter->nodes[*slot];
        if (*slot == 0 || (node->parent == parent && node->c == c))
            return slot;
    }
}

static uint32_t step(const struct filter *filter, uint32_t from, unsigned c)
{
    return *find_slot(filter, from, c);
}

/* There is a node for every byte of the file, and one: enough for all words. */
static void add_word(struct filter *filter, const struct letter *letters,
                     size_t n, int ends)
{
    uint32_t at = 0;

    for (size_t i = 0; i < n; i++) {
        uint32_t *slot = find_slot(filter, at, letters[i].c);
        if (*slot == 0) {
            *slot = filter->count++;
            filter->nodes[*slot] = (struct node){
                .c = letters[i].c, .parent = at, .depth = (uint8_t)(i + 1)};
        }
        at = *slot;
    }
    filter->words += filter->nodes[at].ends == 0;
    filter->nodes[at].ends |= (uint8_t)(1 << ends);
}

/* NULL; or what is wrong with the word. */
static const char *read_word(struct filter *filter, const char *word, int ends)
{
    struct letter *all =
        mortise_alloc((strlen(word) + 1) * sizeof(struct letter));
    struct letter *first = all;
    const char *wrong = NULL;
    size_t n;

    if (!all)
        return "finds memory short";
    n = read_letters(word, all);
    if (n > 0 && all[n - 1].c == ' ')
        n--;
    if (n > 0 && all[0].c == ' ') {
        first++;
        n--;
    }
    if (n == 0)
        wrong = "has no word";
    else if (n > FILTER_WORD_MAX)
        wrong = "has too long a word";
    else
        add_word(filter, first, n, ends);
    mortise_free(all);
    return filter->words <= FILTER_WORDS_MAX ? wrong : "has one word too many";
}

/* The same, of a line, which is changed. */
static const char *read_line(struct filter *filter, char *line)
{
    size_t n = strlen(line);
    int ends = 0;

    while (n > 0 && fold_is_space((unsigned char)line[n - 1]))
        line[--n] = '\0';
    while (fold_is_space((unsigned char)line[0])) {
        line++;
        n--;
    }
    if (n == 0 || line[0] == '#')
        return NULL;
    if (line[n - 1] == '*') {
        ends |= OPEN_BACK;
        line[n - 1] = '\0';
    }
    if (line[0] == '*') {
        ends |= OPEN_FRONT;
        line++;
    }
    return read_word(filter, line, ends);
}

/* Where to go on when a word does not, for short ones first: that of a longer
 * one is found from it. */
static void link_ends(struct filter *filter)
{
    uint32_t first[FILTER_WORD_MAX + 1] = {0};

    for (uint32_t i = filter->count - 1; i > 0; i--) {
        filter->nodes[i].next = first[filter->nodes[i].depth];
        first[filter->nodes[i].depth] = i;
    }
    for (int depth = 2; depth <= FILTER_WORD_MAX; depth++)
        for (uint32_t i = first[depth]; i != 0; i = filter->nodes[i].next) {
            struct node *node = &filter->nodes[i];
            uint32_t from = filter->nodes[node->parent].fail;
            while ((node->fail = step(filter, from, node->c)) == 0 && from != 0)
                from = filter->nodes[from].fail;
            const struct node *fail = &filter->nodes[node->fail];
            node->out = fail->ends ? node->fail : fail->out;
        }
}

static struct filter *new_filter(size_t bytes)
{
    struct filter *filter = mortise_alloc(sizeof(*filter));

    if (!filter)
        return NULL;
    filter->count = 1;
    filter->slot_count = 16;
    while (filter->slot_count < 2 * (bytes + 1))
        filter->slot_count *= 2;
    filter->nodes = mortise_alloc((bytes + 1) * sizeof(*filter->nodes));
    filter->slots = mortise_alloc(filter->slot_count * sizeof(*filter->slots));
    if (filter->nodes && filter->slots)
        return filter;
    filter_free(filter);
    return NULL;
}

/* NULL, or what is wrong; the lines are taken apart. */
static const char *read_lines(struct filter *filter, char *lines, int *ret_line)
{
    const char *wrong = NULL;
    char *next;

    *ret_line = 0;
    for (char *line = lines; line && !wrong; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        ++*ret_line;
        wrong = read_line(filter, line);
    }
    return wrong;
}

struct filter *filter_new(const char *text, size_t n,
                          char ret_wrong[FILTER_WRONG_SIZE])
{
    const char *wrong = n > FILTER_FILE_MAX ? "is too large"
                        : strlen(text) < n  ? "is not text"
                                            : NULL;
    struct filter *filter = wrong ? NULL : new_filter(n);
    char *lines = filter ? mortise_alloc(n + 1) : NULL;
    int line = 0;

    if (!wrong && !lines)
        wrong = "finds memory short";
    if (lines) {
        memcpy(lines, text, n + 1);
        wrong = read_lines(filter, lines, &line);
        mortise_free(lines);
    }
    if (!wrong) {
        link_ends(filter);
        return filter;
    }
    if (line > 0)
        snprintf(ret_wrong, FILTER_WRONG_SIZE, "line %d %s", line, wrong);
    else
        snprintf(ret_wrong, FILTER_WRONG_SIZE, "%s", wrong);
    filter_free(filter);
    return NULL;
}

void filter_free(struct filter *filter)
{
    if (!filter)
        return;
    mortise_free(filter->nodes);
    mortise_free(filter->slots);
    mortise_free(filter);
}

size_t filter_words(const struct filter *filter)
{
    return filter->words;
}

/* --- looking */

/* Whether a word that ends at this node may stand from letter `first` up to
 * letter `last` of these. */
static int fits(const struct node *node, const struct letter *letters, size_t n,
                size_t first, size_t last)
{
    int ends = node->ends;
    int whole_front = first == 0 || !is_of_word(letters[first - 1].c);
    int whole_back = last + 1 == n || !is_of_word(letters[last + 1].c);

    if (!whole_front)
        ends &= 1 << OPEN_FRONT | 1 << (OPEN_FRONT | OPEN_BACK);
    if (!whole_back)
        ends &= 1 << OPEN_BACK | 1 << (OPEN_FRONT | OPEN_BACK);
    return ends != 0;
}

/* Of each letter: how long the longest word is that ends with it. Returns
 * whether there is any. */
static int find_words(const struct filter *filter,
                      unsigned (*reading)(unsigned),
                      const struct letter *letters, size_t n, uint8_t *lengths)
{
    int found = 0;
    uint32_t at = 0;

    for (size_t i = 0; i < n; i++) {
        unsigned c = reading(letters[i].c);
        uint32_t next, out;
        while ((next = step(filter, at, c)) == 0 && at != 0)
            at = filter->nodes[at].fail;
        at = next;
        for (out = at; out != 0; out = filter->nodes[out].out) {
            const struct node *node = &filter->nodes[out];
            if (!fits(node, letters, n, i + 1 - node->depth, i))
                continue;
            if (node->depth > lengths[i])
                lengths[i] = node->depth;
            found = 1;
            break; /* the others are shorter */
        }
    }
    return found;
}

static char *write_stars(const char *text, const struct letter *letters,
                         size_t n, uint8_t *lengths)
{
    size_t left = 0, used = letters[0].at;
    char *stars = mortise_alloc(letters[n].at + 1);

    if (!stars)
        return NULL;
    for (size_t i = n; i > 0;
         i--) { /* from the ends of words to their fronts */
        left = lengths[i - 1] > left ? lengths[i - 1] : left;
        lengths[i - 1] = left > 0;
        left -= left > 0;
    }
    memcpy(stars, text, used);
    for (size_t i = 0; i < n; i++) {
        size_t bytes = letters[i + 1].at - letters[i].at;
        if (lengths[i] && letters[i].c != ' ') {
            stars[used++] = '*';
            continue;
        }
        memcpy(stars + used, text + letters[i].at, bytes);
        used += bytes;
    }
    stars[used] = '\0';
    return stars;
}

int filter_find(const struct filter *filter, const char *text, char **ret_stars)
{
    size_t n = strlen(text);
    struct letter *letters = mortise_alloc((n + 1) * sizeof(*letters));
    uint8_t *lengths = mortise_alloc(n + 1);
    int found = letters && lengths ? 0 : MORTISE_ENOMEM;
    char *stars = NULL;

    if (found < 0)
        goto out;
    n = read_letters(text, letters);
    for (int i = 0; i < READINGS; i++)
        found |= find_words(filter, readings[i], letters, n, lengths);
    if (found && ret_stars) {
        stars = write_stars(text, letters, n, lengths);
        if (stars)
            *ret_stars = stars;
        else
            found = MORTISE_ENOMEM;
    }
out:
    mortise_free(letters);
    mortise_free(lengths);
    return found;
}
