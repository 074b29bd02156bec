"""What the machine's owner sets: places, keys and switches, from the environment or `.env`. Imports nothing of ours."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent


class SettingsError(Exception):
    """A setting cannot be used; the message says which and what was expected."""


class Settings(BaseSettings):
    """Settings read from `POSTURA_*` variables (and the platforms' own names for their keys)."""

    model_config = SettingsConfigDict(
        env_prefix="POSTURA_",
        env_file=ROOT / ".env",
        env_ignore_empty=True,
        extra="ignore",
        populate_by_name=True,
    )

    home: Path = ROOT / "var"
    topic: str = "us-el-salvador"
    contact: str = (
        ""  # an address for those who run a source; without one the User-Agent names the program alone
    )
    salt: SecretStr | None = None
    stance_model: str | None = None  # a folder or organisation/model@revision in place of the bundled weights
    allow_loopback: bool = False  # the tests' own server; never set it in production
    timeout_seconds: float = 20.0
    max_bytes: int = 5_000_000
    reddit_client_id: str | None = Field(
        None, validation_alias=AliasChoices("REDDIT_CLIENT_ID", "POSTURA_REDDIT_CLIENT_ID"), repr=False
    )
    reddit_client_secret: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("REDDIT_CLIENT_SECRET", "POSTURA_REDDIT_CLIENT_SECRET"),
        repr=False,
    )

    @field_validator("reddit_client_id", "reddit_client_secret", mode="before")
    @classmethod
    def _blank_is_unset(cls, given: object) -> object:
        """Return None for a key that is there and empty, as it stands in a copied `.env`."""
        if isinstance(given, str):
            return given.strip() or None
        return given

    @property
    def user_agent(self) -> str:
        """What every source sees of who asks."""
        contact = self.contact.strip()
        return f"Postura/0.1 (+{contact})" if contact else "Postura/0.1"

    def store_root(self) -> Path:
        """Return the folder that holds one store a topic."""
        return self.home / "store"

    def author_key(self, source: str, name: str | None) -> str | None:
        """Return 16 hex digits that stand for a private author within one source, or None for no author.

        Keyed BLAKE2b (RFC 7693) with this installation's salt: the same author gets the same key on every run,
        and the key cannot be turned back into the name without the salt.
        """
        if not name or name in {"[deleted]", "[removed]"}:
            return None
        key = self._salt_bytes()
        return hashlib.blake2b(
            f"{source}\x00{name}".encode(errors="replace"), key=key, digest_size=8
        ).hexdigest()

    def _salt_bytes(self) -> bytes:
        if self.salt is not None:
            return hashlib.sha256(self.salt.get_secret_value().encode()).digest()
        return _kept_salt(self.home / "salt")


_salts: dict[Path, bytes] = {}


def _kept_salt(path: Path) -> bytes:
    """Return the installation's own salt, made once with mode 600."""
    if path not in _salts:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(descriptor, "wb") as out:
                    out.write(secrets.token_bytes(32))
            salt = path.read_bytes()
        except OSError as error:
            raise SettingsError(
                f"{path}: the author salt cannot be read or made ({error.strerror}); check the folder's rights or set POSTURA_SALT"
            ) from error
        if len(salt) < 16:
            raise SettingsError(
                f"{path}: the author salt is damaged; restore it from a backup or set POSTURA_SALT"
            )
        _salts[path] = salt
    return _salts[path]


def load_settings(**overrides: object) -> Settings:
    """Return the settings; raises SettingsError with one sentence that names the variable and what was expected."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "POSTURA_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"{name}: {first['msg']}; got {first.get('input')!r}") from error
