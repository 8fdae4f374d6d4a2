/* SPDX-License-Identifier: MIT */
#include "process/privileges.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "base/mem.h"

static bool kept; /* the right to open ports below 1024 */

void privileges_fix(void)
{
    /* Kernels before 3.5 have none of it; nothing else can fail. */
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

/* Has these capabilities and no others. */
static int set_capabilities(uint32_t which)
{
    struct __user_cap_header_struct header = {.version =
                                                  _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {
        {.effective = which, .permitted = which}};

    return (int)syscall(SYS_capset, &header, data);
}

/* Whether root is out of reach. */
static bool is_final(uid_t uid, gid_t gid)
{
    uid_t real, effective, saved;
    gid_t real_group, effective_group, saved_group;

    return getresuid(&real, &effective, &saved) == 0 &&
           getresgid(&real_group, &effective_group, &saved_group) == 0 &&
           real == uid && effective == uid && saved == uid &&
           real_group == gid && effective_group == gid && saved_group == gid &&
           setuid(0) < 0;
}

static int become(const struct passwd *user)
{
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0 ||
        initgroups(user->pw_name, user->pw_gid) < 0 ||
        setresgid(user->pw_gid, user->pw_gid, user->pw_gid) < 0 ||
        setresuid(user->pw_uid, user->pw_uid, user->pw_uid) < 0 ||
        set_capabilities(1u << CAP_NET_BIND_SERVICE) < 0)
        return ERR_DENIED;
    kept = true;
    errno = EPERM;
    if (!is_final(user->pw_uid, user->pw_gid))
        return ERR_DENIED;
    /* As if that user had started it: a crash leaves a core file. */
    (void)prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    return 0;
}

int privileges_become(struct str name, struct buf *why)
{
    char *z = mem_dupz(name.p, name.n);
    const struct passwd *user = z ? getpwnam(z) : NULL;
    const char *text = NULL;

    mem_free(z);
    if (!user)
        text = "there is no such user";
    else if (user->pw_uid == 0)
        text = "root is nobody to become";
    else if (geteuid() != user->pw_uid && geteuid() != 0)
        text = "only root can become another user";
    else if (geteuid() == 0 && become(user) < 0)
        text = strerror(errno);
    if (!text)
        return 0;
    buf_printf(why, "user \"%.*s\": %s\n", STR_ARG(name), text);
    return ERR_DENIED;
}

void privileges_drop(void)
{
    if (kept && set_capabilities(0) < 0)
        log_warn("the right to open ports below 1024 cannot be given up: %s",
                 strerror(errno));
    kept = false;
}
