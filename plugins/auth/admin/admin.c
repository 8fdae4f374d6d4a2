/* SPDX-License-Identifier: MIT */
#include "admin/admin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/grants.h"
#include "admin/admin_answers.h"
#include "front/answers.h"
#include "front/requests.h"
#include "issuers/issuers.h"
#include "sessions/visitors.h"
#include "store/store_admin.h"
#include "work/work_admin.h"

enum {
    PAGE = 50,
    PAGE_MAX = 100,
    ROLES_EACH_MAX = 16,
    REASON_CHARACTERS = 200,
    V4_BITS_MIN = RANGE_V4_BITS + 8,
    V6_BITS_MIN = 16
};

#define BAN_SECONDS_MAX (100LL * 366 * 24 * 3600)

struct wrong {
    const char *code, *message;
};

static const struct wrong no_user = {"bad_user", "There is no \"user\"."};
static const struct wrong bad_role = {
    "unknown_role", "This can be neither a role nor a permission."};
static const struct wrong bad_roles = {
    "unknown_role", "It takes a list of up to 16 roles and permissions."};
static const struct wrong bad_permission = {
    "bad_permission",
    "A permission is such as \"chat.mute\", \"chat.*\" or \"*\"."};
static const struct wrong bad_subject = {
    "bad_subject", "It takes one of \"user\", \"device\" and \"address\"."};
static const struct wrong bad_visitor = {
    "bad_subject", "What stands before the colon is the \"name\" of none of "
                   "\"issuers\", or nothing stands behind it."};
static const struct wrong bad_address = {
    "bad_address", "This is no address, or a range of more than a /8 of IPv4 "
                   "or a /16 of IPv6."};
static const struct wrong bad_reason = {"bad_reason",
                                        "A reason has up to 200 characters."};
static const struct wrong bad_time = {"bad_time",
                                      "The ban would end before it begins."};
static const struct wrong bad_name = {
    "bad_name", "This can be neither a name nor an e-mail address."};
static const struct wrong bad_ban = {"bad_id", "There is no \"id\" of a ban."};

/* --- reading what is asked for */

static const char *text_of(mortise_value args, const char *key)
{
    return mortise_text(mortise_get(args, key), "");
}

static int64_t int_of(mortise_value args, const char *key, int64_t otherwise)
{
    const char *text = text_of(args, key);

    return text[0] != '\0' ? strtoll(text, NULL, 10)
                           : mortise_int(mortise_get(args, key), otherwise);
}

static bool bool_of(mortise_value args, const char *key)
{
    return strcmp(text_of(args, key), "true") == 0 ||
           mortise_bool(mortise_get(args, key), 0);
}

static void put_page(mortise_value args, struct record *ask)
{
    int64_t limit = int_of(args, "limit", PAGE);

    record_put(ask, FIELD_AFTER, text_of(args, "after"));
    record_put_int(ask, FIELD_LIMIT,
                   limit < 1          ? 1
                   : limit > PAGE_MAX ? PAGE_MAX
                                      : limit);
}

static const struct wrong *read_users(mortise_value args, struct record *ask)
{
    put_page(args, ask);
    record_put(ask, FIELD_FIND, text_of(args, "find"));
    record_put(ask, FIELD_ROLE, text_of(args, "role"));
    record_put_int(ask, FIELD_KIND, bool_of(args, "banned"));
    return NULL;
}

static const struct wrong *read_user(mortise_value args, struct record *ask)
{
    record_put(ask, FIELD_WHO, text_of(args, "user"));
    return text_of(args, "user")[0] != '\0' ? NULL : &no_user;
}

/* A list of words as one text. False: one of them does not fit, or there are
 * too many. */
static bool put_words(mortise_value list, uint32_t max,
                      bool (*fits)(const char *word), struct record *ask)
{
    char words[ROLE_PERMISSIONS_MAX * PERMIT_SIZE + 1] = "";
    uint32_t n = mortise_count(list);
    size_t at = 0;

    if (mortise_type(list) != MORTISE_ARRAY || n > max)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        const char *word = mortise_text(mortise_at(list, i), "");
        if (!fits(word))
            return false;
        at += (size_t)snprintf(words + at, sizeof(words) - at, "%s%s",
                               at > 0 ? " " : "", word);
    }
    record_put(ask, FIELD_WORDS, words);
    return true;
}

static bool may_grant(const char *word)
{
    return permission_fits(word) || (role_fits(word) && grants_known(word));
}

