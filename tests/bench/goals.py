# SPDX-License-Identifier: MIT
"""The table of goals: what a message may cost beside the floor, and what may
not grow with what is idle."""

import json
import resource
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from measure import median, ratio
from servers import Failure, Holder, mortise_server

# title, scenario, the most that it may be of the floor, and the floor's
# scenario where it is another
MESSAGES = [
    ("echo 32 B", ("echo", 100, 1, 32), 1.15, None),
    ("echo 32 B, 16 in flight", ("echo", 100, 16, 32), 2.0, None),
    ("echo 1 KiB", ("echo", 100, 1, 1024), 1.25, None),
    ("echo 16 KiB", ("echo", 100, 1, 16384), 1.6, None),
    ("object 1 KiB", ("obj", 100, 1, 1024), 1.5, None),
    ("binary 1 KiB", ("bin", 100, 1, 1024), 1.2, None),
    ("ack 32 B", ("ack", 100, 1, 32), 1.15, None),
    ("broadcast to 1,000, a delivery", ("bcast", 1000, 1, 32), 1.05, None),
    ("8 of them in flight", ("bcast", 1000, 8, 32), 0.4,
     ("bcast", 1000, 1, 32)),
    ("long-polling echo 32 B", ("poll", 100, 1, 32), 1.35, None),
    ("connect, echo, disconnect", ("churn", 32, 1, 32), 1.4, None),
]
BYTES_AN_IDLE_CONNECTION = 800
PERCENT_OF_A_CORE = 0.5
GROWTH = 1.1
# Milliseconds; what the server does unless it is told otherwise.
PING_INTERVAL = 25000
RELOADS = 7


