#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Counts instructions and system calls a message; no clock. See README.md."""

import argparse
import pathlib
import re
import shutil
import sys
import tempfile
import time

from scenarios import label
from servers import ROOT, Failure, load, mortise_server

# One connection, one message in flight: every message is a turn of the
# server's loop, so the counts do not depend on how fast anything is.
SCENARIOS = [
    ("echo", 1, 1, 32),
    ("echo", 1, 1, 1024),
    ("echo", 1, 1, 16384),
    ("obj", 1, 1, 1024),
    ("bin", 1, 1, 1024),
    ("ack", 1, 1, 32),
    ("bcast", 100, 1, 32),
    ("poll", 1, 1, 32),
]
# Messages of the two runs, whose difference has neither start nor end in it.
FEW, MANY = 100, 1100
# The C library copies and compares in ways of its own for each processor, and
# callgrind counts some of them by the byte. Here it has those of all of them.
ALIKE = ["env", "GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX512VL,-AVX512F,-AVX2,-AVX,"
         "-BMI2,-ERMS,-FSRM"]


def run(build, scenario, messages, before):
    server = mortise_server(build, before)
    each = scenario[1] if scenario[0] == "bcast" else 1
    try:
        server.start(None)
        load(build, server, scenario, "--warmup", "0", "--seconds", "60",
             "--messages", str(messages * each))
    finally:
        server.stop()


def instructions(build, scenario, messages):
    """What callgrind counts from the start of a server to its end."""
    with tempfile.NamedTemporaryFile("r") as out:
        run(build, scenario, messages, [
            *ALIKE, "valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
            f"--log-file={out.name}"])
        text = out.read()
    found = re.search(r"Collected : (\d+)", text)
    if found is None:
        raise Failure(f"{label(scenario)}: callgrind counted nothing\n{text}")
    return int(found.group(1))


def calls(build, scenario, messages):
    """How often which system call was made, by strace: which is not the
    server's parent (-D), and ends a little later."""
    with tempfile.NamedTemporaryFile("r") as out:
        run(build, scenario, messages, [
            "strace", "-D", "-f", "-c", "-U", "calls,name", "-o", out.name])
        deadline = time.monotonic() + 10
        text = ""
        while "total" not in text and time.monotonic() < deadline:
            time.sleep(0.02)
            out.seek(0)
            text = out.read()
    found = re.findall(r"^\s*(\d+)\s+(\w+)\s*$", text, re.M)
    return {name: int(count) for count, name in found if name != "total"}


def a_message(scenario, few, many):
    """Of the cast, one delivery is one message."""
    each = scenario[1] if scenario[0] == "bcast" else 1
    return (many - few) / (MANY - FEW) / each


def instructions_a_message(build, scenario):
    return a_message(scenario, instructions(build, scenario, FEW),
                     instructions(build, scenario, MANY))


def print_counts(build, scenario, with_calls):
    count = instructions_a_message(build, scenario)
    cells = f"{label(scenario):<20}{count:>10,.0f}"
    if with_calls:
        few = calls(build, scenario, FEW)
        many = calls(build, scenario, MANY)
        each = {name: a_message(scenario, few.get(name, 0), many[name])
                for name in many}
        cells += f"{sum(each.values()):>8.2f}   " + ", ".join(
            f"{name} {value:.2f}" for name, value in sorted(
                each.items(), key=lambda item: -item[1]) if value >= 0.005)
    print(cells, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build",
                        help="the release build (build)")
    parser.add_argument("--only", metavar="TEXT", default="",
                        help="scenarios whose name contains this")
    options = parser.parse_args()
    options.build = options.build.resolve()
    with_calls = shutil.which("strace") is not None
    try:
        print(f"{'a message':<20}{'instructions':>10}{'calls':>8}")
        for scenario in SCENARIOS:
            if options.only in label(scenario):
                print_counts(options.build, scenario, with_calls)
    except Failure as failure:
        print(f"count.py: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
