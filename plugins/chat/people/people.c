/* SPDX-License-Identifier: MIT */
#include "people/people.h"

#include <stdio.h>
#include <string.h>

#include <mortise/memory.h>

#include "filter/fold.h"

struct device {
    struct map_node node;
    mortise_socket socket;
    struct person *person;
};

static struct map by_user, by_name, devices;

static uint64_t hash_of(const char *text)
{
    return map_hash(text, strlen(text));
}

static struct device *find_device(mortise_socket socket)
{
    uint64_t hash = map_hash(&socket, sizeof(socket));
    struct map_node *n = NULL;

    while ((n = map_find(&devices, hash, n)))
        if (MAP_OF(n, struct device, node)->socket == socket)
            return MAP_OF(n, struct device, node);
    return NULL;
}

struct person *people_of(mortise_socket socket)
{
    const struct device *device = find_device(socket);

    return device ? device->person : NULL;
}

struct person *people_find(const char *user)
{
    struct map_node *n = NULL;

    while ((n = map_find(&by_user, hash_of(user), n))) {
        struct person *person = MAP_OF(n, struct person, by_user);
        if (strcmp(person->user, user) == 0)
            return person;
    }
    return NULL;
}

struct person *people_going(uint64_t cookie)
{
    struct map_node *n = NULL;

    while ((n = map_find(&by_user, cookie, n)))
        if (MAP_OF(n, struct person, by_user)->going != 0)
            return MAP_OF(n, struct person, by_user);
    return NULL;
}

bool people_online(const char *user)
{
    const struct person *person = people_find(user);

    return person && (person->sockets > 0 || person->going != 0);
}

static struct person *add_person(const char *user)
{
    struct person *person = mortise_alloc(sizeof(*person));

    if (!person)
        return NULL;
    snprintf(person->user, sizeof(person->user), "%s", user);
    if (map_add(&by_user, &person->by_user, hash_of(person->user)) < 0) {
        mortise_free(person);
        return NULL;
    }
    return person;
}

void people_drop_name(struct person *person)
{
    if (person->name[0] != '\0')
        map_remove(&by_name, &person->by_name);
    person->name[0] = '\0';
}

void people_remove(struct person *person)
{
    people_drop_name(person);
    map_remove(&by_user, &person->by_user);
    mortise_free(person->rooms);
    mortise_free(person);
}

struct person *people_depart(mortise_socket socket)
{
    struct device *device = find_device(socket);
    struct person *person;

    if (!device)
        return NULL;
    person = device->person;
    person->sockets--;
    map_remove(&devices, &device->node);
    mortise_free(device);
    return person;
}

static int add_device(struct person *person, mortise_socket socket)
{
    struct device *device = mortise_alloc(sizeof(*device));

    if (!device)
        return MORTISE_ENOMEM;
    device->socket = socket;
    device->person = person;
    if (map_add(&devices, &device->node, map_hash(&socket, sizeof(socket))) <
        0) {
        mortise_free(device);
        return MORTISE_ENOMEM;
    }
    person->sockets++;
    return 0;
}

struct person *people_arrive(mortise_socket socket, const char *user,
                             const char *name, bool guest, bool anonymous)
{
    struct person *person = people_find(user);

    if (!person && !(person = add_person(user)))
        return NULL;
    person->guest = guest;
    person->anonymous = anonymous;
    if (name[0] != '\0')
        people_name(person, name);
    if (add_device(person, socket) == 0)
        return person;
    if (person->sockets == 0)
        people_remove(person);
    return NULL;
}

/* Names are compared as they look. */
static bool is_taken(const struct person *person, const char *folded)
{
    struct map_node *n = NULL;

    while ((n = map_find(&by_name, hash_of(folded), n))) {
        const struct person *other = MAP_OF(n, struct person, by_name);
        char theirs[FOLDED_SIZE];
        fold_name(other->name, theirs);
        if (other != person && strcmp(theirs, folded) == 0)
            return true;
    }
    return false;
}

int people_name(struct person *person, const char *name)
{
    char folded[FOLDED_SIZE];

    if (strcmp(person->name, name) == 0)
        return 0;
    if (!fold_visible(name) || fold_has_controls(name) ||
        strlen(name) >= sizeof(person->name))
        return REFUSED_BAD_NAME;
    fold_name(name, folded);
    if (person->guest && is_taken(person, folded))
        return REFUSED_NAME_TAKEN;
    people_drop_name(person);
    if (map_add(&by_name, &person->by_name, hash_of(folded)) < 0)
        return MORTISE_ENOMEM;
    snprintf(person->name, sizeof(person->name), "%s", name);
    return 0;
}

/* --- across a reload */

int people_save(mortise_saving to)
{
    for (struct map_node *n = NULL; (n = map_next(&by_user, n));) {
        const struct person *person = MAP_OF(n, struct person, by_user);
        mortise_save_open(to, "person");
        mortise_save_text(to, "user", person->user);
        mortise_save_text(to, "name", person->name);
        mortise_save_int(to, "guest", person->guest);
        mortise_save_int(to, "anonymous", person->anonymous);
        mortise_save_int(to, "announced", person->announced);
        mortise_save_int(to, "going", (int64_t)person->going);
        mortise_save_bytes(
            to, "rooms",
            (mortise_str){person->rooms ? person->rooms : "",
                          person->rooms ? person->rooms_size : 0});
        mortise_save_close(to);
    }
    for (struct map_node *n = NULL; (n = map_next(&devices, n));) {
        const struct device *device = MAP_OF(n, struct device, node);
        mortise_save_open(to, "device");
        mortise_save_int(to, "socket", (int64_t)device->socket);
        mortise_save_text(to, "user", device->person->user);
        mortise_save_close(to);
    }
    return 0;
}

static int restore_person(mortise_saved from)
{
    struct person *person = add_person(mortise_saved_text(from, "user", ""));
    mortise_str rooms = {"", 0};

    if (!person)
        return MORTISE_ENOMEM;
    const char *name = mortise_saved_text(from, "name", "");
    if (name[0] != '\0' && people_name(person, name) == MORTISE_ENOMEM)
        return MORTISE_ENOMEM;
    person->guest = mortise_saved_int(from, "guest", 0) != 0;
    person->anonymous = mortise_saved_int(from, "anonymous", 0) != 0;
    person->announced = mortise_saved_int(from, "announced", 0) != 0;
    person->going = (mortise_timer)mortise_saved_int(from, "going", 0);
    if (mortise_saved_bytes(from, "rooms", &rooms) == 0 && rooms.n > 0) {
        person->rooms = mortise_strndup(rooms.p, rooms.n);
        person->rooms_size = rooms.n;
        return person->rooms ? 0 : MORTISE_ENOMEM;
    }
    return 0;
}

int people_restore(mortise_saved from)
{
    mortise_saved each;
    int error = 0;

    while (error == 0 && (each = mortise_saved_next(from, "person")) != 0)
        error = restore_person(each);
    while (error == 0 && (each = mortise_saved_next(from, "device")) != 0) {
        struct person *person =
            people_find(mortise_saved_text(each, "user", ""));
        if (person)
            error = add_device(
                person, (mortise_socket)mortise_saved_int(each, "socket", 0));
    }
    return error;
}

void people_free(void)
{
    struct map_node *n;

    while ((n = map_next(&devices, NULL)))
        people_depart(MAP_OF(n, struct device, node)->socket);
    while ((n = map_next(&by_user, NULL)))
        people_remove(MAP_OF(n, struct person, by_user));
    map_free(&devices);
    map_free(&by_user);
    map_free(&by_name);
}
