"""What every source owes: walked over all that the registry knows, on items that each source really gives.

The sources that need a network are fed from a loopback server in their own tests; here their parser is held to the
contract on samples that lie in `data/contract/<source>.jsonl`, one payload a line.
"""

from __future__ import annotations

import copy
import dataclasses
import inspect
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from collectors.contract import Collector, RawItem, Request, SourceLog
from collectors.errors import MalformedItem, OffTopic
from collectors.registry import all_collectors
from records import Article, Event, Post, Statement, clean_text
from settings import Settings
from topics import Topic
from words import LANGUAGES, say

NOW = datetime(2026, 6, 1, tzinfo=UTC)
NAMES = (
    "archive",
    "simulated",
    "news",
    "google_news",
    "gdelt",
    "reddit",
    "bluesky",
    "mastodon",
    "youtube",
    "telegram",
    "officials",
    "files",
)
FROM_A_NETWORK = tuple(name for name in NAMES if name not in ("archive", "simulated", "files"))
SAMPLES = Path(__file__).parent / "data" / "contract"
VOICE = "maria_lopez_1987"
"""An invented author that the samples and the imported table hold; no record may show it."""

TABLE = f"""id,text,date,author,url,parent_id
1912345678901234561,"El acuerdo de Bukele y Rubio: no al trato",2025-02-03T23:30:00-06:00,{VOICE},https://x.com/a/1,
1912345678901234562,"CECOT is a \ud83d gulag.",2025-02-04,{VOICE},,1912345678901234561
1912345678901234563,CECOT sin fecha,,@{VOICE},,
1912345678901234564,CECOT mañana,2099-01-01,,,
1912345678901234565,[deleted],2025-02-04,[deleted],,
1912345678901234566,,2025-02-04,{VOICE},,
1.91E+18,CECOT,2025-02-04,{VOICE},,
1912345678901234567,nada que ver,2025-02-04,{VOICE},,
"""


@pytest.fixture(scope="module", params=NAMES)
def collector(request: pytest.FixtureRequest) -> Collector:
    return all_collectors()[request.param]


@pytest.fixture
def raws(collector: Collector, topic: Topic, settings: Settings, tmp_path: Path) -> list[RawItem]:
    """Raw items of the source: those that it fetches from disk, or samples where it needs a network."""
    found = list(_raws_of(collector, topic, settings, tmp_path))
    assert found, f"no samples for {collector.name}: add {SAMPLES / collector.name}.jsonl"
    return found


def _raws_of(collector: Collector, topic: Topic, settings: Settings, folder: Path) -> Iterator[RawItem]:
    if collector.name in FROM_A_NETWORK:
        lines = (SAMPLES / f"{collector.name}.jsonl").read_text(encoding="utf-8").splitlines()
        for row in map(json.loads, lines):
            yield RawItem(row["id"], collector.name, NOW, row["payload"], row.get("place", ""))
        return
    files = ()
    if collector.name == "files":
        table, page = folder / "posts.csv", folder / "note.txt"
        table.write_text(TABLE, encoding="utf-8", errors="surrogatepass")
        page.write_text(
            "title: Sobre el CECOT\ndate: 2025-02-04\n\nUn artículo sobre el CECOT.\n", encoding="utf-8"
        )
        files = (table, page)
    yield from islice(collector.fetch_items(Request(topic, settings, NOW, files=files), SourceLog()), 5000)


def _parsed(collector: Collector, raws: list[RawItem], topic: Topic, settings: Settings) -> list[Any]:
    records = []
    for raw in raws:
        try:
            records.append(collector.parse_item(raw, topic, settings))
        except (MalformedItem, OffTopic) as error:
            assert str(error), raw.id
    assert records
    return records


def test_the_registry_knows_every_source_by_its_own_name() -> None:
    collectors = all_collectors()
    assert tuple(collectors) == NAMES
    assert all(name == collector.name for name, collector in collectors.items())
    assert len({collector.title for collector in collectors.values()}) == len(NAMES)


