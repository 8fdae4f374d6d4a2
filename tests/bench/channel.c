/* SPDX-License-Identifier: MIT */
#include "channel.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proc.h"

static uint8_t input[512 << 10];

static void channel_watch(struct channel *channel, int op, bool writing)
{
    struct epoll_event event = {.events = EPOLLIN | (writing ? EPOLLOUT : 0u),
                                .data.ptr = channel};

    channel->waiting = writing;
    if (epoll_ctl(channel->epoll, op, channel->fd, &event) != 0)
        proc_fail("epoll_ctl: %s", strerror(errno));
}

/* The port is chosen when it connects: it need only be free for that pair. */
static void channel_bind(int fd, uint32_t from)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(from)};
    int one = 1;

    if (setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one,
                   sizeof(one)) != 0 ||
        bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
        proc_fail("coming from another address: %s", strerror(errno));
}

void channel_open(struct channel *channel, int epoll, uint32_t from,
                  uint16_t port, const struct channel_user *user, void *owner)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1;

    *channel = (struct channel){.user = user, .owner = owner, .epoll = epoll};
    channel->fd =
        socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (channel->fd < 0)
        proc_fail("socket: %s", strerror(errno));
    channel->open = true;
    if (setsockopt(channel->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) !=
        0)
        proc_fail("TCP_NODELAY: %s", strerror(errno));
    if (from != 0)
        channel_bind(channel->fd, from);
    if (connect(channel->fd, (struct sockaddr *)&address, sizeof(address)) !=
            0 &&
        errno != EINPROGRESS)
        proc_fail("connecting to port %u: %s", port, strerror(errno));
    channel_watch(channel, EPOLL_CTL_ADD, true);
}

void channel_close(struct channel *channel)
{
    if (!channel->open)
        return;
    close(channel->fd);
    bytes_free(&channel->in);
    bytes_free(&channel->out);
    channel->open = false;
    channel->ready = false;
}

void channel_send(struct channel *channel, const void *data, size_t len)
{
    ssize_t n = 0;

    if (channel->out.len == 0) {
        n = send(channel->fd, data, len, MSG_NOSIGNAL);
        if (n == (ssize_t)len)
            return;
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            proc_fail("send: %s", strerror(errno));
        if (n < 0)
            n = 0;
    }
    bytes_append(&channel->out, (const uint8_t *)data + n, len - (size_t)n);
    if (!channel->waiting)
        channel_watch(channel, EPOLL_CTL_MOD, true);
}

static void channel_connected(struct channel *channel)
{
    int error = 0;
    socklen_t len = sizeof(error);

    if (getsockopt(channel->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
        error = errno;
    if (error != 0)
        proc_fail("connect: %s", strerror(error));
    channel->ready = true;
    channel_watch(channel, EPOLL_CTL_MOD, false);
    channel->user->opened(channel);
}

static void channel_flush(struct channel *channel)
{
    ssize_t n =
        send(channel->fd, channel->out.data, channel->out.len, MSG_NOSIGNAL);

    if (n < 0 && errno != EAGAIN && errno != EINTR)
        proc_fail("send: %s", strerror(errno));
    if (n > 0)
        bytes_drop(&channel->out, (size_t)n);
    if (channel->out.len == 0)
        channel_watch(channel, EPOLL_CTL_MOD, false);
}

static void channel_read(struct channel *channel)
{
    ssize_t n = recv(channel->fd, input, sizeof(input), 0);

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n < 0 && errno != ECONNRESET)
        proc_fail("recv: %s", strerror(errno));
    if (n <= 0) {
        channel_close(channel);
        channel->user->ended(channel);
        return;
    }
    if (channel->in.len > 0) {
        size_t used;

        bytes_append(&channel->in, input, (size_t)n);
        used = channel->user->input(channel, channel->in.data, channel->in.len);
        bytes_drop(&channel->in, used);
    } else {
        size_t used = channel->user->input(channel, input, (size_t)n);

        if (used < (size_t)n)
            bytes_append(&channel->in, input + used, (size_t)n - used);
    }
}

void channel_event(struct channel *channel, uint32_t events)
{
    if (!channel->open)
        return;
    if (!channel->ready) {
        if (events & (EPOLLOUT | EPOLLERR | EPOLLHUP))
            channel_connected(channel);
        return;
    }
    if (events & EPOLLOUT && channel->out.len > 0)
        channel_flush(channel);
    if (events & (EPOLLIN | EPOLLERR | EPOLLHUP))
        channel_read(channel);
}
