"""One source's receipts on the Sources page: what its last run was asked, gave and lost, and each run before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import polars as pl
import streamlit as st

from analysis.drift import unknown_names
from app_pages.load import Page
from app_pages.markup import literal
from app_pages.receipts import cursor_rows, losses, receipts_json, whole_receipt
from charts.numbers import count, decimal, instant, size
from words import say

COUNTS = ("n_got", "n_kept", "n_tombstone", "n_quarantined", "n_off_topic", "n_known")


def draw_receipt(page: Page, row: Mapping[str, Any], fields: pl.DataFrame) -> None:
    """Draw the last run in full, closed: asked, got, kept, lost and why, retries, waits, bytes, cursor, new fields.

    `fields`: name, n_items, is_new, of this source.
    """
    lang = page.lang
    n_new = int(fields["is_new"].sum())
    lid = say(lang, "receipt.lid_new", n=count(n_new, lang)) if n_new else say(lang, "receipt.lid")
    with st.expander(literal(lid)):
        _draw_whole(page, row, fields)


def draw_runs(page: Page, runs: pl.DataFrame) -> None:
    """Draw the source's last runs (newest first) as a table, closed; the one that the reader picks is shown in full."""
    lang, rows = page.lang, runs.to_dicts()
    source = rows[0]["source"]
    title = say(lang, "receipt.one_run" if len(rows) == 1 else "receipt.runs", n=count(len(rows), lang))
    with st.expander(literal(title)):
        if len(rows) > 1:
            st.caption(say(lang, "receipt.pick"))
        names = ("at", "state", *COUNTS, "n_requests", "n_retries", "waited", "n_bytes", "seconds", "detail")
        table = [
            {say(lang, f"receipt.col_{name}"): _run_cell(page, row, name) for name in names} for row in rows
        ]
        picked = st.dataframe(
            pl.DataFrame(table, infer_schema_length=None),
            hide_index=True,
            height=_height(len(table), 10),
            column_config={say(lang, "receipt.col_at"): st.column_config.TextColumn(width=150, pinned=False)},
            alt=title,
            key=f"runs-{source}-{page.published.version}",
            on_select="rerun" if len(rows) > 1 else "ignore",
            selection_mode="single-row",
        )
        if len(rows) > 1 and (chosen := picked["selection"]["rows"]):  # type: ignore[index]
            draw_run(page, runs, chosen[0])
        st.download_button(
            say(lang, "receipt.download"),
            receipts_json(rows),
            f"postura-{page.topic.id}-{source}-receipts.json",
            "application/json",
            on_click="ignore",
            key=f"receipts-{source}",
        )


def draw_run(page: Page, runs: pl.DataFrame, at: int) -> None:
    """Draw one of a source's runs in full; its fields are compared with those of the runs before it."""
    run = runs.row(at, named=True)
    st.markdown(f"**{literal(say(page.lang, 'receipt.lid_of', at=_at(page, run['started_at'])))}**")
    _draw_whole(page, run, unknown_names(runs[at:]))


def _draw_whole(page: Page, row: Mapping[str, Any], fields: pl.DataFrame) -> None:
    """Draw one receipt in full."""
    lang, receipt = page.lang, whole_receipt(row)
    st.caption(literal(say(lang, "receipt.counts", **{name: count(receipt[name], lang) for name in COUNTS})))
    st.caption(literal(say(lang, "receipt.work", **_work(receipt, lang))))
    _draw_asked(page, receipt)
    if lost := losses(receipt):
        named = [(say(lang, f"receipt.{what}"), reason, n) for what, reason, n in lost]
        _table(lang, named, ("what", "reason", "times"), "receipt.lost")
    else:
        st.caption(say(lang, "receipt.nothing_lost"))
    _draw_fields(page, fields)
    if cursor := cursor_rows(receipt):
        _table(lang, cursor, ("part", "before", "after"), "receipt.cursor")
    else:
        st.caption(say(lang, "receipt.no_cursor"))


def _work(receipt: Mapping[str, Any], lang: str) -> dict[str, str]:
    return {
        "requests": count(receipt["n_requests"], lang),
        "bytes": size(receipt["n_bytes"], lang),
        "seconds": decimal(receipt["seconds"], lang),
        "retries": count(receipt["n_retries"], lang),
        "waited": decimal(receipt["waited"], lang),
    }


def _draw_asked(page: Page, receipt: Mapping[str, Any]) -> None:
    """Draw the window and the queries and places that were asked for."""
    lang = page.lang
    if since := receipt.get("since"):
        at = datetime.fromisoformat(str(since))
        st.caption(literal(say(lang, "receipt.since", at=_at(page, at))))
    if asked := [(str(one),) for one in receipt.get("asked") or ()]:
        _table(lang, asked, ("asked",), None)
    else:
        st.caption(say(lang, "receipt.nothing_asked"))


def _draw_fields(page: Page, fields: pl.DataFrame) -> None:
    lang = page.lang
    if fields.is_empty():
        st.caption(say(lang, "receipt.no_fields"))
        return
    rows = [
        (name, n, say(lang, "receipt.new" if is_new else "receipt.met_before"))
        for name, n, is_new in fields.select("name", "n_items", "is_new").iter_rows()
    ]
    _table(lang, rows, ("field", "items", "known"), "receipt.fields")


def _table(lang: str, rows: Sequence[tuple[Any, ...]], columns: Sequence[str], caption: str | None) -> None:
    names = [say(lang, f"receipt.col_{name}") for name in columns]
    if caption:
        st.caption(say(lang, caption))
    st.dataframe(
        pl.DataFrame(rows, schema=names, orient="row"),
        hide_index=True,
        height=_height(len(rows), 8),
        alt=say(lang, caption) if caption else names[0],
    )


def _height(n_rows: int, at_most: int) -> int:
    """Return the height in pixels of a table of so many rows, with its head; a longer one scrolls."""
    return 39 + 35 * min(at_most, n_rows)


def _at(page: Page, at: datetime) -> str:
    return instant(at.astimezone(page.topic.tz), page.lang)


def _run_cell(page: Page, row: Mapping[str, Any], name: str) -> Any:
    lang = page.lang
    if name == "at":
        return _at(page, row["started_at"])
    if name == "state":
        return say(lang, f"source_state.{row['state']}")
    if name == "n_bytes":
        return size(row[name], lang)
    if name in ("waited", "seconds"):
        return f"{decimal(row[name], lang)} s"
    return row[name]
