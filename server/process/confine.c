/* SPDX-License-Identifier: MIT */
#include "process/confine.h"

#include "base/log.h"
#include "config/config.h"

#ifdef HAVE_SECCOMP
#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include "net/child.h"

#define REFUSE SCMP_ACT_ERRNO(EPERM)

/* Those that a kernel, a library or a processor does not have are left out. */
static const char *const refused[] = {
/* Other processes. LeakSanitizer stops its own threads with the first. */
#ifndef __SANITIZE_ADDRESS__
    "ptrace",
#endif
    "process_vm_readv", "process_vm_writev", "process_madvise", "pidfd_getfd",
    "kcmp",
    /* The kernel itself, and what holes in it were mostly found in. */
    "kexec_load", "kexec_file_load", "init_module", "finit_module",
    "delete_module", "create_module", "query_module", "get_kernel_syms", "bpf",
    "perf_event_open", "userfaultfd", "lookup_dcookie", "syslog",
    "io_uring_setup", "io_uring_enter", "io_uring_register", "vmsplice",
    "add_key", "request_key", "keyctl",
    /* File systems, and other views of them. */
    "mount", "umount", "umount2", "pivot_root", "chroot", "fsopen", "fsconfig",
    "fsmount", "fspick", "move_mount", "open_tree", "mount_setattr",
    "open_by_handle_at", "fanotify_init", "quotactl", "quotactl_fd",
    "nfsservctl", "acct", "swapon", "swapoff", "setns",
    /* The machine. */
    "reboot", "settimeofday", "clock_settime", "clock_settime64",
    "clock_adjtime", "clock_adjtime64", "adjtimex", "stime", "sethostname",
    "setdomainname", "vhangup", "iopl", "ioperm", "modify_ldt", "vm86",
    "vm86old", "personality", "pciconfig_iobase", "pciconfig_read",
    "pciconfig_write", "s390_pci_mmio_read", "s390_pci_mmio_write", "_sysctl",
    "uselib", "ustat", "sysfs"};
#define REFUSED_COUNT (sizeof(refused) / sizeof(refused[0]))

/* A rule for a call that not every processor has. */
static int refuse(scmp_filter_ctx filter, uint32_t action, const char *name,
                  unsigned count, struct scmp_arg_cmp argument)
{
    int number = seccomp_syscall_resolve_name(name);
    int error =
        number == __NR_SCMP_ERROR
            ? 0
            : seccomp_rule_add_array(filter, action, number, count, &argument);

    return error == -EDOM ? 0 : error; /* not on this processor */
}

/* New user namespaces, in which every user is root and reaches what only root
 * should. The flags of clone3() stand where no filter can look; libc, told that
 * there is none, takes clone(). */
static int refuse_namespaces(scmp_filter_ctx filter)
{
    struct scmp_arg_cmp none = {0};
    int error =
        refuse(filter, REFUSE, "clone", 1,
               SCMP_A0_64(SCMP_CMP_MASKED_EQ, CLONE_NEWUSER, CLONE_NEWUSER));

    if (error == 0)
        error = refuse(filter, SCMP_ACT_ERRNO(ENOSYS), "clone3", 0, none);
    if (error == 0) /* which a process that is being born asks for */
        error = refuse(filter, REFUSE, "unshare", 1,
                       SCMP_A0_64(SCMP_CMP_NE, CLONE_FILES));
    return error;
}

/* Sockets of other families than the internet's, this machine's, and netlink,
 * which names are looked up with. */
static int refuse_families(scmp_filter_ctx filter)
{
    const uint32_t action = SCMP_ACT_ERRNO(EAFNOSUPPORT);
    int error = refuse(filter, action, "socket", 1,
                       SCMP_A0_64(SCMP_CMP_GT, AF_NETLINK));

    for (int family = AF_INET + 1; family < AF_NETLINK && error == 0; family++)
        if (family != AF_INET6)
            error = refuse(filter, action, "socket", 1,
                           SCMP_A0_64(SCMP_CMP_EQ, (uint64_t)family));
    return error;
}

/* Reloads begin this program once more; the kernel is given its name from one
 * place, and whoever comes from elsewhere is somebody else. In the new process
 * that place is another one, so that it can begin nothing at all. */
static int refuse_programs(scmp_filter_ctx filter)
{
    struct scmp_arg_cmp none = {0};
    int error = refuse(
        filter, REFUSE, "execve", 1,
        SCMP_A0_64(SCMP_CMP_NE, (uint64_t)(uintptr_t)child_this_program));

    return error == 0 ? refuse(filter, REFUSE, "execveat", 0, none) : error;
}

static int refuse_all(scmp_filter_ctx filter, bool programs)
{
    struct scmp_arg_cmp none = {0};
    int error = 0;

    for (size_t i = 0; i < REFUSED_COUNT && error == 0; i++)
        error = refuse(filter, REFUSE, refused[i], 0, none);
    if (error == 0)
        error = refuse_namespaces(filter);
    if (error == 0)
        error = refuse_families(filter);
    return error == 0 && !programs ? refuse_programs(filter) : error;
}

/* -errno. */
static int load(bool programs)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    int error = filter ? 0 : -ENOMEM;

    /* By another processor's way of calling nothing is to be had. */
    if (error == 0)
        error = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, REFUSE);
    /* Code that waits for the processor's guesses would be in this process,
     * where all can be read anyway: nothing is to be slower for it. */
    if (error == 0)
        (void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_SSB, 1);
    if (error == 0)
        error = refuse_all(filter, programs);
    if (error == 0)
        error = seccomp_load(filter);
    seccomp_release(filter);
    return error;
}

void confine(const struct config *config)
{
    int error;

    if (!config->seccomp.enabled) {
        log_info("seccomp: off");
        return;
    }
    error = load(config->seccomp.programs);
    if (error < 0)
        log_warn("seccomp: not in effect: %s", strerror(-error));
    else
        log_info("seccomp: calls of the kernel that no plugin needs are "
                 "refused, %s",
                 config->seccomp.programs
                     ? "other programs are not"
                     : "and so are programs other than this one");
}

#else

void confine(const struct config *config)
{
    log_info("seccomp: %s",
             config->seccomp.enabled ? "this build has none" : "off");
}

#endif
