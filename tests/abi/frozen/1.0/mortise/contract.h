/* SPDX-License-Identifier: MIT */
/*
 * mortise/contract.h: what an event's arguments must be, and who may send it.
 *
 *     static const mortise_field say[] = {
 *         {"room", MORTISE_STRING, .min = 1, .max = 64},
 *         {"text", MORTISE_STRING, .min = 1, .max = 2000},
 *     };
 *     static void on_say(mortise_socket from, const mortise_event *event)
 *     {
 *         const char *text = mortise_text_of(event, "text", "");
 *         ...
 *     }
 *     static const mortise_handler handlers[] = {
 *         {"say", on_say, .contract = MORTISE_FIELDS(say,
 *              .ack = MORTISE_ACK_REQUIRED, .per_second = 5)},
 *     };
 *
 * The host checks the contract before middleware and handler, and arguments
 * once more when middleware has changed them: a handler never sees others. Who
 * breaks it is answered {error: {code, message, event, data}} in the
 * acknowledgement, or gets the event "error" with what is behind `error`; the
 * code is one of
 *     too_large, login_required, role_required, rate_limited (data.retry:
 *     milliseconds), ack_required, ack_forbidden, missing_argument,
 *     bad_argument, too_many_arguments (data.field: which one)
 * and who does it too often is disconnected (limits.violations of the
 * configuration). `mortise --describe` prints the same tables as Markdown, as
 * JSON Schema and as types for the stock client in TypeScript.
 *
 * A contract that makes no sense refuses the plugin. Contracts are for events
 * and for the rows of `acks`: an answer of a client that breaks it is told to
 * that row as status MORTISE_ETYPE without arguments.
 */
#ifndef MORTISE_CONTRACT_H
#define MORTISE_CONTRACT_H

#include <mortise/extension.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Types of fields: MORTISE_BOOL to MORTISE_BINARY of plugin.h; a whole number
 * that fits into 64 bits; whatever it is, null too. */
enum { MORTISE_INTEGER = 16, MORTISE_ANY_VALUE = 17 };

/* Flags. OPTIONAL, of a field: it may be absent, or null. EXTRA, of an object
 * or a contract: more members or arguments than are named may come. */
enum { MORTISE_OPTIONAL = 1, MORTISE_EXTRA = 2 };

enum { MORTISE_ACK_OPTIONAL, MORTISE_ACK_REQUIRED, MORTISE_ACK_FORBIDDEN };

/* Who may: USER means whoever has signed in, see identity.h. */
enum { MORTISE_ANYONE, MORTISE_USER };

/* Whom per_second counts, each for itself; of several all have to agree.
 * Without any: PER_SOCKET. PER_USER is that too as long as nobody has signed
 * in. */
enum { MORTISE_PER_SOCKET = 1, MORTISE_PER_USER = 2, MORTISE_PER_ADDRESS = 4 };

/*
 * An argument, a member of an object, or what each element of an array is. In
 * C++ designated members come in the order in which they stand here.
 */
typedef struct mortise_field {
    const char *name; /* not looked at in an array's element */
    uint32_t type;
    uint32_t flags;
    /*
     * Bounds, both included: of a string's length in characters, a binary's in
     * bytes, an array's in elements, or of a number itself. Neither given: any.
     * Lengths: max 0 is none. Numbers: a max of 0 below min is none.
     */
    double min, max;
    const char *one_of; /* strings: those allowed, "rock|paper|scissors" */
    /* MORTISE_NESTED(array): of an object, its members, and no others; of an
     * array one field, which each element has to be. Without: anything. */
    const struct mortise_field *fields;
    uint32_t field_count;
    const char *description; /* a sentence for --describe */
} mortise_field;

typedef struct mortise_contract { /* made by the macros below */
    uint32_t size, field_size;
    const mortise_field *fields;
    uint32_t field_count;
    uint32_t one_object; /* the fields are the members of one argument */
    uint32_t flags;
    uint32_t ack;
    uint32_t login;
    const char *role;  /* implies MORTISE_USER; NULL: none is needed */
    double per_second; /* 0: no limit; 0.1: one in ten seconds */
    uint32_t burst;    /* how many at once; 0: per_second, at least one */
    uint32_t per;
    uint64_t max_bytes; /* of the packet's JSON and attachments; 0: any */
    /* MORTISE_ANSWER(array), for --describe: the members of the one object
     * that an acknowledgement carries. */
    const mortise_field *answer;
    uint32_t answer_count;
    const char *description; /* a sentence for --describe */
} mortise_contract;

