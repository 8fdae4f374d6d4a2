/* SPDX-License-Identifier: MIT */
#include "net/send_queue.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"

/* Slices up to this many bytes are copied together with their neighbours. */
#define SMALL 512
/* Entries whose own memory is not counted. */
#define FREE_ENTRIES 64
#define FIRST_RING   8

static struct send_entry *entry_at(const struct send_queue *q, uint32_t i)
{
    return &q->entries[(q->first + i) & (q->cap - 1)];
}

void send_queue_init(struct send_queue *q)
{
    memset(q, 0, sizeof(*q));
    q->entries = &q->one;
    q->cap = 1;
}

/* Called when the last entry has gone. */
static void release_ring(struct send_queue *q)
{
    if (q->entries != &q->one)
        mem_free(q->entries);
    send_queue_init(q);
}

void send_queue_clear(struct send_queue *q)
{
    for (uint32_t i = 0; i < q->count; i++)
        slice_unref(entry_at(q, i)->slice);
    release_ring(q);
}

static int grow(struct send_queue *q)
{
    if (q->cap > UINT32_MAX / 2)
        return ERR_NOMEM;
    uint32_t cap = q->cap == 1 ? FIRST_RING : q->cap * 2;
    struct send_entry *entries = mem_alloc(cap * sizeof(*entries));
    if (!entries)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < q->count; i++)
        entries[i] = *entry_at(q, i);
    if (q->entries != &q->one)
        mem_free(q->entries);
    q->entries = entries;
    q->first = 0;
    q->cap = cap;
    return 0;
}

int send_queue_push(struct send_queue *q, struct slice *slice, uint32_t offset,
                    uint32_t n)
{
    assert(n > 0 && offset <= slice->n && n <= slice->n - offset);
    if (q->count == q->cap) {
        int result = grow(q);
        if (result < 0)
            return result;
    }
    *entry_at(q, q->count) = (struct send_entry){slice_ref(slice), offset, n};
    q->count++;
    q->bytes += n;
    return 0;
}

void send_queue_vector(const struct send_queue *q, struct send_vector *v)
{
    size_t scratch = 0;
    bool run = false; /* the last vector lies in scratch and can grow */
    v->count = 0;
    v->bytes = 0;
    for (uint32_t i = 0; i < q->count; i++) {
        const struct send_entry *e = entry_at(q, i);
        char *p = e->slice->p + e->offset;
        bool small = q->count > 1 && e->n <= SMALL &&
                     e->n <= SEND_SCRATCH_SIZE - scratch;
        if (small) {
            char *to = v->scratch + scratch;
            memcpy(to, p, e->n);
            scratch += e->n;
            if (run) {
                v->iov[v->count - 1].iov_len += e->n;
                v->bytes += e->n;
                continue;
            }
            p = to;
        }
        if (v->count == SEND_VECTOR_MAX)
            break;
        v->iov[v->count++] = (struct iovec){p, e->n};
        v->bytes += e->n;
        run = small;
    }
}

void send_queue_advance(struct send_queue *q, size_t n)
{
    assert(n <= q->bytes);
    q->bytes -= n;
    while (n > 0) {
        struct send_entry *e = entry_at(q, 0);
        if (n < e->n) {
            e->offset += (uint32_t)n;
            e->n -= (uint32_t)n;
            return;
        }
        n -= e->n;
        slice_unref(e->slice);
        q->first = (q->first + 1) & (q->cap - 1);
        q->count--;
    }
    if (q->count == 0)
        release_ring(q);
}

size_t send_queue_weight(const struct send_queue *q)
{
    size_t extra = q->count > FREE_ENTRIES ? q->count - FREE_ENTRIES : 0;
    return q->bytes +
           extra * (sizeof(struct send_entry) + sizeof(struct slice));
}
