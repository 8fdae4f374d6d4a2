#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that the documentation is true where a machine can tell; TAP.

- Every ```c block of README.md and sdk/README.md compiles. A block with
  MORTISE_PLUGIN is a whole plugin: it is built and loaded by the server, with
  the ```json entry of its name if the guide has one. Other blocks are
  fragments: they stand at file scope, or, as ```c body, inside a handler.
- Blocks with TESTKIT_MAIN are whole programs: the tests in them pass, also with
  every call between plugin and host as bytes.
- The first plugin of the guide answers as the guide says.
- The guide names every call of the SDK header; server/README.md has a line for
  every file of server/.
- config/README.md has the table that `mortise --describe-config` prints, and
  the guide that of `--describe-notices`; `check.py --update` writes them there.
- Links of all Markdown files lead somewhere.

Environment: MORTISE_BIN (default: build/mortise), CC (default: cc).
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVER = pathlib.Path(os.environ.get("MORTISE_BIN", "build/mortise"))
SERVER = SERVER if SERVER.is_absolute() else ROOT / SERVER
CC = os.environ.get("CC", "cc")
GUIDE = ROOT / "sdk/README.md"
GUIDES = [ROOT / "README.md", GUIDE]
CONFIG_README = ROOT / "config/README.md"
FIRST = "hello"
DEADLINE = 60

FENCE = re.compile(r"^```(\w+)?([^\n`]*)\n(.*?)^```$", re.S | re.M)
PLUGIN = re.compile(r'^MORTISE_PLUGIN\("([^"]+)"', re.M)
COMPILE = [CC, "-std=c11", "-Wall", "-Werror", "-fPIC",
           "-fvisibility=hidden", f"-I{ROOT / 'sdk'}"]
# Not for plugins: what the headers share, and what tests of plugins include.
HEADERS = [path for path in sorted((ROOT / "sdk/mortise").glob("*.h"))
           if path.name not in ("extension.h", "testkit.h")]
PRELUDE = "#include <stdlib.h>\n#include <string.h>\n" + "".join(
    f"#include <mortise/{path.name}>\n" for path in HEADERS)
BODY = "static void body(mortise_socket from, const mortise_event *event)\n" \
       "{{\n{}}}\n"


def name(path):
    return str(path.relative_to(ROOT))


class Tap:
    def __init__(self):
        self.count = 0
        self.failed = 0

    def result(self, good, what, why=""):
        self.count += 1
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.count} - {what}")
        for line in [] if good else why.strip().splitlines()[:40]:
            print(f"  # {line}")

    def end(self):
        print(f"1..{self.count}")
        return 1 if self.failed else 0


def blocks(path, language):
    """(line, mark, text) of each fenced block in this language."""
    text = path.read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        if match.group(1) == language:
            line = text.count("\n", 0, match.start()) + 2
            yield line, match.group(2).strip(), match.group(3)


def run(command, **options):
    """(worked, output)"""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True,
                              stderr=subprocess.STDOUT, timeout=DEADLINE,
                              **options)
        return done.returncode == 0, done.stdout
    except (OSError, subprocess.TimeoutExpired) as error:
        return False, str(error)


def entries():
    """The plugins' entries in the guide, by name."""
    found = {}
    for _, _, text in blocks(GUIDE, "json"):
        value = json.loads(text)
        if "name" in value:
            found[value["name"]] = value
    return found


# --- code ------------------------------------------------------------------


def write_config(folder, entry):
    """A configuration beside the plugin's folder, as in the repository."""
    file = folder / "config/guide.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps({
        "mode": "development", "listen": "127.0.0.1:0", "plugins": [entry]}))
    return file


def environment(entry):
    """Values for the ${NAMES} of an entry."""
    names = re.findall(r"\$\{(\w+)\}", json.dumps(entry))
    return {**os.environ, **{each: "something" for each in names}}


def check_plugin(tap, folder, known, where, text):
    plugin = PLUGIN.search(text).group(1)
    entry = known.get(plugin, {"name": plugin,
                               "path": f"../{plugin}/{plugin}.so"})
    source = folder / plugin / f"{plugin}.c"
    source.parent.mkdir(exist_ok=True)
    source.write_text(f'#line {where[1]} "{where[0]}"\n{text}')
    target = source.with_suffix(".so")
    good, why = run([*COMPILE, "-shared", "-Wl,-z,nodelete", "-Wl,-z,defs",
                     "-o", str(target), str(source)])
    tap.result(good, f"{where[0]}: the plugin {plugin} compiles", why)
    if good:
        config = write_config(folder, entry)
        good, why = run([str(SERVER), "--config", str(config), "--check"],
                        env=environment(entry))
        tap.result(good, f"{where[0]}: the plugin {plugin} loads", why)


