"""Host decisions: ours over sizes and orders, then beside the peers' look-ups on one list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from . import corpus, ours, places
from .e2guardian import REPEATED, E2guardian
from .haproxy import HAProxy, write_map
from .origin import Origin
from .packages import say
from .places import Scale, millions
from .squid import Squid, write_list
from .squidguard import SquidGuard
from .table import Table, interleave, median, nanoseconds, times

FLAT_MAX = 1.3
TRACE_GOAL, RANDOM_GOAL = 15.0, 8.0
HOT_GOAL, IMAGE_GOAL = 8.0, 40.0


class Peer(Protocol):
    name: str

    def lookups(self, hosts: Sequence[str]) -> tuple[float, int]: ...

    def stop(self) -> None: ...


def compare(table: Table, scale: Scale) -> None:
    images = {size: ours.image(f"hosts-{size}", [corpus.names(size)], "--format", "domains")
              for size in scale.sizes}
    alone(table, scale, images)
    beside_peers(table, scale, images[scale.small])


def alone(table: Table, scale: Scale, images: dict[int, Path]) -> None:
    """Our figures over sizes and orders."""
    large = scale.large
    files = {
        "random order, none listed": (corpus.sampled("unlisted", large, 0), RANDOM_GOAL, 0),
        "random order, half listed": (corpus.mixed_hosts(large), RANDOM_GOAL, 500_000),
        "random order, all listed": (corpus.sampled("listed", large, 1), RANDOM_GOAL, 1_000_000),
    }
    if places.has_shared():
        trace = corpus.trace_hosts()
        files = {"real trace": (trace, TRACE_GOAL, corpus.hits(trace, large)[1]), **files}
    for name, (hosts, goal, wanted) in files.items():
        say(f"hosts: {name}")

        def once(hosts: Path = hosts, wanted: int = wanted) -> float:
            return timed(images[large], hosts, wanted)
        def batch(hosts: Path = hosts, wanted: int = wanted) -> float:
            return timed(images[large], hosts, wanted, is_batch=True)
        for kind, values in zip(("", ", eight at once"), interleave(scale.rounds, once, batch),
                                strict=True):
            rate = 1000 / median(values)
            table.add(f"host decisions a second, {millions(large)} domains, {name}{kind}",
                      f"{rate:.1f} M ({nanoseconds(median(values))})", goal=f"{goal:g} M",
                      reached=rate >= goal)
    if len(images) > 1 and places.has_shared():
        flatness(table, scale, images)
    figures = ours.hosts(images[large], corpus.first(corpus.mixed_hosts(large), 1000), rounds=1)
    hot, whole = figures["hotBytesPerKey"], figures["imageBytesPerEntry"]
    table.add(f"hot bytes a domain, {millions(large)} domains", f"{hot:.1f}",
              goal=f"{HOT_GOAL:g}", reached=hot <= HOT_GOAL)
    table.add(f"image bytes a domain, with provenance and clear text, {millions(large)} domains",
              f"{whole:.1f}", goal=f"{IMAGE_GOAL:g}", reached=whole <= IMAGE_GOAL)


def flatness(table: Table, scale: Scale, images: dict[int, Path]) -> None:
    for name, hosts in (("real trace", {size: corpus.trace_hosts() for size in images}),
                        ("random order, half listed",
                         {size: corpus.mixed_hosts(size) for size in images})):
        wanted = {size: corpus.hits(hosts[size], size)[1] for size in images}
        sizes = " / ".join(f"{size / 1e6:g}" for size in images)
        for kind, is_batch in (("", False), (", eight at once", True)):
            results = interleave(scale.rounds, *[
                lambda size=size: timed(images[size], hosts[size], wanted[size], is_batch)
                for size in images])
            middles = [median(values) for values in results]
            ratio = max(middles) / min(middles)
            table.add(f"host decision over {sizes} M domains, {name}{kind}",
                      " / ".join(nanoseconds(value) for value in middles), ratio=times(ratio),
                      goal=f"within {FLAT_MAX} x", reached=ratio <= FLAT_MAX)


def timed(image: Path, hosts: Path, wanted: int, is_batch: bool = False) -> float:
    """Nanoseconds a decision; an error where the hits are others than the list's."""
    time = ours.hosts(image, hosts, is_batch=is_batch)["time"]
    if time["hits"] != wanted:
        raise RuntimeError(f"{hosts.name}: {time['hits']} hits, wanted {wanted}")
    return time["median"]


