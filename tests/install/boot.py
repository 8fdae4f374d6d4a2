# SPDX-License-Identifier: MIT
"""Boots a systemd with the packages in it: a part of debian.py.

In namespaces of its own, with a copy of this machine's root in memory, of
whose units only those are left that systemd itself needs. Nothing of it
outlives the test, and nothing here is touched.
"""

import os
import pathlib
import re
import shutil
import subprocess

SYSTEMD = "/lib/systemd/systemd"
SECONDS = 120

# Before the namespaces are made: $1 a folder for this machine's cgroups, which
# becomes the root of those inside.
ENTER = """set -e
echo $$ >"$1/cgroup.procs"
shift
exec unshare --mount --pid --uts --ipc --net --cgroup --fork --kill-child "$@"
"""

# Within them: $1 an empty folder, $2 the packages, $3 what is done there, $4 a
# file for what it says.
MAKE_ROOT = """set -e
mount -t tmpfs none "$1"
mkdir "$1/upper" "$1/work" "$1/all"
mount -t overlay overlay \
    -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/all"
root=$1/all
mkdir "$1/packages"
cp "$2"/*.deb "$1/packages"
cp "$3" "$1/steps"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
for each in dev run tmp; do
    mount -t tmpfs none "$root/$each"
done
chmod 1777 "$root/tmp"
for each in null zero full random urandom tty; do
    touch "$root/dev/$each"
    mount --bind "/dev/$each" "$root/dev/$each"
done
mkdir "$root/dev/shm" "$root/dev/pts" "$root/packages"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
mount --bind "$1/packages" "$root/packages"
touch "$root/said"
mount --bind "$4" "$root/said"
rm -rf "$root/etc/systemd/system" "$root/etc/mortise" \
    "$root/usr/sbin/policy-rc.d"
mkdir "$root/etc/systemd/system"
: >"$root/etc/fstab"
cp "$1/steps" "$root/etc/steps"
cat >"$root/etc/systemd/system/steps.service" <<'UNIT'
[Unit]
SuccessAction=exit-force
FailureAction=exit-force
[Service]
Type=oneshot
ExecStart=/bin/sh /etc/steps
StandardOutput=file:/said
StandardError=inherit
TimeoutStartSec=90
UNIT
mkdir "$root/before"
cd "$root"
pivot_root . before
exec chroot . sh -c 'umount --lazy /before
    export container=other SYSTEMD_LOG_TARGET=journal
    exec /lib/systemd/systemd --unit=steps.service --show-status=0' </dev/null
"""

