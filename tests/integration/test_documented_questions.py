"""Every block of docs/analysts.md and docs/researchers.md runs; on the demo, the answers are those that are shown."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

import reference
from pipeline import fingerprint
from pipeline.cli import app
from pipeline.home import Home
from warehouse.asking import ask, open_alone

ROOT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("answer_questions", ROOT / "scripts" / "answer_questions.py")
answer_questions = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(answer_questions)

PAGES = {page.name: page.read_text(encoding="utf-8") for page in answer_questions.PAGES}


def blocks(language):
    return [
        (page, text)
        for page, words in PAGES.items()
        for text in re.findall(rf"```{language}\n(.*?)```", words, flags=re.DOTALL)
    ]


COMMANDS = [line for _, text in blocks("sh") for line in text.splitlines() if line.startswith("ketavigil ")]


@pytest.fixture(scope="module")
def home(four_quarters, tmp_path_factory):
    """The shared warehouse where the pages say that it is: data/ of the folder in which one is."""
    folder = tmp_path_factory.mktemp("analyst")
    place = Home(folder / "data")
    place.builds.mkdir(parents=True)
    (build,) = [path for path in four_quarters.home.builds.glob("*.duckdb")
                if path.samefile(four_quarters.home.published)]  # fmt: skip
    for target in (place.builds / build.name, place.published):
        os.link(build, target)
    place.raw.parent.mkdir(parents=True)
    place.raw.symlink_to(four_quarters.home.raw)
    return folder


@pytest.fixture(scope="module")
def published(home):
    with open_alone(home / "data" / "warehouse" / "ketavigil.duckdb") as connection:
        yield connection


def test_there_are_twenty_questions():
    assert re.findall(r"^### (\d+)\. ", PAGES["analysts.md"], flags=re.MULTILINE) == [str(n) for n in range(1, 21)]


def test_every_sql_has_an_answer_beside_it():
    for page, words in PAGES.items():
        assert len(re.findall("```sql\n", words)) == len(answer_questions.ANSWERED.findall(words)) > 3, page


@pytest.mark.parametrize(("page", "sql"), blocks("sql"), ids=lambda value: value[:40])
def test_every_question_runs_and_has_the_columns_of_its_answer(published, page, sql):
    found = ask(published, sql)
    list(found.rows())
    told = next(one["answer"] for one in answer_questions.ANSWERED.finditer(PAGES[page]) if one["sql"] == sql)
    assert tuple(told.splitlines()[0].split()) == found.columns


@pytest.mark.parametrize(("page", "code"), blocks("python"), ids=["python"])
def test_the_python_runs(home, monkeypatch, page, code):
    monkeypatch.chdir(home)
    names = {}
    exec(compile(code, page, "exec"), names)
    names["connection"].close()
    assert names["profile"].height > 10
    assert len(names["table"]) > 10


def test_the_sql_inside_the_other_languages_runs(published):
    (r,) = [text for _, text in blocks("r")]
    (sql,) = re.findall(r'"(FROM [^"]*)"', r)
    assert list(ask(published, sql).rows())


def test_the_file_can_be_attached_as_told(home, monkeypatch):
    (attach,) = re.findall(r"`(ATTACH [^`]*)`", PAGES["analysts.md"])
    monkeypatch.chdir(home)
    with duckdb.connect() as connection:
        connection.execute(attach)
        assert connection.execute("FROM side_effects_of_ketamine").fetchall()


def test_every_command_runs_in_the_order_of_the_pages(home, monkeypatch):
    """In one process, one after the other: what is reproduced was exported before."""
    monkeypatch.chdir(home)
    monkeypatch.delenv("KETAVIGIL_HOME", raising=False)
    assert len(COMMANDS) >= 7
    run = CliRunner()
    for line in COMMANDS:
        done = run.invoke(app, shlex.split(line)[1:])
        assert done.exit_code == 0, (line, done.stderr, done.exception)
        assert done.stderr, line
    exported = home / "data" / "exports" / "anxiety"
    named = re.findall(r"^\| `([a-zA-Z_0-9/.]+)`", PAGES["researchers.md"], flags=re.MULTILINE)
    assert len(named) == 7
    assert all((exported / name).is_file() for name in named)
    for ending in ("csv", "xlsx", "dta", "xpt"):
        assert (exported / "data" / f"table_2.{ending}").is_file()
    shutil.rmtree(exported)


def test_the_answers_are_those_of_the_demo():
    """To mend it: make run, then python scripts/answer_questions.py data, and read the diff."""
    published = ROOT / "data" / "warehouse" / "ketavigil.duckdb"
    if not published.is_file():
        pytest.skip("there is no demo in data/: make run makes it")
    with duckdb.connect(published, read_only=True) as connection:
        (build,) = connection.execute(
            "SELECT code_version, reference_version, is_simulated, quarter_count FROM meta.build"
        ).fetchall()
    if build != (fingerprint.of_code(fingerprint.BUILD_CODE), reference.version(), True, 6):
        pytest.skip("data/ holds no demo of this version: make run makes it")
    with open_alone(published, threads=1) as connection:
        for page, words in PAGES.items():
            assert answer_questions.answered(connection, words) == words, page
