"""The settings themselves, each with its default and its bounds."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from settings.salt import author_key, kept_salt

ROOT = Path(__file__).resolve().parents[1]
PREFIX = "POSTURA_"

_NO_TABLE_BELOW = re.compile(r"[\x00-\x1f\x7f\[\]^|\\]|%[0-9A-Fa-f]{2}")


class Settings(BaseSettings):
    """Settings read from `POSTURA_*` variables (and the platforms' own names for their keys)."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ROOT / ".env",
        env_ignore_empty=True,
        extra="ignore",
        populate_by_name=True,
    )

    home: Path = Field(ROOT / "var", validate_default=True)
    topic: str = "us-el-salvador"
    contact: str = (
        ""  # an address for those who run a source; without one the User-Agent names the program alone
    )
    salt: SecretStr | None = None
    stance_model: str | None = None  # a folder or organisation/model@revision in place of the bundled weights
    allow_loopback: bool = False  # the tests' own server; never set it in production
    timeout_seconds: float = Field(20.0, gt=0, allow_inf_nan=False)
    max_bytes: int = Field(5_000_000, gt=0)
    source_seconds: float = Field(1800.0, gt=0, allow_inf_nan=False)  # what one source may take of a run
    source_requests: int = Field(20_000, gt=0)
    source_bytes: int = Field(1_000_000_000, gt=0)
    run_seconds: float = Field(3600.0, gt=0, allow_inf_nan=False)  # when all sources must have ended
    reddit_client_id: str | None = Field(
        None, validation_alias=AliasChoices("REDDIT_CLIENT_ID", "POSTURA_REDDIT_CLIENT_ID"), repr=False
    )
    reddit_client_secret: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("REDDIT_CLIENT_SECRET", "POSTURA_REDDIT_CLIENT_SECRET"),
        repr=False,
    )
    bluesky_handle: str | None = Field(
        None, validation_alias=AliasChoices("BLUESKY_HANDLE", "POSTURA_BLUESKY_HANDLE"), repr=False
    )
    bluesky_app_password: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("BLUESKY_APP_PASSWORD", "POSTURA_BLUESKY_APP_PASSWORD"),
        repr=False,
    )
    bluesky_server: str = Field(  # the account's own server (PDS)
        "https://bsky.social", validation_alias=AliasChoices("BLUESKY_SERVER", "POSTURA_BLUESKY_SERVER")
    )
    mastodon_tokens: SecretStr | None = Field(  # "mastodon.social=TOKEN, mstdn.mx=TOKEN"
        None, validation_alias=AliasChoices("MASTODON_TOKENS", "POSTURA_MASTODON_TOKENS"), repr=False
    )
    youtube_api_key: SecretStr | None = Field(
        None, validation_alias=AliasChoices("YOUTUBE_API_KEY", "POSTURA_YOUTUBE_API_KEY"), repr=False
    )
    youtube_units: int = Field(9_000, gt=0)  # quota units a day of what is no search; a project has 10,000
    youtube_searches: int = Field(90, gt=0)  # pages of searches a day; a project has 100
    officials_bytes: int = Field(60_000_000, gt=0)  # size of one archive of an official's posts

    @field_validator(
        "reddit_client_id",
        "reddit_client_secret",
        "bluesky_handle",
        "bluesky_app_password",
        "mastodon_tokens",
        "youtube_api_key",
        mode="before",
    )
    @classmethod
    def _blank_is_unset(cls, given: object) -> object:
        """Return None for a key that is there and empty, as it stands in a copied `.env`."""
        if isinstance(given, str):
            return given.strip() or None
        return given

    @field_validator("home")
    @classmethod
    def _can_be_a_folder(cls, home: Path) -> Path:
        """Return the home with `~` spelled out; a file cannot be one, nor hold one."""
        try:
            home = home.expanduser()
        except RuntimeError as error:
            raise ValueError(
                f"expected a folder, got {str(home)!r}, whose owner is not known here"
            ) from error
        got = f"got {str(home)!r}"
        for place in (home, *home.parents):
            if place.is_file():
                raise ValueError(f"expected a folder, or a place for one, {got}: {place} is a file")
        if found := _NO_TABLE_BELOW.search("/".join(Path(os.path.realpath(home)).parts[1:])):
            raise ValueError(
                f"expected a folder whose whole path has none of [ ] ^ | \\ and no code such as %20, which the engine of "
                f"the tables cannot open, {got} with {found[0]!r}"
            )
        return home

    @field_validator("topic", "stance_model")
    @classmethod
    def _spelled_out(cls, given: str | None) -> str | None:
        """Return a name or path with a leading `~` spelled out, which no shell does in an `.env`."""
        return os.path.expanduser(given) if given else given

    @field_validator("salt")
    @classmethod
    def _says_something(cls, salt: SecretStr | None) -> SecretStr | None:
        """Return the salt unless it is blank: then anybody could guess it."""
        if salt is not None and not salt.get_secret_value().strip():
            raise ValueError("expected a secret, got blanks; give a long random text, or leave it out")
        return salt

    @property
    def user_agent(self) -> str:
        """What every source sees of who asks."""
        contact = self.contact.strip()
        return f"Postura/0.1 (+{contact})" if contact else "Postura/0.1"

    def store_root(self) -> Path:
        """Return the folder that holds one store a topic."""
        return self.home / "store"

    def check_salt(self) -> None:
        """Make the installation's salt if it has none; raises SettingsError where it can be neither read nor made."""
        self._salt_bytes()

    def author_key(self, source: str, name: str | None) -> str | None:
        """Return 16 hex digits that stand for a private author within one source, or None for no author.

        Made with this installation's salt: the same author gets the same key on every run, and the key cannot be turned
        back into the name without the salt.
        """
        if not name or name in {"[deleted]", "[removed]"}:
            return None
        return author_key(self._salt_bytes(), source, name)

    def _salt_bytes(self) -> bytes:
        if self.salt is not None:
            return hashlib.sha256(self.salt.get_secret_value().encode()).digest()
        return kept_salt(self.home / "salt")
