#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the archive of a release; TAP.

    tests/install/dist.py

`meson dist` makes it of what is committed. It is unpacked into two folders of
different names, built in each, one job at a time and two, and installed: both
installations have to be the same to the byte. For releases; some minutes.
"""

import filecmp
import hashlib
import os
import pathlib
import re
import sys
import tarfile
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from check import ROOT, guide, run  # noqa: E402

OPTIONS = ["-Dbuildtype=release", "-Dtests=false", "-Dprefix=/usr",
           "-Dlibdir=lib"]


def archive(tap, folder):
    """The archive, or None."""
    build = folder / "dist"
    status, why = run(["meson", "setup", build, ROOT, *OPTIONS])
    if status == 0:
        status, why = run(["meson", "dist", "-C", build, "--no-tests",
                           "--allow-dirty", "--formats", "gztar"])
    found = list(build.glob("meson-dist/*.tar.gz"))
    tap.result(status == 0 and len(found) == 1, "meson dist makes an archive",
               why)
    return found[0] if found else None


def check_archive(tap, path):
    """What is in it, and how it is called."""
    version = re.search(r"^  version: '([^']+)'",
                        (ROOT / "meson.build").read_text(), re.M).group(1)
    with tarfile.open(path) as tar:
        names = tar.getnames()
    tap.result(path.name == f"mortise-{version}.tar.gz" and
               all(name.split("/")[0] == f"mortise-{version}"
                   for name in names), "it is named by its version", path.name)
    short = {name.partition("/")[2] for name in names}
    missing = {"LICENSE", "CHANGELOG.md", "README.md", "run",
               "sdk/mortise/plugin.h", "debian/control",
               "web/package-lock.json"} - short
    more = [name for name in short if "node_modules" in name
            or name.startswith(("build", "web/dist")) or name.endswith(".so")]
    tap.result(not missing and not more, "it has all sources, and no more",
               "\n".join([*missing, *more]))
    sums = pathlib.Path(f"{path}.sha256sum")
    tap.result(sums.exists() and hashlib.sha256(path.read_bytes()).hexdigest()
               == sums.read_text().split()[0], "its checksum is beside it")


def install(tap, path, folder, jobs):
    """The folder into which it is installed, or None."""
    folder.mkdir(parents=True)
    with tarfile.open(path) as tar:
        tar.extractall(folder)
    source = next(folder.iterdir())
    env = {**os.environ, "DESTDIR": str(folder / "root"),
           # Nothing of it is taken from another build.
           "CCACHE_DISABLE": "1"}
    for command in (["meson", "setup", "build", *OPTIONS],
                    ["ninja", "-C", "build", f"-j{jobs}"],
                    ["meson", "install", "-C", "build", "--no-rebuild"]):
        status, why = run(command, cwd=source, env=env)
        if status != 0:
            break
    tap.result(status == 0, f"it is built and installed with {jobs} at a time",
               why[-4000:])
    return folder / "root" if status == 0 else None


def files(root):
    return {path.relative_to(root): path for path in root.rglob("*")
            if path.is_file()}


def check_same(tap, roots):
    one, two = (files(root) for root in roots)
    differ = [str(name) for name in one.keys() | two.keys()
              if name not in one or name not in two
              or not filecmp.cmp(one[name], two[name], shallow=False)]
    tap.result(bool(one) and not differ,
               "two builds in two folders give the same files",
               "\n".join(sorted(differ)))


def main():
    tap = guide.Tap()
    with tempfile.TemporaryDirectory(prefix="mortise-dist-") as name:
        folder = pathlib.Path(name)
        path = archive(tap, folder)
        if path:
            check_archive(tap, path)
            roots = [install(tap, path, folder / where, jobs) for where, jobs
                     in (("a", 2), ("another/and/deeper", 1))]
            if all(roots):
                check_same(tap, roots)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
