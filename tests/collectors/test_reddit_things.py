"""What a thing of Reddit is taken for: posts, comments, tombstones, crossposts, edits; never a name."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from collectors.contract import RawItem
from collectors.errors import MalformedItem, OffTopic
from collectors.reddit import RedditCollector
from collectors.reddit_things import payload_of_odd_thing
from records import Post
from settings import Settings
from tests.collectors.fake_reddit import FakeReddit, comment, submission
from tests.collectors.reddit_loopback import FEB_3, NOW, ReadReddit, posts
from topics import Topic

pytest_plugins = ["tests.collectors.loopback_fixtures"]


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"author": None, "body": "[deleted]"}, "deleted"),
        ({"author": None, "body": "[removed]"}, "removed"),
        ({"author": "[deleted]", "body": "[deleted]"}, "deleted"),
        ({"author": None, "body": ""}, "deleted"),
        ({"author": None, "body": "[ Removed by Reddit ]"}, "removed"),
        ({"author": "someone", "body": "[removed]"}, "removed"),
        ({"author": None, "body": "[deleted by user]"}, "deleted"),
        ({"author": None, "body": " [Deleted] "}, "deleted"),
        ({"author": None, "body": "\\[deleted\\]"}, "deleted"),
    ],
)
def test_deleted_and_removed_comments_are_tombstones(
    fake: FakeReddit, read: ReadReddit, changes: dict[str, Any], state: str
) -> None:
    fake.listings["news"] = [submission("a", "CECOT", num_comments=2)]
    below = comment("c2", "I agree with that.", "t1_c1", "t3_a")
    fake.trees["a"] = [comment("c1", "x", "t3_a", "t3_a", [below], **changes)]
    receipt, sink = read()
    gone = posts(sink)["reddit:t1_c1"]
    assert (gone.state, gone.text, gone.context, gone.author_key) == (state, "", "", None)
    assert gone.parent_id == "reddit:t3_a"
    assert posts(sink)["reddit:t1_c2"].parent_id == "reddit:t1_c1"
    assert posts(sink)["reddit:t1_c2"].context == "CECOT"
    assert (receipt.n_tombstone, receipt.n_quarantined) == (1, 0)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"author": None, "selftext": ""}, "deleted"),
        ({"author": None, "selftext": "[deleted]"}, "deleted"),
        ({"author": "someone", "selftext": "[removed]"}, "removed"),
        ({"author": "[deleted]", "selftext": "[removed]", "title": "[deleted by user]"}, "removed"),
        ({"removed_by_category": "moderator", "selftext": ""}, "removed"),
        ({"removed_by_category": "deleted", "selftext": ""}, "deleted"),
        ({"author": None, "selftext": "", "is_self": False, "url": "https://x.example/a"}, "deleted"),
    ],
)
def test_deleted_and_removed_submissions_are_tombstones(
    fake: FakeReddit, read: ReadReddit, changes: dict[str, Any], state: str
) -> None:
    fake.listings["news"] = [submission("a", **{"title": "CECOT", **changes})]
    receipt, sink = read()
    assert posts(sink)["reddit:t3_a"].state == state
    assert posts(sink)["reddit:t3_a"].text == ""
    assert receipt.n_tombstone == 1


def test_a_tombstone_needs_no_word_of_the_topic_and_holds_none_at_all(
    topic: Topic, settings: Settings
) -> None:
    def parse(**payload: Any) -> Post:
        return RedditCollector.parse_item(RawItem("reddit:x", "reddit", NOW, payload), topic, settings)

    permalink = "/r/news/comments/a/what_do_you_all_think/"
    title = "What do you all think?"
    post = parse(kind="t3", id="a", title=title, selftext="[deleted]", permalink=permalink)
    assert (post.state, post.text, post.context, post.url) == ("deleted", "", "", "")
    assert parse(kind="t3", title=title, selftext="", removed_by_category="moderator").state == "removed"
    assert parse(kind="t1", body="[removed]", submission_title="Weather").state == "removed"


def test_what_was_kept_before_is_followed_when_its_new_words_leave_the_topic(
    topic: Topic, settings: Settings
) -> None:
    payload = {"kind": "t1", "id": "c", "body": "I take that back.", "submission_title": "Weather"}
    raw = RawItem("reddit:t1_c", "reddit", NOW, {**payload, "known": True})
    assert RedditCollector.parse_item(raw, topic, settings).text == "I take that back."
    with pytest.raises(OffTopic):
        RedditCollector.parse_item(RawItem("reddit:t1_c", "reddit", NOW, payload), topic, settings)


def test_an_odd_thing_keeps_no_address_of_a_profile() -> None:
    odd = {
        "id": "z",
        "permalink": "/user/named_person/comments/z/",
        "url": "https://www.reddit.com/r/u_named_person/",
    }
    assert "named_person" not in json.dumps(payload_of_odd_thing(odd, "odd"))


@pytest.mark.parametrize(
    "changes",
    [{"selftext": ""}, {"selftext": "", "is_self": False, "url": "https://x.example"}, {"author": None, "selftext": "Still here."},
     {"selftext": "They [deleted] the CECOT page."}, {"selftext": "The word is [removed] and then some"}],
)  # fmt: skip
def test_a_post_that_only_looks_like_a_tombstone_is_live(
    fake: FakeReddit, read: ReadReddit, changes: dict[str, Any]
) -> None:
    fake.listings["news"] = [submission("a", **{"title": "CECOT", **changes})]
    _, sink = read()
    assert posts(sink)["reddit:t3_a"].state == "live"


def test_a_crosspost_carries_the_originals_text(fake: FakeReddit, read: ReadReddit) -> None:
    original = submission("o", "CECOT explained", "The long text.", subreddit="ElSalvador")
    copy = submission(
        "x", "CECOT explained", crosspost_parent="t3_o", crosspost_parent_list=[original["data"]],
        is_self=False, url="/r/ElSalvador/comments/o/slug/",
    )  # fmt: skip
    fake.listings.update({"news": [copy], "ElSalvador": [original]})
    _, sink = read("news", "ElSalvador")
    kept = posts(sink)
    assert kept["reddit:t3_x"].text == kept["reddit:t3_o"].text == "CECOT explained\n\nThe long text."
    assert kept["reddit:t3_x"].repost_of == "reddit:t3_o"
    assert kept["reddit:t3_x"].context == ""
    assert {kept["reddit:t3_x"].place, kept["reddit:t3_o"].place} == {"r/news", "r/ElSalvador"}


def test_a_crossposts_own_headline_is_its_context(fake: FakeReddit, read: ReadReddit) -> None:
    original = submission("o", "CECOT explained", "The long text.")["data"]
    fake.listings["news"] = [
        submission("x", "Shameful", crosspost_parent="t3_o", crosspost_parent_list=[original])
    ]
    _, sink = read()
    post = posts(sink)["reddit:t3_x"]
    assert (post.text, post.context) == ("CECOT explained\n\nThe long text.", "Shameful")


@pytest.mark.parametrize(
    "parents", [[], None, [None], ["t3_o"], [{}], [{"title": "[deleted by user]", "selftext": "[removed]"}]]
)
def test_a_crosspost_whose_original_is_gone_keeps_its_own_words(
    fake: FakeReddit, read: ReadReddit, parents: Any
) -> None:
    fake.listings["news"] = [
        submission("x", "CECOT, look", crosspost_parent="t3_o", crosspost_parent_list=parents)
    ]
    _, sink = read()
    assert posts(sink)["reddit:t3_x"].text == "CECOT, look"


def test_an_edit_is_told_by_the_text_and_not_by_the_flag(fake: FakeReddit, read: ReadReddit) -> None:
    versions = [
        (False, "The CECOT deal is good."),
        (FEB_3 + 60, "The CECOT deal is bad."),
        (False, "The CECOT deal is worse."),
    ]
    seen, cursor = [], {}
    for edited, body in versions:
        fake.listings["news"] = [submission("a", "CECOT", body, edited=edited)]
        _, sink = read(cursor=cursor)
        cursor = sink.cursor
        seen.append(posts(sink)["reddit:t3_a"].text.split("\n\n")[1])
    assert seen == [body for _, body in versions]


@pytest.mark.parametrize("created", [None, "soon", -1, 1e30, 4102444800.0, 0, True])
def test_an_absurd_time_makes_an_undated_post(fake: FakeReddit, read: ReadReddit, created: Any) -> None:
    fake.listings["news"] = [submission("a", "CECOT", created_utc=created)]
    _, sink = read(since=datetime(1969, 1, 1, tzinfo=UTC))
    if created in (-1, 0, True):
        assert "reddit:t3_a" in posts(sink)
    assert all(post.posted_at is None and "undated" in post.flags for post in posts(sink).values())


def test_no_author_name_is_kept_anywhere(fake: FakeReddit, read: ReadReddit, settings: Settings) -> None:
    original = submission(
        "o",
        "CECOT",
        "Text.",
        author="named_person",
        subreddit="u_named_person",
        permalink="/user/named_person/comments/o/x/",
    )
    fake.listings["news"] = [
        submission(
            "a", "CECOT", num_comments=1, author="named_person", author_flair_text="named_person's flair"
        ),
        submission(
            "x",
            "CECOT",
            crosspost_parent_list=[original["data"]],
            url="https://www.reddit.com/user/named_person/comments/o/x/",
        ),
    ]
    fake.trees["a"] = [
        comment("c1", "One.", "t3_a", "t3_a", author="named_person", link_author="named_person")
    ]
    _, sink = read()
    kept = json.dumps([raw.payload for raw in sink.all("raws")]) + repr(sink.all("posts"))
    assert len(sink.all("posts")) == 3
    assert "named_person" not in kept
    assert "t2_" not in kept
    assert posts(sink)["reddit:t1_c1"].author_key == settings.author_key("reddit", "named_person")


def test_parsing_uses_the_payload_alone(
    fake: FakeReddit, read: ReadReddit, topic: Topic, settings: Settings
) -> None:
    fake.listings["news"] = [submission("a", "CECOT", num_comments=1)]
    fake.trees["a"] = [comment("c1", "One.", "t3_a", "t3_a")]
    _, sink = read()
    for raw, post in zip(sink.all("raws"), sink.all("posts"), strict=True):
        again = RawItem(raw.id, raw.source, raw.seen_at, json.loads(json.dumps(raw.payload)), raw.place)
        assert RedditCollector.parse_item(again, topic, settings) == post


def test_parsing_refuses_what_it_cannot_place(topic: Topic, settings: Settings) -> None:
    def parse(**payload: Any) -> Post:
        return RedditCollector.parse_item(RawItem("reddit:x", "reddit", NOW, payload), topic, settings)

    with pytest.raises(MalformedItem):
        parse()
    with pytest.raises(MalformedItem):
        parse(kind="t1", body="", author_key="k", submission_title="CECOT")
    with pytest.raises(OffTopic):
        parse(kind="t1", body="Nice weather", submission_title="Weather")
    assert (
        parse(kind="t1", body="\ud83d agreed \x00", submission_title="CECOT").text == "\ufffd agreed \ufffd"
    )


@pytest.mark.parametrize("field", ["title", "body", "context"])
def test_a_comment_is_on_topic_by_its_own_words_its_parent_or_its_submission(
    topic: Topic, settings: Settings, field: str
) -> None:
    payload = {"kind": "t1", "id": "c", "body": "Yes.", "context": "", "submission_title": ""}
    payload["submission_title" if field == "title" else field] = "They talk about CECOT"
    post = RedditCollector.parse_item(RawItem("reddit:t1_c", "reddit", NOW, payload), topic, settings)
    assert post.state == "live"
