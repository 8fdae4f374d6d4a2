/* SPDX-License-Identifier: MIT */
/* The pins of mortise/services.h, written by ../pins.py. */
#include "../pins.h"
#include <mortise/services.h>

/* clang-format off */

PIN_ID(services, "mortise.services/1");

PIN_TYPE(mortise_asked, struct mortise_asked);
PIN_TYPE(mortise_serve, value (const struct mortise_asked *));
PIN_TYPE(mortise_service, struct mortise_service);

PIN_SIZE_MIN(struct mortise_asked, 32);
PIN(struct mortise_asked, size, 0, uint32_t);
PIN(struct mortise_asked, version, 4, uint32_t);
PIN(struct mortise_asked, name, 8, const char *);
PIN(struct mortise_asked, plugin, 16, const char *);
PIN(struct mortise_asked, args, 24, value);

PIN_SIZE_MIN(struct mortise_service, 24);
PIN(struct mortise_service, name, 0, const char *);
PIN(struct mortise_service, version, 8, uint32_t);
PIN(struct mortise_service, serve, 16, value (*)(const struct mortise_asked *));

PIN_SIZE_MIN(struct mortise_services_table, 32);
PIN(struct mortise_services_table, size, 0, uint32_t);
PIN(struct mortise_services_table, offer, 8,
    int (*)(host, const struct mortise_service *, uint32_t, uint32_t));
PIN(struct mortise_services_table, ask, 16,
    int (*)(host, const struct mortise_value_ **, const char *, uint32_t,
    const char *, ...));
PIN(struct mortise_services_table, make, 24,
    value (*)(host, const char *, ...));
