"""The parts of the Overview, from the finding down to the posts behind it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Literal

import polars as pl
import streamlit as st

from app_pages import load
from app_pages.breakdowns import draw_camps, draw_multiples, draw_newest_posts
from app_pages.corrected_parts import draw_corrected
from app_pages.evidence import MIN_N, Evidence, View, cells_of, gather, pick_events
from app_pages.finding import headline, subtitle
from app_pages.load import Page
from app_pages.markup import link, literal
from app_pages.notices import (
    draw_silence,
    draw_way_to_simulated,
    freshness,
    read_simulated,
    silent_since,
    source_name,
)
from app_pages.url import choose, read_choice, reset_button
from charts.axes import CHART_CONFIG
from charts.numbers import MINUS, count, day, instant, interval, percent, points, signed_percent
from charts.palette import palette
from charts.trend import plot_trend
from records import LABELS, STANCES
from words import say

FILTERS = ("target", "by", "written", "posts")


def draw_overview(page: Page) -> None:
    """Draw the page for the view that the address names."""
    view = read_view(page)
    daily = load.daily_cells(page)
    cells = cells_of(daily, view)
    evidence = gather(cells, page.today)
    counted = load.source_counts(page).filter(pl.col("source").is_in(cells["source"].unique().to_list()))
    newest = max(counted["newest_posted_at"].drop_nulls().to_list(), default=None)
    st.title(literal(headline(page.topic, view, evidence, page.lang)), anchor=False)
    st.caption(literal(subtitle(view, evidence, page.lang)))
    draw_filters(page)
    st.caption(literal(freshness(page, newest)))
    if evidence.volume.is_empty():
        draw_empty(page, view)
    else:
        draw_tiles(page, view, evidence)
        draw_trend(page, view, evidence, cells)
        draw_multiples(page, cells, evidence)
        draw_corrected(page, view.target, view.simulated)
    draw_camps(page, daily, view)
    if not evidence.volume.is_empty():
        draw_newest_posts(page, view)


def read_view(page: Page) -> View:
    """Return what the address asks for, defaults where it says nothing or nonsense."""
    targets = [target.id for target in page.topic.targets]
    return View(
        read_choice("target", targets, page.topic.primary_target.id),
        read_choice("by", ("posts", "texts", "voices"), "posts"),
        read_choice("written", ("all", "en", "es"), "all"),
        read_simulated(page),
    )


def draw_filters(page: Page) -> None:
    """Draw the four filters and their reset."""
    lang = page.lang
    names = {t.id: t.name.get(lang) for t in page.topic.targets}
    live = "live" if load.has_live_posts(page) else "simulated"
    options: list[tuple[str, Sequence[str], str, int]] = [
        ("by", ("posts", "texts", "voices"), "posts", 171),
        ("written", ("all", "en", "es"), "all", 171),
        ("posts", ("live", "simulated"), live, 200),
    ]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = say(lang, "filter.target")
        choose("target", label, list(names), page.topic.primary_target.id, names.__getitem__, width=280)
        for name, values, default, width in options:
            label = say(lang, f"filter.{name}")
            choose(name, label, values, default, partial(_option, lang, name), width=width)
        reset_button(say(lang, "filter.reset"), FILTERS)


def _option(lang: str, name: str, value: str) -> str:
    return say(lang, f"filter.{name}_{value}")


def draw_empty(page: Page, view: View) -> None:
    """Say why nothing is shown, and what to change."""
    none_yet = not view.simulated and load.n_posts(page, simulated=False) == 0
    any_at_all = none_yet and (load.has_live_posts(page) or load.n_posts(page, simulated=True) > 0)
    st.info(say(page.lang, "state.no_live" if any_at_all else "state.empty"))
    draw_way_to_simulated(page)


def draw_tiles(page: Page, view: View, evidence: Evidence) -> None:
    """Draw the last point of each line and the week's volume, with grey differences from four weeks before."""
    lang, found = page.lang, evidence.change
    vs = " " + say(lang, "overview.vs", day=day(found["before_to"], lang)) if found else ""
    with st.container(horizontal=True):
        for stance in STANCES:
            share, lo, hi = evidence.last.get(stance, (None, None, None))
            pts = found.get(f"{stance}_diff_pts") if found else None
            hint = say(lang, "overview.interval", interval=interval(lo, hi, lang)) + vs
            shift = None if pts is None else points(pts / 100, lang)
            draw_tile(say(lang, f"stance.{stance}"), percent(share, lang), shift, hint)
        n = evidence.n_last if evidence.last_on else evidence.n_all
        grown = (evidence.n_last / found["n_before"] - 1) if found and found["n_before"] else None
        shift = None if grown is None else signed_percent(grown, lang)
        draw_tile(say(lang, f"overview.tile_{view.by}"), count(n, lang), shift, vs.strip() or None)


