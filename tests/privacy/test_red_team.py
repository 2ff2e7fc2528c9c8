"""Identifiers in every place of a batch are refused in full; the rates are printed."""

from __future__ import annotations

import io
import json
from pathlib import Path

import polars as pl
import pytest

from tests.privacy.clinic_batches import make, privacy_places, read_files, tell
from transforms.clinic import read_manifest
from transforms.privacy import CLASSES, RULES, FindingKind, class_of_name, class_of_value, drop_name_finding
from vocabulary.tables.clinic import BATCH_TABLES

HERE = Path(__file__).parent
CELLS = {
    "patient": "indication",
    "session": "dose_mg",
    "vital": "session_id",
    "scale": "minute_offset",
    "event": "term",
}
"""Where each spelling is planted at once: a code, two numbers, an id and a reviewed term."""


def spellings(name: str) -> list[tuple[str, str]]:
    """Class and spelling per line of a list."""
    found, rule = [], ""
    for line in (HERE / name).read_text(encoding="utf-8").split("\n"):
        if line.startswith("[") and line.endswith("]"):
            rule = line[1:-1]
        elif line:
            found.append((rule, line))
    return found


VALUES = spellings("identifier_values.txt")
NAMES = spellings("identifier_names.txt")


def test_the_lists_cover_all_classes_and_are_long_enough():
    classes = {found.rule for found in CLASSES}
    assert classes <= {rule for rule, _ in VALUES}
    assert classes <= {rule for rule, _ in NAMES}
    assert len(set(VALUES)) == len(VALUES) >= 200
    assert len(set(NAMES)) == len(NAMES) >= 100


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_every_identifier_is_refused_in_every_cell(ending, capsys):
    tried = refused = 0
    for table, column in [*CELLS.items(), ("patient", "age_years")]:
        planted = [spelling for rule, spelling in VALUES if (rule == "age_over_89") is (column == "age_years")]
        found = findings_on(table, column, planted, ending)
        counted = sum(finding.rows for finding in found)
        escaped = [] if counted == len(planted) else [s for s in planted if not findings_on(table, column, [s], ending)]
        assert escaped == [], (table, column)
        tried, refused = tried + len(planted), refused + counted
    tell(capsys, f"red team, {ending}: {len(VALUES)} spellings in {tried} cells, {refused} refused")
    assert refused == tried


def findings_on(table, column, planted, ending):
    """Privacy findings on one column whose rows hold one spelling each."""
    batch = make(7, patients=1, sessions=1, readings=1)
    batch.tables[table] = [batch.tables[table][0] | {column: spelling} for spelling in planted]
    files = batch.files()
    if ending == "parquet":
        files.pop(f"{table}.csv")
        files[f"{table}.parquet"] = text_parquet(batch, table)
    found = read_files(files).findings
    return [
        finding
        for finding in found
        if (finding.kind, finding.table, finding.column) == (FindingKind.PRIVACY, table, column)
    ]


def test_most_identifiers_are_called_by_their_class(capsys):
    wrong = [(rule, spelling) for rule, spelling in VALUES if class_of_value(spelling).rule != rule]
    tell(capsys, f"red team, classes: {len(VALUES) - len(wrong)} of {len(VALUES)} values called by their class")
    assert len(wrong) <= 0.16 * len(VALUES), wrong


def test_no_message_repeats_a_spelling():
    batch = make(7, patients=2, sessions=1)
    harmless_words = " ".join([*map(repr, BATCH_TABLES.values()), *map(repr, RULES.values())])
    for _, spelling in VALUES[::5]:
        batch.tables["event"][0]["term"] = batch.tables["patient"][0]["patient_id"] = spelling
        texts = [finding.text for finding in batch.read().findings]
        assert texts
        if len(spelling) > 4 and spelling not in harmless_words:
            assert not any(spelling in text for text in texts), spelling


def text_parquet(batch, table) -> bytes:
    """The table as Parquet of texts."""
    frame = pl.DataFrame(
        [{name: row.get(name) or None for name in BATCH_TABLES[table].column_names} for row in batch.tables[table]],
        schema=dict.fromkeys(BATCH_TABLES[table].column_names, pl.String),
    )
    out = io.BytesIO()
    frame.write_parquet(out)
    return out.getvalue()


def test_every_identifier_is_refused_in_the_manifest():
    plain = json.loads(make(7, patients=1, sessions=1).files()["manifest.json"])
    for number, (rule, spelling) in enumerate(VALUES):
        key = ("clinic_id", "batch_id", "period")[number % 3]
        if rule == "age_over_89" or (key == "period" and spelling in {"2023", "2023q2"}):
            continue  # the form of a period, and numbers that are nobody's age in a manifest
        for value in (spelling, {"is": [spelling]}):
            manifest, found = read_manifest(json.dumps(plain | {key: value}).encode())
            assert manifest is None
            assert ("manifest", key) in privacy_places(found), (rule, spelling)


def test_every_name_is_refused_as_column_key_file_and_batch(capsys):
    names = list(dict.fromkeys(name for _, name in [*NAMES, *VALUES]))
    plain = make(3, patients=1, sessions=1)
    plain.headers["session"] = [*BATCH_TABLES["session"].column_names, *names]
    plain.manifest |= dict.fromkeys(names, "x")
    files = plain.files() | {f"{name}.csv": b"a\n1\n" for name in names}
    places = privacy_places(read_files(files).findings)
    first_column, first_key, first_file = len(BATCH_TABLES["session"].column_names) + 1, 7, 7
    for number, name in enumerate(names):
        assert ("session", f"column {first_column + number}") in places, name
        assert ("manifest", f"key {first_key + number}") in places, name
        assert ("batch", f"file {first_file + number}") in places, name
        assert drop_name_finding(name) is not None, name
    wrong = [(rule, name) for rule, name in NAMES if getattr(class_of_name(name), "rule", None) != rule]
    tell(
        capsys,
        f"red team, names: {len(names)} names of columns, keys, files and batches, all refused; "
        f"{len(NAMES) - len(wrong)} of {len(NAMES)} called by their class",
    )
    assert len(wrong) <= 0.1 * len(NAMES), wrong
