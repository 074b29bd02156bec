"""The installation's own secret, which turns the name of a private author into a key that nobody can turn back."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from pathlib import Path

from settings.errors import SettingsError

SALT_BYTES = 32
SHORTEST_SALT = 16

_kept: dict[Path, bytes] = {}


def kept_salt(path: Path) -> bytes:
    """Return the installation's own salt, made once with mode 600, whole or not at all."""
    if path not in _kept:
        try:
            if not path.exists():
                make_salt(path)
            salt = path.read_bytes()
        except OSError as error:
            raise SettingsError(
                f"{path}: the secret that turns authors into keys cannot be read or made ({error.strerror}); "
                "check the folder's rights and free disk, point POSTURA_HOME elsewhere, or set POSTURA_SALT"
            ) from error
        if len(salt) < SHORTEST_SALT:
            raise SettingsError(
                f"{path}: the secret that turns authors into keys is damaged ({len(salt)} bytes of {SALT_BYTES}); "
                "restore it from a backup, or set POSTURA_SALT (known authors then become new voices)"
            )
        _kept[path] = salt
    return _kept[path]


def make_salt(path: Path) -> None:
    """Put a new salt in place in one step; another process may be faster, and its salt then stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(secrets.token_bytes(SALT_BYTES))
            out.flush()
            os.fsync(out.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(part, path)
    finally:
        part.unlink(missing_ok=True)


def author_key(salt: bytes, source: str, name: str) -> str:
    """Return 16 hex digits for an author's name within one source: keyed BLAKE2b (RFC 7693)."""
    named = f"{source}\x00{name}".encode(errors="replace")
    return hashlib.blake2b(named, key=salt, digest_size=8).hexdigest()
