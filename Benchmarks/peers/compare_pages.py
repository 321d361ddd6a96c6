"""CPU time of a page through the real proxies with e2guardian's default phrase lists.

Pages are cut from the HTML of the shared data and joined to 10 and 100 KB, so that they are real
text and pass; both proxies read the same lists, and neither condemns a page (the limits are high).
Each page differs from all others by the number in its title, so that it is new to our daemon, which
knows a clean page again by its bytes; another row asks for one page over and over. A third daemon
without lists of phrases shows what reading costs.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from itertools import count, islice, repeat
from pathlib import Path

from . import places
from .client import Client, ask_together, request
from .e2guardian import SETTINGS, set_value
from .packages import find
from .places import SCRATCH, Scale
from .processes import Server, answers, free_port
from .table import Table, interleave, median, times

SIZES = {"10 KB": (10_000, 50.0), "100 KB": (100_000, 100.0)}
# Pages asked for in one turn.
ASKED = {"10 KB": 400, "100 KB": 104}
# Connections that ask at once: a loop that sleeps before each read pays for its waking. 64 is what
# the figures that the goals come from were measured with, one page over and over.
TOGETHER = {"": 1, ", eight connections at once": 8, ", 64 connections at once": 64}


def pages(folder: Path, rounds: int) -> None:
    """`10KB-0.html` ... and `100KB-0.html` ...: bodies of articles, one after the other."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    archive = places.SHARED / "texts" / "html-articles.tar.zst"
    texts = subprocess.run(["tar", "-xO", "-f", archive, "--wildcards", "*.html"],
                           capture_output=True, check=True).stdout
    start = texts.find(b"<body")
    for name, (size, _) in SIZES.items():
        def head(number: int) -> bytes:
            title = f"<title>{number:06}</title>"
            return f"<!doctype html><html><head><meta charset=utf-8>{title}</head>".encode()

        body = texts[start:start + size - len(head(0))]
        body = body.decode(errors="ignore").encode()
        # Those of all turns, and one before each for each connection.
        needed = sum(rounds * (ASKED[name] + at_once) for at_once in TOGETHER.values())
        for number in range(needed + 1):
            (folder / file_name(name, number)).write_bytes(head(number) + body)


def file_name(size: str, number: int) -> str:
    return f"{size.replace(' ', '')}-{number}.html"


def new_pages(size: str) -> Iterator[str]:
    """Pages that one daemon has not seen, one after the other."""
    return (file_name(size, number) for number in count(1))


def same_page(size: str) -> Iterator[str]:
    return repeat(file_name(size, 0))


class PageOrigin:
    """nginx with those pages."""

    def __init__(self, folder: Path, rounds: int):
        pages(folder / "www", rounds)
        self.port = free_port()
        config = folder / "nginx.conf"
        config.write_text(f"""daemon off; master_process off; pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off; keepalive_requests 1000000; types {{ text/html html; }} root {folder}/www;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{self.port}; }}
}}
""")
        self.server = Server([find("nginx") or "nginx", "-c", config, "-p", folder],
                             folder / "nginx.log")
        self.server.wait_for(lambda: answers(self.port), 10)


class OurDaemon:
    def __init__(self, folder: Path, has_phrases: bool):
        folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(folder / "state", ignore_errors=True)
        (folder / "one.txt").write_text("nobody.test\n")
        lists = folder / "lists"
        shutil.rmtree(lists, ignore_errors=True)
        shutil.copytree(SETTINGS / "lists" / "phraselists", lists / "phraselists")
        text = (SETTINGS / "lists" / "weightedphraselist").read_text()
        text = text.replace(str(SETTINGS / "lists"), str(lists))
        (lists / "weightedphraselist").write_text(text)
        phrases = "\n  - {path: lists, format: e2guardian, name: phrases}"
        self.port = free_port()
        (folder / "khien.yaml").write_text(f"""listen: [{{explicit: 127.0.0.1:{self.port}}}]
control: {folder}/control.sock
state: {folder}/state
workers: 1
lists:
  - {{path: one.txt, format: domains, name: one}}{phrases if has_phrases else ""}
guards: {{maximum-rejected: none}}
text: {{limit: 1000000}}
upstream: {{allow-private: true}}
""")
        self.server = Server([places.KHIEND, "--config", folder / "khien.yaml"],
                             folder / "khiend.log")
        self.server.wait_for(lambda: b"listening on" in self.server.log.read_bytes(), 120)


