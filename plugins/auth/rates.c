/* SPDX-License-Identifier: MIT */
#include "rates.h"

#include "counters.h"
#include "tokens.h"

enum { KIND_FIRST = 16, MINUTE = 60 * 1000 };

/* value: what was taken and has not filled up again, as of `at`. */
static struct counters counters;

int64_t rates_ask(enum rate rate, const char *address)
{
    double size = options.rates[rate] < 1 ? 1 : options.rates[rate];
    double a_ms = options.rates[rate] / MINUTE;
    int64_t now = mortise_now();
    unsigned char key[16];

    tokens_count_key(KIND_FIRST + (int)rate, address, key);
    struct counter *c = counters_get(&counters, key, 1);
    if (!c)
        return 0; /* memory is out: what follows will notice */
    c->value -= (double)(now - c->at) * a_ms;
    if (c->value < 0 || now < c->at)
        c->value = 0;
    c->at = now;
    if (c->value + 1 > size)
        return (int64_t)((c->value + 1 - size) / a_ms) + 1;
    c->value++;
    return 0;
}

void rates_free(void)
{
    counters_free(&counters);
}
