/* SPDX-License-Identifier: MIT */
#include "net/listener.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/address.h"
#include "base/error.h"
#include "base/mem.h"
#include "net/inherited.h"
#include "net/listen_address.h"
#include "net/peer_text.h"
#include "net/unix_socket.h"

/* Those that wait in the kernel; it cuts this to net.core.somaxconn. */
#define BACKLOG 4096
/* New connections must not keep the old ones waiting. */
#define ACCEPTS_PER_TURN 64
#define PAUSE_MS         100
/* How often another free port is tried when only one address has it free. */
#define PORT_TRIES  8
#define ADDRESS_MAX 8

struct listener;

struct listening {
    struct listener *listener;
    struct event event;
    int fd;
};

struct listener {
    struct loop *loop;
    const struct listener_events *events;
    void *user;
    struct timer resume;
    char *address; /* as given; NULL: adopted */
    char *path;    /* in the file system; NULL: of TCP, or adopted */
    int spare_fd;  /* given up to accept when descriptors run out */
    unsigned port;
    bool started;
    bool accepting; /* within accept_some() */
    bool gone;      /* freed meanwhile */
    unsigned count;
    struct listening listening[ADDRESS_MAX];
    char host[LISTEN_HOST_MAX + 1];
};

/* ---- Accepting ---- */