def check_fragment(tap, where, mark, text):
    text = f'#line {where[1]} "{where[0]}"\n{text}'
    text = PRELUDE + (BODY.format(text) if mark == "body" else text)
    good, why = run([*COMPILE, "-Wno-unused-function", "-fsyntax-only",
                     "-x", "c", "-"], input=text)
    tap.result(good, f"{where[0]}:{where[1]}: the fragment compiles", why)


def testkit_flags():
    """To compile and link a test, from the build that the server is of."""
    build = SERVER.parent
    good, flags = run(["pkg-config", "--cflags", "--libs", "mortise-testkit"],
                      env={**os.environ, "PKG_CONFIG_PATH":
                           str(build / "meson-uninstalled")})
    options = json.loads(
        (build / "meson-info/intro-buildoptions.json").read_text())
    sanitize = [option["value"] for option in options
                if option["name"] == "b_sanitize"][0]
    return flags.split() + ([] if sanitize == "none"
                            else [f"-fsanitize={sanitize}"])


def check_tests(tap, folder, where, text):
    program = folder / f"test_{where[1]}"
    source = program.with_suffix(".c")
    source.write_text(f'#line {where[1]} "{where[0]}"\n{text}')
    good, why = run([*COMPILE, "-o", str(program), str(source),
                     *testkit_flags()])
    tap.result(good, f"{where[0]}:{where[1]}: the tests compile", why)
    for how, value in ("", "0"), (", looped back", "1"):
        good, why = run([str(program)], cwd=folder, env={
            **os.environ, "MORTISE_TESTKIT_LOOPBACK": value})
        tap.result(good, f"{where[0]}:{where[1]}: the tests pass{how}", why)


def check_code(tap, folder):
    known = entries()
    for path in GUIDES:
        for line, mark, text in blocks(path, "c"):
            where = name(path), line
            if PLUGIN.search(text):
                check_plugin(tap, folder, known, where, text)
            elif "TESTKIT_MAIN" in text:
                check_tests(tap, folder, where, text)
            else:
                check_fragment(tap, where, mark, text)


# --- the first plugin, spoken to --------------------------------------------


class Client:
    """Socket.IO over long-polling: no more of it than is needed here."""

    def __init__(self, port):
        self.base = f"http://127.0.0.1:{port}/socket.io/" \
                    "?EIO=4&transport=polling"
        opened = self.request()
        self.base += "&sid=" + json.loads(opened[1:])["sid"]

    def request(self, body=None):
        data = body.encode() if body is not None else None
        with urllib.request.urlopen(self.base, data, DEADLINE) as answer:
            return answer.read().decode()

    def packets(self, count):
        """The next so many packets, in their order; pings are answered."""
        found = []
        while len(found) < count:
            for packet in self.request().split("\x1e"):
                if packet == "2":
                    self.request("3")
                else:
                    found.append(packet)
        return found


def talk(port):
    client = Client(port)
    client.request("40/hello,")
    joined, welcome = client.packets(2)
    sid = json.loads(joined.removeprefix("40/hello,"))["sid"]
    client.request('42/hello,7["say","Hello, world"]')
    said, answer = client.packets(2)
    heard = [welcome, said, answer]
    wanted = [
        f'42/hello,["welcome",{{"you":"{sid}"}}]',
        f'42/hello,["said",{{"who":"{sid}","text":"Hello, world"}}]',
        '43/hello,7[{"ok":true}]',
    ]
    return heard == wanted, "\n".join(heard)


def check_first(tap, folder):
    what = "sdk/README.md: the first plugin answers as the guide says"
    if not (folder / FIRST / f"{FIRST}.so").exists():
        tap.result(False, what, "it could not be built")
        return
    config = write_config(folder, entries()[FIRST])
    with open(folder / "log", "w+", encoding="utf-8") as log, \
            subprocess.Popen([str(SERVER), "--config", str(config)], text=True,
                             stdout=subprocess.PIPE, stderr=log) as server:
        try:
            ready = server.stdout.readline()
            good, why = talk(int(ready.rsplit(":", 1)[1]))
        except (OSError, ValueError, KeyError, IndexError) as error:
            good, why = False, repr(error)
        finally:
            server.terminate()
            try:
                status = server.wait(DEADLINE)
            except subprocess.TimeoutExpired:
                server.kill()
                status = -1
        log.seek(0)
        why += f"\nexit status {status}\n{log.read()}"
    tap.result(good and status == 0, what, why)