#define MORTISE_COUNT_(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

#define MORTISE_NESTED(array)                                                  \
    .fields = (array), .field_count = MORTISE_COUNT_(array)
#define MORTISE_ANSWER(array)                                                  \
    .answer = (array), .answer_count = MORTISE_COUNT_(array)

#ifdef __cplusplus
#define MORTISE_CONTRACT_(...)                                                 \
    ([]() -> const mortise_contract * {                                        \
        static const mortise_contract here = {                                 \
            .size = sizeof(mortise_contract),                                  \
            .field_size = sizeof(mortise_field),                               \
            __VA_ARGS__};                                                      \
        return &here;                                                          \
    }())
#else
#define MORTISE_CONTRACT_(...)                                                 \
    (&(const mortise_contract){.size = sizeof(mortise_contract),               \
                               .field_size = sizeof(mortise_field),            \
                               __VA_ARGS__})
#endif

/* MORTISE_FIELDS(array, ...): a contract at file scope. The array has the
 * arguments, in their order, those that are optional last; what may stand
 * behind it are members of struct mortise_contract. */
#define MORTISE_FIELDS(...) MORTISE_FIELDS_(__VA_ARGS__, )
#define MORTISE_FIELDS_(array, ...)                                            \
    MORTISE_CONTRACT_(.fields = (array), .field_count = MORTISE_COUNT_(array), \
                      __VA_ARGS__)
/* MORTISE_MEMBERS(array, ...): the array has the members of one object, which
 * is the only argument. */
#define MORTISE_MEMBERS(...) MORTISE_MEMBERS_(__VA_ARGS__, )
#define MORTISE_MEMBERS_(array, ...)                                           \
    MORTISE_CONTRACT_(.fields = (array), .field_count = MORTISE_COUNT_(array), \
                      .one_object = 1, __VA_ARGS__)
/* No arguments: MORTISE_NO_FIELDS(.per_second = 1). */
#define MORTISE_NO_FIELDS(...)                                                 \
    MORTISE_CONTRACT_(.fields = NULL, .field_count = 0, __VA_ARGS__)

/*
 * What a plugin emits can be told to --describe, in a table without functions:
 *     static const mortise_handler emits[] = {
 *         {"said", .contract = MORTISE_MEMBERS(said)},
 *     };
 *     MORTISE_PLUGIN("chat", "1.0.0", .emits = MORTISE_TABLE(emits));
 * Of the contract the fields count, `ack` and MORTISE_ANSWER() where the
 * client is asked to answer. In development mode the log has a warning for
 * what is emitted otherwise, and what is declared nowhere is free.
 */

struct mortise_contract_table { /* only ever appended to */
    uint32_t size;
    mortise_value (*named)(mortise_host, const mortise_event *,
                           const char *name);
};

MORTISE_EXTENSION_(contract, "mortise.contract/1")

/* The argument, or member of the one object, that the contract of this event
 * calls so; NULL when it is absent, and when the contract has no such name. */
static inline mortise_value mortise_named(const mortise_event *event,
                                          const char *name)
{
    return MORTISE_EXTENDED_(contract, named, NULL, event, name);
}

/* The same, read; `otherwise` is for those that are optional. */
static inline const char *mortise_text_of(const mortise_event *event,
                                          const char *name,
                                          const char *otherwise)
{
    return mortise_text(mortise_named(event, name), otherwise);
}

static inline int64_t mortise_int_of(const mortise_event *event,
                                     const char *name, int64_t otherwise)
{
    return mortise_int(mortise_named(event, name), otherwise);
}

static inline double mortise_number_of(const mortise_event *event,
                                       const char *name, double otherwise)
{
    return mortise_number(mortise_named(event, name), otherwise);
}

static inline int mortise_bool_of(const mortise_event *event, const char *name,
                                  int otherwise)
{
    return mortise_bool(mortise_named(event, name), otherwise);
}

#ifdef __cplusplus
}
#endif
#endif
