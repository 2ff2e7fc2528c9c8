"""What another version of the code wrote is told from it: made anew, or refused with a sentence; never misread."""

from __future__ import annotations

import dataclasses
import json
import shutil

import duckdb
import pytest

from pipeline.building import admit
from pipeline.publishing import publish_build
from pipeline.settings import Settings
from pipeline.staging import stage
from sources import current_receipts
from vocabulary.errors import CertificateError, SchemaVersionError
from vocabulary.quarter import Quarter
from vocabulary.schema import schema_version
from vocabulary.tables.core import REPORT
from vocabulary.tables.meta import BUILD
from warehouse.query import open_published


@pytest.fixture(scope="module")
def finished(small_source, tmp_path_factory, run_on):
    """A home with two small quarters; every test alters a copy of it."""
    return run_on(small_source, tmp_path_factory.mktemp("upgrade") / "home")


@pytest.fixture
def copied(finished, tmp_path):
    """The same home once more, to be altered."""
    shutil.copytree(finished.home.root, tmp_path / "home", symlinks=True)
    return dataclasses.replace(finished.home, root=tmp_path / "home")


def alter(path, statement):
    """Change a finished file, which is read-only."""
    path.chmod(0o644)
    with duckdb.connect(path) as connection:
        connection.execute(statement)


def altered(table, number, **changes):
    """A table with one column changed."""
    columns = list(table.columns)
    columns[number] = dataclasses.replace(columns[number], **changes)
    return dataclasses.replace(table, columns=tuple(columns))


def test_the_version_changes_with_what_a_value_means_and_not_with_words():
    kind = REPORT.columns[1].kind
    other = next(one for one in type(kind) if one is not kind)
    version = schema_version([REPORT, BUILD])
    assert version == schema_version([BUILD, REPORT])
    assert version == schema_version([altered(REPORT, 1, description="In other words."), BUILD])
    for changes in ({"name": "another"}, {"kind": other}, {"unit": "mg"}, {"allowed": ("a",)}, {"nullable": None}):
        assert schema_version([altered(REPORT, 1, **changes), BUILD]) != version, changes
    assert schema_version([dataclasses.replace(REPORT, key=()), BUILD]) != version


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE meta.build SET schema_version = '0123456789abcdef'",
        "ALTER TABLE meta.build DROP COLUMN schema_version",  # as a file looks that is older than the note
        "DROP TABLE meta.build",
    ],
)
def test_a_warehouse_of_another_version_is_refused_with_the_remedy(copied, statement):
    alter(copied.published, statement)
    with pytest.raises(SchemaVersionError, match="`ketavigil run`"):
        open_published(copied.published)


def test_the_remedy_is_one(copied, small_source, run_on):
    alter(copied.published, "UPDATE meta.build SET schema_version = '0123456789abcdef'")
    # A new version of the code gives another build id; here the build of that id is taken away instead.
    for path in copied.builds.glob("*.duckdb"):
        path.unlink()
    again = run_on(small_source, copied.root)
    assert again.result.changed == ["publish"]
    with open_published(copied.published) as connection:
        assert connection.execute("SELECT quarter_count FROM meta.build").fetchall() == [(2,)]


def test_a_build_of_another_version_is_not_published(copied):
    (build,) = copied.builds.glob("*.duckdb")
    shutil.copy(build, older := copied.builds / "older.duckdb")
    alter(older, "UPDATE meta.build SET schema_version = '0123456789abcdef'")
    with pytest.raises(SchemaVersionError, match="another version"):
        publish_build(copied, Settings(home=copied.root), older)
    open_published(copied.published).close()


@pytest.mark.parametrize("found", ["0123456789abcdef", None])
def test_a_quarter_staged_under_another_version_is_left_out_until_it_is_staged_again(copied, found):
    path = next((copied.root / "staged" / "faers").glob("quarter=2022q4/manifest.json"))
    manifest = json.loads(path.read_text())
    if found is None:
        del manifest["source"]["schema"]
    else:
        manifest["source"]["schema"] = found
    path.write_text(json.dumps(manifest))
    admission = admit(copied, allow_incomplete=False)
    assert [str(quarter) for quarter in admission.certificates] == ["2022q3"]
    assert "other tables" in next(iter(admission.refused.values()))
    receipt = current_receipts(copied.raw)[Quarter(2022, 4)]
    assert stage(copied, receipt)
    assert not stage(copied, receipt)
    assert len(admit(copied, allow_incomplete=False).certificates) == 2


def test_where_all_quarters_are_of_another_version_the_build_says_so(copied):
    for path in (copied.root / "staged" / "faers").glob("quarter=*/manifest.json"):
        manifest = json.loads(path.read_text())
        manifest["source"]["schema"] = "0123456789abcdef"
        path.write_text(json.dumps(manifest))
    with pytest.raises(CertificateError, match="staged by a version with other tables; run `ketavigil stage`"):
        admit(copied, allow_incomplete=False)
