"""The way of a clinic batch from its folder to staged Parquet: once, on purpose, whole or not at all."""

from __future__ import annotations

import json

import polars as pl
import pytest
from typer.testing import CliRunner

from expectations import read_clinic_certificate
from pipeline.cli import app
from pipeline.clinic import RefusedBatchError, check_batch, current_clinic_certificate, take_in
from pipeline.clinic_taking import take_in_all
from pipeline.clinic_template import new_id, seal, write_template
from pipeline.home import Home
from pipeline.reporter import Silent
from pipeline.settings import Settings
from tests.privacy.clinic_batches import make
from vocabulary.errors import ClinicBatchError
from vocabulary.tables.clinic import BATCH_TABLES, ID_LENGTH, STAGED_TABLES

SETTINGS = Settings()


@pytest.fixture
def home(tmp_path) -> Home:
    return Home(tmp_path / "home")


def snapshot(home: Home) -> dict[str, tuple[int, bytes]]:
    return {
        str(path): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(home.root.rglob("*"))
        if path.is_file() and ".locks" not in path.parts
    }


def staged(home: Home, batch, table: str) -> pl.DataFrame:
    place = home.clinic_staged(batch.manifest["clinic_id"], batch.manifest["batch_id"])
    return pl.read_parquet(place / table / "part-00000.parquet")


def as_text(frame: pl.DataFrame) -> list[dict[str, str]]:
    def cell(value) -> str:
        if value is None:
            return ""
        return (
            {True: "yes", False: "no"}[value]
            if isinstance(value, bool)
            else f"{value:g}"
            if isinstance(value, float)
            else str(value)
        )

    return [{name: cell(value) for name, value in row.items()} for row in frame.iter_rows(named=True)]


@pytest.mark.parametrize("form", ["csv", "parquet", "zip"])
def test_every_row_is_staged_as_it_was_sent(home, tmp_path, form):
    batch = make(3, patients=4, sessions=3)
    path = batch.write_zip(tmp_path) if form == "zip" else batch.write(tmp_path, form)
    taken = take_in(home, SETTINGS, path)
    assert taken.is_new
    assert taken.replaced_revision is None
    for name, declared in STAGED_TABLES.items():
        frame = staged(home, batch, name)
        assert dict(frame.schema) == declared.polars_schema
        sent = [
            {key: f"{float(value):g}" if key.startswith("dose") and value else value for key, value in row.items()}
            for row in batch.tables[name]
        ]
        assert as_text(frame.select(BATCH_TABLES[name].column_names)) == sent
        assert frame["source_line"].to_list() == list(range(2, len(sent) + 2))
        assert set(frame["clinic_id"]) == {batch.manifest["clinic_id"]}
        assert taken.row_counts[name] == len(sent)
    certificate = read_clinic_certificate(
        home.clinic_certificate(batch.manifest["clinic_id"], batch.manifest["batch_id"])
    )
    assert certificate.status in {"passed", "warned"}
    assert dict(certificate.row_counts) == taken.row_counts
    assert certificate == current_clinic_certificate(home, certificate.clinic_id, certificate.batch_id)


def test_the_same_content_again_changes_nothing(home, tmp_path):
    batch = make(4)
    take_in(home, SETTINGS, batch.write(tmp_path))
    before = snapshot(home)
    for path in (batch.write(tmp_path), batch.write_zip(tmp_path, name="batch-2", inside="batch/")):
        assert not take_in(home, SETTINGS, path).is_new
    assert snapshot(home) == before


def test_a_correction_replaces_the_batch_and_is_recorded(home, tmp_path):
    batch = make(5, patients=3)
    take_in(home, SETTINGS, batch.write(tmp_path))
    first = len(batch.tables["vital"])
    batch.manifest["revision"] = 3
    del batch.tables["vital"][0]
    taken = take_in(home, SETTINGS, batch.write(tmp_path))
    assert (taken.is_new, taken.revision, taken.replaced_revision) == (True, 3, 1)
    assert len(staged(home, batch, "vital")) == first - 1
    assert set(staged(home, batch, "vital")["revision"]) == {3}
    (place,) = home.clinic_batches()
    manifest = json.loads((place / "manifest.json").read_text())
    assert [entry["revision"] for entry in manifest["replaced"]] == [1]
    assert not list(place.parent.glob(".*"))


@pytest.mark.parametrize("revision", [1, 2])
def test_other_content_needs_a_higher_revision(home, tmp_path, revision):
    batch = make(6)
    batch.manifest["revision"] = 2
    take_in(home, SETTINGS, batch.write(tmp_path))
    before = staged(home, batch, "vital")
    batch.manifest["revision"] = revision
    batch.tables["vital"].pop()
    with pytest.raises(RefusedBatchError, match="Revision 2 of this batch is staged with other content"):
        take_in(home, SETTINGS, batch.write(tmp_path))
    assert staged(home, batch, "vital").equals(before)


def test_a_session_is_counted_once_over_the_batches_of_a_clinic(home, tmp_path):
    batch = make(7)
    take_in(home, SETTINGS, batch.write(tmp_path))
    batch.manifest["batch_id"] = make(8).manifest["batch_id"]
    with pytest.raises(RefusedBatchError, match="in_other_batch, 6 rows"):
        take_in(home, SETTINGS, batch.write(tmp_path))
    other = make(8)
    other.manifest["clinic_id"] = batch.manifest["clinic_id"]
    assert take_in(home, SETTINGS, other.write(tmp_path)).is_new
    assert len(home.clinic_batches()) == 2


