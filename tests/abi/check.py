#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks what plugins are built against; prints TAP.

    tests/abi/check.py BUILD
    tests/abi/check.py BUILD --update

- The headers compile alone and together, as strict C99, C++11 and C++20; so
  do plugins that use everything in them, and the server of BUILD loads these.
- Nothing of the ABI has moved or changed its type (sdk/abi/pins), everything
  in the headers has a pin (sdk/abi/pins.py), and each way to break it is
  noticed (breaks.py). libabigail sees the same types as before (baseline.py).
- Every plugin in BUILD exports one symbol and needs nothing of the server.
- Plugins in C++ and in Rust serve a client (languages.py), and so does one that
  was built for an earlier version; what that version promised is kept
  (frozen.py).

--update writes sdk/abi/pins and sdk/abi/v1.abi as the headers are now.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import common
from common import ROOT, SDK, ok, run
import baseline
import breaks
import frozen
import languages
import symbols

STRICT = ["-pedantic", "-Wall", "-Werror", f"-I{SDK}"]
COMPILERS = [(f"{dialect}, {compiler}",
              [compiler, f"-std={dialect.lower()}", "-x", language])
             for compilers, language, dialects in (
                 (("cc", "clang"), "c", ("C99", "C17")),
                 (("c++", "clang++"), "c++", ("C++11", "C++20")))
             for compiler in compilers if shutil.which(compiler)
             for dialect in dialects]
# As plugins/meson.build has them: nothing undefined but libc.
PLUGIN = ["-shared", "-fPIC", "-fvisibility=hidden", "-Wl,-z,nodelete",
          "-Wl,-z,defs"]


def check_headers(tmp):
    names = [path.name for path in sorted((SDK / "mortise").glob("*.h"))]
    for what, includes in [
            *((f"{name} compiles alone", [name]) for name in names),
            ("all headers compile together", names),
            ("the other way around, too", reversed(names))]:
        source = tmp / "alone.c"
        source.write_text("".join(f"#include <mortise/{name}>\n"
                                  for name in includes))
        wrong = []
        for dialect, compiler in COMPILERS:
            good, said = run(*compiler, *STRICT, "-Wextra", "-fsyntax-only",
                             source)
            wrong += [] if good else [f"as {dialect}:", said]
        ok(not wrong, what, "\n".join(wrong))


def check_pins():
    wrong = "".join(common.pins_of(SDK).values())
    ok(not wrong, "nothing of the ABI has moved or changed its type", wrong)
    good, said = run(sys.executable, SDK / "abi/pins.py")
    ok(good, "every member, type and constant has a pin", said)


def check_witness(tmp, server, source):
    name = source.stem.replace("_", "-")
    for dialect, compiler in COMPILERS:
        if "C++11" in dialect:
            continue  # has no designated members, which MORTISE_PLUGIN() wants
        plugin = tmp / f"{name}.so"
        good, said = run(*compiler, *STRICT, *PLUGIN, source, "-o", plugin)
        ok(good, f"{source.name} compiles as {dialect}", said)
        if not good:
            continue
        symbols.check(plugin, f"the same as {dialect}")
        config = tmp / "config.json"
        config.write_text(json.dumps({
            "mode": "development", "pluginDir": str(tmp),
            "plugins": [{"name": name, "settings": {"returns": 0}}]}))
        good, said = run(server, "--config", config, "--check")
        ok(good, f"the server loads it as {dialect}", said)
        plugin.unlink()


def update(tmp):
    subprocess.run([sys.executable, SDK / "abi/pins.py", "--update"],
                   check=True)
    if not baseline.is_there():
        return baseline.PACKAGE
    return baseline.update(tmp)


def check(tmp, build):
    check_headers(tmp)
    check_pins()
    breaks.check(tmp)
    baseline.check(tmp)
    for source in sorted((ROOT / "tests/abi").glob("witness*.c")):
        check_witness(tmp, build / "mortise", source)
    symbols.check_build(build)
    languages.check(tmp, build / "mortise")
    frozen.check(tmp, build / "mortise")
    print(f"1..{common.count}")
    return 1 if common.failed else 0


def main():
    if len(sys.argv) < 2 or sys.argv[2:] not in ([], ["--update"]):
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory(prefix="mortise-abi-") as name:
        if sys.argv[2:]:
            return update(pathlib.Path(name))
        return check(pathlib.Path(name), pathlib.Path(sys.argv[1]).resolve())


if __name__ == "__main__":
    sys.exit(main())
