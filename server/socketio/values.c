/* SPDX-License-Identifier: MIT */
/*
 * What the floor above keeps with a socket under a name: text that it is free
 * to read as it likes. Few of them, so a list will do.
 */
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "socketio/internal.h"

struct sio_value {
    SLIST_ENTRY(sio_value) link;
    uint32_t key_length;
    uint32_t text_length;
    char bytes[]; /* the key, then the text */
};

static struct str key_of(const struct sio_value *v)
{
    return str_of(v->bytes, v->key_length);
}

static size_t size_of(size_t key, size_t text)
{
    return sizeof(struct sio_value) + key + text;
}

static struct sio_value *find(const struct sio_socket *s, struct str key)
{
    struct sio_value *v;

    if (!s->extras)
        return NULL;
    SLIST_FOREACH(v, &s->extras->values, link)
    if (str_eq(key_of(v), key))
        return v;
    return NULL;
}

/* What it counts is also what it takes. */
static void drop(struct sio_extras *extras, struct sio_value *v)
{
    extras->values_size -= size_of(v->key_length, v->text_length);
    SLIST_REMOVE(&extras->values, v, sio_value, link);
    mem_free(v);
}

int sio_socket_set_value(struct sio_socket *s, struct str key, struct str text)
{
    struct sio_value *old = find(s, key);
    size_t max = s->client->server->options.values_size;

    if (text.n > 0) {
        struct sio_extras *extras = socket_extras(s);
        if (!extras)
            return ERR_NOMEM;
        size_t used = extras->values_size;
        if (old)
            used -= size_of(old->key_length, old->text_length);
        /* There may already be more than the limit is by now. */
        if (used > max || key.n > max || text.n > max ||
            size_of(key.n, text.n) > max - used)
            return ERR_LIMIT;
        struct sio_value *v = mem_alloc(size_of(key.n, text.n));
        if (!v)
            return ERR_NOMEM;
        v->key_length = (uint32_t)key.n;
        v->text_length = (uint32_t)text.n;
        if (key.n > 0)
            memcpy(v->bytes, key.p, key.n);
        memcpy(v->bytes + key.n, text.p, text.n);
        SLIST_INSERT_HEAD(&extras->values, v, link);
        extras->values_size += size_of(key.n, text.n);
    }
    if (old)
        drop(s->extras, old);
    return 0;
}

struct str sio_socket_value(const struct sio_socket *s, struct str key)
{
    const struct sio_value *v = find(s, key);
    return v ? str_of(v->bytes + v->key_length, v->text_length)
             : str_of(NULL, 0);
}

void values_free(struct sio_socket *s)
{
    while (s->extras && !SLIST_EMPTY(&s->extras->values))
        drop(s->extras, SLIST_FIRST(&s->extras->values));
}
