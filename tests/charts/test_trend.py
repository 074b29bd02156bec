from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from charts.palette import DARK, LIGHT
from charts.trend import plot_trend

FIRST = date(2025, 3, 1)
STANCES = {"favor": 0.4, "against": 0.42, "neutral": 0.12, "unclear": 0.06}


def frames(shares_there: list[bool]) -> tuple[pl.DataFrame, pl.DataFrame]:
    days = [FIRST + timedelta(days=n) for n in range(len(shares_there))]
    rows = [
        {"on": on, "stance": s, "share": p if there else None, "lo": p - 0.05 if there else None, "hi": p + 0.05 if there else None, "n": 50.0}
        for on, there in zip(days, shares_there, strict=True)
        for s, p in STANCES.items()
    ]  # fmt: skip
    volume = pl.DataFrame({"on": days, "n_posts": [float(7 * there) for there in shares_there]})
    return pl.DataFrame(rows), volume


def drawn(there: list[bool], **extra: object) -> object:
    trend, volume = frames(there)
    return plot_trend(trend, volume, [(1, FIRST)], LIGHT, "en", "key", "America/El_Salvador", **extra)  # type: ignore[arg-type]


def traces(figure: object, prefix: str) -> list[object]:
    return [trace for trace in figure.data if trace.name.startswith(prefix)]  # type: ignore[attr-defined]


def test_day_without_a_share_has_no_point_and_is_not_bridged() -> None:
    figure = drawn([True, True, False, False, True, True])
    for line in traces(figure, "line"):
        assert np.isnan(line.y[2]) and np.isnan(line.y[3])
        assert line.connectgaps is False
    assert len(traces(figure, "band")) == 4  # two runs of favor, two of against
    for band in traces(figure, "band"):
        assert {str(d)[:10] for d in band.x}.isdisjoint({"2025-03-03", "2025-03-04"})


def test_bands_lie_under_the_lines_and_neutral_has_none() -> None:
    names = [trace.name for trace in drawn([True] * 4).data]  # type: ignore[attr-defined]
    last_band = max(i for i, name in enumerate(names) if name.startswith("band"))
    assert last_band < min(i for i, name in enumerate(names) if name.startswith("line"))
    assert "band neutral" not in names


def test_colour_is_never_the_only_sign() -> None:
    lines = {trace.name: trace.line for trace in traces(drawn([True] * 4), "line")}
    assert lines["line favor"].dash == "solid" and lines["line favor"].color == LIGHT.favor
    assert lines["line against"].dash == "dash" and lines["line against"].color == LIGHT.against
    assert lines["line neutral"].width < lines["line favor"].width


def test_lines_are_named_at_their_ends_and_labels_do_not_touch() -> None:
    figure = drawn([True] * 4)
    labels = [a for a in figure.layout.annotations if "%" in a.text]  # type: ignore[attr-defined]
    assert sorted(a.text for a in labels) == [
        "<b>Against 42%</b>",
        "<b>In favor 40%</b>",
        "<b>Neutral 12%</b>",
    ]
    by_text = {a.text: a.y for a in labels}
    assert by_text["<b>Against 42%</b>"] - by_text["<b>In favor 40%</b>"] > 0.05
    assert figure.layout.showlegend is False  # type: ignore[attr-defined]


def test_every_series_is_a_numpy_array_and_the_view_is_kept() -> None:
    figure = drawn([True] * 4)
    for trace in figure.data:  # type: ignore[attr-defined]
        assert isinstance(trace.x, np.ndarray) and isinstance(trace.y, np.ndarray)
    assert figure.layout.uirevision == "key" and figure.layout.dragmode is False  # type: ignore[attr-defined]


def test_shares_run_from_nought_to_all_and_volume_has_its_own_strip() -> None:
    layout = drawn([True] * 4).layout  # type: ignore[attr-defined]
    assert tuple(layout.yaxis.range) == (0, 1)
    assert layout.yaxis.domain[0] > layout.yaxis2.domain[1]
    assert layout.yaxis.overlaying is None and layout.yaxis2.overlaying is None
    assert "America/El_Salvador" in layout.xaxis.title.text


