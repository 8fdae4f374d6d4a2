/* SPDX-License-Identifier: MIT */
#include "front/erasures.h"

#include <string.h>

#include <mortise/services.h>

#include "people/caller.h"
#include "rooms/rooms.h"

/* In the log as of whom. */
static const char by_accounts[] = "accounts";

/* One more part: 0, or why it is not waiting. */
static int write_part(uint64_t order, const char *by, const char *user,
                      int64_t count)
{
    struct record ask = {0};
    int error;

    record_put(&ask, FIELD_USER, by);
    record_put(&ask, FIELD_NAME, by);
    record_put_int(&ask, FIELD_POWERS, 1);
    record_put_int(&ask, FIELD_ORDER, order != 0);
    record_put(&ask, FIELD_TARGET, user);
    record_put_int(&ask, FIELD_COUNT, count);
    error = ask.error;
    if (error == 0)
        error = operations_write(OP_ERASE, order, record_bytes(&ask));
    record_free(&ask);
    return error;
}

/* What is left of one whose next part cannot wait is begun again later. */
void erasures_told(const struct outcome *o)
{
    const char *user = record_text(o->answer, FIELD_TARGET);
    mortise_str rest = o->answer, room;

    while (record_next(&rest, FIELD_ROOM, &room))
        rooms_put_out(room.p, user, "deleted", "");
    if (record_int(o->answer, FIELD_MORE))
        write_part(o->order, record_text(o->ask, FIELD_USER), user,
                   record_int(o->answer, FIELD_COUNT));
    else
        mortise_emit(mortise_all(NULL, NULL), "erased", "{id:s}", user);
}

void erasures_told_begun(const struct outcome *o)
{
    mortise_str rest = o->answer, user;

    while (record_next(&rest, FIELD_TARGET, &user))
        write_part(0, by_accounts, user.p, 1);
}

void erasures_failed(mortise_str ask)
{
    const char *user = record_text(ask, FIELD_TARGET);

    mortise_log(MORTISE_ERROR,
                "%s could not be erased: say `mortise chat erase %s`", user,
                user);
}

/* chat.forget, of the plugin that has the accounts: {ok} means that it will be
 * written in its turn. Names are nobody's for good, so it takes an id alone. */
static mortise_value forget_account(const mortise_asked *asked)
{
    const char *user = mortise_text(mortise_at(asked->args, 0), "");
    bool is_id = user[0] != '\0' && user[0] != '@' && strlen(user) <= USER_MAX;

    if (!is_id)
        return mortise_make("{error:{code:'bad_user', message:'This is the id "
                            "of nobody.'}}");
    if (write_part(0, by_accounts, user, 0) != 0)
        return mortise_make("{error:{code:'busy', message:'Too much is going "
                            "on.'}}");
    return mortise_make("{ok:true}");
}

static const mortise_service services[] = {
    {"chat.forget", 1, forget_account},
};

int erasures_init(void)
{
    return mortise_offer(services);
}