/* Roles that a user is to have. The first that nobody knows is named, for a
 * mistake in it is what it mostly is. */
static const struct wrong *read_grants(mortise_value args, struct record *ask)
{
    static char message[ROLE_SIZE + 96];
    static const struct wrong unknown = {"unknown_role", message};
    mortise_value list = mortise_get(args, "roles");

    if (put_words(list, ROLES_EACH_MAX, may_grant, ask) &&
        strlen(record_text(record_bytes(ask), FIELD_WORDS)) < ROLES_SIZE)
        return NULL;
    for (uint32_t i = 0; i < mortise_count(list) && i < ROLES_EACH_MAX; i++) {
        const char *word = mortise_text(mortise_at(list, i), "");
        if (may_grant(word))
            continue;
        if (!role_fits(word))
            return &bad_role;
        snprintf(message, sizeof(message),
                 "No role is called \"%s\": the setting \"roles\" has none, "
                 "nor was it given permissions.",
                 word);
        return &unknown;
    }
    return &bad_roles;
}

static const struct wrong *read_roles(mortise_value args, struct record *ask)
{
    const struct wrong *wrong = read_grants(args, ask);

    return wrong ? wrong : read_user(args, ask);
}

static const struct wrong *read_permissions(mortise_value args,
                                            struct record *ask)
{
    const char *role = text_of(args, "role");

    record_put(ask, FIELD_ROLE, role);
    if (!role_fits(role) && strcmp(role, "guest") != 0 &&
        strcmp(role, "user") != 0)
        return &bad_role;
    return put_words(mortise_get(args, "permissions"), ROLE_PERMISSIONS_MAX,
                     permission_fits, ask)
               ? NULL
               : &bad_permission;
}

static const struct wrong *read_sessions(mortise_value args, struct record *ask)
{
    record_put(ask, FIELD_TARGET, text_of(args, "session"));
    return read_user(args, ask);
}

static const struct wrong *read_bans(mortise_value args, struct record *ask)
{
    put_page(args, ask);
    record_put_int(ask, FIELD_AFTER, int_of(args, "after", 0));
    record_put(ask, FIELD_KIND, text_of(args, "kind"));
    record_put(ask, FIELD_SUBJECT, text_of(args, "subject"));
    return NULL;
}

static const struct wrong *read_range(const char *text, struct record *ask)
{
    char subject[RANGE_SIZE];
    struct range range;

    if (!range_read(text, &range) ||
        range.bits < (range_is_v4(&range) ? V4_BITS_MIN : V6_BITS_MIN))
        return &bad_address;
    range_write(&range, subject);
    record_put(ask, FIELD_SUBJECT, subject);
    return NULL;
}

static const struct wrong *read_subject(mortise_value args, struct record *ask)
{
    const char *user = text_of(args, "user"), *device = text_of(args, "device");
    const char *address = text_of(args, "address");

    if ((user[0] != '\0') + (device[0] != '\0') + (address[0] != '\0') != 1)
        return &bad_subject;
    record_put_int(ask, FIELD_KIND,
                   user[0]     ? BAN_USER
                   : device[0] ? BAN_DEVICE
                               : BAN_ADDRESS);
    if (address[0] != '\0')
        return read_range(address, ask);
    if (device[0] != '\0' && strlen(device) != HASH_TEXT_SIZE - 1)
        return &bad_subject;
    if (strchr(user, ':') && !issuers_own(user))
        return &bad_visitor;
    record_put(ask, FIELD_WHO, user);
    record_put(ask, FIELD_SUBJECT, strchr(user, ':') ? user : device);
    return NULL;
}

static size_t characters(const char *text)
{
    size_t n = 0;

    for (; *text; text++)
        n += (*text & 0xc0) != 0x80;
    return n;
}

static const struct wrong *read_ban(mortise_value args, struct record *ask)
{
    int64_t seconds = int_of(args, "seconds", 0);
    int64_t until = int_of(args, "until", 0), now = mortise_now();

    if (characters(text_of(args, "reason")) > REASON_CHARACTERS)
        return &bad_reason;
    if (seconds < 0 || seconds > BAN_SECONDS_MAX ||
        (until != 0 && until <= now))
        return &bad_time;
    record_put(ask, FIELD_REASON, text_of(args, "reason"));
    record_put_int(ask, FIELD_UNTIL,
                   seconds > 0 ? now + seconds * 1000 : until);
    return read_subject(args, ask);
}

