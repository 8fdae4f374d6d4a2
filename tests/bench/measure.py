# SPDX-License-Identifier: MIT
"""Measures scenarios on servers, round by round and in turns."""

import json
import os
import statistics
import sys

from servers import (Failure, floor_server, load, mortise_server, node_server,
                     peer_server)

WARM_SECONDS = 2
# Enough for a server of another league.
PEER_ROUNDS = 5


class Bench:
    def __init__(self, options):
        cores = sorted(os.sched_getaffinity(0))
        pinned = len(cores) > 1
        if not pinned:
            print("note: only one core; server and client share it",
                  file=sys.stderr)
        self.options = options
        self.build = options.build
        self.server_core = cores[0] if pinned else None
        self.load_core = cores[1] if pinned else None
        self.servers = list(self.make_servers())

    def make_servers(self):
        mortise = self.build / "mortise"
        chosen = self.options.servers.split(",")
        unknown = set(chosen) - {"floor", "mortise"}
        if unknown:
            raise Failure(f"no such server: {', '.join(sorted(unknown))}")
        if "floor" in chosen:
            yield floor_server(self.build)
        if "mortise" in chosen:
            if not mortise.exists():
                raise Failure(f"{mortise} is not built "
                              "(--servers floor does without)")
            yield mortise_server(self.build)
        if self.options.peers:
            yield node_server()
        for command, port in self.options.peer:
            yield peer_server(command, port)

    def load(self, server, scenario, *extra):
        """One run of the load client: its figures."""
        return load(self.build, server, scenario,
                    "--pid", str(server.process.pid), *extra,
                    core=self.load_core)

    def prove(self, server, scenario):
        """A few messages, numbered where the server really echoes."""
        extra = ["--vary"] if server.echoes else []
        return self.load(server, scenario, "--warmup", "0", "--seconds", "5",
                         "--messages", "500", *extra)

    def begin(self, server, scenario):
        """A process of this scenario's own, which has shown that it echoes."""
        server.start(self.server_core)
        if scenario[0] == "idle":
            return
        self.prove(server, scenario)
        if server.warms:
            self.load(server, scenario, "--seconds", str(WARM_SECONDS))

    def round(self, server, scenario):
        return self.load(server, scenario,
                         "--warmup", str(self.options.warmup),
                         "--seconds", str(self.options.seconds))

    def measure(self, scenario, floors=None):
        """Rounds in turn: the figures of each server. Idle memory is a matter
        of a process's history, so there every round gets a new one. `floors`
        is the floor's scenario where that is another."""
        idle = scenario[0] == "idle"
        rounds = min(self.options.rounds, 3) if idle else self.options.rounds
        turns = [(server, floors if floors and server.name == "floor"
                  else scenario) for server in self.servers]
        figures = {server.name: [] for server in self.servers}
        try:
            for server, its in turns:
                self.begin(server, its)
            for number in range(rounds):
                for server, its in turns:
                    if server.warms and number >= PEER_ROUNDS:
                        continue
                    if idle and number > 0:
                        server.stop()
                        server.start(self.server_core)
                    figures[server.name].append(self.round(server, its))
        finally:
            for server in self.servers:
                server.stop()
        return figures


def median(rounds, key):
    return statistics.median(figures[key] for figures in rounds)


def ratio(rounds, floors, key):
    """The median of the rounds' ratios: what the machine did meanwhile met
    both of a round."""
    pairs = [(one[key], other[key]) for one, other in zip(rounds, floors)]
    return statistics.median(one / other if other > 0 else 0
                             for one, other in pairs)


def write_json(path, value):
    path.write_text(json.dumps(value, indent=1) + "\n")
