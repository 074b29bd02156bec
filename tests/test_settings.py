"""Settings that cannot be used are refused in one sentence that names the variable; the salt is made whole or not."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from settings import Settings, SettingsError, load_settings, loading, salt, unknown_variables


@pytest.fixture(autouse=True)
def no_file_and_no_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the developer's own `.env`, variables and salts out."""
    monkeypatch.setattr(loading, "ROOT", tmp_path)
    monkeypatch.setitem(Settings.model_config, "env_file", tmp_path / ".env")
    monkeypatch.setattr(salt, "_kept", {})
    for name in [name for name in os.environ if name.startswith("POSTURA_")]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("POSTURA_TIMEOUT_SECONDS", "-5", "expected a number above 0, got '-5'"),
        ("POSTURA_TIMEOUT_SECONDS", "0", "expected a number above 0, got '0'"),
        ("POSTURA_TIMEOUT_SECONDS", "nan", "expected a"),
        ("POSTURA_TIMEOUT_SECONDS", "inf", "expected a finite number, got 'inf'"),
        ("POSTURA_TIMEOUT_SECONDS", "20s", "expected a number, got '20s'"),
        ("POSTURA_MAX_BYTES", "-1", "expected a number above 0, got '-1'"),
        ("POSTURA_MAX_BYTES", "5MB", "expected a whole number, got '5MB'"),
        ("POSTURA_MAX_BYTES", "1.5", "expected a whole number, got '1.5'"),
        ("POSTURA_ALLOW_LOOPBACK", "perhaps", "expected true or false, got 'perhaps'"),
        ("POSTURA_SALT", "  ", "expected a secret, got blanks"),
        ("POSTURA_HOME", "~nobody-of-this-name/var", "expected a folder"),
    ],
)
def test_bad_value_names_variable_and_what_was_expected(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    assert str(refusal.value).startswith(f"{variable}: {said}")
    assert "\n" not in str(refusal.value)


def test_every_setting_with_a_bound_says_it_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [name for name, field in Settings.model_fields.items() if field.annotation in (int, float)]
    assert numbers
    for name in numbers:
        monkeypatch.setenv(f"POSTURA_{name.upper()}", "-3")
        with pytest.raises(SettingsError, match=rf"^POSTURA_{name.upper()}: expected a number above"):
            load_settings()
        monkeypatch.delenv(f"POSTURA_{name.upper()}")


def test_home_below_a_file_or_a_file_itself_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("not a folder")
    for home in (file, file / "var", file / "deep" / "er"):
        with pytest.raises(SettingsError, match=r"^POSTURA_HOME: .*notes\.txt is a file$"):
            load_settings(home=home)


@pytest.mark.parametrize("name", ["a[1]", "per%20cent", "back\\slash", "new\nline", "a|b"])
def test_home_that_the_tables_engine_cannot_open_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match=r"^POSTURA_HOME: expected a folder whose whole path has none of"):
        load_settings(home=tmp_path / name / "var")
    (tmp_path / name).mkdir()
    (tmp_path / "alias").symlink_to(tmp_path / name)
    with pytest.raises(SettingsError, match="none of"):
        load_settings(home=tmp_path / "alias" / "var")


@pytest.mark.parametrize(
    "name", ["Mis documentos", "José", "100%", "a#b?c&d=e", "'quoted'", "🤡", "~x", "a.b..c"]
)
def test_home_may_have_a_name_as_people_give_it(tmp_path: Path, name: str) -> None:
    assert load_settings(home=tmp_path / name / "var").home == tmp_path / name / "var"


def test_home_may_begin_with_a_tilde(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("POSTURA_HOME", "~/postura")
    assert load_settings().home == tmp_path / "postura"


def test_env_file_of_another_encoding_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("POSTURA_CONTACT=José\n".encode("latin-1"))
    with pytest.raises(SettingsError, match=r"\.env: cannot be read \(it is not UTF-8 text\)"):
        load_settings()


def test_misspelt_variables_are_found_with_what_was_meant(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("POSTURA_HOEM", "/data")
    monkeypatch.setenv("POSTURA_TOPIC", "water")
    (tmp_path / ".env").write_text("POSTURA_SALTT=x\nREDDIT_CLIENT_ID=y\nPOSTURA_ZZZZ=1\n", encoding="utf-8")
    assert unknown_variables() == {
        "POSTURA_HOEM": "POSTURA_HOME",
        "POSTURA_SALTT": "POSTURA_SALT",
        "POSTURA_ZZZZ": None,
    }


def test_salt_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "new" / "var"
    load_settings(home=home).check_salt()
    made = (home / "salt").read_bytes()
    assert len(made) == 32 and (home / "salt").stat().st_mode & 0o777 == 0o600
    salt._kept.clear()
    load_settings(home=home).check_salt()
    assert (home / "salt").read_bytes() == made
    assert [path.name for path in home.iterdir()] == ["salt"]


def test_two_processes_that_start_together_share_one_salt(tmp_path: Path) -> None:
    for number in range(20):
        path = tmp_path / str(number) / "salt"
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(salt.make_salt, [path] * 8))
        assert len(path.read_bytes()) == 32
        assert [entry.name for entry in path.parent.iterdir()] == ["salt"]


@pytest.mark.parametrize(
    ("content", "said"), [(b"short", "damaged (5 bytes of 32)"), (None, "Is a directory")]
)
def test_unusable_salt_is_a_settings_fault(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "salt"
    path.mkdir() if content is None else path.write_bytes(content)
    with pytest.raises(SettingsError) as refusal:
        load_settings(home=tmp_path).check_salt()
    assert said in str(refusal.value) and "POSTURA_SALT" in str(refusal.value)


def test_salt_of_the_environment_needs_no_file(tmp_path: Path) -> None:
    load_settings(home=tmp_path / "var", salt="a test's salt").check_salt()
    assert not (tmp_path / "var").exists()
