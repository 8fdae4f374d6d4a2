# SPDX-License-Identifier: MIT
"""The symbols of plugins: one goes out, and none of the server's comes in."""

import ctypes
import re

from common import ENTRY, ok, run

# What the compiler itself brings along.
RUNTIME = re.compile(r"^__(asan|ubsan|lsan|sanitizer|odr_asan|gcov)_")


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


def check(plugin, name):
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


def check_build(build):
    plugins = list(built_plugins(build))
    ok(bool(plugins), "there are plugins in the build")
    for plugin in plugins:
        check(plugin, str(plugin.relative_to(build)))
    # Those of the tests are loaded once and never kept.
    for plugin in sorted(build.glob("plugins/*/*.so")):
        good, said = run("readelf", "-d", plugin)
        ok(good and "NODELETE" in said,
           f"{plugin.relative_to(build)} stays loaded", said)
