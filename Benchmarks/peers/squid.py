"""Squid's `dstdomain`, through its real process: every request is refused, by the list or after it.

Each request costs Squid far more than the look-up, and its tree moves what was asked last to the
root, so that asking twice would flatter it; the figure is the difference to an empty list.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from .client import Client, request
from .packages import find
from .processes import Server, answers, free_port


def program() -> str:
    found = find("squid")
    if found is None:
        raise RuntimeError("squid is not installed")
    return found


def write_list(names: Path, path: Path) -> None:
    with open(names) as source, open(path, "w") as target:
        for line in source:
            target.write(f".{line}")


def write_config(folder: Path, list_file: Path, port: int) -> Path:
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    if os.geteuid() == 0:
        shutil.chown(folder, "proxy", "proxy")
    config = folder / "squid.conf"
    config.write_text("\n".join([
        f"http_port 127.0.0.1:{port}", f'acl bad dstdomain -n "{list_file}"',
        "http_access deny bad", "http_access deny all",
        "deny_info 302:http://listed.test/ bad", "deny_info 302:http://other.test/ all",
        "access_log none", f"cache_log {folder}/cache.log", "cache_store_log none",
        f"pid_filename {folder}/squid.pid", f"coredump_dir {folder}", "cache deny all",
        "pinger_enable off", "netdb_filename none", "shutdown_lifetime 0 seconds",
        "visible_hostname squid.test", "cache_mem 0 MB", ""]))
    return config


class Squid:
    """One process in the foreground."""

    name = "Squid dstdomain"

    def __init__(self, folder: Path, list_file: Path, seconds: float = 300):
        self.port = free_port()
        config = write_config(folder, list_file, self.port)
        self.server = Server([program(), "-N", "-f", config], folder / "squid.log")
        try:
            self.load_seconds = self.server.wait_for(lambda: answers(self.port), seconds)
        except BaseException:
            self.server.stop()
            raise

    def lookups(self, hosts: Sequence[str]) -> tuple[float, int]:
        """CPU seconds and hits."""
        client = Client(self.port)
        requests = [request(f"http://{host}/", host) for host in hosts]
        before = self.server.cpu()
        hits = sum(b"listed.test" in client.ask(each)[1] for each in requests)
        cost = self.server.cpu() - before
        client.close()
        return cost, hits

    def stop(self) -> None:
        self.server.stop()
