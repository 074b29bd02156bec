"""Exports of 4CAT, Communalytic, Brandwatch and Meltwater, written here to the columns that these tools document."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest

from collectors.contract import Request
from collectors.files_preview import preview_file
from settings import Settings
from tests.collectors.imported import BIG, NOW, Importer
from tests.collectors.xlsx import write_workbook
from topics import Topic

Row = dict[str, str]

FOURCAT_BLUESKY = (
    "collected_at,query,rank,id,thread_id,created_at,author,author_id,body,link,tags,like_count,quote_count,"
    "reply_count,repost_count,quoted_post,quoted_user,replied_to_post,replied_to_user,replies_allowed,mentions,links,"
    "images,labels,has_poll,languages,author_display_name,author_profile,author_avatar,author_created_at,timestamp"
)
COMMUNALYTIC = "id,username,date,text,likes,replies"
BRANDWATCH = (
    "Query Id,Query Name,Date,Title,Snippet,Full Text,Url,Domain,Sentiment,Page Type,Thread Entry Type,Language,"
    "Country Code,Account Type,Added,Assignment,Author,Avatar,City,Resource Id"
)
MELTWATER = (
    "Date,Headline,URL,Opening Text,Hit Sentence,Source,Influencer,Country,Subregion,Language,Reach,Desktop Reach,"
    "Mobile Reach,Sentiment,Key Phrases,Input Name,Keywords,Twitter Authority,Tweet Id,Twitter Id,Twitter Client,"
    "Twitter Screen Name,User Profile Url,Twitter Bio,Alternate Date Format,Time,State,City,Document Tags"
)


def table(columns: str, *rows: Row, delimiter: str = ",") -> str:
    """Return a delimited table; every key of a row must be one of the columns."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns.split(","), delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def test_4cat_bluesky(bring: Importer, write: Any, settings: Settings) -> None:
    post: Row = {
        "id": "at://did:plc:madeup/app.bsky.feed.post/3kaaa", "thread_id": "at://did:plc:madeup/app.bsky.feed.post/3kaaa",
        "created_at": "2025-02-03T14:00:00+00:00", "author": "made-up.example.org", "author_id": "did:plc:madeup",
        "body": "No al trato de las cárceles\ncon Bukele. #CECOT", "languages": "es", "collected_at": "2025-03-01T00:00:00",
        "link": "https://bsky.app/profile/made-up.example.org/post/3kaaa", "timestamp": "1738591200.0",
        "author_display_name": "Somebody Made Up", "author_created_at": "2023-01-01T00:00:00",
    }  # fmt: skip
    other = {**post, "id": "at://did:plc:madeup/app.bsky.feed.post/3kbbb", "languages": "en,es"}
    got = bring(write("bluesky.csv", table(FOURCAT_BLUESKY, post, other)))
    assert (got.receipt.state, got.receipt.n_kept) == ("complete", 2)
    first, second = got.posts
    assert first.text == post["body"]
    assert first.id == f"files:{post['id']}"
    assert first.posted_at == datetime(2025, 2, 3, 14, tzinfo=UTC), "its own time, not when it was collected"
    assert (first.lang, second.lang) == ("es", "unknown")
    assert first.author_key == settings.author_key("files", "made-up.example.org")
    assert "made-up" not in repr(got.posts) and "Made Up" not in repr(got.posts)


def test_4cat_bluesky_from_a_machine_that_writes_numbers_with_a_fraction(bring: Importer, write: Any) -> None:
    got = bring(
        write(
            "a.csv",
            table(
                FOURCAT_BLUESKY,
                {"id": "x1abc", "thread_id": "x1abc", "body": "CECOT", "timestamp": "1738591200.25"},
            ),
        )
    )
    assert got.post.posted_at == datetime(2025, 2, 3, 14, 0, 0, 250_000, tzinfo=UTC)


def test_communalytic_bluesky(bring: Importer, write: Any) -> None:
    row = {
        "id": "3kaaaabcd", "username": "made-up.example.org", "date": "2025-02-03 14:00:00",
        "text": "The CECOT deal is cruel", "likes": "4", "replies": "0",
    }  # fmt: skip
    got = bring(write("communalytic.csv", table(COMMUNALYTIC, row)))
    assert (got.post.id, got.post.text) == ("files:3kaaaabcd", row["text"])
    assert got.post.posted_at == datetime(2025, 2, 3, 14, tzinfo=UTC)
    assert got.post.author_key and "made-up" not in repr(got.posts)


