/* SPDX-License-Identifier: MIT */
#include "host/reload/state.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "host/calls/api.h"
#include "host/plugin/blame.h"
#include "host/reload/blob.h"
#include "host/calls/extensions.h"

#define HEAD_SIZE 6
#define KEY_MAX   255

void state_init(struct state *s)
{
    *s = (struct state){0};
}

void state_free(struct state *s)
{
    mem_free(s->readers);
}

/* --- writing --- */

static int refuse(struct state *s, int error)
{
    if (s->error == 0)
        s->error = error;
    return error;
}

static void set_length(char *head, size_t n)
{
    for (int i = 0; i < 4; i++)
        head[2 + i] = (char)(n >> (8 * i));
}

static int close_record(struct state *s)
{
    if (s->depth == 0)
        return refuse(s, ERR_INVAL);
    char *head = s->to->p + s->open[--s->depth];
    size_t inner = (size_t)(s->to->p + s->to->n - head) - HEAD_SIZE;
    set_length(head, inner - (unsigned char)head[1]);
    return 0;
}

static bool put_makes_sense(const char *key, uint32_t kind, mortise_str bytes)
{
    size_t n = key ? strnlen(key, KEY_MAX + 1) : 0;
    if (n == 0 || n > KEY_MAX || (bytes.n > 0 && !bytes.p))
        return false;
    switch (kind) {
    case MORTISE_STATE_INT:
    case MORTISE_STATE_NUMBER:
        return bytes.n == 8;
    case MORTISE_STATE_TEXT:
        return bytes.n > 0 && bytes.p[bytes.n - 1] == '\0';
    case MORTISE_STATE_BYTES:
        return true;
    default:
        return kind == MORTISE_STATE_OPEN && bytes.n == 0;
    }
}

static int state_put(mortise_host table, mortise_saving writer, const char *key,
                     uint32_t kind, mortise_str bytes)
{
    struct state *s = &api_caller(table)->host->state;

    if (!s->to || writer != s->session)
        return ERR_INVAL;
    if (s->error < 0)
        return s->error;
    if (kind == MORTISE_STATE_CLOSE)
        return close_record(s);
    if (!put_makes_sense(key, kind, bytes))
        return refuse(s, ERR_INVAL);
    if (bytes.n > BLOB_BODY_MAX ||
        (kind == MORTISE_STATE_OPEN && s->depth == STATE_DEPTH_MAX))
        return refuse(s, ERR_LIMIT);
    if (kind == MORTISE_STATE_OPEN)
        s->open[s->depth++] = s->to->n;
    char head[HEAD_SIZE] = {(char)kind, (char)strlen(key)};
    set_length(head, bytes.n);
    buf_append(s->to, head, sizeof(head));
    buf_append_z(s->to, key);
    if (buf_append(s->to, bytes.p, bytes.n) < 0)
        return refuse(s, s->to->error);
    return 0;
}

bool state_saves(const struct generation *g)
{
    return g->state_rows.save != NULL;
}

int state_save(struct generation *g, struct buf *body, struct buf *why)
{
    struct state *s = &g->host->state;

    if (!state_saves(g))
        return 0;
    s->session++;
    s->to = body;
    s->depth = 0;
    s->error = 0;
    host_enter(g->host, g, NULL);
    blame_current.what = "save";
    int said = g->state_rows.save(s->session);
    host_leave(g->host);
    s->to = NULL;
    if (said != 0) {
        buf_printf(why, "its save returned %d", said);
        return ERR_DENIED;
    }
    if (s->error == 0 && s->depth > 0)
        s->error = ERR_INVAL;
    if (s->error == ERR_INVAL)
        buf_append_z(why, "its save wrote a record that makes no sense, or "
                          "left one open");
    else if (s->error < 0)
        buf_printf(why, "its state: %s", error_text(s->error));
    return s->error;
}

/* --- reading --- */

/* A record of the blob. */
struct record {
    uint32_t kind;
    struct str key, contents;
    size_t end; /* where the next one begins */
};

/* False at the end, and where it makes no sense. */
static bool record_at(struct str records, size_t at, struct record *ret)
{
    const unsigned char *head = (const unsigned char *)records.p + at;
    if (at > records.n || records.n - at < HEAD_SIZE)
        return false;
    size_t key = head[1];
    size_t n = head[2] | (size_t)head[3] << 8 | (size_t)head[4] << 16 |
               (size_t)head[5] << 24;
    if (records.n - at - HEAD_SIZE < key + n)
        return false;
    ret->kind = head[0];
    ret->key = str_of(records.p + at + HEAD_SIZE, key);
    ret->contents = str_of(ret->key.p + key, n);
    ret->end = at + HEAD_SIZE + key + n;
    return true;
}

