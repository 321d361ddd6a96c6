"""HAProxy's map of hosts, through its real process.

A request carries sixteen hosts in sixteen headers, and each is looked up in the map, so that the
look-ups are not lost in the cost of a request. The map finds exact names only; a map that also
covers subdomains would need a look-up for each label.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .client import Client, request
from .packages import find
from .processes import Server, answers, free_port

BATCH = 16


def write_map(names: Path, path: Path) -> None:
    with open(names) as source, open(path, "w") as target:
        for line in source:
            target.write(f"{line.rstrip()} 1\n")


def program() -> str:
    found = find("haproxy")
    if found is None:
        raise RuntimeError("haproxy is not installed")
    return found


class HAProxy:
    """One process with one thread and one map."""

    name = "HAProxy map"

    def __init__(self, folder: Path, map_file: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        config = folder / "haproxy.cfg"
        lookups = [
            f"    http-request set-var(txn.n) req.hdr(x{index}),map_str_int({map_file},0)"
            + (",add(txn.n)" if index else "") for index in range(BATCH)]
        config.write_text("\n".join([
            "global", "    nbthread 1", "    maxconn 64", "defaults", "    mode http",
            "    timeout client 1m", "    timeout connect 5s", "    timeout server 1m",
            "frontend hosts", f"    bind 127.0.0.1:{self.port}", *lookups,
            '    http-request return status 200 content-type text/plain'
            ' lf-string "%[var(txn.n)]"', ""]))
        self.server = Server([program(), "-f", config], folder / "haproxy.log")
        try:
            self.load_seconds = self.server.wait_for(lambda: answers(self.port), 120)
        except BaseException:
            self.server.stop()
            raise

    def lookups(self, hosts: Sequence[str]) -> tuple[float, int]:
        """CPU seconds and hits."""
        client = Client(self.port)
        requests = []
        for start in range(0, len(hosts), BATCH):
            batch = hosts[start:start + BATCH]
            requests.append(request(
                "/", "a.test", [f"x{index}: {host}" for index, host in enumerate(batch)]))
        before = self.server.cpu()
        hits = sum(int(client.ask(each)[2]) for each in requests)
        cost = self.server.cpu() - before
        client.close()
        return cost, hits

    def stop(self) -> None:
        self.server.stop()
