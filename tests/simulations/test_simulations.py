"""A short run of every simulation with a fixed seed, and the table that the whole run writes."""

from __future__ import annotations

import polars as pl
import pytest

from simulations import analysts, correction
from simulations.__main__ import METHOD, all_simulations
from simulations.correction import ALONE, COUNT, PPI
from simulations.table import BEGIN, END, ROW_SCHEMA, markdown, replaced, rows


def test_corrected_shares_are_unbiased_cover_and_beat_the_labels_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = "Spanish, stances read as neutral"
    monkeypatch.setattr(correction, "CASES", {case: correction.CASES[case]})
    monkeypatch.setattr(correction, "SIZES", (200,))
    found = {row["method"]: row for row in correction.simulate(runs=25, seed=1).to_dicts()}
    assert abs(found[COUNT]["bias_pts"]) > 10
    assert abs(found[PPI]["bias_pts"]) < 1
    assert found[PPI]["coverage"] >= 0.94
    assert found[PPI]["width_pts"] < 0.8 * found[ALONE]["width_pts"]


def test_analysts_with_habits_of_their_own_are_covered(monkeypatch: pytest.MonkeyPatch) -> None:
    case = "three analysts, habits differ by 5 points"
    monkeypatch.setattr(analysts, "CASES", {case: analysts.CASES[case]})
    found = analysts.simulate(runs=20, seed=1).row(0, named=True)
    assert found["coverage"] >= 0.9 and abs(found["bias_pts"]) < 2


def test_every_simulation_is_found() -> None:
    assert {"simulations.correction", "simulations.analysts"} <= set(all_simulations())


def test_table_leaves_out_columns_that_say_nothing_and_stands_between_its_marks() -> None:
    found = rows(
        [{"simulation": "s", "case": "c", "method": "m", "runs": 5, "coverage": 0.951, "bias_pts": -0.2}]
    )
    assert found.schema == pl.Schema(ROW_SCHEMA)
    table = markdown(found)
    assert "95.1 %" in table and "-0.20" in table and "power" not in table
    document = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    assert replaced(document, table) == f"before\n{BEGIN}\n{table}\n{END}\nafter\n"
    with pytest.raises(ValueError, match="no block"):
        replaced("nothing here", table)


def test_method_note_has_the_place_for_the_table() -> None:
    assert replaced(METHOD.read_text(encoding="utf-8"), "x").count(BEGIN) == 1
