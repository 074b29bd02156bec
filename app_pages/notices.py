"""What every page says before anything else: how old the data are, which source failed, and what is simulated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import streamlit as st

from analysis.health import STALE
from app_pages import load
from app_pages.load import Page
from app_pages.markup import literal
from app_pages.url import read_choice, take
from charts.numbers import age, count, day, instant
from store.queries import LastRun
from topics import Topic
from words import say

FINE = ("complete", "not_configured")
"""States that are no fault: a source that nobody has set up is only off."""
MISSING = ("silent", "dead", "unread")
"""What the days of a source say that the charts must not hide; a `quiet` one still delivers."""


def draw_notices(page: Page) -> None:
    """Draw the freshness line, an amber note where data are late or a source failed, and the simulated strip."""
    receipts = load.latest_receipts(page)
    old = page.now - page.published.published_at
    failure = load.failed_run(page.settings, page.topic, page.published.published_at)
    if failure is not None:
        st.warning(literal(failed_line(failure, page.now, page.topic, page.lang, age(old, page.lang))))
    elif old > STALE:
        st.warning(say(page.lang, "notice.stale", age=age(old, page.lang), reason=_reason(page, receipts)))
    failed = receipts.filter(~pl.col("state").is_in(FINE))
    if failed.height:
        named = ", ".join(
            f"{source_name(source, page.lang)} ({say(page.lang, f'source_state.{state}')})"
            for source, state in failed.select("source", "state").iter_rows()
        )
        key = "notice.one_failed" if failed.height == 1 else "notice.some_failed"
        st.warning(literal(say(page.lang, key, n=failed.height, all=receipts.height, named=named)))
    if shows_simulated(page):
        st.info(say(page.lang, "notice.simulated"))


def failed_line(last: LastRun, now: datetime, topic: Topic, lang: str, published: str | None) -> str:
    """Return when the daily job failed and how old what is shown is, then its own message (English) as it gave it."""
    when = {"at": instant(last.ended_at.astimezone(topic.tz), lang), "age": age(now - last.ended_at, lang)}
    if published is None:
        line = say(lang, "notice.run_failed_first", **when)
    else:
        line = say(lang, "notice.run_failed", **when, published=published)
    return f"{line} {last.message.strip()}".strip()


def draw_way_to_simulated(page: Page) -> None:
    """Draw the button that shows the simulated posts, where there are any and they are not what is shown."""
    if not shows_simulated(page) and load.n_posts(page, simulated=True):
        label = say(page.lang, "state.to_simulated")
        st.button(label, key="to-simulated", on_click=take, args=("posts", "simulated"))


def shows_simulated(page: Page) -> bool:
    """Return whether simulated posts are what the charts count: asked for, or nothing else is there."""
    return read_simulated(page) == "simulated"


def read_simulated(page: Page) -> str:
    """Return `live` or `simulated`: live as soon as a live or imported source has delivered, unless the address asks otherwise."""
    return read_choice("posts", ("live", "simulated"), "live" if load.has_live_posts(page) else "simulated")


def silent_sources(page: Page, sources: Sequence[str]) -> list[dict[str, Any]]:
    """Return the state (source, health, since, usual, ...) of each of these sources that gives no more, by source."""
    states = load.source_states(page)
    wanted = pl.col("health").is_in(MISSING) & pl.col("source").is_in(list(sources))
    return states.filter(wanted).sort("source").to_dicts()


def silent_since(page: Page, sources: Sequence[str]) -> date | None:
    """Return the last day on which all sources that count here still gave, where one has stopped since; else None."""
    since = [row["since"] for row in silent_sources(page, sources)]
    return min(since) - timedelta(days=1) if since else None


def draw_silence(page: Page, sources: Sequence[str]) -> None:
    """Draw the amber strip of a chart that counts a source which gives no more, if any of `sources` is one."""
    if silent := silent_sources(page, sources):
        st.warning(literal(silence_line(silent, page.lang)))


def silence_line(silent: Sequence[Mapping[str, Any]], lang: str) -> str:
    """Return one sentence that names the sources that give no more, since when, and what was usual before."""
    named = [
        say(
            lang,
            f"silence.{as_told(row)}",
            source=source_name(row["source"], lang),
            day=day(row["since"], lang),
            usual=a_day(row["usual"], lang),
        )
        for row in silent
    ]
    return say(lang, "silence.one" if len(named) == 1 else "silence.some", named="; ".join(named))


def as_told(state: Mapping[str, Any]) -> str:
    """Return a source's health in the words for it: one that is dead and gave nothing at all since is silent."""
    return "silent" if state["health"] == "dead" and not state["n_since"] else str(state["health"])


def a_day(usual: float, lang: str) -> str:
    """Return how much a source usually gives: a day, or a week where that is less than one a day."""
    if usual >= 1:
        return say(lang, "silence.per_day", n=count(usual, lang))
    a_week = round(usual * 7)
    return say(lang, "silence.per_week", n=count(a_week, lang)) if a_week else say(lang, "silence.rarely")


def freshness(page: Page, newest_at: datetime | None) -> str:
    """Return the line that says when the data were published, how long ago, and how new the newest post is."""
    at = page.published.published_at
    zone = page.topic.tz
    line = say(
        page.lang,
        "notice.fresh",
        at=instant(at.astimezone(zone), page.lang),
        age=age(page.now - at, page.lang),
        version=count(page.published.version, page.lang),
    )
    if newest_at is not None:
        line += " · " + say(page.lang, "notice.newest", at=instant(newest_at.astimezone(zone), page.lang))
    return line


def source_name(source: str, lang: str) -> str:
    """Return the name of a source in words; its id where we have none (a source that an analyst added)."""
    try:
        return say(lang, f"source_name.{source}")
    except KeyError:
        return source


def _reason(page: Page, receipts: pl.DataFrame) -> str:
    """Return why the data are late, as far as the receipts tell."""
    last_run = receipts["started_at"].max() if receipts.height else None
    if not isinstance(last_run, datetime):
        return say(page.lang, "notice.reason_no_run")
    at = instant(last_run.astimezone(page.topic.tz), page.lang)
    return say(page.lang, "notice.reason_not_run", at=at)
