/* SPDX-License-Identifier: MIT */
/*
 * The load client's command line: runs one scenario against a server on the
 * loopback and prints what it cost, as one line of JSON.
 */
#include <arpa/inet.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "proc.h"
#include "run.h"

enum { CONNECTIONS_MAX = 20000 };

static const char usage[] =
    "usage: bench-load SCENARIO --port PORT [options]\n"
    "scenarios: echo obj ack bin poll bcast churn idle hold\n"
    "  --port PORT        the server's port on 127.0.0.1\n"
    "  --pid PID          the server's process, to measure what it spends\n"
    "  --connections N    clients (1)\n"
    "  --inflight N       messages unanswered on each (1)\n"
    "  --from ADDRESS     the clients come from this IPv4 address\n"
    "  --addresses N      and from those behind it, so many in all (1)\n"
    "  --size BYTES       payload (32)\n"
    "  --entry PACKET     an event that every client says first, like\n"
    "                     420[\"join\",\"bench\"]; it waits for the "
    "acknowledgement\n"
    "  --vary             number every message: proves a real echo\n"
    "  --warmup SECONDS   before measuring (0.3)\n"
    "  --seconds SECONDS  measuring, at most (1)\n"
    "  --messages N       measured messages, at most (no limit)\n"
    "  --limit SECONDS    for everything, then it fails (60)\n";

static double number(const char *option, const char *text, double min,
                     double max)
{
    char *end;
    double value = strtod(text, &end);

    if (end == text || *end != '\0' || !(value >= min && value <= max))
        proc_fail("--%s: %s is not a number from %.0f to %.0f", option, text,
                  min, max);
    return value;
}

static uint32_t address(const char *text)
{
    struct in_addr address;

    if (inet_pton(AF_INET, text, &address) != 1 || address.s_addr == 0)
        proc_fail("--from: %s is no IPv4 address", text);
    return ntohl(address.s_addr);
}

static const char *entry(const char *text)
{
    if (strlen(text) > CLIENT_ENTRY_MAX)
        proc_fail("--entry: more than %d bytes", CLIENT_ENTRY_MAX);
    return text;
}

static void read_option(struct run_options *options, const char *name,
                        const char *value)
{
    if (strcmp(name, "port") == 0)
        options->port = (uint16_t)number(name, value, 1, 65535);
    else if (strcmp(name, "pid") == 0)
        options->pid = (pid_t)number(name, value, 1, 1 << 30);
    else if (strcmp(name, "connections") == 0)
        options->connections =
            (unsigned)number(name, value, 1, CONNECTIONS_MAX);
    else if (strcmp(name, "inflight") == 0)
        options->inflight = (unsigned)number(name, value, 1, RUN_INFLIGHT_MAX);
    else if (strcmp(name, "from") == 0)
        options->from = address(value);
    else if (strcmp(name, "addresses") == 0)
        options->addresses = (unsigned)number(name, value, 1, 65536);
    else if (strcmp(name, "size") == 0)
        options->size = (size_t)number(name, value, MESSAGE_SIZE_MIN,
                                       (double)MESSAGE_SIZE_MAX);
    else if (strcmp(name, "entry") == 0)
        options->entry = entry(value);
    else if (strcmp(name, "warmup") == 0)
        options->warmup = number(name, value, 0, 600);
    else if (strcmp(name, "seconds") == 0)
        options->measure = number(name, value, 0, 600);
    else if (strcmp(name, "messages") == 0)
        options->messages = (uint64_t)number(name, value, 1, 1e15);
    else if (strcmp(name, "limit") == 0)
        options->limit = number(name, value, 1, 3600);
    else
        options->vary = true;
}

static void read_options(int argc, char **argv, struct run_options *options)
{
    static const struct option names[] = {
        {"port", required_argument, NULL, 0},
        {"pid", required_argument, NULL, 0},
        {"connections", required_argument, NULL, 0},
        {"inflight", required_argument, NULL, 0},
        {"from", required_argument, NULL, 0},
        {"addresses", required_argument, NULL, 0},
        {"size", required_argument, NULL, 0},
        {"entry", required_argument, NULL, 0},
        {"vary", no_argument, NULL, 0},
        {"warmup", required_argument, NULL, 0},
        {"seconds", required_argument, NULL, 0},
        {"messages", required_argument, NULL, 0},
        {"limit", required_argument, NULL, 0},
        {NULL, 0, NULL, 0},
    };
    int index;
    int c;

    while ((c = getopt_long(argc, argv, "", names, &index)) == 0)
        read_option(options, names[index].name, optarg);
    if (c == -1 && optind == argc - 1)
        options->scenario = scenario_find(argv[optind]);
    if (options->scenario == NULL || options->port == 0) {
        fputs(usage, stderr);
        exit(2);
    }
}

static void print_result(const struct run_options *options,
                         const struct run_result *result)
{
    double messages = result->messages > 0 ? (double)result->messages : 1;

    printf("{\"scenario\":\"%s\",\"connections\":%u,\"inflight\":%u,"
           "\"size\":%zu,\"messages\":%llu,\"seconds\":%.3f,"
           "\"per_second\":%.0f",
           options->scenario->name, options->connections, options->inflight,
           options->size, (unsigned long long)result->messages, result->seconds,
           (double)result->messages / result->seconds);
    if (options->pid > 0)
        printf(",\"cpu_seconds\":%.4f,\"us_per_message\":%.4f,\"busy\":%.3f",
               result->cpu, result->cpu * 1e6 / messages,
               result->cpu / result->seconds);
    if (options->pid > 0 && options->scenario->shape == SHAPE_IDLE)
        printf(",\"bytes_per_connection\":%.0f",
               (double)result->resident / options->connections);
    printf("}\n");
}

int main(int argc, char **argv)
{
    struct run_options options = {
        .connections = 1,
        .inflight = 1,
        .addresses = 1,
        .size = MESSAGE_SIZE_MIN,
        .warmup = 0.3,
        .measure = 1,
        .limit = 60,
        .messages = UINT64_MAX,
    };
    struct run_result result;

    read_options(argc, argv, &options);
    proc_raise_descriptors();
    run_scenario(&options, &result);
    print_result(&options, &result);
    return 0;
}
