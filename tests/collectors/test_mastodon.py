"""Mastodon through the real Mastodon.py against loopback instances: what is kept, what is refused, what a rerun does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import collectors.mastodon_instance
from collectors.contract import Request
from collectors.mastodon import MastodonCollector, tags_of
from collectors.run import collect
from settings import Settings
from tests.collectors.fake_mastodon import NAME, NOW, FakeInstance, as_json, status
from tests.collectors.faults import thrown
from tests.collectors.mastodon_loopback import ReadMastodon, posts_of, states_of
from tests.collectors.replay import Answer, Sink, topic_with
from topics import Topic

pytest_plugins = ["tests.collectors.mastodon_fixtures"]
HOUR = timedelta(hours=1)
HTML = Answer(200, "<!DOCTYPE html><html>Welcome</html>", {"Content-Type": "text/html"})


def test_statuses_of_a_hashtag_become_posts_without_names(
    instance: FakeInstance, read_mastodon: ReadMastodon, servers: Any
) -> None:
    instance.timelines["cecot"] = [
        status("1", "<p>No al trato. #CECOT</p><p>Segundo párrafo</p>", NOW - HOUR),
        status("2", "Sí al acuerdo #CECOT", NOW - 2 * HOUR, edited_at="2025-02-05T11:30:00.000Z"),
    ]
    receipt, sink = read_mastodon()
    newest = max(posts_of(sink), key=lambda post: post.posted_at or NOW)
    assert (receipt.state, receipt.n_kept) == ("complete", 2)
    assert newest.text == "No al trato. #CECOT\n\nSegundo párrafo"
    assert newest.posted_at == NOW - HOUR
    assert newest.url.startswith("https://127.0.0.1:") and "/statuses/" in newest.url
    assert newest.place == servers(instance).url.removeprefix("http://")
    assert len({post.author_key for post in posts_of(sink)}) == 1
    assert [post.flags for post in posts_of(sink)] == [("edited",), ()]
    assert NAME not in repr(sink.batches)


def test_an_empty_timeline_and_a_tag_that_nobody_used_are_complete(
    instance: FakeInstance, read_mastodon: ReadMastodon
) -> None:
    instance.timelines["cecot"] = []
    assert read_mastodon()[0].state == "complete"
    del instance.timelines["cecot"]
    receipt, _ = read_mastodon()
    assert (receipt.state, receipt.n_got) == ("complete", 0)


def test_timelines_are_read_to_their_end_and_only_anew_by_the_next_run(
    instance: FakeInstance, read_mastodon: ReadMastodon, servers: Any
) -> None:
    written = [status(str(n), f"CECOT {n} #CECOT", NOW - n * 3 * HOUR) for n in range(95)]
    instance.timelines["cecot"] = written
    first, sink = read_mastodon()
    assert first.n_kept == 95
    instance.timelines["cecot"] = [*written, status("new", "CECOT nuevo #CECOT", NOW + HOUR)]
    before = len(servers(instance).asked)
    second, again = read_mastodon(now=NOW + 2 * HOUR, cursor=sink.cursor)
    assert "CECOT nuevo #CECOT" in {post.text for post in posts_of(again)}
    assert second.n_got <= 10  # the new one, and the day behind the last one
    timeline = [ask for ask in servers(instance).asked[before:] if "timelines" in ask.path]
    assert len(timeline) == 2 and not second.n_tombstone


def test_a_run_that_is_cut_off_goes_on_where_it_was(
    instance: FakeInstance, read_mastodon: ReadMastodon, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance.timelines["cecot"] = [status(str(n), f"CECOT {n} #CECOT", NOW - n * 3 * HOUR) for n in range(95)]
    monkeypatch.setattr(collectors.mastodon_instance, "MOST_PAGES", 1)
    first, sink = read_mastodon()
    assert (first.state, first.n_kept) == ("partial", 40)
    assert "next run goes on" in first.detail
    texts = {post.text for post in posts_of(sink)}
    for _ in range(5):
        _, sink = read_mastodon(cursor=sink.cursor)
        texts |= {post.text for post in posts_of(sink)}
    assert len(texts) == 95


def test_a_status_seen_on_two_instances_is_one_post(
    instance: FakeInstance, read_mastodon: ReadMastodon
) -> None:
    other = FakeInstance()
    shared, own = status("1", "CECOT #CECOT"), status("2", "CECOT dos #CECOT")
    instance.timelines["cecot"] = [shared]
    other.timelines["cecot"] = [{**shared, "id": "113949999999999999"}, own]
    receipt, sink = read_mastodon(other)
    assert (receipt.n_got, receipt.n_kept, receipt.n_known) == (3, 2, 1)
    where = sink.cursor["posts"][sink.all("raws")[0].payload["key"]][2]
    assert len(where) == 2


def test_a_boost_is_the_status_that_it_shows(instance: FakeInstance, read_mastodon: ReadMastodon) -> None:
    shown = status("1", "CECOT #CECOT")
    instance.timelines["cecot"] = [shown, {**status("2", "", NOW + HOUR), "reblog": shown}]
    receipt, _ = read_mastodon()
    assert (receipt.n_kept, receipt.n_known) == (1, 1)


@pytest.mark.parametrize("answer", [
    as_json({"error": "This method requires an authenticated user"}, 422),
    as_json({"error": "The access token is invalid"}, 401),
    as_json({"error": "This method requires an authenticated user"}, 403),
])  # fmt: skip
def test_an_instance_that_wants_a_token_says_which_setting_and_the_others_go_on(
    instance: FakeInstance, read_mastodon: ReadMastodon, answer: Answer
) -> None:
    other = FakeInstance()
    instance.access = {"local": "authenticated", "remote": "authenticated"}
    instance.overrides["/api/v1/timelines/tag/cecot"] = [answer]
    other.timelines["cecot"] = [status("1", "CECOT #CECOT")]
    receipt, _ = read_mastodon(other)
    assert (receipt.state, states_of(receipt)) == ("partial", ["not_configured", "complete"])
    assert "MASTODON_TOKENS" in receipt.places[0].detail and "Development" in receipt.places[0].detail
    refused, _ = read_mastodon(other, token="planted-token")
    assert states_of(refused)[0] == "auth"
    assert "planted-token" not in repr(refused)


def test_an_instance_that_shows_strangers_its_own_posts_alone_is_read_in_part(
    instance: FakeInstance, read_mastodon: ReadMastodon, servers: Any
) -> None:
    instance.token, instance.access = "planted-token", {"local": "public", "remote": "authenticated"}
    instance.timelines["cecot"] = [status("1", "CECOT #CECOT")]
    receipt, _ = read_mastodon()
    assert (receipt.state, receipt.n_kept) == ("partial", 1)
    assert "own posts" in receipt.detail
    whole, _ = read_mastodon(token="planted-token")
    assert (whole.state, whole.n_kept) == ("complete", 1)
    assert servers(instance).asked[-1].headers["authorization"] == "Bearer planted-token"


def test_hashtags_that_are_switched_off_are_not_silence(
    instance: FakeInstance, read_mastodon: ReadMastodon
) -> None:
    instance.access = {"local": "disabled", "remote": "disabled"}
    instance.timelines["cecot"] = []
    receipt, _ = read_mastodon()
    assert (receipt.state, receipt.detail[-12:]) == ("blocked", "switched off")


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Answer(403, "<html>Forbidden</html>", {"Content-Type": "text/html"}), "blocked"),
        (Answer(404, "<html>Not here</html>", {"Content-Type": "text/html"}), "gone"),
        (Answer(410, ""), "gone"),
        (Answer(503, "busy"), "unreachable"),
        (HTML, "malformed"),
        (as_json({"posts": []}), "malformed"),
        (as_json("hello"), "malformed"),
        (Answer(200, '[{"id": "1", "uri'), "malformed"),
        (Answer(200, "[" * 60_000), "malformed"),
    ],
)
def test_refusals_are_named_states(
    instance: FakeInstance, read_mastodon: ReadMastodon, answer: Answer, state: str
) -> None:
    other = FakeInstance()
    other.timelines["cecot"] = [status("1", "CECOT #CECOT")]
    instance.overrides["/api/v1/timelines/tag/cecot"] = [answer]
    receipt, _ = read_mastodon(other)
    assert states_of(receipt) == [state, "complete"]
    assert (receipt.state, receipt.n_kept) == ("partial", 1)


def test_passing_faults_are_tried_again_and_nothing_is_lost_or_doubled(
    instance: FakeInstance, read_mastodon: ReadMastodon
) -> None:
    good = as_json([status("1", "CECOT #CECOT")])
    faults = [Answer(502), Answer(503, headers={"Retry-After": "7"}), HTML, good]
    instance.overrides["/api/v1/timelines/tag/cecot"] = [
        *faults,
        Answer(200, good.body, cut=True),
        as_json([]),
    ]
    receipt, _ = read_mastodon()
    assert (receipt.state, receipt.n_kept, receipt.n_retries) == ("complete", 1, 4)
    assert receipt.waited >= 7
    assert sum(receipt.faults.values()) == 4


def test_a_short_rate_limit_is_waited_for_and_a_long_one_ends_the_instance(
    instance: FakeInstance, read_mastodon: ReadMastodon, mastodon_waits: list[float]
) -> None:
    page = as_json([status("1", "CECOT #CECOT")])
    limited = as_json({"error": "Too many requests"}, 429, **{"Retry-After": "30"})
    instance.overrides["/api/v1/timelines/tag/cecot"] = [limited, page, as_json([])]
    receipt, _ = read_mastodon()
    assert (receipt.state, receipt.n_kept) == ("complete", 1)
    assert 30 in [round(seconds) for seconds in mastodon_waits]
    late = {"X-RateLimit-Reset": "2199-01-01T00:00:00.000Z", "X-RateLimit-Remaining": "0"}
    instance.overrides["/api/v1/timelines/tag/cecot"] = [page, as_json({"error": "Too many"}, 429, **late)]
    cut, sink = read_mastodon()
    assert (states_of(cut), cut.state, cut.n_kept) == (["rate_limited"], "partial", 1)
    assert sink.cursor["timelines"]


def test_a_broken_status_is_quarantined_alone(instance: FakeInstance, read_mastodon: ReadMastodon) -> None:
    good = [status(str(n), f"CECOT {n} #CECOT", NOW - n * HOUR) for n in range(1, 6)]
    broken: list[Any] = [
        {**status("a", "CECOT", NOW - 9 * HOUR), "uri": None},
        {**status("b", "CECOT", NOW - 8 * HOUR), "content": None},
        status("c", "<p></p>", NOW - 7 * HOUR, tags=[{"name": "cecot"}]),
        "not a status",
        None,
    ]
    odd = [
        {**status("d", "CECOT #CECOT", NOW - 10 * HOUR), "created_at": "the day before", "account": None},
        {
            **status("e", "CECOT #CECOT", NOW - 11 * HOUR),
            "created_at": "2399-01-01T00:00:00Z",
            "tags": 5,
            "card": [],
        },
        {**status("f", "CECOT \ud83d \x00 #CECOT", NOW - 12 * HOUR), "brand_new": {"x": 1}},
    ]
    instance.timelines["cecot"] = [*good, *broken, *odd]
    receipt, sink = read_mastodon()
    assert (receipt.n_kept, receipt.n_quarantined, receipt.n_got) == (8, 5, 13)
    assert receipt.unknown_fields == {"brand_new": 1}
    assert sum("undated" in post.flags for post in posts_of(sink)) == 2
    assert NAME not in repr(sink.batches)


def test_what_is_not_public_is_skipped_and_counted(
    instance: FakeInstance, read_mastodon: ReadMastodon
) -> None:
    parent = status("p", "A private word", NOW - 9 * HOUR, visibility="private")
    instance.others = [parent]
    instance.timelines["cecot"] = [
        status("1", "CECOT #CECOT", in_reply_to_id=parent["id"]),
        status("2", "CECOT #CECOT", visibility="private"),
    ]
    receipt, sink = read_mastodon()
    assert (receipt.n_kept, dict(receipt.skipped)) == (1, {"not public": 1})
    assert "private word" not in repr(sink.batches)


def test_a_reply_has_the_answered_words_as_its_context(
    instance: FakeInstance, read_mastodon: ReadMastodon
) -> None:
    parent = status("p", "¿Qué opinan del acuerdo con Bukele?", NOW - 9 * HOUR)
    quoted = status("q", "Bukele ofrece el CECOT", NOW - 10 * HOUR)
    instance.others = [parent]
    instance.timelines["cecot"] = [
        status("1", "Vergüenza #CECOT", NOW - HOUR, in_reply_to_id=parent["id"]),
        status("2", '<p class="quote-inline">RE: <a href="https://x">x</a></p><p>Peor #CECOT</p>', NOW - 2 * HOUR,
               quote={"state": "accepted", "quoted_status": quoted}),
        status("3", "Lean #CECOT", NOW - 3 * HOUR, card={"title": "El trato", "description": "Seis millones"}),
        status("4", "Ya #CECOT", NOW - 4 * HOUR, in_reply_to_id="1"),
    ]  # fmt: skip
    _, sink = read_mastodon()
    found = {post.text: post for post in posts_of(sink)}
    assert (found["Vergüenza #CECOT"].kind, found["Vergüenza #CECOT"].context) == (
        "reply", "¿Qué opinan del acuerdo con Bukele?",
    )  # fmt: skip
    assert found["Vergüenza #CECOT"].parent_id
    assert found["Peor #CECOT"].context == "Bukele ofrece el CECOT"
    assert found["Lean #CECOT"].context == "El trato\n\nSeis millones"
    assert (found["Ya #CECOT"].context, found["Ya #CECOT"].kind) == ("", "reply")


def test_posts_of_a_wide_tag_must_mention_the_topic(
    instance: FakeInstance, read_mastodon: ReadMastodon
) -> None:
    instance.timelines["elsalvador"] = [
        status("1", "Surf y sol en #ElSalvador"),
        status("2", "Deportados a la cárcel de #ElSalvador: no al trato de Bukele"),
    ]
    receipt, _ = read_mastodon(hashtags=("ElSalvador",))
    assert (receipt.n_kept, receipt.n_off_topic) == (1, 1)
    assert set(receipt.asked) == {"#cecot", "#elsalvador"}


def test_nothing_to_ask_is_said_in_one_sentence(topic: Topic, settings: Settings) -> None:
    bare = topic_with(topic, sources={})
    receipt = collect(MastodonCollector(), Request(bare, settings, NOW), Sink())
    assert (receipt.state, "instances" in receipt.detail) == ("not_configured", True)
    tagless = topic_with(
        topic, sources={"mastodon": {"instances": ["a.example"]}}, hashtags={"en": [], "es": []}
    )
    assert "hashtags" in (MastodonCollector().missing_setting(settings, tagless) or "")
    assert "cecot" in tags_of(topic) and len(set(tags_of(topic))) == len(tags_of(topic))
    wrong = settings.model_copy(update={"mastodon_tokens": type(settings).model_validate(
        {"mastodon_tokens": "planted-secret"}).mastodon_tokens})  # fmt: skip
    refused = collect(MastodonCollector(), Request(topic, wrong, NOW), Sink())
    assert (refused.state, "planted-secret" in repr(refused)) == ("not_configured", False)


@pytest.mark.parametrize("seed", range(6))
def test_nothing_is_lost_or_doubled_among_faults(
    instance: FakeInstance, read_mastodon: ReadMastodon, seed: int
) -> None:
    instance.faults = thrown(seed)
    instance.timelines["cecot"] = [status(f"c{n}", f"CECOT {n} #CECOT", NOW - n * HOUR) for n in range(300)]
    kept: set[str] = set()
    cursor: dict[str, Any] = {}
    for _ in range(12):
        receipt, sink = read_mastodon(cursor=cursor)
        cursor = sink.cursor or cursor
        ids = [post.id for post in posts_of(sink)]
        kept.update(ids)
        assert len(ids) == len(set(ids)) and receipt.n_tombstone == receipt.n_quarantined == 0
        assert receipt.faults or receipt.state == "complete"
        if receipt.state == "complete":
            break
    assert receipt.state == "complete"
    assert len(kept) == 300


def test_a_budget_that_is_used_up_keeps_what_was_read(
    instance: FakeInstance, read_mastodon: ReadMastodon
) -> None:
    instance.timelines["cecot"] = [status(f"c{n}", f"CECOT {n} #CECOT", NOW - n * HOUR) for n in range(120)]
    receipt, sink = read_mastodon(n_requests=3)
    assert (receipt.state, states_of(receipt)) == ("partial", ["partial"]) and 40 <= receipt.n_kept < 120
    assert "POSTURA_SOURCE_REQUESTS" in receipt.detail
    rest, again = read_mastodon(cursor=sink.cursor)
    assert rest.state == "complete"
    assert len({post.id for post in (*posts_of(sink), *posts_of(again))}) == 120
