/* SPDX-License-Identifier: MIT */
/*
 * The other side of the SDK: loads plugins, knows which of them handles what,
 * and calls them.
 *
 * The host owns slots (one for each plugin of the configuration, in its
 * order), generations, the registry, and everything plugins have made:
 * timers, replies, awaited acknowledgements. One thread.
 */
#ifndef MORTISE_HOST_HOST_H
#define MORTISE_HOST_HOST_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/arena.h"
#include "base/ids.h"
#include "base/timer.h"
#include "config/config.h"
#include "host/plugin/generation.h"
#include "host/services/identities.h"
#include "host/services/jobs.h"
#include "host/lineup.h"
#include "host/services/metrics.h"
#include "host/services/orders.h"
#include "host/calling.h"
#include "host/contract/rates.h"
#include "host/services/requests.h"
#include "host/plugin/run_dir.h"
#include "host/services/settings.h"
#include "host/reload/state.h"
#include "host/value.h"
#include "socketio/socketio.h"

struct contract; /* see contract.h */

/* A plugin's place, by its name; it stays as long as the host, also when the
 * plugin has gone. */
struct plugin_slot {
    struct host *host;
    char *name;
    struct generation *current; /* NULL: it is not there */
    uint32_t generations;       /* how often it was loaded, or nearly */
    uint32_t retired;           /* of these: mapped, and not current */
    uint64_t slow_calls;        /* callbacks of HOST_SLOW_MS or more */
    uint64_t times[HOST_TIMES]; /* how many callbacks took so long */
    int64_t time;               /* that all of them took, ms */
    uint64_t events;            /* of clients, that its handlers were given */
    uint64_t refusals;          /* events that broke its contracts, or that its
                                   code has refused */
};

/* What a callback is about; `event` is what the plugin sees of it. Valid
 * until the callback returns, and only the current one is. */
struct host_call {
    mortise_event event;
    struct sio_socket *socket;        /* NULL for timers */
    const struct sio_event *incoming; /* NULL but for events of clients */
    const struct json *first;         /* argument; the others follow it */
    struct contract *contract;        /* of the event; NULL: none */
    const struct sio_answer *answers; /* to mortise_survey() */
    uint32_t answer_count;
    bool connecting; /* in CONNECTING */
    bool using;      /* in USE */
    bool refused;
    bool acked; /* or the right to it was taken */
};

/* Called in place of a plugin's entry function, where something stands between
 * plugin and host: gives the one a table and the other a descriptor. */
typedef const mortise_plugin *
host_bridge(struct generation *g, const mortise_plugin *(*entry)(mortise_host));

/* Called with what the old build of a plugin has saved (nothing: it is empty),
 * sealed, before the new one takes it over; may change it. */
typedef void host_handing_over(const struct plugin_slot *slot,
                               struct buf *state);

struct host_list;   /* a mortise_list; see format.c */
struct host_writer; /* a mortise_writer; see writers.h */

/* A value in a list that was asked for by its index. */
struct value_place {
    const struct json *first, *at; /* the list, and the value */
    uint32_t index;
};
enum { HOST_PLACES = 8 };
struct sighting; /* see outgoing.c */
struct observation;

struct host {
    pthread_t thread;                     /* the one that it lives on */
    const struct mortise_host_table *api; /* what plugins call; calls/api.h */
    struct timers *timers;
    struct sio_server *sio;
    struct plugin_slot **slots; /* of all plugins there ever were */
    uint32_t slot_count, slot_cap;
    host_bridge *bridge;             /* NULL: nothing stands there */
    host_handing_over *handing_over; /* NULL: nobody is asked */
    struct lineup *lineup;           /* what is in effect; NULL: not started */
    const struct config *config;     /* the one it was made from */
    TAILQ_HEAD(, generation)
    before;                /* those that were current once, and those
                              that never came to it */
    struct timer retiring; /* looks for those of them that may end */
    bool staging;          /* builds are being exchanged: nobody can act */
    struct run_dir run_dir;
    uint32_t max_replies; /* kept for one socket */
    uint32_t json_depth;  /* the largest that there was: what was kept under it
                             is still read */
    struct sio_builder builder;

    struct generation *current;  /* whose code is running, NULL: none */
    struct host_call *call;      /* NULL also in init and fini */
    int64_t entered;             /* when it began; clock_coarse_ms() */
    uint32_t nested;             /* services that ask services */
    uint16_t turn;               /* changes when a callback ends */
    struct arena arena;          /* until the callback returns */
    struct host_list *lists;     /* made in this callback */
    struct host_writer *writers; /* and begun, and not ended */
    struct value_place places[HOST_PLACES]; /* the latest first; values.c */
    uint32_t place_count;
    struct sio_fates fates; /* of what was emitted last */
    uint16_t fates_turn;    /* and when that was */
    bool fates_known;
    TAILQ_HEAD(, sighting) seen; /* emitted, and not yet told */
    bool telling;                /* OUTGOING is being told */
    /* Who watches (observer.h); NULL: nobody. */
    void (*observer)(void *user, const struct observation *o);
    void *observer_user;
    struct observation *observing; /* the event that is being handled */
    uint64_t observed;             /* so many things */

    uint32_t max_violations; /* of contracts, a connection and minute; 0: any */
    struct rates rates;

    struct ids plugin_timers;
    struct ids replies;
    struct ids awaited;
    struct requests requests;
    struct orders orders;
    struct identities identities;
    struct metrics metrics;
    struct settings settings;
    struct state state;
    struct jobs jobs; /* its wake is set before anything starts */
};

/* Does not load anything yet. NULL when memory runs out. */
struct host *host_new(struct timers *timers, const struct config *config);
/* Runs fini of every plugin, in reverse order. NULL is fine. */
void host_free(struct host *host);
/* In its place while jobs run that nobody waits for: of all plugins but theirs.
 * It must not be freed after that. */
void host_give_up(struct host *host);

/*
 * Loads and starts every enabled plugin: a reload (see reload.h) that finds
 * nothing there. All or nothing; on failure *why says what is wrong, a line
 * each. The configuration stays the caller's, as long as the host has it.
 */
int host_start(struct host *host, const struct config *config, struct buf *why);
/* Opens the plugins' namespaces; `sio` was made with host_sio_events. */
int host_attach(struct host *host, struct sio_server *sio);

/* The opposite, before the sio_server goes: its sockets are gone by then. */
void host_detach(struct host *host);

/* dispatch.c. To be given to sio_server_new(), with the host as user. */
extern const struct sio_events host_sio_events;
/* The Socket.IO server that the configuration asks for, with the host above
 * it; host_attach() is next. NULL when memory runs out. */
struct sio_server *host_new_sio(struct host *host, const struct config *config);

/* Everything that a plugin has made and that would call it goes. */
void host_drop_belongings(struct host *host, const struct plugin_slot *slot);

/* "plugin chat#2": how reports name a generation, as the log does. */
#define HOST_PLUGIN        "plugin %s#%u"
#define HOST_PLUGIN_ARG(g) (g)->name, (g)->number

#endif
