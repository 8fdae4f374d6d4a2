#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Builds the packages of debian/ and installs them, as somebody would; TAP.

The root into which they are installed is a copy of this machine's that is kept
in memory and gone afterwards (a mount namespace with an overlay), so dpkg and
the packages' scripts run as they do anywhere, and touch nothing here. In
another one (boot.py) a systemd runs, which starts the server.

    tests/install/debian.py

Skipped where dpkg-buildpackage or debhelper is missing, or where nobody may
make such a root.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from boot import boot  # noqa: E402
from check import ROOT, guide, run  # noqa: E402

PACKAGES = ("mortise", "mortise-dev", "mortise-plugins")

# In a namespace of its own: $1 an empty folder, then what to run in the root.
MAKE_ROOT = """set -e
mount -t tmpfs none "$1"
mkdir "$1/upper" "$1/work" "$1/all"
mount -t overlay overlay \
    -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/all"
mount -t proc proc "$1/all/proc" 2>/dev/null || mount --rbind /proc \
    "$1/all/proc"
mount --rbind /dev "$1/all/dev"
root=$1/all
shift
exec chroot "$root" "$@"
"""

# What is done there; each step is a line "ok WHAT" or "not ok WHAT".
STEPS = """
step() {
    what=$1
    shift
    if "$@" >/tmp/said 2>&1; then
        echo "ok $what"
    else
        echo "not ok $what"
        sed 's/^/# /' /tmp/said
    fi
}
serves() {
    cp /etc/mortise/mortise.example.json /etc/mortise/mortise.json
    sed -i 's|/var/lib/mortise/|/tmp/|; s|/run/mortise/|/tmp/|' \
        /etc/mortise/mortise.json
    mortise --config /etc/mortise/mortise.json --listen 127.0.0.1:0 \
        >/tmp/ready 2>/tmp/log &
    pid=$!
    for try in 1 2 3 4 5 6 7 8 9 10; do
        grep -q listening /tmp/ready && break
        sleep 1
    done
    where=$(sed -n 's/^listening on //p' /tmp/ready)
    python3 - "$where" <<'PY'
import sys, urllib.request
url = sys.argv[1] + "/socket.io/?EIO=4&transport=polling"
answer = urllib.request.urlopen(url, timeout=10).read()
sys.exit(not answer.startswith(b'0{"sid":"'))
PY
    answered=$?
    mortise ctl --config /etc/mortise/mortise.json plugins
    kill $pid && wait $pid && [ $answered = 0 ] || {
        cat /tmp/log
        return 1
    }
}
plugin() {
    cd /tmp && rm -rf hello && mortise new-plugin hello && cd hello &&
        meson setup build && ninja -C build && meson test -C build
}
gone() {
    [ ! -e /usr/bin/mortise ] && [ ! -e /usr/include/mortise ] &&
        [ -z "$(find /usr/lib -path '*mortise*' -type f)" ] &&
        [ ! -e /etc/mortise ] && [ ! -e /var/lib/mortise ] &&
        [ ! -e /var/lib/private/mortise ]
}
# The package before: the same, with an older number and another example.
older() {
    dpkg-deb -R /packages/mortise_*.deb /tmp/older &&
        sed -i 's/^Version: .*/Version: 0.9.0/; /^Recommends:/d' \
            /tmp/older/DEBIAN/control &&
        echo '// older' >>/tmp/older/etc/mortise/mortise.example.json &&
        dpkg-deb -b /tmp/older /tmp/older.deb && dpkg -i /tmp/older.deb &&
        echo '// mine' >>/etc/mortise/mortise.example.json &&
        echo '// mine, too' >/etc/mortise/mortise.json
}
upgraded() {
    dpkg --force-confdef --force-confold -i /packages/*.deb &&
        [ "$(tail -n 1 /etc/mortise/mortise.example.json)" = '// mine' ] &&
        [ "$(cat /etc/mortise/mortise.json)" = '// mine, too' ] &&
        [ -e /etc/mortise/mortise.example.json.dpkg-dist ] &&
        mv /etc/mortise/mortise.example.json.dpkg-dist \
            /etc/mortise/mortise.example.json
}
version() {
    dpkg-query -W -f 'mortise ${Version} \n' mortise >/tmp/version &&
        mortise --version | grep -F "$(cat /tmp/version)"
}
purge() {
    mkdir -p /var/lib/private/mortise && touch /var/lib/private/mortise/a.db &&
        ln -sfn private/mortise /var/lib/mortise &&
        dpkg --remove mortise-dev mortise-plugins mortise &&
        [ -e /var/lib/private/mortise/a.db ] &&
        [ -e /etc/mortise/mortise.example.json ] &&
        rm /etc/mortise/mortise.json &&
        dpkg --purge mortise-dev mortise-plugins mortise
}
cd /packages
step 'a package of an older version is there' older
step 'an upgrade keeps what the administrator has written' upgraded
step 'dpkg installs them' dpkg -i *.deb
step 'the server runs' mortise --version
for name in auth chat echo game; do
    file=$(dpkg -L mortise-plugins | grep "/$name.so$")
    step "the plugin $name is whole" mortise --inspect "$file"
done
step 'the example is served' serves
step 'systemd takes the unit' systemd-analyze verify mortise.service
step 'a plugin is built against the packages' plugin
step 'its version is that of the package' version
step 'dpkg removes them, and what was kept when it purges' purge
step 'nothing is left' gone
"""


