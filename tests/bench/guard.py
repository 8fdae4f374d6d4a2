#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Whether a message costs more instructions than it did; TAP, and no clock.

    tests/bench/guard.py BUILD             compares with baseline.json
    tests/bench/guard.py BUILD --update    writes that anew

BUILD is a release build; it is made where there is none. What the counts
depend on, and how much, stands in README.md.
"""

import argparse
import json
import os
import pathlib
import platform
import shlex
import shutil
import subprocess
import sys

from count import instructions_a_message
from scenarios import label
from servers import ROOT, Failure

sys.path.insert(0, str(ROOT / "tests" / "install"))
import release  # pylint: disable=wrong-import-position

BASELINE = ROOT / "tests" / "bench" / "baseline.json"
SCENARIOS = [("echo", 1, 1, 32), ("echo", 1, 1, 1024), ("ack", 1, 1, 32),
             ("bcast", 100, 1, 32), ("poll", 1, 1, 32)]
TARGETS = ["mortise", "plugins/echo/echo.so", "tests/bench/bench-load"]
# Percent, for what the baseline was made with, and for anything else.
MARGIN, WIDE_MARGIN = 5, 20


def compiler(build):
    """The one of this build, like gcc 12.2.0."""
    commands = json.loads((build / "compile_commands.json").read_text())
    words = [word for word in shlex.split(commands[0]["command"])
             if pathlib.Path(word).name != "ccache"]

    def says(option):
        return subprocess.run([words[0], option], capture_output=True,
                              text=True, check=True).stdout.strip()

    if "clang" in says("--version"):
        return f"clang {says('-dumpversion')}"
    return f"gcc {says('-dumpfullversion')}"


def conditions(build):
    """What else the counts depend on, besides the sources."""
    flags = pathlib.Path("/proc/cpuinfo").read_text().split()
    return {"compiler": compiler(build),
            "libc": os.confstr("CS_GNU_LIBC_VERSION"),
            "machine": platform.machine(),
            "avx2": "avx2" in flags}


def is_release(build):
    path = build / "meson-info" / "intro-buildoptions.json"
    values = {o["name"]: o["value"] for o in json.loads(path.read_text())}
    return values["buildtype"] == "release" and values["b_sanitize"] == "none"


def judge(name, count, known, margin, advice):
    """A line for one scenario; whether it is good, and what to say of it."""
    if known is None:
        return False, f"{name}: not in the baseline; {advice}"
    percent = 100 * (count / known - 1)
    text = (f"{name}: {count:,.0f} instructions a message, "
            f"{percent:+.1f} % of {known:,}")
    if percent > margin:
        return False, f"{text}; at most +{margin} %. If that is meant: {advice}"
    if percent < -margin:
        return True, f"{text}\n# note: {name}: {-percent:.0f} % less than " \
                     f"the baseline, which wants an update: {advice}"
    return True, text


def check(build):
    """Prints TAP; how many failed."""
    baseline = json.loads(BASELINE.read_text())
    here = conditions(build)
    other = [f"{key} {here[key]}, not {value}"
             for key, value in baseline["conditions"].items()
             if here.get(key) != value]
    margin = WIDE_MARGIN if other else MARGIN
    advice = f"tests/bench/guard.py {os.path.relpath(build)} --update"
    if other:
        print(f"# note: the margin is {margin} % here: {'; '.join(other)}")
    failed = 0
    print(f"1..{len(SCENARIOS)}")
    for number, scenario in enumerate(SCENARIOS, 1):
        name = label(scenario)
        good, text = judge(name, instructions_a_message(build, scenario),
                           baseline["instructions"].get(name), margin, advice)
        print(f"{'ok' if good else 'not ok'} {number} - {text}", flush=True)
        failed += not good
    return failed


def update(build):
    counts = {label(scenario): round(instructions_a_message(build, scenario))
              for scenario in SCENARIOS}
    BASELINE.write_text(json.dumps(
        {"conditions": conditions(build), "instructions": counts},
        indent=2) + "\n")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    if shutil.which("valgrind") is None:
        print("1..1\nok 1 - instructions a message # SKIP no valgrind")
        return 0
    build = options.build.resolve()
    status, why = release.make(build, *TARGETS)
    if status != 0 or not is_release(build):
        print(f"not ok 1 - a release build\n{why}")
        return 1
    try:
        if options.update:
            update(build)
            return 0
        return 1 if check(build) > 0 else 0
    except Failure as failure:
        print(f"Bail out! {failure}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