def test_a_source_is_declared(collector: Collector) -> None:
    assert collector.name == collector.name.casefold()
    assert collector.title.strip()
    assert type(collector).__doc__


def test_a_source_has_its_name_in_both_languages(collector: Collector) -> None:
    for lang in LANGUAGES:
        assert say(lang, f"source_name.{collector.name}")


def test_parsing_is_static(collector: Collector) -> None:
    assert isinstance(inspect.getattr_static(type(collector), "parse_item"), staticmethod)


def test_a_source_keeps_no_state(collector: Collector) -> None:
    assert vars(collector) == {}


def test_what_is_missing_is_one_sentence_or_nothing(
    collector: Collector, topic: Topic, settings: Settings
) -> None:
    missing = collector.missing_setting(settings, topic)
    assert missing is None or (missing.strip() and "\n" not in missing)


def test_raw_items_are_json_and_bear_the_source(collector: Collector, raws: list[RawItem]) -> None:
    for raw in raws:
        assert raw.source == collector.name
        assert raw.id.startswith(f"{collector.name}:")
        assert json.loads(json.dumps(raw.payload)) == raw.payload
        assert raw.seen_at.utcoffset() == timedelta(0)


def test_raw_ids_are_unique(raws: list[RawItem]) -> None:
    assert len({raw.id for raw in raws}) == len(raws)


def test_parsing_is_pure(collector: Collector, raws: list[RawItem], topic: Topic, settings: Settings) -> None:
    before = copy.deepcopy(raws)
    once, again = (_parsed(collector, raws, topic, settings) for _ in range(2))
    kept_and_read_back = [
        dataclasses.replace(raw, payload=json.loads(json.dumps(raw.payload))) for raw in raws
    ]
    assert once == again == _parsed(collector, kept_and_read_back, topic, settings)
    assert raws == before


def test_records_bear_the_source_and_their_kind(
    collector: Collector, raws: list[RawItem], topic: Topic, settings: Settings
) -> None:
    for record in _parsed(collector, raws, topic, settings):
        assert isinstance(record, Post | Article | Statement | Event)
        assert record.id.startswith(f"{collector.name}:")
        if not isinstance(record, Event):
            assert record.source == collector.name
            assert record.lang in {"en", "es", "other", "unknown"}
            assert record.simulated == (collector.name == "simulated")


def test_times_are_aware_utc_and_believable(
    collector: Collector, raws: list[RawItem], topic: Topic, settings: Settings
) -> None:
    for record in _parsed(collector, raws, topic, settings):
        if isinstance(record, Event):
            assert type(record.on) is date
            continue
        assert record.seen_at == NOW
        if record.posted_at is None:
            assert "undated" in record.flags
        else:
            assert record.posted_at.utcoffset() == timedelta(0)
            assert datetime(2005, 1, 1, tzinfo=UTC) <= record.posted_at <= NOW + timedelta(days=1)


def test_texts_can_be_stored(
    collector: Collector, raws: list[RawItem], topic: Topic, settings: Settings
) -> None:
    for record in _parsed(collector, raws, topic, settings):
        for name, value in dataclasses.asdict(record).items():
            if isinstance(value, str):
                assert clean_text(value) == value, (record.id, name)
                value.encode("utf-8")


def test_no_private_author_is_named(
    collector: Collector, raws: list[RawItem], topic: Topic, settings: Settings
) -> None:
    for record in _parsed(collector, raws, topic, settings):
        assert VOICE not in repr(record)
        if isinstance(record, Post) and record.author_key is not None:
            assert len(record.author_key) == 16 and int(record.author_key, 16) >= 0


def test_a_tombstone_holds_no_text(
    collector: Collector, raws: list[RawItem], topic: Topic, settings: Settings
) -> None:
    for record in _parsed(collector, raws, topic, settings):
        if isinstance(record, Post):
            assert (record.text == "") == (record.state != "live")
