"""Officials' archives against a loopback server: what a row becomes, what is left out, and what a fault costs."""

from __future__ import annotations

import gzip
import json
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from collectors.contract import Request
from collectors.officials import OfficialsCollector
from collectors.run import collect
from records import Statement
from settings import Settings
from tests.collectors.fake_archive import DAY, NOW, Host, ReadArchive, row, texts_of
from tests.collectors.replay import Answer, Sink, topic_with
from topics import Topic
from topics.parts import ArchiveColumns, OfficialArchive

pytest_plugins = ["tests.collectors.officials_fixtures"]
SOURCES = Path(__file__).parents[2] / "docs" / "sources.md"


def test_a_row_is_a_statement_of_the_actor_in_its_own_words(
    host: Host, read_archive: ReadArchive, topic: Topic
) -> None:
    host.body = json.dumps([row(1, "<p>CECOT is <b>great</b> &amp; cheap!</p>"), row(2, "Lower taxes!")])
    receipt, sink = read_archive()
    counts = (receipt.state, receipt.n_kept, receipt.n_off_topic, receipt.asked)
    assert counts == ("complete", 1, 1, ("Archive posts",))
    (said,) = sink.all("statements")
    actor = topic.actor("donald-trump")
    assert isinstance(said, Statement) and actor is not None
    assert (said.id, said.text) == ("officials:posts:114000000000000001", "CECOT is great & cheap!")
    assert (said.actor_id, said.actor_name, said.camp) == (actor.id, actor.name, actor.camp)
    assert said.speaker == actor.name
    assert (said.direct, said.kind, said.asserted, said.lang) == (True, "direct", True, "en")
    assert (said.posted_at, said.flags, said.outlet) == (NOW - DAY, (), "Archive posts")
    assert (said.url, said.article_id) == ("https://social.example/@official/114000000000000001", None)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<p>El CECOT</p><p>¡Ya!<br/>Sí &amp; no</p>", "El CECOT\n\n¡Ya!\nSí & no"),
        ("CECOT:\n\n  Law &amp; Order,\n&quot;now&quot;", 'CECOT:\n\n  Law & Order,\n"now"'),
        ("I <3 CECOT & <b>justice", "I <3 CECOT & justice"),
        ("<script>alert(1)</script>CECOT <img src=x onerror=alert(1)>", "CECOT"),
        ("CECOT\n2 < 3 lines\n5 > 4", "CECOT\n2 < 3 lines\n5 > 4"),
        ("<p>CECOT<span class='quote-inline'><br/>RT: https://social.example/1</span></p>", "CECOT"),
        ("CECOT \ud83d \x00 end", "CECOT � � end"),
        ("El CECOT, ¡ya!".encode().decode("latin-1"), "El CECOT, ¡ya!"),
        ("The US will pay $6 million to CECOT, about $20,000 each", "The US will pay $6 million to CECOT, about $20,000 each"),
    ],
)  # fmt: skip
def test_html_is_read_as_a_reader_sees_it_and_plain_text_stays(
    host: Host, read_archive: ReadArchive, text: str, words: str
) -> None:
    host.body = json.dumps([row(1, text)])
    receipt, sink = read_archive()
    assert (receipt.state, texts_of(sink)) == ("complete", [words])


