"""Substrings by `ahocorasick_rs`. Runs in the virtual environment; one JSON line an answer.

use: ahocorasick_worker.py REQUESTS LISTS... ; then on standard input `run` or `overhead`.

The pieces are the longest literal of each network rule. What it finds is less than a decision: no
anchors, no `^`, no `*`, no options, no exceptions, no regular expressions, no verdict.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path

import ahocorasick_rs

COMMENT = re.compile(r"^(!|\[|\s*$)|#@?[?$%]*#")


def status_mb(field: str) -> float:
    """A field of this process's status; rusage would count what the parent once held."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) / 1024
    return 0


def piece(line: str) -> str:
    """The longest literal of a rule, in lower case; empty where it has none."""
    if COMMENT.search(line):
        return ""
    text = line.removeprefix("@@")
    if text.startswith("/") and "/" in text[1:] and re.search(r"/(\$[^/]*)?$", text):
        return ""
    text = re.sub(r"\$[a-z~0-9_-]+[=,a-z~].*$|\$[a-z0-9~_-]+$", "", text)
    return max(re.split(r"[*^|]", text.lower()), key=len)


def ask_all(automaton: ahocorasick_rs.AhoCorasick, urls: list[str]) -> dict[str, float]:
    find = automaton.find_matches_as_indexes
    hits = 0
    start = time.process_time_ns()
    for url in urls:
        if find(url, overlapping=True):
            hits += 1
    taken = time.process_time_ns() - start
    return {"nanoseconds": taken / len(urls), "hits": hits}


def main() -> None:
    lines = Path(sys.argv[1]).read_text().rstrip("\n").split("\n")
    urls = [line.split("\t")[0].lower() for line in lines]
    pieces = {piece(line) for path in sys.argv[2:] for line in Path(path).read_text().split("\n")}
    chosen = sorted(each for each in pieces if len(each) >= 4 and each not in "https://www.")
    before = status_mb("VmRSS:")
    start = time.process_time()
    automaton = ahocorasick_rs.AhoCorasick(chosen)
    built = time.process_time() - start
    nothing = ahocorasick_rs.AhoCorasick(["\u0001never\u0001"])
    ask_all(automaton, urls)
    peak = status_mb("VmHWM:") - before
    print(json.dumps({"build": built, "peak": peak, "pieces": len(chosen)}), flush=True)
    for command in sys.stdin:
        chosen_one = automaton if command.strip() == "run" else nothing
        print(json.dumps(ask_all(chosen_one, urls)), flush=True)


main()
