/* SPDX-License-Identifier: MIT */
/* The host's side of the headers beside mortise/plugin.h: a table each, listed
 * in extensions.c under the name by which plugins ask for it. */
#ifndef MORTISE_HOST_EXTENSIONS_H
#define MORTISE_HOST_EXTENSIONS_H

struct extension {
    const char *id;
    const void *table;
};
/* All of them; the id behind the last is NULL. */
extern const struct extension host_extensions[];

extern const struct mortise_commands_table ext_commands;
extern const struct mortise_contract_table ext_contract;
extern const struct mortise_http_table ext_http;
extern const struct mortise_identity_table ext_identity;
extern const struct mortise_jobs_table ext_jobs;
extern const struct mortise_log_table ext_log;
extern const struct mortise_memory_table ext_memory;
extern const struct mortise_metrics_table ext_metrics;
extern const struct mortise_services_table ext_services;
extern const struct mortise_settings_table ext_settings;
extern const struct mortise_sockets_table ext_sockets;
extern const struct mortise_values_table ext_values;
extern const struct mortise_state_table ext_state;

#endif
