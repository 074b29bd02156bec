"""Telegram's public previews against a loopback server: what is read, whose it is, what the next run does."""

from __future__ import annotations

import gzip
import math
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

import collectors.telegram_channel
from collectors.budget import Budget
from collectors.contract import Request
from collectors.run import collect
from collectors.telegram import TelegramCollector
from records import Article, Post, Receipt
from settings import Settings
from tests.collectors.fake_telegram import (
    HOUR,
    HTML,
    NAME,
    NOW,
    FakeTelegram,
    block,
    contact,
    forward,
    message,
    preview,
    reply,
)
from tests.collectors.replay import Answer, Replay, Sink, counts_of, topic_with
from topics import Topic

Read = Callable[..., tuple[Receipt, Sink]]
OWN = {"name": "partido", "actor": "fmln"}
PAPER = {"name": "diario", "outlet": "Diario de prueba", "lang": "es"}


@pytest.fixture
def site() -> FakeTelegram:
    return FakeTelegram()


@pytest.fixture
def read(site: FakeTelegram, topic: Topic, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Run the collector over some channels, the party's own where none is named."""
    monkeypatch.setattr(TelegramCollector, "pause_seconds", 0.0)

    def run(
        *channels: dict[str, str], now: Any = NOW, n_requests: float = math.inf, **request: Any
    ) -> tuple[Receipt, Sink]:
        here = topic_with(topic, sources={"telegram": {"channels": channels or (OWN,)}})
        with Replay(site) as server:
            monkeypatch.setattr(TelegramCollector, "site", server.url)
            sink = Sink()
            budget = Budget(n_requests=n_requests, sleep=lambda _: None)
            receipt = collect(
                TelegramCollector(), Request(here, settings, now, **request), sink, budget=budget
            )
        came, went = counts_of(receipt)
        assert came == went == sum(place.n_got for place in receipt.places)
        assert NAME not in repr(receipt) and NAME not in repr(sink.batches)
        return receipt, sink

    return run


def posts_of(sink: Sink) -> dict[str, Post]:
    return {post.text: post for post in sink.all("posts")}


def test_an_actor_s_message_is_its_post_and_an_outlet_s_an_article(site: FakeTelegram, read: Read) -> None:
    site.channels["partido"] = [
        message(7, "No al CECOT.<br/>Nunca <b>más</b> &amp; punto <i class='emoji'><b>🙏</b></i>")
    ]
    site.channels["diario"] = [
        message(9, "Llegan deportados al CECOT<br/><br/>El avión aterrizó.", NOW - 2 * HOUR)
    ]
    receipt, sink = read(OWN, PAPER)
    assert (receipt.state, receipt.n_kept, receipt.asked) == ("complete", 2, ("t.me/partido", "t.me/diario"))
    (post,), (article,) = sink.all("posts"), sink.all("articles")
    assert isinstance(post, Post) and isinstance(article, Article)
    assert (post.id, post.text) == ("telegram:partido/7", "No al CECOT.\nNunca más & punto 🙏")
    assert (post.actor_id, post.author_key, post.posted_at, post.flags) == ("fmln", None, NOW - HOUR, ())
    assert (post.place, post.url) == ("t.me/partido", "https://t.me/partido/7")
    assert (article.outlet, article.title, article.lang) == (
        "Diario de prueba",
        "Llegan deportados al CECOT",
        "es",
    )
    assert article.text == "Llegan deportados al CECOT\n\nEl avión aterrizó."


def test_an_empty_channel_is_complete(site: FakeTelegram, read: Read) -> None:
    site.channels["partido"] = []
    receipt, _ = read()
    assert (receipt.state, receipt.n_got) == ("complete", 0)


def test_replies_forwards_and_edits_are_marked_without_names(site: FakeTelegram, read: Read) -> None:
    site.channels["partido"] = [
        message(1, "El CECOT es caro"),
        message(2, "Y además injusto", above=reply("partido", 1, "El CECOT es caro"), edited=True),
        message(3, "CECOT: así lo vio el diario", above=forward("https://t.me/diario/44")),
        message(4, "CECOT: una voz", above=forward("https://t.me/somebody_private/5")),
    ]
    site.channels["diario"] = []
    _, sink = read(OWN, PAPER)
    posts = posts_of(sink)
    answer = posts["Y además injusto"]
    assert (answer.kind, answer.parent_id, answer.context) == (
        "reply",
        "telegram:partido/1",
        "El CECOT es caro",
    )
    assert answer.flags == ("edited",)
    assert posts["CECOT: así lo vio el diario"].repost_of == "telegram:diario/44"
    assert (posts["CECOT: una voz"].repost_of, posts["CECOT: una voz"].flags) == (None, ("forwarded",))
    assert "somebody_private" not in repr(sink.batches)


def test_pages_are_followed_to_the_start_of_the_window(site: FakeTelegram, read: Read) -> None:
    site.channels["partido"] = [message(n, f"CECOT {n}", NOW - (120 - n) * 6 * HOUR) for n in range(1, 121)]
    receipt, sink = read(since=NOW - timedelta(days=10))
    assert (receipt.state, receipt.n_kept) == ("complete", 41)
    assert [ask.query.get("before") for ask in site.asked] == [None, "101", "81", "61"]
    assert sink.cursor["channels"]["partido"][1:] == [120, 0, 0]


def test_a_rerun_reads_what_is_new_edited_or_deleted(site: FakeTelegram, read: Read) -> None:
    everything = [
        message(n, f"CECOT {n}" if n % 5 == 0 else f"hola {n}", NOW - (61 - n) * HOUR) for n in range(1, 61)
    ]
    site.channels["partido"] = everything
    first, sink = read()
    assert (first.n_kept, first.n_off_topic) == (12, 48)
    idle, _ = read(cursor=sink.cursor, now=NOW + HOUR)
    assert (idle.state, idle.n_got) == ("complete", 0)
    edited = [message(50, "ya no", edited=True), message(61, "CECOT nuevo", NOW + HOUR)]
    site.channels["partido"] = [one for one in everything if one["number"] not in (50, 55)] + edited
    second, again = read(cursor=sink.cursor, now=NOW + 2 * HOUR)
    posts = {post.id: post for post in again.all("posts")}
    assert set(posts) == {"telegram:partido/50", "telegram:partido/55", "telegram:partido/61"}
    assert posts["telegram:partido/50"].text == "ya no"
    assert (posts["telegram:partido/55"].state, posts["telegram:partido/55"].text) == ("deleted", "")
    assert (second.state, second.n_tombstone) == ("complete", 1)


def test_a_channel_that_hides_most_of_what_is_known_is_no_wave_of_deletions(
    site: FakeTelegram, read: Read
) -> None:
    site.channels["partido"] = [message(n, f"CECOT {n}", NOW - (61 - n) * HOUR) for n in range(1, 61)]
    _, sink = read()
    site.channels["partido"] = [message(n, f"CECOT {n}", NOW - (61 - n) * HOUR) for n in (1, 60)]
    receipt, _ = read(cursor=sink.cursor, now=NOW + HOUR)
    assert (receipt.state, receipt.n_tombstone) == ("partial", 0) and "taken for a fault" in receipt.detail


def test_a_run_that_is_cut_short_leaves_a_gap_that_the_next_ones_read(
    site: FakeTelegram, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collectors.telegram_channel, "MOST_PAGES", 2)
    everything = [
        message(n, f"CECOT {n}", NOW - timedelta(days=9) - (201 - n) * timedelta(minutes=30))
        for n in range(1, 201)
    ]
    site.channels["partido"] = list(everything)
    first, sink = read()
    assert (first.state, first.n_kept) == ("partial", 40) and "next run goes on" in first.detail
    ids, states = {post.id for post in sink.all("posts")}, []
    for run in range(1, 9):
        site.channels["partido"].append(message(200 + run, f"CECOT nuevo {run}", NOW + run * HOUR))
        receipt, sink = read(now=NOW + (run + 1) * HOUR, cursor=sink.cursor)
        ids |= {post.id for post in sink.all("posts")}
        states.append(receipt.state)
    assert len(ids) == 208
    assert states[0] == "partial" and states[-1] == "complete"


def test_a_budget_that_ends_in_the_middle_keeps_what_was_read(site: FakeTelegram, read: Read) -> None:
    site.channels["partido"] = [message(n, f"CECOT {n}", NOW - (101 - n) * HOUR) for n in range(1, 101)]
    first, sink = read(n_requests=3)
    assert first.state == "partial" and 40 <= first.n_kept < 100
    second, again = read(cursor=sink.cursor, now=NOW + HOUR)
    ids = {post.id for post in (*sink.all("posts"), *again.all("posts"))}
    assert (len(ids), second.state) == (100, "complete")


@pytest.mark.parametrize(
    ("page", "state", "said"),
    [
        (contact(), "gone", "no public channel has this name"),
        (contact("12 345 subscribers"), "blocked", "no preview"),
        (contact("345 members, 12 online"), "blocked", "a group"),
        (Answer(200, "<html><body>Just a moment</body></html>"), "malformed", "not a channel's preview"),
        (Answer(200, b""), "malformed", "not a page"),
        (preview("otro", [message(1, "CECOT")]), "malformed", "no messages of this channel"),
        (Answer(302, headers={"Location": "http://169.254.169.254/s/partido"}), "blocked", "private or reserved"),
        (Answer(302, headers={"Location": "tg://resolve?domain=partido"}), "blocked", "only http and https"),
        (Answer(200, gzip.compress(b"<p>" * 9_000_000), {"Content-Encoding": "gzip"}), "malformed", "larger than 5 MB"),
        (Answer(200, "<div>" * 200_000, HTML), "malformed", "not a channel's preview"),
        (Answer(200, '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><p>&x;</p>', HTML), "malformed", "preview"),
        (Answer(403, "no"), "blocked", "403"),
        (Answer(404, "no"), "gone", "404"),
    ],
)  # fmt: skip
def test_a_channel_that_cannot_be_read_says_why_and_the_others_go_on(
    site: FakeTelegram, read: Read, page: Answer, state: str, said: str
) -> None:
    site.contacts["partido"] = page
    site.channels["diario"] = [message(1, "CECOT")]
    receipt, _ = read(OWN, PAPER)
    assert (receipt.state, receipt.n_kept) == ("partial", 1)
    assert receipt.places[0].state == state and said in receipt.places[0].detail
    alone, _ = read(OWN)
    assert alone.state == state


def test_a_refusal_in_the_middle_keeps_what_was_read_and_asks_no_more(site: FakeTelegram, read: Read) -> None:
    site.channels["partido"] = [message(n, f"CECOT {n}", NOW - (101 - n) * HOUR) for n in range(1, 101)]
    site.channels["diario"] = [message(1, "CECOT")]
    site.faults = lambda ask: (
        Answer(429, headers={"Retry-After": "900"}) if ask.query.get("before") == "61" else None
    )
    first, sink = read(OWN, PAPER)
    assert (first.state, first.n_kept) == ("partial", 40)
    assert [place.state for place in first.places] == ["rate_limited", "rate_limited"]
    site.faults = None
    second, again = read(OWN, PAPER, cursor=sink.cursor, now=NOW + HOUR)
    assert second.state == "complete"
    assert len({post.id for post in (*sink.all("posts"), *again.all("posts"))}) == 100


def test_odd_messages_cost_themselves_alone(site: FakeTelegram, read: Read) -> None:
    site.channels["partido"] = [
        message(1, "CECOT uno"),
        message(2, ""),
        message(3, "Channel created", kind="service_message"),
        message(4, "CECOT sin hora", stated="ayer"),
        message(5, "CECOT mañana", NOW + timedelta(days=400)),
        message(6, "CECOT &#0; &#xD83D; fin <div><div>dentro"),
        {**message(7, "CECOT roto"), "number": 8, "kind": '" data-post="partido/x'},
    ]
    receipt, sink = read()
    assert (receipt.state, receipt.n_quarantined, receipt.n_kept) == ("complete", 1, 4)
    assert receipt.skipped == {"messages without text": 1, "service messages": 1}
    assert any(text.startswith("CECOT") and text.endswith("dentro") for text in posts_of(sink))
    assert posts_of(sink)["CECOT sin hora"].flags == posts_of(sink)["CECOT mañana"].flags == ("undated",)


def test_messages_of_another_channel_are_not_taken_for_the_actor_s(site: FakeTelegram, read: Read) -> None:
    page = preview("partido", [message(1, "CECOT uno")]).content().decode()
    mixed = page.replace("</section>", block("otro", message(2, "CECOT dos")) + "</section>")
    site.contacts["partido"] = Answer(200, mixed, HTML)
    receipt, sink = read()
    assert list(posts_of(sink)) == ["CECOT uno"]
    assert (receipt.state, dict(receipt.quarantined)) == ("complete", {"a message of another channel": 1})


def test_a_channel_is_listed_once(topic: Topic) -> None:
    with pytest.raises(ValueError, match="expected each channel once"):
        topic_with(topic, sources={"telegram": {"channels": [OWN, {**PAPER, "name": "Partido"}]}})


def test_nothing_is_asked_where_the_topic_lists_no_channels(topic: Topic, settings: Settings) -> None:
    nothing = Request(topic_with(topic, sources={}), settings, NOW)
    receipt = collect(TelegramCollector(), nothing, Sink())
    assert (receipt.state, receipt.n_requests) == ("not_configured", 0)
    assert "[[sources.telegram.channels]]" in receipt.detail


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        ({"name": "partido"}, "either an actor or an outlet"),
        ({"name": "partido", "actor": "fmln", "outlet": "A"}, "either an actor or an outlet"),
        ({"name": "https://t.me/partido", "actor": "fmln"}, "name"),
        ({"name": "partido", "actor": "nobody"}, "expected the id of an actor"),
        ({"name": "partido", "outlet": "A", "official_of": "nobody"}, "expected one of"),
    ],
)
def test_a_channel_without_a_public_owner_is_refused(
    topic: Topic, channel: dict[str, str], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        topic_with(topic, sources={"telegram": {"channels": [channel]}})
