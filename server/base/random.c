/* SPDX-License-Identifier: MIT */
#include "base/random.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/random.h>

#include "base/base64.h"

#define BATCH_BYTES 1024
#define SID_BYTES   15

/* Bytes drawn ahead; those before `taken` are handed out and wiped. */
static unsigned char batch[BATCH_BYTES];
static size_t taken = BATCH_BYTES;

static void draw(unsigned char *p, size_t n)
{
    while (n != 0) {
        ssize_t got = getrandom(p, n, 0);
        if (got < 0 && errno == EINTR)
            continue;
        assert(got > 0);
        p += got;
        n -= (size_t)got;
    }
}

/* A child must not hand out the bytes its parent is going to hand out. */
static void forget_batch(void)
{
    memset(batch, 0, sizeof(batch));
    taken = BATCH_BYTES;
}

static void refill(void)
{
    static bool watches_fork;

    if (!watches_fork) {
        int r = pthread_atfork(NULL, NULL, forget_batch);
        assert(r == 0);
        (void)r;
        watches_fork = true;
    }
    draw(batch, sizeof(batch));
    taken = 0;
}

void random_bytes(void *p, size_t n)
{
    if (n > BATCH_BYTES / 4) {
        draw(p, n);
        return;
    }
    if (n > BATCH_BYTES - taken)
        refill();
    memcpy(p, batch + taken, n);
    /* What was handed out cannot be read from this process's memory later. */
    memset(batch + taken, 0, n);
    taken += n;
}

void random_sid(char ret_sid[RANDOM_SID_LENGTH])
{
    unsigned char bytes[SID_BYTES];

    random_bytes(bytes, sizeof(bytes));
    base64url_encode(ret_sid, bytes, sizeof(bytes));
}
