#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A stock client, python-socketio, that talks to a hello plugin.

    talk.py URL

Prints what it has heard as JSON. Status 77: python-socketio is not installed.
"""

import json
import queue
import sys

DEADLINE = 20


def main():
    try:
        import socketio
    except ImportError:
        return 77
    said, later = queue.Queue(), queue.Queue()
    client = socketio.Client(reconnection=False)
    client.on("said", said.put)
    client.on("later", later.put)
    client.connect(sys.argv[1], wait_timeout=DEADLINE)
    heard = [client.call("say", "h\u00e9llo", timeout=DEADLINE),
             said.get(timeout=DEADLINE), later.get(timeout=DEADLINE),
             client.call("fail", timeout=DEADLINE),
             client.call("say", "again", timeout=DEADLINE)]
    client.disconnect()
    print(json.dumps(heard))
    return 0


if __name__ == "__main__":
    sys.exit(main())