def idle_count(wanted):
    """As many as the descriptors of one process allow."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return min(wanted, hard - 1000)


def thousands(count):
    return f"{count:,}"


def figure(value):
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def verdict(value, goal):
    return "reached" if value <= goal else "not"


class Table:
    """Prints a row as soon as it is measured, and keeps it."""

    def __init__(self, bench, wanted):
        self.bench = bench
        self.wanted = wanted
        self.peers = [server.name for server in bench.servers[2:]]
        self.rows = []

    def head(self, *columns):
        first, left, right, relation = columns
        print(f"{first:<34}{left:>9}{right:>9}{relation:>7}{'goal':>8}"
              f"  {'':<8}" + "".join(f"{name:>10}{'':>8}"
                                     for name in self.peers), flush=True)

    def wants(self, title):
        return self.wanted in title

    def row(self, title, left, right, relation, goal, reached, peers=(),
            rounds=None):
        cells = "".join(f"{value:>10}{part:>8}" for value, part in peers)
        print(f"{title:<34}{left:>9}{right:>9}{relation:>7}{goal:>8}"
              f"  {reached:<8}{cells}".rstrip(), flush=True)
        self.rows.append({"row": title, "left": left, "right": right,
                          "ratio": relation, "goal": goal,
                          "verdict": reached, "peers": list(peers),
                          "rounds": rounds})


# --- beside the floor ---------------------------------------------------------

def message_rows(bench, table):
    for title, scenario, goal, floors in MESSAGES:
        if not table.wants(title):
            continue
        figures = bench.measure(scenario, floors)
        floor = figures["floor"]
        key = "us_per_message"
        share = ratio(figures["mortise"], floor, key)
        table.row(title, figure(median(floor, key)),
                  figure(median(figures["mortise"], key)), f"{share:.2f}",
                  f"{goal:.2f}", verdict(share, goal),
                  [(figure(median(figures[name], key)),
                    f"{ratio(figures[name], floor, key):.2f}")
                   for name in table.peers], figures)


def memory_row(bench, table):
    count = idle_count(10000)
    title = "bytes an idle connection"
    if not table.wants(title):
        return
    figures = bench.measure(("idle", count, 1, 32))
    key = "bytes_per_connection"
    ours = median(figures["mortise"], key)
    table.row(title, figure(median(figures["floor"], key)), figure(ours), "",
              f"{BYTES_AN_IDLE_CONNECTION} B",
              verdict(ours, BYTES_AN_IDLE_CONNECTION),
              [(figure(median(figures[name], key)), "")
               for name in table.peers], figures)


def heartbeat_percents(bench, count):
    """Of a core, while every connection gets its ping once; one server after
    the other, since the clients are as many as one machine can have."""
    found = {}
    for server in bench.servers:
        holder = None
        try:
            server.start(bench.server_core)
            holder = Holder(bench.build, server, count, core=bench.load_core)
            time.sleep(1)
            begin, before = time.monotonic(), server.cpu()
            time.sleep(PING_INTERVAL / 1000)
            spent, passed = server.cpu() - before, time.monotonic() - begin
            holder.check()
            found[server.name] = 100 * spent / passed
        finally:
            if holder:
                holder.let_go()
            server.stop()
    return found


def heartbeat_row(bench, table):
    count = idle_count(19000)
    title = f"{thousands(count)} idle, % of a core"
    if not table.wants(title):
        return
    found = heartbeat_percents(bench, count)
    ours = found["mortise"]
    table.row(title, figure(found["floor"]), figure(ours),
              f"{ours / found['floor']:.2f}", f"{PERCENT_OF_A_CORE} %",
              verdict(ours, PERCENT_OF_A_CORE),
              [(figure(found[name]), "") for name in table.peers], found)


# --- what is idle ---------------------------------------------------------------

class Site:
    """A server of ours with files of its own: the echo application, and the
    plugin of which there can be much."""

    def __init__(self, bench):
        self.bench = bench
        self.folder = Path(tempfile.mkdtemp(prefix="mortise-bench-"))
        self.config = self.folder / "mortise.json"
        self.builds = 0
        self.holders = []
        self.new_build()
        crowd = bench.build / "tests" / "bench" / "crowd.so"
        self.config.write_text(json.dumps({
            "mode": "development",
            "plugins": [{"name": "echo", "path": str(self.folder / "echo.so")},
                        {"name": "crowd", "path": str(crowd)}]}))
        self.server = mortise_server(bench.build, config=self.config)

    def __enter__(self):
        self.server.start(self.bench.server_core)
        return self

    def __exit__(self, *_):
        for holder in self.holders:
            holder.let_go()
        self.server.stop()
        shutil.rmtree(self.folder)

    def hold(self, connections, entry=None):
        self.holders.append(Holder(self.bench.build, self.server, connections,
                                   entry, self.bench.load_core))

    def check(self):
        for holder in self.holders:
            holder.check()

    def new_build(self):
        """Another file of the same plugin, put there in one step."""
        self.builds += 1
        fresh = self.folder / "fresh"
        shutil.copy(self.bench.build / "plugins" / "echo" / "echo.so", fresh)
        with fresh.open("ab") as file:
            file.write(b"\0" * self.builds)
        fresh.rename(self.folder / "echo.so")

    def reload(self):
        """Milliseconds from asking for it until its outcome is known."""
        self.new_build()
        begin = time.monotonic()
        done = subprocess.run(
            [self.bench.build / "mortise", "ctl", "--config", self.config,
             "reload"], capture_output=True, text=True, check=False)
        passed = time.monotonic() - begin
        if done.returncode != 0 or "nothing" in done.stdout:
            raise Failure(f"a reload failed: {done.stdout}{done.stderr}")
        return {"milliseconds": passed * 1000}


def rooms(site, total):
    """A hundred clients are in so many rooms: in one each, of ten; or in so
    many each that every room has a member."""
    each = max(total // 100, 1)
    site.hold(100, f'420["rooms",{each},{total}]')


def idle(site, count):
    if count > 0:
        site.hold(count)


def timers(site, count):
    site.hold(1, f'420["timers",{count}]')


def growth_rows():
    """title, how much of what there is on either side, what is measured"""
    idle_clients = idle_count(19000)
    reload_clients = idle_count(10000)
    echo, room = ("echo", 100, 1, 32), ("bcast", 10, 1, 32)
    return [
        (f"echo, {thousands(idle_clients)} idle connections", idle, 0,
         idle_clients, echo),
        ("room of 10, among 100,000 rooms", rooms, 10, 100000, room),
        ("echo, 10,000 timers waiting", timers, 0, 10000, echo),
        (f"reload, {thousands(reload_clients)} connections, ms", idle, 0,
         reload_clients, None),
    ]


def compare(bench, make, few, many, scenario):
    """The rounds of two servers in turns: with little, and with much."""
    with Site(bench) as left, Site(bench) as right:
        make(left, few)
        make(right, many)
        sites = (left, right)
        if scenario is None:
            rounds = [[site.reload() for site in sites]
                      for _ in range(RELOADS)]
        else:
            for site in sites:
                bench.prove(site.server, scenario)
            rounds = [[bench.round(site.server, scenario) for site in sites]
                      for _ in range(bench.options.rounds)]
        for site in sites:
            site.check()
        return [list(side) for side in zip(*rounds)]


def growth(bench, table):
    rows = [row for row in growth_rows() if table.wants(row[0])]
    if rows:
        print()
        table.head("cost does not grow with", "little", "much", "ratio")
    for title, make, few, many, scenario in rows:
        left, right = compare(bench, make, few, many, scenario)
        key = "us_per_message" if scenario else "milliseconds"
        share = ratio(right, left, key)
        table.row(title, figure(median(left, key)), figure(median(right, key)),
                  f"{share:.2f}", f"{GROWTH:.2f}", verdict(share, GROWTH),
                  [("-", "")] * len(table.peers), [left, right])


def measure_all(bench, wanted):
    names = [server.name for server in bench.servers[:2]]
    if names != ["floor", "mortise"]:
        raise Failure("the goals are about floor,mortise")
    if idle_count(19000) < 19000:
        print("note: fewer than 19,000 idle connections, the limit of "
              "descriptors is too low (ulimit -Hn)")
    table = Table(bench, wanted)
    table.head("us of CPU a message", "floor", "mortise", "ratio")
    message_rows(bench, table)
    memory_row(bench, table)
    heartbeat_row(bench, table)
    growth(bench, table)
    return table.rows


def prove(bench):
    """Whether what the rows about growth are made of works; how many failed."""
    failed = 0
    for title, make, many in (("idle connections", idle, 20),
                              ("rooms", rooms, 1000),
                              ("timers", timers, 100)):
        try:
            with Site(bench) as site:
                make(site, many)
                bench.prove(site.server, ("bcast", 10, 1, 32))
                site.reload()
            print(f"ok - growth: {title}, and a reload", flush=True)
        except Failure as failure:
            print(f"not ok - growth: {title}: {failure}")
            failed += 1
    return failed
