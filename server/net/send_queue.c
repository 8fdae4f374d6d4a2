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
#define FIRST_RING 8

struct vector {
    struct iovec iov[VECTOR_MAX];
    unsigned count;
    size_t bytes;
    char scratch[SCRATCH_SIZE];
};

static struct send_entry *entry_at(const struct send_queue *q, uint32_t i)
{
    return &q->entries[(q->first + i) & (q->cap - 1)];
}

void send_queue_init(struct send_queue *q)
{
    q->entries = &q->one;
    q->first = 0;
    q->count = 0;
    q->cap = 1;
    q->begun = false;
    q->bytes = 0;
}

/* Called when the last entry has gone. */
static void release_ring(struct send_queue *q)
{
    if (q->entries != &q->one)
        mem_give(q->entries, q->cap * sizeof(*q->entries));
    send_queue_init(q);
}

void send_queue_clear(struct send_queue *q)
{
    for (uint32_t i = 0; i < q->count; i++)
        slice_unref(entry_at(q, i)->slice);
    release_ring(q);
}

void send_queue_cut(struct send_queue *q)
{
    uint32_t keep = q->begun ? 1 : 0;
    while (q->count > keep) {
        struct send_entry *last = entry_at(q, --q->count);
        q->bytes -= last->n;
        slice_unref(last->slice);
    }
    if (q->count == 0)
        release_ring(q);
}

static int grow(struct send_queue *q)
{
    if (q->cap > UINT32_MAX / 2)
        return ERR_NOMEM;
    uint32_t cap = q->cap == 1 ? FIRST_RING : q->cap * 2;
    struct send_entry *entries = mem_take(cap * sizeof(*entries));
    if (!entries)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < q->count; i++)
        entries[i] = *entry_at(q, i);
    if (q->entries != &q->one)
        mem_give(q->entries, q->cap * sizeof(*entries));
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

/* Describes the oldest bytes, as many as fit. */
static void describe(const struct send_queue *q, struct vector *v)
{
    size_t scratch = 0;
    bool run = false; /* the last vector lies in scratch and can grow */
    v->count = 0;
    v->bytes = 0;
    for (uint32_t i = 0; i < q->count; i++) {
        const struct send_entry *e = entry_at(q, i);
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

/* Drops the oldest n bytes, which have been written. */
static void advance(struct send_queue *q, size_t n)
{
    assert(n <= q->bytes);
    if (n == q->bytes) {
        send_queue_clear(q);
        return;
    }
    q->bytes -= n;
    while (n > 0) {
        struct send_entry *e = entry_at(q, 0);
        if (n < e->n) {
            e->offset += (uint32_t)n;
            e->n -= (uint32_t)n;
            q->begun = true;
            return;
        }
        n -= e->n;
        slice_unref(e->slice);
        q->begun = false;
        q->first = (q->first + 1) & (q->cap - 1);
        q->count--;
    }
}

static ssize_t write_one(const struct send_queue *q, int fd, size_t *ret_tried)
{
    const struct send_entry *e = entry_at(q, 0);
    *ret_tried = e->n;
    return send(fd, e->slice->p + e->offset, e->n, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static ssize_t write_many(const struct send_queue *q, int fd, size_t *ret_tried)
{
    struct vector v;
    describe(q, &v);
    *ret_tried = v.bytes;
    if (v.count == 1)
        return send(fd, v.iov[0].iov_base, v.iov[0].iov_len,
                    MSG_NOSIGNAL | MSG_DONTWAIT);
    struct msghdr message = {.msg_iov = v.iov, .msg_iovlen = v.count};
    return sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

int send_queue_write(struct send_queue *q, int fd)
{
    while (q->count > 0) {
        size_t tried;
        ssize_t n = q->count == 1 ? write_one(q, fd, &tried)
                                  : write_many(q, fd, &tried);
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

    while (q->count > 0 && taken < max) {
        const struct send_entry *e = entry_at(q, 0);
        size_t n = e->n < max - taken ? e->n : max - taken;
        memcpy(to + taken, e->slice->p + e->offset, n);
        taken += n;
        advance(q, n);
    }
    return taken;
}

size_t send_queue_weight(const struct send_queue *q)
{
    size_t extra = q->count > FREE_ENTRIES ? q->count - FREE_ENTRIES : 0;
    return q->bytes + extra * ENTRY_COST;
}
