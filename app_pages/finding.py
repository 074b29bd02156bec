"""The Overview's title: one sentence that says what changed, and the line under it that says on what evidence."""

from __future__ import annotations

from typing import Any

from app_pages.evidence import MIN_N, Evidence, View
from charts.numbers import count, day, percent, points, short_day, signed_points
from topics import Topic
from words import say


def scope(topic: Topic, view: View, lang: str) -> str:
    """Return the target and every filter that is not at its default, as the title's beginning."""
    found = topic.target(view.target)
    target = found.name.get(lang) if found else view.target
    if view == View(view.target, posts="live"):
        return target
    return f"{target}, {units_name(view, lang)}"


def units_name(view: View, lang: str) -> str:
    """Return what is counted, in words: `simulated posts in Spanish`."""
    units = say(lang, f"scope.{view.by}_simulated" if view.simulated else f"scope.{view.by}")
    return units if view.written == "all" else f"{units} {say(lang, f'scope.in_{view.written}')}"


def headline(topic: Topic, view: View, evidence: Evidence, lang: str) -> str:
    """Return the finding: what changed where the change is clear, else that none is, always with its date."""
    about = scope(topic, view, lang)
    if evidence.last_on is None:
        return say(lang, "finding.too_few", about=about, n=count(evidence.n_all, lang), least=MIN_N)
    said = {stance: percent(values[0], lang) for stance, values in evidence.last.items()}
    when = {"days": evidence.window_days, "day": day(evidence.last_on, lang)}
    moved = _clear_change(evidence.change) if evidence.change else None
    if moved is not None:
        stance, difference = moved
        key = f"finding.{stance}_rose" if difference > 0 else f"finding.{stance}_fell"
        pts = points(abs(difference), lang, signed=False)
        return say(lang, key, about=about, pts=pts, share=said[stance], **when)
    key = f"finding.lead_{evidence.leader or 'none'}"
    title = say(lang, key, about=about, favor=said["favor"], against=said["against"], **when)
    return title + say(lang, "finding.no_change") if evidence.change else title


def _clear_change(found: dict[str, Any]) -> tuple[str, float] | None:
    """Return the stance that changed most and by how much (0-1), among those whose interval leaves out zero."""
    clear = []
    for stance in ("favor", "against"):
        difference, lo, hi = (found[f"{stance}_{part}_pts"] / 100 for part in ("diff", "lo", "hi"))
        # Judged as written, in whole points: a title never names a change whose stated interval touches 0.
        if round(lo * 100) > 0 or round(hi * 100) < 0:
            clear.append((stance, difference))
    # Of two that changed alike, the title names the one that grew.
    return max(clear, key=lambda pair: (round(abs(pair[1]) * 100), pair[1])) if clear else None


def subtitle(view: View, evidence: Evidence, lang: str) -> str:
    """Return on what the title rests: how many, of what, when, and the interval of the change."""
    units = units_name(view, lang)
    if evidence.last_on is None:
        return say(
            lang,
            "finding.basis_none",
            n=count(evidence.n_all, lang),
            units=units,
            off=count(evidence.n_off_topic, lang),
        )
    first, last = evidence.window
    text = say(
        lang,
        "finding.basis",
        n=count(evidence.n_last, lang),
        units=units,
        first=short_day(first, lang),
        last=day(last, lang),
    )
    text += " " + say(lang, "finding.basis_unclear", share=percent(evidence.last["unclear"][0], lang))
    if evidence.n_eff_last < 0.5 * evidence.n_last:
        text += " " + say(lang, "finding.basis_worth", n=count(evidence.n_eff_last, lang))
    found = evidence.change
    if found is None:
        return f"{text} {say(lang, 'finding.basis_alone')}"
    parts = {
        f"{stance}_{end}": signed_points(found[f"{stance}_{end}_pts"] / 100)
        for stance in ("favor", "against")
        for end in ("lo", "hi")
    }
    before = say(
        lang,
        "finding.basis_before",
        n=count(found["n_before"], lang),
        day=day(found["before_to"], lang),
        **parts,
    )
    return f"{text} {before}"
