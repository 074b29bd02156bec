"""Stores in every state that a page must look right in, and a way to run a page on one of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.app_pages.made_store import NOW, damage_pointer, make_store, write_newer

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., AppTest]


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A home folder for each state, by its name."""
    names = (
        "none",
        "full",
        "live",
        "empty",
        "few",
        "stale",
        "failed",
        "unreadable",
        "newer",
        "gone",
        "articles",
        "sparse",
        "officials",
        "silent",
        "silent-alone",
    )
    homes = {name: tmp_path_factory.mktemp(name) for name in names}
    make_store(homes["full"])
    make_store(homes["live"], live=True)
    make_store(homes["empty"], simulated=False, statements=False)
    make_store(homes["few"], days=5, per_day=3, statements=False)
    make_store(homes["stale"], days=20, published_at=NOW - timedelta(hours=50))
    make_store(homes["failed"], days=20, failed=("news",))
    make_store(homes["articles"], days=40, articles=True)
    make_store(homes["sparse"], days=70, per_day=45, every=3)
    make_store(homes["officials"], days=40, per_day=8, live=True, officials=True)
    make_store(
        homes["silent"],
        articles=True,
        watched={"news": 3, "mastodon": 9, "bluesky": 0},
        refused={"reddit": 6},
    )
    make_store(homes["silent-alone"], statements=False, watched={"mastodon": 9})
    for name in ("unreadable", "newer", "gone"):
        make_store(homes[name], days=3)
    damage_pointer(homes["unreadable"])
    write_newer(homes["newer"])
    for table in ("daily", "posts", "statements", "receipts"):
        folder = homes["gone"] / "store" / "us-el-salvador" / "tables" / table
        for path in folder.glob("*.parquet"):
            path.unlink()
    return homes


@pytest.fixture
def run(homes: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs a page on a store in some state, with a language and filters in the address."""

    def run_page(page: str, state: str, lang: str = "en", **query: str) -> AppTest:
        monkeypatch.setenv("POSTURA_HOME", str(homes[state]))
        monkeypatch.setenv("POSTURA_TOPIC", "us-el-salvador")
        app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=300)
        app.query_params["lang"] = lang
        for name, value in query.items():
            app.query_params[name] = value
        if page != "overview":
            app.switch_page(f"app_pages/{page}.py")
        return app.run()

    return run_page