@pytest.mark.parametrize(
    ("stated", "zone", "at", "flags"),
    [
        ("2025-04-19T12:00:00.000Z", None, NOW - DAY, ()),
        ("2025-04-19T06:00:00-06:00", "Europe/Madrid", NOW - DAY, ()),
        ("Sat Apr 19 12:00:00 +0000 2025", "Europe/Madrid", NOW - DAY, ()),
        ("Sat, 19 Apr 2025 08:00:00 EDT", "Europe/Madrid", NOW - DAY, ()),
        ("April 19, 2025, 8:00 AM EDT", "Europe/Madrid", NOW - DAY, ()),
        ("20250419T120000Z", "Europe/Madrid", NOW - DAY, ()),
        (1745064000, "Europe/Madrid", NOW - DAY, ()),
        ("1745064000000", "Europe/Madrid", NOW - DAY, ()),
        ("2025-04-19 12:00:00", None, NOW - DAY, ("zone_assumed",)),
        ("2025-04-19 12:00:00", "UTC", NOW - DAY, ()),
        ("2025-04-19 08:00:00", "America/New_York", NOW - DAY, ()),
        ("April 19, 2025 8:00 AM", "America/New_York", NOW - DAY, ()),
        ("19/04/2025 06:00", "America/El_Salvador", NOW - DAY, ()),
        ("2025-04-19", "America/New_York", datetime(2025, 4, 19, 18, tzinfo=UTC), ()),  # noon in the topic's
        ("soon", None, None, ("undated",)),
        (None, None, None, ("undated",)),
        (True, None, None, ("undated",)),
        (float("nan"), None, None, ("undated",)),
        ("2031-01-01T00:00:00Z", None, None, ("undated",)),
        ("0001-01-01T00:00:00Z", None, None, ("undated",)),
    ],
)
def test_a_time_has_its_own_zone_else_the_archive_s_and_is_believed_or_left_out(
    host: Host, read_archive: ReadArchive, stated: Any, zone: str | None, at: datetime | None, flags: tuple[str, ...]
) -> None:  # fmt: skip
    host.body = json.dumps([row(1, "CECOT", created_at=stated)])
    _, sink = read_archive(archive={"zone": zone})
    (said,) = sink.all("statements")
    assert (said.posted_at, said.flags) == (at, flags)
    assert json.loads(json.dumps(sink.all("raws")[0].payload)) == sink.all("raws")[0].payload


def test_days_that_are_written_month_first_are_told_by_the_whole_archive(
    host: Host, read_archive: ReadArchive
) -> None:
    days = [f"{month}/{day}/2025 12:00 UTC" for month, day in (*((4, n) for n in range(1, 11)), (3, 31))]
    rows = [row(n, f"CECOT {n}", created_at=day) for n, day in enumerate(days)]
    host.body = json.dumps([*rows[:5], *(row(50 + n, "Taxes") for n in range(30)), *rows[5:]])
    _, sink = read_archive()
    assert {said.posted_at.month for said in sink.all("statements")} == {3, 4}


def test_a_mapping_names_nested_fields_and_the_list(host: Host, read_archive: ReadArchive) -> None:
    host.body = json.dumps({"n": 2, "posts": [
        {"n": 1, "data": {"body": "CECOT!", "when": "2025-04-19T12:00:00Z"}, "again": None},
        {"n": 2, "data": {"body": "CECOT again", "when": "2025-04-19T12:00:00Z"}, "again": {"by": "somebody"}},
    ]})  # fmt: skip
    columns = {"id": "n", "text": "data.body", "time": "data.when", "repost": "again"}
    receipt, sink = read_archive(columns=columns, archive={"records": "posts"})
    assert (receipt.state, texts_of(sink)) == ("complete", ["CECOT!"])
    assert receipt.skipped == {"reposts of what others wrote": 1}
    wrong, _ = read_archive(columns=columns)
    assert wrong.state == "malformed" and "(records): one of posts" in wrong.detail


@pytest.mark.parametrize(("yes", "no"), [("t", "f"), ("true", "False"), (True, False), ("1", "0"), (1, 0)])
def test_columns_may_mark_reposts_and_deletions(
    host: Host, read_archive: ReadArchive, yes: Any, no: Any
) -> None:
    marks = [(no, no), (yes, no), (no, yes)]
    host.body = json.dumps([row(n, f"CECOT {n}", isRetweet=a, isDeleted=b) for n, (a, b) in enumerate(marks)])
    receipt, sink = read_archive(columns={"repost": "isRetweet", "deleted": "isDeleted"})
    assert (receipt.state, texts_of(sink)) == ("complete", ["CECOT 0"])
    assert receipt.skipped == {"reposts of what others wrote": 1, "rows that are marked as deleted": 1}