# What is done there; each step is a line "ok WHAT" or "not ok WHAT".
STEPS = """
echo booted
step() {
    what=$1
    shift
    if "$@" >/tmp/step 2>&1; then
        echo "ok systemd: $what"
    else
        echo "not ok systemd: $what"
        { cat /tmp/step
            systemctl status --no-pager --lines 15 mortise
        } 2>&1 | sed 's/^/# /'
    fi
}
of() {
    systemctl show --property "$1" --value mortise
}
is() {
    [ "$(of "$1")" = "$2" ] || {
        echo "$1 is $(of "$1"), not $2"
        return 1
    }
}
answers() {
    python3 - "$1" <<'PY'
import sys, urllib.request
url = sys.argv[1] + "/socket.io/?EIO=4&transport=polling"
answer = urllib.request.urlopen(url, timeout=10).read()
sys.exit(not answer.startswith(b'0{"sid":"'))
PY
}
installed() {
    dpkg --no-triggers -i /packages/*.deb && is ActiveState inactive &&
        sed 's/"listen": "[^"]*"/"listen": "${WHERE}"/' \
            /etc/mortise/mortise.example.json >/etc/mortise/mortise.json &&
        echo 'WHERE=localhost:3000' >/etc/mortise/environment &&
        chmod 600 /etc/mortise/environment
}
started() {
    systemctl start mortise && is ActiveState active &&
        is StatusText '1 plugin' && answers http://localhost:3000
}
confined() {
    sed -n '/^\\(Uid\\|CapEff\\|NoNewPrivs\\|Seccomp\\):/p' \
        "/proc/$(of MainPID)/status" >/tmp/rights && cat /tmp/rights
    ! grep -q '^Uid:.0.' /tmp/rights &&
        grep -q '^CapEff:.0*$' /tmp/rights &&
        grep -q '^NoNewPrivs:.1$' /tmp/rights &&
        grep -q '^Seccomp:.2$' /tmp/rights &&
        [ -s /var/lib/private/mortise/chat.db ]
}
reloaded() {
    before=$(of MainPID)
    sed -i 's/"name": "chat"/"name": "echo"/; /"settings"/d
        s|"namespace": "/chat",|"namespace": "/echo"|' \
        /etc/mortise/mortise.json
    systemctl reload mortise && is ActiveState active &&
        is MainPID "$before" && of StatusText | grep 'reload 1: done'
}
refused() {
    before=$(of MainPID)
    sed -i 's/"name": "echo"/"name": "ecco"/' /etc/mortise/mortise.json
    ! systemctl reload mortise && is ActiveState active &&
        is MainPID "$before" && of StatusText | grep 'reload 2: refused'
    result=$?
    sed -i 's/"name": "ecco"/"name": "echo"/' /etc/mortise/mortise.json
    return $result
}
told() {
    mortise ctl status | grep -q 'configuration  */etc/mortise/mortise.json' &&
        mortise ctl --socket /run/mortise/control status &&
        ! setpriv --reuid=65534 --clear-groups \
            mortise ctl --socket /run/mortise/control status
}
crashed() {
    before=$(of MainPID)
    [ "$before" -gt 1 ] && kill -SEGV "$before" || return 1
    for try in 1 2 3 4 5 6 7 8 9 10; do
        sleep 0.5
        [ "$(of ActiveState)" = active ] && [ "$(of MainPID)" != "$before" ] &&
            break
    done
    is NRestarts 1 && is ActiveState active
}
upgraded() {
    before=$(of MainPID)
    dpkg --no-triggers -i /packages/mortise_*.deb && is ActiveState active &&
        [ "$(of MainPID)" != "$before" ] && answers http://localhost:3000
}
stopped() {
    systemctl stop mortise && is ActiveState inactive && is Result success
}
activated() {
    sed -i 's/"listen": "[^"]*"/"listen": "systemd"/' /etc/mortise/mortise.json
    systemctl start mortise.socket && is ActiveState inactive &&
        answers http://localhost && is ActiveState active &&
        dpkg --no-triggers -i /packages/mortise_*.deb && answers http://localhost &&
        systemctl is-active mortise.socket
}
removed() {
    dpkg --no-triggers --remove mortise-dev mortise-plugins mortise &&
        is ActiveState inactive && ! systemctl is-active mortise.socket
}
step 'the packages start nothing' installed
step 'the unit is ready when the server is, and has its status' started
step 'it is nobody special, and may do little' confined
step 'a reload' reloaded
step 'a reload that is refused fails, and the server stays' refused
step 'mortise ctl is for root, and for nobody else' told
step 'after a crash it is there again' crashed
step 'an upgrade has the new server take over' upgraded
step 'it stops' stopped
step 'the first client starts it, and its socket stays for upgrades' activated
step 'it ends when it is removed' removed
echo all
"""


def own_cgroup():
    """A folder below this process's own cgroup (version 2), or None."""
    mounts = pathlib.Path("/proc/self/mounts").read_text(encoding="utf-8")
    place = re.search(r"^\S+ (\S+) cgroup2 ", mounts, re.M)
    own = re.search(r"^0::(/.*)$", pathlib.Path("/proc/self/cgroup")
                    .read_text(encoding="utf-8"), re.M)
    if not place or not own:
        return None
    folder = pathlib.Path(place[1] + own[1]) / f"mortise-test-{os.getpid()}"
    try:
        folder.mkdir()
    except OSError:
        return None
    return folder


def remove_cgroup(folder):
    """What it had in it has ended with its first process."""
    for path, _, _ in os.walk(folder, topdown=False):
        try:
            os.rmdir(path)
        except OSError:
            pass


def boot(tap, folder, packages):
    """Starts the unit of the packages, as a machine that boots would."""
    def skip(why):
        tap.result(True, f"the unit is started # SKIP {why}")

    if not os.access(SYSTEMD, os.X_OK) or not shutil.which("setpriv"):
        return skip("no systemd here")
    if os.geteuid() != 0:
        return skip("that is for root")
    cgroup = own_cgroup()
    if not cgroup:
        return skip("no cgroup of its own (version 2)")
    mounts = folder / "booted"
    mounts.mkdir()
    steps = folder / "steps"
    steps.write_text(STEPS, encoding="utf-8")
    said = folder / "said"
    said.touch()
    try:
        trouble = subprocess.run(
            ["sh", "-c", ENTER, "sh", str(cgroup), "sh", "-c", MAKE_ROOT, "sh",
             str(mounts), str(packages), str(steps), str(said)], text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, timeout=SECONDS, check=False).stdout
    except subprocess.TimeoutExpired:
        trouble = "it has not ended in time"
    finally:
        remove_cgroup(cgroup)
    text = said.read_text(encoding="utf-8")
    if not text.startswith("booted"):
        return skip("systemd does not boot: " +
                    " ".join(trouble.split())[-150:])
    # A step is told, and behind it what it said when it failed.
    for failed, what, why in re.findall(
            r"^(not )?ok (.*)\n((?:# .*\n)*)", text, re.M):
        tap.result(not failed, what, re.sub("^# ", "", why, flags=re.M))
    return tap.result(text.endswith("all\n"), "systemd: all of it was tried",
                      text[-2000:] + trouble)
