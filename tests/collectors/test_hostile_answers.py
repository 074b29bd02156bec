"""Servers that mean harm by what they answer: without end, drop by drop, against the rules of HTTP, traps in XML."""

from __future__ import annotations

import gzip
import itertools
import threading
import time
from collections.abc import Iterator

import pytest

from collectors.errors import Malformed, SourceError, Unreachable
from collectors.web import Fetcher
from settings import Settings
from tests.collectors.news_loopback import XML, Site, rss
from tests.collectors.raw_server import RawServer
from tests.collectors.replay import Answer
from topics import Topic

pytest_plugins = ["tests.collectors.loopback_fixtures"]

OK = b"HTTP/1.1 200 OK\r\n"
HASTE = 0.5  # seconds of patience where a server dawdles
LONG = 60.0  # seconds within which a busy machine ends what would otherwise never end


def drip(head: bytes, drop: bytes) -> Iterator[bytes]:
    """A head, then one drop every 20th of a second for ever."""
    yield head
    while True:
        time.sleep(0.05)
        yield drop


@pytest.mark.parametrize(
    ("head", "drop"),
    [(OK + b"Content-Length: 100000\r\n\r\n", b"x"), (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"), (OK, b"X: y\r\n"),
     (b"", b"H"), (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n")],
)  # fmt: skip
def test_answer_that_drips_ends_when_its_time_is_over(settings: Settings, head: bytes, drop: bytes) -> None:
    hasty = settings.model_copy(update={"timeout_seconds": HASTE})
    with RawServer(lambda: drip(head, drop)) as server:
        began = time.monotonic()
        with pytest.raises((Unreachable, Malformed)):
            Fetcher(hasty, pause=0, sleep=lambda _: None).fetch(server.url)
    assert time.monotonic() - began < LONG


def test_server_that_is_mute_about_its_encryption_costs_a_connection_and_no_answer(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collectors.hosts._CONNECT_SECONDS", HASTE)
    patient = settings.model_copy(update={"timeout_seconds": 10 * LONG})
    silence = threading.Event()

    def mute() -> Iterator[bytes]:
        silence.wait(10 * LONG)
        yield b""

    with RawServer(mute) as server:
        fetcher = Fetcher(patient, pause=0)
        began = time.monotonic()
        with pytest.raises(Unreachable, match="no connection in time"):
            fetcher.fetch(server.url.replace("http:", "https:"))
        silence.set()
    assert time.monotonic() - began < LONG
    assert dict(fetcher.log.faults) == {"time-out": 1}


def packed(*members: bytes) -> bytes:
    return OK + b"Content-Encoding: gzip\r\n\r\n" + b"".join(gzip.compress(member) for member in members)


@pytest.mark.parametrize(
    ("head", "more"),
    [(packed(b"hola"), b"\0" * 65536), (packed(b"hola"), gzip.compress(b"") * 3000), (packed(b"hola"), gzip.compress(b"x" * 10_000_000)),
     (OK + b"\r\n", b"x" * 65536), (OK, b"X-Header: " + b"y" * 65536 + b"\r\n"), (OK, b"X-Header: y\r\n" * 5000),
     (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0000000001\r\nx\r\n" * 5000),
     (b"HTTP/1.1 503 Busy\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"busy"), b"\0" * 65536)],
    ids=["padding", "empty members", "bomb", "body", "one header", "many headers", "chunks", "refusal"],
)  # fmt: skip
def test_answer_without_end_is_not_read_without_end(settings: Settings, head: bytes, more: bytes) -> None:
    small = settings.model_copy(update={"max_bytes": 50_000, "timeout_seconds": 30.0})
    fetcher = Fetcher(small, pause=0, sleep=lambda _: None)
    endless = RawServer(lambda: itertools.chain([head], itertools.repeat(more)))
    with endless as server, pytest.raises((Malformed, Unreachable)):
        fetcher.fetch(server.url)
    assert fetcher.n_bytes < 4 * 1_000_000


@pytest.mark.parametrize(
    "answer",
    [b"", b"\0" * 500, b"HTTP/1.1 99999 x\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx",
     b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxy", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx",
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffffffff\r\nx", b"HTTP/1.1 200 OK\r\n: x\r\n\r\n",
     b"HTTP/1.1 302 Found\r\nLocation: \xff\xfe\x01\r\n\r\n", b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
     b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"hola", mtime=0)[:-4], b"HTTP/1.1 304 Not Modified\r\n", b"SSH-2.0-x\r\n"],
)  # fmt: skip
def test_broken_http_is_a_named_fault_and_no_crash(settings: Settings, answer: bytes) -> None:
    fetcher = Fetcher(settings, pause=0, sleep=lambda _: None)
    with RawServer(lambda: iter([answer])) as server, pytest.raises(SourceError) as fault:
        fetcher.fetch(server.url)
    assert "127.0.0.1" in str(fault.value)
    assert sum(fetcher.log.faults.values()) == fetcher.n_requests


LAUGHS = '<!ENTITY l0 "lol lol lol lol lol ">' + "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12)
)
QUADRATIC = f'<!ENTITY q "{"CECOT " * 8000}">'
TRAPS = {
    "laughs": (LAUGHS, "&l11;"),
    "quadratic": (QUADRATIC, "&q;" * 20_000),
    "file": ('<!ENTITY f SYSTEM "file:///etc/passwd">', "&f;"),
    "network": ('<!ENTITY n SYSTEM "@HOME@/stolen">', "&n;"),
    "parameter": ('<!ENTITY % p SYSTEM "@HOME@/stolen.dtd">%p;', "CECOT"),
    "doctype": ("", "CECOT"),
}


@pytest.mark.parametrize("trap", list(TRAPS))
def test_trap_in_a_feeds_xml_opens_nothing_and_takes_no_time(
    topic: Topic, settings: Settings, trap: str
) -> None:
    declared, used = TRAPS[trap]
    doctype = f"<!DOCTYPE rss [{declared}]>" if declared else '<!DOCTYPE rss SYSTEM "@HOME@/stolen.dtd" []>'
    item = f"<item><title>CECOT {used}</title><description>CECOT {used}</description></item>"
    feed = f'<?xml version="1.0"?>{doctype}<rss version="2.0"><channel><title>t</title>{item}</channel></rss>'
    site = Site({"/trap": Answer(200, feed, XML), "/sound": rss("<item><title>CECOT sound</title></item>")})
    with site.replay:
        began = time.monotonic()
        receipt, sink = site.run(topic, settings, "/trap", "/sound")
    assert time.monotonic() - began < LONG
    assert sorted(set(site.replay.paths())) == ["/sound", "/trap"]
    articles = sink.all("articles")
    assert "CECOT sound" in {article.title for article in articles}
    kept = repr(sink.batches)
    assert "root:" not in kept and len(kept) < 1_000_000
    assert receipt.n_got == receipt.n_kept + receipt.n_quarantined + receipt.n_off_topic + receipt.n_known
