"""Turning a list of millions into what decides: ours, HAProxy's and Squid's start with it."""

from __future__ import annotations

from pathlib import Path

from . import corpus, haproxy, ours, places, squid
from .packages import say
from .places import Scale, millions
from .processes import free_port, run
from .table import Table, interleave, median, times

SECONDS_GOAL, PEAK_GOAL_MB, OPEN_GOAL_MS = 5.0, 1024.0, 50.0
# Squid's cost grows faster than its list; a start that takes longer is told as such.
SQUID_SECONDS_MAX = 400.0


def compare(table: Table, scale: Scale) -> None:
    size = scale.large
    names = corpus.names(size)
    work = places.SCRATCH / "work"
    work.mkdir(exist_ok=True)
    image = places.SCRATCH / f"hosts-{size}.khien"
    map_file = work / f"map-{size}"
    haproxy.write_map(names, map_file)
    check = work / "haproxy-check.cfg"
    check.write_text("\n".join([
        "defaults", "    mode http", "    timeout client 1m", "frontend hosts",
        f"    bind 127.0.0.1:{free_port()}",
        f"    http-request deny if {{ req.hdr(host),map_str({map_file}) -m found }}", ""]))
    peaks: list[float] = []
    peer_peaks: list[float] = []

    def mine() -> float:
        say(f"compile: khien, {millions(size)}")
        cost = ours.compile_image(image, [names], "--format", "domains")
        peaks.append(cost.peak_mb)
        return cost.wall

    def theirs() -> float:
        say(f"compile: HAProxy, {millions(size)}")
        cost = run([haproxy.program(), "-c", "-f", check])
        if cost.status != 0:
            raise RuntimeError(cost.errors[-300:])
        peer_peaks.append(cost.peak_mb)
        return cost.wall
    own, other = interleave(scale.rounds, mine, theirs)
    middle, peak = median(own), median(peaks)
    squid_text = squid_start(work, names, size)
    table.add(f"{millions(size)} domains from text into force: seconds", f"{middle:.2f} s",
              f"HAProxy map {median(other):.2f} s; Squid dstdomain {squid_text[0]}",
              times(median(other) / middle) + " (HAProxy)", f"under {SECONDS_GOAL:g} s",
              middle < SECONDS_GOAL)
    table.add(f"{millions(size)} domains from text into force: peak memory", f"{peak:.0f} MB",
              f"HAProxy map {median(peer_peaks):.0f} MB; Squid dstdomain {squid_text[1]}",
              times(median(peer_peaks) / peak) + " (HAProxy)", f"under {PEAK_GOAL_MB:g} MB",
              peak < PEAK_GOAL_MB)
    table.note("AdGuard Home, published, not measured here: 2.16 M rules built in 4.4 s with "
               "422 MiB; a changed list reloaded in 5.2 s with a peak of 854 MiB.")
    opening(table, scale, image, size)


def squid_start(work: Path, names: Path, size: int) -> tuple[str, str]:
    """Seconds and peak of Squid's start with the list, once: it takes minutes."""
    say(f"compile: Squid, {millions(size)} (minutes)")
    list_file = work / f"dstdomain-{size}"
    squid.write_list(names, list_file)
    try:
        process = squid.Squid(work / "squid-compile", list_file, SQUID_SECONDS_MAX)
    except RuntimeError as error:
        return f"not ready ({error})", "-"
    try:
        return f"{process.load_seconds:.1f} s", f"{process.server.peak():.0f} MB"
    finally:
        process.stop()


def opening(table: Table, scale: Scale, image: Path, size: int) -> None:
    entries = ours.bench("open", "--image", image, "--rounds", "1")["entries"]

    def once() -> float:
        found = ours.bench("open", "--image", image, "--rounds", "5")
        if found["entries"] != entries:
            raise RuntimeError("khien-bench open: the entries differ between two runs")
        return found["time"]["median"] / 1e6
    [values] = interleave(scale.rounds, once)
    middle = median(values)
    table.add(f"open and validate the image of {millions(size)} domains",
              f"{middle:.0f} ms ({image.stat().st_size / 1e6:.0f} MB)",
              "none has a form of its own on disk but squidGuard", goal=f"under {OPEN_GOAL_MS:g} ms",
              reached=middle < OPEN_GOAL_MS)
