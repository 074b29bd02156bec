"""Servers below HTTP's manners: byte by byte over a raw socket, or behind TLS with a certificate made for the test."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.collectors.replay import Handle, Replay

Pieces = Callable[[], Iterator[bytes]]


class RawServer:
    """Sends the pieces of `talk` to whoever connects, until they end or the client hangs up; `n_sent` counts bytes."""

    def __init__(self, talk: Pieces) -> None:
        self._talk = talk
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._ended = threading.Event()
        self.n_sent = 0

    @property
    def url(self) -> str:
        """The address of the server, without a slash at its end."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> RawServer:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._socket.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._socket.accept()
                threading.Thread(target=self._answer, args=(client,), daemon=True).start()

    def _answer(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            client.recv(65536)
            for piece in self._talk():
                if self._ended.is_set():
                    return
                client.sendall(piece)
                self.n_sent += len(piece)


@contextmanager
def behind_tls(handle: Handle, name: str, folder: Path) -> Iterator[tuple[Replay, ssl.SSLContext, list[str]]]:
    """A server whose certificate names `name`; gives it, a client's context that trusts it, and the names asked for."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    asked_for: list[str] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    context.sni_callback = lambda _socket, server_name, _context: asked_for.append(server_name or "")
    replay = Replay(handle)
    server: Any = replay._server
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with replay:
        yield replay, ssl.create_default_context(cafile=str(pem)), asked_for