def test_what_repeats_others_or_holds_no_words_is_left_out(host: Host, read_archive: ReadArchive) -> None:
    others = [
        row(1, "RT @somebody CECOT"), row(2, " RT: https://social.example/1 CECOT"), row(4, ""), row(6, "CECOT", reblog={"id": 1}),
        row(3, "<p><a href='https://a.example'>https://a.example</a></p>"), row(7, "https://" * 40 + " http://b.example"),
    ]  # fmt: skip
    host.body = json.dumps([*others, row(5, "Particularly CECOT, " + "https://" * 40 + " x")])
    receipt, sink = read_archive()
    assert [text[:18] for text in texts_of(sink)] == ["Particularly CECOT"]
    assert receipt.skipped == {"reposts of what others wrote": 3, "rows without words": 3}


def test_broken_rows_cost_themselves_alone(host: Host, read_archive: ReadArchive) -> None:
    deep = json.loads("[" * 300 + "]" * 300)
    odd = [
        None, "CECOT", deep, row(2, "CECOT", id=None, content=7), {"x": 1}, row(4, "CECOT rounded", id="1.14E+17"),
        row(8, "CECOT rounded", id=1.140000000000000001e17), row(9, "CECOT " + "x" * 250_000),
    ]  # fmt: skip
    fine = [
        row(5, "CECOT five", id=deep),
        row(6, "CECOT six", id=114000000000000006),
        row(7, "CECOT", id=7.0),
    ]
    host.body = json.dumps([row(1, "CECOT"), *odd, *fine])
    receipt, sink = read_archive()
    assert (receipt.state, receipt.n_quarantined, receipt.n_kept) == ("complete", len(odd), 4)
    ids = [said.id.removeprefix("officials:posts:") for said in sink.all("statements")]
    assert ids[0] == "114000000000000001" and ids[2:] == ["114000000000000006", "7"]
    assert ids[1].startswith("row-")
    assert "CECOT" not in "".join(held.payload for held in sink.all("quarantined")[:3])


@pytest.mark.parametrize(
    ("answer", "state", "said"),
    [
        (Answer(200, "<!doctype html><html></html>"), "malformed", "web page"),
        (Answer(200, " \n"), "malformed", "empty"),
        (Answer(200, '{"a": 1}'), "malformed", "say in the topic which field"),
        (Answer(200, '{"a": 1'), "malformed", "not whole JSON"),
        (Answer(200, '[{"body": "CECOT"}]'), "malformed", "no row has a field 'content' for the text; they have body"),
        (Answer(200, '[{"content": "CECOT"}]'), "malformed", "'created_at' for the time; they have content; time = \"\""),
        (Answer(200, '[{"content": "CECOT", "created_at": 1}]'), "malformed", "'id' for the id"),
        (Answer(200, "[1, 2]"), "malformed", "they have none"),
        (Answer(200, "a,b\n1,2\n"), "malformed", "no column 'content'"),
        (Answer(200, "[" * 100_000), "malformed", "after 0 rows"),
        (Answer(200, gzip.compress(b" " * 80_000_000), {"Content-Encoding": "gzip"}), "malformed", "larger than 60 MB"),
        (Answer(302, headers={"Location": "http://169.254.169.254/latest"}), "blocked", "private or reserved"),
        (Answer(302, headers={"Location": "file:///etc/passwd"}), "blocked", "only http and https"),
        (Answer(403, "no"), "blocked", "403"),
        (Answer(404, "no"), "gone", "404"),
        (Answer(503, "no"), "unreachable", "503"),
        (Answer(429, headers={"Retry-After": "900"}), "rate_limited", "429"),
    ],
)  # fmt: skip
def test_an_archive_that_cannot_be_read_says_why_and_the_others_go_on(
    host: Host, read_archive: ReadArchive, answer: Answer, state: str, said: str
) -> None:
    host.answers["/broken"] = answer
    host.body = json.dumps([row(1, "CECOT")])
    alone, _ = read_archive("broken")
    assert alone.state == state and said in alone.detail and "not marked verified" in alone.detail
    if state != "rate_limited":  # one server gives both
        both, sink = read_archive("broken", "posts")
        assert (both.state, texts_of(sink)) == ("partial", ["CECOT"])
        assert both.places[0].state == state


