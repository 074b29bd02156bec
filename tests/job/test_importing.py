"""What `refresh.py import` shows before it keeps anything, when it asks, and what it says of each file afterwards."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import zstandard
from typer.testing import CliRunner

from collectors.contract import Request
from collectors.files import FilesCollector
from collectors.files_exports import ROLES
from collectors.files_format import FORMATS
from collectors.run import collect
from job.importing import MOST_SHOWN, mapping_of
from job.options import UsageError
from refresh import app
from settings import Settings
from tests.collectors.fake_source import Sink
from tests.collectors.imported import NOW
from tests.collectors.test_files_reddit import comment, lines_of
from tests.command import ROOT, assert_plain, run, run_with
from topics import Topic

if TYPE_CHECKING:  # loaded by pytest as a plugin, below
    from tests.job.import_fixtures import Previewed

pytest_plugins = ["tests.job.import_fixtures"]

CONSENT = ROOT / "tests" / "collectors" / "data" / "consent.html"
QUESTION = "[y/N]"


def test_a_table_is_shown_column_by_column(preview: Previewed, put: Any) -> None:
    file = put("a.csv", "id;Texto;Fecha;Usuario;Likes\nabcdef1;No al CECOT;03/02/2025;somebody;3\n")
    plan, lines = preview(file)
    assert lines[0] == "a.csv: delimited table (semicolons, header in line 1); 1 row looked at"
    assert [line.split(maxsplit=1) for line in lines[1:]] == [
        ["text", "Texto (No al CECOT)"],
        ["id", "id (abcdef1)"],
        ["time", "Fecha (03/02/2025 = 03 Feb 2025 18:00 UTC)"],
        ["author", "Usuario (kept as a key, never as a name)"],
        ["url", "none"],
        ["language", "none: read from the text"],
        ["place", "none"],
        ["not", "used: Likes"],
    ]
    assert plan is not None and plan.files == (file,)


def test_help_names_every_role_and_every_format() -> None:
    said = CliRunner().invoke(app, ["import", "--help"]).output
    assert {*ROLES, *FORMATS} <= set(re.findall(r"\w+", said))


def test_no_preview_shows_who_wrote_a_post(preview: Previewed, put: Any) -> None:
    table = put(
        "a.csv",
        "id,text,author,url\nabcdef1,CECOT,name_to_hide,https://example.org/name_to_hide/1\n",
    )
    dump = put("RC_a.jsonl", lines_of([comment("c1", "No al CECOT", author="name_to_hide")]))
    _, lines = preview(table, dump)
    assert "name_to_hide" not in "\n".join(lines)


def test_a_dump_says_how_much_of_its_beginning_is_on_the_topic(preview: Previewed, put: Any) -> None:
    lines_given = [comment("c1", "No al CECOT"), comment("c2", "Football"), "{broken"]
    _, lines = preview(put("RC_a.jsonl", lines_of(lines_given)))
    assert lines[0] == "RC_a.jsonl: dump of Reddit"
    assert "1 of the first 3 lines are on the topic" in lines[-1]
    assert "1 of these rows cannot be read" in lines[-1]


def test_an_article_is_shown_with_what_it_will_be(preview: Previewed, put: Any) -> None:
    _, lines = preview(put("a.txt", "title: A prison\ndate: 2025-02-04\n\nThe CECOT offer.\n"))
    assert lines[0] == "a.txt: article as text"
    assert "  title     A prison" in lines
    assert "  time      04 Feb 2025 18:00 UTC" in lines


def test_what_cannot_be_imported_is_said_beside_what_can(preview: Previewed, put: Any) -> None:
    plan, lines = preview(put("a.csv", "likes\n3\n"), CONSENT, put("b.csv", "text\nCECOT\n"))
    assert lines[0].startswith("a.csv: cannot be imported: a.csv has no column with the text")
    assert lines[1].startswith("consent.html: cannot be imported: ")
    assert "open the article itself" in lines[1]
    assert lines[2].startswith("b.csv: delimited table")
    assert plan is not None and len(plan.files) == 3


def test_words_in_a_file_are_no_markup_and_no_control_signs(preview: Previewed, put: Any) -> None:
    _, lines = preview(put("a.csv", "text\n[red]CECOT[/red] \x1b[31mrojo\x07\n"))
    assert "  text      text ([red]CECOT[/red] [31mrojo)" in lines


def test_of_many_files_the_first_are_shown(preview: Previewed, put: Any) -> None:
    plan, lines = preview(*(put(f"{n}.csv", "text\nCECOT\n") for n in range(MOST_SHOWN + 2)))
    assert lines[-1] == "and 2 more files, read alike"
    assert plan is not None and len(plan.files) == MOST_SHOWN + 2


def test_a_mapping_decides_what_a_column_is(
    preview: Previewed, put: Any, topic: Topic, settings: Settings
) -> None:
    file = put("a.csv", "nr,body,Lo dicho,cuando\nabcdef1,nada,No al CECOT,2025-02-03T14:00:00Z\n")
    plan, lines = preview(file, maps=["text=Lo dicho", "time=cuando", "id=nr", "author="])
    assert plan is not None
    assert "  text      Lo dicho (No al CECOT)" in lines and "  not used: body" in lines
    sink = Sink()
    collect(FilesCollector(), Request(topic, settings, NOW, files=plan.files, columns=plan.columns), sink)
    (post,) = sink.posts
    assert (post.id, post.text) == ("files:abcdef1", "No al CECOT")
    assert post.posted_at is not None and post.posted_at.hour == 14


@pytest.mark.parametrize(
    ("maps", "said"),
    [
        (["text"], "expected ROLE=COLUMN such as text=Body, got 'text'"),
        (["txt=Body"], "there is no role 'txt'; roles are text, title, id"),
        (["text=a", "text=b"], "text is given twice"),
    ],
)
def test_a_mapping_that_says_nothing_is_a_fault_of_usage(maps: list[str], said: str) -> None:
    with pytest.raises(UsageError) as fault:
        mapping_of(maps)
    assert said in str(fault.value)


def test_a_mapping_for_files_that_are_no_tables_is_a_fault_of_usage(preview: Previewed, put: Any) -> None:
    with pytest.raises(UsageError, match="none of these files is one"):
        preview(put("a.txt", "The CECOT deal.\n"), maps=["text=Body"])


def test_a_column_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path, put: Any) -> None:
    home = tmp_path / "var"
    said = run(home, "import", str(put("a.csv", "id,Texto\nabcdef1,CECOT\n")), "--map", "text=Body")
    assert_plain(said, 2, "a.csv has no column Body; its columns are id, Texto; nothing was imported")
    assert not (home / "store").exists()


def test_a_dump_that_breaks_off_is_shown_with_what_can_be_read(preview: Previewed, put: Any) -> None:
    whole, cut = (zstandard.compress(lines_of([comment(f"c{n}", "No al CECOT")])) for n in range(2))
    _, lines = preview(put("RC_a.zst", whole + cut[:-9]))
    assert lines[0] == "RC_a.zst: dump of Reddit, packed with Zstandard"
    assert "1 of the first 1 lines are on the topic" in lines[-1]
    assert "RC_a.zst breaks off before its end" in lines[-1]


def test_what_was_refused_is_said_in_full_and_nobody_is_waited_for(tmp_path: Path, put: Any) -> None:
    table = put(
        "a.csv", "id,text,date\nabcdef1,No al CECOT,2025-02-03\nabcdef2,,2025-02-03\n1.91E+18,CECOT,\n"
    )
    waiting, never = os.pipe()  # an input that stays open and gives nothing
    try:
        said = run_with(tmp_path / "var", "import", str(table), str(CONSENT), stdin=waiting)
    finally:
        os.close(waiting)
        os.close(never)
    assert_plain(said, 3, "1 kept, 3 quarantined", "a.csv: 2 of 3 were refused: line 3: the row has no text")
    assert_plain(said, 3, "line 4: the id 1.91E+18 was rounded by a spreadsheet")
    assert_plain(said, 3, "consent.html was refused: ", "published")
    assert QUESTION not in said.stdout
