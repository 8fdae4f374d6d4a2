/* SPDX-License-Identifier: MIT */
/*
 * Asks the kernel for what no plugin needs. "try" with the name of an attempt
 * is answered with its errno, 0 if it was allowed. Its setting "init" is an
 * attempt that has its init fail unless that is allowed.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <mortise/settings.h>

extern char **environ;

static int is_bad(long result)
{
    return result < 0 ? errno : 0;
}

/* A program that ends at once. */
static int spawn(const char *path)
{
    char name[] = "x", option[] = "--version";
    char *const argv[] = {name, option, NULL};
    posix_spawn_file_actions_t quiet;
    pid_t pid;

    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null",
                                     O_WRONLY, 0);
    int error = posix_spawn(&pid, path, &quiet, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&quiet);
    if (error == 0)
        waitpid(pid, NULL, 0);
    return error;
}

static int family(int number)
{
    int fd = socket(number, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int error = is_bad(fd);

    if (fd >= 0)
        close(fd);
    return error;
}

static int through_a_pipe(void)
{
    FILE *program = popen("exit 0", "r");

    return program ? pclose(program) : errno;
}

static int attempt(const char *what)
{
    struct timeval now = {0};

    if (strcmp(what, "program") == 0)
        return spawn("/bin/true");
    if (strcmp(what, "itself") == 0)
        return spawn("/proc/self/exe");
    if (strcmp(what, "shell") == 0)
        return system("exit 0");
    if (strcmp(what, "popen") == 0)
        return through_a_pipe();
    if (strcmp(what, "mount") == 0)
        return is_bad(mount("none", "/nowhere", "tmpfs", 0, NULL));
    if (strcmp(what, "namespace") == 0)
        return is_bad(unshare(CLONE_NEWUSER));
    if (strcmp(what, "process") == 0) /* without CLONE_NEWUSER's argument */
        return is_bad(syscall(SYS_clone, CLONE_NEWUSER | CLONE_THREAD, 0));
    if (strcmp(what, "process_vm") == 0)
        return is_bad(syscall(SYS_process_vm_readv, getppid(), 0, 0, 0, 0, 0));
    if (strcmp(what, "bpf") == 0)
        return is_bad(syscall(SYS_bpf, 0, 0, 0));
    if (strcmp(what, "keyring") == 0)
        return is_bad(syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, 0, 0));
    if (strcmp(what, "module") == 0)
        return is_bad(syscall(SYS_init_module, 0, 0, ""));
    if (strcmp(what, "clock") == 0)
        return is_bad(settimeofday(&now, NULL));
    if (strcmp(what, "personality") == 0)
        return is_bad(personality(0xffffffff));
    if (strcmp(what, "ptrace") == 0)
        return is_bad(ptrace(PTRACE_PEEKUSER, getppid(), NULL, NULL));
    if (strcmp(what, "inet6") == 0)
        return family(AF_INET6);
    if (strcmp(what, "netlink") == 0)
        return family(AF_NETLINK);
    if (strcmp(what, "packet") == 0)
        return family(AF_PACKET);
    return family(AF_ALG);
}

static void on_try(mortise_socket from, const mortise_event *event)
{
    mortise_ack(event, "i", attempt(mortise_text(mortise_arg(event, 0), "")));
}

static int init(mortise_value settings)
{
    const char *what = mortise_setting_text(settings, "init", "");
    int error = what[0] ? attempt(what) : 0;

    if (error != 0)
        mortise_log(MORTISE_ERROR, "%s: %s", what, strerror(error));
    return error;
}

static const mortise_handler handlers[] = {
    {"try", on_try},
};

MORTISE_PLUGIN("captive", "1.0.0", .init = init,
               .handlers = MORTISE_TABLE(handlers));
