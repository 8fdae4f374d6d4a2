/* SPDX-License-Identifier: MIT */
#include "net/send_queue.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/error.h"
#include "base/mem.h"

#define VECTOR_MAX 64
/* Runs of slices of up to SMALL bytes are copied together: one more vector
 * costs the kernel more than copying a kilobyte or two costs us. */
#define SMALL        2048
#define SCRATCH_SIZE 16384
/* Entries whose own memory is not counted. */
#define FREE_ENTRIES 64
/* What an entry of few bytes takes beside them: the entry, in a ring that has
 * just doubled, and a slice of the smallest size that a buffer makes. */
#define ENTRY_COST 176
/* Entries of the first ring; with each one further it fills a block of memory
 * (mem_take()) that is twice as large. */
#define FIRST_RING   6
#define NEXT_RING(n) ((n)*2 + 2)

struct vector {
    struct iovec iov[VECTOR_MAX];
    unsigned count;
    size_t bytes;
    char scratch[SCRATCH_SIZE];
};

static size_t ring_size(uint32_t cap)
{
    return sizeof(struct send_ring) + cap * sizeof(struct send_entry);
}

static struct send_entry *entry_at(struct send_ring *ring, uint32_t i)
{
    uint32_t index = ring->first + i;
    return &ring->entries[index < ring->cap ? index : index - ring->cap];
}

void send_queue_clear(struct send_queue *q)
{
    if (q->n != 0) {
        slice_unref(q->one);
    } else if (q->ring) {
        for (uint32_t i = 0; i < q->ring->count; i++)
            slice_unref(entry_at(q->ring, i)->slice);
        mem_give(q->ring, ring_size(q->ring->cap));
    }
    *q = (struct send_queue){.one = NULL};
}

void send_queue_cut(struct send_queue *q)
{
    uint32_t keep = q->begun ? 1 : 0;
    if (send_queue_count(q) <= keep)
        return;
    if (keep == 0) {
        send_queue_clear(q);
        return;
    }
    while (q->ring->count > keep) {
        struct send_entry *last = entry_at(q->ring, --q->ring->count);
        q->ring->bytes -= last->n;
        slice_unref(last->slice);
    }
}

/* A ring with what was in the queue, and room for more. */
static int grow(struct send_queue *q)
{
    struct send_ring *old = q->n == 0 ? q->ring : NULL;
    if (old && old->cap > UINT32_MAX / 4)
        return ERR_NOMEM;
    uint32_t cap = old ? NEXT_RING(old->cap) : FIRST_RING;
    struct send_ring *ring = mem_take(ring_size(cap));
    if (!ring)
        return ERR_NOMEM;
    *ring = (struct send_ring){
        .bytes = send_queue_bytes(q), .count = send_queue_count(q), .cap = cap};
    if (old) {
        for (uint32_t i = 0; i < old->count; i++)
            ring->entries[i] = *entry_at(old, i);
        mem_give(old, ring_size(old->cap));
    } else {
        ring->entries[0] = (struct send_entry){q->one, q->offset, q->n};
    }
    q->ring = ring;
    q->n = 0;
    return 0;
}

int send_queue_push(struct send_queue *q, struct slice *slice, uint32_t offset,
                    uint32_t n)
{
    assert(n > 0 && offset <= slice->n && n <= slice->n - offset);
    assert(n <= SEND_QUEUE_MAX);
    if (send_queue_empty(q)) {
        q->one = slice_ref(slice);
        q->offset = offset;
        q->n = n & SEND_QUEUE_MAX;
        return 0;
    }
    if (q->n != 0 || q->ring->count == q->ring->cap) {
        int result = grow(q);
        if (result < 0)
            return result;
    }
    *entry_at(q->ring, q->ring->count) =
        (struct send_entry){slice_ref(slice), offset, n};
    q->ring->count++;
    q->ring->bytes += n;
    return 0;
}

