/* SPDX-License-Identifier: MIT */
#include "engineio/story.h"

#include <string.h>

#include "base/mem.h"

_Static_assert(sizeof(struct story_note) == 64, "a line of the cache");

struct story_book {
    struct story_note *notes;
    struct story *stories;
    uint32_t mask;   /* of the ring of notes */
    uint32_t number; /* of the next note; 0 is none */
    uint32_t stories_max;
    uint64_t told; /* stories so far */
};

struct story_book *story_book_new(uint32_t notes, uint32_t stories)
{
    struct story_book *book = mem_zalloc(sizeof(*book));
    uint32_t size = 1;

    while (size < notes)
        size *= 2;
    if (!book)
        return NULL;
    *book = (struct story_book){
        .notes = mem_zalloc(size * sizeof(*book->notes)),
        .stories = mem_zalloc((stories + 1) * sizeof(*book->stories)),
        .mask = size - 1,
        .number = 1,
        .stories_max = stories,
    };
    if (book->notes && book->stories) {
        /* Now, so that what the process takes does not grow with its work. */
        memset(book->notes, 0, size * sizeof(*book->notes));
        return book;
    }
    story_book_free(book);
    return NULL;
}

void story_book_free(struct story_book *book)
{
    if (!book)
        return;
    mem_free(book->notes);
    mem_free(book->stories);
    mem_free(book);
}

/* Names are short, and there is one for each message: two moves that overlap
 * cost less than a call. */
static inline void copy_word(char *to, const char *from, size_t n)
{
    if (n > 16) {
        memcpy(to, from, n);
    } else if (n >= 8) {
        memcpy(to, from, 8);
        memcpy(to + n - 8, from + n - 8, 8);
    } else if (n >= 4) {
        memcpy(to, from, 4);
        memcpy(to + n - 4, from + n - 4, 4);
    } else {
        for (size_t i = 0; i < n; i++)
            to[i] = from[i];
    }
}

static bool is_message(uint8_t kind)
{
    return kind == STORY_RECEIVED || kind == STORY_SENT;
}

void story_put(struct story_book *book, uint32_t *last, int64_t now,
               enum story_kind kind, uint32_t size, struct str word)
{
    struct story_note *before = &book->notes[*last & book->mask];
    struct story_note *note = &book->notes[book->number & book->mask];
    uint8_t place = 0;

    if (before->time == now && before->number == *last) {
        place = (uint8_t)(before->place + 1);
        if (place >= STORY_TURN_MAX && is_message(kind) &&
            is_message(before->kind)) {
            before->more += before->more < UINT16_MAX;
            return;
        }
    }
    note->more = 0;
    note->place = place < STORY_TURN_MAX ? place : STORY_TURN_MAX;
    note->time = now;
    note->number = book->number;
    note->before = *last;
    note->size = size;
    note->kind = (uint8_t)kind;
    note->length = (uint8_t)(word.n < STORY_WORD_MAX ? word.n : STORY_WORD_MAX);
    copy_word(note->word, word.p, note->length);
    *last = book->number++;
    if (book->number == 0)
        book->number = 1;
}

/* NULL: it has been written over. */
static struct story_note *find(const struct story_book *book, uint32_t number)
{
    struct story_note *note = &book->notes[number & book->mask];

    return number != 0 && note->number == number ? note : NULL;
}

#define LATEST_MAX (STORY_NOTES_MAX - STORY_OPENING_MAX)

static bool is_opening(uint8_t kind)
{
    return kind == STORY_OPENED || kind == STORY_PROBED ||
           kind == STORY_UPGRADED || kind == STORY_UPGRADE_ENDED ||
           kind == STORY_JOINED || kind == STORY_REFUSED;
}

void story_read(const struct story_book *book, uint32_t last, struct story *ret)
{
    const struct story_note *note, *oldest[STORY_OPENING_MAX];
    uint32_t total = 0, openings = 0, at = STORY_NOTES_MAX;

    for (note = find(book, last); note; note = find(book, note->before)) {
        if (at > 0)
            ret->notes[--at] = *note;
        if (total++ >= LATEST_MAX && is_opening(note->kind))
            oldest[openings++ % STORY_OPENING_MAX] = note;
    }
    ret->opening = ret->skipped = 0;
    if (total > STORY_NOTES_MAX) { /* the first are others then */
        ret->opening =
            openings < STORY_OPENING_MAX ? openings : STORY_OPENING_MAX;
        at = STORY_OPENING_MAX - ret->opening;
        for (uint32_t i = 0; i < ret->opening; i++)
            ret->notes[at + i] =
                *oldest[(openings - 1 - i) % STORY_OPENING_MAX];
        ret->skipped = total - ret->opening - LATEST_MAX;
    }
    ret->count = STORY_NOTES_MAX - at;
    memmove(ret->notes, ret->notes + at, ret->count * sizeof(ret->notes[0]));
}

struct story *story_new(struct story_book *book)
{
    if (book->stories_max == 0)
        return NULL;
    return &book->stories[book->told++ % book->stories_max];
}

const struct story *story_at(const struct story_book *book, uint32_t i)
{
    if (i >= book->told || i >= book->stories_max)
        return NULL;
    return &book->stories[(book->told - 1 - i) % book->stories_max];
}

static bool begins(const char *p, size_t n, struct str beginning)
{
    return beginning.n <= n && memcmp(p, beginning.p, beginning.n) == 0;
}

bool story_is_of(const struct story *story, struct str beginning)
{
    if (beginning.n == 0)
        return false;
    if (begins(story->sid, sizeof(story->sid), beginning))
        return true;
    for (uint32_t i = 0; i < story->count; i++) {
        const struct story_note *note = &story->notes[i];
        bool named = note->kind == STORY_JOINED || note->kind == STORY_LEFT;
        if (named && begins(note->word, note->length, beginning))
            return true;
    }
    return false;
}

const char *story_kind_text(uint8_t kind)
{
    static const char *const texts[] = {
#define STORY_TEXT(name, text) [STORY_##name] = text,
        STORY_MAP(STORY_TEXT)
#undef STORY_TEXT
    };

    return texts[kind];
}
