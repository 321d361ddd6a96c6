"""A worker in the virtual environment, spoken to line by line."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from . import places


class Worker:
    def __init__(self, script: str, *arguments: Path):
        command = [places.VENV_PYTHON, Path(__file__).with_name(script), *arguments]
        self.process = subprocess.Popen(
            [str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True)
        self.start: dict[str, float] = self.answer()

    def ask(self, command: str) -> Any:
        assert self.process.stdin is not None
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return self.answer()

    def answer(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the worker ended with status {self.process.wait()}")
        return json.loads(line)

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()