class Peer:
    """e2guardian as it is installed, with a limit that no page reaches."""

    def __init__(self, folder: Path):
        if folder.exists():
            shutil.rmtree(folder)
        shutil.copytree(SETTINGS, folder, ignore=shutil.ignore_patterns("private"))
        self.port = free_port()
        main = folder / "e2guardian.conf"
        text = main.read_text().replace(str(SETTINGS), str(folder))
        for key, value in {
            "filterip": "127.0.0.1", "checkip": "127.0.0.1", "filterports": str(self.port),
            "proxyip": "127.0.0.1", "proxyport": "1", "nodaemon": "on", "nologger": "on",
            "daemonuser": "'root'", "daemongroup": "'root'", "httpworkers": "100",
            "loglevel": "0", "transparenthttpsport": "", "pidfilename": f"'{folder}/pid'",
            "loglocation": f"'{folder}/access.log'", "statlocation": f"'{folder}/stats.log'",
            "filecachedir": f"'{folder}'",
        }.items():
            text = set_value(text, key, value)
        # Without a proxy behind it, it asks origins itself.
        main.write_text("\n".join(
            line for line in text.splitlines() if not line.startswith(("proxyip", "proxyport"))))
        group = folder / "e2guardianf1.conf"
        group.write_text(set_value(group.read_text().replace(str(SETTINGS), str(folder)),
                                   "naughtynesslimit", "1000000"))
        # Its lists go on including the installed ones: it makes small letters of those paths.
        self.server = Server([find("e2guardian") or "e2guardian", "-N", "-c", main],
                             folder / "e2guardian.log")
        self.server.wait_for(lambda: answers(self.port), 120)


def cost(server: Server, port: int, origin: int, names: Iterator[str], asked: int,
         at_once: int) -> float:
    """CPU microseconds a page; an error where a page does not arrive whole."""
    clients = [Client(port) for _ in range(at_once)]
    host = f"127.0.0.1:{origin}"

    def next_requests() -> list[bytes]:
        return [request(f"http://{host}/{name}", host, ["Accept: text/html"])
                for name in islice(names, at_once)]

    expected = ask_together(clients, next_requests())[0][2]
    before = server.cpu()
    rounds = max(1, asked // at_once)
    for _ in range(rounds):
        for status, _, body in ask_together(clients, next_requests()):
            if status != 200 or len(body) != len(expected):
                raise RuntimeError(f"port {port}: status {status}, {len(body)} bytes")
    used = server.cpu() - before
    for client in clients:
        client.close()
    return used / (rounds * at_once) * 1e6


def compare(table: Table, scale: Scale) -> None:
    folder = SCRATCH / "pages"
    folder.mkdir(parents=True, exist_ok=True)
    servers: list[Server] = []
    try:
        origin = PageOrigin(folder / "origin", scale.rounds)
        servers.append(origin.server)
        ours = OurDaemon(folder / "ours", True)
        servers.append(ours.server)
        bare = OurDaemon(folder / "bare", False)
        servers.append(bare.server)
        peer = Peer(folder / "e2guardian")
        servers.append(peer.server)
        for name, (_, goal) in SIZES.items():
            ours_new, bare_new, peer_new = (new_pages(name) for _ in range(3))
            asked = ASKED[name]
            for how, at_once in TOGETHER.items():
                new, again, without, them = interleave(
                    scale.rounds,
                    lambda: cost(ours.server, ours.port, origin.port, ours_new, asked, at_once),
                    lambda: cost(
                        ours.server, ours.port, origin.port, same_page(name), asked, at_once),
                    lambda: cost(bare.server, bare.port, origin.port, bare_new, asked, at_once),
                    lambda: cost(
                        peer.server, peer.port, origin.port, peer_new, asked // 10, at_once))
                for what, costs in {"each new": new, "one again and again": again}.items():
                    ratio = median(them) / median(costs)
                    table.add(
                        f"CPU of a page of {name}, e2guardian's default phrases, {what}{how}",
                        f"{median(costs):.0f} µs", f"e2guardian {median(them):,.0f} µs",
                        times(ratio), f"{goal:g} x", ratio >= goal)
                table.note(f"a page of {name} through khiend without phrase lists{how}: "
                           f"{median(without):.0f} µs")
    finally:
        for server in servers:
            server.stop()
