/* SPDX-License-Identifier: MIT */
#include "front/outcomes.h"

#include "front/commands.h"
#include "front/erasures.h"
#include "messages/messages.h"
#include "moderation/moderation.h"
#include "moderation/reports.h"
#include "people/caller.h"
#include "people/ignores.h"
#include "people/typing.h"
#include "rooms/rooms.h"
#include "store/store.h"

static const struct operation rows[] = {
    [OP_HELLO] = {store_hello, rooms_told_hello},
    [OP_JOIN] = {store_join, rooms_told_join},
    [OP_LEAVE] = {store_leave, rooms_told_leave},
    [OP_CREATE] = {store_create, rooms_told_create},
    [OP_INVITE] = {store_invite, rooms_told_invite},
    [OP_DIRECT] = {store_direct, rooms_told_direct},
    [OP_TOPIC] = {store_topic, rooms_told_topic},
    [OP_ROLE] = {store_set_role, rooms_told_role},
    [OP_SAY] = {store_say, messages_told_say},
    [OP_EDIT] = {store_edit, messages_told_edit},
    [OP_DELETE] = {store_delete, messages_told_delete},
    [OP_READ] = {store_read, messages_told_read},
    [OP_REACT] = {store_react, messages_told_react},
    [OP_FORGET] = {store_forget, NULL},
    [OP_CLEAN] = {store_clean, erasures_told_begun},
    [OP_START] = {store_start, erasures_told_begun},
    [OP_ERASE] = {store_erase, erasures_told, erasures_failed},
    [OP_MUTE] = {store_mute, moderation_told_mute},
    [OP_UNMUTE] = {store_unmute, moderation_told_unmute},
    [OP_KICK] = {store_kick, moderation_told_kick},
    [OP_BAN] = {store_ban, moderation_told_ban},
    [OP_UNBAN] = {store_unban, moderation_told_unban},
    [OP_SLOW] = {store_slow, moderation_told_slow},
    [OP_REPORT] = {store_report, reports_told_report},
    [OP_RESOLVE] = {store_resolve, reports_told_resolve},
    [OP_IGNORE] = {store_ignore, ignores_told_ignore},
    [OP_UNIGNORE] = {store_unignore, ignores_told_unignore},
    [OP_HISTORY] = {store_history, messages_told_history},
    [OP_SEARCH] = {store_search, messages_told_history},
    [OP_WHO] = {store_who, rooms_told_who},
    [OP_ROOMS] = {store_rooms, rooms_told_rooms},
    [OP_TRACE] = {store_trace, reports_told_trace},
    [OP_REPORTS] = {store_reports, reports_told_reports},
    [OP_LOG] = {store_log_page, reports_told_log},
    [OP_SANCTIONS] = {store_sanctions, moderation_told_sanctions},
    [OP_TYPING] = {store_typing, typing_told, typing_refuse},
};

const struct operations outcomes = {
    .rows = rows,
    .count = sizeof(rows) / sizeof(rows[0]),
    .name_taken = caller_refuse_name,
    .ordered = commands_told,
};
