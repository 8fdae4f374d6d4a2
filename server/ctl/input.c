/* SPDX-License-Identifier: MIT */
#include "ctl/input.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/error.h"

#define PIECE 4096

static volatile sig_atomic_t caught; /* 0: no signal yet */

static void on_signal(int signal_number)
{
    caught = signal_number;
}

/* Up to the end, or in `line` mode up to the end of the first line. */
static int read_all(struct buf *input, bool line, struct buf *why)
{
    while (!caught &&
           !(line && input->n > 0 && input->p[input->n - 1] == '\n')) {
        char *to = buf_reserve(input, 1);
        if (!to) {
            buf_append_z(why, "standard input: it is too long\n");
            return input->error;
        }
        size_t room = input->cap - input->n;
        if (room > input->max - input->n)
            room = input->max - input->n;
        ssize_t n = read(STDIN_FILENO, to, room < PIECE ? room : PIECE);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            buf_printf(why, "standard input: %s\n", strerror(errno));
            return ERR_IO;
        }
        if (n == 0)
            break;
        buf_commit(input, (size_t)n);
    }
    return 0;
}

/* A terminal that stays without an echo is of no use to anybody, so what would
 * end this process has to wait until it has its echo back. */
static int ask(const char *what, struct buf *input, struct buf *why)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    struct sigaction before[4], action = {.sa_handler = on_signal};
    struct termios shown, hidden;

    if (tcgetattr(STDIN_FILENO, &shown) < 0)
        return ERR_IO;
    for (int i = 0; i < 4; i++)
        sigaction(signals[i], &action, &before[i]);
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    /* Before the question: whoever answers at once is not shown either. */
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    fprintf(stderr, "%s: ", what);
    int error = read_all(input, true, why);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    fputc('\n', stderr);
    for (int i = 0; i < 4; i++)
        sigaction(signals[i], &before[i], NULL);
    if (!caught)
        return error;
    /* Half a word is not to be taken for one by whoever outlives this. */
    raise(caught);
    buf_append_z(why, "it was interrupted\n");
    return ERR_CLOSED;
}

int ctl_read_input(const char *what, struct buf *input, struct buf *why)
{
    int error = isatty(STDIN_FILENO) ? ask(what, input, why)
                                     : read_all(input, false, why);

    if (error < 0)
        return error;
    if (input->n > 0 && input->p[input->n - 1] == '\n')
        input->n--;
    if (input->n > 0 && input->p[input->n - 1] == '\r')
        input->n--;
    return 0;
}
