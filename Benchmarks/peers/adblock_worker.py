"""adblock-rust behind its Python binding. Runs in the virtual environment; one JSON line an answer.

use: adblock_worker.py REQUESTS LISTS... ; then on standard input `run`, `overhead` or `verdicts`.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import adblock

NEVER = "||never.khien.invalid^"


def status_mb(field: str) -> float:
    """A field of this process's status; rusage would count what the parent once held."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) / 1024
    return 0


def build(lists: list[str]) -> adblock.Engine:
    filters = adblock.FilterSet()
    for path in lists:
        filters.add_filter_list(Path(path).read_text(), "standard")
    return adblock.Engine(filters)


def ask_all(engine: adblock.Engine, requests: list[tuple[str, str, str]]) -> dict[str, float]:
    check = engine.check_network_urls
    hits = 0
    start = time.process_time_ns()
    for url, source, kind in requests:
        if check(url, source, kind).matched:
            hits += 1
    taken = time.process_time_ns() - start
    return {"nanoseconds": taken / len(requests), "hits": hits}


def verdicts(engine: adblock.Engine, requests: list[tuple[str, str, str]]) -> list[str]:
    result = []
    for url, source, kind in requests:
        answer = engine.check_network_urls(url, source, kind)
        kind_of = "B" if answer.matched else "X" if answer.exception else "-"
        result.append(f"{kind_of}\t{answer.filter or answer.exception or ''}")
    return result


def main() -> None:
    requests = []
    for line in Path(sys.argv[1]).read_text().rstrip("\n").split("\n"):
        url, source, kind = line.split("\t")
        requests.append((url, source, kind))
    before = status_mb("VmRSS:")
    start = time.process_time()
    engine = build(sys.argv[2:])
    built = time.process_time() - start
    filters = adblock.FilterSet()
    filters.add_filters([NEVER])
    nothing = adblock.Engine(filters)
    ask_all(engine, requests)
    print(json.dumps({"build": built, "peak": status_mb("VmHWM:") - before}), flush=True)
    for command in sys.stdin:
        if command.strip() == "run":
            print(json.dumps(ask_all(engine, requests)), flush=True)
        elif command.strip() == "overhead":
            print(json.dumps(ask_all(nothing, requests)), flush=True)
        elif command.strip() == "verdicts":
            print(json.dumps(verdicts(engine, requests)), flush=True)


main()
