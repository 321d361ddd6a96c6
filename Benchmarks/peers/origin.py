"""An origin on loopback that answers every request with a few bytes: nginx, one process."""

from __future__ import annotations

from pathlib import Path

from .packages import find
from .processes import Server, answers, free_port

# A second address of loopback, so that one destination can be listed and the other not.
MARKED_ADDRESS = "127.0.0.2"


class Origin:
    def __init__(self, folder: Path):
        found = find("nginx")
        if found is None:
            raise RuntimeError("nginx is not installed")
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        config = folder / "nginx.conf"
        config.write_text(f"""daemon off; master_process off; pid {folder}/nginx.pid;
error_log {folder}/error.log; worker_rlimit_nofile 8192;
events {{ worker_connections 2048; }}
http {{
    access_log off; keepalive_requests 1000000; client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{self.port}; listen {MARKED_ADDRESS}:{self.port};
        location / {{ default_type text/plain; return 200 "passed\\n"; }}
    }}
}}
""")
        self.server = Server([found, "-c", config, "-p", folder], folder / "nginx.log")
        self.server.wait_for(lambda: answers(self.port), 10)

    def stop(self) -> None:
        self.server.stop()
