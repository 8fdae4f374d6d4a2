/* SPDX-License-Identifier: MIT */
#include "rights/roles.h"

#include <string.h>

#include <mortise/memory.h>
#include <mortise/settings.h>

static struct role {
    char *name;
    char *permissions;
} roles[ROLES_MAX];

static uint32_t count;

static int wrong(const char *role, const char *what, const char *why)
{
    mortise_log(MORTISE_ERROR, "roles: %s: \"%s\" %s", role, what, why);
    return MORTISE_EINVAL;
}

static int read_role(struct role *role, const char *name, mortise_value list)
{
    char words[ROLE_PERMISSIONS_MAX * PERMIT_SIZE + 1] = "";
    uint32_t n = mortise_count(list);
    size_t at = 0;

    if (!role_fits(name) && strcmp(name, "guest") != 0 &&
        strcmp(name, "user") != 0)
        return wrong(name, name,
                     "is no role: 1 to 32 letters, digits, \"_\" and \"-\"");
    if (mortise_type(list) != MORTISE_ARRAY || n > ROLE_PERMISSIONS_MAX)
        return wrong(name, name, "needs a list of up to 32 permissions");
    for (uint32_t i = 0; i < n; i++) {
        const char *word = mortise_text(mortise_at(list, i), "");
        size_t length = strlen(word);
        if (!permission_fits(word))
            return wrong(name, word,
                         "is no permission, such as \"chat.mute\", \"chat.*\" "
                         "or \"*\"");
        memcpy(words + at, word, length);
        words[at + length] = ' ';
        at += length + 1;
    }
    words[at > 0 ? at - 1 : 0] = '\0';
    role->name = mortise_strdup(name);
    role->permissions = mortise_strdup(words);
    return role->name && role->permissions ? 0 : MORTISE_ENOMEM;
}

int roles_read(mortise_value settings)
{
    mortise_value here =
        mortise_setting_value(settings, "roles", MORTISE_OBJECT);
    uint32_t n = mortise_count(here);
    int first_error = 0;

    if (n > ROLES_MAX)
        return wrong("all", "roles", "has more than 64");
    for (uint32_t i = 0; i < n; i++) {
        int error = read_role(&roles[count++], mortise_key_at(here, i),
                              mortise_at(here, i));
        if (first_error == 0)
            first_error = error;
    }
    return first_error;
}

void roles_free(void)
{
    while (count > 0) {
        struct role *role = &roles[--count];
        mortise_free(role->name);
        mortise_free(role->permissions);
        *role = (struct role){NULL, NULL};
    }
}

const char *roles_find(const char *role)
{
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(roles[i].name, role) == 0)
            return roles[i].permissions;
    return NULL;
}

const char *roles_at(uint32_t i)
{
    return i < count ? roles[i].name : NULL;
}

struct expansion {
    int (*more)(const char *role, struct permits *ret);
    struct permits *to;
};

static int expand(const char *word, void *data)
{
    const struct expansion *e = data;
    const char *permissions = roles_find(word);

    if (permissions)
        permits_add_words(e->to, permissions);
    return e->more(word, e->to);
}

int roles_expand(const char *words, bool guest,
                 int (*more)(const char *role, struct permits *ret),
                 struct permits *ret)
{
    struct expansion e = {more, ret};
    const char *everybody = guest ? "guest" : "user";

    permits_clear(ret);
    permits_add(ret, everybody);
    permits_add_words(ret, words);
    int error = expand(everybody, &e);
    return error == 0 ? permits_each_word(words, expand, &e) : error;
}
