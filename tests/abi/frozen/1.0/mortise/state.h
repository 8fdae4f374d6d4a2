/* SPDX-License-Identifier: MIT */
/*
 * mortise/state.h: what crosses from one build of a plugin to the next.
 *
 *     static int save(mortise_saving to)
 *     {
 *         mortise_save_int(to, "next", next_id);
 *         for (struct match *m = matches; m; m = m->next) {
 *             mortise_save_open(to, "match");
 *             mortise_save_int(to, "id", m->id);
 *             mortise_save_text(to, "word", m->word);
 *             mortise_save_close(to);
 *         }
 *         return 0;
 *     }
 *     static int restore(uint32_t version, mortise_saved from)
 *     {
 *         next_id = mortise_saved_int(from, "next", 1);
 *         mortise_saved match;
 *         while ((match = mortise_saved_next(from, "match")) != 0)
 *             add_match(mortise_saved_int(match, "id", 0),
 *                       mortise_saved_text(match, "word", ""));
 *         return 0;
 *     }
 *     static const mortise_state state =
 *         MORTISE_STATE(.version = 1, .save = save, .restore = restore);
 *     MORTISE_PLUGIN("game", "1.0.0", .state = &state, ...);
 *
 * A reload runs `init` of the new build, `save` of the old one and `restore`
 * of the new one in one turn of the loop, so nothing happens in between. Then
 * the new build is in place, or, if anything has failed, the old one goes on
 * as if nothing had been. What the server holds needs no saving: sockets,
 * rooms, data kept with sockets, identities, timers, awaited acknowledgements,
 * replies and jobs stay, and their numbers stay good. Numbers are what belongs
 * in a state; pointers never.
 *
 * A key that is missing reads as `otherwise` and one that nobody reads is left
 * alone, so more keys need no new version. `version` is for a key whose meaning
 * changes: `restore` is told which one has saved.
 */
#ifndef MORTISE_STATE_H
#define MORTISE_STATE_H

#include <mortise/extension.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Good within the save or restore that was given them. */
typedef uint64_t mortise_saving;
typedef uint64_t mortise_saved; /* 0: there is none */

/* Made by MORTISE_STATE(); every member may be left out. */
typedef struct mortise_state {
    uint32_t size;
    uint32_t version; /* of what save writes */
    /* Writes the state, and changes nothing: the old build may have to go on.
     * Anything but 0 ends the reload. */
    int (*save)(mortise_saving to);
    /* Takes over the state that version `version` has saved, in a build that
     * init has made ready. Anything but 0 ends the reload, unless the
     * configuration of the plugin says "state": "fresh". */
    int (*restore)(uint32_t version, mortise_saved from);
    /* For what only one can hold at a time, a port or a lock: take it (at the
     * start, and when this build takes over), and let go of it (at the end, and
     * for the next build; acquire follows if that one fails). */
    int (*acquire)(void);
    void (*release)(void);
} mortise_state;

#define MORTISE_STATE(...)                                                     \
    {                                                                          \
        .size = sizeof(mortise_state), __VA_ARGS__                             \
    }

/* The kinds of records; for the table below. */
enum {
    MORTISE_STATE_INT,    /* 8 bytes, least significant first */
    MORTISE_STATE_NUMBER, /* a double, as such an int */
    MORTISE_STATE_TEXT,   /* with its NUL */
    MORTISE_STATE_BYTES,
    MORTISE_STATE_OPEN, /* what follows, up to the CLOSE, is a record */
    MORTISE_STATE_CLOSE
};

/* Only ever appended to; the calls below document it. */
struct mortise_state_table {
    uint32_t size;
    int (*put)(mortise_host, mortise_saving, const char *key, uint32_t kind,
               mortise_str bytes);
    int (*find)(mortise_host, mortise_saved, const char *key, uint32_t kind,
                mortise_str *ret);
    mortise_saved (*next)(mortise_host, mortise_saved, const char *key);
};

MORTISE_EXTENSION_(state, "mortise.state/1")

/*
 * Writing. A key has 1 to 255 bytes. What goes wrong (EINVAL, ELIMIT: over 64
 * MiB or 16 levels; ENOMEM) makes the whole save fail, so results need no
 * check.
 */
static inline int mortise_save_(mortise_saving to, const char *key,
                                 uint32_t kind, const void *p, size_t n)
{
    mortise_str bytes;
    bytes.p = (const char *)p;
    bytes.n = n;
    return MORTISE_EXTENDED_(state, put, MORTISE_ENOSYS, to, key, kind, bytes);
}

