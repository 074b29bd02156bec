"""The recordings of real Mastodon servers through the real Mastodon.py: no crash, each status is counted once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import yaml

from collectors.contract import Request
from collectors.run import collect
from settings import Settings
from tests.collectors.fake_mastodon import FakeInstance
from tests.collectors.mastodon_loopback import HastyMastodon
from tests.collectors.recorded import recorded_files
from tests.collectors.replay import Answer, Replay, Sink, counts_of, topic_with, wide_topic
from topics import Topic

NOW = datetime(2026, 8, 3, tzinfo=UTC)
TAG = "recorded"


@pytest.fixture(scope="module")
def recordings(shared: Path) -> dict[str, list[dict[str, Any]]]:
    archive = shared / "data" / "recordings" / "mastodon.tar.xz"
    return {
        Path(name).stem: yaml.safe_load(content)["interactions"] for name, content in recorded_files(archive)
    }


def statuses_in(value: Any) -> Iterator[dict[str, Any]]:
    """Every status anywhere in a JSON body."""
    if isinstance(value, list):
        for one in value:
            yield from statuses_in(one)
    elif isinstance(value, dict):
        if {"uri", "content", "account"} <= set(value):
            yield value
        for one in value.values():
            yield from statuses_in(one)


def bodies(interactions: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], Any]]:
    for interaction in interactions:
        try:
            yield interaction, json.loads(interaction["response"]["body"]["string"])
        except ValueError:
            yield interaction, None


def instance_of(interactions: list[dict[str, Any]], versions: slice = slice(None)) -> FakeInstance:
    """An instance whose hashtag timeline holds a recording's statuses as they were last, and that answers what was
    asked for by path with the very bytes that were recorded."""
    fake, found = FakeInstance(), {}
    for interaction, body in list(bodies(interactions))[versions]:
        found |= {status["uri"]: status for status in statuses_in(body)}
        parts = urlsplit(interaction["request"]["uri"])
        if interaction["request"]["method"] == "GET" and not parts.query and "timelines" not in parts.path:
            code, text = interaction["response"]["status"]["code"], interaction["response"]["body"]["string"]
            path = unquote(parts.path)
            fake.overrides.setdefault(
                path.rstrip("/"), [Answer(code, text, {"Content-Type": "application/json"})]
            )
            fake.overrides.setdefault(path, fake.overrides[path.rstrip("/")])
    fake.timelines[TAG] = list(found.values())
    return fake


def read(fakes: list[FakeInstance], topic: Topic, settings: Settings, **request: Any) -> tuple[Any, Sink]:
    with ExitStack() as stack:
        addresses = [stack.enter_context(Replay(fake)).url for fake in fakes]
        wide = wide_topic(
            topic,
            sources={"mastodon": {"instances": addresses}},
            hashtags={"en": [TAG], "es": []},
            starts_on="2018-01-01",
        )
        sink = Sink()
        return collect(HastyMastodon(), Request(wide, settings, NOW, **request), sink), sink


def test_every_recorded_status_is_counted_once(
    recordings: dict[str, list[dict[str, Any]]], topic: Topic, settings: Settings
) -> None:
    fakes = {name: instance_of(interactions) for name, interactions in recordings.items()}
    receipt, _ = read(list(fakes.values()), topic, settings)
    came, went = counts_of(receipt)
    served = {status["uri"] for fake in fakes.values() for status in fake.timelines[TAG]}
    print(f"\nmastodon: {len(fakes)} recordings, {len(served)} statuses, {receipt}".split(", places=")[0])
    assert len(fakes) == 13 and len(served) == 103
    assert {place.state for place in receipt.places} == {"complete"}
    assert came == went == sum(place.n_got for place in receipt.places)
    assert (receipt.n_kept, receipt.n_quarantined) == (len(served), 0)
    assert not receipt.unknown_fields
    assert [place.n_got for place in receipt.places] == [len(fake.timelines[TAG]) for fake in fakes.values()]


def test_recorded_authors_are_keys_and_no_names(
    recordings: dict[str, list[dict[str, Any]]], topic: Topic, settings: Settings
) -> None:
    _, sink = read([instance_of(one) for one in recordings.values()], topic, settings)
    authors = [
        status["account"]
        for one in recordings.values()
        for _, body in bodies(one)
        for status in statuses_in(body)
    ]
    names = {
        account[field]
        for account in authors
        for field in ("username", "acct", "url", "uri")
        if field in account
    }
    assert len(names) > 3
    for post in sink.all("posts"):
        assert int(str(post.author_key), 16) >= 0 and len(str(post.author_key)) == 16
        fields = (post.id, post.author_key, post.place, post.url, post.parent_id)
        assert not any(name in str(field) for field in fields for name in names), post.id
    for raw in sink.all("raws"):
        others = [
            value
            for field, value in raw.payload.items()
            if field not in ("content", "context", "spoiler_text")
        ]
        assert not any(name in repr(others) for name in names), raw.id


def test_recorded_edit_is_a_revision(
    recordings: dict[str, list[dict[str, Any]]], topic: Topic, settings: Settings
) -> None:
    interactions = recordings["test_status_edit"]
    before, after = instance_of(interactions, slice(0, 1)), instance_of(interactions)
    _, first = read([before], topic, settings)
    _, second = read([after], topic, settings)
    old, new = first.all("posts")[0], second.all("posts")[0]
    assert (old.id, old.author_key) == (new.id, new.author_key)
    assert old.text != new.text
    assert ("edited" in old.flags, "edited" in new.flags) == (False, True)


def test_recorded_posts_do_not_mention_the_topic(
    recordings: dict[str, list[dict[str, Any]]], topic: Topic, settings: Settings
) -> None:
    fake = instance_of(recordings["test_pagination_iterator"])
    with Replay(fake) as server:
        narrow = topic_with(
            topic,
            sources={"mastodon": {"instances": [server.url], "hashtags": [TAG]}},
            hashtags={"en": [], "es": []},
        )
        receipt = collect(HastyMastodon(), Request(narrow, settings, NOW), Sink())
    assert (receipt.n_kept, receipt.n_off_topic, receipt.state) == (0, 30, "complete")
