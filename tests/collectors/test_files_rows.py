"""From a row to a record: ids, columns, deleted posts, texts that break stores."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from settings import Settings
from tests.collectors.imported import BIG, HEADER, Importer


def test_a_nul_and_half_an_emoji_are_replaced_and_the_rest_survives(bring: Importer, write: Any) -> None:
    table = write("a.csv", f"{HEADER}\n{BIG},hola \ud83d CECOT\x00 fin,2025-02-03,x\n")
    lines = write("b.jsonl", json.dumps({"id": "abcdefg1", "text": "hola \ud83d CECOT\x00 fin"}) + "\n")
    assert bring(table).post.text == "hola \ufffd\ufffd\ufffd CECOT\ufffd fin"
    assert bring(lines).post.text == "hola \ufffd CECOT\ufffd fin"
    for post in bring(table, lines).posts:
        post.text.encode("utf-8")


def test_text_is_kept_literally(bring: Importer, write: Any) -> None:
    text = "CECOT: $6 million, about $20,000 *each* <b>#1</b> [x]: =1+1"
    assert bring(write("a.jsonl", json.dumps({"id": "abcdefg1", "text": text}))).post.text == text


def test_long_ids_stay_intact_beside_an_empty_cell(bring: Importer, write: Any) -> None:
    got = bring(write("a.csv", f"{HEADER}\n{BIG},CECOT uno,2025-02-03,x\n,CECOT dos,2025-02-03,x\n"))
    assert got.ids[0] == f"files:{BIG}"
    assert got.receipt.n_kept == 2


@pytest.mark.parametrize("rounded", ["1.91E+18", "1,91E+18", "1.912345678901235e+18", "2E+18"])
def test_a_rounded_id_is_refused_in_plain_words(bring: Importer, write: Any, rounded: str) -> None:
    got = bring(write("a.csv", f'{HEADER}\n"{rounded}",CECOT,2025-02-03,x\n{BIG},CECOT,2025-02-03,x\n'))
    assert got.ids == [f"files:{BIG}"]
    (reason,) = got.reasons
    assert reason.startswith(f"a.csv line 2: the id {rounded} was rounded by a spreadsheet")
    assert "export again with the id column as text" in reason


def test_two_rows_with_the_same_rounded_id_are_both_accounted_for(bring: Importer, write: Any) -> None:
    got = bring(write("a.csv", f"{HEADER}\n1.91E+18,CECOT,2025-02-03,x\n1.91E+18,CECOT,2025-02-03,x\n"))
    assert (got.receipt.n_quarantined, len({one.id for one in got.quarantined})) == (2, 2)


def test_an_id_that_only_looks_like_a_number_is_kept(bring: Importer, write: Any) -> None:
    got = bring(
        write(
            "a.csv",
            f"{HEADER}\n12e5678,CECOT uno,,\n0012345678,CECOT dos,,\n1912345678901234561.0,CECOT tres,,\n",
        )
    )
    assert got.ids == ["files:12e5678", "files:0012345678", "files:1912345678901234561.0"]


@pytest.mark.parametrize("suffix", ["parquet", "jsonl"])
def test_an_id_held_as_an_inexact_number_is_refused(bring: Importer, tmp_path: Path, suffix: str) -> None:
    frame = pl.DataFrame(
        {"id": [1.912345678901234561e18, 41.0, None], "text": ["CECOT a", "CECOT b", "CECOT c"]}
    )
    path = tmp_path / f"a.{suffix}"
    _ = frame.write_parquet(path) if suffix == "parquet" else frame.write_ndjson(path)
    got = bring(path)
    assert (got.receipt.n_kept, got.receipt.n_quarantined) == (2, 1)
    assert "rounded" in got.reasons[0]


def test_row_numbers_of_two_files_do_not_overwrite_each_other(bring: Importer, write: Any) -> None:
    one = write("a.csv", "id,text\n1,CECOT uno\n2,CECOT dos\n")
    two = write("b.csv", "id,text\n1,CECOT tres\n2,CECOT dos\n")
    got = bring(one, two)
    assert {post.text for post in got.posts} == {"CECOT uno", "CECOT dos", "CECOT tres"}
    assert got.receipt.n_known == 1


@pytest.mark.parametrize(
    "content",
    [
        f"{HEADER}\n{BIG},CECOT uno,2025-02-03,x\n{BIG[:-1]}2,CECOT dos,,\n",
        "text\nNo al CECOT\nNo al CECOT\nFuera el CECOT\n",
        "text,date,author\nNo al CECOT,2025-02-03,a\nNo al CECOT,2025-02-03,b\n",
    ],
)
def test_a_second_import_under_another_name_changes_nothing(
    bring: Importer, write: Any, content: str
) -> None:
    once, again = bring(write("a.csv", content)), bring(write("other name.csv", content))
    assert once.ids == again.ids
    assert len(set(once.ids)) == once.receipt.n_got


def test_the_same_post_twice_in_an_export_is_counted_as_known(bring: Importer, write: Any) -> None:
    got = bring(write("a.csv", "text,date,author\nNo al CECOT,2025-02-03,a\nNo al CECOT,2025-02-03,a\n"))
    assert (got.receipt.n_kept, got.receipt.n_known) == (1, 1)


@pytest.mark.parametrize(
    "name",
    ["text", "TEXT", " Texto ", "Body", "Full Text", "fullText", "Mensaje", "Publicación", "selftext", "Hit Sentence",
     "textDisplay", "contenido", "Comentario", "message", "tweet_text"],
)  # fmt: skip
def test_the_text_is_found_under_its_usual_names(bring: Importer, write: Any, name: str) -> None:
    assert bring(write("a.csv", f"{name},n_likes\nNo al CECOT,3\n")).post.text == "No al CECOT"


def test_a_table_without_a_text_column_is_refused_with_its_columns(bring: Importer, write: Any) -> None:
    got = bring(write("a.csv", "user,likes,when\nx,3,2025-02-03\n"), write("b.csv", "text\nNo al CECOT\n"))
    assert got.post.text == "No al CECOT"
    assert got.receipt.state == "partial"
    assert "a.csv has no column with the text: its columns are user, likes, when" in got.receipt.detail
    assert "text" in got.receipt.detail and "mensaje" in got.receipt.detail


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.parquet"])
def test_any_table_without_a_text_column_is_refused_alike(bring: Importer, tmp_path: Path, name: str) -> None:
    path, rows = tmp_path / name, [{"user": "x", "likes": 3}] * 3
    if name.endswith("parquet"):
        pl.DataFrame(rows).write_parquet(path)
    else:
        path.write_text("\n".join(map(json.dumps, rows)) if name.endswith("l") else json.dumps(rows))
    got = bring(path)
    assert (got.receipt.state, got.receipt.n_got) == ("malformed", 0)
    assert f"{name} has no column with the text: its columns are user, likes" in got.receipt.detail


def test_a_post_takes_all_that_its_columns_say(bring: Importer, write: Any, settings: Settings) -> None:
    got = bring(
        write(
            "a.csv",
            "Id_Tuit,Mensaje,Fecha,Usuario,Enlace,Idioma,Plataforma,Comunidad,Respuesta a,Contexto\n"
            f"{BIG},No estoy de acuerdo,03/02/2025 21:15,@maria_lopez,https://x.com/i/1,Español,X,r/ElSalvador,77777777777,El CECOT\n",
        )
    )
    post = got.post
    assert (post.id, post.parent_id, post.kind) == (f"files:x:{BIG}", "files:x:77777777777", "reply")
    assert (post.text, post.context, post.lang) == ("No estoy de acuerdo", "El CECOT", "es")
    assert (post.url, post.place, post.source) == ("https://x.com/i/1", "r/ElSalvador", "files")
    assert post.posted_at == datetime(2025, 2, 3, 21, 15, tzinfo=UTC)
    assert post.author_key == settings.author_key("x", "maria_lopez")


def test_no_author_is_named_anywhere(bring: Importer, write: Any) -> None:
    content = (
        f"{HEADER}\n{BIG},CECOT,2025-02-03,maria_lopez_1987\n1.91E+18,CECOT,2025-02-03,maria_lopez_1987\n"
    )
    got = bring(write("a.csv", content))
    assert (len(got.posts), len(got.quarantined)) == (1, 1)
    assert "maria_lopez_1987" not in repr((got.posts, got.quarantined, got.raws, got.receipt))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://x.com/janedoe_private/status/123", "https://x.com/i/status/123"),
        ("http://mobile.twitter.com/JaneDoe_Private/status/123?s=20", "https://x.com/i/status/123"),
        ("https://x.com/i/web/status/123", "https://x.com/i/status/123"),
        ("https://mastodon.example/@JaneDoe_Private/123", ""),
        ("https://janedoeprivate.example/a", ""),
        ("https://forum.example/u/jane%64oe-private", ""),
        ("https://forum.example/t/123", "https://forum.example/t/123"),
        ("/r/ElSalvador/comments/a/b/", "https://www.reddit.com/r/ElSalvador/comments/a/b/"),
        ("/r/u_janedoe_private/comments/a/b/", ""),
    ],
)
def test_an_address_does_not_give_away_its_author(bring: Importer, write: Any, given: str, kept: str) -> None:
    row = {"id": BIG, "text": "No al CECOT", "author": "@janedoe_private", "url": given}
    got = bring(write("a.jsonl", json.dumps(row)))
    assert got.post.url == kept
    assert "janedoe" not in repr((got.posts, got.raws)).casefold()


def test_an_id_that_is_an_address_gives_nobody_away_and_still_joins_answer_and_post(
    bring: Importer, write: Any
) -> None:
    first = "https://mastodon.example/users/janedoe_private/statuses/1"
    second = "https://mastodon.example/users/maria_private/statuses/2"
    rows = [
        {"uri": first, "text": "No al CECOT", "author": "janedoe_private"},
        {"uri": second, "text": "Sí al CECOT", "author": "maria_private", "in_reply_to": first},
    ]
    got = bring(write("a.jsonl", "\n".join(map(json.dumps, rows))))
    assert got.posts[1].parent_id == got.posts[0].id
    assert "private" not in repr(got.posts)


def test_a_public_actors_address_stays(bring: Importer, write: Any) -> None:
    url = "https://x.com/nayibbukele/status/123"
    row = {"id": BIG, "text": "CECOT", "author": "nayibbukele", "platform": "X", "url": url}
    assert bring(write("a.jsonl", json.dumps(row))).post.url == url


def test_an_outlets_own_articles_keep_their_address(bring: Importer, write: Any) -> None:
    row = {"title": "CECOT", "outlet": "El Faro", "author": "El Faro", "url": "https://elfaro.net/1"}
    assert bring(write("a.jsonl", json.dumps(row))).article.url == "https://elfaro.net/1"


def test_a_row_that_cannot_be_read_keeps_known_columns_without_names(bring: Importer, write: Any) -> None:
    content = (
        "id,text,author,display,url,real_name\n"
        f"{BIG},No al CECOT,janedoe_private,Jane Doe,https://x.com/janedoe_private/status/1,Jane Doe,more\n"
        f"{BIG},No al CECOT, y no,janedoe_private,Jane Doe,https://x.com/a/status/1,Jane Doe\n"
    )
    got = bring(write("a.csv", content))
    assert len({one.id for one in got.quarantined}) == 2
    kept = repr(got.quarantined).casefold()
    assert "jane" not in kept
    assert "no al cecot" in kept


def test_title_and_text_of_a_post_belong_together(bring: Importer, write: Any) -> None:
    rows = [
        {"id": "abcdef1", "title": "CECOT", "selftext": "¿Qué piensan?"},
        {"id": "abcdef2", "title": "Vuelos al CECOT", "selftext": ""},
        {"id": "abcdef3", "title": "CECOT", "selftext": "CECOT ya abrió"},
    ]
    got = bring(write("a.jsonl", "\n".join(map(json.dumps, rows))))
    assert [post.text for post in got.posts] == [
        "CECOT\n\n¿Qué piensan?",
        "Vuelos al CECOT",
        "CECOT ya abrió",
    ]


def test_a_public_actor_is_known_by_the_account_on_its_network_alone(bring: Importer, write: Any) -> None:
    head = "id,text,author,platform,url\n"
    own = bring(
        write(
            "a.csv",
            f"{head}{BIG},CECOT,@NayibBukele,Twitter,\n{BIG[:-1]}2,CECOT,nayibbukele,,https://x.com/a/2\n",
        )
    )
    other = bring(
        write("b.csv", f"{head}{BIG[:-1]}3,CECOT,nayibbukele,reddit,\n{BIG[:-1]}4,CECOT,nayibbukele,,\n")
    )
    assert [(post.actor_id, post.author_key) for post in own.posts] == [("nayib-bukele", None)] * 2
    assert all(post.actor_id is None and post.author_key for post in other.posts)


def test_rows_off_the_topic_are_counted_and_not_kept(bring: Importer, write: Any) -> None:
    rows = [
        {"id": "abcdef1", "text": "Mi aspiradora Cecotec"},
        {"id": "abcdef2", "text": "No estoy de acuerdo", "context": "Los deportados en el CECOT"},
        {"id": "abcdef3", "text": "No al CECOT"},
    ]
    got = bring(write("a.jsonl", "\n".join(map(json.dumps, rows))))
    assert got.ids == ["files:abcdef2", "files:abcdef3"]
    assert got.receipt.n_off_topic == 1


def test_a_table_of_articles_gives_articles(bring: Importer, write: Any) -> None:
    got = bring(
        write(
            "a.csv",
            "titular,medio,texto,fecha,url\nEl CECOT,El Faro,Los deportados llegaron.,2025-03-16,https://example.org/1\n"
            "Más del CECOT,El Faro,,2025-03-17,\n",
        )
    )
    first, second = got.articles
    assert (first.title, first.outlet, first.text) == ("El CECOT", "El Faro", "Los deportados llegaron.")
    assert (first.headline_only, second.headline_only) == (False, True)


@pytest.mark.parametrize(
    ("body", "state"),
    [
        ("[deleted]", "deleted"),
        ("[removed]", "removed"),
        ("[ Removed by Reddit ]", "removed"),
        ("[deleted by user]", "deleted"),
    ],
)
def test_a_deleted_comment_is_a_tombstone(bring: Importer, write: Any, body: str, state: str) -> None:
    row = {"id": "abcdef1", "author": None, "body": body, "parent_id": "t3_abcdef0", "link_title": "CECOT"}
    got = bring(write("a.jsonl", json.dumps(row)))
    assert (got.receipt.n_tombstone, got.receipt.n_kept) == (1, 0)
    assert (got.post.state, got.post.text, got.post.author_key) == (state, "", None)
    assert got.post.parent_id == "files:abcdef0"


def test_a_deleted_row_is_a_tombstone_whatever_its_title_says(bring: Importer, write: Any) -> None:
    row = {
        "id": "abcdef1",
        "title": "What do you all think?",
        "selftext": "[deleted]",
        "url": "/r/x/what_do_you/",
    }
    post = bring(write("a.jsonl", json.dumps(row))).post
    assert (post.state, post.text, post.context, post.url) == ("deleted", "", "", "")


def test_a_removed_submission_keeps_nothing_of_its_text(bring: Importer, write: Any) -> None:
    row = {"id": "abcdef1", "author": "[deleted]", "title": "CECOT", "selftext": "[removed]"}
    post = bring(write("a.jsonl", json.dumps(row))).post
    assert (post.state, post.text, post.context) == ("removed", "", "")


def test_a_text_whose_author_left_stays(bring: Importer, write: Any) -> None:
    post = bring(
        write("a.jsonl", json.dumps({"id": "abcdef1", "author": "[deleted]", "body": "No al CECOT"}))
    ).post
    assert (post.state, post.text, post.author_key) == ("live", "No al CECOT", None)


def test_a_crosspost_carries_its_parents_text(bring: Importer, write: Any) -> None:
    parent = {"id": "abcdef0", "title": "CECOT", "selftext": "No al trato."}
    row = {
        "id": "abcdef1",
        "title": "CECOT",
        "selftext": "",
        "url": "/r/x/1",
        "crosspost_parent_list": [parent],
    }
    got = bring(write("a.jsonl", json.dumps(parent) + "\n" + json.dumps(row)))
    original, copy = got.posts
    assert original.text == copy.text == "CECOT\n\nNo al trato."
    assert copy.repost_of == original.id
