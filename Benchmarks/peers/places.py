"""Where things are, and what a run was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parent.parent
REPOSITORY = BENCHMARKS.parent
# Everything that a run makes. Git ignores it: the lists hold real names.
SCRATCH = BENCHMARKS / ".data"
SHARED = REPOSITORY.parent / "shared" / "data"
README = BENCHMARKS / "README.md"

KHIEN = REPOSITORY / ".build" / "release" / "khien"
KHIEND = REPOSITORY / ".build" / "release" / "khiend"
KHIEN_BENCH = BENCHMARKS / ".build" / "release" / "khien-bench"
VENV_PYTHON = SCRATCH / "venv" / "bin" / "python"


def has_shared() -> bool:
    """Whether the real lists and traces are beside the repository."""
    return (SHARED / "requests").is_dir()


@dataclass(frozen=True)
class Scale:
    """How much a run does."""

    is_quick: bool

    @property
    def rounds(self) -> int:
        """How often ours and the peer take turns."""
        return 3 if self.is_quick else 5

    @property
    def small(self) -> int:
        """Names for the comparisons with peers' processes."""
        return 1_000_000

    @property
    def large(self) -> int:
        """Names for compiling, opening and reloading."""
        return 1_000_000 if self.is_quick else 5_000_000

    @property
    def sizes(self) -> list[int]:
        """Sizes over which a host decision must stay flat."""
        return [1_000_000] if self.is_quick else [1_000_000, 5_000_000, 10_000_000]

    @property
    def lookups(self) -> int:
        """Decisions asked of a peer in a round."""
        return 48_000 if self.is_quick else 160_000

    @property
    def slow_lookups(self) -> int:
        """Decisions asked of a peer that takes a whole request for each."""
        return 4_000 if self.is_quick else 20_000

    @property
    def reloads(self) -> int:
        return 1 if self.is_quick else 5


def millions(count: int) -> str:
    return f"{count / 1e6:g} M"
