/* SPDX-License-Identifier: MIT */
/*
 * A contract (mortise/contract.h) as the host keeps it: a checked copy.
 *
 * The plugin's structs may be shorter than ours (built against an older
 * header), may be nonsense, and may refer to each other in circles; the copy
 * is complete, makes sense and is a tree. Bounds that were not given are
 * infinite in it. Strings stay where the plugin has them, which is mapped as
 * long as the server runs.
 */
#ifndef MORTISE_HOST_CONTRACT_H
#define MORTISE_HOST_CONTRACT_H

#include <stdbool.h>

#include <mortise/contract.h>

#include "base/arena.h"
#include "base/buf.h"

/* What can be wrong with an event, and how a client is told. */
#define BREACH_MAP(X)                                                          \
    X(TOO_LARGE, "too_large")                                                  \
    X(LOGIN_REQUIRED, "login_required")                                        \
    X(ROLE_REQUIRED, "role_required")                                          \
    X(RATE_LIMITED, "rate_limited")                                            \
    X(ACK_REQUIRED, "ack_required")                                            \
    X(ACK_FORBIDDEN, "ack_forbidden")                                          \
    X(MISSING_ARGUMENT, "missing_argument")                                    \
    X(BAD_ARGUMENT, "bad_argument")                                            \
    X(TOO_MANY_ARGUMENTS, "too_many_arguments")

enum breach_code {
#define BREACH_ENUM(name, text) BREACH_##name,
    BREACH_MAP(BREACH_ENUM)
#undef BREACH_ENUM
        BREACH_COUNT
};

/* Fields beside each other; a set of them fits into a uint64_t. */
enum { CONTRACT_FIELDS_MAX = 64 };

struct contract {
    mortise_contract terms;
    uint64_t id;                   /* of its rates; the same after a reload */
    uint64_t broken[BREACH_COUNT]; /* how often */
};

/* What a contract may be for. */
enum contract_use {
    CONTRACT_EVENT,
    CONTRACT_ACK,  /* the answer of a client: only its fields count */
    CONTRACT_EMIT, /* what is sent: documentation */
};

/* Where a field stands, from the inside out. */
struct field_path {
    const struct field_path *up; /* NULL: it is an argument */
    const char *name;            /* NULL: an element of an array */
    uint32_t index;
};

/* "moves[2].x"; "[]" for no element in particular (FIELD_PATH_ANY). */
#define FIELD_PATH_ANY UINT32_MAX
void field_path_put(struct buf *out, const struct field_path *path);

/*
 * Copies and checks. `id` is any number that names the event, see above. On
 * failure *why gets a sentence that names event and field: ERR_SYNTAX, or
 * ERR_NOMEM without one. The copy lives in the arena.
 */
int contract_copy(struct arena *arena, const mortise_contract *from,
                  enum contract_use use, const char *event, uint64_t id,
                  struct contract **ret_contract, struct buf *why);

/* The contract whose terms a copied row points to; NULL is fine. */
struct contract *contract_of(const mortise_handler *row);

/* The field with this name, NULL when there is none; its place too. */
const mortise_field *contract_find(const mortise_field *fields, uint32_t count,
                                   struct str name, uint32_t *ret_index);

/* "1 to 64 characters", "at least 0"; nothing when there are no bounds. */
void contract_put_bounds(struct buf *out, const mortise_field *f);

/* "a string", "a whole number", ...; NULL for a type that is none. */
const char *contract_type_text(uint32_t type);

static inline bool field_optional(const mortise_field *f)
{
    return (f->flags & MORTISE_OPTIONAL) != 0;
}

#endif