@pytest.mark.parametrize("url", ["http://169.254.169.254/latest/meta-data/", "http://10.0.0.8/x.json", "https://user:hunter2@a.example/x"])  # fmt: skip
def test_an_archive_in_a_private_network_is_not_asked(read_archive: ReadArchive, url: str) -> None:
    receipt, _ = read_archive(archive={"url": url})
    assert (receipt.state, receipt.n_requests) == ("blocked", 0)
    assert "hunter2" not in repr(receipt)


def test_an_archive_over_its_limit_is_refused_and_one_over_a_page_s_is_read(
    host: Host, read_archive: ReadArchive, settings: Settings
) -> None:
    host.body = json.dumps([row(n, "CECOT " + "x" * 5000) for n in range(1200)])
    assert len(host.body) > settings.max_bytes
    large, _ = read_archive()
    assert (large.state, large.n_kept) == ("complete", 1200)
    refused, _ = read_archive(given={"officials_bytes": 1_000_000})
    assert refused.state == "malformed" and "larger than 1 MB" in refused.detail


def test_a_field_that_is_named_and_never_met_is_said(host: Host, read_archive: ReadArchive) -> None:
    host.body = json.dumps([row(1, "CECOT")])
    for _ in range(2):  # and not hidden by a "not modified" afterwards
        receipt, sink = read_archive(columns={"repost": "isRepost"})
        assert (receipt.state, texts_of(sink)) == ("partial", ["CECOT"]) and "isRepost" in receipt.detail
        receipt, sink = read_archive(columns={"repost": "isRepost"}, cursor=sink.cursor)
        assert receipt.state == "partial"


@pytest.mark.parametrize(
    ("archives", "said"),
    [
        ([{"actor": "nobody"}], "expected the id of an actor"),
        ([{}, {}], "expected an id of its own"),
        ([{"zone": "Mars/Base"}], "expected an IANA time zone"),
        ([{"url": "file:///etc/passwd"}], "url"),
    ],
)
def test_an_archive_without_a_public_owner_or_with_a_wrong_entry_is_refused(
    topic: Topic, archives: list[dict[str, Any]], said: str
) -> None:
    usual = {"id": "a", "name": "A", "url": "https://a.example/x.json", "actor": "donald-trump"}
    with pytest.raises(ValueError, match=said):
        topic_with(topic, sources={"officials": {"archives": [{**usual, **one} for one in archives]}})


def test_without_archives_the_source_says_what_to_add(topic: Topic, settings: Settings) -> None:
    nothing = Request(topic_with(topic, sources={}), settings, NOW)
    receipt = collect(OfficialsCollector(), nothing, Sink())
    assert (receipt.state, receipt.n_requests) == ("not_configured", 0)
    assert "[[sources.officials.archives]]" in receipt.detail
    assert OfficialsCollector().missing_setting(settings, topic) is None


def test_a_window_bounds_what_is_read(host: Host, read_archive: ReadArchive) -> None:
    host.body = json.dumps([row(n, f"CECOT {n}", NOW - n * DAY) for n in range(1, 31)])
    near, _ = read_archive(since=NOW - timedelta(days=3, hours=1))
    assert (near.n_kept, near.skipped) == (3, {"rows from before the window": 27})


def test_the_entry_in_the_docs_is_one_and_its_columns_are_the_usual_ones() -> None:
    section = SOURCES.read_text(encoding="utf-8").partition("## Published archives of officials' posts")[2]
    block = section.partition("```toml\n")[2].partition("```")[0]
    (entry,) = tomllib.loads(block)["sources"]["officials"]["archives"]
    assert OfficialArchive.model_validate(entry).columns == ArchiveColumns()
    assert set(entry) | {"verified"} == set(OfficialArchive.model_fields)
    assert set(entry["columns"]) == set(ArchiveColumns.model_fields)
