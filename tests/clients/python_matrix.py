#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Both clients of python-socketio, as rows of the matrix of clients.

    python_matrix.py URL

At URL are the plugins echo and matrix. Each client speaks JSON and, where
python3-msgpack is installed, MessagePack. What is done is written once: the
client that blocks is called in threads of its own. Prints TAP.
"""

import asyncio
import sys

import engineio
import socketio

DEADLINE = 10
PLANES = "aä€中\U0001f600\U0010ffff"

# This client takes only 16 packets in one answer to a poll unless told.
engineio.payload.Payload.max_decode_packets = 1000

EVENTS = ("auth", "message-back", "answered", "connect", "disconnect")


class Guest:
    """A client of either kind, what it was sent, and how often it was pinged."""

    def __init__(self, kind, url, transports, **options):
        self.url = url
        self.transports = transports
        self.loop = asyncio.get_running_loop()
        self.events = asyncio.Queue()
        self.pings = 0
        self.blocks = kind is socketio.Client
        self.client = kind(
            reconnection_delay=0.02, reconnection_delay_max=0.1, **options
        )

    def hear(self, namespace, name):
        """A handler that keeps the event for expect()."""

        def keep(*args):
            self.loop.call_soon_threadsafe(
                self.events.put_nowait, (namespace, name, list(args))
            )

        return keep

    def count_pings(self):
        """From now on."""
        receive = self.client.eio._receive_packet

        def counted(packet):
            if packet.packet_type == engineio.packet.PING:
                self.pings += 1
            return receive(packet)

        self.client.eio._receive_packet = counted

    async def do(self, method, *args, **options):
        """Calls it as its kind has to be called."""
        if self.blocks:
            return await asyncio.to_thread(method, *args, **options)
        return await method(*args, **options)

    async def join(self, *namespaces, **options):
        """Connects, and has been greeted everywhere."""
        namespaces = namespaces or ("/",)
        for namespace in namespaces:
            for name in EVENTS:
                self.client.on(name, self.hear(namespace, name), namespace)
            self.client.on("question", lambda *args: (*args, "answer"), namespace)
        await self.do(
            self.client.connect,
            self.url,
            transports=self.transports,
            namespaces=list(namespaces),
            wait_timeout=DEADLINE,
            **options,
        )

    async def next(self, name, namespace="/"):
        """The arguments of the next event of that name."""
        while True:
            got = await asyncio.wait_for(self.events.get(), DEADLINE)
            if got[:2] == (namespace, name):
                return got[2]

    async def emit(self, name, *args, namespace="/"):
        """An event with several arguments, which are a tuple there."""
        await self.do(self.client.emit, name, args, namespace=namespace)

    async def call(self, name, *args, namespace="/"):
        """An event and what it is acknowledged with."""
        return await self.do(
            self.client.call, name, args, namespace=namespace, timeout=DEADLINE
        )

    async def echo(self, *args, namespace="/"):
        """A message comes back as it was."""
        await self.emit("message", *args, namespace=namespace)
        got = await self.next("message-back", namespace)
        assert got == list(args), f"got {str(got)[:200]}"

    async def leave(self):
        """Also when it never came."""
        await self.do(self.client.disconnect)
        http = self.client.eio.http
        if http and not self.blocks:  # which it forgets
            await http.close()


async def connecting(guest):
    """Its auth is known, and what it speaks"""
    await guest.join(auth={"token": PLANES})
    about = await guest.call("about")
    assert about["auth"] == {"token": PLANES}, about
    assert about["protocol"] == 4, about
    assert about["id"] == guest.client.get_sid(), about


async def texts(guest):
    """Text of all planes, both ways"""
    await guest.join()
    assert list(await guest.call("planes", PLANES)) == [True, PLANES]
    await guest.echo("", '\0\x1e"\\', PLANES * 300)


async def binaries(guest):
    """Bytes in objects come back"""
    await guest.join()
    await guest.echo(b"\x00\x04\x1e\xff")
    await guest.echo({"a": [b"x", {"b": bytes(300)}], "c": 1}, "text")
    assert await guest.call("message-with-ack", {"x": b"y"}) == {"x": b"y"}


async def acknowledgements(guest):
    """Acknowledgements in both directions"""
    await guest.join()
    assert list(await guest.call("message-with-ack", 1, "b")) == [1, "b"]
    for args in ([], [1, {"a": 2}], [{"x": b"\x01\x02"}]):
        await guest.emit("ask", *args)
        got = await guest.next("answered")
        assert got == [*args, "answer"], f"got {got}"


async def large(guest):
    """Messages of 150 kB"""
    await guest.join()
    await guest.echo("x" * 150_000)
    await guest.echo({"bytes": bytes(150_000)})


async def several(guest):
    """Several namespaces on one connection"""
    await guest.join("/", "/custom")
    await guest.echo("c", b"b", namespace="/custom")
    await guest.echo("m")
    await guest.emit("leave-me", namespace="/custom")
    await guest.next("disconnect", "/custom")
    await guest.echo("still here")


async def refusal(guest):
    """A refusal"""
    # A client that is refused waits on, whatever the server says.
    try:
        await guest.do(
            guest.client.connect,
            guest.url,
            transports=guest.transports,
            namespaces=["/staff"],
            wait_timeout=1,
        )
    except socketio.exceptions.ConnectionError:
        return
    raise AssertionError("/staff let us in")


async def heartbeats(guest):
    """Heartbeats"""
    guest.count_pings()
    await guest.join()
    for _ in range(1000):
        if guest.pings >= 3:
            break
        await asyncio.sleep(0.01)
    assert guest.pings >= 3
    await guest.echo("alive")


async def put_out(guest):
    """Put out by the server"""
    await guest.join()
    await guest.emit("leave-me", 1)
    await guest.next("disconnect")


async def again(guest):
    """It comes again when the connection is lost"""
    await guest.join()
    await guest.next("connect")
    before = guest.client.get_sid()
    await guest.do(guest.client.eio.send, "9")  # for which it is closed
    await guest.next("disconnect")
    await guest.next("connect")
    assert guest.client.get_sid() != before
    await guest.echo("again")


CLASSES = {"sync": socketio.Client}
try:
    import aiohttp  # pylint: disable=unused-import

    CLASSES["async"] = socketio.AsyncClient
except ImportError:
    print("# the asynchronous client: python3-aiohttp is not installed")

KINDS = {name: (kind, "default") for name, kind in CLASSES.items()}
try:
    import msgpack  # pylint: disable=unused-import

    KINDS.update(
        (f"{name} with MessagePack", (kind, "msgpack"))
        for name, kind in CLASSES.items()
    )
except ImportError:
    print("# clients with MessagePack: python3-msgpack is not installed")

TRANSPORTS = {
    "polling": ["polling"],
    "websocket": ["websocket"],
    "upgrade": ["polling", "websocket"],
}
TESTS = (
    connecting,
    texts,
    binaries,
    acknowledgements,
    large,
    several,
    refusal,
    heartbeats,
    put_out,
    again,
)

# What the client cannot do, whatever the server.
CANNOT = {
    (again, "polling"): "takes a close packet for its own wish to leave",
}


async def run(test, kind, url, transports):
    """One test; what was wrong with it, or None."""
    client, serializer = KINDS[kind]
    guest = Guest(
        client,
        url,
        transports,
        reconnection=test is again,
        serializer=serializer,
    )
    try:
        await asyncio.wait_for(test(guest), 3 * DEADLINE)
    except Exception as error:  # whatever it is, it is a failure
        return f"{type(error).__name__}: {error}"
    finally:
        await guest.leave()
    return None


async def main(url):
    """Runs them all, those of one way at a time; the number of failures."""
    failed = 0
    number = 0
    print(f"1..{len(KINDS) * len(TRANSPORTS) * len(TESTS)}")
    for kind in KINDS:
        for way, transports in TRANSPORTS.items():
            tests = [test for test in TESTS if (test, way) not in CANNOT]
            errors = await asyncio.gather(
                *(run(test, kind, url, transports) for test in tests)
            )
            found = dict(zip(tests, errors))
            for test in TESTS:
                number += 1
                error = found.get(test)
                result = "not ok" if error else "ok"
                why = CANNOT.get((test, way))
                print(
                    f"{result} {number} - {test.__doc__}, {kind}, {way}"
                    + (f" # SKIP {why}" if why else "")
                )
                if error:
                    failed += 1
                    print(f"#   {error}", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(1 if asyncio.run(main(sys.argv[1])) else 0)
