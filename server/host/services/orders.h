/* SPDX-License-Identifier: MIT */
/*
 * Commands of plugins that the operator has given: a number for each, from
 * then until it is answered, its time is over or nobody waits for it any more.
 * The host owns them; who gave the order is told once what became of it.
 *
 * An order belongs to a slot and knows the name of its command, so whichever
 * build is in place when it is answered may do that.
 */
#ifndef MORTISE_HOST_ORDERS_H
#define MORTISE_HOST_ORDERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ids.h"
#include "base/str.h"
#include "json/writer.h"

struct generation;
struct host;
struct order;
struct plugin_slot;

/* What a command may be given, and what it may say. */
#define ORDER_ARGUMENTS_MAX 64
#define ORDER_INPUT_MAX     ((size_t)1 << 20)
#define ORDER_TEXT_MAX      ((size_t)4 << 20)

/* How an order ends that no plugin has answered. */
enum {
    ORDER_FAILED = 1, /* there is no memory, or the plugin has gone */
    ORDER_WRONG = 2,  /* there is no such command, or not with these */
    ORDER_LATE = 124, /* as timeout(1) has it */
    ORDER_STATUS_MAX = 125,
};

struct order_outcome {
    int status;       /* what the operator's process exits with */
    struct str text;  /* lines for people */
    struct str value; /* JSON, for programs; empty: there is none */
};

/* Who waits; embedded in its owner, who takes it back with orders_abandon()
 * before going away. */
struct order_watch {
    /* It is over; what is told lives until this returns. */
    void (*answered)(struct order_watch *watch,
                     const struct order_outcome *outcome);
    uint64_t number; /* the host's; 0: nothing is under way */
};

struct order_given {
    struct str plugin, command;
    const struct str *args;
    uint32_t argc;
    struct str input;
    int64_t timeout; /* ms; 0: the command's own */
};

struct orders {
    struct ids ids;
};

void orders_init(struct orders *orders);
/* All are over by then. */
void orders_free(struct orders *orders);

/*
 * Has the plugin's command run. `watch` is told what became of it, perhaps
 * before this returns: also when there is no such plugin or command (those
 * that are there are named), or the arguments are not what it takes (its usage
 * is).
 */
void orders_give(struct host *host, const struct order_given *given,
                 struct order_watch *watch);
/* Nobody waits any more; the plugin's answer will go nowhere. */
void orders_abandon(struct host *host, struct order_watch *watch);
/* Ends all that this plugin has not answered: it goes. */
void orders_drop(struct host *host, const struct plugin_slot *slot);

/* Whether the server itself has a command of that name, which no plugin's
 * commands can be reached beside. */
bool orders_is_own(struct str name);

/*
 * Writes an array with an object for each command of each plugin, in the
 * order of the configuration: plugin, name, usage ("USER [ROLE]"), help,
 * arguments (name, type, and where there is one description), and where it
 * asks for one the name of its input.
 */
void orders_describe(const struct host *host, struct json_writer *w);

/* --- for ext_commands.c --- */

/* NULL: it is over, or another plugin's. */
struct order *orders_find(const struct generation *g, uint64_t number);
/* Where its text is gathered; never more than ORDER_TEXT_MAX. */
struct buf *order_text(struct order *order);
/* It is over. */
void orders_answer(struct order *order, int status, struct str value);

#endif
