"""Reads the settings, and says in one sentence what is wrong with them."""

from __future__ import annotations

import os
from difflib import get_close_matches
from typing import Any

from dotenv import dotenv_values
from pydantic import AliasChoices, ValidationError
from pydantic_settings import SettingsError as UnreadableSource

from settings.errors import SettingsError
from settings.model import PREFIX, ROOT, Settings

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