def draw_tile(label: str, value: str, shift: str | None, hint: str | None) -> None:
    """Draw one number with its grey difference: the arrow follows its sign, the colour follows nothing."""
    arrow: Literal["up", "down", "off"] = "off"
    if shift:
        arrow = "up" if shift.startswith("+") else "down" if shift.startswith(MINUS) else "off"
    st.metric(
        label,
        value,
        shift,
        delta_color="off",
        delta_arrow=arrow,
        help=hint,
        border=True,
        height="stretch",
    )


def draw_trend(page: Page, view: View, evidence: Evidence, cells: pl.DataFrame) -> None:
    """Draw the wide chart with its events, its source line, its table and its download."""
    lang = page.lang
    events = pick_events(load.dated_events(page), evidence.volume)
    sources = cells["source"].unique().to_list()
    draw_silence(page, sources)
    if evidence.last_on is None:
        st.info(say(lang, "state.too_few", least=MIN_N))
        draw_way_to_simulated(page)
    last_day = evidence.days.to_on
    figure = plot_trend(
        evidence.trend,
        evidence.volume,
        [(number, event["on"]) for number, event in enumerate(events, 1)],
        palette(page.dark),
        lang,
        f"trend {view} {page.published.version}",
        page.topic.zone,
        page.today if last_day == page.today else None,
        silent_since(page, sources),
        evidence.weekly,
    )
    said = headline(page.topic, view, evidence, lang)
    st.plotly_chart(figure, theme="streamlit", key="trend", config=CHART_CONFIG, alt=said)
    if events:
        lines = [
            f"**{number}** {literal(day(event['on'], lang))}: {link(str(event[f'title_{lang}'] or event['title_en']), str(event['url']))}"
            for number, event in enumerate(events, 1)
        ]
        st.markdown("  \n".join(f":small[{line}]" for line in lines))
    key = "overview.reading_weekly" if evidence.weekly else "overview.reading"
    note = f"{say(lang, key, days=evidence.window_days, least=MIN_N)} {say(lang, 'overview.private')}"
    if last_day == page.today:
        note += " " + say(lang, "overview.partial")
    st.caption(literal(note))
    draw_source_line(page, view, evidence, cells)


def draw_source_line(page: Page, view: View, evidence: Evidence, cells: pl.DataFrame) -> None:
    """Draw where the numbers come from, with the method, the table and the download one step away."""
    lang = page.lang
    sources = ", ".join(source_name(source, lang) for source in sorted(cells["source"].unique()))
    at = instant(page.published.published_at.astimezone(page.topic.tz), lang)
    st.caption(literal(say(lang, "overview.sources", sources=sources, at=at)))
    table = (
        evidence.trend.drop_nulls("share")
        .with_columns(
            pl.lit(view.target).alias("target"),
            pl.lit(view.by).alias("denominator"),
            pl.lit(view.written).alias("language"),
            pl.lit("week" if evidence.weekly else "day").alias("point_a"),
            pl.lit(view.simulated).alias("simulated"),
            pl.lit(page.published.version).alias("published_version"),
        )
        .sort("on", "stance")
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        name = f"postura-{page.topic.id}-{view.target}-{view.by}-{view.posts}.csv"
        st.download_button(
            say(lang, "overview.download"), table.write_csv(), name, "text/csv", on_click="ignore"
        )
        st.page_link("app_pages/method.py", label=say(lang, "overview.method"))
    with st.expander(say(lang, "overview.table")):
        wide = (
            evidence.trend.drop_nulls("share")
            .select(
                "on",
                "stance",
                pl.struct("share", "lo", "hi")
                .map_elements(
                    lambda v: f"{percent(v['share'], lang)} ({interval(v['lo'], v['hi'], lang)})",
                    return_dtype=pl.String,
                )
                .alias("said"),
                "n",
            )
            .pivot("stance", index=["on", "n"], values="said")
            .sort("on", descending=True)
        )
        if wide.is_empty():
            st.caption(say(lang, "state.too_few", least=MIN_N))
            return
        shown = wide.select(
            pl.col("on")
            .map_elements(lambda v: day(v, lang), return_dtype=pl.String)
            .alias(say(lang, "overview.days_to", days=evidence.window_days)),
            *(pl.col(name).alias(say(lang, f"stance.{name}")) for name in LABELS),
            pl.col("n").map_elements(lambda v: count(v, lang), return_dtype=pl.String).alias("n"),
        )
        st.dataframe(shown, hide_index=True, alt=say(lang, "overview.table"))
