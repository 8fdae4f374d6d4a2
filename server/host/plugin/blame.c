/* SPDX-License-Identifier: MIT */
#include "host/plugin/blame.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "host/plugin/generation.h"

/* What the widest registers of today take, and our own frames; a constant, for
 * it is part of each thread. */
#define STACK_SIZE 65536
#define LINE_SIZE  512

_Thread_local struct blame blame_current;

static const struct crash_signal {
    int number;
    const char *name;
} signals[] = {{SIGSEGV, "SIGSEGV"},
               {SIGBUS, "SIGBUS"},
               {SIGFPE, "SIGFPE"},
               {SIGILL, "SIGILL"},
               {SIGABRT, "SIGABRT"}};
#define SIGNAL_COUNT (sizeof(signals) / sizeof(signals[0]))

/* Who was to be told before us: nobody, or a sanitizer. */
static struct sigaction before[SIGNAL_COUNT];
static atomic_flag told = ATOMIC_FLAG_INIT;
static atomic_int record = -1;
static pid_t server; /* a process that it forks is none */

void blame_forget(const struct generation *g)
{
    if (blame_current.generation == g)
        blame_current = (struct blame){0};
}

void blame_write_to(int fd)
{
    atomic_store(&record, fd);
}

void blame_build(const unsigned char hash[32], char ret[BLAME_BUILD_SIZE])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i + 1 < BLAME_BUILD_SIZE; i++)
        ret[i] = digits[i % 2 ? hash[i / 2] & 15 : hash[i / 2] >> 4];
    ret[BLAME_BUILD_SIZE - 1] = '\0';
}

/* --- lines, put together without calling anybody --- */

struct line {
    char *p;
    size_t n, size;
};

static void put(struct line *line, const char *z)
{
    for (; z && *z && line->n + 1 < line->size; z++) {
        unsigned char c = (unsigned char)*z;
        line->p[line->n++] = c < 0x20 || c >= 0x7f ? '?' : *z;
    }
    line->p[line->n] = '\0';
}

static void put_number(struct line *line, uint64_t number)
{
    char digits[24];
    size_t at = sizeof(digits);

    digits[--at] = '\0';
    do
        digits[--at] = (char)('0' + number % 10);
    while (number /= 10);
    put(line, digits + at);
}

static bool is_in(const struct plugin_rows *rows, const mortise_handler *row)
{
    uintptr_t first = (uintptr_t)rows->rows;
    uintptr_t address = (uintptr_t)row;
    return address >= first && address - first < rows->count * sizeof(*row);
}

/* A row of a moment has its name behind a mark. */
static const char *moment_of(const mortise_handler *row)
{
    return row->name[0] == '\xff' ? row->name + 1 : NULL;
}

static void put_row(struct line *line, const struct blame *b)
{
    const struct generation *g = b->generation;
    const mortise_handler *row = b->row;
    const char *moment = moment_of(row);

    if (is_in(&g->timers, row))
        put(line, "timer ");
    else if (is_in(&g->acks, row))
        put(line, "ack ");
    else
        put(line, moment ? "moment " : "event ");
    put(line, moment ? moment : row->name);
    /* The event's own name ends with the callback. */
    if (moment && b->running && b->name && strcmp(b->name, moment) != 0) {
        put(line, ", event ");
        put(line, b->name);
    }
}

static void put_blame(struct line *line, const struct blame *b)
{
    if (b->row) {
        put_row(line, b);
        return;
    }
    put(line, b->what ? b->what : "a callback");
    put(line, b->running && b->name ? " " : NULL);
    put(line, b->running ? b->name : NULL);
}

size_t blame_text(const struct blame *blame, char *to, size_t size)
{
    struct line line = {to, 0, size};
    put_blame(&line, blame);
    return line.n;
}

static void put_plugin(struct line *line, const struct blame *b)
{
    const struct generation *g = b->generation;

    put(line, g->name);
    put(line, "#");
    put_number(line, g->number);
    put(line, " (version ");
    put(line, g->version);
    put(line, "), ");
    put_blame(line, b);
}

/* --- the crash --- */

/* For people. */
static void tell(const struct blame *b, const char *how)
{
    char text[LINE_SIZE];
    struct line line = {text, 0, sizeof(text)};

    put(&line, "mortise: crashed with ");
    put(&line, how);
    if (b->running) {
        put(&line, " in plugin ");
        put_plugin(&line, b);
    } else if (b->generation) {
        put(&line, " in no plugin; the last that ran was ");
        put_plugin(&line, b);
    } else {
        put(&line, " in no plugin");
    }
    log_crash(text, line.n);
}

/* For the next start: see quarantine.c, which reads it. */
static void write_down(const struct blame *b, const char *how)
{
    int fd = atomic_load(&record);
    char text[LINE_SIZE], build[BLAME_BUILD_SIZE];
    struct line line = {text, 0, sizeof(text) - 1};
    struct timespec now = {0};

    if (fd < 0 || !b->running)
        return;
    blame_build(b->generation->hash, build);
    clock_gettime(CLOCK_REALTIME, &now);
    put_number(&line, (uint64_t)now.tv_sec);
    put(&line, " ");
    put(&line, b->generation->name);
    put(&line, " ");
    put(&line, build);
    put(&line, " ");
    put(&line, how);
    put(&line, " in ");
    put_plugin(&line, b);
    text[line.n++] = '\n';
    while (write(fd, text, line.n) < 0 && errno == EINTR)
        continue;
}

static void report(const char *how)
{
    const struct blame b = blame_current;

    if (getpid() != server || atomic_flag_test_and_set(&told))
        return;
    tell(&b, how);
    write_down(&b, how);
}

/*
 * Then whoever was there before us. What the code itself has brought about
 * happens again when this returns, at the very instruction; what somebody has
 * sent has to be sent again.
 */
static void on_crash(int number, siginfo_t *info, void *context)
{
    for (size_t i = 0; i < SIGNAL_COUNT; i++)
        if (signals[i].number == number) {
            report(signals[i].name);
            sigaction(number, &before[i], NULL);
        }
    if (info->si_code <= 0)
        raise(number);
}

#ifdef __SANITIZE_ADDRESS__
void __sanitizer_set_death_callback(void (*callback)(void));

/* A report that no signal has come with; at the end of the process it may be
 * one of leaks. */
static void on_death(void)
{
    if (blame_current.running)
        report("a sanitizer's report");
}
#endif

void blame_install(void)
{
    struct sigaction action = {.sa_sigaction = on_crash,
                               .sa_flags =
                                   SA_SIGINFO | SA_ONSTACK | SA_RESETHAND};

    server = getpid();
    blame_thread();
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < SIGNAL_COUNT; i++)
        sigaction(signals[i].number, &action, &before[i]);
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_set_death_callback(on_death);
#endif
}

void blame_thread(void)
{
    static _Thread_local char stack[STACK_SIZE];
    stack_t mine = {.ss_sp = stack, .ss_size = sizeof(stack)};
    stack_t there;

    /* A sanitizer has one of its own, which it wants back. */
    if (sigaltstack(NULL, &there) == 0 && (there.ss_flags & SS_DISABLE))
        sigaltstack(&mine, NULL);
}
