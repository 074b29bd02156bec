"""What the machine's owner sets: places, keys and switches, from the environment or `.env`. Imports nothing of ours."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableSource

ROOT = Path(__file__).resolve().parent
PREFIX = "POSTURA_"
SALT_BYTES = 32
SHORTEST_SALT = 16

_NO_TABLE_BELOW = re.compile(r"[\x00-\x1f\x7f\[\]^|\\]|%[0-9A-Fa-f]{2}")

_EXPECTED = {
    "float_parsing": "a number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing_size": "a smaller number",
    "finite_number": "a finite number",
    "greater_than": "a number above {gt:g}",
    "greater_than_equal": "a number of at least {ge:g}",
    "less_than": "a number below {lt:g}",
    "less_than_equal": "a number of at most {le:g}",
    "bool_parsing": "true or false",
}


class SettingsError(Exception):
    """A setting cannot be used; the message says which and what was expected."""


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

    @field_validator(
        "reddit_client_id",
        "reddit_client_secret",
        "bluesky_handle",
        "bluesky_app_password",
        "mastodon_tokens",
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
    """Return the installation's own salt, made once with mode 600, whole or not at all."""
    if path not in _salts:
        try:
            if not path.exists():
                _make_salt(path)
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
        _salts[path] = salt
    return _salts[path]


def _make_salt(path: Path) -> None:
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


def load_settings(**overrides: object) -> Settings:
    """Return the settings; raises SettingsError with one sentence that names the variable and what was expected."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError(_first_fault(error)) from error
    except UnreadableSource as error:
        raise SettingsError(
            f"{str(error).splitlines()[0]}; see docs/operations.md for what it may hold"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise SettingsError(f"{ROOT / '.env'}: cannot be read ({why}); mend it or move it away") from error


def unknown_variables() -> dict[str, str | None]:
    """Return the `POSTURA_*` variables that are no setting, each with the setting that it was probably meant to be."""
    known = {variable for name in Settings.model_fields for variable in _variables(name)}
    ours = {variable.removeprefix(PREFIX): variable for variable in known}
    given = {*os.environ, *(dotenv_values(ROOT / ".env") if (ROOT / ".env").is_file() else ())}
    strange = sorted(name for name in given if name.upper().startswith(PREFIX) and name.upper() not in known)
    near = {name: get_close_matches(name.upper().removeprefix(PREFIX), ours, n=1) for name in strange}
    return {name: ours[found[0]] if found else None for name, found in near.items()}


def _variables(name: str) -> list[str]:
    """Return the variables that set a field, the one to name first."""
    alias = Settings.model_fields[name].validation_alias
    if isinstance(alias, AliasChoices):
        return [str(choice) for choice in alias.choices]
    return [f"{PREFIX}{name.upper()}"]


def _first_fault(error: ValidationError) -> str:
    """Return `VARIABLE: expected ..., got ...`; what a secret holds is not said."""
    fault: Any = error.errors()[0]
    place = str(fault["loc"][0]) if fault["loc"] else ""
    variable = _variables(place)[0] if place in Settings.model_fields else place
    if fault["type"] == "value_error":
        return f"{variable}: {fault['ctx']['error']}"
    expected = _EXPECTED.get(fault["type"], "").format(**fault.get("ctx", {}))
    said = f"expected {expected}" if expected else str(fault["msg"])
    return f"{variable}: {said}, got {fault['input']!r}"
