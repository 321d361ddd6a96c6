"""The literal scanner against Vectorscan and an Aho-Corasick automaton, on e2guardian's phrases.

All three look for the same literals in the same bytes without regard to ASCII case, and must find
the same occurrences; those of khiên and Vectorscan are compared one by one.
"""

from __future__ import annotations

import re
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

from . import corpus, places
from .places import SCRATCH, Scale
from .table import Table, interleave, median, times
from .worker import Worker

HTML = ["html-articles", "html-debian-handbook", "html-install-guide", "html-libreoffice-help-vi",
        "html-readability", "html-squid-errors-vi"]
# A weight at the end of a combination is no phrase.
PHRASE = re.compile(rb"<([^>]*)>")
NUMBER = re.compile(rb"-?\d+")
FEW = 100


def members(archive: Path) -> Iterator[tuple[str, bytes]]:
    process = subprocess.run(["zstd", "-dcq", archive], capture_output=True, check=True)
    path = SCRATCH / "archive.tar"
    path.write_bytes(process.stdout)
    with tarfile.open(path) as tar:
        for member in tar:
            if member.isfile() and (file := tar.extractfile(member)):
                yield member.name, file.read()
    path.unlink()


def phrases() -> Path:
    """Every phrase of e2guardian's lists in lower case, one a line."""
    def make(path: Path) -> None:
        found: dict[bytes, None] = {}
        for name, data in members(places.SHARED / "phrases" / "e2guardian.tar.zst"):
            if "/phraselists/" not in name:
                continue
            for line in data.split(b"\n"):
                if line.lstrip().startswith(b"<"):
                    found |= {each.lower(): None for each in PHRASE.findall(line)
                              if each and not NUMBER.fullmatch(each)}
        path.write_bytes(b"\n".join(found) + b"\n")
    return corpus.made("literals.txt", make)


def some_phrases() -> Path:
    """A hundred of them, evenly taken from those of six bytes and more."""
    def make(path: Path) -> None:
        long = [each for each in phrases().read_bytes().split(b"\n") if len(each) >= 6]
        path.write_bytes(b"\n".join(long[::len(long) // FEW][:FEW]) + b"\n")
    return corpus.made("literals-100.txt", make)


def html() -> Path:
    def make(path: Path) -> None:
        with path.open("wb") as file:
            for archive in HTML:
                for name, data in members(places.SHARED / "texts" / f"{archive}.tar.zst"):
                    if name.endswith((".html", ".htm")):
                        file.write(data)
    return corpus.made("literals-html.bin", make)


def laws() -> Path:
    def make(path: Path) -> None:
        with path.open("wb") as file:
            for _, data in members(places.SHARED / "texts" / "vi-law.tar.zst"):
                file.write(data)
    return corpus.made("literals-laws.bin", make)


def vectorscan() -> Path:
    """The peer's program, compiled where it is older than its source."""
    source = Path(__file__).with_name("vectorscan_scan.c")
    program = SCRATCH / "vectorscan_scan"
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        subprocess.run(["cc", "-O2", "-o", program, source, "-lhs"], check=True)
    return program


def bench(literals: Path, text: Path, *arguments: object) -> str:
    command = [places.KHIEN_BENCH, "literals", "--literals", literals, "--text", text, *arguments]
    return subprocess.run([str(part) for part in command], capture_output=True, text=True,
                          check=True).stdout


def same_occurrences(literals: Path, text: Path) -> int:
    """Compares every occurrence with Vectorscan's; their number."""
    ours, theirs = SCRATCH / "occurrences-ours", SCRATCH / "occurrences-theirs"
    bench(literals, text, "--occurrences", ours)
    subprocess.run([vectorscan(), literals, text, theirs], check=True)

    def read(path: Path) -> list[tuple[int, ...]]:
        return sorted(tuple(map(int, line.split())) for line in path.read_text().splitlines())

    found, expected = read(ours), read(theirs)
    if found != expected:
        missed, more = set(expected) - set(found), set(found) - set(expected)
        raise RuntimeError(f"occurrences differ: {len(missed)} missed, {len(more)} too many, "
                           f"{len(found)} against {len(expected)}")
    return len(found)


class Program(Worker):
    """Vectorscan's program and `khien-bench` speak as the workers do."""

    def __init__(self, *command: object):
        self.process = subprocess.Popen(
            [str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True)
        self.start = self.answer()


def ours(literals: Path, text: Path) -> Program:
    """As long-lived as the peers' programs, so that all three have what a long run has."""
    return Program(places.KHIEN_BENCH, "literals", "--literals", literals, "--text", text, "--turns")


def compare(table: Table, scale: Scale) -> None:
    for what, literals, text, goals in (
            ("HTML", phrases(), html(), (3.0, 8.0)),
            ("Vietnamese laws", phrases(), laws(), (1.0, None)),
            ("HTML, 100 phrases", some_phrases(), html(), (None, None))):
        measure(table, scale, what, literals, text, *goals)


def measure(table: Table, scale: Scale, what: str, literals: Path, text: Path,
            goal: float | None, automaton_goal: float | None) -> None:
    hits = same_occurrences(literals, text)
    counts: set[int] = set()

    with ours(literals, text) as scanner, Program(vectorscan(), literals, text) as program, \
            Worker("literals_worker.py", literals, text) as automaton:
        def asked(worker: Worker) -> float:
            answer = worker.ask("run")
            counts.add(answer["hits"])
            return answer["nanoseconds"]

        # A turn takes a tenth of a second, and machines that are shared change their speed more slowly.
        found, scanned, walked = interleave(
            5 * scale.rounds, lambda: asked(scanner), lambda: asked(program),
            lambda: asked(automaton))
        number = program.start["literals"]
    if counts != {hits}:
        raise RuntimeError(f"{what}: numbers of occurrences differ: {sorted(counts)}, {hits}")

    def speed(values: list[float]) -> str:
        return f"{1000 / median(values):.0f} MB/s"

    name = f"{number} literals, {what}: same {hits:,} occurrences"
    for peer, values, wanted in (("Vectorscan", scanned, goal),
                                 ("`ahocorasick_rs`, DFA", walked, automaton_goal)):
        ratio = median([theirs / mine for mine, theirs in zip(found, values, strict=True)])
        table.add(name, speed(found), f"{peer} {speed(values)}", times(ratio),
                  f"{wanted:g} x" if wanted else "-", ratio >= wanted if wanted else None)
    if goal is None:
        table.add(f"{number} literals, {what}", speed(found), goal="1,000 MB/s",
                  reached=1000 / median(found) >= 1000)
