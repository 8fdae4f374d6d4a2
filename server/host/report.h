/* SPDX-License-Identifier: MIT */
/* What there is to know about the plugins that run, for who runs the server
 * (`mortise ctl plugins`). */
#ifndef MORTISE_HOST_REPORT_H
#define MORTISE_HOST_REPORT_H

#include "json/writer.h"

struct host;

/*
 * An array with an object for each, in the order of the configuration:
 *
 *     name, version
 *     generation   how often it was loaded
 *     since        when this build took over; ms since 1970
 *     namespaces   where it has a row, patterns as they are
 *     sockets      in these, with those that come or go
 *     events       of clients, that its handlers were given
 *     refusals     events that broke its contracts, or that its code refused
 *     slowCalls    callbacks that took too long (host/calling.h: HOST_SLOW_MS)
 *     memory       bytes that its build holds of mortise/memory.h
 *     retired      its earlier builds that are still loaded
 *
 * All that counts does so since the server has started, also across reloads;
 * the memory is that of the present build.
 */
void report_plugins(const struct host *host, struct json_writer *w);
/*
 * An array with an object for each plugin that is left out because it crashes
 * again and again (plugin/quarantine.h):
 *
 *     name
 *     since   its last crash; ms since 1970
 *     crash   what that was
 *     file    where its crashes are written down
 */
void report_left_out(const struct host *host, struct json_writer *w);
/* The members of one of these objects; `member` is its index in the line-up. */
void report_plugin(const struct host *host, uint32_t member,
                   struct json_writer *w);

#endif
