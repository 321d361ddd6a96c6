"""A thousand regular expressions behind the prefilter against a linear scan, on the real URLs."""

from __future__ import annotations

from pathlib import Path

from . import corpus, ours
from .places import SCRATCH, Scale
from .table import Table, interleave, median, nanoseconds, times

COUNT = 1000
GOAL = 30.0
# The linear scan costs a fraction of a millisecond a URL; so many are enough.
URLS = 10_000


def expressions() -> Path:
    """The regular expressions of the adblock lists (255), and to a thousand listed names written
    as operators write them, `[./]name\\.tld(:[0-9]+)?/`; one a line."""
    def make(path: Path) -> None:
        result: dict[str, None] = {}
        for each in corpus.adblock_lists(is_all=True):
            for line in corpus.lines(each):
                text = line.removeprefix("@@")
                end = text.rfind("/")
                if text.startswith("/") and end > 1 and text[end + 1:end + 2] in ("", "$"):
                    result[text[1:end]] = None
        names = corpus.lines(corpus.real_names())
        while len(result) < COUNT:
            name = names[len(result)]
            result[rf"[./]{name.replace('.', chr(92) + '.')}(:[0-9]+)?/"] = None
        corpus.write_lines(path, list(result)[:COUNT])
    return corpus.made("regexes.txt", make)


def compare(table: Table, scale: Scale) -> None:
    regexes = expressions()
    # Adblock's expressions have no regard to case and mean what they say, as the scan tries them;
    # those of UT1 are asked of what its own program would ask them of.
    rules = SCRATCH / "regex-list.txt"
    corpus.write_lines(rules, [f"/{regex}/" for regex in corpus.lines(regexes)])
    image = ours.image("regexes", [rules], "--format", "adblock")
    urls = SCRATCH / "regex-urls.txt"
    every = corpus.lines(corpus.requests())
    # Without escapes: khiên also tries the unescaped form, which the scan does not.
    plain = [url for line in every if "%" not in (url := line.split("\t")[0])]
    corpus.write_lines(urls, plain[::len(plain) // URLS])
    found: list[dict[str, float]] = []

    def once() -> float:
        result = ours.bench("regexes", "--image", image, "--regexes", regexes, "--urls", urls,
                            "--rounds", "1")
        found.append(result)
        return result["ratio"]
    [ratios] = interleave(scale.rounds, once)
    filtered = median([each["filtered"]["median"] for each in found])
    linear = median([each["linear"]["median"] for each in found])
    ratio = median(ratios)
    table.add(f"{found[0]['regexes']:,} regular expressions over a URL, same "
              f"{found[0]['linear']['hits']:,} hits",
              nanoseconds(filtered), f"linear PCRE2 JIT scan {nanoseconds(linear)}", times(ratio),
              f"{GOAL:g} x", ratio >= GOAL)
