# SPDX-License-Identifier: MIT
"""What was promised: the SDK as it was released, in frozen/VERSION.

Nobody changes these headers, nor the plugin beside them. Today's headers have
all that they have, in the same places; the plugin, built against them, is
loaded by today's server and does what it did; its source compiles against
today's headers. And each way to break the promise is tried, and noticed here
even by those who update the pins.
"""

import json
import re
import shutil
import subprocess
import sys
import urllib.request

import baseline
import symbols
from common import DEADLINE, ROOT, SDK, ok, run, skip, status

FROZEN = ROOT / "tests/abi/frozen"
TALK = ROOT / "tests/abi/old_talk.py"
COMPILE = ["cc", "-std=c11", "-pedantic", "-Wall", "-Wextra", "-Werror",
           "-Wno-unused-parameter", "-Wno-missing-field-initializers",
           "-shared", "-fPIC", "-fvisibility=hidden", "-Wl,-z,nodelete",
           "-Wl,-z,defs"]
MACRO = re.compile(r"^#define (mortise_\w*[a-z0-9]|MORTISE_\w*[A-Z0-9])"
                   r"(\([^)]*\))", re.M)
INLINE = re.compile(r"^static inline\s+([^;{]*?\b(\w+)\([^{]*\))\n\{", re.M)
COMMENT = re.compile(r"/\*.*?\*/", re.S)

HEARD = {
    "read": {"types": [6, 1, 2, 3, 4, 5, 0], "first": "<x>", "s": "s",
             "I": 2 ** 40, "d": 0.5, "b": True, "S": "b", "x": "<b>"},
    "rooms": [0, 1, 0, 1, 0, 1, 1, 0, -4],
    "later": ["tick", 42],
    "keep": [{"a": "kept"}, 1, True, 0, None],
    "who": ["bob", True, True, False, 1],
    "work": [0, "cba"],
    "ask": [0, {"by": "old", "name": "old.echo", "version": 1,
                "args": [1, "two"]}, -6],
    "write": {"rows": [1, "two"]},
    "say hi": 1,
    "unknown": ["unknown", 1, 2],
    "poll": 1,
    "events": [["news", "in"], ["news", 2], ["news", 3], ["news", "bob"],
               ["polled", 0, 1, ["asked why"]]],
}
REFUSED = {"say too long": "bad_argument", "forbidden": "refused"}

# Each way to break the promise: (what, in which header, from, to, who says
# so). The promise is broken as well if the pins are updated.
BREAKS = (
    ("a function that is gone", "plugin",
     "    int (*cancel)(mortise_host, mortise_timer);\n", "",
     "is gone: struct mortise_host_table.cancel"),
    ("members that are exchanged", "plugin",
     "{ const char *p; size_t n; }", "{ size_t n; const char *p; }",
     "has changed: struct mortise_str.p"),
    ("a constant that is another", "plugin", "MORTISE_EGONE = -4",
     "MORTISE_EGONE = -40", "has changed: MORTISE_EGONE: -4 -> -40"),
    ("a struct that has grown where it must not", "plugin",
     "{ const char *p; size_t n; }", "{ const char *p; size_t n, more; }",
     "has changed: struct mortise_str: 16 -> 24"),
    ("a flag that means something else", "plugin",
     "MORTISE_F_VOLATILE = 1,", "MORTISE_F_VOLATILE = 8,",
     "has changed: MORTISE_F_VOLATILE: 1 -> 8"),
    ("a parameter that is another", "http", "int64_t max_age,",
     "int32_t max_age,", "has changed: struct mortise_http_table.cookie"),
    ("a table by another name", "jobs", '"mortise.jobs/1"',
     '"mortise.jobs/2"', "has changed: jobs"),
    ("the next major version", "plugin", "MORTISE_ABI_MAJOR 1",
     "MORTISE_ABI_MAJOR 2", "has changed: MORTISE_ABI_MAJOR: 1 -> 2"),
    ("an inline function that is gone", "sockets", "mortise_local(",
     "mortise_near(", "is gone: mortise_local"),
    ("a macro that takes something else", "plugin", "mortise_leave(socket, ",
     "mortise_leave(socket, more, ", "has changed: mortise_leave"),
)


