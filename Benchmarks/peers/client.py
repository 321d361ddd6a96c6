"""A small HTTP client: many requests on one connection, one at a time; several clients at once."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Sequence


class Client:
    """Asks over keep-alive and connects again where the other side has closed."""

    def __init__(self, port: int):
        self.port = port
        self.socket: socket.socket | None = None
        self.waiting = b""

    def ask(self, request: bytes) -> tuple[int, bytes, bytes]:
        """Status, head, body. One more try, on a new connection, where an old one was closed."""
        if self.socket is not None:
            try:
                self.send(request)
                return self.receive()
            except (ConnectionError, EOFError):
                self.close()
        self.send(request)
        return self.receive()

    def send(self, request: bytes) -> None:
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(request)

    def receive(self) -> tuple[int, bytes, bytes]:
        """The answer to what was sent."""
        data = self.waiting
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self.more()
        head = data[:end]
        data = data[end + 4:]
        lower = head.lower()
        at = lower.find(b"\r\ncontent-length:")
        if at >= 0:
            length = int(lower[at + 17:].split(b"\r\n", 1)[0])
            while len(data) < length:
                data += self.more()
            body, self.waiting = data[:length], data[length:]
        else:
            body, self.waiting = self.to_end(data), b""
        if at < 0 or b"\r\nconnection: close" in lower:
            self.close()
        return int(head[9:12]), head, body

    def to_end(self, data: bytes) -> bytes:
        try:
            while True:
                data += self.more()
        except EOFError:
            return data

    def more(self) -> bytes:
        assert self.socket is not None
        part = self.socket.recv(65536)
        if not part:
            raise EOFError
        return part

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
        self.socket, self.waiting = None, b""


def ask_together(
        clients: Sequence[Client], requests: Sequence[bytes]) -> list[tuple[int, bytes, bytes]]:
    """All send, then all read: the server has as many requests at once. One more try as in `ask`."""
    answers: list[tuple[int, bytes, bytes] | None] = []
    lost: set[int] = set()
    for number, client in enumerate(clients):
        try:
            client.send(requests[number])
        except ConnectionError:
            lost.add(number)
    for number, client in enumerate(clients):
        try:
            answers.append(None if number in lost else client.receive())
        except (ConnectionError, EOFError):
            answers.append(None)
    for number, client in enumerate(clients):
        if answers[number] is None:
            client.close()
            answers[number] = client.ask(requests[number])
    return [answer for answer in answers if answer is not None]


def request(target: str, host: str, extra: Iterable[str] = ()) -> bytes:
    head = [f"GET {target} HTTP/1.1", f"Host: {host}", *extra, "", ""]
    return "\r\n".join(head).encode()
