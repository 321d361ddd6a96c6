"""A reload of millions under a thousand probes a second: ours and HAProxy's, by turns.

Memory and gaps are measured in different reloads, because reading a process's memory map holds up
the process.
"""

from __future__ import annotations

import itertools
import json
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from . import corpus, haproxy, ours, places
from .origin import MARKED_ADDRESS, Origin
from .packages import say
from .places import Scale, millions
from .processes import Server, answers, free_port, smaps
from .table import Table, interleave, median, times

GAP_GOAL_MS, MEMORY_GOAL = 10.0, 1.1
UNMARKED_ADDRESS = "192.0.2.1"


class Subject(Protocol):
    """A proxy whose lists can be replaced; `reload` returns when they are in force or earlier."""

    name: str
    port: int
    server: Server

    def set_marked(self, is_marked: bool) -> None: ...

    def reload(self) -> None: ...

    def stop(self) -> None: ...


def changed_list(source: Path, target: Path, is_marked: bool, line: str) -> None:
    """The names and one more that depends on the state: so the whole list is a new one."""
    partial = target.with_suffix(".partial")
    with open(source) as names, open(partial, "w") as output:
        for name in names:
            output.write(line.format(name.rstrip()))
        output.write(line.format("marked.khien.test" if is_marked else "unmarked.khien.test"))
    partial.rename(target)


class Khien:
    name = "khiên"

    def __init__(self, folder: Path, names: Path):
        self.names = names
        # Without the last good image of another run, whose size the guards would compare.
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.domains, self.addresses = folder / "domains.txt", folder / "addresses.txt"
        self.set_marked(False)
        self.daemon = ours.Daemon(folder, self.domains, self.addresses)
        self.server, self.port = self.daemon.server, self.daemon.port

    def set_marked(self, is_marked: bool) -> None:
        changed_list(self.names, self.domains, is_marked, "{}\n")
        listed = [UNMARKED_ADDRESS] + ([MARKED_ADDRESS] if is_marked else [])
        corpus.write_lines(self.addresses, listed)

    def reload(self) -> None:
        self.daemon.reload()

    def stop(self) -> None:
        self.daemon.stop()


class HAProxyMap:
    """Master and worker; a reload starts a new worker that takes over the listening socket."""

    name = "HAProxy map"

    def __init__(self, folder: Path, names: Path, origin: Origin):
        self.names = names
        folder.mkdir(parents=True, exist_ok=True)
        self.map = folder / "map"
        self.set_marked(False)
        self.port = free_port()
        config = folder / "haproxy.cfg"
        config.write_text("\n".join([
            "global", "    nbthread 2", "    hard-stop-after 10s",
            f"    stats socket {folder}/admin.sock mode 600 level admin expose-fd listeners",
            "defaults", "    mode http", "    timeout client 1m", "    timeout connect 5s",
            "    timeout server 1m",
            "frontend hosts", f"    bind 127.0.0.1:{self.port}",
            f"    http-request deny if {{ url_ip,map_str({self.map}) -m found }}",
            f"    http-request deny if {{ req.hdr(host),map_str({self.map}) -m found }}",
            "    default_backend origin",
            "backend origin", f"    server origin 127.0.0.1:{origin.port}", ""]))
        self.server = Server([haproxy.program(), "-W", "-f", config], folder / "haproxy.log")
        try:
            self.server.wait_for(lambda: answers(self.port), 120)
        except BaseException:
            self.server.stop()
            raise

    def set_marked(self, is_marked: bool) -> None:
        changed_list(self.names, self.map, is_marked, "{} 1\n")
        if is_marked:
            with open(self.map, "a") as output:
                output.write(f"{MARKED_ADDRESS} 1\n")

    def reload(self) -> None:
        before = set(self.server.pids())
        self.server.process.send_signal(signal.SIGUSR2)
        end = time.monotonic() + 60
        # In force when the first worker has gone.
        while time.monotonic() < end and before <= set(self.server.pids()):
            time.sleep(0.02)

    def stop(self) -> None:
        self.server.stop()


