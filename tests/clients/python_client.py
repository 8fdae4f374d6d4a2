#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A second, independent client: python-socketio as Debian has it.

    python_client.py URL

Speaks to an echo application at URL over long-polling, WebSocket and both,
and prints TAP.
"""

import queue
import sys

import engineio
import socketio

DEADLINE = 10

# This client takes only 16 packets in one answer to a poll unless told.
engineio.payload.Payload.max_decode_packets = 1000


class Echo:
    """A client and what it was sent."""

    def __init__(self, url, namespace="/", wait=DEADLINE, **options):
        self.namespace = namespace
        self.events = queue.Queue()
        self.client = socketio.Client(reconnection=False)
        for name in ("auth", "message-back", "broadcast-back"):
            self.client.on(name, self.hear(name), namespace=namespace)
        self.client.connect(
            url, namespaces=[namespace], wait_timeout=wait, **options
        )

    def hear(self, name):
        """A handler that keeps the event for expect()."""
        return lambda *args: self.events.put((name, list(args)))

    def expect(self, name, *args):
        """The next event is this one."""
        got = self.events.get(timeout=DEADLINE)
        assert got == (name, list(args)), f"got {got}"

    def emit(self, name, *args):
        """An event with several arguments, which are a tuple there."""
        self.client.emit(name, args, namespace=self.namespace)

    def call(self, name, *args):
        """An event and what it is acknowledged with."""
        return self.client.call(
            name, args, namespace=self.namespace, timeout=DEADLINE
        )

    def close(self):
        """Leaves."""
        self.client.disconnect()


def greeting(url, options):
    """The auth comes back when a namespace is joined"""
    echo = Echo(url, auth={"token": "ä"}, **options)
    echo.expect("auth", {"token": "ä"})
    echo.close()


def values(url, options):
    """Texts, numbers and objects come back"""
    echo = Echo(url, **options)
    echo.expect("auth", {})
    for args in (
        [],
        ["", "ä € 中文 \U0001f600", '"\\/\n\0'],
        [0, -1, 1.5, True, None],
        [{"a": [1, {"b": None}]}, [], {}],
    ):
        echo.emit("message", *args)
        echo.expect("message-back", *args)
    echo.close()


def binaries(url, options):
    """Bytes come back, at every depth"""
    echo = Echo(url, **options)
    echo.expect("auth", {})
    for args in (
        [b"\x01\x02\xff"],
        [b""],
        [{"a": [b"\x1e", "x"], "b": b"2"}, b"3"],
        [bytes(range(256)) * 200],
    ):
        echo.emit("message", *args)
        echo.expect("message-back", *args)
    echo.close()


def acknowledgements(url, options):
    """Acknowledgements carry what was sent"""
    echo = Echo(url, **options)
    echo.expect("auth", {})
    assert echo.call("message-with-ack", "x") == "x"
    assert list(echo.call("message-with-ack", 1, {"a": 2})) == [1, {"a": 2}]
    assert echo.call("message-with-ack", b"\x00\x01") == b"\x00\x01"
    echo.close()


def namespaces(url, options):
    """The other namespace, and one that is not there"""
    echo = Echo(url, "/custom", auth={"a": 1}, **options)
    echo.expect("auth", {"a": 1})
    echo.emit("message", "c", b"d")
    echo.expect("message-back", "c", b"d")
    echo.close()
    # A client that is refused waits on, whatever the server says.
    try:
        Echo(url, "/nowhere", wait=1, **options).close()
    except socketio.exceptions.ConnectionError:
        return
    raise AssertionError("/nowhere let us in")


def rooms(url, options):
    """A broadcast reaches all who joined"""
    clients = [Echo(url, **options) for _ in range(3)]
    for echo in clients:
        echo.expect("auth", {})
    for echo in clients[:2]:
        echo.call("join", "bench")
    clients[2].emit("broadcast", "hello", b"x")
    for echo in clients[:2]:
        echo.expect("broadcast-back", "hello", b"x")
    clients[2].emit("message", "end")
    clients[2].expect("message-back", "end")
    for echo in clients:
        echo.close()


def order(url, options):
    """Two hundred messages come back in order"""
    echo = Echo(url, **options)
    echo.expect("auth", {})
    for number in range(200):
        echo.emit("message", number)
    for number in range(200):
        echo.expect("message-back", number)
    echo.close()


TRANSPORTS = {
    "polling": {"transports": ["polling"]},
    "websocket": {"transports": ["websocket"]},
    "upgrade": {},
}
TESTS = (greeting, values, binaries, acknowledgements, namespaces, rooms, order)


def main(url):
    """Runs them all; the number of failures."""
    failed = 0
    number = 0
    print(f"1..{len(TRANSPORTS) * len(TESTS)}")
    for transport, options in TRANSPORTS.items():
        for test in TESTS:
            number += 1
            name = f"{test.__doc__}, {transport}"
            try:
                test(url, options)
                print(f"ok {number} - {name}", flush=True)
            except Exception as error:  # whatever it is, it is a failure
                failed += 1
                print(f"not ok {number} - {name}")
                print(f"#   {type(error).__name__}: {error}", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1]) else 0)
