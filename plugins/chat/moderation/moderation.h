/* SPDX-License-Identifier: MIT */
/*
 * What moderators do: mute, kick, ban, slow a room down. What it means is
 * decided in the database (store_sanctions.c) and told here: to the one whom it
 * is about, to the others, and to the moderators.
 */
#ifndef CHAT_MODERATION_H
#define CHAT_MODERATION_H

#include "people/caller.h"
#include "people/targets.h"
#include "work/operations.h"

mortise_call moderation_on_mute, moderation_on_unmute, moderation_on_kick;
mortise_call moderation_on_ban, moderation_on_unban;
mortise_call moderation_on_slow, moderation_on_sanctions;

told_call moderation_told_mute, moderation_told_unmute, moderation_told_kick;
told_call moderation_told_ban, moderation_told_unban;
told_call moderation_told_slow, moderation_told_sanctions;

/* Writes into an ask when it ends, from now on; 0 seconds: never. */
void moderation_put_end(struct record *ask, int64_t seconds);
/* {sanctions, more} of an answer. */
mortise_value moderation_list(mortise_str answer);

/* Those who moderate there, by an answer's FIELD_MODERATOR, but the socket that
 * did it; names has to live as long as the target. */
struct moderators {
    char names[MODERATORS_MAX][TARGET_SIZE];
    const char *list[MODERATORS_MAX];
};
mortise_target moderation_target(const struct outcome *o,
                                 struct moderators *names);
/* NULL, which is null, for 0: never, or not at all. */
mortise_value moderation_time(int64_t time);
/* The same for "": everywhere, nobody. */
const char *moderation_text(const char *text);

#endif
