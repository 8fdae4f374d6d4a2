/* SPDX-License-Identifier: MIT */
#include "people/caller.h"

#include <stdio.h>
#include <string.h>

#include <mortise/contract.h>
#include <mortise/identity.h>
#include <mortise/jobs.h>
#include <mortise/services.h>

#include "answers.h"
#include "options.h"
#include "people/presence.h"
#include "work/operations.h"

/* --- who */

/* What the plugin that has signed them in knows of them (plugins/auth), or how
 * somebody without a name is called. */
static bool read_profile(const char *user, char name[NAME_SIZE])
{
    mortise_value profile = NULL;
    const char *given = "";
    bool guest = false;

    if (mortise_ask(&profile, "auth.profile", 1, "s", user) == 0) {
        given = mortise_text(mortise_get(profile, "name"), "");
        guest = mortise_bool(mortise_get(profile, "guest"), 0) != 0;
    }
    if (given[0] != '\0' && strlen(given) < NAME_SIZE)
        snprintf(name, NAME_SIZE, "%s", given);
    else
        snprintf(name, NAME_SIZE, "guest-%06x",
                 (unsigned)(map_hash(user, strlen(user)) & 0xffffff));
    return guest || given[0] == '\0';
}

struct person *caller_meet(mortise_socket from)
{
    const char *user = mortise_user(from);
    struct person *person = people_of(from);
    char id[USER_SIZE], name[NAME_SIZE];
    bool anonymous = user == NULL, guest;

    if (!user) {
        if (!options.anonymous || !mortise_sid(from))
            return NULL;
        snprintf(id, sizeof(id), "~%s", mortise_sid(from));
    } else {
        snprintf(id, sizeof(id), "%s", user);
    }
    if (person && strcmp(person->user, id) == 0 && person->name[0] != '\0')
        return person;
    guest = read_profile(id, name);
    if (person && strcmp(person->user, id) == 0) {
        people_name(person, name); /* has given the old one away */
        return person;
    }
    if (person)
        presence_leave(from); /* has signed in as somebody else */
    return presence_arrive(from, id, name, guest, anonymous);
}

int caller_of(mortise_socket from, const mortise_event *event,
              struct caller *ret)
{
    struct person *person = caller_meet(from);

    if (!person) {
        bool nobody = !mortise_user(from) && !options.anonymous;
        answers_refuse(event, nobody ? REFUSED_LOGIN : REFUSED_BUSY, 0);
        return MORTISE_ENOENT;
    }
    *ret = (struct caller){
        .socket = from,
        .person = person,
        .powers = mortise_has_role(from, "chat.moderate") == 1,
    };
    return 0;
}

void caller_on_connect(mortise_socket from, const mortise_event *event)
{
    operations_start();
    caller_meet(from);
}

void caller_refuse_name(mortise_str ask)
{
    struct person *person = people_find(record_text(ask, FIELD_USER));

    if (person && person->guest &&
        strcmp(person->name, record_text(ask, FIELD_NAME)) == 0)
        people_drop_name(person);
}

/* --- what they ask */

void caller_take(struct record *ask, const mortise_event *event,
                 const struct argument *arguments, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        mortise_value value = mortise_named(event, arguments[i].name);
        switch (mortise_type(value)) {
        case MORTISE_STRING:
            record_put(ask, arguments[i].field, mortise_text(value, ""));
            break;
        case MORTISE_NUMBER:
            record_put_int(ask, arguments[i].field, mortise_int(value, 0));
            break;
        case MORTISE_BOOL:
            record_put_int(ask, arguments[i].field, mortise_bool(value, 0));
            break;
        default: /* it is optional */
            break;
        }
    }
}

void caller_pass(mortise_socket from, const mortise_event *event, enum op op,
                 const struct argument *arguments, size_t count, bool write)
{
    struct record ask = {0};
    struct caller caller;

    if (caller_of(from, event, &caller) < 0)
        return;
    caller_take(&ask, event, arguments, count);
    if (write)
        caller_write(&caller, event, op, &ask);
    else
        caller_read(&caller, event, op, &ask);
}

static void put_caller(const struct caller *caller, struct record *ask)
{
    record_put(ask, FIELD_USER, caller->person->user);
    record_put(ask, FIELD_NAME, caller->person->name);
    record_put_int(ask, FIELD_GUEST, caller->person->guest);
    record_put_int(ask, FIELD_ANONYMOUS, caller->person->anonymous);
    record_put_int(ask, FIELD_POWERS, caller->powers);
    record_put_int(ask, FIELD_SOCKET, (int64_t)caller->socket);
}

void caller_write(const struct caller *caller, const mortise_event *event,
                  enum op op, struct record *ask)
{
    mortise_reply reply = mortise_ack_later(event);
    mortise_str nothing = {"", 0};
    int error;

    put_caller(caller, ask);
    error = ask->error;
    if (error == 0)
        error = operations_write(op, reply, record_bytes(ask));
    if (error != 0)
        answers_fail(reply, MORTISE_ELIMIT, nothing);
    record_free(ask);
}

void caller_read(const struct caller *caller, const mortise_event *event,
                 enum op op, struct record *ask)
{
    mortise_reply reply = mortise_ack_later(event);
    mortise_str nothing = {"", 0};
    mortise_job job = 0;

    put_caller(caller, ask);
    record_put_int(ask, FIELD_OP, op);
    if (ask->error == 0)
        job = mortise_job_start("read", record_bytes(ask), reply);
    if (job == 0)
        answers_fail(reply, MORTISE_ELIMIT, nothing);
    record_free(ask);
}
