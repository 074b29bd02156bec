"""A loopback HTTP server that plays written answers, and what the collectors' tests need around it.

The collectors under test run their real HTTP clients against it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from collectors.contract import Batch
from records import Receipt
from topics import Topic

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Ask:
    """One request as the server saw it; header names are lower case."""

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    headers: dict[str, str]
    pairs: tuple[tuple[str, str], ...] = ()  # the query as it came, names that come again included
    body: str = ""


@dataclass
class Answer:
    """One answer. `cut` drops the connection in the middle of the body, `delay` waits before the first byte."""

    status: int = 200
    body: bytes | str = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    delay: float = 0.0

    def content(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body


Handle = Callable[[Ask], Answer]


class Replay:
    """Serves `handle` on 127.0.0.1 while the `with` block runs; `asked` lists the requests in order of arrival."""

    def __init__(self, handle: Handle) -> None:
        self.asked: list[Ask] = []
        replay = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body in one packet: apart, each answer on a kept connection costs 40 ms

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                form = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
                ask = Ask(
                    self.command,
                    unquote(parts.path),
                    dict(parse_qsl(parts.query, keep_blank_values=True)),
                    dict(parse_qsl(form, keep_blank_values=True)),
                    {name.lower(): value for name, value in self.headers.items()},
                    tuple(parse_qsl(parts.query, keep_blank_values=True)),
                    form,
                )
                replay.asked.append(ask)
                self._send(handle(ask))

            do_POST = do_GET

            def _send(self, answer: Answer) -> None:
                if answer.delay:
                    time.sleep(answer.delay)
                content = answer.content()
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if answer.status != 304:
                    self.send_header("Content-Length", str(len(content) + (1000 if answer.cut else 0)))
                if self.close_connection:
                    self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(content)
                self.wfile.flush()
                if answer.cut:
                    self.close_connection = True

            def log_message(self, format: str, *args: Any) -> None:
                """Keep the test output quiet."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, request: Any, client_address: Any) -> None:
                """Keep quiet about clients that hang up on purpose."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """The address of the server, without a slash at its end."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def paths(self) -> list[str]:
        """The paths asked for, in order."""
        return [ask.path for ask in self.asked]

    def __enter__(self) -> Replay:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class Sink:
    """Keeps what a run delivers."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []

    def __call__(self, batch: Batch) -> None:
        self.batches.append(batch)

    def all(self, name: str) -> list[Any]:
        """Everything of one kind ("posts", "articles", "raws", "quarantined") that was delivered."""
        return [item for batch in self.batches for item in getattr(batch, name)]

    @property
    def cursor(self) -> dict[str, Any]:
        """The cursor of the last batch."""
        return self.batches[-1].cursor if self.batches else {}


def counts_of(receipt: Receipt) -> tuple[int, int]:
    """What came in, and the sum of where it went: equal when nothing was lost or counted twice."""
    went = (
        receipt.n_kept + receipt.n_tombstone + receipt.n_quarantined + receipt.n_off_topic + receipt.n_known
    )
    return receipt.n_got, went


def topic_with(topic: Topic, **parts: Any) -> Topic:
    """A copy of `topic` with other parts; made anew, so that nothing compiled from the old parts stays."""
    return Topic.model_validate({**topic.model_dump(), **parts})


def wide_topic(topic: Topic, **parts: Any) -> Topic:
    """A topic that any text with a Latin letter or a digit mentions."""
    stems = [f"{sign}*" for sign in "abcdefghijklmnopqrstuvwxyz0123456789"]
    return topic_with(topic, keywords={"en": stems, "es": [], "exclude": []}, **parts)


def news_sources(urls: Iterable[str], lang: str = "en") -> dict[str, Any]:
    """The `sources` of a topic that reads these feeds and nothing else."""
    return {"news": {"feeds": [{"url": url, "outlet": urlsplit(url).path, "lang": lang} for url in urls]}}
