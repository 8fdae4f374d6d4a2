#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A stock client, python-socketio, that talks to frozen/VERSION/plugin.c.

    old_talk.py URL [again]

Prints what it has heard as JSON: what each call was answered, by its name, and
the events in between. Status 77: python-socketio is not installed.
"""

import json
import queue
import sys

DEADLINE = 20
CALLS = (
    ("read", [b"x", True, 1, "s", [], {}, None]), ("rooms",), ("later",),
    ("keep",), ("who",), ("work",), ("ask",), ("write", [1, "two"]),
    ("say", "hi"), ("say", "too long"), ("forbidden",), ("unknown", 1, 2))


def plain(value):
    return f"<{value.decode()}>" if isinstance(value, bytes) else value


def main():
    try:
        import socketio
    except ImportError:
        return 77
    heard, news = {}, queue.Queue()
    client = socketio.Client(reconnection=False)
    client.on("news", lambda *what: news.put(["news", *what]))
    client.on("polled", lambda *what: news.put(["polled", *what]))
    client.on("question", lambda what: f"asked {what}")
    client.connect(sys.argv[1], wait_timeout=DEADLINE)

    def call(name, *values):
        return client.call(name, values, timeout=DEADLINE)

    if sys.argv[2:]:
        heard["say"] = call("say", "hi")
    else:
        for name, *values in CALLS:
            answer = call(name, *(values[0] if name == "read" else values))
            key = f"{name} {values[0]}" if name == "say" else name
            heard[key] = answer
        heard["poll"] = call("poll")
        heard["events"] = [news.get(timeout=DEADLINE) for _ in range(5)]
    client.disconnect()
    print(json.dumps(heard, default=plain))
    return 0


if __name__ == "__main__":
    sys.exit(main())