# --- what the texts have to mention ------------------------------------------


def check_calls(tap):
    """Every call of the header stands in the guide."""
    header = (ROOT / "sdk/mortise/plugin.h").read_text(encoding="utf-8")
    calls = set(re.findall(r"^#define (mortise_\w+)\(", header, re.M))
    calls |= set(re.findall(r"^static inline \w+ (mortise_\w+)\(", header,
                            re.M))
    calls |= set(re.findall(r"^MORTISE_READER_\((mortise_\w+)", header, re.M))
    calls |= set(re.findall(r"^    (MORTISE_E\w+) = ", header, re.M))
    calls |= set(re.findall(r'^#define (MORTISE_\w+) +"\\xff"', header, re.M))
    guide = GUIDE.read_text(encoding="utf-8")
    missing = [each for each in sorted(calls)
               if not re.search(rf"\b{each}\b", guide)]
    tap.result(len(calls) > 40 and not missing,
               "sdk/README.md names every call, code and moment of the header",
               "\n".join(missing))


def check_files(tap):
    """Every file of server/ has a line in its README, and no other has."""
    text = (ROOT / "server/README.md").read_text(encoding="utf-8")
    floors = re.split(r"^###? `([\w/]+)/`.*$", text, flags=re.M)
    told = {"": set(re.findall(r"^\| (`.*?) \|", floors[0], re.M))}
    for floor, page in zip(floors[1::2], floors[2::2]):
        told[floor] = set(re.findall(r"^\| (`.*?) \|", page, re.M))
    named = set()
    for floor, cells in told.items():
        for each in re.findall(r"`([\w.]+)`", " ".join(cells)):
            named.add(f"{floor}/{each}".lstrip("/"))
    there = {str(path.relative_to(ROOT / "server").with_suffix(""))
             for path in (ROOT / "server").rglob("*.[ch]")}
    wrong = [f"no line: {each}" for each in sorted(there - named)]
    wrong += [f"no such file: {each}" for each in sorted(named - there)]
    tap.result(not wrong, "server/README.md has a line for every file",
               "\n".join(wrong))


# --- tables that the server prints ---------------------------------------------

END = "<!-- end -->\n"
TABLES = [(CONFIG_README, "--describe-config"), (GUIDE, "--describe-notices")]


def described(path, option):
    """The file as it should be."""
    begin = f"<!-- mortise {option} -->\n"
    head, rest = path.read_text(encoding="utf-8").split(begin, 1)
    good, table = run([str(SERVER), option])
    if not good:
        raise OSError(table)
    return head + begin + table + END + rest.split(END, 1)[1]


def check_tables(tap):
    for path, option in TABLES:
        try:
            text = path.read_text(encoding="utf-8")
            good, why = described(path, option) == text, \
                "tests/guide/check.py --update writes it"
        except (OSError, ValueError) as error:
            good, why = False, str(error)
        tap.result(good, f"{name(path)} has what {option} prints", why)


# --- links --------------------------------------------------------------------


def anchor(heading):
    """As GitHub makes them."""
    text = re.sub(r"[`*]|\]\([^)]*\)|\[", "", heading.strip().lower())
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def anchors(path):
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    return {anchor(line) for line in re.findall(r"^#+ (.*)$", text, re.M)}


def check_links(tap):
    out = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "--cached", "--others",
         "--exclude-standard", "--", "*.md"],
        check=True, capture_output=True, text=True).stdout
    for path in sorted(ROOT / line for line in out.splitlines()):
        text = FENCE.sub("", path.read_text(encoding="utf-8"))
        wrong = []
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if re.match(r"[a-z]+:", target):
                continue
            file, _, place = target.partition("#")
            file = (path.parent / file).resolve() if file else path
            if not file.exists() or \
                    (place and place not in anchors(file)):
                wrong.append(target)
        tap.result(not wrong, f"{name(path)}: its links lead somewhere",
                   "\n".join(wrong))


def main():
    if "--update" in sys.argv[1:]:
        for path, option in TABLES:
            path.write_text(described(path, option), encoding="utf-8")
        return 0
    if not SERVER.exists():
        print(f"Bail out! There is no {SERVER}; ./run build makes one.")
        return 1
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix="mortise-guide-") as folder:
        check_code(tap, pathlib.Path(folder))
        check_first(tap, pathlib.Path(folder))
    check_calls(tap)
    check_files(tap)
    check_tables(tap)
    check_links(tap)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
