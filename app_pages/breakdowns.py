"""The lower half of the Overview: the same lines by part, what each camp said, and the newest posts."""

from __future__ import annotations

import polars as pl
import streamlit as st

from app_pages import load
from app_pages.evidence import MIN_N, Evidence, View, camp_rows, gather, parts_of
from app_pages.finding import units_name
from app_pages.load import Page
from app_pages.markup import literal
from app_pages.notices import draw_silence, silent_since, source_name
from app_pages.post_table import draw_post_table
from charts.axes import CHART_CONFIG
from charts.mix import plot_mix
from charts.multiples import plot_multiple
from charts.numbers import count, day, percent
from charts.palette import palette
from words import say


def draw_multiples(page: Page, cells: pl.DataFrame, evidence: Evidence) -> None:
    """Draw the same lines for each source (or language), on one scale."""
    lang = page.lang
    column, parts = parts_of(cells)
    if len(parts) < 2:
        return
    st.subheader(say(lang, f"overview.by_{column}"), anchor=False)
    first, last = evidence.days
    for at, part in enumerate(parts):
        if at % 3 == 0:
            row = st.columns(min(3, len(parts)))
        with row[at % 3]:
            mine = gather(cells.filter(pl.col(column) == part), page.today, evidence.window_days)
            name = source_name(part, lang) if column == "source" else say(lang, f"language.{part}")
            if mine.last_on:
                values = say(
                    lang,
                    "overview.part",
                    favor=percent(mine.last["favor"][0], lang),
                    against=percent(mine.last["against"][0], lang),
                    day=day(mine.last_on, lang),
                    n=count(mine.n_last, lang),
                )
                values += f". {say(lang, 'overview.part_weekly')}" if mine.weekly else ""
            else:
                values = say(lang, "overview.part_too_few", n=count(mine.n_all, lang), least=MIN_N)
            st.markdown(f"**{literal(name)}**")
            st.caption(literal(values))
            if mine.last_on:
                figure = plot_multiple(
                    mine.trend,
                    first,
                    last,
                    palette(page.dark),
                    lang,
                    f"{part} {page.published.version}",
                    mine.weekly,
                    silent_since(page, cells.filter(pl.col(column) == part)["source"].unique().to_list()),
                )
                st.plotly_chart(
                    figure,
                    theme="streamlit",
                    key=f"part-{part}",
                    config=CHART_CONFIG,
                    alt=f"{name}: {values}",
                )


def draw_camps(page: Page, daily: pl.DataFrame, view: View) -> None:
    """Draw what each camp has said on record, as counts on one scale."""
    lang = page.lang
    names = {camp.id: camp.name.get(lang) for camp in page.topic.camps}
    rows = camp_rows(daily, view.target, names)
    target = page.topic.target(view.target)
    st.subheader(
        literal(say(lang, "overview.camps", target=target.name.get(lang) if target else view.target)),
        anchor=False,
    )
    if not rows:
        st.info(say(lang, "state.no_statements"))
        return
    n = sum(r.favor + r.against + r.neutral + r.unclear for r in rows)
    draw_silence(page, statement_sources(daily))
    said = say(lang, "overview.camps_note", n=count(n, lang))
    st.caption(literal(said))
    alt = "; ".join(
        f"{r.name}: {say(lang, 'stance.favor')} {r.favor}, {say(lang, 'stance.against')} {r.against}"
        for r in rows
    )
    st.plotly_chart(
        plot_mix(rows, palette(page.dark), lang, f"camps {view.target} {page.published.version}"),
        theme="streamlit", key="camps", config=CHART_CONFIG, alt=f"{said} {alt}",
    )  # fmt: skip
    st.page_link("app_pages/actors.py", label=say(lang, "overview.to_actors"))


def statement_sources(daily: pl.DataFrame) -> list[str]:
    """Return the sources whose statements are counted by camp and by actor."""
    return daily.filter(pl.col("layer") == "statements")["source"].unique().sort().to_list()


def draw_newest_posts(page: Page, view: View) -> None:
    """Draw the newest posts that the numbers count, as text, with the reading that counted them."""
    lang = page.lang
    st.subheader(say(lang, "overview.posts"), anchor=False)
    written = None if view.written == "all" else view.written
    found, _ = load.search_posts(
        page, target=view.target, lang=written, simulated=view.simulated, limit=200, offset=0, on_topic=True
    )
    posts = found.filter(pl.col("actor_id").is_null()).head(8)
    st.caption(
        literal(
            say(
                lang,
                "overview.posts_note",
                units=units_name(View(view.target, "posts", view.written, view.posts), lang),
            )
        )
    )
    draw_post_table(page, posts, "newest", selectable=False)
    st.page_link("app_pages/posts.py", label=say(lang, "overview.to_posts"))
