#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures Mortise against the floor, in one run; see README.md."""

import argparse
import json
import pathlib
import resource
import sys

import goals
from measure import Bench, median, ratio, write_json
from scenarios import ALL, PROOF, QUICK, label
from servers import ROOT, Failure


def number(value):
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def print_row(title, figures, key):
    """Every server's figure, and what it is to the first one's."""
    first, *others = figures.values()
    cells = [f"{number(median(first, key)):>10}"]
    cells += [f"{number(median(rounds, key)):>10} "
              f"{ratio(rounds, first, key):>7.2f}" for rounds in others]
    print(f"{title:<26}" + "".join(cells), flush=True)


def print_head(names):
    cells = [f"{names[0][:9]:>10}"]
    cells += [f"{name[:9]:>10} {'ratio':>7}" for name in names[1:]]
    print(f"{'us of CPU a message':<26}" + "".join(cells))


def print_figures(scenario, figures):
    title = label(scenario)
    if scenario[0] == "idle":
        print_row(f"connect c{scenario[1]}", figures, "us_per_message")
        print_row(f"idle c{scenario[1]} (bytes each)", figures,
                  "bytes_per_connection")
    else:
        print_row(title, figures, "us_per_message")


def measure_all(bench, scenarios):
    everything = []
    print_head([server.name for server in bench.servers])
    for scenario in scenarios:
        figures = bench.measure(scenario)
        print_figures(scenario, figures)
        everything.append({"scenario": label(scenario), "rounds": figures})
    return everything


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
    if any(server.name == "mortise" for server in bench.servers):
        failed += goals.prove(bench)
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
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--goal", metavar="TEXT", default="",
                      help="rows of the table of goals whose name has this")
    what.add_argument("--all", action="store_true",
                      help="every scenario, instead of the goals")
    what.add_argument("--only", metavar="TEXT",
                      help="scenarios whose name contains this")
    what.add_argument("--quick", action="store_true",
                      help="a handful of scenarios, under 30 seconds")
    what.add_argument("--prove", action="store_true",
                      help="check the answers only; times nothing")
    parser.add_argument("--servers", default="floor,mortise",
                        help="which to run (floor,mortise); the first is "
                             "what the ratios refer to")
    parser.add_argument("--peers", action="store_true",
                        help="socket.io on Node too")
    parser.add_argument("--peer", nargs=2, action="append", default=[],
                        metavar=("CMD", "PORT"),
                        help="another server, which CMD starts on PORT; "
                             "{port} in CMD becomes it")
    parser.add_argument("--rounds", type=int, help="rounds of each (11)")
    parser.add_argument("--seconds", type=float,
                        help="measured in a round (0.5)")
    parser.add_argument("--warmup", type=float,
                        help="seconds before that (0.15)")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE",
                        help="write all figures of all rounds there")
    options = parser.parse_args()
    options.build = options.build.resolve()
    quick = options.quick
    options.rounds = options.rounds or (3 if quick else 11)
    options.seconds = options.seconds or (0.35 if quick else 0.5)
    if options.warmup is None:
        options.warmup = 0.1 if quick else 0.15
    return options


def scenarios_of(options):
    """The chosen ones, idle ones no larger than the descriptors allow."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    for name, connections, inflight, size in (
            QUICK if options.quick else ALL):
        scenario = (name, min(connections, max(hard - 200, 1)), inflight, size)
        if (options.only or "") in label(scenario):
            yield scenario


def main():
    options = read_options()
    try:
        bench = Bench(options)
        if options.prove:
            return 1 if prove_all(bench) > 0 else 0
        warn_of_slow_build(options.build)
        if options.all or options.quick or options.only is not None:
            figures = measure_all(bench, scenarios_of(options))
        else:
            figures = goals.measure_all(bench, options.goal)
        if options.json:
            write_json(options.json, figures)
    except Failure as failure:
        print(f"run.py: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
