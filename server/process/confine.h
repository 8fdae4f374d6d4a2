/* SPDX-License-Identifier: MIT */
/*
 * What this process, and all that it begins, can no longer ask of the kernel
 * (seccomp(2)): calls that no server and no plugin needs, and, unless the
 * configuration says otherwise, any other program than this one. They fail
 * with EPERM; nobody is killed.
 *
 * It is a list of what is refused, not of what is allowed, for plugins are
 * anybody's. It is no wall around a plugin, which is in this process with all
 * that is in it; it takes from whoever gets in by a hole the usual next steps:
 * a shell, a hole in the kernel, the other processes of this user.
 */
#ifndef MORTISE_PROCESS_CONFINE_H
#define MORTISE_PROCESS_CONFINE_H

struct config;

/*
 * As the configuration says, for good. To be called before plugins are loaded,
 * and before there are threads. Says in the log what holds from then on, and
 * why where nothing does.
 */
void confine(const struct config *config);

#endif