static const struct wrong *read_unban(mortise_value args, struct record *ask)
{
    int64_t id = int_of(args, "id", 0);

    record_put_int(ask, FIELD_ID, id);
    return id > 0 ? NULL : &bad_ban;
}

static const struct wrong *read_audit(mortise_value args, struct record *ask)
{
    put_page(args, ask);
    record_put_int(ask, FIELD_AFTER, int_of(args, "before", 0));
    record_put(ask, FIELD_WHO, text_of(args, "user"));
    record_put(ask, FIELD_BY, text_of(args, "by"));
    record_put(ask, FIELD_WHAT, text_of(args, "what"));
    record_put(ask, FIELD_FIND, text_of(args, "address"));
    return NULL;
}

static const struct wrong *read_password(mortise_value args, const char *name,
                                         const char *email, struct record *ask)
{
    static struct wrong wrong = {"bad_password", NULL};

    wrong.message = password_wrong(text_of(args, "password"), name, email);
    record_put(ask, FIELD_PASSWORD, text_of(args, "password"));
    return wrong.message ? &wrong : NULL;
}

static const struct wrong *read_account(mortise_value args, struct record *ask)
{
    const char *name = text_of(args, "user");
    char email[EMAIL_SIZE] = "";

    if (strchr(name, '@') ? !email_read(name, email) : name_wrong(name) != NULL)
        return &bad_name;
    if (email[0] != '\0')
        name = "";
    record_put(ask, FIELD_NAME, name);
    record_put(ask, FIELD_EMAIL, email);
    const struct wrong *wrong = read_grants(args, ask);
    return wrong ? wrong : read_password(args, name, email, ask);
}

static const struct wrong *read_new_password(mortise_value args,
                                             struct record *ask)
{
    const struct wrong *wrong = read_user(args, ask);

    return wrong ? wrong : read_password(args, "", "", ask);
}

static const struct wrong *read_nothing(mortise_value args, struct record *ask)
{
    return NULL;
}

/* In the order of enum op. */
static const struct wrong *(*const readers[])(mortise_value args,
                                              struct record *ask) = {
    read_users,       read_user,     read_nothing, read_roles,
    read_permissions, read_sessions, read_bans,    read_ban,
    read_unban,       read_audit,    read_account, read_new_password,
    read_user,
};

/* --- asking */

/* Looked at again by the job. */
static bool may_ask(const struct caller *caller, enum op op)
{
    if (caller->order != 0)
        return true;
    if (!request_allowed(caller, RATE_OTHER) || !request_signed_in(caller))
        return false;
    if (grants_allow(caller->session, work_admin_needs(op)))
        return true;
    answers_refuse(caller, 403, "not_allowed", "You may not do that.", 0);
    return false;
}

/* Whether the one to be banned is another issuer's user who may what who asks
 * may not. That is known of who is here; of everybody else the database says
 * it. Roles without permissions do not count: such a user may have any, and
 * none of them is anything to this plugin. */
static bool is_outranked(const struct caller *caller, mortise_str ask)
{
    const struct session *visitor =
        visitors_by_user(record_text(ask, FIELD_SUBJECT));
    struct permits its, mine;

    if (!visitor || !caller->session)
        return false;
    grants_of(visitor, &its);
    grants_of(caller->session, &mine);
    for (uint32_t i = 0; i < its.n; i++)
        if (permission_fits(its.names[i]) &&
            !permits_allow(&mine, its.names[i]))
            return true;
    return false;
}

void admin_ask(const struct caller *caller, enum op op, mortise_value args)
{
    struct record ask = {0};
    const struct wrong *wrong;

    if (!may_ask(caller, op))
        return;
    wrong = readers[op - OP_ADMIN_USERS](args, &ask);
    if (wrong) {
        answers_refuse(caller, 422, wrong->code, wrong->message, 0);
    } else if (op == OP_ADMIN_ROLES) {
        answers_give(caller, admin_answer(op, (mortise_str){"", 0}));
    } else if (op == OP_ADMIN_BAN && !bans_room()) {
        answers_refuse(caller, 503, "busy", "There are 10,000 bans.", 0);
    } else if (op == OP_ADMIN_BAN && is_outranked(caller, record_bytes(&ask))) {
        answers_refuse(caller, 403, "outranked", "That is more than you may.",
                       0);
    } else {
        if (caller->session) {
            record_put(&ask, FIELD_ACTOR, caller->session->user);
            record_put(&ask, FIELD_ACTOR_SESSION, caller->session->id);
        }
        answers_start(caller, op, &ask);
        return;
    }
    record_free(&ask);
}
