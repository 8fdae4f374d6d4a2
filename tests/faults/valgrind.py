#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A short session under valgrind; TAP.

    tests/faults/valgrind.py BUILD

BUILD is a release build, without sanitizers; it is made where there is none.
"""

import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "install"))
import release  # pylint: disable=wrong-import-position

PLUGINS = [f"plugins/{name}/{name}.so" for name in ("echo", "auth", "chat", "game")]


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    if shutil.which("valgrind") is None:
        print("1..1\nok 1 - a session under valgrind # SKIP no valgrind")
        return 0
    status, why = release.make(build, "mortise", *PLUGINS)
    if status != 0:
        print(f"not ok 1 - a release build\n{why}")
        return 1
    return subprocess.run(
        ["node", str(ROOT / "tests/faults/session.mjs"), "valgrind"],
        env={**os.environ, "MORTISE_BIN": str(build / "mortise")},
        check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
