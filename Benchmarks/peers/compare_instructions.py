"""Instructions, allocations and reference counts a decision, counted by callgrind.

Each is the difference of a run with more rounds and one with fewer, so that starting, reading and
opening the image fall away. The counts are the same on any quiet or busy machine; those of the
invented corpus are kept in `instructions.json`, and a run that needs 2 % more does not pass.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from . import corpus, ours, places
from .packages import find, say
from .places import Scale
from .table import Table

KEPT = places.BENCHMARKS / "instructions.json"
TOLERANCE = 1.02
FEW, MANY = 1, 6
DECISIONS = 2000

ALLOCATIONS = re.compile(
    r"^(malloc|calloc|realloc|posix_memalign|aligned_alloc|swift_allocObject|swift_slowAlloc)\b")
REFERENCES = re.compile(r"^_?swift_(bridgeObject|nonatomic_)?_?(retain|release)")


@dataclass
class Count:
    instructions: float
    allocations: float
    references: float


def compare(table: Table, scale: Scale) -> None:
    if find("valgrind") is None:
        raise RuntimeError("valgrind is not installed")
    figures: dict[str, float] = {}
    cases = invented_cases()
    if places.has_shared():
        cases |= real_cases()
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    is_same_compiler = kept.get("compiler") == compiler()
    for name, command in cases.items():
        say(f"instructions: {name}")
        count = counted(command)
        figures[name] = round(count.instructions, 1)
        before = kept.get("instructions", {}).get(name)
        goal, reached = "-", None
        if before and is_same_compiler and name in invented_cases():
            goal = f"at most 2 % over {before:,.0f}"
            reached = count.instructions <= before * TOLERANCE
        table.add(f"instructions a decision, {name}", f"{count.instructions:,.0f}", goal=goal,
                  reached=reached)
        table.add(f"allocations / reference counts a decision, {name}",
                  f"{count.allocations:.4f} / {count.references:.4f}", goal="0 / 0",
                  reached=count.allocations == 0 and count.references == 0)
    if kept and not is_same_compiler:
        table.note("instructions.json was made with another compiler and was not compared.")
    gate = {name: figures[name] for name in invented_cases()}
    (places.SCRATCH / KEPT.name).write_text(
        json.dumps({"compiler": compiler(), "instructions": gate}, indent=2) + "\n")


def compiler() -> str:
    text = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout
    found = re.search(r"Swift version (\S+)", text)
    return found.group(1) if found else "unknown"


def invented_cases() -> dict[str, list[str | Path]]:
    """Commands on names and rules under reserved endings, the same on every machine."""
    names = corpus.made("invented-names.txt", lambda path: corpus.write_lines(
        path, sorted({name for name, _ in zip(corpus.invented_names(), range(20_000))})))
    listed = corpus.lines(names)

    def make_hosts(path: Path) -> None:
        generator = random.Random(11)
        corpus.write_lines(path, [
            name if generator.random() < 0.3 else f"w{index}.{name[1:]}"
            for index, name in enumerate(generator.sample(listed, DECISIONS))])

    def make_rules(path: Path) -> None:
        generator = random.Random(12)
        rules = ["[Adblock Plus 2.0]"]
        for name in generator.sample(listed, 3000):
            label = name.split(".")[0]
            rules.append(generator.choice([
                f"||{name}^$third-party", f"/{label}/*.js", f"-{label}-ad.", f"@@||{name}/free^",
                f"||{name}/{label}*.gif$image,domain=shop.example|news.test"]))
        corpus.write_lines(path, rules)

    def make_requests(path: Path) -> None:
        generator = random.Random(13)
        rows = []
        for name in generator.sample(listed, DECISIONS):
            label = generator.choice(listed).split(".")[0]
            kind, ending = generator.choice([("script", "js"), ("image", "gif"), ("other", "")])
            rows.append(f"https://{name}/static/{label}/v{generator.randint(1, 99)}.{ending}"
                        f"?id={generator.randint(1, 10**9)}\thttps://news.test/\t{kind}")
        corpus.write_lines(path, rows)
    hosts = corpus.made("invented-hosts.txt", make_hosts)
    rules = corpus.made("invented-rules.txt", make_rules)
    requests = corpus.made("invented-requests.tsv", make_requests)
    return {
        "a host, 20,000 invented names": [
            "hosts", "--hosts", hosts, "--image", once("invented-hosts", names)],
        "a URL, 3,000 invented rules": [
            "urls", "--requests", requests, "--image", once("invented-rules", rules)],
    }


def real_cases() -> dict[str, list[str | Path]]:
    def make(path: Path) -> None:
        every = corpus.lines(corpus.requests())
        corpus.write_lines(path, every[::len(every) // DECISIONS][:DECISIONS])
    requests = corpus.made("requests-sample.tsv", make)
    image = ours.image("urls-easy", corpus.adblock_lists(is_all=False))
    return {"a trace URL, EasyList and EasyPrivacy": [
        "urls", "--requests", requests, "--image", image]}


IMAGES: dict[str, Path] = {}


def once(name: str, source: Path) -> Path:
    if name not in IMAGES:
        IMAGES[name] = ours.image(name, [source])
    return IMAGES[name]


def counted(command: list[str | Path]) -> Count:
    few, many = (profile(command, rounds) for rounds in (FEW, MANY))
    decisions = (MANY - FEW) * DECISIONS
    if command[0] == "urls":
        # The command measures canonicalising by itself first; that is part of no decision.
        pass

    def difference(pattern: re.Pattern[str]) -> float:
        def total(calls: Counter[str]) -> int:
            return sum(count for name, count in calls.items() if pattern.match(name))
        return (total(many[1]) - total(few[1])) / decisions
    return Count((many[0] - few[0]) / decisions, difference(ALLOCATIONS), difference(REFERENCES))


def profile(command: list[str | Path], rounds: int) -> tuple[int, Counter[str]]:
    """Instructions in all, and calls by the name of the called function."""
    output = places.SCRATCH / "callgrind.out"
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={output}",
         str(places.KHIEN_BENCH), *map(str, command), "--rounds", str(rounds)],
        capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"callgrind: {done.stderr.strip()[-300:]}")
    names: dict[str, str] = {}
    calls: Counter[str] = Counter()
    total, called = 0, ""
    for line in output.read_text(errors="replace").splitlines():
        if line.startswith(("fn=", "cfn=")):
            number, _, name = line.split("=", 1)[1].partition(" ")
            if name:
                names[number] = name
            if line[0] == "c":
                called = names[number]
        elif line.startswith("calls="):
            calls[called] += int(line[6:].split(" ", 1)[0])
        elif line.startswith(("summary:", "totals:")):
            total = int(line.split(":")[1].split()[0])
    return total, calls
