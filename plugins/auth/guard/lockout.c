/* SPDX-License-Identifier: MIT */
#include "guard/lockout.h"

#include "guard/counters.h"
#include "guard/network.h"
#include "options.h"
#include "secrets/tokens.h"

/* value: tries that were wrong or are under way; at: when the last began. */
static struct counters counters;

/* What was counted in the days of an old secret counts on today. */
static void take_over(int kind, const char *text,
                      const unsigned char today[static 16])
{
    unsigned char key[16];

    for (int i = 1; i < tokens_secrets(); i++) {
        tokens_count_key_by(i, kind, text, key);
        struct counter *old = counters_get(&counters, key, 0);
        if (!old)
            continue;
        double value = old->value;
        int64_t at = old->at;
        counters_drop(&counters, old);
        struct counter *c = counters_get(&counters, today, 1);
        if (!c)
            return;
        c->value += value;
        c->at = c->at > at ? c->at : at;
    }
}

static struct counter *get(int kind, const char *text, int make)
{
    int64_t now = mortise_now();
    unsigned char key[16];

    tokens_count_key(kind, text, key);
    take_over(kind, text, key);
    struct counter *c = counters_get(&counters, key, make);
    if (c && c->at > now)
        c->at = now; /* the clock was set back: nobody waits for it */
    if (c && c->at + LOCKOUT_FORGET_MS <= now)
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
    char network[NETWORK_SIZE];
    int64_t mine = locked(get(LOCKOUT_LOGIN, login, 0), options.tries), here;

    network_of(address, network);
    here = locked(get(LOCKOUT_ADDRESS, network, 0), options.address_tries);

    if (mine > 0 || here > 0)
        return mine > here ? mine : here;
    count(LOCKOUT_LOGIN, login);
    count(LOCKOUT_ADDRESS, network);
    return 0;
}

static void take_back(int kind, const char *text)
{
    struct counter *c = get(kind, text, 0);

    if (c && --c->value <= 0)
        counters_drop(&counters, c);
}

static void take_back_address(const char *address)
{
    char network[NETWORK_SIZE];

    network_of(address, network);
    take_back(LOCKOUT_ADDRESS, network);
}

void lockout_forget(const char *login)
{
    struct counter *c = get(LOCKOUT_LOGIN, login, 0);

    if (c)
        counters_drop(&counters, c);
}

void lockout_right(const char *login, const char *address)
{
    lockout_forget(login);
    take_back_address(address);
}

void lockout_undo(const char *login, const char *address)
{
    take_back(LOCKOUT_LOGIN, login);
    take_back_address(address);
}

int lockout_load(const unsigned char *key, int64_t value, int64_t at)
{
    struct counter *c = counters_get(&counters, key, 1);

    if (!c)
        return MORTISE_ENOMEM;
    c->value = (double)value;
    c->at = at;
    return 0;
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
