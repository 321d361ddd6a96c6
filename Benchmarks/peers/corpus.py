"""Prepares names, hosts and requests in the scratch folder from the shared data.

Real names stay in the scratch folder. Each file is made once, and again when its recipe changes.
"""

from __future__ import annotations

import io
import random
import re
import subprocess
import tarfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from . import places
from .packages import say

RECIPE = "4"
HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])?")
TRACES = ["browser-trace-2019", "devtools-captures", "page-references"]
TRACE_REQUESTS = 137_826


def made(name: str, make: Callable[[Path], None]) -> Path:
    """The file `name` of the scratch folder, made now where it is not there."""
    path = places.SCRATCH / name
    stamp = places.SCRATCH / f".{name}.recipe"
    if not path.exists() or not stamp.exists() or stamp.read_text() != RECIPE:
        say(f"preparing {name}")
        partial = path.with_name(name + ".partial")
        make(partial)
        partial.rename(path)
        stamp.write_text(RECIPE)
    return path


def unpack(path: Path) -> str:
    if path.suffix == ".zst":
        data = subprocess.run(["zstd", "-dcq", path], capture_output=True, check=True).stdout
        return data.decode("utf-8", errors="replace")
    return path.read_text(errors="replace")


def lines(path: Path) -> list[str]:
    return path.read_text().rstrip("\n").split("\n")


def write_lines(path: Path, values: Iterable[str]) -> None:
    path.write_text("\n".join(values) + "\n")


def real_names() -> Path:
    """Every name that a list in the shared data blocks with its subdomains or alone, shuffled."""
    def make(path: Path) -> None:
        suffixes = Suffixes()
        names = {name for name in listed_names()
                 if HOST.fullmatch(name) and len(name) < 200 and not suffixes.holds(name)}
        ordered = sorted(names)
        random.Random(1).shuffle(ordered)
        write_lines(path, ordered)
    return made("names-real.txt", make)


class Suffixes:
    """Public suffixes. Khiên holds entries that would block one; so they are in no list here."""

    FILE = Path("/usr/share/publicsuffix/public_suffix_list.dat")

    def __init__(self) -> None:
        text = self.FILE.read_text() if self.FILE.exists() else ""
        self.rules = {line.strip() for line in text.split("\n") if line and line[0] not in "/ "}

    def holds(self, name: str) -> bool:
        if f"!{name}" in self.rules:
            return False
        return name in self.rules or f"*.{name.split('.', 1)[1]}" in self.rules