static inline int mortise_save_u64_(mortise_saving to, const char *key,
                                     uint32_t kind, uint64_t u)
{
    unsigned char bytes[8];
    int i;
    for (i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(u >> (8 * i));
    return mortise_save_(to, key, kind, bytes, 8);
}

static inline int mortise_save_int(mortise_saving to, const char *key,
                                    int64_t value)
{
    return mortise_save_u64_(to, key, MORTISE_STATE_INT, (uint64_t)value);
}

static inline int mortise_save_number(mortise_saving to, const char *key,
                                       double value)
{
    union {
        double number;
        uint64_t bits;
    } u;
    u.number = value;
    return mortise_save_u64_(to, key, MORTISE_STATE_NUMBER, u.bits);
}

/* NULL writes nothing, and so reads as what `otherwise` says. */
static inline int mortise_save_text(mortise_saving to, const char *key,
                                     const char *text)
{
    size_t n = 0;
    if (text == NULL)
        return 0;
    while (text[n] != '\0')
        n++;
    return mortise_save_(to, key, MORTISE_STATE_TEXT, text, n + 1);
}

static inline int mortise_save_bytes(mortise_saving to, const char *key,
                                      mortise_str bytes)
{
    return mortise_save_(to, key, MORTISE_STATE_BYTES, bytes.p, bytes.n);
}

/* What is written between the two is a record of its own, under this key; the
 * same key may be there any number of times. */
static inline int mortise_save_open(mortise_saving to, const char *key)
{
    return mortise_save_(to, key, MORTISE_STATE_OPEN, NULL, 0);
}

static inline int mortise_save_close(mortise_saving to)
{
    return mortise_save_(to, NULL, MORTISE_STATE_CLOSE, NULL, 0);
}

/*
 * Reading: `otherwise` where there is no such key, or it is of another kind.
 * Reading in the order of writing is the fastest; any order works, for behind
 * the last key it goes on with the first. So of several values with one key
 * each read gives the next, round and round: make a list of records, whose end
 * mortise_saved_next() tells.
 */
static inline int mortise_saved_u64_(mortise_saved from, const char *key,
                                    uint32_t kind, uint64_t *ret)
{
    mortise_str bytes = {NULL, 0};
    int i, error = MORTISE_EXTENDED_(state, find, MORTISE_ENOSYS, from, key,
                                     kind, &bytes);
    if (error != 0 || bytes.n != 8)
        return MORTISE_ENOENT;
    *ret = 0;
    for (i = 0; i < 8; i++)
        *ret |= (uint64_t)(unsigned char)bytes.p[i] << (8 * i);
    return 0;
}

static inline int64_t mortise_saved_int(mortise_saved from, const char *key,
                                       int64_t otherwise)
{
    uint64_t u;
    return mortise_saved_u64_(from, key, MORTISE_STATE_INT, &u) == 0
               ? (int64_t)u
               : otherwise;
}

static inline double mortise_saved_number(mortise_saved from, const char *key,
                                         double otherwise)
{
    union {
        double number;
        uint64_t bits;
    } u;
    return mortise_saved_u64_(from, key, MORTISE_STATE_NUMBER, &u.bits) == 0
               ? u.number
               : otherwise;
}

/* Ends with NUL; lives until restore returns. */
static inline const char *mortise_saved_text(mortise_saved from,
                                            const char *key,
                                            const char *otherwise)
{
    mortise_str bytes = {NULL, 0};
    int error = MORTISE_EXTENDED_(state, find, MORTISE_ENOSYS, from, key,
                                  MORTISE_STATE_TEXT, &bytes);
    return error == 0 ? bytes.p : otherwise;
}

/* 0 or ENOENT; lives until restore returns. */
static inline int mortise_saved_bytes(mortise_saved from, const char *key,
                                     mortise_str *ret)
{
    return MORTISE_EXTENDED_(state, find, MORTISE_ENOSYS, from, key,
                             MORTISE_STATE_BYTES, ret);
}

/* The next record of this key; 0 after the last one, and then the first one
 * again. */
static inline mortise_saved mortise_saved_next(mortise_saved from,
                                               const char *key)
{
    return MORTISE_EXTENDED_(state, next, 0, from, key);
}

#ifdef __cplusplus
}
#endif
#endif