def test_today_is_hollow() -> None:
    figure = drawn([True] * 4, partial_on=FIRST + timedelta(days=3))
    assert {t.name for t in traces(figure, "partial")} == {
        "partial neutral",
        "partial favor",
        "partial against",
    }
    assert traces(figure, "partial")[0].marker.color == LIGHT.background
    bars = traces(figure, "volume")[0]
    assert (
        bars.marker.color.tolist()[-1] == "rgba(0,0,0,0)" and bars.marker.color.tolist()[0] == LIGHT.neutral
    )
    assert not traces(drawn([True] * 4), "partial")


def test_a_day_between_two_gaps_is_shown_by_a_marker() -> None:
    alone = traces(drawn([True, True, False, True, False, True, True]), "alone")
    assert {str(t.x[0])[:10] for t in alone} == {"2025-03-04"}


def test_lone_day_has_a_thin_bar_from_lo_to_hi_and_no_polygon() -> None:
    figure = drawn([True, False, True, False, True])
    assert traces(figure, "band") == []
    favor = next(t for t in traces(figure, "alone") if t.name == "alone favor")
    assert favor.marker.size <= 5 and favor.error_y.thickness <= 1.5 and favor.error_y.visible
    assert (favor.y - favor.error_y.arrayminus).tolist() == pytest.approx([0.35] * 3)
    assert (favor.y + favor.error_y.array).tolist() == pytest.approx([0.45] * 3)
    assert not next(t for t in traces(figure, "alone") if t.name == "alone neutral").error_y.visible


def weekly(there: list[bool]) -> object:
    """A trend of one row a Sunday from 2 March 2025, over posts on each Saturday."""
    trend, _ = frames(there)
    sundays = {FIRST + timedelta(days=n): FIRST + timedelta(days=1 + 7 * n) for n in range(len(there))}
    volume = pl.DataFrame({"on": list(sundays.values()), "n_posts": [7.0 * x for x in there]}).with_columns(
        pl.col("on") - pl.duration(days=1)
    )
    trend = trend.with_columns(pl.col("on").replace_strict(sundays, return_dtype=pl.Date))
    return plot_trend(trend, volume, [], LIGHT, "en", "key", "UTC", weekly=True)


def test_weekly_points_are_joined_and_a_week_without_posts_is_a_gap() -> None:
    figure = weekly([True, True, True, False, True, True, False, True])
    favor = next(t for t in traces(figure, "line") if t.name == "line favor")
    assert favor.x.size == 8 and "markers" in favor.mode and favor.connectgaps is False
    assert np.isnan(favor.y[3]) and np.isnan(favor.y[6])
    assert len(traces(figure, "band")) == 4  # two runs of favor, two of against
    assert {t.x.size for t in traces(figure, "alone")} == {1}
    heads = next(t for t in figure.data if t.name == "day").customdata  # type: ignore[attr-defined]
    assert heads[0] == "<b>Week to 2 Mar 2025</b> · 7 that week" and "· 0 that week" in heads[3]


def test_events_outside_the_days_are_not_drawn() -> None:
    trend, volume = frames([True] * 4)
    events = [(1, FIRST), (2, date(2024, 1, 1))]
    figure = plot_trend(trend, volume, events, DARK, "es", "key", "UTC")
    assert [a.text for a in figure.layout.annotations if a.text in ("<b>1</b>", "<b>2</b>")] == ["<b>1</b>"]


def test_silence_of_a_source_is_said_on_the_chart() -> None:
    figure = drawn([True] * 6, silent_from=FIRST + timedelta(days=3))
    assert any("silent" in a.text for a in figure.layout.annotations)  # type: ignore[attr-defined]


def test_tooltip_speaks_the_readers_language() -> None:
    trend, volume = frames([True] * 4)
    figure = plot_trend(trend, volume, [], LIGHT, "es", "key", "UTC")
    heads = next(t for t in figure.data if t.name == "day").customdata
    assert heads[0] == "<b>1 mar 2025</b> · 7 ese día"


def test_nothing_at_all_is_refused() -> None:
    trend, volume = frames([True])
    with pytest.raises(ValueError, match="at least one day"):
        plot_trend(trend.clear(), volume.clear(), [], LIGHT, "en", "key", "UTC")
