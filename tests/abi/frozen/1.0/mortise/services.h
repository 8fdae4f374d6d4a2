/* SPDX-License-Identifier: MIT */
/*
 * mortise/services.h: what plugins do for each other.
 *
 * One plugin offers a service by name and version, another asks for it. The
 * host stands between: arguments and answer are values, no plugin ever has a
 * pointer into another one, so each can be reloaded by itself.
 *
 *     static mortise_value rating(const mortise_asked *asked)
 *     {
 *         mortise_value user = mortise_at(asked->args, 0);
 *         return mortise_make("{points:i}", points_of(user));
 *     }
 *     static const mortise_service services[] = {{"rating", 1, rating}};
 *     static int init(mortise_value settings)
 *     {
 *         return mortise_offer(services);
 *     }
 *
 * and in another plugin:
 *
 *     mortise_value answer;
 *     if (mortise_ask(&answer, "rating", 1, "s", user) == 0)
 *         points = mortise_int(mortise_get(answer, "points"), 0);
 *
 * A service runs at once, within the callback of the plugin that asks, and
 * what it is given and gives lives until that callback returns. It answers for
 * itself: the event of the one who asks is not its own, and cannot be
 * acknowledged by it. A service may ask others, up to 8 deep.
 */
#ifndef MORTISE_SERVICES_H
#define MORTISE_SERVICES_H

#include <mortise/extension.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a service is told. The host makes it; members are only ever appended. */
typedef struct mortise_asked {
    uint32_t size;
    uint32_t version;   /* of the row */
    const char *name;   /* of the row */
    const char *plugin; /* who asks */
    mortise_value args; /* an array, the arguments */
} mortise_asked;

/* The answer is any value; NULL is one too. */
typedef mortise_value mortise_serve(const mortise_asked *asked);

typedef struct mortise_service {
    const char *name;
    uint32_t version; /* another one when what it takes or gives changes */
    mortise_serve *serve;
} mortise_service;

/* Only ever appended to; the calls below document it. */
struct mortise_services_table {
    uint32_t size;
    int (*offer)(mortise_host, const mortise_service *rows, uint32_t count,
                 uint32_t row_size);
    int (*ask)(mortise_host, mortise_value *ret, const char *name,
               uint32_t version, const char *format, ...);
    mortise_value (*make)(mortise_host, const char *format, ...);
};

MORTISE_EXTENSION_(services, "mortise.services/1")

/* mortise_offer(array): in init, once. EINVAL: elsewhere, or again; ESYNTAX: a
 * row that makes no sense, logged; ENOMEM. Two plugins that offer the same
 * name and version refuse to start; several versions by one are welcome. */
#define mortise_offer(array)                                                   \
    MORTISE_EXTENDED_(services, offer, MORTISE_ENOSYS, (array),                \
                      (uint32_t)(sizeof(array) / sizeof((array)[0])),          \
                      (uint32_t)sizeof((array)[0]))

/* mortise_ask(mortise_value *ret, const char *name, uint32_t version, format,
 * ...): 0, and the answer. ENOENT: nobody offers it in this version; ESTAGED:
 * in init; ELIMIT: too deep; ESYNTAX; ENOMEM. */
#define mortise_ask(...)                                                       \
    MORTISE_EXTENDED_(services, ask, MORTISE_ENOSYS, __VA_ARGS__)

/* mortise_make(format, ...): the one value of a format, no binary. NULL on
 * failure, which is logged. */
#define mortise_make(...) MORTISE_EXTENDED_(services, make, NULL, __VA_ARGS__)

#ifdef __cplusplus
}
#endif
#endif
