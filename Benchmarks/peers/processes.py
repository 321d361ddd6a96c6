"""Processes: what one cost, what one holds, and ending those that we started."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Cost:
    """What a command that ended took."""

    wall: float
    cpu: float
    peak_mb: float
    status: int
    output: str
    errors: str


def run(command: Sequence[str | Path], *, stdin: Path | None = None,
        timeout: float = 600, environment: dict[str, str] | None = None) -> Cost:
    """Runs a command to its end under /usr/bin/time, which alone tells its own child's peak."""
    report = Path(f"/tmp/khien-benchmark-time.{os.getpid()}")
    full = ["/usr/bin/time", "-f", "%e %U %S %M", "-o", str(report), *map(str, command)]
    with open(stdin or os.devnull, "rb") as source:
        done = subprocess.run(
            full, stdin=source, capture_output=True, timeout=timeout, env=environment)
    fields = report.read_text().splitlines()[-1].split()
    report.unlink()
    wall, user, system, peak = map(float, fields)
    return Cost(wall, user + system, peak / 1024, done.returncode,
                done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))


class Server:
    """A process that stays, and all that it starts; ended by pid."""

    def __init__(self, command: Sequence[str | Path], log: Path,
                 environment: dict[str, str] | None = None):
        self.log = log
        self.file = open(log, "wb")
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=self.file,
            stderr=subprocess.STDOUT, start_new_session=True, env=environment)

    def pids(self) -> list[int]:
        """The process and its descendants that still live."""
        return [pid for pid in descendants(self.process.pid) if alive(pid)]

    def cpu(self) -> float:
        """CPU seconds of all of them, children that ended and were waited for included."""
        return sum(cpu_seconds(pid) for pid in self.pids())

    def memory(self, *fields: str) -> float:
        """MB, the sum over all of them of fields of smaps_rollup."""
        return sum(smaps(pid).get(field, 0) for pid in self.pids() for field in fields) / 1024

    def peak(self) -> float:
        """MB, the highest resident memory that the process itself has had."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
        return 0

    def wait_for(self, condition: Callable[[], bool], seconds: float) -> float:
        """Seconds from the start until the condition held; an error where it never did."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.log.name}: the process ended: {self.tail()}")
            if condition():
                return time.monotonic() - self.started
            time.sleep(0.005)
        raise RuntimeError(f"{self.log.name}: not ready after {seconds:g} s: {self.tail()}")

    def tail(self) -> str:
        text = self.log.read_text(errors="replace").strip().splitlines()
        return " / ".join(text[-3:])

    def stop(self) -> None:
        pids = self.pids()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=3)
            except subprocess.TimeoutExpired:
                pass
        for pid in pids:
            if alive(pid):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
        self.process.wait()
        self.file.close()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def descendants(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    result, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        result.append(pid)
        waiting += children.get(pid, [])
    return result


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def cpu_seconds(pid: int) -> float:
    """From the clock of the process, which counts nanoseconds and threads that ended too."""
    try:
        # How Linux writes CPUCLOCK_SCHED of another process as a clock id.
        return time.clock_gettime(((~pid) << 3) | 2)
    except OSError:
        return 0


def smaps(pid: int) -> dict[str, int]:
    """KiB by field."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return {}
    return {line.split(":")[0]: int(line.split()[1]) for line in lines}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port: int) -> bool:
    """Whether somebody accepts connections on the port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=0.2).close()
        return True
    except OSError:
        return False
