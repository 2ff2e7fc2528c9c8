"""The page is made from results alone, and says of every figure whether it is met."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from bench import inputs
from bench.figures import FIGURES
from bench.growth import exponent, n_log_n
from bench.measure import Round
from bench.micro_results import boiled_down, micro_table
from bench.plot import log_plot
from bench.report import NOTES, PAGE, REASONS, missed_without_reason, page
from bench.results import FOLDER, Measurement, Results, machine_name, ratio, read, read_all, write


def one(wall: float, peak: float = 1e9, **figures: float) -> Round:
    return Round(wall, 2 * wall, int(peak), 10**9, 10**8, 0, figures)


def measured(case: str, work: str, *rounds: Round, reports: int = 400_000) -> Measurement:
    return Measurement(case, work, {"reports": reports, "quarters": 4}, rounds)


RESULTS = Results(
    part="short",
    machine={"cpu": "Intel(R) Xeon(R) Processor", "cores": 2, "memory_gb": 25, "system": "Linux"},
    versions={"python": "3.11.2", "polars": "2.1.0"},
    commit="abc1234",
    is_shared=True,
    load_before=3.5,
    measurements=(
        measured(inputs.QUARTER.name, "take_in", one(9.0), one(30.0), one(8.0)),
        measured(inputs.FOUR_SMALL.name, "floor", one(4.0), one(8.0), one(4.0), reports=400_000),
        measured(inputs.FOUR_SMALL.name, "run", one(12.0), one(24.0), one(20.0), reports=400_000),
        measured(inputs.GUARD.name, "floor", one(1.0), reports=50_000),
        measured(inputs.GUARD.name, "run", one(6.0, **{"seconds of mart.interaction": 2.0}), reports=50_000),
        measured(inputs.FOUR_SMALL.name, "queries", one(3.0, **{f"mart {part}": 7.0 for part in
            ("queries", "median_ms", "p95_ms", "longest_ms")})),
    ),
)  # fmt: skip


def row(text: str, start: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(f"| {start}"))


def test_figures_are_medians_and_are_met_or_missed():
    text, _ = page([RESULTS], {"four_small_ratio": "Marts cost the same at any size."})
    assert "| 10 s | 9.00 s | met |  |" in row(text, "One full-size quarter: land")
    # Ratios of the rounds are 3, 3 and 5; the ratio of the medians would be 5.
    missed = row(text, "Four quarters of 100,000, zips")
    assert "3.00 x floor | **missed** | Marts cost the same at any size." in missed
    assert "not measured" in row(text, "Whole history")
    assert "7.00 ms | met" in row(text, "Query of a mart, p95, four quarters of 100,000")


def test_a_miss_without_a_reason_is_named():
    assert missed_without_reason([RESULTS], {}) == ["four_small_ratio"]
    assert missed_without_reason([RESULTS], {"four_small_ratio": "why"}) == []


def test_a_shared_machine_is_told():
    assert "the machine was shared" in page([RESULTS], {})[0]
    assert "the machine was shared" not in page([replace(RESULTS, is_shared=False)], {})[0]


def test_every_drawing_that_the_page_shows_is_made():
    text, drawings = page([RESULTS], {})
    assert set(re.findall(r"\]\(([^)]+\.svg)\)", text)) == set(drawings)
    for drawing in drawings.values():
        ElementTree.fromstring(drawing)


def test_results_are_read_as_written(tmp_path):
    path = write(RESULTS, tmp_path)
    assert path.name == "short-intel-xeon-2-cores-25-gb.json"
    assert read(path) == RESULTS


def test_ratio_is_of_rounds_side_by_side():
    floor = measured("x", "floor", one(1.0), one(10.0), one(2.0))
    ours = measured("x", "run", one(2.0), one(20.0), one(4.0))
    assert ratio(ours, floor, lambda each: each.wall_seconds) == pytest.approx(2.0)


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_the_exponent_of_a_power_law_is_found(power):
    assert exponent([(size, 3 * size**power) for size in (1e5, 4e5, 2e6)]) == pytest.approx(power)


def test_no_exponent_from_one_size():
    assert exponent([(1e5, 2.0), (1e5, 3.0)]) is None


def test_n_log_n_lies_a_little_above_one():
    assert 1.0 < n_log_n(1.6e6, 25e6) < 1.1


def test_points_are_drawn_inside_the_frame():
    drawing = ElementTree.fromstring(log_plot("t", "x", "y", {"a & b": [(5e4, 0.7), (4e5, 13.0)], "none": []}))
    circles = [each for each in drawing if each.tag.endswith("circle")]
    assert len(circles) == 2
    for circle in circles:
        assert 64 <= float(circle.attrib["cx"]) <= 530
        assert 40 <= float(circle.attrib["cy"]) <= 312


def test_reasons_name_figures():
    assert set(tomllib.loads(REASONS.read_text())) <= {figure.name for figure in FIGURES}


def test_kept_results_name_no_place_on_a_machine():
    for path in FOLDER.glob("*.json"):
        kept = read(path)
        assert path.name == f"{kept.part}-{machine_name(kept.machine)}.json"
        assert not re.search(r'"/|\\\\|/home/|/tmp/', path.read_text())


def test_the_page_is_the_one_of_the_kept_results():
    """To mend it: ``python -m bench report``."""
    notes = NOTES.read_text() if NOTES.exists() else ""
    assert PAGE.read_text() == page(read_all(), tomllib.loads(REASONS.read_text()), notes)[0]


def test_small_benchmarks_are_told_in_milliseconds_without_the_machine_s_name(tmp_path):
    told = {
        "machine_info": {"node": "a-host"},
        "benchmarks": [
            {
                "fullname": "bench/micro/test_names.py::test_match_names",
                "stats": {"median": 0.2028, "iqr": 0.1, "rounds": 3},
            }
        ],
    }
    boiled = boiled_down(told, "abc1234")
    (tmp_path / "some.json").write_text(json.dumps(boiled))
    assert "a-host" not in json.dumps(boiled)
    assert "| names: match_names | 203 | 1e+02 | 3 |" in micro_table("some", tmp_path)
    assert micro_table("other", tmp_path) == []
