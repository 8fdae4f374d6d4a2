# SPDX-License-Identifier: MIT
"""What the parts of the suite share: TAP, and running compilers."""

import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SDK = ROOT / "sdk"
ENTRY = "mortise_plugin_entry_v1"
DEADLINE = 60

sys.path.insert(0, str(SDK / "abi"))
# What compilers say is looked at, so they say it in English.
os.environ["LC_ALL"] = "C.UTF-8"

count = 0
failed = 0


def ok(good, what, details=""):
    global count, failed
    count += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {count} - {what}")
    if not good:
        for line in details.strip().splitlines()[:30]:
            print(f"  # {line}")


def skip(what, why):
    global count
    count += 1
    print(f"ok {count} - {what} # SKIP {why}")


def status(*command, **options):
    """(exit status, what it printed); -1 when it could not be run."""
    try:
        done = subprocess.run([str(part) for part in command], text=True,
                              capture_output=True, timeout=DEADLINE, **options)
        return done.returncode, done.stdout + done.stderr
    except (OSError, subprocess.TimeoutExpired) as error:
        return -1, str(error)


def run(*command, **options):
    """Whether it succeeded, and what it printed."""
    code, said = status(*command, **options)
    return code == 0, said


def pins_of(sdk):
    """Compiles the pins of each header of an SDK: {header: what is said}."""
    return {path.stem: compile_pins(sdk, path.stem)
            for path in sorted((sdk / "abi/pins").glob("*.c"))}


def compile_pins(sdk, header):
    """What the compiler has to say about the pins of one header."""
    good, said = run("cc", "-std=gnu11", "-Wall", "-Werror", f"-I{sdk}",
                     "-fsyntax-only", sdk / f"abi/pins/{header}.c")
    return said if not good else ""
