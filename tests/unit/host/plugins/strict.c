/* SPDX-License-Identifier: MIT */
/* Events with contracts, for test_guard.c. What a handler is given it writes
 * to the log, where the test reads it. */
#include <string.h>

#include <mortise/contract.h>
#include <mortise/identity.h>

#define SAY(...) mortise_log(MORTISE_INFO, __VA_ARGS__)

static const mortise_field text[] = {
    {"text", MORTISE_STRING, .min = 1, .max = 10},
    {"loud", MORTISE_BOOL, MORTISE_OPTIONAL},
};

static const mortise_field whole[] = {{"n", MORTISE_INTEGER, .max = 9}};

static const mortise_field any[] = {{"any", MORTISE_ANY_VALUE}};

/* The arguments by their names. */
static void on_say(mortise_socket from, const mortise_event *event)
{
    SAY("say %s loud %d argc %u, nobody %d",
        mortise_text_of(event, "text", "-"), mortise_bool_of(event, "loud", -1),
        event->argc, mortise_named(event, "nobody") != NULL);
    mortise_ack(event, "b", 1);
}

static void on_move(mortise_socket from, const mortise_event *event)
{
    SAY("move %d %g", (int)mortise_int_of(event, "n", -1),
        mortise_number_of(event, "n", -1));
}

static void on_plain(mortise_socket from, const mortise_event *event)
{
    SAY("%s argc %u, named %d", event->name, event->argc,
        mortise_named(event, "text") != NULL);
    mortise_ack(event, "'done'");
}

/* Signs in, as an administrator if there is a second argument. */
static void on_sign(mortise_socket from, const mortise_event *event)
{
    static const char *const roles[] = {"admin"};
    mortise_identity who = {.size = sizeof(who),
                            .user = mortise_text(mortise_arg(event, 0), NULL),
                            .roles = roles,
                            .role_count = event->argc - 1};
    mortise_identify(from, &who);
}

static void on_ask(mortise_socket from, const mortise_event *event)
{
    mortise_emit_ack(from, "answered", 1000, 7, "question", "");
}

static void on_answered(mortise_socket from, const mortise_event *event)
{
    SAY("answered: status %d argc %u n %d", event->status, event->argc,
        (int)mortise_int_of(event, "n", -1));
}

static void on_use(mortise_socket from, const mortise_event *event)
{
    const char *what = mortise_text_of(event, "text", "");
    if (strcmp(event->name, "changed") != 0)
        return;
    SAY("use %s", what);
    if (strcmp(what, "good") == 0)
        mortise_rewrite(event, "'better', true");
    else if (strcmp(what, "bad") == 0)
        mortise_rewrite(event, "i", 5);
    else if (strcmp(what, "none") == 0)
        mortise_rewrite(event, "");
}

static const mortise_handler handlers[] = {
    {MORTISE_USE, on_use},
    {"say", on_say,
     .contract = MORTISE_FIELDS(text, .ack = MORTISE_ACK_REQUIRED)},
    {"changed", on_say, .contract = MORTISE_FIELDS(text)},
    {"move", on_move, .contract = MORTISE_MEMBERS(whole)},
    {"quiet", on_plain,
     .contract = MORTISE_NO_FIELDS(.ack = MORTISE_ACK_FORBIDDEN)},
    {"small", on_plain, .contract = MORTISE_FIELDS(any, .max_bytes = 20)},
    {"members", on_plain, .contract = MORTISE_NO_FIELDS(.login = MORTISE_USER)},
    {"admins", on_plain, .contract = MORTISE_NO_FIELDS(.role = "admin")},
    {"slow", on_plain,
     .contract = MORTISE_NO_FIELDS(.per_second = 2, .burst = 3)},
    {"slow", on_plain, "/other",
     .contract = MORTISE_NO_FIELDS(.per_second = 2, .burst = 3)},
    {"shared", on_plain,
     .contract =
         MORTISE_NO_FIELDS(.per_second = 1, .burst = 2,
                           .per = MORTISE_PER_ADDRESS | MORTISE_PER_SOCKET)},
    {"personal", on_plain,
     .contract = MORTISE_NO_FIELDS(.per_second = 1, .burst = 2,
                                   .per = MORTISE_PER_USER)},
    {"free", on_plain},
    {"sign", on_sign},
    {"ask", on_ask, .contract = MORTISE_NO_FIELDS()},
};

static const mortise_handler acks[] = {
    {"answered", on_answered, .contract = MORTISE_FIELDS(whole)}};

static const mortise_handler emits[] = {
    {"question", .contract = MORTISE_NO_FIELDS(.ack = MORTISE_ACK_REQUIRED)},
    {"whatever"}};

MORTISE_PLUGIN("strict", "1.0.0", .handlers = MORTISE_TABLE(handlers),
               .acks = MORTISE_TABLE(acks), .emits = MORTISE_TABLE(emits));
