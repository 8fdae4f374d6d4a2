/* SPDX-License-Identifier: MIT */
/*
 * mortise/commands.h: what the operator can tell a plugin to do.
 *
 *     static const mortise_field set_role[] = {
 *         {"user", MORTISE_STRING, .min = 1, .max = 64},
 *         {"role", MORTISE_STRING, .one_of = "admin|player"},
 *     };
 *     static void on_set_role(mortise_order order, const mortise_ordered
 * *given)
 *     {
 *         const char *user = mortise_text(mortise_get(given->args, "user"),
 * ""); if (!exists(user)) { mortise_command_fail(order, "there is no user
 * %s\n", user); return;
 *         }
 *         ...
 *         mortise_command_print(order, "done\n");
 *         mortise_command_answer(order, 0, "{user:s}", user);
 *     }
 *     static const mortise_command commands[] = {
 *         {"set-role", on_set_role, "gives a user a role",
 *          .contract = MORTISE_FIELDS(set_role)},
 *     };
 *     static int init(mortise_value settings)
 *     {
 *         return mortise_commands(commands);
 *     }
 *
 * In the plugin "auth" that is `mortise auth set-role ann admin`, see `mortise
 * ctl help`: asked of the server that runs, by its control socket, or, where
 * none does, done by a process of its own that loads the same plugins and opens
 * no listener. Who may connect to that socket, or read what the plugin needs,
 * is the operator.
 *
 * The host checks the arguments: a handler never sees others. It answers at
 * once or later, from a timer or the `done` of a job; the number of an order
 * stays good across a reload. What is not answered in time ends without the
 * plugin, and so does what its operator no longer waits for.
 */
#ifndef MORTISE_COMMANDS_H
#define MORTISE_COMMANDS_H

#include <mortise/contract.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A command that was given and is to be answered. */
typedef uint64_t mortise_order;

/* What a handler is told; the host makes it. */
typedef struct mortise_ordered {
    uint32_t size;
    uint32_t argc;      /* how many arguments were given */
    const char *name;   /* of the command */
    mortise_value args; /* an object: the arguments by the names of the fields,
                           without those that were not given */
    mortise_str input;  /* what came on standard input, without the end of its
                           last line; empty unless the row asks for it */
} mortise_ordered;

typedef void mortise_command_call(mortise_order order,
                                  const mortise_ordered *given);

typedef struct mortise_command {
    const char *name; /* small letters, digits and "-": "set-role" */
    mortise_command_call *call;
    const char *help; /* one line: "gives a user a role" */
    /* MORTISE_FIELDS(array): the arguments in their order, with a description
     * each for the help; NULL: none. Of a contract only the fields count.
     * Numbers, "true" and "false", arrays and objects are written as in JSON.
     */
    const mortise_contract *contract;
    /* For what does not belong into a command line: what it is ("password"),
     * as a terminal is asked for it, which then shows nothing of what is typed;
     * NULL: standard input is not read. Up to 1 MiB. */
    const char *input;
    int64_t timeout; /* ms to the answer; 0: 30 s. The operator can say another:
                        --timeout */
} mortise_command;

/* Only ever appended to; the calls below document it. */
struct mortise_commands_table {
    uint32_t size;
    int (*commands)(mortise_host, const mortise_command *rows, uint32_t count,
                    uint32_t row_size);
    int (*print)(mortise_host, mortise_order, const char *format, ...)
        __attribute__((format(printf, 3, 4)));
    int (*answer)(mortise_host, mortise_order, int status, const char *format,
                  ...);
};

MORTISE_EXTENSION_(commands, "mortise.commands/1")

/* mortise_commands(array): in init, once. EINVAL: elsewhere, or again; ESYNTAX:
 * a row that makes no sense, logged; ENOMEM. A plugin that is called as one of
 * the server's own commands is warned: nobody can reach its. */
#define mortise_commands(array)                                                \
    MORTISE_EXTENDED_(commands, commands, MORTISE_ENOSYS, (array),             \
                      (uint32_t)(sizeof(array) / sizeof((array)[0])),          \
                      (uint32_t)sizeof((array)[0]))

/* mortise_command_print(order, printf-format, ...): appends to the text that
 * the operator is shown when it is over, up to 4 MiB; lines end with "\n". 0,
 * EGONE (it is over), ESTAGED (in init, save or restore), ESYNTAX (it is not
 * UTF-8), ELIMIT, ENOMEM. */
#define mortise_command_print(...)                                             \
    MORTISE_EXTENDED_(commands, print, MORTISE_ENOSYS, __VA_ARGS__)

/* mortise_command_answer(order, int status, format, ...): it is over. status:
 * 0 is success, 1 to 125 what the operator's process exits with, its text then
 * on standard error. The format has one value, for programs (--json), and for
 * people where nothing was printed; "" for none. 0, EGONE, ESTAGED, EINVAL,
 * ESYNTAX, ELIMIT (more than 4 MiB), ENOMEM; after the last four it is not
 * over. */
#define mortise_command_answer(...)                                            \
    MORTISE_EXTENDED_(commands, answer, MORTISE_ENOSYS, __VA_ARGS__)

/* Both, with status 1 and no value: mortise_command_fail(order, printf-format,
 * ...). The order is evaluated twice. */
#define mortise_command_fail(order, ...)                                       \
    (mortise_command_print(order, __VA_ARGS__),                                \
     mortise_command_answer(order, 1, ""))

#ifdef __cplusplus
}
#endif
#endif
