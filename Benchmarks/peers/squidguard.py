"""squidGuard through the protocol that Squid speaks to it: one request a line on standard input.

The lists are in its database files, as its manual advises; building them is measured apart.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from .packages import find
from .processes import Cost, run


class SquidGuard:
    """A configuration; each measurement is a process of its own."""

    name = "squidGuard"

    def __init__(self, folder: Path, names: Path):
        found = find("squidGuard")
        if found is None:
            raise RuntimeError("squidGuard is not installed")
        self.program = found
        self.folder = folder
        if folder.exists():
            shutil.rmtree(folder)
        (folder / "bad").mkdir(parents=True)
        shutil.copyfile(names, folder / "bad" / "domains")
        self.config = folder / "squidGuard.conf"
        self.config.write_text("\n".join([
            f"dbhome {folder}", f"logdir {folder}",
            "dest bad {", "    domainlist bad/domains", "}", "acl {", "    default {",
            "        pass !bad all", "        redirect http://blocked.test/", "    }", "}", ""]))
        self.build: Cost = run([self.program, "-c", self.config, "-C", "all"])
        if not (folder / "bad" / "domains.db").exists():
            log = folder / "squidGuard.log"
            text = log.read_text(errors="replace")[-300:] if log.exists() else "no log"
            raise RuntimeError(f"squidGuard built no database: {text}")

    def lookups(self, hosts: Sequence[str]) -> tuple[float, int]:
        """CPU seconds of a whole process, its start included, and hits."""
        source = self.folder / "requests"
        source.write_text("".join(f"http://{host}/ 127.0.0.1/- - GET\n" for host in hosts))
        cost = run([self.program, "-c", self.config], stdin=source)
        answers = cost.output.split("\n")[:-1]
        if len(answers) != len(hosts):
            raise RuntimeError(f"squidGuard answered {len(answers)} of {len(hosts)} lines")
        self.peak_mb = cost.peak_mb
        return cost.cpu, sum("blocked.test" in answer for answer in answers)

    def stop(self) -> None:
        """Nothing stays."""
