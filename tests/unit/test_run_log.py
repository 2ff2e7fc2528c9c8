"""The run log: what was done, how long it took, and nothing that must not be read."""

from __future__ import annotations

import json

import pytest

from pipeline.home import Home
from pipeline.run_log import last_steps, read_run_log, recorded, run_log
from pipeline.run_steps import run_step_rows, seconds_of
from pipeline.terminal import Terminal
from vocabulary.errors import ClinicBatchError
from vocabulary.quarter import Quarter

Q3, Q4 = Quarter(2022, 3), Quarter(2022, 4)


def test_a_step_leaves_a_line_with_what_it_told_and_how_long_it_took(tmp_path):
    home = Home(tmp_path)
    with recorded(home, "stage", "2022q4") as facts:
        facts["row_count"] = 7
    (step,) = read_run_log(home)
    assert (step.step, step.subject, step.outcome, step.facts) == ("stage", "2022q4", "done", {"row_count": 7})
    assert 0 <= step.seconds < 5


def test_a_step_that_fails_leaves_its_kind_of_error_and_no_word_of_it(tmp_path):
    home = Home(tmp_path)
    with pytest.raises(ClinicBatchError), recorded(home, "take_in"):
        raise ClinicBatchError("a value of a patient")
    with pytest.raises(KeyError), recorded(home, "take_in"):
        raise KeyError("another value of a patient")
    assert [step.facts["error"] for step in read_run_log(home)] == ["ClinicBatchError", "Exception"]
    assert [step.outcome for step in read_run_log(home)] == ["failed", "failed"]
    assert "patient" not in run_log(home).read_text()


def test_where_nothing_was_done_there_is_no_line(tmp_path):
    with recorded(Home(tmp_path), "land", "2022q4") as facts:
        facts["is_nothing_new"] = True
    assert read_run_log(Home(tmp_path)) == []


def test_a_line_that_was_cut_off_is_left_out(tmp_path):
    home = Home(tmp_path)
    with recorded(home, "stage", "2022q4"):
        pass
    with run_log(home).open("a") as log:
        log.write('{"at": "2026-01-')
    assert len(read_run_log(home)) == 1


def test_the_rows_of_a_build_are_the_last_that_were_done(tmp_path):
    home = Home(tmp_path)
    for row_count in (1, 2):
        with recorded(home, "stage", "2022q4") as facts:
            facts["row_count"] = row_count
    with pytest.raises(ClinicBatchError), recorded(home, "stage", "2022q4"):
        raise ClinicBatchError("later, and failed")
    rows = run_step_rows(home, [Q3, Q4])
    assert rows.select("quarter", "step", "row_count").rows() == [("2022q4", "stage", 2)]
    assert last_steps(read_run_log(home))["stage", "2022q4"].outcome == "failed"
    assert run_step_rows(Home(tmp_path / "empty"), [Q3]).is_empty()


def test_tables_of_a_build_are_named_with_their_seconds_but_for_those_that_took_next_to_none():
    plan = [("core.a", "made anew", "", 2.00049), ("core.b", "kept", "", 0.01), ("core.c", "made anew", "", 0.05)]
    assert seconds_of(plan) == {"core.a": 2.0, "core.c": 0.05}


def test_json_lines_instead_of_a_terminal(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("KETAVIGIL_LOG_FORMAT", "json")
    with Terminal() as terminal:
        terminal.step("2022q4: stage")
        with recorded(Home(tmp_path), "stage", "2022q4") as facts:
            facts["row_count"] = 7
        terminal.advance(1, 2)
        terminal.warn("look at this")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == ["step_started", "step_ended", "look at this"]
    assert [line["level"] for line in lines] == ["info", "info", "warning"]
    assert lines[1]["row_count"] == 7
    assert lines[1]["subject"] == "2022q4"
