/* SPDX-License-Identifier: MIT */
#include "state.h"

#include <string.h>

#include "base/error.h"
#include "host/reload/blob.h"
#include "host/reload/reload.h"

#define AT ((struct kit_place){file, line})

/* Of the reload that is running; one kit is used at a time. */
static struct testkit *reloading;

/* Seals the state anew, with another body or version. */
static void seal_anew(struct buf *state, bool empty, uint32_t newer)
{
    struct buf sealed, why;
    struct blob blob;

    buf_init(&sealed, BLOB_MAX);
    buf_init(&why, BUF_MAX);
    if (blob_open(buf_str(state), &blob, &why) == 0) {
        blob.version += newer;
        if (empty)
            blob.body = STR("");
        blob_seal(&blob, &sealed);
        buf_clear(state);
        buf_append_str(state, buf_str(&sealed));
    }
    buf_free(&sealed);
    buf_free(&why);
}

static void spoil(struct buf *state, int how)
{
    if (state->n == 0)
        return;
    switch (how) {
    case TESTKIT_STATE_CUT:
        state->n -= state->n / 2;
        break;
    case TESTKIT_STATE_DAMAGED:
        state->p[state->n - 1] ^= 1;
        break;
    case TESTKIT_STATE_EMPTY:
        seal_anew(state, true, 0);
        break;
    case TESTKIT_STATE_NEWER:
        seal_anew(state, false, 1);
        break;
    }
}

static void on_handing_over(const struct plugin_slot *slot, struct buf *state)
{
    struct testkit *kit = reloading;
    long left = kit_memory_pause();

    if (kit->handed_over.n > 0) {
        buf_clear(state);
        buf_append_str(state, buf_str(&kit->handed_over));
    }
    spoil(state, kit->spoil);
    kit_memory_resume(left);
}

void kit_state_begin(struct testkit *kit)
{
    reloading = kit;
    kit->host->handing_over = on_handing_over;
}

void kit_state_end(struct testkit *kit)
{
    kit->host->handing_over = NULL;
    kit->spoil = 0;
    buf_clear(&kit->handed_over);
}

void testkit_hand_over(struct testkit *kit, mortise_str state)
{
    buf_clear(&kit->handed_over);
    buf_append(&kit->handed_over, state.p, state.n);
}

void testkit_hand_over_bad_state(struct testkit *kit, int how)
{
    kit->spoil = how;
}

static struct plugin_slot *first_slot(struct testkit *kit)
{
    for (uint32_t i = 0; i < kit->host->slot_count; i++)
        if (kit->host->slots[i]->current)
            return kit->host->slots[i];
    return NULL;
}

mortise_str testkit_state_at(const char *file, int line, struct testkit *kit)
{
    struct reload nothing = {.host = kit->host};
    struct change change = {.slot = first_slot(kit)};
    struct buf why;

    if (!change.slot)
        kit_fail(AT, "there is no plugin");
    change.before = change.slot->current;
    buf_init(&change.state, BLOB_MAX);
    buf_init(&why, BUF_MAX);
    kit_enter(kit);
    int error = reload_save(&nothing, &change, &why);
    kit_leave(kit);
    if (error < 0)
        kit_fail(AT, "the state is not saved: %.*s", STR_ARG(buf_str(&why)));
    struct str kept = arena_str(&kit->texts, buf_str(&change.state));
    buf_free(&change.state);
    buf_free(&why);
    return (mortise_str){kept.p, kept.n};
}
