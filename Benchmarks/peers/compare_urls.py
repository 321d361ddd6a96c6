"""Whole decisions on real requests beside adblock-rust and a plain substring automaton."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from . import corpus, ours
from .differences import UNEXPLAINED, Explainer
from .packages import say
from .places import Scale
from .table import Table, interleave, median, nanoseconds, times
from .worker import Worker

GOAL, AIM = 10.0, 20.0


def compare(table: Table, scale: Scale) -> None:
    requests = corpus.requests()
    easy = corpus.adblock_lists(is_all=False)
    one_set(table, scale, "EasyList and EasyPrivacy", "easy", easy, [], requests)
    if not scale.is_quick:
        one_set(table, scale, "all adblock lists and all listed names", "all",
                corpus.adblock_lists(is_all=True), [corpus.real_names()], requests)
    substrings(table, scale, easy, requests)


def as_rules(names: Path) -> Path:
    def make(path: Path) -> None:
        corpus.write_lines(path, (f"||{name}^" for name in corpus.lines(names)))
    return corpus.made(f"{names.stem}-rules.txt", make)


def one_set(table: Table, scale: Scale, title: str, name: str, lists: list[Path],
            domains: list[Path], requests: Path) -> None:
    say(f"urls: {title}")
    rules = [*lists, *map(as_rules, domains)]
    image = ours.image(f"urls-{name}", rules)
    expected = ours.bench("urls", "--image", image, "--requests", requests, "--rounds", "1")
    with Worker("adblock_worker.py", requests, *rules) as peer:
        differences(table, title, image, requests, peer.ask("verdicts"), lists, domains)
        hits = peer.ask("run")["hits"]
        canonical: list[float] = []

        def mine() -> float:
            found = ours.bench("urls", "--image", image, "--requests", requests, "--rounds", "1")
            if found["decide"]["hits"] != expected["decide"]["hits"]:
                raise RuntimeError("khien-bench urls: the hits differ between two runs")
            canonical.append(found["canonicalise"]["median"])
            return found["decide"]["median"]

        def theirs() -> float:
            found = peer.ask("run")
            if found["hits"] != hits:
                raise RuntimeError("adblock-rust: the hits differ between two runs")
            return found["nanoseconds"]

        def overhead() -> float:
            found = peer.ask("overhead")
            if found["hits"]:
                raise RuntimeError("a rule that never matches has matched")
            return found["nanoseconds"]
        own, other, call = interleave(scale.rounds, mine, theirs, overhead)
        begin = peer.start
    middle, including, empty = median(own), median(other), median(call)
    ratio = including / middle
    table.add(f"full URL decision, {title}, call of the binding included", nanoseconds(middle),
              f"adblock-rust {nanoseconds(including)}", times(ratio),
              f"{GOAL:g} x, aim {AIM:g} x", ratio >= GOAL)
    ratio = (including - empty) / middle
    table.add(f"the same, less what an engine with one rule takes ({nanoseconds(empty)})",
              nanoseconds(middle), f"adblock-rust {nanoseconds(including - empty)}",
              times(ratio), f"{GOAL:g} x, aim {AIM:g} x", ratio >= GOAL)
    matching = middle - median(canonical)
    table.add("the same, ours less parsing and lookup form too", nanoseconds(matching),
              f"adblock-rust {nanoseconds(including - empty)}",
              times((including - empty) / matching))
    if domains:
        as_domains(table, scale, title, name, [*lists, *domains], requests, including, empty)
    cost = ours.compile_image(image, rules)
    table.add(f"building that, {title}", f"{cost.wall:.2f} s, peak {cost.peak_mb:.0f} MB, "
              f"image {image.stat().st_size / 1e6:.0f} MB",
              f"adblock-rust {begin['build']:.2f} s, {begin['peak']:.0f} MB more resident",
              times(begin["build"] / cost.wall))


def as_domains(table: Table, scale: Scale, title: str, name: str, lists: list[Path],
               requests: Path, including: float, empty: float) -> None:
    """The names as their lists have them, as domains; the peer knows rules only."""
    image = ours.image(f"urls-{name}-domains", lists)

    def mine() -> float:
        found = ours.bench("urls", "--image", image, "--requests", requests, "--rounds", "1")
        return found["decide"]["median"]
    [own] = interleave(scale.rounds, mine)
    table.add(f"full URL decision, {title}, the names as domain entries for khiên",
              nanoseconds(median(own)),
              f"adblock-rust {nanoseconds(including)}, less one rule "
              f"{nanoseconds(including - empty)}",
              f"{times(including / median(own))}, {times((including - empty) / median(own))}",
              f"{GOAL:g} x, aim {AIM:g} x", (including - empty) / median(own) >= GOAL)


def differences(table: Table, title: str, image: Path, requests: Path, peer: list[str],
                lists: list[Path], domains: list[Path]) -> None:
    """Compares each verdict with the peer's and sorts the differences by reason."""
    rows = [line.split("\t") for line in corpus.lines(requests)]
    mine = ours.verdicts(image, requests)
    if not len(rows) == len(mine) == len(peer):
        raise RuntimeError(f"{len(rows)} requests, {len(mine)} and {len(peer)} verdicts")
    names = {each for path in domains for each in corpus.lines(path)}
    if not domains:
        same = sum(now.split("\t")[0] == ("-" if then == "E" else then)
                   for now, then in zip(peer, corpus.reference(), strict=True))
        table.note(f"adblock-rust agrees with the reference verdicts of the trace in {same:,} "
                   f"of {len(rows):,} requests.")
    explainer = Explainer(lists, names)
    reasons: Counter[str] = Counter()
    unexplained = []
    for row, own, answer in zip(rows, mine, peer, strict=True):
        verdict = answer.split("\t", 1)[0]
        if (own[0] == "block") == (verdict == "B"):
            continue
        reason = explainer.reason(row, own[0], verdict)
        reasons[reason] += 1
        if reason == UNEXPLAINED:
            unexplained.append((row, own, answer))
    total = sum(reasons.values())
    table.add(f"verdicts equal, {title}", f"{len(rows) - total:,} of {len(rows):,}",
              "adblock-rust", goal="equal, or explained", reached=reasons[UNEXPLAINED] == 0)
    for reason, count in sorted(reasons.items(), key=lambda pair: -pair[1]):
        table.note(f"{title}: {count:,} verdicts differ: {reason}.")
    report = image.with_suffix(".differences")
    report.write_text("\n".join(f"{row}\n    {own}\n    {answer}"
                                for row, own, answer in unexplained) + "\n")


