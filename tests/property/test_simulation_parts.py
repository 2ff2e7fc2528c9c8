"""Invariants of the simulator's parts: draws, the choice of a current version, the zip writer."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulation.archive import ZipWriter
from simulation.scenario import STANDARD
from simulation.sightings import current_of, new_records
from simulation.stream import Stream, weighted
from simulation.terms import ordinary_choice, term_book
from simulation.world import World
from vocabulary.quarter import Quarter

WEIGHTS = st.lists(st.floats(0, 1e6, allow_nan=False), min_size=1, max_size=200).filter(lambda some: sum(some) > 0)


@given(WEIGHTS, st.integers(8, 14))
def test_a_guide_table_gives_every_weight_its_share(weights: list[float], bits: int) -> None:
    choice = weighted(weights, bits)
    assert len(choice.guide) == 1 << bits
    assert choice.probability.sum() == 1.0
    assert ((choice.probability > 0) >= (np.array(weights) > 0)).all()
    share = np.array(weights) / sum(weights)
    slack = (np.count_nonzero(weights) + 1) / (1 << bits)
    assert np.abs(choice.probability - share).max() <= slack
    picked = Stream(1, "draws").pick(1000, choice)
    assert (choice.probability[picked] > 0).all()


@given(st.integers(0, 2**32), st.integers(1, 1000), st.integers(1, 10**6))
def test_draws_stay_in_range_and_repeat(seed: int, size: int, bound: int) -> None:
    first, second = (Stream(seed, "2022q4", "cases") for _ in range(2))
    drawn = first.below(size, bound)
    assert (drawn == second.below(size, bound)).all()
    assert drawn.min() >= 0
    assert drawn.max() < bound
    sample = first.sample(min(size, bound), bound % 5000 + size)
    assert (np.diff(sample) > 0).all()
    assert not (Stream(seed, "2022q4", "other").words(64) == Stream(seed, "2022q4", "cases").words(64)).all()


SIGHTINGS = st.lists(
    st.tuples(
        st.integers(1, 6), st.booleans(), st.integers(-1, 4), st.integers(-1, 3), st.integers(0, 3), st.integers(0, 5)
    ),
    max_size=40,
)


@given(SIGHTINGS)
def test_the_current_version_is_the_highest_by_the_rule(rows: list[tuple[int, bool, int, int, int, int]]) -> None:
    records = new_records(len(rows))
    for place, (case, faers, version, day, quarter, report) in enumerate(rows):
        for name, value in zip(("case_id", "faers", "version", "day", "quarter", "report_id"),
                               (case, faers, version, day, quarter, report), strict=True):  # fmt: skip
            records[name][place] = value
        records["last_seen"][place] = quarter
    current, superseded = current_of(records)
    by_case: dict[int, list[tuple[bool, int, int, int, int]]] = {}
    for case, *rank in rows:
        by_case.setdefault(case, []).append(tuple(rank))  # type: ignore[arg-type]
    assert current["case_id"].tolist() == sorted(by_case)
    assert len(superseded) == len(rows) - len(by_case)
    for record in current:
        ranks = by_case[int(record["case_id"])]
        kept = (record["faers"], record["version"], record["day"], record["quarter"], record["report_id"])
        assert tuple(int(value) for value in kept) == tuple(int(value) for value in max(ranks))
        assert record["sightings"] == len(ranks)
        assert record["last_seen"] == max(quarter for _, _, _, quarter, _ in ranks)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}/[A-Z]{1,8}\.txt", fullmatch=True), st.lists(st.binary(max_size=3000)),
                       min_size=1, max_size=5))  # fmt: skip
def test_any_reader_opens_the_zip(tmp_path: Path, written: dict[str, list[bytes]]) -> None:
    path = tmp_path / "some.zip"
    with ZipWriter(path) as archive:
        for name, chunks in written.items():
            archive.add(name, chunks)
    with zipfile.ZipFile(path) as found:
        assert found.testzip() is None
        assert {name: found.read(name) for name in found.namelist()} == {
            name: b"".join(chunks) for name, chunks in written.items()
        }
        assert {info.date_time for info in found.infolist()} == {(2024, 1, 1, 0, 0, 0)}


def test_shares_of_ordinary_terms_are_what_is_drawn() -> None:
    world, quarter = World(STANDARD), Quarter(2022, 4)
    share = world.term_share(quarter)
    stream = Stream(5, "reports")
    count = 1 + stream.pick(200_000, world.further_terms(quarter))
    term = stream.pick(int(count.sum()), ordinary_choice(STANDARD))
    report = np.repeat(np.arange(len(count)), count)
    for number in np.argsort(-share)[:20].tolist():
        carried = len(np.unique(report[term == number])) / len(count)
        assert carried == pytest.approx(share[number], abs=5 * np.sqrt(share[number] / len(count)))
    assert term_book().terms[int(np.argmax(share))] == "Drug ineffective"
