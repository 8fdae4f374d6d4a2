# SPDX-License-Identifier: MIT
"""What can be measured: name, connections, messages in flight on each, bytes
of payload."""

ALL = [
    ("echo", 1, 1, 32),
    ("echo", 100, 1, 32),
    ("echo", 100, 1, 1024),
    ("echo", 100, 1, 16384),
    ("echo", 100, 16, 32),
    ("echo", 100, 16, 1024),
    ("echo", 100, 16, 16384),
    ("echo", 1000, 1, 32),
    ("obj", 100, 1, 1024),
    ("ack", 100, 1, 32),
    ("ack", 100, 16, 32),
    ("bcast", 1000, 1, 32),
    ("bcast", 1000, 8, 32),
    ("bin", 100, 1, 1024),
    ("bin", 100, 16, 1024),
    ("poll", 100, 1, 32),
    ("poll", 100, 16, 32),
    ("churn", 32, 1, 32),
    ("idle", 10000, 1, 32),
]
QUICK = [
    ("echo", 100, 1, 32),
    ("echo", 100, 16, 1024),
    ("ack", 100, 1, 32),
    ("bcast", 1000, 1, 32),
    ("poll", 100, 1, 32),
]
# Small enough for a debug build, and every way a message can go.
PROOF = [
    ("echo", 20, 1, 32),
    ("echo", 20, 16, 16384),
    ("echo", 2, 2, 70000),
    ("obj", 20, 4, 1024),
    ("ack", 20, 16, 32),
    ("bcast", 20, 4, 32),
    ("bin", 20, 4, 1024),
    ("poll", 20, 1, 32),
    ("poll", 20, 16, 1024),
    ("churn", 8, 1, 32),
    ("idle", 50, 1, 32),
]


def label(scenario):
    name, connections, inflight, size = scenario
    text = str(size) if size < 1024 else f"{size // 1024}k"
    return f"{name} c{connections} p{inflight} {text}"