def calls_of(folder):
    """Inline functions with their declarations, macros with parameters."""
    calls = {}
    for path in sorted(folder.glob("*.h")):
        text = COMMENT.sub("", path.read_text())
        calls |= {name: " ".join(what.split())
                  for what, name in INLINE.findall(text)
                  if not name.endswith("_")}
        calls |= {name: f"{name}{parameters}"
                  for name, parameters in MACRO.findall(text)}
    return calls


def pins_of(tmp, frozen):
    """A folder with the pins of these headers."""
    kept = tmp / f"kept-{frozen.parent.name}"
    if not kept.exists():
        shutil.copytree(SDK / "abi", kept / "abi")
        shutil.copytree(frozen, kept / "mortise")
        good, said = run(sys.executable, kept / "abi/pins.py", "--update")
        assert good, said
    return kept


def broken(tmp, frozen, now):
    """The promises of the headers `frozen` that those of `now` do not keep."""
    kept = pins_of(tmp, frozen)
    shutil.rmtree(kept / "mortise")
    shutil.copytree(now, kept / "mortise")
    # What is new has no pin among these, and may be there.
    wrong = [line for line in run(sys.executable, kept / "abi/pins.py")[1]
             .splitlines() if line.startswith(("is gone: ", "has changed: "))]
    before, after = calls_of(frozen), calls_of(now)
    for name, what in before.items():
        if name not in after:
            wrong.append(f"is gone: {name}")
        elif after[name] != what:
            wrong.append(f"has changed: {name}: {what} -> {after[name]}")
    return wrong


def check_breaks(tmp, frozen):
    now = tmp / "mended"
    for what, header, before, after, said in BREAKS:
        shutil.rmtree(now, ignore_errors=True)
        shutil.copytree(frozen, now)
        path = now / f"{header}.h"
        text = path.read_text()
        path.write_text(text.replace(before, after))
        wrong = broken(tmp, frozen, now) if before in text else ["is not there"]
        ok(any(line.startswith(said) for line in wrong),
           f"{what} is noticed", "\n".join(wrong))


def check_types(tmp, version):
    """The second net."""
    what = f"abidiff finds nothing that was in {version} broken"
    if not baseline.is_there():
        skip(what, baseline.PACKAGE)
        return
    files = [tmp / "before.abi", tmp / "after.abi"]
    for sdk, file in zip((FROZEN / version, SDK), files):
        good, said = baseline.dump(sdk, tmp, file)
        if not good:
            ok(False, what, said)
            return
    bits, said = baseline.compare(*files)
    ok(not bits & (baseline.FAILED | baseline.INCOMPATIBLE), what, said)


def build(headers, source, target, *options):
    return run(*COMPILE, f"-I{headers}", *options, source, "-o", target)


def talk(url, *more):
    status_, said = status(TALK, url, *more)
    return 77 if status_ == 77 else json.loads(said) if status_ == 0 else said


def check_heard(heard, version):
    """What the client heard is what it always was."""
    if not isinstance(heard, dict):
        ok(False, f"a plugin of {version} serves a client", heard)
        return
    codes = {key: heard.pop(key)["error"]["code"] for key in REFUSED}
    wrong = [f"{key}: {heard.get(key)}" for key in {*HEARD, *heard}
             if heard.get(key) != HEARD.get(key)]
    ok(not wrong and codes == REFUSED,
       f"a plugin of {version} serves a client", "\n".join([*wrong, str(codes)]))


