# SPDX-License-Identifier: MIT
"""Plugins in C++ and in Rust, served by the server to a stock client.

Rust's compiler is large and no part of what `./run test` installs; where there
is none its plugin is skipped.
"""

import json
import re
import shutil
import subprocess

import symbols
from common import DEADLINE, ROOT, SDK, ok, run, skip

HERE = ROOT / "tests/abi"
GUIDE = ROOT / "sdk/README.md"
LINK = ["-Wl,-z,nodelete", "-Wl,-z,defs"]
# The templates of std are visible whatever the compiler is told.
CXX = ["c++", "-std=c++20", "-Wall", "-Werror", f"-I{SDK}", "-fPIC",
       "-shared", "-fvisibility=hidden", *LINK,
       f"-Wl,--version-script={HERE / 'hello.map'}"]
RUST = ["rustc", "--edition", "2021", "--crate-type", "cdylib", "-O",
        "-D", "warnings", *(f"-Clink-arg={option}" for option in LINK)]
# The letter beyond ASCII is Rust's to shout; C++ leaves it as it is.
HEARD = [{"ok": True, "count": 1}, None, 1, {"error": "internal"},
         {"ok": True, "count": 2}]
SHOUTED = {"cc": "H\u00e9LLO", "rust": "H\u00c9LLO"}


def talk(port):
    """(exit status, what the client has heard)"""
    done = subprocess.run(
        [HERE / "talk.py", f"http://127.0.0.1:{port}"], text=True,
        capture_output=True, timeout=DEADLINE)
    return done.returncode, done.stdout + done.stderr


def serve(server, config, log):
    """(the client's exit status, what it heard, the server's exit status)"""
    with open(log, "w", encoding="utf-8") as file, subprocess.Popen(
            [str(server), "--config", str(config)], text=True,
            stdout=subprocess.PIPE, stderr=file) as running:
        try:
            ready = running.stdout.readline()
            status, heard = talk(int(ready.rsplit(":", 1)[1]))
        except (OSError, ValueError, IndexError,
                subprocess.TimeoutExpired) as error:
            status, heard = -1, repr(error)
        finally:
            running.terminate()
            try:
                ended = running.wait(DEADLINE)
            except subprocess.TimeoutExpired:
                running.kill()
                ended = -1
    return status, heard, ended


def check_serving(tmp, server, language):
    what = f"the server serves hello-{language} to a client"
    config = tmp / f"hello-{language}.json"
    config.write_text(json.dumps({
        "mode": "development", "listen": "127.0.0.1:0", "pluginDir": str(tmp),
        "plugins": [{"name": f"hello-{language}"}]}))
    log = tmp / f"hello-{language}.log"
    status, heard, ended = serve(server, config, log)
    if status == 77:
        skip(what, "python3-socketio is not installed")
        return
    wanted = [*HEARD]
    wanted[1] = {"text": SHOUTED[language]}
    good = status == 0 and json.loads(heard) == wanted and ended == 0
    ok(good, what, f"{heard}\nthe server ended with {ended}\n"
       f"{log.read_text()}")
    said = log.read_text()
    ok("on purpose" in said and re.search(r"\berror\b.*fail", said),
       f"hello-{language} logs what went wrong in a handler", said)


def check_language(tmp, server, language, command):
    plugin = tmp / f"hello-{language}.so"
    good, said = run(*command, "-o", plugin)
    ok(good, f"hello-{language} compiles", said)
    if good:
        symbols.check(plugin, f"hello-{language}")
        check_serving(tmp, server, language)


def check_guide():
    """What the guide shows of them is in them."""
    blocks = re.findall(r"^```(cpp|rust)\n(.*?)^```$", GUIDE.read_text(),
                        re.S | re.M)
    files = {"cpp": HERE / "hello.cc", "rust": HERE / "hello.rs"}
    wrong = [text for language, text in blocks
             if text not in files[language].read_text()]
    ok(blocks and not wrong, "the guide shows parts of these plugins",
       "\n".join(wrong))


def check(tmp, server):
    check_guide()
    check_language(tmp, server, "cc", [*CXX, HERE / "hello.cc"])
    if shutil.which("rustc"):
        check_language(tmp, server, "rust", [*RUST, HERE / "hello.rs"])
    else:
        skip("a plugin in Rust serves a client", "rustc is not installed")
