/* SPDX-License-Identifier: MIT */
#include "host/registry.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "host/host.h"
#include "host/lineup.h"
#include "host/namespace_pattern.h"
#include "socketio/packet.h"

static const char *const moment_names[MOMENT_COUNT] = {
    [MOMENT_CONNECTING] = MORTISE_CONNECTING,
    [MOMENT_CONNECT] = MORTISE_CONNECT,
    [MOMENT_DISCONNECTING] = MORTISE_DISCONNECTING,
    [MOMENT_DISCONNECT] = MORTISE_DISCONNECT,
    [MOMENT_USE] = MORTISE_USE,
    [MOMENT_ANY] = MORTISE_ANY,
    [MOMENT_OUTGOING] = MORTISE_OUTGOING,
    [MOMENT_DRAIN] = MORTISE_DRAIN,
};

static struct str namespace_name(const struct host_namespace *n)
{
    return str_of(n->name, n->name_length);
}

static void namespace_free(struct host_namespace *n)
{
    if (!n)
        return;
    uint32_t cursor = 0;
    struct event_route *e;
    while ((e = table_next(&n->events, &cursor)))
        mem_free(e);
    table_free(&n->events);
    for (int m = 0; m < MOMENT_COUNT; m++)
        mem_free(n->moments[m].routes);
    mem_free(n);
}

void registry_free(struct registry *r)
{
    if (!r)
        return;
    for (uint32_t i = 0; i < r->count; i++)
        namespace_free(r->namespaces[i]);
    mem_free(r->namespaces);
    mem_free(r);
}

/* The namespace with this name, made when it is not there. */
static struct host_namespace *want_namespace(struct registry *r,
                                             struct str name)
{
    for (uint32_t i = 0; i < r->count; i++)
        if (str_eq(namespace_name(r->namespaces[i]), name))
            return r->namespaces[i];

    if (mem_grow((void **)&r->namespaces, &r->cap, (size_t)r->count + 1,
                 sizeof(r->namespaces[0])) < 0)
        return NULL;
    struct host_namespace *n = mem_zalloc(sizeof(*n) + name.n + 1);
    if (!n)
        return NULL;
    table_init(&n->events);
    n->name_length = (uint32_t)name.n;
    memcpy(n->name, name.p, name.n);
    n->pattern = namespace_pattern_is(name);
    r->namespaces[r->count++] = n;
    return n;
}

static int add_moment(struct host_namespace *n, enum moment moment,
                      struct route route)
{
    struct route_list *list = &n->moments[moment];
    int error = mem_grow((void **)&list->routes, &list->cap,
                         (size_t)list->count + 1, sizeof(list->routes[0]));
    if (error == 0)
        list->routes[list->count++] = route;
    return error;
}

static int add_event(struct host_namespace *n, struct str name,
                     struct route route)
{
    struct event_route *e = mem_alloc(sizeof(*e) + name.n);
    if (!e)
        return ERR_NOMEM;
    e->route = route;
    e->name_length = (uint32_t)name.n;
    memcpy(e->name, name.p, name.n);
    int error = table_add(&n->events, str_of(e->name, name.n), e);
    if (error < 0)
        mem_free(e);
    return error;
}

static int moment_of(const char *name)
{
    for (int m = 0; m < MOMENT_COUNT; m++)
        if (strcmp(name, moment_names[m]) == 0)
            return m;
    return -1;
}

/* Says why a row cannot be, in words for the plugin's author. */
static int complain(int error, const struct lineup_member *members,
                    const struct host_namespace *n, const mortise_handler *row,
                    struct route route, struct buf *why)
{
    const struct generation *g = members[route.member].generation;
    const struct route *other = registry_event(n, str_z(row->name));
    settings_put_place(g, why);
    if (error == ERR_EXIST && other->member == route.member) {
        buf_printf(why,
                   "plugin \"%s\" has two handlers for \"%s\" in namespace "
                   "%s\n",
                   g->name, row->name, n->name);
    } else if (error == ERR_EXIST) {
        buf_printf(why,
                   "plugins \"%s\" and \"%s\" both handle \"%s\" in "
                   "namespace %s; give one of them another namespace\n",
                   members[other->member].generation->name, g->name, row->name,
                   n->name);
    } else if (error == ERR_RESERVED) {
        buf_printf(why,
                   "plugin \"%s\": \"%s\" is a reserved name; for the moments "
                   "of a socket there are MORTISE_CONNECT and its like\n",
                   g->name, row->name);
    } else if (error == ERR_INVAL && row->name[0] == '\xff' &&
               utf8_valid(row->name + 1, strlen(row->name + 1))) {
        buf_printf(why,
                   "plugin \"%s\": \"%s\" is no moment that this server "
                   "knows\n",
                   g->name, row->name + 1);
    } else if (error == ERR_INVAL) {
        buf_printf(why, "plugin \"%s\": row %u has a name that is not UTF-8\n",
                   g->name, route.row);
    } else {
        buf_printf(why, "plugin \"%s\": %s\n", g->name, error_text(error));
    }
    return error;
}

