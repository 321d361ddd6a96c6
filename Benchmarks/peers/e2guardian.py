"""e2guardian's site list, through its real process in front of an origin on loopback.

Its other checks are switched off: the story it follows asks the site list and nothing else, and
asks it many times, since one look-up is lost in the cost of a request. The repeated look-ups find
the processor's caches warm, which flatters it. Only hosts that pass are asked: a host that is
listed is answered without the origin, and so costs less than one that is not.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from .client import Client, request
from .packages import find
from .processes import Server, answers, free_port

SETTINGS = Path("/etc/e2guardian")
REPEATED = 32
STORY = "\n".join([
    "function(checkrequest)", *["if(sitein, banned) return setblock"] * REPEATED,
    "if(true) setgrey", "function(checkresponse)", "if(true) setexception", ""])


def set_value(text: str, key: str, value: str) -> str:
    line = f"{key} = {value}"
    changed, count = re.subn(rf"(?m)^#?\s*{key} = .*$", lambda _: line, text, count=1)
    return changed if count else f"{text}\n{line}\n"


def write_config(folder: Path, list_file: Path, port: int, origin: int) -> Path:
    """A copy of the package's settings with everything but the site list off."""
    if folder.exists():
        shutil.rmtree(folder)
    shutil.copytree(SETTINGS, folder, ignore=shutil.ignore_patterns("private"))
    main = folder / "e2guardian.conf"
    text = main.read_text().replace(str(SETTINGS), str(folder))
    user = "root" if os.geteuid() == 0 else str(os.getuid())
    values = {
        "filterip": "127.0.0.1", "checkip": "127.0.0.1", "filterports": str(port),
        "proxyip": "127.0.0.1", "proxyport": str(origin), "nodaemon": "on", "nologger": "on",
        "daemonuser": f"'{user}'", "daemongroup": f"'{user}'", "httpworkers": "20",
        "weightedphrasemode": "0", "loglevel": "0", "transparenthttpsport": "",
        "pidfilename": f"'{folder}/e2guardian.pid'", "loglocation": f"'{folder}/access.log'",
        "statlocation": f"'{folder}/stats.log'", "filecachedir": f"'{folder}'",
        "maxcontentfiltersize": "64", "preservecase": "0",
    }
    for key, value in values.items():
        text = set_value(text, key, value)
    main.write_text(text)
    group = folder / "e2guardianf1.conf"
    group.write_text(group.read_text().replace(str(SETTINGS), str(folder)))
    (folder / "examplef1.story").write_text(STORY)
    shutil.copyfile(list_file, folder / "lists" / "bannedsitelist")
    return main


class E2guardian:
    """One process with twenty threads."""

    name = "e2guardian site list"

    def __init__(self, folder: Path, list_file: Path, origin: int):
        found = find("e2guardian")
        if found is None:
            raise RuntimeError("e2guardian is not installed")
        self.port = free_port()
        config = write_config(folder, list_file, self.port, origin)
        self.server = Server([found, "-N", "-c", config], folder / "e2guardian.log")
        try:
            self.load_seconds = self.server.wait_for(lambda: answers(self.port), 120)
        except BaseException:
            self.server.stop()
            raise

    def lookups(self, hosts: Sequence[str]) -> tuple[float, int]:
        """CPU seconds and hits."""
        client = Client(self.port)
        requests = [request(f"http://{host}/", host) for host in hosts]
        before = self.server.cpu()
        hits = sum(not client.ask(each)[2].startswith(b"passed") for each in requests)
        cost = self.server.cpu() - before
        client.close()
        return cost, hits

    def stop(self) -> None:
        self.server.stop()
