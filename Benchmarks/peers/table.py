"""The one table: rows, how they are printed and kept."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from . import places

BEGIN = "<!-- results: begin -->"
END = "<!-- results: end -->"


@dataclass
class Row:
    """One figure. `reached` is None where the goal names no number for it."""

    figure: str
    ours: str
    peer: str = "-"
    ratio: str = "-"
    goal: str = "-"
    reached: bool | None = None

    def cells(self) -> list[str]:
        reached = {None: "-", True: "yes", False: "**no**"}[self.reached]
        return [self.figure, self.ours, self.peer, self.ratio, self.goal, reached]


@dataclass
class Table:
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def add(self, *arguments: object, **named: object) -> None:
        self.rows.append(Row(*arguments, **named))  # type: ignore[arg-type]

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def markdown(self) -> str:
        lines = ["| figure | khiên | peer | ratio | goal | reached? |",
                 "| --- | --- | --- | --- | --- | --- |"]
        lines += ["| " + " | ".join(row.cells()) + " |" for row in self.rows]
        if self.notes:
            lines += ["", "What the run noted:", ""] + [f"- {note}" for note in self.notes]
        if self.left_out:
            lines += ["", "Left out:", ""] + [f"- {item}" for item in self.left_out]
        return "\n".join(lines) + "\n"

    def keep(self, name: str, is_quick: bool) -> None:
        """Writes the table of one comparison as JSON into the scratch folder."""
        folder = kept_folder(is_quick)
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.json").write_text(
            json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n")


def kept_folder(is_quick: bool) -> Path:
    return places.SCRATCH / ("quick" if is_quick else "results")


def kept(names: Sequence[str], is_quick: bool) -> Table:
    """What the last run of each of these comparisons found, as one table."""
    table = Table()
    for name in names:
        path = kept_folder(is_quick) / f"{name}.json"
        if not path.exists():
            table.left_out.append(f"{name}: not measured yet")
            continue
        value = json.loads(path.read_text())
        table.rows += [Row(**row) for row in value["rows"]]
        table.notes += value["notes"]
        table.left_out += value["left_out"]
    return table


def write(table: Table, is_quick: bool) -> None:
    """The whole table as Markdown and JSON beside its parts."""
    folder = kept_folder(is_quick)
    (folder / "table.md").write_text(table.markdown())
    machine = f"{os.cpu_count()} processors, {platform.machine()}"
    (folder / "table.json").write_text(
        json.dumps({"machine": machine, **asdict(table)}, indent=2, ensure_ascii=False) + "\n")


def update_readme(table: Table) -> str:
    """Puts the table between the marks of README.md; returns what was done."""
    text = places.README.read_text()
    head, rest = text.split(BEGIN, 1)
    _, tail = rest.split(END, 1)
    places.README.write_text(f"{head}{BEGIN}\n\n{table.markdown()}\n{END}{tail}")
    return f"{places.README.relative_to(places.REPOSITORY)} holds the last full runs"


def interleave(rounds: int, *bodies: Callable[[], float]) -> list[list[float]]:
    """Lets the bodies take turns, so that what else the machine does meets all of them."""
    results: list[list[float]] = [[] for _ in bodies]
    for _ in range(rounds):
        for body, result in zip(bodies, results, strict=True):
            result.append(body())
    return results


def median(values: list[float]) -> float:
    return statistics.median(values)


def nanoseconds(value: float) -> str:
    if value < 1000:
        return f"{value:.0f} ns"
    return f"{value / 1000:.2f} µs" if value < 100_000 else f"{value / 1000:.0f} µs"


def times(ratio: float) -> str:
    return f"{ratio:.1f} x" if ratio < 100 else f"{ratio:,.0f} x"