def check_served(server, config, url, version, rebuild):
    heard = talk(url)
    if heard == 77:
        skip(f"a plugin of {version} serves a client",
             "python3-socketio is not installed")
        return
    check_heard(heard, version)
    with urllib.request.urlopen(f"{url}/old/7?q=x", timeout=DEADLINE) as got:
        ok(got.headers["X-Old"] == "GET" and
           json.load(got) == {"id": "7", "q": "x"},
           f"a plugin of {version} answers by HTTP")
    good, said = run(server, "--config", config, "old", "count", "a")
    ok(good and said == "count: 1 of 1\n",
       f"a plugin of {version} takes commands", said)
    good, said = rebuild()
    if good:
        good, said = run(server, "ctl", "--config", config, "reload")
    heard = talk(url, "again")
    ok(good and heard == {"say": 2},
       f"a plugin of {version} hands its state to its next build",
       f"{said}\n{heard}")


def check_plugin(tmp, server, version):
    headers, source = FROZEN / version, FROZEN / version / "plugin.c"
    plugin = tmp / "old.so"
    good, said = build(SDK, source, plugin)
    ok(good, f"a plugin of {version} compiles with today's headers", said)
    good, said = build(headers, source, plugin)
    ok(good, f"a plugin of {version} compiles with those of {version}", said)
    if not good:
        return
    symbols.check(plugin, f"the plugin of {version}")
    config = tmp / "old.json"
    config.write_text(json.dumps({
        "mode": "development", "listen": "127.0.0.1:0", "pluginDir": str(tmp),
        "control": str(tmp / "ctl"),
        "plugins": [{"name": "old", "settings": {"limit": 3}}]}))

    def rebuild():
        good, said = build(headers, source, tmp / "next.so",
                           '-DBUILD="1.0.1"')
        (tmp / "next.so").rename(plugin)
        return good, said

    with open(tmp / "old.log", "w", encoding="utf-8") as log, subprocess.Popen(
            [str(server), "--config", str(config)], text=True,
            stdout=subprocess.PIPE, stderr=log) as running:
        try:
            url = running.stdout.readline().rsplit(" ", 1)[-1].strip()
            check_served(server, config, url, version, rebuild)
        finally:
            running.terminate()
            ended = running.wait(DEADLINE)
    said = (tmp / "old.log").read_text()
    ok(ended == 0 and " warn" not in said and " error" not in said,
       f"the server has nothing to say against a plugin of {version}", said)


def check_strangers(tmp, server, version):
    """Of a version that the server does not know."""
    major, minor = map(int, re.findall(
        r"#define MORTISE_ABI_M\w+ (\d+)",
        (SDK / "mortise/plugin.h").read_text()))
    config = tmp / "stranger.json"
    config.write_text(json.dumps({"pluginDir": str(tmp),
                                  "plugins": [{"name": "old"}]}))
    newer, anew = "it needs a newer server", "build it anew"
    for number, why in (((major, minor + 1), newer), ((major + 1, 0), newer),
                        ((major - 1, 9), anew)):
        headers = tmp / "strange/mortise"
        shutil.rmtree(headers, ignore_errors=True)
        shutil.copytree(FROZEN / version / "mortise", headers)
        path = headers / "plugin.h"
        path.write_text(re.sub(
            r"(ABI_MINOR) \d+", rf"\1 {number[1]}",
            re.sub(r"(ABI_MAJOR) \d+", rf"\1 {number[0]}", path.read_text())))
        good, said = build(headers.parent, FROZEN / version / "plugin.c",
                           tmp / "old.so")
        wanted = f"built for version {number[0]}.{number[1]} of the SDK, " \
            f"this server has {major}.{minor}: {why}"
        if good:
            code, said = status(server, "--config", config, "--check")
            good = code == 1 and wanted in said
        ok(good, f"the server refuses a plugin of {number[0]}.{number[1]}, and "
           "says why", said)


def check(tmp, server):
    versions = sorted((path.name for path in FROZEN.iterdir()),
                      key=lambda name: [*map(int, name.split("."))])
    for version in versions:
        wrong = broken(tmp, FROZEN / version / "mortise", SDK / "mortise")
        ok(not wrong, f"all that {version} had is there, and the same",
           "\n".join(wrong))
        check_types(tmp, version)
        check_plugin(tmp, server, version)
    check_breaks(tmp, FROZEN / versions[0] / "mortise")
    check_strangers(tmp, server, versions[-1])