def substrings(table: Table, scale: Scale, lists: list[Path], requests: Path) -> None:
    say("urls: ahocorasick_rs")
    image = corpus.places.SCRATCH / "urls-easy.khien"
    with Worker("ahocorasick_worker.py", requests, *lists) as peer:
        hits = peer.ask("run")["hits"]

        def mine() -> float:
            found = ours.bench("urls", "--image", image, "--requests", requests, "--rounds", "1")
            return found["decide"]["median"]

        def theirs() -> float:
            found = peer.ask("run")
            if found["hits"] != hits:
                raise RuntimeError("ahocorasick_rs: the hits differ between two runs")
            return found["nanoseconds"]
        own, other, call = interleave(
            scale.rounds, mine, theirs, lambda: peer.ask("overhead")["nanoseconds"])
        begin = peer.start
    middle = median(own)
    table.add("a URL against EasyList and EasyPrivacy: our verdict, the peer's substrings only",
              nanoseconds(middle),
              f"ahocorasick_rs {nanoseconds(median(other))}, "
              f"less its call {nanoseconds(median(other) - median(call))}",
              times((median(other) - median(call)) / middle))
    table.note(
        f"ahocorasick_rs finds which of {begin['pieces']:,.0f} literal pieces (the longest of each "
        f"rule, 4 bytes or more) a URL holds: {hits:,} of the requests hold one. It knows no "
        f"anchors, separators, wildcards, options, domains, exceptions or regular expressions and "
        f"gives no verdict. Built in {begin['build']:.2f} s, {begin['peak']:.0f} MB.")

