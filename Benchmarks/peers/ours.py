"""Khiên's own programs: the tool, the daemon, the measuring program."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import places
from .packages import say
from .processes import Cost, Server, free_port, run


def compile_image(image: Path, lists: Sequence[Path], *options: str) -> Cost:
    cost = run([places.KHIEN, "compile", "--quiet", *options, "-o", image, *lists])
    if not image.exists():
        raise RuntimeError(f"khien compile: status {cost.status}: {cost.errors.strip()[-300:]}")
    return cost


def image(name: str, lists: Sequence[Path], *options: str) -> Path:
    """The image of the lists, compiled now: the program may have changed since the last run."""
    path = places.SCRATCH / f"{name}.khien"
    say(f"compiling {name}.khien")
    compile_image(path, lists, *options)
    return path


def bench(*arguments: str | Path) -> dict[str, Any]:
    """What a command of khien-bench prints."""
    done = subprocess.run(
        [str(part) for part in (places.KHIEN_BENCH, *arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"khien-bench {arguments[0]}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def hosts(image_file: Path, hosts_file: Path, order: str = "trace",
          rounds: int = 3, is_batch: bool = False) -> dict[str, Any]:
    return bench("hosts", "--image", image_file, "--hosts", hosts_file, "--order", order,
                 "--rounds", str(rounds), *(["--batch"] if is_batch else []))


def verdicts(image_file: Path, requests: Path) -> list[list[str]]:
    """Rows of `khien match`: verdict, layer, list and line, rule, URL."""
    done = subprocess.run(
        [places.KHIEN, "match", "--image", image_file, "--requests", requests],
        capture_output=True, text=True, check=True)
    return [line.split("\t") for line in done.stdout.rstrip("\n").split("\n")]


class Daemon:
    """khiend with a list of domains and a list of one address, which tells what is in force."""

    def __init__(self, folder: Path, domains: Path, addresses: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.config = folder / "khien.yaml"
        self.config.write_text(f"""listen: [{{explicit: 127.0.0.1:{self.port}}}]
control: {folder}/control.sock
state: {folder}/state
lists:
  - {{path: {domains}, format: domains, name: domains}}
  - {{path: {addresses}, format: addresses, name: addresses}}
upstream: {{allow-private: true}}
""")
        self.server = Server([places.KHIEND, "--config", self.config], folder / "khiend.log")
        try:
            self.load_seconds = self.server.wait_for(
                lambda: b"listening on" in self.server.log.read_bytes(), 300)
        except BaseException:
            self.server.stop()
            raise

    def reload(self) -> float:
        """Wall seconds until the lists are in force; an error where they are refused."""
        cost = run([places.KHIEN, "reload", "--config", self.config], timeout=300)
        if cost.status != 0:
            raise RuntimeError(f"khien reload: {cost.errors.strip()[-300:]}")
        return cost.wall

    def stop(self) -> None:
        self.server.stop()
