"""Allocations and reference counts a decision on real hosts and requests, counted by callgrind.

Each is the difference of a run with more rounds and one with fewer, so that starting, reading and
opening the image fall away; what a round itself costs is taken off with a corpus of one line.
Instructions of fixed work are counted by `scripts/check-instructions`.
"""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from pathlib import Path

from . import corpus, ours, places
from .packages import find, say
from .places import Scale
from .table import Table

# A process starts with a dozen calls more or fewer, by how its threads meet: a hundred thousand
# decisions make that nothing.
FEW, MANY = 1, 21
DECISIONS = 5000

ALLOCATIONS = re.compile(
    r"^(malloc|calloc|realloc|posix_memalign|aligned_alloc|swift_allocObject|swift_slowAlloc)\b")
REFERENCES = re.compile(r"^_?swift_(bridgeObject|nonatomic_)?_?(retain|release)", re.IGNORECASE)


def compare(table: Table, scale: Scale) -> None:
    if find("valgrind") is None:
        raise RuntimeError("valgrind is not installed")
    # Valgrind 3.19 reads debug information first and gives up on what newer compilers write. The
    # symbols, which the counting needs, stay.
    program = places.SCRATCH / "khien-bench-plain"
    subprocess.run(["strip", "--strip-debug", "-o", program, places.KHIEN_BENCH], check=True)
    for name, (command, file) in cases().items():
        say(f"allocations: {name}")
        whole, single = (rounds([program, *command], corpus.first(file, count))
                         for count in (DECISIONS, 1))
        allocations, references = (
            abs(round((total(whole, pattern) - total(single, pattern))
                      / ((MANY - FEW) * (DECISIONS - 1)), 3))
            for pattern in (ALLOCATIONS, REFERENCES))
        table.add(f"allocations / reference counts a decision, {name}",
                  f"{allocations:.3f} / {references:.3f}", goal="0 / 0",
                  reached=allocations == 0 and references == 0)


def cases() -> dict[str, tuple[list[str | Path], Path]]:
    def sample(source: Path, path: Path) -> None:
        every = corpus.lines(source)
        corpus.write_lines(path, every[::len(every) // DECISIONS][:DECISIONS])
    requests = corpus.made("requests-sample.tsv", lambda path: sample(corpus.requests(), path))
    hosts = corpus.made("hosts-sample.txt", lambda path: sample(corpus.trace_hosts(), path))
    rules = ours.image("urls-easy", corpus.adblock_lists(is_all=False))
    names = ours.image("hosts-sample", [corpus.first(corpus.names(1_000_000), 100_000)],
                       "--format", "domains")
    return {
        "real trace hosts, 100,000 domains": (["hosts", "--image", names, "--hosts"], hosts),
        "real trace URLs, EasyList and EasyPrivacy": ([
            "urls", "--image", rules, "--requests"], requests),
    }


def rounds(command: list[str | Path], file: Path) -> Counter[str]:
    """Calls of the further rounds over the file."""
    few, many = (calls([*command, file], count) for count in (FEW, MANY))
    many.subtract(few)
    return many


def total(calls_by_name: Counter[str], pattern: re.Pattern[str]) -> int:
    return sum(count for name, count in calls_by_name.items() if pattern.match(name))


def calls(command: list[str | Path], count: int) -> Counter[str]:
    """Calls by the name of the called function."""
    output = places.SCRATCH / "callgrind.out"
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={output}",
         *map(str, command), "--rounds", str(count)],
        capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"callgrind: {done.stderr.strip()[-300:]}")
    names: dict[str, str] = {}
    result: Counter[str] = Counter()
    called = ""
    for line in output.read_text(errors="replace").splitlines():
        if line.startswith(("fn=", "cfn=")):
            number, _, name = line.split("=", 1)[1].partition(" ")
            if name:
                names[number] = name
            if line[0] == "c":
                called = names[number]
        elif line.startswith("calls="):
            result[called] += int(line[6:].split(" ", 1)[0])
    return result
