/* SPDX-License-Identifier: MIT */
/*
 * What a generation has registered in its init, beyond the tables of its
 * descriptor: rows of the headers beside mortise/plugin.h, copied. Like those
 * tables they hold pointers into plugin code, and never change after init.
 */
#ifndef MORTISE_HOST_REGISTRATIONS_H
#define MORTISE_HOST_REGISTRATIONS_H

#include <mortise/commands.h>
#include <mortise/http.h>
#include <mortise/jobs.h>
#include <mortise/services.h>

struct generation;

#define SERVICE_NAME_MAX 64

struct registrations {
    mortise_route *routes;
    uint32_t route_count;
    mortise_job_kind *jobs;
    uint32_t job_count;
    mortise_service *services;
    uint32_t service_count;
    mortise_command *commands;
    uint32_t command_count;
};

/* The rows; the struct itself is embedded in its generation. */
void registrations_free(struct registrations *r);

/*
 * Takes the rows of one array that `call` was given: row_size is the caller's
 * size of a row, own_size ours, row_min that of the first release. They are
 * copied to *rows, which has to be NULL still. Names the plugin in the log
 * when it cannot be: ERR_INVAL (not in init, or a second time), ERR_SYNTAX,
 * ERR_NOMEM.
 */
int registrations_take(const struct generation *g, const char *call,
                       const void *from, uint32_t count, uint32_t row_size,
                       uint32_t own_size, uint32_t row_min, void **rows,
                       uint32_t *ret_count);

#endif
