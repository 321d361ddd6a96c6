"""A thousand probes a second at a proxy, each on a connection of its own; prints JSON at the end.

use: prober.py PORT PLAIN MARKED SECONDS. PLAIN and MARKED are request targets (absolute URLs); one
probe in ten asks for MARKED, whose status tells which lists are in force. Any other failure to get
an answer within two seconds, or a status other than 200 for PLAIN, counts as failed.
"""

from __future__ import annotations

import json
import socket
import sys
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

INTERVAL = 0.001
PATIENCE = 2.0


@dataclass
class Outcome:
    """What the probes saw. Times are seconds since the first probe."""

    answered: int = 0
    failed: int = 0
    failures: dict[str, int] = field(default_factory=dict)
    longest_gap: float = 0
    longest_gap_at: float = 0
    # The status of the marked probes, and when it was first seen.
    marked: list[tuple[float, int]] = field(default_factory=list)


def ask(port: int, data: bytes) -> int:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(data)
        answer = b""
        while len(answer) < 12:
            part = connection.recv(4096)
            if not part:
                raise ConnectionError("closed without an answer")
            answer += part
        return int(answer[9:12])


def request(target: str) -> bytes:
    host = urlsplit(target).netloc
    return f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()


def probe(port: int, plain: bytes, marked: bytes, seconds: float) -> Outcome:
    outcome = Outcome()
    start = time.monotonic()
    last = start
    for index in range(int(seconds / INTERVAL)):
        due = start + index * INTERVAL
        now = time.monotonic()
        if now < due:
            time.sleep(due - now)
        elif now - start > seconds:
            break
        is_marked = index % 10 == 9
        try:
            status = ask(port, marked if is_marked else plain)
            if not is_marked and status != 200:
                raise ConnectionError(f"status {status}")
        except (OSError, ValueError) as error:
            outcome.failed += 1
            name = str(error) or type(error).__name__
            outcome.failures[name] = outcome.failures.get(name, 0) + 1
            continue
        now = time.monotonic()
        outcome.answered += 1
        if now - last > outcome.longest_gap:
            outcome.longest_gap, outcome.longest_gap_at = now - last, last - start
        last = now
        if is_marked and (not outcome.marked or outcome.marked[-1][1] != status):
            outcome.marked.append((now - start, status))
    return outcome


def main() -> None:
    port, plain, marked, seconds = sys.argv[1:]
    print("ready", flush=True)
    outcome = probe(int(port), request(plain), request(marked), float(seconds))
    print(json.dumps(outcome.__dict__))


if __name__ == "__main__":
    main()
