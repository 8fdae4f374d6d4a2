#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures Mortise against the floor, in one run; see README.md."""

import argparse
import json
import os
import pathlib
import resource
import statistics
import sys

from servers import (ROOT, Failure, floor_server, label, load, mortise_server,
                     peer_server)

# name, connections, messages in flight on each, bytes of payload
SCENARIOS = [
    ("echo", 1, 1, 32),
    ("echo", 100, 1, 32),
    ("echo", 100, 1, 1024),
    ("echo", 100, 1, 16384),
    ("echo", 100, 16, 32),
    ("echo", 100, 16, 1024),
    ("echo", 100, 16, 16384),
    ("echo", 1000, 1, 32),
    ("obj", 100, 1, 1024),
    ("ack", 100, 1, 32),
    ("ack", 100, 16, 32),
    ("bcast", 1000, 1, 32),
    ("bin", 100, 1, 1024),
    ("bin", 100, 16, 1024),
    ("poll", 100, 1, 32),
    ("poll", 100, 16, 32),
    ("churn", 32, 1, 32),
    ("idle", 10000, 1, 32),
]
QUICK = [
    ("echo", 100, 1, 32),
    ("echo", 100, 16, 1024),
    ("ack", 100, 1, 32),
    ("bcast", 1000, 1, 32),
    ("poll", 100, 1, 32),
]
# Small enough for a debug build, and every way a message can go.
PROOF = [
    ("echo", 20, 1, 32),
    ("echo", 20, 16, 16384),
    ("echo", 2, 2, 70000),
    ("obj", 20, 4, 1024),
    ("ack", 20, 16, 32),
    ("bcast", 20, 4, 32),
    ("bin", 20, 4, 1024),
    ("poll", 20, 1, 32),
    ("poll", 20, 16, 1024),
    ("churn", 8, 1, 32),
    ("idle", 50, 1, 32),
]


class Bench:
    def __init__(self, options):
        cores = sorted(os.sched_getaffinity(0))
        pinned = len(cores) > 1
        if not pinned:
            print("note: only one core; server and client share it",
                  file=sys.stderr)
        self.options = options
        self.server_core = cores[0] if pinned else None
        self.load_core = cores[1] if pinned else None
        self.servers = list(self.make_servers())

    def make_servers(self):
        mortise = self.options.build / "mortise"
        chosen = self.options.servers.split(",")
        unknown = set(chosen) - {"floor", "mortise"}
        if unknown:
            raise Failure(f"no such server: {', '.join(sorted(unknown))}")
        if "floor" in chosen:
            yield floor_server(self.options.build)
        if "mortise" in chosen:
            if not mortise.exists():
                raise Failure(f"{mortise} is not built "
                              "(--servers floor does without)")
            yield mortise_server(self.options.build)
        for command, port in self.options.peer:
            yield peer_server(command, port)

    def load(self, server, scenario, *extra):
        """One run of the load client: its figures."""
        return load(self.options.build, server, scenario,
                    "--pid", str(server.process.pid), *extra,
                    core=self.load_core)

    def prove(self, server, scenario):
        """A few messages, numbered where the server really echoes."""
        extra = ["--vary"] if server.echoes else []
        return self.load(server, scenario, "--warmup", "0", "--seconds", "5",
                         "--messages", "500", *extra)

    def measure(self, scenario):
        """Rounds in turn, on processes of this scenario's own; idle memory is
        a matter of a process's history, so it gets a new one every round."""
        idle = scenario[0] == "idle"
        rounds = min(self.options.rounds, 3) if idle else self.options.rounds
        figures = {server.name: [] for server in self.servers}
        try:
            for server in self.servers:
                server.start(self.server_core)
                if not idle:
                    self.prove(server, scenario)
            for number in range(rounds):
                for server in self.servers:
                    if idle and number > 0:
                        server.stop()
                        server.start(self.server_core)
                    figures[server.name].append(self.load(
                        server, scenario,
                        "--warmup", str(self.options.warmup),
                        "--seconds", str(self.options.seconds)))
        finally:
            for server in self.servers:
                server.stop()
        return figures


def median(rounds, key):
    return statistics.median(figures[key] for figures in rounds)


def number(value):
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def print_row(title, values):
    """Every server's figure, and what it is to the first one's."""
    cells = [f"{number(values[0]):>10}"]
    for value in values[1:]:
        ratio = f"{value / values[0]:.2f}" if values[0] > 0 else "-"
        cells.append(f"{number(value):>10} {ratio:>7}")
    print(f"{title:<26}" + "".join(cells), flush=True)


