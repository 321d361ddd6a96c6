"""Literals by `ahocorasick_rs`. Runs in the virtual environment; one JSON line an answer.

use: literals_worker.py LITERALS TEXT ; then a line on standard input for each round.

Without regard to ASCII case: literals and text are lowered before, which is not timed.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import ahocorasick_rs


def main() -> None:
    literals = Path(sys.argv[1]).read_bytes().rstrip(b"\n").split(b"\n")
    text = Path(sys.argv[2]).read_bytes().lower()
    automaton = ahocorasick_rs.BytesAhoCorasick(
        [each.lower() for each in literals], implementation=ahocorasick_rs.Implementation.DFA)
    print(json.dumps({"literals": len(literals), "bytes": len(text)}), flush=True)
    for _ in sys.stdin:
        start = time.process_time_ns()
        hits = len(automaton.find_matches_as_indexes(text, overlapping=True))
        taken = time.process_time_ns() - start
        print(json.dumps({"nanoseconds": taken / len(text), "hits": hits}), flush=True)


main()