BRANDWATCH_PREAMBLE = (
    '"Report:","Bulk Mentions Download"\r\n"Brand:","El Salvador"\r\n"From:","Mon Feb 03 00:00:00 UTC 2025"\r\n'
    '"To:","Tue Feb 04 00:00:00 UTC 2025"\r\n"Label:","El Salvador, CECOT"\r\n\r\n'
)


def brandwatch(**more: str) -> Row:
    return {
        "Query Id": "1998", "Query Name": "El Salvador", "Date": "2025-02-03 14:00:00.0", "Language": "en",
        "Added": "2025-02-04 09:00:00.0", "Sentiment": "negative", **more,
    }  # fmt: skip


def test_brandwatch_with_its_preamble(bring: Importer, write: Any) -> None:
    tweet = brandwatch(**{
        "Title": "Made Up (@madeup_handle): No to the CECOT", "Snippet": "No to the CECOT ...",
        "Full Text": "No to the CECOT deal, never", "Page Type": "twitter", "Author": "madeup_handle",
        "Url": "http://twitter.com/madeup_handle/statuses/1886400000000000001", "Domain": "twitter.com",
        "Thread Entry Type": "post", "Resource Id": "twitter-1886400000000000001",
    })  # fmt: skip
    news = brandwatch(**{
        "Title": "The CECOT offer", "Snippet": "Rubio visited the CECOT.", "Page Type": "news",
        "Url": "https://example.org/cecot", "Domain": "example.org", "Author": "A. Reporter",
    })  # fmt: skip
    got = bring(write("mentions.csv", BRANDWATCH_PREAMBLE + table(BRANDWATCH, tweet, news)))
    assert (got.receipt.state, got.receipt.n_kept) == ("complete", 2)
    assert got.post.posted_at == datetime(2025, 2, 3, 14, tzinfo=UTC), "not when the tool added it"
    assert "No to the CECOT deal, never" in got.post.text
    assert got.post.url == "https://x.com/i/status/1886400000000000001"
    assert got.post.lang == "en"
    assert (got.article.title, got.article.outlet, got.article.text) == (
        "The CECOT offer",
        "example.org",
        "Rubio visited the CECOT.",
    )
    assert got.article.url == "https://example.org/cecot"


def test_brandwatch_keeps_no_name_that_its_title_holds(bring: Importer, write: Any) -> None:
    row = brandwatch(**{
        "Title": "Made Up (@madeup_handle): No to the CECOT", "Full Text": "No to the CECOT deal", "Page Type": "twitter",
        "Author": "madeup_handle", "Domain": "twitter.com", "Resource Id": "t1abc",
    })  # fmt: skip
    got = bring(write("mentions.csv", BRANDWATCH_PREAMBLE + table(BRANDWATCH, row)))
    assert got.post.text == "No to the CECOT deal"


def meltwater(**more: str) -> Row:
    return {
        "Date": "03-Feb-2025 08:00AM",
        "Language": "English",
        "Country": "Unknown",
        "Reach": "1200",
        **more,
    }


def test_meltwater_in_utf_16_with_tabs(bring: Importer, write: Any) -> None:
    tweet = meltwater(**{
        "URL": "https://twitter.com/madeup_handle/statuses/1886400000000000001", "Hit Sentence": "Nunca más cárceles: no al CECOT",
        "Source": "Twitter", "Influencer": "@madeup_handle", "Twitter Screen Name": "@madeup_handle",
        "Tweet Id": '"1886400000000000001"', "Language": "Spanish",
    })  # fmt: skip
    news = meltwater(**{
        "Headline": "The CECOT offer", "URL": "https://example.org/cecot", "Source": "Example Herald",
        "Opening Text": "Rubio visited El Salvador.", "Hit Sentence": "... he toured the CECOT ...", "Influencer": "A. Reporter",
    })  # fmt: skip
    got = bring(write("meltwater.csv", table(MELTWATER, tweet, news, delimiter="\t"), "utf-16"))
    assert (got.receipt.state, got.receipt.n_kept) == ("complete", 2)
    assert (got.post.text, got.post.lang) == (tweet["Hit Sentence"], "es")
    assert got.post.url == "https://x.com/i/status/1886400000000000001"
    assert got.post.posted_at == datetime(2025, 2, 3, 8, tzinfo=UTC)
    assert "madeup" not in repr(got.posts)
    assert (got.article.outlet, got.article.title) == ("Example Herald", "The CECOT offer")
    assert got.article.text == "Rubio visited El Salvador.\n\n... he toured the CECOT ..."