def probing(subject: Subject, origin: Origin, seconds: float) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("prober.py")), str(subject.port),
         f"http://127.0.0.1:{origin.port}/", f"http://{MARKED_ADDRESS}:{origin.port}/",
         str(seconds)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    return process


@dataclass
class Reload:
    """One reload under probes, and the same time without a reload just before."""

    gap_ms: float
    quiet_gap_ms: float
    answered: int
    failed: int
    in_force_seconds: float
    failures: str


def outcome(process: subprocess.Popen[str]) -> dict[str, Any]:
    output, _ = process.communicate(timeout=120)
    return json.loads(output)


def watched(subject: Subject, origin: Origin, is_marked: bool, seconds: float) -> Reload:
    quiet = outcome(probing(subject, origin, seconds))
    subject.set_marked(is_marked)
    process = probing(subject, origin, seconds + 1)
    time.sleep(0.5)
    asked = time.monotonic()
    subject.reload()
    took = time.monotonic() - asked
    found = outcome(process)
    wanted = 403 if is_marked else 200
    seen = [at for at, status in found["marked"] if status == wanted]
    if not seen:
        raise RuntimeError(f"{subject.name}: the new lists were not in force after {took:.1f} s")
    # The first marked probe of the old lists stands before it.
    return Reload(
        found["longest_gap"] * 1000, quiet["longest_gap"] * 1000,
        found["answered"] + quiet["answered"], found["failed"] + quiet["failed"],
        seen[-1] - 0.5, ", ".join({**quiet["failures"], **found["failures"]}))


@dataclass
class Memory:
    """MB. `anonymous` is what only a process holds; `resident` counts mapped files too."""

    steady_anonymous: float
    peak_anonymous: float
    steady_resident: float
    peak_resident: float
    peak_all: float


def memory(subject: Subject, is_marked: bool, own: Callable[[Server], list[int]]) -> Memory:
    """Samples `smaps_rollup` during a reload: of the daemon's own processes, and of all."""
    def sample() -> tuple[float, float, float]:
        mine = [smaps(pid) for pid in own(subject.server)]
        every = [smaps(pid) for pid in subject.server.pids()]
        return (sum(each.get("Anonymous", 0) for each in mine) / 1024,
                sum(each.get("Pss", 0) for each in mine) / 1024,
                sum(each.get("Pss", 0) for each in every) / 1024)
    subject.set_marked(is_marked)
    steady = sample()
    peaks = list(steady)
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(0.01):
            for index, value in enumerate(sample()):
                peaks[index] = max(peaks[index], value)
    thread = threading.Thread(target=watch)
    thread.start()
    try:
        subject.reload()
        time.sleep(1)
    finally:
        is_over.set()
        thread.join()
    return Memory(steady[0], peaks[0], steady[1], peaks[1], peaks[2])


def compare(table: Table, scale: Scale) -> None:
    size = scale.large
    names = corpus.names(size)
    work = places.SCRATCH / "work"
    work.mkdir(exist_ok=True)
    origin = Origin(work / "origin")
    subjects: list[Subject] = []
    try:
        subjects.append(Khien(work / "reload-khien", names))
        subjects.append(HAProxyMap(work / "reload-haproxy", names, origin))
        # Before any reload, so that "steady" is a daemon that has just loaded its lists.
        memories(table, scale, subjects)
        gaps(table, scale, subjects, origin)
    finally:
        for subject in subjects:
            subject.stop()
        origin.stop()


