"""Bluesky against a loopback server: what is asked, what is kept, what the next run does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import collectors.bluesky_search
from collectors.bluesky_queries import search_queries
from tests.collectors.bluesky_loopback import ReadBluesky, posts_of
from tests.collectors.fake_bluesky import DID, NOW, FakeBluesky, reply_to, view
from tests.collectors.replay import topic_with
from topics import Topic

pytest_plugins = ["tests.collectors.bluesky_fixtures"]
HOUR = timedelta(hours=1)
POSTS = "app.bsky.feed.getPosts"


def test_found_posts_are_kept_without_names(pds: FakeBluesky, read_bluesky: ReadBluesky) -> None:
    pds.found["cecot"] = [view("1", "No al CECOT", NOW - HOUR), view("2", "Sí al CECOT", NOW - 2 * HOUR)]
    receipt, sink = read_bluesky()
    assert (receipt.state, receipt.n_kept, receipt.asked) == ("complete", 2, ("cecot",))
    post = posts_of(sink)["No al CECOT"]
    assert (post.posted_at, post.kind, post.flags) == (NOW - HOUR, "post", ())
    assert post.url == f"https://bsky.app/profile/{DID}/post/1"
    assert DID not in post.id and len(str(post.author_key)) == 16
    assert not receipt.unknown_fields


def test_an_empty_answer_is_complete(pds: FakeBluesky, read_bluesky: ReadBluesky) -> None:
    receipt, sink = read_bluesky()
    assert (receipt.state, receipt.n_got) == ("complete", 0)
    assert sink.cursor["searches"]["cecot"][1] == NOW.timestamp()


def test_times_are_asked_for_as_whole_instants(pds: FakeBluesky, read_bluesky: ReadBluesky) -> None:
    read_bluesky(since=datetime(2025, 2, 3, tzinfo=UTC))
    read_bluesky(since=datetime(2025, 2, 3, 18, 30, tzinfo=UTC).astimezone())
    read_bluesky()
    asked = [params["since"] for params in pds.searches("cecot")]
    assert asked == ["2025-02-03T00:00:00.000Z", "2025-02-03T18:30:00.000Z", "2025-01-20T06:00:00.000Z"]


def test_pages_are_followed_to_the_end_and_each_post_is_kept_once(
    pds: FakeBluesky, read_bluesky: ReadBluesky
) -> None:
    pds.found["cecot"] = [view(str(n), f"CECOT {n}", NOW - n * HOUR) for n in range(250)]
    receipt, sink = read_bluesky()
    assert (receipt.state, receipt.n_kept, receipt.n_got) == ("complete", 250, 250)
    assert [params.get("cursor") for params in pds.searches("cecot")] == [None, "100", "200"]
    assert {params["limit"] for params in pds.searches("cecot")} == {"100"}
    assert len(posts_of(sink)) == 250


def test_the_depth_limit_of_a_search_is_passed_by_asking_for_older_posts(
    pds: FakeBluesky, read_bluesky: ReadBluesky, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collectors.bluesky_search, "DEEP", 200)
    pds.depth = 200
    pds.found["cecot"] = [view(str(n), f"CECOT {n}", NOW - n * HOUR / 2) for n in range(550)]
    receipt, _ = read_bluesky()
    assert (receipt.state, receipt.n_kept) == ("complete", 550)
    assert sum("until" in params and "cursor" not in params for params in pds.searches("cecot")) == 2


def test_a_rerun_asks_for_what_is_new(pds: FakeBluesky, read_bluesky: ReadBluesky) -> None:
    pds.found["cecot"] = [view(str(n), f"CECOT {n}", NOW - n * 6 * HOUR) for n in range(40)]
    _, sink = read_bluesky()
    pds.found["cecot"].append(view("new", "CECOT nuevo", NOW + HOUR))
    receipt, again = read_bluesky(now=NOW + 2 * HOUR, cursor=sink.cursor)
    assert "CECOT nuevo" in posts_of(again)
    assert receipt.n_got == 4  # and the twelve hours before the last run
    assert pds.searches("cecot")[-1]["since"] == "2025-02-05T00:00:00.000Z"


def test_a_run_that_is_cut_short_leaves_a_gap_that_the_next_ones_read(
    pds: FakeBluesky, read_bluesky: ReadBluesky, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collectors.bluesky_search, "MOST_PAGES", 2)
    pds.found["cecot"] = [view(str(n), f"CECOT {n}", NOW - n * HOUR) for n in range(360)]
    first, sink = read_bluesky()
    assert (first.state, first.n_kept) == ("partial", 200)
    assert "next run goes on" in first.detail
    texts, states = set(posts_of(sink)), []
    for hour in range(1, 6):
        pds.found["cecot"].append(view(f"new{hour}", f"CECOT nuevo {hour}", NOW + hour * HOUR))
        receipt, sink = read_bluesky(now=NOW + (hour + 1) * HOUR, cursor=sink.cursor)
        texts |= set(posts_of(sink))
        states.append(receipt.state)
    assert len(texts) == 365
    assert states[-1] == "complete"


def test_an_earlier_window_is_read_anew(pds: FakeBluesky, read_bluesky: ReadBluesky) -> None:
    pds.found["cecot"] = [view(str(n), f"CECOT {n}", NOW - n * 24 * HOUR) for n in range(5)]
    near, sink = read_bluesky(since=NOW - 25 * HOUR)
    far, _ = read_bluesky(since=NOW - 24 * 30 * HOUR, cursor=sink.cursor)
    assert (near.n_kept, far.n_kept) == (2, 5)


def test_one_record_of_a_hundred_of_an_unknown_type_is_quarantined_alone(
    pds: FakeBluesky, read_bluesky: ReadBluesky
) -> None:
    views = [view(str(n), f"CECOT {n}", NOW - n * HOUR) for n in range(99)]
    odd = view("odd", "CECOT", NOW - 100 * HOUR, record={"$type": "com.example.poll", "options": ["a", "b"]})
    pds.found["cecot"] = [*views, odd]
    receipt, sink = read_bluesky()
    assert (receipt.n_kept, receipt.n_quarantined, receipt.state) == (99, 1, "complete")
    refused = sink.all("quarantined")[0]
    assert "com.example.poll" in refused.reason
    assert '"options": ["a", "b"]' in refused.payload


@pytest.mark.parametrize(
    "broken",
    [
        {"record": {"text": 7}},
        {"record": {"text": None}},
        {"uri": None},
        {"uri": 5},
        {"record": {"$type": None}},
    ],
)
def test_a_broken_view_costs_itself_alone(
    pds: FakeBluesky, read_bluesky: ReadBluesky, broken: dict[str, Any]
) -> None:
    pds.found["cecot"] = [
        view("1", "CECOT uno"),
        view("2", "CECOT dos", NOW - HOUR, **broken),
        view("3", "CECOT tres"),
    ]
    receipt, _ = read_bluesky()
    assert (receipt.n_kept, receipt.n_quarantined, receipt.state) == (2, 1, "complete")


def test_odd_views_are_read_as_far_as_they_can_be(pds: FakeBluesky, read_bluesky: ReadBluesky) -> None:
    pds.found["cecot"] = [
        view("1", "CECOT \ud83d \x00"),
        view("2", "CECOT sin hora", indexedAt="?", record={"createdAt": "yesterday"}),
        view("3", "CECOT mañana", record={"createdAt": "2199-01-01T00:00:00Z"}),
        view("4", "CECOT fino", record={"createdAt": "2025-02-05T11:00:00.123456789Z"}),
        view("5", "CECOT sin autor", author=None, embed=3, labels={"a": 1}),
        view("6", "CECOT nuevo", embed={"$type": "app.bsky.embed.brandNew#view"}, brandNew=1),
        "not a view",
        None,
    ]
    receipt, sink = read_bluesky()
    found = posts_of(sink)
    assert (receipt.n_kept, receipt.n_quarantined) == (6, 2)
    assert found["CECOT sin hora"].flags == ("undated",)
    assert found["CECOT mañana"].posted_at == NOW  # never later than Bluesky had it
    assert receipt.unknown_fields == {"brandNew": 1, "embed.app.bsky.embed.brandNew#view": 1}
    assert found["CECOT sin autor"].author_key is None


def test_context_is_what_a_post_answers_quotes_or_links_to(
    pds: FakeBluesky, read_bluesky: ReadBluesky
) -> None:
    parent = view("p", "¿Qué opinan del trato?", NOW - 9 * HOUR)
    quoted = {
        "$type": "app.bsky.embed.record#viewRecord",
        "uri": view("q", "")["uri"],
        "value": {"text": "Citado"},
    }
    card = {
        "$type": "app.bsky.embed.external#view",
        "external": {"uri": "https://a.example", "title": "El trato", "description": ""},
    }
    deep = {"$type": "app.bsky.embed.recordWithMedia#view", "record": {"record": quoted}, "media": card}
    lost = {
        "$type": "app.bsky.embed.record#view",
        "record": {"$type": "app.bsky.embed.record#viewNotFound", "uri": "at://x", "notFound": True},
    }
    pds.others = [parent]
    pds.found["cecot"] = [
        view("1", "CECOT responde", NOW - HOUR, record=reply_to(parent)),
        view("2", "CECOT cita", NOW - HOUR, embed={"$type": "app.bsky.embed.record#view", "record": quoted}),
        view("3", "CECOT enlaza", NOW - HOUR, embed=card),
        view("4", "CECOT cita con foto", NOW - HOUR, embed=deep),
        view("5", "CECOT cita lo borrado", NOW - HOUR, embed=lost),
        view("6", "CECOT a nadie", NOW - HOUR, record=reply_to(view("gone", ""))),
    ]  # fmt: skip
    _, sink = read_bluesky()
    found = posts_of(sink)
    assert {text: post.context for text, post in found.items()} == {
        "CECOT responde": "¿Qué opinan del trato?",
        "CECOT cita": "Citado",
        "CECOT enlaza": "El trato",
        "CECOT cita con foto": "Citado",
        "CECOT cita lo borrado": "",
        "CECOT a nadie": "",
    }
    assert {text for text, post in found.items() if post.kind == "reply"} == {
        "CECOT responde",
        "CECOT a nadie",
    }
    assert found["CECOT cita"].parent_id == found["CECOT cita con foto"].parent_id is not None


def test_answered_posts_are_looked_up_in_batches_of_25_and_once(
    pds: FakeBluesky, read_bluesky: ReadBluesky
) -> None:
    parents = [view(f"p{n}", f"Padre {n}", NOW - 9 * HOUR) for n in range(60)]
    pds.others = parents
    pds.found["cecot"] = [
        view(str(n), f"CECOT {n}", NOW - HOUR, record=reply_to(parents[n % 60])) for n in range(100)
    ]
    pds.found["bukele"] = pds.found["cecot"]
    receipt, _ = read_bluesky("cecot", "bukele")
    sizes = [len(ask.pairs) for ask in pds.asked if ask.path.endswith(POSTS)]
    assert sizes == [25, 25, 10]
    assert (receipt.n_kept, receipt.n_known) == (100, 100)


def test_authors_who_do_not_want_to_be_shown_elsewhere_are_not(
    pds: FakeBluesky, read_bluesky: ReadBluesky
) -> None:
    shy = {"did": DID, "handle": "x.example", "labels": [{"val": "!no-unauthenticated"}]}
    quoted = {
        "$type": "app.bsky.embed.record#viewRecord",
        "uri": "at://a",
        "author": shy,
        "value": {"text": "Tímido"},
    }
    parent = view("p", "Tímido también", author=shy)
    pds.others = [parent]
    pds.found["cecot"] = [
        view("1", "CECOT callado", author=shy),
        view("2", "CECOT abierto", embed={"$type": "app.bsky.embed.record#view", "record": quoted}),
        view("3", "CECOT responde", record=reply_to(parent)),
    ]
    receipt, sink = read_bluesky()
    assert (receipt.n_kept, list(receipt.skipped.values())) == (2, [1])
    assert "Tímido" not in repr(sink.batches) and "callado" not in repr(sink.batches)


def test_what_does_not_mention_the_topic_is_counted(pds: FakeBluesky, read_bluesky: ReadBluesky) -> None:
    pds.found["bukele"] = [
        view("1", "Bukele baila"),
        view("2", "Vergüenza", record={"tags": ["CECOT"]}),
        view("3", ""),
        view(
            "4",
            "Otra",
            record={"facets": [{"features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "CECOT"}]}]},
        ),
    ]
    receipt, _ = read_bluesky("bukele")
    assert (receipt.n_kept, receipt.n_off_topic) == (2, 2)


def test_queries_are_phrases_of_both_languages_and_hashtags(topic: Topic) -> None:
    keywords = {
        "en": ["mega prison", "el salvador & deport*", "bukele"],
        "es": ["cárcel & bukele", "deporta* & reo*"],
    }
    made = topic_with(
        topic, sources={}, keywords=keywords, hashtags={"en": ["CECOT"], "es": ["#CECOT", "Cárcel"]}
    )
    assert search_queries(made) == ('"mega prison"', '"el salvador"', "bukele", "#CECOT", "#Cárcel")
    stems = topic_with(made, keywords={"en": ["deport*"], "es": []}, hashtags={"en": [], "es": []})
    assert search_queries(stems) == ("deport",)
    own = search_queries(topic)
    assert "cecot" in own and "#CECOT" in own and "bukele cárcel" in own
    assert not any("*" in query for query in own)