/* What a packet can name: section 3.1 of the protocol has a comma end it, and
 * a question mark begin what is no part of it. Or a pattern of such names. */
static bool namespace_fits(struct str name)
{
    return name.n > 0 && name.n <= SIO_NAMESPACE_MAX && name.p[0] == '/' &&
           str_find(name, ',') == name.n && str_find(name, '?') == name.n &&
           utf8_valid(name.p, name.n) && namespace_pattern_fits(name);
}

/* Where the row is. */
static struct str place_of(const struct generation *g,
                           const mortise_handler *row)
{
    return str_z(row->name_space ? row->name_space : g->name_space);
}

/* The namespace that the row opens; none when it is in those of others. */
static int open_for_row(struct registry *r, const struct lineup_member *members,
                        struct route route, struct buf *why)
{
    const struct generation *g = members[route.member].generation;
    const mortise_handler *row = &g->handlers.rows[route.row];
    struct str where = place_of(g, row);

    if (str_eq(where, str_z(MORTISE_EVERYWHERE)))
        return 0;
    if (!namespace_fits(where)) {
        /* People read this: bytes that are no text stay out of it. */
        struct str shown = utf8_valid(where.p, where.n) ? where : STR("?");
        settings_put_place(g, why);
        buf_printf(why,
                   "plugin \"%s\": row %u: \"%.*s\" cannot be a namespace: it "
                   "has to begin with \"/\", have neither \",\" nor \"?\" nor "
                   "\"**\", and be short\n",
                   g->name, route.row, STR_ARG(shown));
        return ERR_INVAL;
    }
    return want_namespace(r, where) ? 0 : ERR_NOMEM;
}

static int add_to(struct host_namespace *n, const struct lineup_member *members,
                  struct route route, struct buf *why)
{
    const mortise_handler *row =
        &members[route.member].generation->handlers.rows[route.row];
    struct str name = str_z(row->name);
    int moment = moment_of(row->name);
    int error;

    if (moment >= 0)
        error = add_moment(n, (enum moment)moment, route);
    else if (sio_event_reserved(name))
        error = ERR_RESERVED;
    else if (!utf8_valid(name.p, name.n))
        error = ERR_INVAL;
    else
        error = add_event(n, name, route);
    return error < 0 ? complain(error, members, n, row, route, why) : 0;
}

static int add_row(struct registry *r, const struct lineup_member *members,
                   struct route route, struct buf *why)
{
    const struct generation *g = members[route.member].generation;
    struct str where = place_of(g, &g->handlers.rows[route.row]);
    bool everywhere = str_eq(where, str_z(MORTISE_EVERYWHERE));
    int first_error = 0;

    for (uint32_t i = 0; i < r->count && first_error == 0; i++)
        if (everywhere || str_eq(namespace_name(r->namespaces[i]), where))
            first_error = add_to(r->namespaces[i], members, route, why);
    return first_error;
}

/* Does it with each row, in their order; the first error. */
static int each_row(struct registry *r, const struct lineup_member *members,
                    uint32_t count,
                    int (*call)(struct registry *, const struct lineup_member *,
                                struct route, struct buf *),
                    struct buf *why)
{
    int first_error = 0;

    for (uint32_t i = 0; i < count; i++) {
        const struct generation *g = members[i].generation;
        for (uint32_t k = 0; g && k < g->handlers.count; k++) {
            int error = call(r, members, (struct route){i, k}, why);
            if (error < 0 && first_error == 0)
                first_error = error;
        }
    }
    return first_error;
}

int registry_build(const struct lineup_member *members, uint32_t count,
                   struct registry **ret_registry, struct buf *why)
{
    struct registry *r = mem_zalloc(sizeof(*r));
    if (!r)
        return ERR_NOMEM;
    /* All namespaces first: some rows are in each of them. */
    int opened = each_row(r, members, count, open_for_row, why);
    int added = each_row(r, members, count, add_row, why);

    if (opened == 0 && added == 0)
        *ret_registry = r;
    else
        registry_free(r);
    return opened < 0 ? opened : added;
}

const struct host_namespace *registry_find(const struct registry *r,
                                           struct str name)
{
    const struct host_namespace *best = NULL;
    size_t longest = 0;

    for (uint32_t i = 0; i < r->count; i++) {
        const struct host_namespace *n = r->namespaces[i];
        size_t front = str_find(namespace_name(n), '*');
        if (!n->pattern && str_eq(namespace_name(n), name))
            return n;
        if (n->pattern && (!best || front > longest) &&
            namespace_pattern_matches(namespace_name(n), name)) {
            best = n;
            longest = front;
        }
    }
    return best;
}

const struct host_namespace *registry_pattern(const struct registry *r,
                                              struct str pattern)
{
    for (uint32_t i = 0; i < r->count; i++)
        if (r->namespaces[i]->pattern &&
            str_eq(namespace_name(r->namespaces[i]), pattern))
            return r->namespaces[i];
    return NULL;
}

const struct route *registry_event(const struct host_namespace *n,
                                   struct str name)
{
    const struct event_route *e = table_get(&n->events, name);
    return e ? &e->route : NULL;
}