def test_a_refused_batch_leaves_what_is_staged_alone(home, tmp_path):
    batch = make(9)
    take_in(home, SETTINGS, batch.write(tmp_path))
    before = staged(home, batch, "vital")
    batch.manifest["revision"] = 2
    batch.tables["vital"][0]["session_id"] = make(10).tables["session"][0]["session_id"]
    with pytest.raises(RefusedBatchError, match="vital, rule without_session, 1 row"):
        take_in(home, SETTINGS, batch.write(tmp_path))
    assert staged(home, batch, "vital").equals(before)


def test_a_run_killed_between_two_renames_is_mended(home, tmp_path):
    batch = make(11)
    path = batch.write(tmp_path)
    take_in(home, SETTINGS, path)
    (place,) = home.clinic_batches()
    place.rename(place.with_name(f".{place.name}.old"))
    assert not take_in(home, SETTINGS, path).is_new
    assert home.clinic_batches() == [place]


def test_all_that_is_wrong_is_told_at_once(tmp_path):
    batch = make(12)
    batch.tables["patient"][0]["age_years"] = "94"
    batch.tables["session"][0]["drug"] = "Ketalar"
    batch.tables["vital"][0] |= {"systolic_mmhg": "20", "diastolic_mmhg": "60"}
    batch.headers["scale"] = [*BATCH_TABLES["scale"].column_names[:-1]]
    path = batch.write(tmp_path)
    (path / "event.csv").write_bytes(batch.csv("event") + b"\n")
    (path / "note.txt").write_text("x")
    found = {(finding.kind.value, finding.table, finding.rule) for finding in check_batch(path, SETTINGS).findings}
    assert {
        ("privacy", "patient", "age_over_89"),
        ("privacy", "session", "name"),
        ("validation", "vital", "systolic_mmhg_in_range"),
        ("validation", "vital", "systolic_not_above_diastolic"),
        ("contract", "scale", "missing"),
        ("contract", "event", "sha256"),
        ("contract", "event", "row_count"),
        ("privacy", "batch", "free_text"),
    } <= found


def test_the_template_passes_once_it_is_sealed(home, tmp_path):
    batch = write_template(tmp_path / "out", period="2024q3")
    assert check_batch(batch, SETTINGS).findings == ()
    made = make(13)
    for name in BATCH_TABLES:
        (batch / f"{name}.csv").write_bytes(made.csv(name))
    assert {finding.rule for finding in check_batch(batch, SETTINGS).findings} == {"sha256", "row_count"}
    assert seal(batch)["session"] == len(made.tables["session"])
    assert take_in(home, SETTINGS, batch).is_new
    blank = write_template(tmp_path / "blank")
    assert [(f.table, f.column) for f in check_batch(blank, SETTINGS).findings] == [("manifest", "period")]
    assert len({new_id() for _ in range(1000)}) == 1000
    assert len(new_id()) == ID_LENGTH


def test_the_commands_say_what_they_did(home, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke
    assert run(app, ["clinic", "template", "out", "--period", "2024"]).exit_code == 0
    assert len(set(run(app, ["clinic", "ids", "20"]).stdout.split())) == 20
    made = make(14)
    for name in BATCH_TABLES:
        (tmp_path / "out" / "batch" / f"{name}.csv").write_bytes(made.csv(name))
    before = sorted(tmp_path.rglob("*"))
    unsealed = run(app, ["clinic", "check", "out/batch"])
    assert isinstance(unsealed.exception, ClinicBatchError)
    assert "contract: patient, rule sha256, 1 row." in unsealed.stderr
    assert run(app, ["clinic", "seal", "out/batch"]).exit_code == 0
    assert "would be taken in: patient 3, session 6" in run(app, ["clinic", "check", "out/batch"]).stderr
    assert sorted(tmp_path.rglob("*")) == before  # a check writes nothing, nowhere
    for words in ("Taken in: revision 1", "Nothing is new: revision 1"):
        assert words in run(app, ["clinic", "take-in", "out/batch", "--home", str(home.root)]).stderr


def test_the_dictionary_has_every_column(tmp_path):
    write_template(tmp_path / "out")
    rows = pl.read_csv(tmp_path / "out" / "data_dictionary.csv", infer_schema=False)
    words = (tmp_path / "out" / "data_dictionary.md").read_text()
    for name, table in BATCH_TABLES.items():
        assert rows.filter(pl.col("table") == name)["column"].to_list() == list(table.column_names)
        assert all(f"`{column}`" in words for column in table.column_names)
        assert all(column.description in words for column in table.columns)


def test_many_batches_are_taken_in_side_by_side_and_a_refused_one_stops_none(tmp_path, home, monkeypatch):
    monkeypatch.setattr("pipeline.clinic_taking.HEAVY_BYTES", 0)
    batches = [make(seed) for seed in (41, 42, 43)]
    batches[1].manifest["clinic_id"] = batches[0].manifest["clinic_id"]
    batches[2].tables["patient"][0]["age_years"] = "Zqanaryword"
    paths = [batch.write(tmp_path / str(number)) for number, batch in enumerate(batches)]
    settings = Settings(workers=2)
    outcomes = dict(take_in_all(home, settings, paths, Silent()))
    assert [outcomes[number].name for number in (1, 2)] == [
        f"{batch.manifest['clinic_id']}~{batch.manifest['batch_id']}" for batch in batches[:2]
    ]
    assert isinstance(outcomes[3], RefusedBatchError)
    assert outcomes[3].findings[0].column == "age_years"
    assert outcomes[3].clinic_id == batches[2].manifest["clinic_id"]
    assert len(home.clinic_batches()) == 2
    arguments = ["clinic", "take-in", *map(str, paths[1:]), "--home", str(home.root)]
    shown = CliRunner().invoke(app, arguments)
    assert "1 of 2 batches, by their order: 2" in str(shown.exception)
    assert "Nothing is new" in shown.output
