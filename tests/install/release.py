# SPDX-License-Identifier: MIT
"""The release build that tests share: that of `./run test` has sanitizers."""

import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
SETUP = ["-Dbuildtype=release", "-Dtests=false", "-Dprefix=/usr",
         "-Dlibdir=lib", "-Dpkgconfig.relocatable=true"]


def command(build):
    """What sets it up, or None when that was done before."""
    if (build / "build.ninja").exists():
        return None
    return ["meson", "setup", str(build), str(ROOT), *SETUP]


def make(build, *targets):
    """Sets it up and builds these; (exit status, output)."""
    for words in (command(build), ["ninja", "-C", str(build), *targets]):
        if words is None:
            continue
        done = subprocess.run(words, stdout=subprocess.PIPE, text=True,
                              stderr=subprocess.STDOUT, check=False)
        if done.returncode != 0:
            return done.returncode, done.stdout
    return 0, ""