def print_head(names):
    cells = [f"{names[0][:9]:>10}"]
    cells += [f"{name[:9]:>10} {'ratio':>7}" for name in names[1:]]
    print(f"{'us of CPU a message':<26}" + "".join(cells))


def print_figures(scenario, names, figures):
    us = [median(figures[name], "us_per_message") for name in names]
    title = label(scenario)
    if scenario[0] == "idle":
        print_row(f"connect c{scenario[1]}", us)
        print_row(f"idle c{scenario[1]} (bytes each)", [
            median(figures[name], "bytes_per_connection") for name in names])
    else:
        print_row(title, us)


def measure_all(bench, scenarios):
    names = [server.name for server in bench.servers]
    everything = []
    print_head(names)
    for scenario in scenarios:
        figures = bench.measure(scenario)
        print_figures(scenario, names, figures)
        everything.append({"scenario": label(scenario), "rounds": figures})
    if bench.options.json:
        bench.options.json.write_text(json.dumps(everything, indent=1) + "\n")


def prove_all(bench):
    """Every scenario on every server, by its answers, not by its speed."""
    failed = 0
    for server in bench.servers:
        try:
            server.start(None)
            for scenario in PROOF:
                bench.prove(server, scenario)
                print(f"ok - {server.name}: {label(scenario)}", flush=True)
            if not server.echoes:
                failed += prove_vigilance(bench, server)
        except Failure as failure:
            print(f"not ok - {failure}")
            failed += 1
        finally:
            server.stop()
    return failed


def prove_vigilance(bench, server):
    """The floor answers numbered messages with the wrong numbers, and the
    load client has to say so."""
    server.echoes = True
    try:
        bench.prove(server, PROOF[0])
    except Failure as failure:
        if "not the answer expected" in str(failure):
            print("ok - a wrong answer is noticed")
            return 0
        raise
    finally:
        server.echoes = False
    print("not ok - a wrong answer passed")
    return 1


def warn_of_slow_build(build):
    path = build / "meson-info" / "intro-buildoptions.json"
    if not path.exists():
        return
    values = {o["name"]: o["value"] for o in json.loads(path.read_text())}
    if values.get("buildtype") != "release" or \
            values.get("b_sanitize") != "none":
        print(f"note: {build} is not a plain release build; "
              "its figures say little", file=sys.stderr)


def read_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build",
                        help="the build directory (build)")
    parser.add_argument("--quick", action="store_true",
                        help="a handful of scenarios, under 30 seconds")
    parser.add_argument("--prove", action="store_true",
                        help="check the answers only; times nothing")
    parser.add_argument("--only", metavar="TEXT", default="",
                        help="scenarios whose name contains this")
    parser.add_argument("--servers", default="floor,mortise",
                        help="which to run (floor,mortise); the first is "
                             "what the ratios refer to")
    parser.add_argument("--peer", nargs=2, action="append", default=[],
                        metavar=("CMD", "PORT"),
                        help="another server, which CMD starts on PORT; "
                             "{port} in CMD becomes it")
    parser.add_argument("--rounds", type=int, help="rounds of each (5)")
    parser.add_argument("--seconds", type=float,
                        help="measured in a round (1)")
    parser.add_argument("--warmup", type=float,
                        help="seconds before that (0.3)")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE",
                        help="write all figures of all rounds there")
    options = parser.parse_args()
    options.build = options.build.resolve()
    quick = options.quick
    if options.rounds is None:
        options.rounds = 3 if quick else 5
    if options.seconds is None:
        options.seconds = 0.35 if quick else 1.0
    if options.warmup is None:
        options.warmup = 0.1 if quick else 0.3
    if options.rounds < 1:
        parser.error("--rounds is at least 1")
    return options


def scenarios_of(options):
    """The chosen ones, idle ones no larger than the descriptors allow."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    for name, connections, inflight, size in (
            QUICK if options.quick else SCENARIOS):
        scenario = (name, min(connections, max(hard - 200, 1)), inflight, size)
        if options.only in label(scenario):
            yield scenario


def main():
    options = read_options()
    try:
        bench = Bench(options)
        if options.prove:
            return 1 if prove_all(bench) > 0 else 0
        warn_of_slow_build(options.build)
        measure_all(bench, scenarios_of(options))
    except Failure as failure:
        print(f"run.py: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
