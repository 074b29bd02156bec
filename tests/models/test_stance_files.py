"""The command line of the classifier."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.stance_files import main


def run(tmp_path: Path, content: str | bytes) -> tuple[int, Path]:
    source, result = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return main(["--in", str(source), "--out", str(result)]), result


def test_rows_come_back_in_order_with_their_readings(tmp_path: Path) -> None:
    rows = [
        {"id": 7, "text": "Este acuerdo es una vergüenza, que lo anulen.", "target": "El acuerdo"},
        {"id": 8, "text": "yes!!", "target": "The deal", "context": "Should the deal be signed?"},
        {"id": 9, "text": "", "target": "The deal", "context": None},
    ]
    status, result = run(tmp_path, "\ufeff" + "\n\n".join(json.dumps(r) for r in rows))
    assert status == 0
    found = [json.loads(line) for line in result.read_text(encoding="utf-8").splitlines()]
    assert [r["id"] for r in found] == [7, 8, 9]
    assert found[0]["label"] == "against"
    for row in found:
        assert row["favor"] + row["against"] + row["neutral"] == pytest.approx(1, abs=1e-5)
        assert 0 <= row["relevance"] <= 1


def test_lone_surrogates_are_read_and_written(tmp_path: Path) -> None:
    status, result = run(tmp_path, '{"text": "hola \\ud83d acuerdo", "target": "El acuerdo"}\n')
    assert status == 0
    assert json.loads(result.read_text(encoding="utf-8"))["label"] in {
        "favor",
        "against",
        "neutral",
        "unclear",
    }


def test_empty_file_gives_an_empty_file(tmp_path: Path) -> None:
    status, result = run(tmp_path, "")
    assert (status, result.read_text()) == (0, "")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{oops", "line 2: not a JSON object"),
        ("[1]", "line 2: not a JSON object"),
        ('{"text": "a"}', 'line 2: "target" must be a string'),
        ('{"text": 5, "target": "t"}', 'line 2: "text" must be a string'),
        ('{"text": "a", "target": " "}', 'line 2: "target" is empty'),
        ('{"text": "a", "target": "t", "context": 3}', 'line 2: "context" must be a string'),
        (b'{"text": "\xff", "target": "t"}', "line 2: not UTF-8"),
    ],
)
def test_bad_line_is_named_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str | bytes, said: str
) -> None:
    good = b'{"text": "a", "target": "t"}\n'
    status, result = run(tmp_path, good + (line if isinstance(line, bytes) else line.encode()))
    complaint = capsys.readouterr().err
    assert status == 2
    assert said in complaint and len(complaint.strip().splitlines()) == 1
    assert not result.exists() and list(tmp_path.iterdir()) == [tmp_path / "in.jsonl"]


def test_missing_input_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--in", str(tmp_path / "none.jsonl"), "--out", str(tmp_path / "out.jsonl")]) == 2
    assert "none.jsonl: No such file" in capsys.readouterr().err


def test_missing_output_folder_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"text": "a", "target": "t"}\n')
    assert main(["--in", str(source), "--out", str(tmp_path / "no/out.jsonl")]) == 2
    assert "does not exist" in capsys.readouterr().err


def test_unknown_model_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"text": "a", "target": "t"}\n')
    assert main(["--in", str(source), "--out", str(tmp_path / "out.jsonl"), "--model", "someone/model"]) == 1
    assert "lacks a revision" in capsys.readouterr().err
