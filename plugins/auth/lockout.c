/* SPDX-License-Identifier: MIT */
#include "lockout.h"

#include "counters.h"
#include "options.h"
#include "tokens.h"

enum { FORGET_MS = 24 * 3600 * 1000 };
enum { KIND_LOGIN = 1, KIND_ADDRESS = 2 };

/* value: tries that were wrong or are under way; at: when the last began. */
static struct counters counters;

static struct counter *get(int kind, const char *text, int make)
{
    unsigned char key[16];

    tokens_count_key(kind, text, key);
    struct counter *c = counters_get(&counters, key, make);
    if (c && c->at + FORGET_MS <= mortise_now())
        c->value = 0;
    return c;
}

/* For how long the next try has to wait. */
static int64_t locked(const struct counter *c, int64_t tries)
{
    int64_t over = c ? (int64_t)c->value - tries : -1;
    int64_t delay = options.delay_ms, left;

    if (over < 0)
        return 0;
    while (over-- > 0 && delay < options.delay_max_ms)
        delay *= 2;
    if (delay > options.delay_max_ms)
        delay = options.delay_max_ms;
    left = c->at + delay - mortise_now();
    return left > 0 ? left : 0;
}

static void count(int kind, const char *text)
{
    struct counter *c = get(kind, text, 1);

    if (!c)
        return; /* memory is out: Argon2id will not find any either */
    c->value++;
    c->at = mortise_now();
}

int64_t lockout_try(const char *login, const char *address)
{
    int64_t mine = locked(get(KIND_LOGIN, login, 0), options.tries);
    int64_t here = locked(get(KIND_ADDRESS, address, 0), options.address_tries);

    if (mine > 0 || here > 0)
        return mine > here ? mine : here;
    count(KIND_LOGIN, login);
    count(KIND_ADDRESS, address);
    return 0;
}

static void take_back(int kind, const char *text)
{
    struct counter *c = get(kind, text, 0);

    if (c && --c->value <= 0)
        counters_drop(&counters, c);
}

void lockout_right(const char *login, const char *address)
{
    struct counter *c = get(KIND_LOGIN, login, 0);

    if (c)
        counters_drop(&counters, c);
    take_back(KIND_ADDRESS, address);
}

void lockout_undo(const char *login, const char *address)
{
    take_back(KIND_LOGIN, login);
    take_back(KIND_ADDRESS, address);
}

int lockout_save(mortise_saving to)
{
    return counters_save(&counters, to, "tries");
}

int lockout_restore(mortise_saved from)
{
    return counters_restore(&counters, from, "tries");
}

void lockout_free(void)
{
    counters_free(&counters);
}
