#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that the house keeps its shape; prints TAP, one line a rule.

Each rule looks at every tracked C file and lists what breaks it. Run it from
anywhere; it needs git for the list of files and nothing else.
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FLOORS = ["base", "json", "config", "net", "engineio", "socketio", "host",
          "playground", "process", "app", "operation", "ctl", "tools"]

# The same inside a plugin; what is in no folder may be included by all.
PLUGIN_FLOORS = {
    "auth": ["secrets", "rights", "accounts", "store", "guard", "issuers",
             "sessions", "access", "work", "front", "admin"],
    "chat": ["filter", "store", "work", "people", "rooms", "messages",
             "moderation", "front"],
    "game": ["games", "match", "rating", "store", "live", "lobby", "front"],
}

# Files that call each other in a circle: one thing in several files, which is
# read as a whole. All others of a floor, or a plugin, stand above one another.
CIRCLES = [
    "server/host: calling calls/outgoing",
    "server/net: http_body http_connection http_proxy http_response "
    "http_server",
    "server/net: loop stream stream_read stream_write",
    "server/socketio: acks surveys",
]

# What a function is allowed to be; nobody is on this list yet.
LONG_FUNCTIONS = set()

BANNED = re.compile(
    r"\b(sprintf|vsprintf|strcpy|strcat|strtok|atoi|atol|gets|alloca|"
    r"localtime|gmtime|signal)\s*\(")
RAW_MEMORY = re.compile(r"\b(malloc|calloc|realloc|free|strdup|strndup)\s*\(")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
FUNCTION = re.compile(r"^[A-Za-z_].*[^;]$")
DEFINED = re.compile(
    r"^(?!static\b)(?:[A-Za-z_][\w \t*]*[\s*])(\w+)\([^;{}]*\)\n\{", re.M)
STATIC = re.compile(r"^static\b[\w\s*]*?(\w+)\(", re.M)
NAMED = re.compile(r"(?<!struct )(?<!enum )\b\w+")
MACHINE = re.compile(r"/(?:home|root|work|Users)/\w|\"resolved\":\s*\"http")


def tracked(*patterns):
    out = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "--cached", "--others",
         "--exclude-standard", "--", *patterns],
        check=True, capture_output=True, text=True).stdout
    return [ROOT / line for line in out.splitlines()
            if (ROOT / line).is_file()]


def lines_of(path):
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


def name(path):
    return str(path.relative_to(ROOT))


def without_comments(path):
    """The lines, with comments and strings blanked."""
    text = path.read_text(encoding="utf-8", errors="replace")

    def blank(match):
        return re.sub(r"[^\n]", " ", match.group(0))

    text = re.sub(r'/\*.*?\*/|//[^\n]*|"(?:[^"\\\n]|\\.)*"', blank, text,
                  flags=re.S)
    return text.splitlines()


def includes(path):
    for number, line in enumerate(lines_of(path), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1), match.group(2)


def rule_floors(files):
    """a floor of server/ includes only floors below it"""
    for path in files:
        parts = path.relative_to(ROOT).parts
        if parts[0] != "server" or len(parts) < 3:
            continue
        if parts[1] not in FLOORS:
            yield f"{name(path)}: server/{parts[1]} is no floor"
            continue
        mine = FLOORS.index(parts[1])
        for number, quote, what in includes(path):
            floor = what.split("/")[0]
            if quote == '"' and floor in FLOORS and FLOORS.index(floor) > mine:
                yield f"{name(path)}:{number}: includes {what}"
            if quote == '"' and "/" not in what:
                yield f"{name(path)}:{number}: {what} stands on the roof, " \
                    "or its floor is not named"
            if floor == "mortise" and parts[1] != "host":
                yield f"{name(path)}:{number}: only host/ knows the SDK"


def rule_floors_told(_):
    """server/README.md lists the floors from the top down"""
    text = (ROOT / "server/README.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| \[`(\w+)/`\]\(#\w+\) \|", text, re.M)
    if told != FLOORS[::-1]:
        yield f"server/README.md: {' '.join(told)}"


def rule_engineio_alone(files):
    """net, engineio and socketio know no configuration"""
    for path in files:
        parts = path.relative_to(ROOT).parts
        if parts[:2] in [("server", f) for f in ("net", "engineio", "socketio")]:
            for number, _, what in includes(path):
                if what.startswith("config/"):
                    yield f"{name(path)}:{number}: includes {what}"


def rule_plugins(files):
    """a plugin sees sdk/, plugins/common and its own folder, no server/"""
    for path in files:
        parts = path.relative_to(ROOT).parts
        if parts[0] != "plugins":
            continue
        for number, quote, what in includes(path):
            if quote == '"' and not (path.parent / what).is_file() \
                    and not (ROOT / "plugins" / parts[1] / what).is_file():
                yield f"{name(path)}:{number}: includes {what}"
            if quote == "<" and (ROOT / "server" / what).exists():
                yield f"{name(path)}:{number}: includes {what}"
            if quote == "<" and (ROOT / "plugins" / what).exists() \
                    and not what.startswith("common/"):
                yield f"{name(path)}:{number}: includes {what}"


