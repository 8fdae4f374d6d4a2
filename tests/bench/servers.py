# SPDX-License-Identifier: MIT
"""Servers that are started on the loopback, and the load client."""

import ctypes
import json
import os
import pathlib
import resource
import shlex
import signal
import socket
import subprocess
import tempfile
import time

from scenarios import label

ROOT = pathlib.Path(__file__).resolve().parents[2]
READY_SECONDS = 15
LIMIT_SECONDS = 60


class Failure(Exception):
    """Something that makes the figures worthless."""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def answers(port):
    with socket.socket() as s:
        s.settimeout(0.5)
        return s.connect_ex(("127.0.0.1", port)) == 0


def child_setup(core):
    """What a child does before it becomes its program: take its core and as
    many descriptors as it may, and die when this script dies."""

    def setup():
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        if core is not None:
            os.sched_setaffinity(0, {core})

    return setup


class Server:
    """A server that can be started again for every scenario. `command` makes
    its arguments from a port; without a port of its own it gets a free one."""

    def __init__(self, name, command, port=None, echoes=True):
        self.name = name
        self.command = command
        self.fixed_port = port
        self.says_ready = port is None
        # The floor answers by rote and cannot echo numbered messages.
        self.echoes = echoes
        # A compiler at run time needs to see the work before it is measured.
        self.warms = False
        self.process = None

    def start(self, core):
        self.port = self.fixed_port or free_port()
        if answers(self.port):
            raise Failure(f"{self.name}: port {self.port} is taken")
        self.output = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            self.command(self.port), stdin=subprocess.DEVNULL, cwd=ROOT,
            stdout=self.output, stderr=subprocess.STDOUT,
            preexec_fn=child_setup(core))
        deadline = time.monotonic() + READY_SECONDS
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise Failure(f"{self.name} does not start:\n{self.said()}")
            time.sleep(0.02)

    def is_ready(self):
        if self.says_ready:
            return any(line.startswith("listening on ")
                       for line in self.said().splitlines())
        return answers(self.port)

    def said(self):
        size = os.fstat(self.output.fileno()).st_size
        return os.pread(self.output.fileno(), min(size, 4096), 0).decode(
            errors="replace")

    def cpu(self):
        """Seconds of processor time, of all its threads; the number is what
        clock_getcpuclockid() gives."""
        return time.clock_gettime(~self.process.pid << 3 | 2)

    def stop(self):
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None
        self.output.close()


def floor_server(build):
    return Server("floor", lambda port: [
        build / "tests" / "bench" / "bench-floor", str(port)], echoes=False)


def mortise_server(build, before=(), config=ROOT / "config" / "echo.json"):
    """Ours, behind the words of a program that runs it."""
    return Server("mortise", lambda port: [
        *before, build / "mortise", "--config", config,
        "--listen", f"127.0.0.1:{port}"])


def peer_server(command, port):
    """node server.js {port} is called server."""
    words = shlex.split(command)
    names = [w for w in words
             if "{port}" not in w and not w.startswith("-") and not w.isdigit()]
    return Server(pathlib.Path(names[-1]).stem if names else "peer",
                  lambda port: [w.replace("{port}", str(port)) for w in words],
                  port=int(port))


def node_server():
    """The reference: socket.io of npm, with the echo application on it."""
    folder = ROOT / "tests" / "protocol" / "reference"
    if not (folder / "node_modules" / "socket.io").exists():
        raise Failure("socket.io of npm is not installed: "
                      f"npm ci in {folder.relative_to(ROOT)}")
    server = Server("node", lambda port: [
        "env", "NODE_ENV=production", "node", folder / "server.mjs",
        "--config", ROOT / "config" / "echo.json",
        "--listen", f"127.0.0.1:{port}"])
    server.warms = True
    return server


def load(build, server, scenario, *extra, core=None):
    """One run of the load client: its figures."""
    name, connections, inflight, size = scenario
    command = [build / "tests" / "bench" / "bench-load", name,
               "--port", str(server.port),
               "--connections", str(connections),
               "--inflight", str(inflight), "--size", str(size),
               "--limit", str(LIMIT_SECONDS), *extra]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False,
        timeout=LIMIT_SECONDS + 30, preexec_fn=child_setup(core))
    if done.returncode != 0:
        raise Failure(f"{label(scenario)} on {server.name}: "
                      f"{done.stderr.strip()}\n{server.said()}")
    return json.loads(done.stdout)


class Holder:
    """Clients that connect, say one event each when asked, and then only
    answer pings, until they are let go."""

    def __init__(self, build, server, connections, entry=None, core=None):
        words = [build / "tests" / "bench" / "bench-load", "hold",
                 "--port", str(server.port),
                 "--connections", str(connections), "--limit", "600"]
        self.process = subprocess.Popen(
            words + (["--entry", entry] if entry else []),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, preexec_fn=child_setup(core))
        said = self.process.stdout.readline()
        if not said.endswith("connected\n"):
            self.let_go()
            raise Failure(f"{connections} clients on {server.name}: {said}")

    def check(self):
        """They must be there still when what they were for is over."""
        if self.process.poll() is not None:
            raise Failure("clients that were to stay have ended: "
                          + self.process.stdout.read())

    def let_go(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