static void open_spare(struct listener *l)
{
    if (l->spare_fd < 0)
        l->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

/* Waits for connections again; tries to, as long as memory is short. */
static void resume(struct listener *l)
{
    bool waits = l->started;

    for (unsigned i = 0; i < l->count && waits; i++)
        waits = event_add(&l->listening[i].event, NULL) == 0;
    /* Cannot fail: the timer runs, or has just fired. */
    if (waits)
        timer_stop(&l->loop->timers, &l->resume);
    else
        timer_start(&l->loop->timers, &l->resume, PAUSE_MS);
}

static void on_resume(struct timer *timer)
{
    struct listener *l = CONTAINER_OF(timer, struct listener, resume);
    open_spare(l);
    resume(l);
}

/*
 * Out of descriptors or memory: the connection would stay ready and the loop
 * spin. One client is told by a close, and the rest wait for a while.
 */
static void pause_accepting(struct listener *l, int fd)
{
    if (l->spare_fd >= 0) {
        close(l->spare_fd);
        l->spare_fd = -1;
        int refused = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (refused >= 0)
            close(refused);
        open_spare(l);
    }
    /* Without memory for the timer accepting goes on, busily but correctly. */
    if (timer_start(&l->loop->timers, &l->resume, PAUSE_MS) < 0)
        return;
    for (unsigned i = 0; i < l->count; i++)
        event_del(&l->listening[i].event);
}

/* Whether accept() failed because of that connection alone (see accept(2)). */
static bool try_next(int error)
{
    return error == EINTR || error == ECONNABORTED || error == EPROTO ||
           error == ENETDOWN || error == ENOPROTOOPT || error == EHOSTDOWN ||
           error == ENONET || error == EHOSTUNREACH || error == EOPNOTSUPP ||
           error == ENETUNREACH || error == EPERM;
}

static void accept_some(struct listener *l, int listening_fd)
{
    for (int i = 0; i < ACCEPTS_PER_TURN && !l->gone; i++) {
        struct sockaddr_storage address;
        socklen_t n = sizeof(address);
        char text[INET6_ADDRSTRLEN];
        int fd = accept4(listening_fd, (struct sockaddr *)&address, &n,
                         SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd >= 0) {
            l->events->accepted(l->user, fd, peer_text(&address, text));
            continue;
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK)
            return;
        if (!try_next(errno)) {
            pause_accepting(l, listening_fd);
            return;
        }
    }
}

static void on_acceptable(evutil_socket_t fd, short what, void *user)
{
    struct listening *listening = user;
    struct listener *l = listening->listener;
    loop_update_now(l->loop);
    l->accepting = true;
    accept_some(l, fd);
    l->accepting = false;
    if (l->gone)
        mem_free(l);
}

/* ---- Binding ---- */

static int fail(struct buf *error, int result, struct str address,
                const char *why)
{
    buf_printf(error, "cannot listen on \"%.*s\": %s", STR_ARG(address), why);
    return result;
}

static void set_port(struct sockaddr *address, unsigned port)
{
    if (address->sa_family == AF_INET6)
        ((struct sockaddr_in6 *)(void *)address)->sin6_port =
            htons((uint16_t)port);
    else
        ((struct sockaddr_in *)(void *)address)->sin_port =
            htons((uint16_t)port);
}

static unsigned bound_port(int fd)
{
    struct sockaddr_storage address;
    socklen_t n = sizeof(address);
    if (getsockname(fd, (struct sockaddr *)&address, &n) != 0)
        return 0;
    if (address.ss_family == AF_INET6)
        return ntohs(((struct sockaddr_in6 *)(void *)&address)->sin6_port);
    return ntohs(((struct sockaddr_in *)(void *)&address)->sin_port);
}

static int set_shared(int fd, int on)
{
    return setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
}

/* What is accepted has this from who listens, without a call of its own: whole
 * turns are written, so that nothing is to wait for more; and a machine that
 * vanishes says nothing. Mostly a ping or a deadline finds that out; where a
 * plugin holds a request for as long as it likes the kernel asks, within two
 * minutes. */
static void tune(int fd)
{
    const int on = 1, idle = 60, apart = 15, times = 4; /* seconds */

    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    (void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
    (void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
    (void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &apart, sizeof(apart));
    (void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &times, sizeof(times));
}

/* A listening descriptor, or -1 with errno. */
static int open_listening(const struct addrinfo *info, bool beside)
{
    int on = 1;
    int fd = socket(info->ai_family,
                    info->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                    info->ai_protocol);
    if (fd < 0)
        return -1;
    tune(fd);
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
        (info->ai_family != AF_INET6 ||
         setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) == 0) &&
        (!beside || set_shared(fd, 1) == 0) &&
        bind(fd, info->ai_addr, info->ai_addrlen) == 0 &&
        listen(fd, BACKLOG) == 0 && (!beside || set_shared(fd, 0) == 0))
        return fd;
    int saved = errno;
    close(fd);
    errno = saved;
    return -1;
}

static void close_listening(struct listener *l)
{
    for (unsigned i = 0; i < l->count; i++) {
        event_del(&l->listening[i].event);
        close(l->listening[i].fd);
    }
    l->count = 0;
}

static bool add_listening(struct listener *l, int fd)
{
    struct listening *listening = &l->listening[l->count];
    listening->listener = l;
    listening->fd = fd;
    if (event_assign(&listening->event, l->loop->base, fd, EV_READ | EV_PERSIST,
                     on_acceptable, listening) != 0) {
        close(fd);
        return false;
    }
    l->count++;
    return true;
}

/* Listens on every address; 0, or the errno of the last one that failed (of
 * one that failed because another has the port, when there is one). */
static int listen_on_all(struct listener *l, struct addrinfo *infos,
                         unsigned port, bool beside)
{
    int error = 0;
    l->port = port;
    for (struct addrinfo *info = infos; info && l->count < ADDRESS_MAX;
         info = info->ai_next) {
        if (info->ai_family != AF_INET && info->ai_family != AF_INET6)
            continue;
        set_port(info->ai_addr, l->port);
        int fd = open_listening(info, beside);
        if (fd < 0) {
            if (error != EADDRINUSE)
                error = errno;
            continue;
        }
        if (l->port == 0 && (l->port = bound_port(fd)) == 0) {
            error = errno;
            close(fd); /* nobody could be told where it is */
            continue;
        }
        if (!add_listening(l, fd))
            error = ENOMEM;
    }
    return error;
}

static int resolve(struct listener *l, uint16_t port, bool beside,
                   struct buf *error)
{
    struct addrinfo hints = {.ai_flags = AI_PASSIVE,
                             .ai_socktype = SOCK_STREAM};
    struct str address = listener_address(l);
    struct addrinfo *infos = NULL;
    int result = 0;
    int last = 0;
    /* "localhost" is the loopback whatever the resolver says, and if there is
     * none (RFC 6761, 6.3); so is no host where not every address is meant. */
    bool local = str_eq_nocase(str_z(l->host), STR("localhost"));
    if (local)
        hints.ai_flags = 0;
    bool named = l->host[0] != '\0' && !local;
    /* With a host of NULL the service is needed, else it may be missing. */
    int resolved = getaddrinfo(named ? l->host : NULL, "0", &hints, &infos);
    if (resolved != 0)
        return fail(error, ERR_IO, address, gai_strerror(resolved));
    for (int i = 0; i < PORT_TRIES; i++) {
        close_listening(l);
        last = listen_on_all(l, infos, port, beside);
        if (port != 0 || last != EADDRINUSE)
            break;
    }
    if (l->count == 0)
        result = fail(error, last == ENOMEM ? ERR_NOMEM : ERR_IO, address,
                      last == EACCES && port < 1024
                          ? "a port below 1024 is root's to open, or systemd's"
                          : strerror(last));
    freeaddrinfo(infos);
    return result;
}

/* At a path, which is its own from then on. */
static int open_path(struct listener *l, struct str path, struct buf *error)
{
    struct str address = listener_address(l);
    char *copy = mem_dupz(path.p, path.n);
    int fd = copy ? unix_socket_listen(copy, 0666) : -1;

    if (fd < 0) {
        mem_free(copy);
        return !copy ? fail(error, ERR_NOMEM, address, error_text(ERR_NOMEM))
                     : fail(error, ERR_IO, address,
                            errno == ENAMETOOLONG
                                ? "the path of a socket has at most 107 bytes"
                                : strerror(errno));
    }
    l->path = copy;
    if (!add_listening(l, fd))
        return fail(error, ERR_NOMEM, address, error_text(ERR_NOMEM));
    return 0;
}

/* On what the service manager has opened. */
static int open_inherited(struct listener *l, struct str name,
                          struct buf *error)
{
    struct str address = listener_address(l);
    int fds[ADDRESS_MAX];
    size_t n = inherited_take(name, fds, ADDRESS_MAX);
    bool added = true;

    if (n == 0)
        return fail(error, ERR_IO, address,
                    "no such socket was given to it: start mortise.socket");
    inherited_place(fds[0], l->host, &l->port);
    for (size_t i = 0; i < n; i++) {
        tune(fds[i]);
        if (added)
            added = add_listening(l, fds[i]);
        else
            close(fds[i]);
    }
    return added ? 0 : fail(error, ERR_NOMEM, address, error_text(ERR_NOMEM));
}

/* One that does not listen on anything yet. */
static struct listener *new_listener(struct loop *loop,
                                     const struct listener_events *events,
                                     void *user)
{
    struct listener *l = mem_zalloc(sizeof(*l));

    if (!l)
        return NULL;
    l->loop = loop;
    l->events = events;
    l->user = user;
    l->spare_fd = -1;
    timer_init(&l->resume, on_resume);
    /* It runs until the listener has started, so that this cannot fail. */
    if (timer_start(&loop->timers, &l->resume, PAUSE_MS) < 0) {
        mem_free(l);
        return NULL;
    }
    return l;
}

int listener_open(struct loop *loop, struct str address, bool beside,
                  const struct listener_events *events, void *user,
                  struct listener **ret_listener, struct buf *error)
{
    struct listen_address at;
    int result = listen_address_parse(address, &at);
    if (result < 0)
        return fail(error, result, address,
                    "it is not of the form " LISTEN_ADDRESSES);
    struct listener *l = new_listener(loop, events, user);
    if (!l)
        return fail(error, ERR_NOMEM, address, error_text(ERR_NOMEM));
    memcpy(l->host, at.host.n > 0 ? at.host.p : "", at.host.n);
    l->address = mem_dupz(address.p, address.n);
    if (!l->address)
        result = fail(error, ERR_NOMEM, address, error_text(ERR_NOMEM));
    else if (at.inherited)
        result = open_inherited(l, at.name, error);
    else if (at.path.n > 0)
        result = open_path(l, at.path, error);
    else
        result = resolve(l, at.port, beside, error);
    if (result < 0) {
        listener_free(l);
        return result;
    }
    open_spare(l);
    *ret_listener = l;
    return 0;
}

void listener_start(struct listener *l)
{
    l->started = true;
    resume(l);
}

int listener_new(struct loop *loop, struct str address,
                 const struct listener_events *events, void *user,
                 struct listener **ret_listener, struct buf *error)
{
    int result =
        listener_open(loop, address, false, events, user, ret_listener, error);
    if (result == 0)
        listener_start(*ret_listener);
    return result;
}

int listener_adopt(struct loop *loop, int fd,
                   const struct listener_events *events, void *user,
                   struct listener **ret_listener)
{
    struct listener *l = new_listener(loop, events, user);

    if (!l) {
        close(fd);
        return ERR_NOMEM;
    }
    if (!add_listening(l, fd)) {
        listener_free(l);
        return ERR_NOMEM;
    }
    open_spare(l);
    listener_start(l);
    *ret_listener = l;
    return 0;
}

void listener_share(const struct listener *l, bool on)
{
    for (unsigned i = 0; i < l->count; i++)
        set_shared(l->listening[i].fd, on);
}

void listener_finish(struct listener *l)
{
    for (unsigned i = 0; i < l->count && l->started; i++)
        accept_some(l, l->listening[i].fd);
}

void listener_free(struct listener *l)
{
    if (!l)
        return;
    close_listening(l);
    timer_stop(&l->loop->timers, &l->resume);
    if (l->spare_fd >= 0)
        close(l->spare_fd);
    l->spare_fd = -1;
    if (l->path)
        unix_socket_remove(l->path);
    mem_free(l->path);
    mem_free(l->address);
    l->path = NULL;
    l->address = NULL;
    l->gone = true;
    if (!l->accepting)
        mem_free(l);
}

void listener_url(const struct listener *l, struct buf *out)
{
    const char *host = l->host;
    if (l->port == 0) { /* not of TCP */
        buf_append_str(out, listener_address(l));
        return;
    }
    if (!host[0] || strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0)
        host = "localhost";
    bool brackets = strchr(host, ':') != NULL;
    struct str place = listener_address(l);
    const char *scheme =
        listen_address_cut(&place) == LISTEN_BY_TLS ? "https" : "http";
    buf_printf(out, "%s://%s%s%s:%u", scheme, brackets ? "[" : "", host,
               brackets ? "]" : "", l->port);
}

struct str listener_address(const struct listener *l)
{
    return str_z(l->address);
}

unsigned listener_port(const struct listener *l)
{
    return l->port;
}
