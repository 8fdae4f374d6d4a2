/* SPDX-License-Identifier: MIT */
/*
 * mortise/settings.h: settings of a plugin that are checked.
 *
 *     static int init(mortise_value settings)
 *     {
 *         players = mortise_setting_int(settings, "players", 4, 2, 100);
 *         greet = mortise_setting_bool(settings, "greet", 1);
 *         return mortise_settings_done(settings);
 *     }
 *
 * What is not there gives what stands in its place. What is wrong (a type, a
 * bound) gives the same, and the host says so with file, line and column, as
 * it does for its own keys, and refuses the plugin when init returns, whatever
 * init returns. All complaints are made at once. mortise_settings_done() adds
 * those about keys that nobody has asked for.
 *
 * `settings` may also be an object within them. For init only; the texts that
 * are returned live until it returns.
 */
#ifndef MORTISE_SETTINGS_H
#define MORTISE_SETTINGS_H

#include <mortise/extension.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Only ever appended to; the calls below document it. */
struct mortise_settings_table {
    uint32_t size;
    int64_t (*integer)(mortise_host, mortise_value settings, const char *key,
                       int64_t otherwise, int64_t min, int64_t max);
    double (*number)(mortise_host, mortise_value settings, const char *key,
                     double otherwise, double min, double max);
    int (*boolean)(mortise_host, mortise_value settings, const char *key,
                   int otherwise);
    const char *(*text)(mortise_host, mortise_value settings, const char *key,
                        const char *otherwise);
    int (*choice)(mortise_host, mortise_value settings, const char *key,
                  const char *const *words, int otherwise);
    mortise_value (*value)(mortise_host, mortise_value settings,
                           const char *key, uint32_t type);
    int (*done)(mortise_host, mortise_value settings);
};

MORTISE_EXTENSION_(settings, "mortise.settings/1")
#define MORTISE_SETTINGS_(member, otherwise, ...)                              \
    MORTISE_EXTENDED_(settings, member, otherwise, __VA_ARGS__)

/* A whole number from min to max. */
static inline int64_t mortise_setting_int(mortise_value settings,
                                          const char *key, int64_t otherwise,
                                          int64_t min, int64_t max)
{
    return MORTISE_SETTINGS_(integer, otherwise, settings, key, otherwise, min,
                             max);
}
/* Any number from min to max. */
static inline double mortise_setting_number(mortise_value settings,
                                            const char *key, double otherwise,
                                            double min, double max)
{
    return MORTISE_SETTINGS_(number, otherwise, settings, key, otherwise, min,
                             max);
}
/* true or false. */
static inline int mortise_setting_bool(mortise_value settings, const char *key,
                                       int otherwise)
{
    return MORTISE_SETTINGS_(boolean, otherwise, settings, key, otherwise);
}
/* A string without NUL inside. otherwise may be NULL. */
static inline const char *mortise_setting_text(mortise_value settings,
                                               const char *key,
                                               const char *otherwise)
{
    return MORTISE_SETTINGS_(text, otherwise, settings, key, otherwise);
}
/* One of these words, which end with NULL: its number, from 0. */
static inline int mortise_setting_choice(mortise_value settings,
                                         const char *key,
                                         const char *const *words,
                                         int otherwise)
{
    return MORTISE_SETTINGS_(choice, otherwise, settings, key, words,
                             otherwise);
}
/* A value of this type (MORTISE_OBJECT, MORTISE_ARRAY, ...), which is yours to
 * read; NULL when it is not there. */
static inline mortise_value
mortise_setting_value(mortise_value settings, const char *key, uint32_t type)
{
    return MORTISE_SETTINGS_(value, NULL, settings, key, type);
}
/* Everything was asked for: 0, or EINVAL when something is wrong, for init to
 * return. */
static inline int mortise_settings_done(mortise_value settings)
{
    return MORTISE_SETTINGS_(done, MORTISE_ENOSYS, settings);
}

#ifdef __cplusplus
}
#endif
#endif