def why_not():
    """What is missing here, or None."""
    if not shutil.which("dpkg-buildpackage") or not shutil.which("dh"):
        return "no dpkg-buildpackage and debhelper"
    status, said = run(["dpkg-checkbuilddeps", ROOT / "debian/control"])
    if status != 0:
        return "the build needs: " + said.strip().rpartition(": ")[2]
    return None


def sources():
    """What a clone has, and what is about to be."""
    status, names = run(["git", "ls-files", "-z", "--cached", "--others",
                         "--exclude-standard"], cwd=ROOT)
    if status != 0:
        raise SystemExit(names)
    return [name for name in names.split("\0") if (ROOT / name).is_file()]


def build(tap, folder):
    """The folder with the packages, or None."""
    tree = folder / "mortise"
    for name in sources():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, tree / name)
    status, why = run(["dpkg-buildpackage", "--build=binary", "--no-sign"],
                      cwd=tree)
    tap.result(status == 0, "the packages are built", why[-4000:])
    packages = folder / "packages"
    packages.mkdir()
    for path in folder.glob("*.deb"):
        if "-dbgsym_" not in path.name:
            path.rename(packages / path.name)
    found = sorted(path.name.split("_")[0] for path in packages.iterdir())
    tap.result(found == sorted(PACKAGES), "they are those that should be",
               "\n".join(found))
    if shutil.which("lintian") and status == 0:
        status, why = run(["lintian", "--fail-on", "error,warning",
                           "--allow-root", *packages.iterdir()])
        tap.result(status == 0, "lintian finds nothing wrong", why)
    return packages if found == sorted(PACKAGES) else None


def enter(folder, command):
    mounts = folder / "mounts"
    mounts.mkdir(exist_ok=True)
    return ["unshare", "--mount", "--pid", "--fork", "sh", "-c", MAKE_ROOT,
            "sh", str(mounts), *command]


def install(tap, folder, packages):
    status, why = run(enter(folder, ["true"]))
    if status != 0:
        tap.result(True, "the packages are installed # SKIP no root of its "
                   "own: " + why.strip().replace("\n", " ")[:100])
        return
    script = "mkdir /packages && cp " + str(packages) + \
        "/*.deb /packages/ || exit 1\n" + STEPS
    done = subprocess.run(enter(folder, ["sh", "-c", script]), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, timeout=300, check=False)
    # A step is told, and behind it what it said when it failed.
    steps = re.findall(r"^(not )?ok (.*)\n((?:# .*\n)*)", done.stdout, re.M)
    for failed, what, why in steps:
        tap.result(not failed, what, why)
    tap.result(done.returncode == 0, "all of it was tried", done.stdout[-2000:])


def main():
    tap = guide.Tap()
    missing = why_not()
    if missing:
        tap.result(True, f"packages for Debian # SKIP {missing}")
        return tap.end()
    with tempfile.TemporaryDirectory(prefix="mortise-debian-") as name:
        folder = pathlib.Path(name)
        packages = build(tap, folder)
        if packages:
            install(tap, folder, packages)
            boot(tap, folder, packages)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
