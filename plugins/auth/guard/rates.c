/* SPDX-License-Identifier: MIT */
#include "guard/rates.h"

#include "guard/counters.h"
#include "guard/network.h"
#include "secrets/tokens.h"

enum { KIND_FIRST = 16, MINUTE = 60 * 1000 };

/* value: what was taken and has not filled up again, as of `at`. */
static struct counters counters;

static double a_ms(enum rate rate)
{
    return options.rates[rate] / MINUTE;
}

/* What is missing of room for one more; 0 or less: there is room. */
static double missing(enum rate rate, const struct counter *c)
{
    double size = options.rates[rate] < 1 ? 1 : options.rates[rate];

    return c->value + 1 - size;
}

/* The bucket, as full as it is now. NULL: there is none, or memory is out. */
static struct counter *bucket(enum rate rate, const char *address, int make)
{
    int64_t now = mortise_now();
    char network[NETWORK_SIZE];
    unsigned char key[16];

    network_of(address, network);
    tokens_count_key(KIND_FIRST + (int)rate, network, key);
    struct counter *c = counters_get(&counters, key, make);
    if (!c)
        return NULL;
    c->value -= (double)(now - c->at) * a_ms(rate);
    if (c->value < 0 || now < c->at)
        c->value = 0;
    c->at = now;
    return c;
}

int64_t rates_ask(enum rate rate, const char *address)
{
    struct counter *c = bucket(rate, address, 1);

    if (!c)
        return 0; /* what follows will notice */
    if (missing(rate, c) > 0)
        return (int64_t)(missing(rate, c) / a_ms(rate)) + 1;
    c->value++;
    return 0;
}

bool rates_full(enum rate rate, const char *address)
{
    const struct counter *c = bucket(rate, address, 0);

    return c && missing(rate, c) > 0;
}

void rates_free(void)
{
    counters_free(&counters);
}
