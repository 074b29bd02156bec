"""The placing of the simulated posts: the same each time, marked, in bursts, with copies, and never in the future."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from collectors import simulated as simulated_module
from collectors.contract import Request
from collectors.run import collect
from collectors.simulated import SimulatedCollector
from collectors.simulated_plan import N_VOICES, Placer, Text, load_plan
from records import Post, Receipt
from settings import ROOT, Settings
from tests.collectors.fake_source import Sink
from topics import Topic

LATER = datetime(2027, 1, 1, tzinfo=UTC)


def gather(
    topic: Topic, settings: Settings, now: datetime = LATER, since: datetime | None = None
) -> tuple[Receipt, Sink]:
    sink = Sink()
    return collect(SimulatedCollector(), Request(topic, settings, now, since=since), sink), sink


@pytest.fixture(scope="module")
def posts(topic: Topic, tmp_path_factory: pytest.TempPathFactory) -> list[Post]:
    settings = Settings(home=tmp_path_factory.mktemp("home"), salt="a test's salt", _env_file=None)
    receipt, sink = gather(topic, settings)
    assert (receipt.state, receipt.n_quarantined) == ("complete", 0)
    return sink.posts


def test_some_three_thousand_placements_of_at_least_six_hundred_texts(posts: list[Post]) -> None:
    assert 2500 <= len(posts) <= 4000
    assert len({post.text for post in posts}) >= 600
    assert len({post.id for post in posts}) == len(posts)


def test_every_post_is_marked_and_has_no_address(posts: list[Post]) -> None:
    assert all(post.simulated and post.url == "" and post.place.startswith("simulated/") for post in posts)
    assert {post.lang for post in posts} == {"en", "es"}


def test_a_few_texts_are_carried_far_and_most_are_not(posts: list[Post]) -> None:
    times = Counter(post.text for post in posts)
    carried = sum(n > 6 for n in times.values()) / len(times)
    assert 0.04 <= carried <= 0.15
    assert max(times.values()) >= 15


def test_a_repost_follows_its_original_with_the_same_text(posts: list[Post]) -> None:
    by_id = {post.id: post for post in posts}
    reposts = [post for post in posts if post.repost_of]
    assert len(reposts) > 500
    for post in reposts:
        original = by_id[post.repost_of or ""]
        assert original.text == post.text
        assert original.posted_at is not None and post.posted_at is not None
        assert original.posted_at < post.posted_at


def test_some_voices_are_prolific(posts: list[Post]) -> None:
    by_voice = Counter(post.author_key for post in posts)
    assert 600 <= len(by_voice) <= N_VOICES
    assert max(by_voice.values()) >= 12
    assert sum(n == 1 for n in by_voice.values()) > 100


def test_volume_bursts_at_the_events_and_some_days_have_nothing(posts: list[Post], topic: Topic) -> None:
    by_day = Counter(post.posted_at.astimezone(topic.tz).date() for post in posts if post.posted_at)
    first, last = date(2025, 1, 20), date(2026, 3, 8)
    assert first <= min(by_day) and max(by_day) <= last
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert sum(by_day[day] == 0 for day in days) >= 30
    usual = sorted(by_day[day] for day in days)[len(days) // 2]
    for event in (date(2025, 2, 3), date(2025, 4, 14), date(2025, 7, 20)):
        assert max(by_day[event + timedelta(days=n)] for n in range(3)) >= 5 * max(usual, 1)


def test_hours_follow_the_day_of_the_topic_zone(posts: list[Post], topic: Topic) -> None:
    hours = Counter(post.posted_at.astimezone(topic.tz).hour for post in posts if post.posted_at)
    assert sum(hours[hour] for hour in (19, 20, 21, 22)) > 6 * sum(hours[hour] for hour in (1, 2, 3, 4))


def test_pauses_are_kept(posts: list[Post], topic: Topic) -> None:
    plan = load_plan(ROOT / "archive" / "us-el-salvador" / "simulated" / "moments.toml")
    assert plan.pauses
    days = {post.posted_at.astimezone(topic.tz).date() for post in posts if post.posted_at}
    assert not any(pause.from_on <= day <= pause.to_on for pause in plan.pauses for day in days)


def test_another_process_places_them_alike(posts: list[Post]) -> None:
    code = (
        "from datetime import UTC, datetime\n"
        "from collectors.contract import Request, SourceLog\n"
        "from collectors.simulated import SimulatedCollector\n"
        "from settings import Settings\n"
        "from topics import load_topic\n"
        "request = Request(load_topic('us-el-salvador'), Settings(_env_file=None), datetime(2027, 1, 1, tzinfo=UTC))\n"
        "for raw in SimulatedCollector().fetch_items(request, SourceLog()):\n"
        "    print(raw.id, raw.payload['posted_at'], raw.payload['place'], raw.payload['repost_of'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    here = [
        f"{post.id} {post.posted_at.isoformat()} {post.place} {post.repost_of}"
        for post in posts
        if post.posted_at
    ]
    assert done.stdout.splitlines() == here


def test_nothing_is_later_than_now_and_the_past_stays_as_it_was(
    topic: Topic, settings: Settings, posts: list[Post]
) -> None:
    now = datetime(2025, 4, 15, 12, tzinfo=UTC)
    _, sink = gather(topic, settings, now)
    assert {post.id for post in sink.posts} == {
        post.id for post in posts if post.posted_at and post.posted_at <= now
    }
    assert 0 < len(sink.posts) < len(posts)


def test_the_window_bounds_what_is_given(topic: Topic, settings: Settings) -> None:
    since = datetime(2025, 7, 1, tzinfo=UTC)
    _, sink = gather(topic, settings, since=since)
    assert sink.posts
    assert all(post.posted_at and post.posted_at >= since for post in sink.posts)


def test_one_setting_switches_them_off(topic: Topic, settings: Settings) -> None:
    off = topic.sources.model_copy(
        update={"simulated": topic.sources.simulated.model_copy(update={"enabled": False})}
    )
    receipt, sink = gather(topic.model_copy(update={"sources": off}), settings)
    assert (receipt.state, receipt.n_got, sink.posts) == ("complete", 0, [])
    assert "switched off" in receipt.detail


def test_a_topic_without_an_archive_has_none(topic: Topic, settings: Settings) -> None:
    receipt, sink = gather(topic.model_copy(update={"archive": None}), settings)
    assert (receipt.state, sink.posts) == ("complete", [])


@pytest.fixture
def copied(topic: Topic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the simulated folder that a test may break."""
    monkeypatch.setattr(simulated_module, "ROOT", tmp_path)
    folder = tmp_path / str(topic.archive) / "simulated"
    shutil.copytree(ROOT / str(topic.archive) / "simulated", folder)
    return folder