/* Whether these are records, all through. Walks with a stack of its own: who
 * wrote them may be anybody. */
static bool records_valid(struct str all)
{
    size_t ends[STATE_DEPTH_MAX];
    uint32_t depth = 0;
    size_t at = 0;

    while (at < all.n) {
        struct str within = {all.p, depth > 0 ? ends[depth - 1] : all.n};
        struct record r;
        if (!record_at(within, at, &r))
            return false;
        mortise_str contents = {r.contents.p, r.contents.n};
        char key[KEY_MAX + 1];
        memcpy(key, r.key.p, r.key.n);
        key[r.key.n] = '\0';
        if (r.kind == MORTISE_STATE_OPEN) {
            if (depth == STATE_DEPTH_MAX || r.key.n == 0)
                return false;
            ends[depth++] = r.end;
            at = (size_t)(r.contents.p - all.p);
        } else if (put_makes_sense(key, r.kind, contents)) {
            at = r.end;
        } else {
            return false;
        }
        while (depth > 0 && at == ends[depth - 1])
            depth--;
    }
    return depth == 0;
}

/* 0 when memory runs out. */
static mortise_saved reader_new(struct state *s, struct str records)
{
    if (mem_grow((void **)&s->readers, &s->reader_cap,
                 (size_t)s->reader_count + 1, sizeof(s->readers[0])) < 0)
        return 0;
    s->readers[s->reader_count++] = (struct state_reader){.records = records};
    return (uint64_t)s->session << 32 | s->reader_count;
}

static struct state_reader *reader_get(struct state *s, mortise_saved number)
{
    uint32_t index = (uint32_t)number - 1;
    return number >> 32 == s->session && index < s->reader_count
               ? &s->readers[index]
               : NULL;
}

/* From `at` up to `end`. */
static bool find_between(const struct state_reader *r, size_t at, size_t end,
                         struct str key, uint32_t kind, struct record *ret)
{
    while (at < end && record_at(r->records, at, ret)) {
        if (ret->kind == kind && str_eq(ret->key, key))
            return true;
        at = ret->end;
    }
    return false;
}

static int state_find(mortise_host table, mortise_saved reader, const char *key,
                      uint32_t kind, mortise_str *ret)
{
    struct state_reader *r =
        reader_get(&api_caller(table)->host->state, reader);
    struct record found;

    if (!r || !key || kind >= MORTISE_STATE_OPEN)
        return ERR_INVAL;
    if (!find_between(r, r->at, r->records.n, str_z(key), kind, &found) &&
        !find_between(r, 0, r->at, str_z(key), kind, &found))
        return ERR_NOENT;
    r->at = found.end;
    ret->p = found.contents.p;
    ret->n = found.contents.n;
    return 0;
}

static mortise_saved state_next(mortise_host table, mortise_saved reader,
                                const char *key)
{
    struct state *s = &api_caller(table)->host->state;
    struct state_reader *r = reader_get(s, reader);
    struct record found;

    if (!r || !key)
        return 0;
    struct str wanted = str_z(key);
    if (!str_eq(r->walk_key, wanted))
        r->walk = 0;
    if (!find_between(r, r->walk, r->records.n, wanted, MORTISE_STATE_OPEN,
                      &found)) {
        r->walk = 0;
        return 0;
    }
    r->walk = found.end;
    r->walk_key = found.key;
    return reader_new(s, found.contents); /* which may move *r */
}

bool state_restores(const struct generation *g)
{
    return g->state_rows.restore != NULL;
}

int state_restore(struct generation *g, uint32_t version, struct str body,
                  struct buf *why)
{
    struct state *s = &g->host->state;

    if (!records_valid(body)) {
        buf_append_z(why, "the state makes no sense");
        return ERR_SYNTAX;
    }
    s->session++;
    s->reader_count = 0;
    mortise_saved first = reader_new(s, body);
    if (first == 0)
        return ERR_NOMEM;
    host_enter(g->host, g, NULL);
    blame_current.what = "restore";
    int said = g->state_rows.restore(version, first);
    host_leave(g->host);
    s->reader_count = 0;
    if (said == 0)
        return 0;
    buf_printf(why, "its restore of a state of version %u returned %d", version,
               said);
    return ERR_DENIED;
}

const struct mortise_state_table ext_state = {
    .size = sizeof(struct mortise_state_table),
    .put = state_put,
    .find = state_find,
    .next = state_next,
};
