#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks what plugins are built against; prints TAP.

    tests/abi/check.py BUILD

The headers compile alone as strict C99 and as C++20; so does a plugin that
uses all of the first one, and the server of BUILD loads both. Every plugin in
BUILD exports one symbol and needs nothing of the server. That no member of the
ABI has moved or changed its type is sdk/abi/pins.c's, which is compiled too.
"""

import ctypes
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SDK = ROOT / "sdk"
ENTRY = "mortise_plugin_entry_v0"

C99 = ["cc", "-std=c99"]
CXX = ["c++", "-std=c++20", "-x", "c++"]
STRICT = ["-pedantic", "-Wall", "-Werror", f"-I{SDK}"]
# As plugins/meson.build has them: nothing undefined but libc.
PLUGIN = ["-shared", "-fPIC", "-fvisibility=hidden", "-Wl,-z,nodelete",
          "-Wl,-z,defs"]
# What the compiler itself brings along.
RUNTIME = re.compile(r"^__(asan|ubsan|lsan|sanitizer|odr_asan|gcov)_")

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


def run(*command):
    """Whether it succeeded, and what it printed."""
    done = subprocess.run([str(c) for c in command], capture_output=True,
                          text=True)
    return done.returncode == 0, done.stdout + done.stderr


def check_headers(tmp):
    for header in sorted((SDK / "mortise").glob("*.h")):
        if header.name == "testkit.h":
            continue  # for tests, which have more than the SDK
        alone = tmp / "alone.c"
        alone.write_text(f"#include <mortise/{header.name}>\n")
        for name, compiler in (("C99", C99), ("C++20", CXX)):
            good, said = run(*compiler, *STRICT, "-fsyntax-only", alone)
            ok(good, f"{header.name} compiles alone as {name}", said)


def check_pins():
    good, said = run("cc", "-std=gnu11", "-Wall", "-Werror", f"-I{SDK}",
                     "-fsyntax-only", SDK / "abi/pins.c")
    ok(good, "nothing of the ABI has moved or changed its type", said)


def check_witness(tmp, server):
    source = ROOT / "tests/abi/witness.c"
    for name, compiler in (("C99", C99), ("C++20", CXX)):
        plugin = tmp / "witness.so"
        good, said = run(*compiler, *STRICT, *PLUGIN, source, "-o", plugin)
        ok(good, f"a plugin that uses everything compiles as {name}", said)
        if not good:
            continue
        check_symbols(plugin, f"the same as {name}")
        config = tmp / "config.json"
        config.write_text(json.dumps({
            "mode": "development", "pluginDir": str(tmp),
            "plugins": [{"name": "witness", "settings": {"returns": 0}}]}))
        good, said = run(server, "--config", config, "--check")
        ok(good, f"the server loads it as {name}", said)
        plugin.unlink()


def symbols(plugin, *options):
    """(kind, name) of its dynamic symbols, without their versions."""
    good, said = run("nm", "-D", *options, plugin)
    assert good, said
    return [tuple(line.split("@")[0].split()[-2:])
            for line in said.splitlines()]


def libraries(plugin):
    """libc, and what the plugin itself names as needed."""
    good, said = run("readelf", "-d", plugin)
    assert good, said
    names = re.findall(r"\(NEEDED\).*\[(.*)\]", said)
    return [ctypes.CDLL(name) for name in {"libc.so.6", *names}
            if "asan" not in name and "ubsan" not in name]


def check_symbols(plugin, name):
    exported = [symbol for _, symbol in symbols(plugin, "--defined-only")
                if not RUNTIME.match(symbol)]
    ok(exported == [ENTRY], f"{name} exports its entry and nothing else",
       "\n".join(exported))
    known = libraries(plugin)
    unknown = [symbol for kind, symbol in symbols(plugin, "--undefined-only")
               if kind == "U" and not RUNTIME.match(symbol)
               and not any(hasattr(library, symbol) for library in known)]
    ok(not unknown, f"{name} needs nothing of the server",
       "\n".join(unknown))


def built_plugins(build):
    yield from sorted(build.glob("plugins/*/*.so"))
    for plugin in sorted(build.glob("tests/unit/host/plugins/*.so")):
        # One has no entry on purpose; of numbered variants one is enough.
        if plugin.name != "missing.so" and \
                not re.search(r"-[1-9]\d*$", plugin.stem):
            yield plugin


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    build = pathlib.Path(sys.argv[1]).resolve()
    plugins = list(built_plugins(build))
    with tempfile.TemporaryDirectory() as name:
        tmp = pathlib.Path(name)
        check_headers(tmp)
        check_pins()
        check_witness(tmp, build / "mortise")
    ok(bool(plugins), "there are plugins in the build")
    for plugin in plugins:
        check_symbols(plugin, str(plugin.relative_to(build)))
    print(f"1..{count}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