def test_a_broken_line_is_quarantined_with_file_and_line(
    copied: Path, topic: Topic, settings: Settings
) -> None:
    lines = (copied / "en.jsonl").read_text(encoding="utf-8").splitlines()
    row = json.loads(lines[2])
    lines[1] = '{"id": "sim-en-002", "text": '
    lines[2] = json.dumps({**row, "moment": "never"})
    lines[3] = json.dumps({**row, "id": "sim-en-004", "text": "  "})
    lines[4] = json.dumps(row | {"id": json.loads(lines[0])["id"]})
    (copied / "en.jsonl").write_text("\n".join(lines), encoding="utf-8")
    receipt, sink = gather(topic, settings)
    assert (receipt.state, receipt.n_quarantined) == ("complete", 4)
    assert sorted(reason.split(":")[0] for reason in sink.reasons) == [
        f"en.jsonl line {n}" for n in (2, 3, 4, 5)
    ]
    assert "one of" in sink.reasons[1] and "never" in sink.reasons[1]
    assert receipt.n_kept > 2000


def test_a_text_that_is_dropped_moves_no_other(
    copied: Path, topic: Topic, settings: Settings, posts: list[Post]
) -> None:
    lines = (copied / "es.jsonl").read_text(encoding="utf-8").splitlines()
    dropped = json.loads(lines.pop(10))["id"]
    (copied / "es.jsonl").write_text("\n".join(lines), encoding="utf-8")
    _, sink = gather(topic, settings)
    rest = {(post.id, post.posted_at) for post in posts if not post.id.startswith(f"simulated:{dropped}-")}
    assert {(post.id, post.posted_at) for post in sink.posts} == rest


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("first_on = 2025-01-20", "first_on = ", "not a TOML file"),
        ("half_life_days = 12", "half_life_days = 0", "moments.before.windows.0.half_life_days"),
        ("from = 2025-10-04", "from = 2025-11-04", "is before from"),
        ("reach = 0.6", "rech = 0.6", "moments.before.rech"),
    ],
)
def test_a_broken_plan_is_refused_with_its_key(
    copied: Path, topic: Topic, settings: Settings, old: str, new: str, said: str
) -> None:
    path = copied / "moments.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    receipt, sink = gather(topic, settings)
    assert receipt.state == "malformed"
    assert "moments.toml" in receipt.detail and said in receipt.detail
    assert sink.posts == []


def test_a_missing_plan_is_named(copied: Path, topic: Topic, settings: Settings) -> None:
    (copied / "moments.toml").unlink()
    receipt, _ = gather(topic, settings)
    assert receipt.state == "gone"
    assert "moments.toml" in receipt.detail


def test_text_is_not_placed_before_what_it_speaks_of() -> None:
    folder = ROOT / "archive" / "us-el-salvador" / "simulated"
    plan = load_plan(folder / "moments.toml")
    placer = Placer(plan, "us-el-salvador", ZoneInfo("America/El_Salvador"))
    texts = {
        row["id"]: row
        for path in folder.glob("*.jsonl")
        for row in map(json.loads, path.read_text("utf-8").splitlines())
    }
    assert plan.earliest
    for text_id, earliest in plan.earliest.items():
        row = texts[text_id]
        text = Text(text_id, row["lang"], row["kind"], row["moment"], row["lean"])
        for placement in placer.place(text):
            assert placement.at.astimezone(ZoneInfo("America/El_Salvador")).date() >= earliest, text_id
