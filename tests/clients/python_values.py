#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""python-socketio against the plugin `values`: binary that middleware adds,
binary in lists, answers with many rows.

    python_values.py URL

Exits with 0 when all is well.
"""

import queue
import sys

import engineio
import socketio

DEADLINE = 10
BYTES = b"\x01\x02"
OWN = b"\x03\x04\x05"
VALUES = ["text", b"binary", {"a": [{"b": b""}, "ü"]}]

# This client takes only 16 packets in one answer to a poll unless told.
engineio.payload.Payload.max_decode_packets = 1000


def check(url, transports):
    """Everything, over these transports."""
    events = queue.Queue()
    client = socketio.Client(reconnection=False)
    client.on("listed", events.put)
    client.connect(url, transports=transports, wait_timeout=DEADLINE)

    def call(name, *args):
        return client.call(name, args, timeout=DEADLINE)

    for a in VALUES:
        for b in VALUES:
            got = call("mixed", a, b)
            mixed = {"deep": {"a": a, "new": OWN}, "list": [[b, OWN], b]}
            assert got in ([mixed, BYTES], (mixed, BYTES)), got
    for value in VALUES:
        inner = [BYTES, {"a": [value]}, "text"]
        made = {
            "first": BYTES,
            "list": [inner, value, {"n": 7}, inner],
            "last": value,
        }
        got = call("lists", value)
        assert got == made, got
        got = events.get(timeout=DEADLINE)
        assert got == made, got
    got = call("history", 50000)
    assert len(got["rows"]) == 50000, len(got["rows"])
    assert got["rows"][-1] == {"id": 49999, "text": "some text"}
    client.disconnect()


for transports in (["polling"], ["websocket"], ["polling", "websocket"]):
    check(sys.argv[1], transports)
