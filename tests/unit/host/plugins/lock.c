/* SPDX-License-Identifier: MIT */
/* Holds what only one can hold: a port, if its settings name one. Its setting
 * "acquire" is what it says instead of trying. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <mortise/state.h>

#define SAY(...) mortise_log(MORTISE_INFO, __VA_ARGS__)

static int64_t port, result;
static int fd = -1;

static int acquire(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port)};

    SAY("acquire");
    if (result != 0 || port == 0)
        return (int)result;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 &&
        bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
        listen(fd, 1) == 0)
        return 0;
    if (fd >= 0)
        close(fd);
    fd = -1;
    return -1;
}

static void release(void)
{
    SAY("release");
    if (fd >= 0)
        close(fd);
    fd = -1;
}

static const mortise_state state =
    MORTISE_STATE(.acquire = acquire, .release = release);

static int init(mortise_value settings)
{
    port = mortise_int(mortise_get(settings, "port"), 0);
    result = mortise_int(mortise_get(settings, "acquire"), 0);
    return 0;
}

static void on_holds(mortise_socket from, const mortise_event *event)
{
    mortise_ack(event, "b", fd >= 0);
}

static const mortise_handler handlers[] = {{"holds", on_holds}};

MORTISE_PLUGIN("lock", "1.0.0", .init = init, .state = &state,
               .handlers = MORTISE_TABLE(handlers));