def rule_plugin_floors(files):
    """a folder of a plugin includes only folders below it"""
    for path in files:
        parts = path.relative_to(ROOT).parts
        floors = PLUGIN_FLOORS.get(parts[1]) if parts[0] == "plugins" else None
        if not floors or len(parts) < 4 or parts[2] not in floors:
            continue
        mine = floors.index(parts[2])
        for number, quote, what in includes(path):
            floor = what.split("/")[0]
            if quote == '"' and floor in floors \
                    and floors.index(floor) > mine:
                yield f"{name(path)}:{number}: includes {what}"


def named_functions(paths):
    """For each file those of which it names a function. Tables of callbacks,
    which are variables, are the way up."""
    texts = {path: "\n".join(without_comments(path)) for path in paths}
    where = {function: path for path, text in texts.items()
             for function in DEFINED.findall(text)}
    return {path: {where[each] for each in set(NAMED.findall(text))
                   - set(STATIC.findall(text)) if each in where} - {path}
            for path, text in texts.items()}


def circles(graph):
    """The strongly connected parts of more than one (Tarjan)."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in graph[node]:
            if other not in index:
                visit(other)
            if other in stack:
                low[node] = min(low[node], low[other])
        if low[node] == index[node]:
            part = stack[stack.index(node):]
            del stack[stack.index(node):]
            if len(part) > 1:
                found.append(part)

    for node in graph:
        if node not in index:
            visit(node)
    return found


def rule_circles(files):
    """files of one floor, plugin, or the testkit call each other in no circle"""
    houses = {}
    for path in files:
        parts = path.relative_to(ROOT).parts
        if path.suffix == ".c" and parts[0] in ("server", "plugins", "sdk") \
                and len(parts) > 2 and parts[2] != "test":
            houses.setdefault("/".join(parts[:2]), []).append(path)
    known = [(house, set(names.split())) for house, names in
             (each.split(": ") for each in CIRCLES)]
    for house, paths in sorted(houses.items()):
        for circle in circles(named_functions(paths)):
            names = {str(path.relative_to(ROOT / house).with_suffix(""))
                     for path in circle}
            if not any(house == where and names <= these
                       for where, these in known):
                yield f"{house}: {' '.join(sorted(names))}"


def rule_sdk_header(files):
    """mortise/plugin.h includes nothing but stdint.h and stddef.h"""
    for number, _, what in includes(ROOT / "sdk/mortise/plugin.h"):
        if what not in ("stdint.h", "stddef.h"):
            yield f"sdk/mortise/plugin.h:{number}: includes {what}"


def rule_sdk_size(files):
    """mortise/plugin.h stays below 400 lines with its documentation"""
    count = len(lines_of(ROOT / "sdk/mortise/plugin.h"))
    if count >= 400:
        yield f"sdk/mortise/plugin.h: {count} lines"


def rule_width(files):
    """no line is wider than 80 columns"""
    for path in files:
        for number, line in enumerate(lines_of(path), 1):
            if len(line) > 80 and "http" not in line:
                yield f"{name(path)}:{number}: {len(line)} columns"


def rule_licence(files):
    """the first line names the licence"""
    for path in files:
        first = (lines_of(path) or [""])[0]
        if "SPDX-License-Identifier: MIT" not in first:
            yield f"{name(path)}:1"


def rule_file_size(files):
    """a file of server/, sdk/ or plugins/ has at most 500 lines"""
    for path in files:
        count = len(lines_of(path))
        if name(path).startswith(("server/", "sdk/", "plugins/")) \
                and count > 500:
            yield f"{name(path)}: {count} lines"


def functions(path):
    start = None
    for number, line in enumerate(without_comments(path), 1):
        if line.startswith("{"):
            start = number
        elif line.startswith("}") and start is not None:
            yield start, number
            start = None


def rule_function_size(files):
    """a function has at most 80 lines"""
    for path in files:
        if path.suffix != ".c":
            continue
        for start, end in functions(path):
            where = f"{name(path)}:{start}"
            if end - start > 80 and where not in LONG_FUNCTIONS:
                yield f"{where}: {end - start} lines"


def rule_banned(files):
    """no sprintf, strcpy, strtok, atoi, alloca, localtime, signal, ..."""
    for path in files:
        if name(path).startswith("tests/"):
            continue
        for number, line in enumerate(without_comments(path), 1):
            if BANNED.search(line):
                yield f"{name(path)}:{number}: {line.strip()}"


def rule_memory(files):
    """server/ takes memory from base/mem.h only"""
    for path in files:
        if not name(path).startswith("server/") \
                or name(path) == "server/base/mem.c":
            continue
        for number, line in enumerate(without_comments(path), 1):
            if RAW_MEMORY.search(line):
                yield f"{name(path)}:{number}: {line.strip()}"


def rule_public(_):
    """nothing in the repository names a machine's paths or a registry"""
    for path in tracked():
        if path == pathlib.Path(__file__).resolve() or path.suffix == ".png":
            continue
        for number, line in enumerate(lines_of(path), 1):
            if MACHINE.search(line):
                yield f"{name(path)}:{number}"


def main():
    files = tracked("*.c", "*.h")
    rules = [value for key, value in sorted(globals().items())
             if key.startswith("rule_")]
    failed = 0
    print(f"1..{len(rules)}")
    for index, rule in enumerate(rules, 1):
        broken = list(rule(files))
        failed += bool(broken)
        print(f"{'not ok' if broken else 'ok'} {index} - {rule.__doc__}")
        for line in broken[:20]:
            print(f"  # {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
