/* SPDX-License-Identifier: MIT */
/* Plugins that are refused for a contract: one for each number that the build
 * gives as LIE. */
#include <mortise/contract.h>

enum { ON_MOMENT, ON_TIMER, BAD_FIELD, BAD_ANSWER, BAD_EMIT };

#define IF(lie, terms) .contract = LIE == (lie) ? (terms) : NULL

static void on_event(mortise_socket from, const mortise_event *event)
{
}

static const mortise_field bad[] = {{"x", MORTISE_STRING, .min = 2, .max = 1}};

static const mortise_handler handlers[] = {
    {MORTISE_CONNECT, on_event, IF(ON_MOMENT, MORTISE_NO_FIELDS())},
    {"event", on_event, IF(BAD_FIELD, MORTISE_FIELDS(bad))},
};
static const mortise_handler timers[] = {
    {"tick", on_event, IF(ON_TIMER, MORTISE_NO_FIELDS())}};
static const mortise_handler acks[] = {
    {"done", on_event, IF(BAD_ANSWER, MORTISE_MEMBERS(bad))}};
static const mortise_handler emits[] = {
    {"news", IF(BAD_EMIT, MORTISE_MEMBERS(bad))}};

MORTISE_PLUGIN("unfair", "1", .handlers = MORTISE_TABLE(handlers),
               .timers = MORTISE_TABLE(timers), .acks = MORTISE_TABLE(acks),
               .emits = MORTISE_TABLE(emits));
