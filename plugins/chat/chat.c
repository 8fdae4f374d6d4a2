/* SPDX-License-Identifier: MIT */
/*
 * Rooms in which people talk, and a history of it. README.md beside this file
 * is for who writes a client or runs it.
 *
 * The database is the truth: who is in which room, in which role, what was said
 * and who may say more is asked there, in jobs (store/store.h), one operation
 * after the other (work/operations.h). The loop takes events, and tells what
 * has come of them; in memory it has only who is connected (people/people.h)
 * and who is typing (people/typists.h). The database is opened in `acquire`, so
 * a build that is only tried touches nothing.
 *
 * Includes go down: filter < store < work < people < rooms < messages <
 * moderation < front.
 */
#include "chat.h"

#include <common/place.h>

#include "filter/wordlist.h"
#include "front/commands.h"
#include "front/erasures.h"
#include "front/outcomes.h"
#include "options.h"
#include "people/people.h"
#include "people/typists.h"
#include "store/store.h"

enum { CLEAN_MS = 10 * 60 * 1000 };

static bool opened; /* the database */

void chat_on_clean(mortise_socket none, const mortise_event *event)
{
    mortise_str nothing = {"", 0};

    operations_write(OP_CLEAN, 0, nothing);
}

int chat_init(mortise_value settings)
{
    int error = options_read(settings);

    if (error == 0)
        place_check(options.database);
    if (error == 0)
        error = operations_init(&outcomes);
    if (error == 0)
        error = commands_init();
    if (error == 0)
        error = erasures_init();
    if (error == 0)
        error = wordlist_init();
    if (error == 0 && mortise_after("clean", CLEAN_MS, CLEAN_MS, 0) == 0)
        error = MORTISE_ENOMEM;
    if (error != 0) { /* fini is for an init that has succeeded */
        wordlist_free();
        options_free();
    }
    return error;
}

void chat_fini(void)
{
    operations_free();
    wordlist_free();
    typists_free();
    people_free();
    store_close();
    options_free();
}

static int save(mortise_saving to)
{
    int error = operations_save(to);

    if (error == 0)
        error = people_save(to);
    if (error == 0)
        error = typists_save(to);
    return error;
}

static int restore(uint32_t version, mortise_saved from)
{
    int error = operations_restore(from);

    if (error == 0)
        error = people_restore(from);
    if (error == 0)
        error = typists_restore(from);
    return error;
}

/* There is no release: jobs of the old build may still be at work, with
 * connections of their own, which stay open until fini. When the next build
 * fails this one is asked again, and has them still. */
static int acquire(void)
{
    int error = opened ? 0 : store_open();

    opened = opened || error == 0;
    return error;
}

const mortise_state chat_state =
    MORTISE_STATE(.version = 1, .save = save, .restore = restore,
                  .acquire = acquire);
