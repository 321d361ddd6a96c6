"""Installs what the comparisons need and what is not there yet."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from . import places

# Debian 12's versions; the table's figures are theirs.
DEBIAN = {
    "haproxy": "haproxy",
    "squid": "squid",
    "squidguard": "squidGuard",
    "e2guardian": "e2guardian",
    "valgrind": "valgrind",
    "nginx-light": "nginx",
    "zstd": "zstd",
    "time": "/usr/bin/time",
    "gcc": "cc",
    "libvectorscan-dev": "/usr/include/hs/hs.h",
}
PYPI = ["adblock==0.6.0", "ahocorasick_rs==1.0.3"]
SYSTEM_PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def find(program: str) -> str | None:
    """Where a program is, or a file that is named with its folder."""
    if program.endswith(".h"):
        return program if os.path.exists(program) else None
    return shutil.which(program, path=SYSTEM_PATH)


def install() -> list[str]:
    """Installs what is missing; returns what could not be, each with the reason."""
    failures: list[str] = []
    missing = [package for package, program in DEBIAN.items() if find(program) is None]
    if missing:
        say(f"installing {' '.join(missing)} (Debian)")
        environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive", RUNLEVEL="1")
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
        if os.geteuid() != 0:
            command = ["sudo", "-n", *command]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            failures.append(f"apt-get install {' '.join(missing)}: {last_line(done.stderr)}")
    stamp = places.SCRATCH / "venv" / "installed"
    wanted = "\n".join(PYPI)
    if not stamp.exists() or stamp.read_text() != wanted:
        say(f"installing {' '.join(PYPI)} (PyPI) into {places.SCRATCH.name}/venv")
        subprocess.run([sys.executable, "-m", "venv", places.SCRATCH / "venv"], check=True)
        done = subprocess.run(
            [places.VENV_PYTHON, "-m", "pip", "install", "-q", *PYPI],
            capture_output=True, text=True)
        if done.returncode == 0:
            stamp.write_text(wanted)
        else:
            failures.append(f"pip install {' '.join(PYPI)}: {last_line(done.stderr)}")
    return failures


def build() -> None:
    """Builds the tool, the daemon and the measuring program, as they are now."""
    say("building khien, khiend and khien-bench (the first time takes some minutes)")
    for product in ("khien", "khiend"):
        swift(places.REPOSITORY, "--product", product)
    swift(places.BENCHMARKS)


def swift(folder: os.PathLike[str], *arguments: str) -> None:
    done = subprocess.run(
        ["swift", "build", "-c", "release", "-j", "2", *arguments],
        cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"benchmark: swift build failed in {folder}\n{done.stdout}{done.stderr}")


def last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "no message"


def say(text: str) -> None:
    print(f"benchmark: {text}", file=sys.stderr, flush=True)
