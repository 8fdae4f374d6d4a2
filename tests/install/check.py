#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks what is installed, as somebody has it who never saw the sources; TAP.

A release build is installed into a folder of its own. From there: a plugin is
made with `mortise new-plugin`, built and tested against the installed SDK, and
served by the installed server. Another is made straight from the build tree,
before anything is installed.

    tests/install/check.py BUILD      BUILD/install keeps the release build
"""

import importlib.util
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import release

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEADLINE = 600
NAME = "my-plugin"

spec = importlib.util.spec_from_file_location(
    "guide", ROOT / "tests/guide/check.py")
guide = importlib.util.module_from_spec(spec)
spec.loader.exec_module(guide)


def run(command, **options):
    """(exit status, output)"""
    try:
        done = subprocess.run([str(each) for each in command], text=True,
                              stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
                              stderr=subprocess.STDOUT, timeout=DEADLINE,
                              **options)
        return done.returncode, done.stdout
    except (OSError, subprocess.TimeoutExpired) as error:
        return -1, str(error)


class Install:
    """An installation below a folder; `env` makes pkg-config find it."""

    def __init__(self, build, root):
        self.build = build
        self.root = root
        self.usr = root / "usr"
        self.server = self.usr / "bin/mortise"
        self.env = {**os.environ,
                    "PKG_CONFIG_PATH": str(self.usr / "lib/pkgconfig")}

    def make(self, tap):
        """Whether it could be made."""
        words = release.command(self.build)
        if words is not None:
            status, why = run(words)
            if status != 0:
                tap.result(False, "a release build is set up", why)
                return False
        for what, command, env in (
                ("a release build", ["ninja", "-C", self.build], None),
                ("meson install",
                 ["meson", "install", "-C", self.build, "--no-rebuild"],
                 {**os.environ, "DESTDIR": str(self.root)})):
            status, why = run(command, env=env)
            tap.result(status == 0, what, why)
            if status != 0:
                return False
        return True


# --- one version -------------------------------------------------------------


def check_version(tap, install):
    """It is the same in each place that names it."""
    _, said = run([install.server, "--version"])
    found = {}
    for name, pattern in (("meson.build", r"^  version: '([^']+)'"),
                          ("debian/changelog", r"^mortise \(([^)]+)\)"),
                          ("CHANGELOG.md", r"^## (\d[^ ]*) - ")):
        found[name] = re.search(pattern, (ROOT / name).read_text(),
                                re.M).group(1)
    found["--version"] = said.split()[1] if "mortise " in said else said
    tap.result(len(set(found.values())) == 1, "there is one version",
               str(found))
    minor = re.findall(r"#define MORTISE_ABI_M\w+ (\d+)",
                       (ROOT / "sdk/mortise/plugin.h").read_text())
    tap.result(f"(SDK {'.'.join(minor)})" in said,
               "the server says which SDK it has", said)


# --- what is there -----------------------------------------------------------

FILES = """
bin/mortise
include/mortise/plugin.h
include/mortise/testkit.h
lib/libmortise-testkit.a
lib/mortise/plugins/echo.so
lib/pkgconfig/mortise.pc
lib/pkgconfig/mortise-testkit.pc
lib/systemd/system/mortise.service
lib/systemd/system/mortise.socket
share/doc/mortise/CHANGELOG.md
share/doc/mortise/LICENSE
share/man/man5/mortise.json.5
share/man/man7/mortise-plugin.7
share/man/man8/mortise.8
""".split()
# What is built only where its libraries are.
MAYBE = {
    "lib/mortise/plugins/auth.so": ["libsodium", "sqlite3", "jansson"],
    "lib/mortise/plugins/chat.so": ["sqlite3"],
    "lib/mortise/plugins/game.so": ["sqlite3"],
}


def check_files(tap, install):
    there = {str(path.relative_to(install.usr))
             for path in install.usr.rglob("*") if path.is_file()}
    # Every header of the SDK.
    wanted = set(FILES) | {f"include/mortise/{path.name}" for path
                           in (ROOT / "sdk/mortise").glob("*.h")}
    wanted |= {name for name, libraries in MAYBE.items()
               if run(["pkg-config", "--exists", *libraries])[0] == 0}
    more = {each for each in there - wanted
            if not each.startswith(("share/mortise/client/",
                                    "share/mortise/web/"))}
    tap.result(not wanted - there and not more,
               "everything is installed, and nothing else",
               "\n".join([f"missing: {each}" for each in wanted - there] +
                         [f"more: {each}" for each in more]))
    # Whose work others hand on has its licence beside it.
    without = [name for name, licence in (("client", "LICENSE"),
                                          ("web", "licences.txt"))
               if (folder := install.usr / "share/mortise" / name).exists()
               and not (folder / licence).exists()]
    tap.result(not without, "what is others' has their licence",
               "\n".join(without))
    # The browser client is npm's, whose maps name paths of their own.
    texts = [path for path in install.root.rglob("*") if path.is_file()
             and path.suffix not in (".so", ".a")
             and path.parent.name not in ("bin", "client")]
    wrong = [str(path) for path in texts
             if str(ROOT) in path.read_text(errors="replace")
             or str(install.root) in path.read_text(errors="replace")]
    tap.result(not wrong, "no text names where it was built", "\n".join(wrong))


def check_manuals(tap, install):
    if not shutil.which("groff"):
        tap.result(True, "manuals # SKIP no groff")
        return
    for path in sorted((install.usr / "share/man").rglob("*.?")):
        status, why = run(["groff", "-man", "-Tutf8", "-ww", "-z", path])
        tap.result(status == 0 and not why, f"{path.name} is good roff", why)
    keys = {match for match in re.findall(
        r"^\.B (\S+)$", (install.usr / "share/man/man5/mortise.json.5")
        .read_text(), re.M)}
    _, table = run([install.server, "--describe-config"])
    wanted = set(re.findall(r"^\| `([^`]+)`", table, re.M))
    tap.result(len(wanted) > 20 and wanted <= keys,
               "mortise.json.5 has all keys", "\n".join(wanted - keys))


def check_example(tap, install, folder):
    """The example, with its places moved to where they are here."""
    example = install.root / "etc/mortise/mortise.example.json"
    text = example.read_text() if example.exists() else ""
    config = folder / "example.json"
    config.write_text(text.replace('"/usr/', f'"{install.usr}/').replace(
        '"plugins"', f'"pluginDir": "{install.usr}/lib/mortise/plugins",\n'
        '  "plugins"', 1))
    status, why = run([install.server, "--config", config, "--check"])
    tap.result(status == 0 and "good" in why, "the example is good", why)
    config = install.root / "etc/mortise/mortise.json"
    status, why = run([install.server, "--config", config])
    tap.result(status == 1 and f"cp {example} {config}\n" in why,
               "without a configuration the server points to the example", why)


def check_words(tap, install):
    """What is typed by who has not read anything yet."""
    status, why = run([install.server, "help"])
    tap.result(status == 0 and why.startswith("Usage: mortise --config FILE"),
               "help is help", why)
    status, why = run([install.server, "config/mortise.json"])
    tap.result(status == 1 and "served by mortise --config FILE" in why,
               "a file alone is told its option", why)


def check_unit(tap, install, folder):
    unit = install.usr / "lib/systemd/system/mortise.service"
    text = unit.read_text()
    tap.result("ExecStart=/usr/bin/mortise --config "
               "/etc/mortise/mortise.json\n" in text and "@" not in
               re.sub(r"@(system-service|privileged|keyring)", "", text),
               "the unit starts what is installed", text)
    if not shutil.which("systemd-analyze"):
        tap.result(True, "the units are good # SKIP no systemd-analyze")
        return
    # With the program where it is here.
    units = [folder / name for name in ("mortise.service", "mortise.socket")]
    for each in units:
        each.write_text((unit.parent / each.name).read_text().replace(
            "/usr/bin/mortise", str(install.server)))
    status, why = run(["systemd-analyze", "verify", "--man=no", *units])
    said = [line for line in why.splitlines() if str(folder) in line]
    tap.result(status == 0 and not said, "the units are good", why)


# --- a plugin from outside -----------------------------------------------------


def check_new_plugin(tap, install, folder):
    target = folder / NAME
    status, why = run([install.server, "new-plugin", NAME], cwd=folder)
    tap.result(status == 0 and "PKG_CONFIG" not in why,
               "new-plugin writes a plugin", why)
    marked = [path.name for path in target.iterdir()
              if "@NAME@" in path.read_text()]
    tap.result(not marked, "the name is in every place", "\n".join(marked))
    before = {path: path.read_bytes() for path in target.iterdir()}
    status, why = run([install.server, "new-plugin", NAME], cwd=folder)
    after = {path: path.read_bytes() for path in target.iterdir()}
    tap.result(status != 0 and "is there already" in why and before == after,
               "new-plugin writes over nothing", why)
    wrong = ["", "Upper", "1st", "-x", "a b", "a/b", "../a", "a.b", "x" * 64,
             "\N{LATIN SMALL LETTER E WITH ACUTE}"]
    taken = [name for name in wrong if
             run([install.server, "new-plugin", name], cwd=folder)[0] == 0]
    tap.result(not taken, "new-plugin refuses names that are none",
               "\n".join(taken))
    (folder / "empty").mkdir()
    status, why = run([install.server, "new-plugin", "x" * 63,
                       folder / "empty"])
    tap.result(status == 0 and (folder / "empty" / f"{'x' * 63}.c").exists(),
               "new-plugin takes the longest name, and an empty folder", why)


def check_build(tap, install, folder):
    """Builds and tests it; whether there is something to serve."""
    target = folder / NAME
    status, why = run(["pkg-config", "--libs", "mortise"], env=install.env)
    tap.result(status == 0 and not why.strip(), "there is nothing to link", why)
    status, why = run(["meson", "setup", "build", "--werror"], cwd=target,
                      env=install.env)
    tap.result(status == 0, "the new plugin's build is set up", why)
    status, why = run(["ninja", "-C", "build"], cwd=target, env=install.env)
    tap.result(status == 0 and "rror:" not in why, "the new plugin is built",
               why)
    for how, value in ("", "0"), (", looped back", "1"):
        status, why = run(["meson", "test", "-C", "build", "--verbose"],
                          cwd=target, env={**install.env,
                                           "MORTISE_TESTKIT_LOOPBACK": value})
        tap.result(status == 0 and "3 subtests passed" in why,
                   f"the new plugin's tests pass{how}", why)
    shared = target / "build" / f"{NAME}.so"
    _, why = run(["nm", "-D", "--defined-only", shared])
    tap.result(why.split()[2:] == ["mortise_plugin_entry_v1"],
               "a plugin exports one symbol", why)
    return shared.exists()


def check_uninstalled(tap, install, folder):
    """A plugin from the build tree, where nothing is installed."""
    folder.mkdir()
    server = install.build / "mortise"
    env = {**os.environ,
           "PKG_CONFIG_PATH": str(install.build / "meson-uninstalled")}
    target = folder / NAME
    status, why, said = 0, "", []
    for command, where in ([server, "new-plugin", NAME], folder), \
            (["meson", "setup", "build", "--werror"], target), \
            (["ninja", "-C", "build"], target), \
            (["meson", "test", "-C", "build", "--verbose"], target):
        if status == 0:
            status, why = run(command, cwd=where, env=env)
            said.append(why)
    tap.result(status == 0 and "3 subtests passed" in why,
               "a new plugin is built and tested from the build tree", why)
    tap.result(f"export PKG_CONFIG_PATH={env['PKG_CONFIG_PATH']}\n" in said[0],
               "new-plugin says how to find the build tree", said[0])
    status, why = run([server, "--config", target / f"{NAME}.json", "--check"])
    tap.result(status == 0, "the server of the build tree loads it", why)
    _, where = run(["pkg-config", "--variable=plugindir", "mortise"], env=env)
    tap.result(where.strip() == str(install.build / "plugins"),
               "its place is beside that server", where)


def check_broken(tap, install, folder):
    """Its tests notice when the plugin does something else."""
    target = folder / NAME
    source = target / f"{NAME}.c"
    good = source.read_text()
    source.write_text(good.replace("++count", "count++"))
    status, why = run(["meson", "test", "-C", "build", "--verbose"],
                      cwd=target, env=install.env)
    tap.result(status != 0 and 'expected event "said"' in why,
               "the new plugin's tests fail when it is broken", why)
    source.write_text(good)
    run(["ninja", "-C", "build"], cwd=target, env=install.env)


def talk(port):
    client = guide.Client(port)
    client.request("40")
    joined = client.packets(1)[0]
    client.request('420["say","Hello"]')
    said, answer = client.packets(2)
    sid = re.search(r'"sid":"([^"]+)"', joined).group(1)
    return [said, answer] == [
        f'42["said",{{"id":1,"who":"{sid}","text":"Hello"}}]',
        '430[{"ok":true,"id":1}]'], f"{said}\n{answer}"


def check_serving(tap, install, folder):
    config = folder / NAME / f"{NAME}.json"
    with open(folder / "log", "w+", encoding="utf-8") as log, \
            subprocess.Popen([str(install.server), "--config", str(config),
                              "--listen", "127.0.0.1:0"], text=True,
                             stdout=subprocess.PIPE, stderr=log) as server:
        try:
            ready = server.stdout.readline()
            good, why = talk(int(ready.rsplit(":", 1)[1]))
        except (OSError, ValueError, AttributeError, IndexError) as error:
            good, why = False, repr(error)
        finally:
            server.terminate()
            try:
                status = server.wait(60)
            except subprocess.TimeoutExpired:
                server.kill()
                status = -1
        log.seek(0)
        why += f"\nexit status {status}\n{log.read()}"
    tap.result(good and status == 0, "the installed server serves it", why)


# --- --inspect -----------------------------------------------------------------


def check_inspect(tap, install, folder):
    shared = folder / NAME / "build" / f"{NAME}.so"
    status, why = run([install.server, "--inspect", shared])
    tap.result(status == 0 and all(line in why.splitlines() for line in (
        f"name: {NAME}", "version: 0.1.0", "  say", "  minute")),
        "--inspect prints what a plugin holds", why)

    crash = folder / "crash.so"
    cflags = run(["pkg-config", "--cflags", "mortise"],
                 env=install.env)[1].split()
    run(["cc", "-shared", "-fPIC", "-fvisibility=hidden", *cflags, "-o", crash,
         ROOT / "tests/install/plugin_crash.c"])
    status, why = run([install.server, "--inspect", crash])
    tap.result(status == 1 and "name: crash\nversion: 6.6.6" in why
               and "it crashes when it is loaded: Aborted" in why,
               "--inspect survives a plugin that does not", why)

    # The major version, behind the owner's name in the note.
    bytes_ = bytearray(crash.read_bytes())
    at = bytes_.index(b"Mortise\0") + 8
    bytes_[at] += 1
    crash.write_bytes(bytes_)
    status, why = run([install.server, "--inspect", crash])
    tap.result(status == 1 and "another version" in why
               and "crashes" not in why,
               "--inspect does not load what does not fit", why)
    status, why = run([install.server, "--inspect", __file__])
    tap.result(status == 1 and "not an ELF file" in why,
               "--inspect refuses what is no plugin", why)


def main():
    build = pathlib.Path(sys.argv[1]).resolve() / "install"
    tap = guide.Tap()
    with tempfile.TemporaryDirectory(prefix="mortise-install-") as name:
        folder = pathlib.Path(name)
        install = Install(build, folder / "root")
        work = folder / "work"
        work.mkdir()
        if install.make(tap):
            check_version(tap, install)
            check_files(tap, install)
            check_manuals(tap, install)
            check_example(tap, install, folder)
            check_words(tap, install)
            check_unit(tap, install, folder)
            check_uninstalled(tap, install, folder / "tree")
            check_new_plugin(tap, install, work)
            if check_build(tap, install, work):
                check_broken(tap, install, work)
                check_serving(tap, install, work)
                check_inspect(tap, install, work)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
