/* SPDX-License-Identifier: MIT */
/* Asks whatever a client wants asked, and offers two services itself. */
#include <string.h>

#include <mortise/services.h>

#define SAY(...) mortise_log(MORTISE_INFO, __VA_ARGS__)

/* ask, service, version, argument */
static void on_ask(mortise_socket from, const mortise_event *event)
{
    mortise_value answer = NULL;
    int error = mortise_ask(&answer, mortise_text(mortise_arg(event, 0), NULL),
                            (uint32_t)mortise_int(mortise_arg(event, 1), 0),
                            "v, i", mortise_arg(event, 2), 5);
    SAY("ask %d", error);
    mortise_ack(event, "v", answer);
}

static void on_slip(mortise_socket from, const mortise_event *event)
{
    mortise_value answer = NULL;
    mortise_str x = {"x", 1};
    int format = mortise_ask(&answer, "deep", 1, "q");
    int binary = mortise_ask(&answer, "deep", 1, "x", x);
    SAY("slip %d %d %d %d", format, binary, mortise_make("i, i", 1, 2) != NULL,
        mortise_make("") != NULL);
}

/* Asks itself, one deeper, until it cannot. */
static mortise_value deep(const mortise_asked *asked)
{
    mortise_value answer = NULL;
    int64_t depth = mortise_int(mortise_at(asked->args, 0), 0);
    int error = mortise_ask(&answer, "deep", 1, "I", depth + 1);
    return error < 0 ? mortise_make("[I, i]", depth, error) : answer;
}

static mortise_value other(const mortise_asked *asked)
{
    return NULL;
}

static const mortise_service services[] = {{"deep", 1, deep},
                                           {"other", 1, other}};
static const mortise_service wrong[] = {{"", 1, deep}};

static int init(mortise_value settings)
{
    mortise_value answer;
    if (mortise_bool(mortise_get(settings, "wrong"), 0))
        return mortise_offer(wrong);
    SAY("staged %d", mortise_ask(&answer, "deep", 1, ""));
    return mortise_offer(services);
}

static void fini(void)
{
    mortise_value answer;
    SAY("fini %d", mortise_ask(&answer, "double", 2, ""));
}

static const mortise_handler handlers[] = {{"ask", on_ask}, {"slip", on_slip}};

MORTISE_PLUGIN("asker", "1.0.0", .init = init, .fini = fini,
               .handlers = MORTISE_TABLE(handlers));
