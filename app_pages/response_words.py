"""The Response page's sentences: its title, the line under it, and how a lag and a change are put into words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import polars as pl

from analysis.response import WITHIN_DAYS
from analysis.response_shift import AFTER_DAYS
from app_pages.load import Page
from app_pages.notices import source_name
from app_pages.response_evidence import Response
from charts.numbers import count, day, decimal, percent, points, short_day, signed_percent
from topics import Topic
from words import say


def lag_words(days: int | None, lang: str, hours: float | None = None) -> str:
    """Return a lag as `same day`, `5 hours later` or `2 days later`, or a dash where there is none.

    Hours are said only where both instants have an hour, and only under a day.
    """
    if days is None:
        return "–"
    if hours is not None and 0 <= hours < 24:
        whole = round(hours)
        return say(lang, "response.lag_hour" if whole == 1 else "response.lag_hours", n=whole)
    if days == 0:
        return say(lang, "response.lag_same")
    return say(lang, "response.lag_day" if days == 1 else "response.lag_days", n=days)


def times_words(factor: float, lang: str) -> str:
    """Return a factor as `2.4 times`, without a decimal from ten on."""
    n = count(factor, lang) if factor >= 9.95 else decimal(factor, lang)
    return say(lang, "response.times", n=n)


def change_words(factor: float, lang: str) -> str:
    """Return a factor as a relative change (`−22%`), or as `3.5 times` from a doubling on."""
    return times_words(factor, lang) if factor >= 2 else signed_percent(factor - 1, lang)


def actor_name(topic: Topic, actor_id: str | None) -> str:
    """Return the name of an actor of the register; its id where it has left it, a dash where there is none."""
    known = topic.actor(actor_id)
    return known.name if known else (actor_id or "–")


def is_over(found: Response, page: Page) -> bool:
    """Return whether the days in which an answer counts are over."""
    return found.on + timedelta(days=WITHIN_DAYS) <= page.today


def headline(page: Page, found: Response, units: str) -> str:
    """Return the finding: who answered first and how late, and whether posts changed; with its date."""
    lang, when = page.lang, day(found.on, page.lang)
    if found.outside:
        return say(lang, "response.title_outside", day=when)
    return f"{when}: {_answer_clause(page, found)}; {public_clause(found, units, lang)}"


def _answer_clause(page: Page, found: Response) -> str:
    lang, answered = page.lang, found.answered
    if answered.is_empty():
        key = "response.title_nobody" if is_over(found, page) else "response.title_nobody_yet"
        return say(lang, key, days=WITHIN_DAYS)
    lag = int(answered["lag_days"][0])
    together = answered.filter(pl.col("lag_days") == lag)
    who = _together(page.topic, together["actor_id"].to_list(), together["by_id"].to_list())
    key = "response.title_answered" if len(who) == 1 else "response.title_answered_some"
    return say(lang, key, who=_listed(who, lang), lag=lag_words(lag, lang))


def _together(topic: Topic, actors: Sequence[str], speakers: Sequence[str]) -> list[str]:
    """Return the names of those who answered: the organisation where its people did, each once."""
    bodies = [a for a, by in zip(actors, speakers, strict=True) if a != by]
    through = {by for a, by in zip(actors, speakers, strict=True) if a != by}
    others = [a for a in actors if a not in through and a not in bodies]
    return [actor_name(topic, a) for a in (*bodies, *others)]


def _listed(names: Sequence[str], lang: str) -> str:
    """Return at most two names, and how many more there are."""
    if len(names) > 2:
        return say(lang, "response.and_more", first=names[0], n=len(names) - 1)
    return say(lang, "response.and_one", first=names[0], second=names[1]) if len(names) == 2 else names[0]


def public_clause(found: Response, units: str, lang: str) -> str:
    """Return whether posts changed after the day: shares first, then their number; `no detectable change` is a result."""
    row = found.placed
    if found.shares == "moved" and row is not None:
        difference = row[f"{row['moved']}_diff_pts"] / 100
        key = f"response.public_{row['moved']}_{'rose' if difference > 0 else 'fell'}"
        return say(lang, key, units=units, pts=points(abs(difference), lang, signed=False))
    if found.volume == "louder":
        return say(lang, "response.public_louder", units=units, times=times_words(found.total["ratio"], lang))
    if found.volume == "quieter":
        change = signed_percent(found.total["ratio"] - 1, lang)
        return say(lang, "response.public_quieter", units=units, change=change)
    if found.shares == "moving":
        return say(lang, "response.public_moving", units=units)
    if found.shares == "unknown" or found.volume == "unknown":
        return say(lang, "response.public_unknown", units=units)
    return say(lang, "response.public_none", units=units)


def subtitle(page: Page, found: Response, events: Sequence[Mapping[str, Any]]) -> str:
    """Return what happened that day, and on how many statements the title rests."""
    lang = page.lang
    said = [str(event[f"title_{lang}"] or event["title_en"]) for event in events]
    what = "; ".join(said) if said else say(lang, "response.no_event")
    n = found.n_said("opposition", WITHIN_DAYS)
    basis = say(
        lang,
        "response.basis",
        n=count(n["n"], lang),
        outlets=count(n["n_outlets"], lang),
        answered=count(found.answered.height, lang),
        all=count(found.first.height, lang),
        first=short_day(found.on, lang),
        last=day(found.on + timedelta(days=WITHIN_DAYS - 1), lang),
    )
    return f"{what}. {basis}"


def shift_note(found: Response, lang: str) -> str:
    """Return what the shift chart says, with its place among placebo dates and how large a change would be seen."""
    row = found.placed
    if row is None or row["favor_diff_pts"] is None:
        return say(lang, "response.shift_too_few")
    parts = [
        say(
            lang,
            "response.shift_basis",
            after=count(row["n_after"], lang),
            before=count(row["n_before"], lang),
            days=AFTER_DAYS,
        )
    ]
    if row["share_p"] is None:
        parts.append(say(lang, "response.place_unknown", n=count(row["n_placebos"], lang)))
    else:
        parts.append(say(lang, f"response.shift_{found.shares}"))
        parts.append(
            say(lang, "response.place", share=percent(row["share_p"], lang), n=count(row["n_placebos"], lang))
        )
        detectable = points(row["share_detectable_pts"] / 100, lang, signed=False)
        parts.append(say(lang, "response.power", pts=detectable))
    return " ".join(parts)


def volume_note(found: Response, lang: str) -> str:
    """Return what the volume chart says: counted, expected, on which days that rests."""
    total, row = found.total, found.placed
    if total["expected"] is None:
        return say(lang, "response.volume_unknown", n=count(total["n_baseline"], lang))
    key = "response.volume_basis_weekday" if total["by_weekday"] else "response.volume_basis"
    ends = {name: count(total[name], lang) for name in ("n", "expected", "lo", "hi", "n_baseline")}
    verdict = "unknown_place" if found.volume == "unknown" else found.volume
    parts = [say(lang, key, days=total["n_days"], **ends), say(lang, f"response.volume_{verdict}")]
    if row is not None and row["volume_detectable"] is not None:
        times = times_words(row["volume_detectable"], lang)
        parts.append(say(lang, "response.volume_power", times=times))
    return " ".join(parts)


def sources_named(daily: pl.DataFrame, layer: str, simulated: bool, lang: str) -> str:
    """Return the sources of one layer of these daily cells with their counts, largest first; empty without any."""
    cells = daily.filter(
        pl.col("layer") == layer, pl.col("denominator") == "posts", pl.col("simulated") == simulated
    )
    weight = pl.sum_horizontal("favor", "against", "neutral", "unclear", "off_topic").sum()
    sums = (
        cells.group_by("source")
        .agg(weight.alias("n"))
        .filter(pl.col("n") > 0)
        .sort("n", "source", descending=[True, False])
    )
    return ", ".join(f"{source_name(source, lang)} ({count(n, lang)})" for source, n in sums.iter_rows())