def listed_names() -> Iterator[str]:
    if not places.has_shared():
        yield from invented_names()
        return
    folder = places.SHARED / "blocklists"
    archive = subprocess.run(
        ["zstd", "-dcq", folder / "ut1.tar.zst"], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            if member.name.endswith("/domains") and (file := tar.extractfile(member)):
                yield from file.read().decode(errors="replace").lower().split()
    for pattern in ("blocklistproject/*/*.zst", "hosts/*.zst", "vietnam/hostsVN/*.zst"):
        for path in sorted(folder.glob(pattern)):
            if "malformed" in path.parts or "filter" in path.name:
                continue
            for line in unpack(path).lower().splitlines():
                words = re.sub(r"[#!].*", "", line).replace("server=/", "").split()
                if words:
                    yield words[-1].strip("|^/").split("/")[0]


def invented_names() -> Iterator[str]:
    """Labels of syllables under reserved endings, for a machine without the shared data."""
    generator = random.Random(7)
    syllables = [first + vowel for first in "bdghklmnpstvx" for vowel in "aeiou"]
    for _ in range(400_000):
        label = "".join(generator.choices(syllables, k=generator.randint(2, 6)))
        ending = generator.choice(["test", "example", "www.test", "shop.example"])
        yield f"{label}.{ending}"


def names(count: int) -> Path:
    """`count` names of which none is below another, so that no peer refuses or merges any."""
    def make(path: Path) -> None:
        generated = generate(count + count // 4, seed=1).split("\n")
        known = set(generated)
        suffixes = Suffixes()
        kept = [name for name in generated
                if name and not is_covered(name, known) and not suffixes.holds(name)]
        if len(kept) < count:
            raise RuntimeError(f"only {len(kept)} of {count} names are left")
        write_lines(path, kept[:count])
    return made(f"names-{count}.txt", make)


def generate(count: int, seed: int) -> str:
    return subprocess.run(
        [places.KHIEN_BENCH, "generate", "--names", real_names(), "--count", str(count),
         "--seed", str(seed)], capture_output=True, check=True, text=True).stdout


def parents(name: str) -> Iterator[str]:
    while "." in name:
        name = name.split(".", 1)[1]
        yield name


def is_covered(name: str, known: set[str]) -> bool:
    return any(parent in known for parent in parents(name))


def rows() -> Iterator[list[str]]:
    """Rows of the request traces: type, source, method, URL, verdict, filter."""
    for trace in TRACES:
        for line in unpack(places.SHARED / "requests" / f"{trace}.tsv.zst").split("\n"):
            if line and not line.startswith("#"):
                yield line.split("\t")


def requests() -> Path:
    """URL, source, type: as `khien match` reads them."""
    def make(path: Path) -> None:
        write_lines(path, ["\t".join((row[3], row[1], row[0])) for row in rows()])
    return made("requests.tsv", make)


def reference() -> list[str]:
    """The reference verdicts of the trace, in the order of `requests`."""
    def make(path: Path) -> None:
        write_lines(path, [row[4] for row in rows()])
    return lines(made("reference.txt", make))


def trace_hosts() -> Path:
    """Hosts of the requests and name look-ups, in their order; only those with letters."""
    def make(path: Path) -> None:
        hosts = [urlsplit(row[3]).hostname or "" for row in rows() if "[" not in row[3]]
        table = unpack(places.SHARED / "requests" / "name-lookups-2018.tsv.zst")
        hosts += [line.split("\t")[2].lower().rstrip(".") for line in table.splitlines()
                  if not line.startswith("#")]
        write_lines(path, [host for host in hosts if HOST.fullmatch(host)])
    return made("hosts-trace.txt", make)


def mixed_hosts(size: int) -> Path:
    """Distinct hosts in random order, half of them in the list of `size` names."""
    return sampled("mixed", size, 0.5)


def sampled(kind: str, size: int, listed_share: float, count: int = 1_000_000) -> Path:
    def make(path: Path) -> None:
        generator = random.Random(3)
        listed = lines(names(size))
        known = set(listed)
        wanted = int(count * listed_share)
        result = generator.sample(listed, wanted)
        real = len(lines(real_names()))
        fresh = (name for name in generate(real + 2 * count, seed=2).split("\n")[real:] if name)
        for name in fresh:
            if len(result) == count:
                break
            if name not in known and not is_covered(name, known):
                result.append(name)
        generator.shuffle(result)
        write_lines(path, result)
    return made(f"hosts-{kind}-{size}.txt", make)


def first(source: Path, count: int) -> Path:
    def make(path: Path) -> None:
        write_lines(path, lines(source)[:count])
    return made(f"{source.stem}-first-{count}.txt", make)


def hits(hosts: Path, size: int) -> tuple[int, int]:
    """How many of the hosts are in the list of `size` names: exactly; with subdomains."""
    known = set(lines(names(size)))
    exact = covered = 0
    for host in lines(hosts):
        is_exact = host in known
        exact += is_exact
        covered += is_exact or is_covered(host, known)
    return exact, covered


def adblock_lists(is_all: bool) -> list[Path]:
    """The adblock lists in clear text; all of them, or EasyList and EasyPrivacy."""
    folder = places.SHARED / "adblock"
    chosen = sorted(folder.glob("*.zst"))
    if not is_all:
        chosen = [path for path in chosen if path.name.startswith("easy")]
    result = []
    for source in chosen:
        def make(path: Path, source: Path = source) -> None:
            path.write_text(unpack(source))
        result.append(made(f"adblock-{source.name.removesuffix('.zst')}", make))
    return result