def test_meltwater_with_day_and_hour_in_two_columns(bring: Importer, write: Any) -> None:
    row = meltwater(
        **{"Date": "03-Feb-2025", "Time": "8:05 PM", "Hit Sentence": "No al CECOT", "Tweet Id": "188640abc"}
    )
    assert bring(write("a.csv", table(MELTWATER, row))).post.posted_at == datetime(
        2025, 2, 3, 20, 5, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("name", "content", "tool"),
    [
        ("a.csv", table(FOURCAT_BLUESKY, {"id": "x1abc", "body": "CECOT"}), "4CAT"),
        ("a.csv", table(COMMUNALYTIC, {"id": "x1abc", "text": "CECOT"}), "Communalytic"),
        ("a.csv", BRANDWATCH_PREAMBLE + table(BRANDWATCH, brandwatch(Snippet="CECOT")), "Brandwatch"),
        (
            "a.csv",
            table(MELTWATER, meltwater(**{"Hit Sentence": "CECOT"}), delimiter="\t").encode("utf-16"),
            "Meltwater",
        ),
    ],
)
def test_the_tool_is_named_before_anything_is_kept(
    write: Any, topic: Topic, settings: Settings, name: str, content: str | bytes, tool: str
) -> None:
    seen = preview_file(write(name, content), Request(topic, settings, NOW))
    assert f"columns as in an export of {tool}" in seen.kind
    assert seen.fault == "" and seen.n_rows == 1


def test_a_workbook(bring: Importer, tmp_path: Any) -> None:
    path = write_workbook(
        tmp_path / "posts.xlsx",
        {
            "Notes": [["Made for a test"], ["by hand"]],
            "Posts": [
                ["Export of posts"],
                ["id", "Texto", "Fecha", "Usuario"],
                [BIG, "No al CECOT", 45691.625, "made_up"],
                ["abcdef2", "Pupusas", "2025-02-03", None],
                [1886400000000000001, "CECOT", "2025-02-03", None],
                ["abcdef4", None, "2025-02-03", None],
            ],
        },
    )
    got = bring(path)
    assert got.post.text == "No al CECOT"
    assert got.post.id == f"files:{BIG}"
    assert got.post.posted_at == datetime(2025, 2, 3, 15, tzinfo=UTC)
    assert got.receipt.n_off_topic == 1
    assert len(got.reasons) == 2
    assert got.reasons[0].startswith("posts.xlsx line 5: the id") and "rounded" in got.reasons[0]
    assert got.reasons[1] == "posts.xlsx line 6: the row has no text"


def test_a_workbook_without_a_text_column_names_its_columns(bring: Importer, tmp_path: Any) -> None:
    got = bring(write_workbook(tmp_path / "a.xlsx", {"S": [["likes", "shares"], [1, 2]]}))
    assert got.receipt.state == "malformed"
    assert "likes, shares" in got.receipt.detail


@pytest.mark.parametrize("cut", [0.5, 0.95])
def test_a_damaged_workbook_is_refused_with_a_sentence(bring: Importer, tmp_path: Any, cut: float) -> None:
    path = write_workbook(tmp_path / "a.xlsx", {"S": [["text"], ["CECOT"]]})
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * cut)])
    got = bring(path)
    assert (got.receipt.state, got.receipt.n_got) == ("malformed", 0)
    assert got.receipt.detail.startswith("a.xlsx ") and "\n" not in got.receipt.detail


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(
    bring: Importer, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collectors.files_workbook.MAX_UNPACKED", 10_000)
    got = bring(write_workbook(tmp_path / "a.xlsx", {"S": [["text"], ["CECOT " * 5_000]]}))
    assert got.receipt.state == "malformed"
    assert "too large for a workbook" in got.receipt.detail