def beside_peers(table: Table, scale: Scale, image: Path) -> None:
    size = scale.small
    names = corpus.names(size)
    work = places.SCRATCH / "work"
    work.mkdir(exist_ok=True)
    none = work / "none.txt"
    none.write_text("unlisted.khien.test\n")
    mixed = corpus.first(corpus.mixed_hosts(size), scale.lookups)
    corpora = {"random order, half listed": mixed}
    if places.has_shared():
        trace = corpus.first(corpus.trace_hosts(), scale.lookups)
        corpora = {"real trace": trace, **corpora}

    maps = work / "map", work / "map-none"
    lists = work / "dstdomain", work / "dstdomain-none"
    write_map(names, maps[0])
    write_map(none, maps[1])
    write_list(names, lists[0])
    write_list(none, lists[1])

    for label, hosts in corpora.items():
        attempt(table, f"HAProxy map, {label}", lambda hosts=hosts, label=label: pair(
            table, scale, image, hosts, label,
            lambda which: HAProxy(work / f"haproxy-{which}", maps[which]), is_exact=True))
        attempt(table, f"squidGuard, {label}", lambda hosts=hosts, label=label: pair(
            table, scale, image, hosts, label,
            lambda which: SquidGuard(work / f"squidguard-{which}", (names, none)[which])))
    slow = corpus.first(corpus.mixed_hosts(size), scale.slow_lookups)
    attempt(table, "Squid dstdomain", lambda: pair(
        table, scale, image, slow, "random order, half listed",
        lambda which: Squid(work / f"squid-{which}", lists[which])))
    unlisted = corpus.first(corpus.sampled("unlisted", size, 0), scale.slow_lookups)

    def e2guardian() -> None:
        origin = Origin(work / "origin")
        try:
            pair(table, scale, image, unlisted, "random order, none listed",
                 lambda which: E2guardian(
                     work / f"e2guardian-{which}", (names, none)[which], origin.port),
                 repeated=REPEATED)
        finally:
            origin.stop()
    attempt(table, "e2guardian site list", e2guardian)


def attempt(table: Table, name: str, body: Callable[[], None]) -> None:
    """Runs one peer's comparison; where it cannot be had, the table says why."""
    say(f"hosts: {name}")
    try:
        body()
    except (RuntimeError, OSError) as error:
        table.add(f"host decision beside {name}", "-", f"not measured: {error}")


def pair(table: Table, scale: Scale, image: Path, hosts: Path, label: str,
         make: Callable[[int], Peer], is_exact: bool = False, repeated: int = 1) -> None:
    """Ours and one peer on one list and the same hosts, by turns; the peer minus its empty list."""
    listed = corpus.lines(hosts)
    exact, covered = corpus.hits(hosts, scale.small)
    wanted = exact if is_exact else covered
    full = make(0)
    try:
        empty = make(1)
        try:
            def cost(peer: Peer, expected: int) -> float:
                seconds, hits = peer.lookups(listed)
                if hits != expected:
                    raise RuntimeError(f"{hits} hits, wanted {expected}")
                return seconds * 1e9 / len(listed) / repeated
            cost(full, wanted), cost(empty, 0)
            mine, theirs, base = interleave(
                scale.rounds, lambda: timed(image, hosts, covered),
                lambda: cost(full, wanted), lambda: cost(empty, 0))
            load(table, full, empty)
        finally:
            empty.stop()
    finally:
        full.stop()
    ours_middle, peer_middle = median(mine), median(theirs) - median(base)
    spread = (max(base) - min(base)) / 2
    if peer_middle <= 0:
        table.add(f"host decision, 1 M domains, {label}", nanoseconds(ours_middle),
                  f"{full.name}: lost in the noise of its requests (± {nanoseconds(spread)})")
        return
    table.add(f"host decision, 1 M domains, {label}", nanoseconds(ours_middle),
              f"{full.name} {nanoseconds(peer_middle)} (± {nanoseconds(spread)})",
              times(peer_middle / ours_middle))


def load(table: Table, full: Peer, empty: Peer) -> None:
    """Notes what loading the list took the peer, and what it holds an entry in memory."""
    if isinstance(full, SquidGuard):
        table.note(f"squidGuard: building its database of 1 M domains took "
                   f"{full.build.wall:.1f} s; a process that asks it peaks at "
                   f"{full.peak_mb:.0f} MB.")
        return
    server, other = getattr(full, "server"), getattr(empty, "server")
    rss = server.memory("Rss") - other.memory("Rss")
    table.note(f"{full.name}: 1 M domains loaded in {getattr(full, 'load_seconds'):.1f} s, "
               f"{rss * 1048576 / 1e6:.0f} bytes of resident memory a domain.")
