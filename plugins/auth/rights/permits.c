/* SPDX-License-Identifier: MIT */
#include "rights/permits.h"

#include <string.h>

static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

bool role_fits(const char *name)
{
    size_t n = strlen(name);

    return n > 0 && n < ROLE_SIZE && strspn(name, letters) == n &&
           strcmp(name, "guest") != 0 && strcmp(name, "user") != 0;
}

bool permission_fits(const char *name)
{
    if (strcmp(name, "*") == 0)
        return true;
    if (strlen(name) >= PERMIT_SIZE || !strchr(name, '.'))
        return false;
    for (const char *p = name;; p++) {
        size_t n = strspn(p, letters);
        if (n == 0)
            return p > name && strcmp(p, "*") == 0;
        p += n;
        if (*p != '.')
            return *p == '\0';
    }
}

void permits_clear(struct permits *permits)
{
    permits->n = permits->used = 0;
    permits->cut = false;
}

static bool has(const struct permits *permits, const char *name)
{
    for (uint32_t i = 0; i < permits->n; i++)
        if (strcmp(permits->names[i], name) == 0)
            return true;
    return false;
}

void permits_add(struct permits *permits, const char *name)
{
    size_t size = strlen(name) + 1;

    if (size == 1 || size > PERMIT_SIZE || has(permits, name))
        return;
    if (permits->n == PERMITS_MAX) {
        permits->cut = true;
        return;
    }
    char *copy = permits->text + permits->used;
    memcpy(copy, name, size);
    permits->names[permits->n++] = copy;
    permits->used += (uint32_t)size;
}

int permits_each_word(const char *words,
                      int (*call)(const char *word, void *data), void *data)
{
    char word[PERMIT_SIZE];
    int result = 0;

    while (*words && result == 0) {
        size_t n = strcspn(words, " ");
        if (n > 0 && n < sizeof(word)) {
            memcpy(word, words, n);
            word[n] = '\0';
            result = call(word, data);
        }
        words += n;
        words += strspn(words, " ");
    }
    return result;
}

static int add_word(const char *word, void *data)
{
    permits_add(data, word);
    return 0;
}

void permits_add_words(struct permits *permits, const char *words)
{
    permits_each_word(words, add_word, permits);
}

/* As the host does. */
static bool stands_for(const char *held, const char *name)
{
    size_t n = strlen(held) - 1;

    return held[n] == '*' && (n == 0 || held[n - 1] == '.') &&
           strchr(name, '.') && strncmp(held, name, n) == 0;
}

bool permits_allow(const struct permits *permits, const char *name)
{
    for (uint32_t i = 0; i < permits->n; i++)
        if (strcmp(permits->names[i], name) == 0 ||
            stands_for(permits->names[i], name))
            return true;
    return false;
}