def gaps(table: Table, scale: Scale, subjects: list[Subject], origin: Origin) -> None:
    reloads: dict[str, list[Reload]] = {subject.name: [] for subject in subjects}
    # Long enough for the new lists to be in force.
    seconds = {Khien.name: 6.0 if scale.is_quick else 12.0,
               HAProxyMap.name: 8.0 if scale.is_quick else 45.0}
    # The memory's reloads have left the marks in one state or the other.
    is_marked = scale.reloads % 2 == 0
    turns = {subject.name: itertools.cycle([is_marked, not is_marked]) for subject in subjects}

    def turn(subject: Subject) -> float:
        say(f"reload: {subject.name} under probes")
        done = reloads[subject.name]
        done.append(watched(subject, origin, next(turns[subject.name]),
                            seconds[subject.name]))
        return done[-1].gap_ms
    interleave(scale.reloads, *[lambda subject=subject: turn(subject) for subject in subjects])
    mine, theirs = (reloads[subject.name] for subject in subjects)
    failed, peer_failed = (sum(each.failed for each in group) for group in (mine, theirs))
    asked = sum(each.answered + each.failed for each in mine)
    label = f"reload of {millions(scale.large)} domains under 1,000 new connections a second"
    table.add(f"{label}: failed requests", f"{failed} of {asked:,}",
              f"HAProxy {peer_failed} of {sum(e.answered + e.failed for e in theirs):,}",
              goal="0", reached=failed == 0)
    extra, peer_extra = (median([each.gap_ms - each.quiet_gap_ms for each in group])
                         for group in (mine, theirs))
    table.add(f"{label}: longest gap, more than without reload",
              f"{extra:.0f} ms ({gap_text(mine)})", f"HAProxy {peer_extra:.0f} ms "
              f"({gap_text(theirs)})", goal=f"under {GAP_GOAL_MS:g} ms",
              reached=extra < GAP_GOAL_MS)
    force, peer_force = (median([each.in_force_seconds for each in group])
                         for group in (mine, theirs))
    table.add(f"{label}: seconds from asking until in force", f"{force:.1f} s", f"HAProxy {peer_force:.1f} s",
              times(peer_force / force))
    for name, group in reloads.items():
        for text in sorted({each.failures for each in group if each.failures}):
            table.note(f"reload, {name}: failures were {text}.")


def gap_text(group: list[Reload]) -> str:
    return "; ".join(f"{each.gap_ms:.0f} against {each.quiet_gap_ms:.0f}" for each in group)


def memories(table: Table, scale: Scale, subjects: list[Subject]) -> None:
    def daemon_only(server: Server) -> list[int]:
        return [server.process.pid]

    def every(server: Server) -> list[int]:
        return server.pids()
    results: list[list[Memory]] = [[], []]
    for turn in range(scale.reloads):
        for index, (subject, own) in enumerate(zip(subjects, (daemon_only, every), strict=True)):
            say(f"reload: memory of {subject.name}")
            results[index].append(memory(subject, turn % 2 == 0, own))
    mine, theirs = results
    label = f"memory during a reload of {millions(scale.large)} domains, peak by steady"

    def share(group: list[Memory], peak: str, steady: str) -> tuple[float, float, float]:
        high = median([getattr(each, peak) for each in group])
        low = getattr(group[0], steady)
        return high / low, low, high
    for title, peak, steady in (
            ("the daemon with its mapped images (PSS)", "peak_resident", "steady_resident"),
            ("anonymous memory of the daemon", "peak_anonymous", "steady_anonymous"),
            ("the daemon and its compiler together (PSS)", "peak_all", "steady_resident")):
        ratio, low, high = share(mine, peak, steady)
        peer_ratio, peer_low, peer_high = share(theirs, peak, steady)
        after, peer_after = (getattr(group[-1], steady) for group in results)
        if scale.reloads > 1:
            table.note(f"{title}: before the last of {scale.reloads} reloads khiên stood at "
                       f"{after:.0f} MB, HAProxy at {peer_after:.0f} MB.")
        table.add(f"{label}: {title}", f"{ratio:.2f} x ({low:.0f} to {high:.0f} MB)",
                  f"HAProxy {peer_ratio:.2f} x ({peer_low:.0f} to {peer_high:.0f} MB)",
                  goal=f"under {MEMORY_GOAL:g} x", reached=ratio < MEMORY_GOAL)