/* The oldest one of a queue that is not empty. */
static struct send_entry oldest(const struct send_queue *q)
{
    return q->n != 0 ? (struct send_entry){q->one, q->offset, q->n}
                     : *entry_at(q->ring, 0);
}

/* Describes the oldest bytes, as many as fit. */
static void describe(struct send_ring *ring, struct vector *v)
{
    size_t scratch = 0;
    bool run = false; /* the last vector lies in scratch and can grow */
    v->count = 0;
    v->bytes = 0;
    for (uint32_t i = 0; i < ring->count; i++) {
        const struct send_entry *e = entry_at(ring, i);
        char *p = e->slice->p + e->offset;
        bool small = e->n <= SMALL && e->n <= SCRATCH_SIZE - scratch;
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
        if (v->count == VECTOR_MAX)
            break;
        v->iov[v->count++] = (struct iovec){p, e->n};
        v->bytes += e->n;
        run = small;
    }
}

/* Drops the oldest n bytes of a ring, not all of them. Whether those end
 * within an entry. */
static bool advance_ring(struct send_ring *ring, size_t n)
{
    ring->bytes -= n;
    while (n > 0) {
        struct send_entry *e = entry_at(ring, 0);
        if (n < e->n) {
            e->offset += (uint32_t)n;
            e->n -= (uint32_t)n;
            return true;
        }
        n -= e->n;
        slice_unref(e->slice);
        ring->first = ring->first + 1 < ring->cap ? ring->first + 1 : 0;
        ring->count--;
    }
    return false;
}

/* Drops the oldest n > 0 bytes, which have been written. */
static void advance(struct send_queue *q, size_t n)
{
    size_t bytes = send_queue_bytes(q);
    assert(n <= bytes);
    if (n == bytes) {
        send_queue_clear(q);
    } else if (q->n != 0) {
        q->offset += (uint32_t)n;
        q->n = (bytes - n) & SEND_QUEUE_MAX;
        q->begun = true;
    } else {
        q->begun = advance_ring(q->ring, n);
    }
}

static ssize_t write_one(const struct send_queue *q, int fd, size_t *ret_tried)
{
    struct send_entry e = oldest(q);
    *ret_tried = e.n;
    return send(fd, e.slice->p + e.offset, e.n, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static ssize_t write_many(struct send_ring *ring, int fd, size_t *ret_tried)
{
    struct vector v;
    describe(ring, &v);
    *ret_tried = v.bytes;
    if (v.count == 1)
        return send(fd, v.iov[0].iov_base, v.iov[0].iov_len,
                    MSG_NOSIGNAL | MSG_DONTWAIT);
    struct msghdr message = {.msg_iov = v.iov, .msg_iovlen = v.count};
    return sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

int send_queue_write(struct send_queue *q, int fd)
{
    while (!send_queue_empty(q)) {
        size_t tried;
        ssize_t n = send_queue_count(q) == 1 ? write_one(q, fd, &tried)
                                             : write_many(q->ring, fd, &tried);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == EAGAIN || errno == EWOULDBLOCK ? ERR_AGAIN : ERR_IO;
        advance(q, (size_t)n);
        /* The kernel took less than it was offered: it is full. */
        if ((size_t)n < tried)
            return ERR_AGAIN;
    }
    return 0;
}

size_t send_queue_take(struct send_queue *q, char *to, size_t max)
{
    size_t taken = 0;

    while (!send_queue_empty(q) && taken < max) {
        struct send_entry e = oldest(q);
        size_t n = e.n < max - taken ? e.n : max - taken;
        memcpy(to + taken, e.slice->p + e.offset, n);
        taken += n;
        advance(q, n);
    }
    return taken;
}

size_t send_queue_weight(const struct send_queue *q)
{
    size_t count = send_queue_count(q);
    size_t extra = count > FREE_ENTRIES ? count - FREE_ENTRIES : 0;
    return send_queue_bytes(q) + extra * ENTRY_COST;
}
