/* SPDX-License-Identifier: MIT */
#include "admin/force.h"

#include <stdio.h>
#include <string.h>

#include "access/grants.h"
#include "admin/admin_answers.h"
#include "admin/admin_lines.h"
#include "front/answers.h"
#include "front/attached.h"
#include "rights/bans.h"
#include "store/store_admin.h"

static int load_permissions(const char *role, const char *words)
{
    return grants_set(role, words, 0);
}

int force_load(void)
{
    int error = store_permissions_load(load_permissions);

    return error == 0 ? store_bans_load(mortise_now(), bans_put) : error;
}

/* Says anew of these sessions who they are, and puts out whom that does not let
 * stay. */
static void renew_sessions(bool (*fits)(const struct session *session,
                                        const char *what),
                           const char *what)
{
    for (struct session *s = NULL; (s = sessions_next(s));)
        if (s->sockets && fits(s, what))
            attached_renew(s);
}

static bool is_of_user(const struct session *session, const char *user)
{
    return strcmp(session->user, user) == 0;
}

static bool has_role(const struct session *session, const char *role)
{
    return grants_allow(session, role);
}

static void apply_ban(mortise_str record)
{
    struct ban_row ban = {.id = record_int(record, FIELD_ID),
                          .until = record_int(record, FIELD_UNTIL)};
    const char *kind = record_text(record, FIELD_KIND);

    while (ban.kind < BAN_ADDRESS && strcmp(ban_kinds[ban.kind], kind) != 0)
        ban.kind++;
    snprintf(ban.subject, sizeof(ban.subject), "%s",
             record_text(record, FIELD_SUBJECT));
    snprintf(ban.reason, sizeof(ban.reason), "%s",
             record_text(record, FIELD_REASON));
    if (bans_put(&ban) < 0)
        mortise_log(MORTISE_ERROR,
                    "memory is out: ban %lld counts from the next start",
                    (long long)ban.id);
    attached_ban(&ban);
}

static void apply(enum op op, mortise_str record)
{
    int64_t order = record_int(record, FIELD_ORDER);
    const char *role = record_text(record, FIELD_ROLE);
    const char *user = record_text(record, FIELD_USER);

    if (op == OP_ADMIN_SET_ROLES) {
        sessions_set_roles(user, record_text(record, FIELD_ROLES), order);
        renew_sessions(is_of_user, user);
    } else if (op == OP_ADMIN_SET_PERMISSIONS) {
        if (grants_set(role, record_text(record, FIELD_WORDS), order) < 0)
            mortise_log(MORTISE_ERROR,
                        "permissions of %s count from the next start", role);
        renew_sessions(has_role, role);
    } else if (op == OP_ADMIN_BAN) {
        apply_ban(record);
    } else if (op == OP_ADMIN_UNBAN) {
        bans_lift(record_int(record, FIELD_ID));
    }
}

void force_done(mortise_job job, const mortise_done *done)
{
    struct outcome outcome;

    outcome_take(done, &outcome);
    if (outcome.status != STATUS_OK) {
        answers_tell(&outcome);
        return;
    }
    apply(outcome.op, outcome.record);
    if (outcome.to.order != 0)
        admin_lines(outcome.to.order, outcome.op, outcome.record);
    answers_give(&outcome.to, admin_answer(outcome.op, outcome.record));
}
