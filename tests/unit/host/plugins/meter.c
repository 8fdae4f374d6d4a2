/* SPDX-License-Identifier: MIT */
/* Counts what it is told to, of every kind. */
#include <math.h>
#include <stdio.h>

#include <mortise/metrics.h>

#define SAY(...) mortise_log(MORTISE_INFO, __VA_ARGS__)

static mortise_metric counter, gauge, histogram;
static const double bounds[] = {0.1, 1, 10};

static void on_count(mortise_socket from, const mortise_event *event)
{
    double by = mortise_number(mortise_arg(event, 0), 1);
    const int results[] = {
        mortise_metric_add(counter, by),       mortise_metric_add(gauge, by),
        mortise_metric_observe(histogram, by), mortise_metric_set(gauge, by),
        mortise_metric_set(counter, 1),        mortise_metric_add(histogram, 1),
        mortise_metric_observe(gauge, 1),      mortise_metric_add(0, 1),
        mortise_metric_add(counter, NAN),
    };
    SAY("%d %d %d %d, %d %d %d %d %d", results[0], results[1], results[2],
        results[3], results[4], results[5], results[6], results[7], results[8]);
    mortise_ack(event, "");
}

static void on_wrong(mortise_socket from, const mortise_event *event)
{
    static const double down[] = {2, 1};
    char name[32];
    int made = 0;
    SAY("same %d", mortise_counter("events_total", "again") == counter);
    SAY("wrong %d",
        mortise_gauge("events_total", "") != 0 ||
            mortise_gauge("Upper", "") != 0 || mortise_gauge("", "") != 0 ||
            mortise_gauge(NULL, "") != 0 || mortise_gauge("a", "\xff") != 0 ||
            mortise_histogram("b", "", down, 2) != 0 ||
            mortise_histogram("c", "", NULL, 0) != 0);
    for (int i = 0; i < 300; i++) {
        snprintf(name, sizeof(name), "many_%d", i);
        made += mortise_gauge(name, NULL) != 0;
    }
    SAY("made %d", made);
}

static int init(mortise_value settings)
{
    counter = mortise_counter("events_total", "Two\nlines \\ one");
    gauge = mortise_gauge("level", NULL);
    histogram = mortise_histogram("seconds", "How long", bounds, 3);
    return counter && gauge && histogram ? 0 : -1;
}

static const mortise_handler handlers[] = {{"count", on_count},
                                           {"wrong", on_wrong}};

MORTISE_PLUGIN("meter", "1.0.0", .init = init,
               .handlers = MORTISE_TABLE(handlers));
