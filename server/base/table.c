/* SPDX-License-Identifier: MIT */
#include "base/table.h"

#include <assert.h>
#include <endian.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/random.h"

#define CAP_FIRST 8u
#define CAP_LAST  (1u << 31)
/* One of so few is not worth trimming. */
#define CAP_SMALL 256u

/* Drawn before main(), so that no thread can see it change. */
static uint64_t hash_key[2];

__attribute__((constructor)) static void draw_hash_key(void)
{
    random_bytes(hash_key, sizeof(hash_key));
}

static uint64_t rotate(uint64_t x, unsigned bits)
{
    return x << bits | x >> (64 - bits);
}

static void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[2] += v[3];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] = rotate(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] = rotate(v[2], 32);
}

static uint64_t load64(const char *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof(word));
    return le64toh(word);
}

/* The last n < 8 bytes, lowest first. */
static uint64_t load_tail(const char *p, size_t n)
{
    uint64_t word = 0;
    for (size_t i = 0; i < n; i++)
        word |= (uint64_t)(uint8_t)p[i] << (8 * i);
    return word;
}

uint64_t table_hash_keyed(const uint64_t key[2], struct str s)
{
    uint64_t v[4] = {
        key[0] ^ UINT64_C(0x736f6d6570736575),
        key[1] ^ UINT64_C(0x646f72616e646f6d),
        key[0] ^ UINT64_C(0x6c7967656e657261),
        key[1] ^ UINT64_C(0x7465646279746573),
    };
    uint64_t last = (uint64_t)s.n << 56;
    const char *p = s.p;
    size_t n = s.n;

    for (; n >= 8; n -= 8, p += 8) {
        uint64_t word = load64(p);
        v[3] ^= word;
        sip_round(v);
        v[0] ^= word;
    }
    last |= load_tail(p, n);
    v[3] ^= last;
    sip_round(v);
    v[0] ^= last;
    v[2] ^= 0xff;
    sip_round(v);
    sip_round(v);
    sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

uint64_t table_hash(struct str key)
{
    return table_hash_keyed(hash_key, key);
}

void table_init(struct table *t)
{
    *t = (struct table){0};
}

void table_free(struct table *t)
{
    mem_free(t->entries);
    table_init(t);
}

static bool has_key(const struct table_entry *e, struct str key)
{
    return str_eq(str_of(e->key, e->key_length), key);
}

/*
 * The entry with the key, or the free one where it would go. There always is
 * a free one, so the search ends.
 */
static struct table_entry *find(const struct table *t, struct str key,
                                uint64_t hash)
{
    uint32_t mask = t->cap - 1;
    uint32_t i = (uint32_t)hash & mask;

    for (;; i = (i + 1) & mask) {
        struct table_entry *e = &t->entries[i];
        if (!e->value || (e->hash == (uint32_t)hash && has_key(e, key)))
            return e;
    }
}

void *table_get(const struct table *t, struct str key)
{
    if (t->count == 0)
        return NULL;
    return find(t, key, table_hash(key))->value;
}

/* Where one that is not in it goes. */
static struct table_entry *find_free(const struct table *t, uint32_t hash)
{
    uint32_t i = hash & (t->cap - 1);

    while (t->entries[i].value)
        i = (i + 1) & (t->cap - 1);
    return &t->entries[i];
}

/* Moves all to where there is room for so many. */
static int resize(struct table *t, uint32_t cap)
{
    struct table other = {.cap = cap, .count = t->count};

    other.entries = mem_zalloc(cap * sizeof(*other.entries));
    if (!other.entries)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < t->cap; i++) {
        const struct table_entry *e = &t->entries[i];
        if (e->value)
            *find_free(&other, e->hash) = *e;
    }
    mem_free(t->entries);
    *t = other;
    return 0;
}

/* Makes room for one more at a load of at most three quarters. */
static int make_room(struct table *t)
{
    if (t->count < t->cap / 4 * 3)
        return 0;
    if (t->cap == CAP_LAST)
        return ERR_NOMEM;
    return resize(t, t->cap ? t->cap * 2 : CAP_FIRST);
}

void table_trim(struct table *t)
{
    uint32_t cap = t->cap;

    while (cap > CAP_SMALL && t->count < cap / 8)
        cap /= 2;
    if (cap < t->cap)
        (void)resize(t, cap); /* without memory it stays as it is */
}

int table_add(struct table *t, struct str key, void *value)
{
    uint64_t hash = table_hash(key);

    assert(value && key.n <= UINT32_MAX);
    if (t->count != 0 && find(t, key, hash)->value)
        return ERR_EXIST;
    if (make_room(t) < 0)
        return ERR_NOMEM;
    *find_free(t, (uint32_t)hash) =
        (struct table_entry){key.p, value, (uint32_t)key.n, (uint32_t)hash};
    t->count++;
    return 0;
}

/*
 * Closes the gap at index i: moves those behind it that may stand nearer to
 * their own place, so that no search stops too early and none steps over
 * tombstones.
 */
static void close_gap(struct table *t, uint32_t gap)
{
    uint32_t mask = t->cap - 1;

    for (uint32_t i = (gap + 1) & mask; t->entries[i].value;
         i = (i + 1) & mask) {
        uint32_t home = t->entries[i].hash & mask;
        /* From its home to i, is the gap on the way? */
        if (((i - home) & mask) >= ((i - gap) & mask)) {
            t->entries[gap] = t->entries[i];
            gap = i;
        }
    }
    t->entries[gap] = (struct table_entry){.value = NULL};
}

void *table_remove(struct table *t, struct str key)
{
    if (t->count == 0)
        return NULL;
    struct table_entry *e = find(t, key, table_hash(key));
    void *value = e->value;
    if (value) {
        close_gap(t, (uint32_t)(e - t->entries));
        t->count--;
    }
    return value;
}

void *table_next(const struct table *t, uint32_t *cursor)
{
    while (*cursor < t->cap) {
        void *value = t->entries[(*cursor)++].value;
        if (value)
            return value;
    }
    return NULL;
}
