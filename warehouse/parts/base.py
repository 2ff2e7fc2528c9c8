"""The build before this one, to go on from: its file, its scratch tables, and what each table was made from."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from vocabulary.quarter import Quarter

FOLDER = "work"
"""Folder beside the builds that holds the scratch tables of the last one."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a table was made from, and what it held."""

    key: str
    content: str


@dataclass(frozen=True, slots=True)
class Base:
    """A finished build whose scratch tables are still there."""

    build: Path
    code: str
    quarters: Mapping[Quarter, str] = field(default_factory=dict)
    """Quarter to the fingerprint of its staged files."""
    made: Mapping[str, Made] = field(default_factory=dict)

    def copy_to(self, partial: Path, scratch: Path) -> None:
        """Copies to work on; the build itself is never touched."""
        for source, target in ((self.build, partial), (kept_work(self.build), scratch / "work.duckdb")):
            shutil.copyfile(source, target)
            target.chmod(0o600)


def kept_work(build: Path) -> Path:
    """Where the scratch tables of a build are kept."""
    return build.parent / FOLDER / build.name


def find_base(builds: Path, code: str) -> Base | None:
    """The newest build with scratch tables that the same code has made; None where there is none that can be read."""
    works = sorted((builds / FOLDER).glob("*.duckdb"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for work in works:
        build = builds / work.name
        if build.is_file() and (base := _read(build, work)) is not None and base.code == code:
            return base
    return None


def note_made(
    connection: duckdb.DuckDBPyConnection, code: str, quarters: Mapping[Quarter, str], made: Mapping[str, Made]
) -> None:
    """Write into the scratch tables what they and the build were made from."""
    connection.execute("CREATE OR REPLACE TABLE work.base_code AS SELECT ? AS code", [code])
    connection.execute("CREATE OR REPLACE TABLE work.base_quarter (quarter VARCHAR, fingerprint VARCHAR)")
    connection.executemany(
        "INSERT INTO work.base_quarter VALUES (?, ?)",
        [[str(quarter), fingerprint] for quarter, fingerprint in sorted(quarters.items())],
    )
    connection.execute("CREATE OR REPLACE TABLE work.base_table (target VARCHAR, key VARCHAR, content VARCHAR)")
    connection.executemany(
        "INSERT INTO work.base_table VALUES (?, ?, ?)",
        [[target, one.key, one.content] for target, one in sorted(made.items()) if not is_of_patients(target)],
    )
    for (name,) in connection.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'work'").fetchall():
        if is_of_patients(f"work.{name}"):
            connection.execute(f"DROP TABLE work.{name}")


def keep_work(scratch: Path, build: Path) -> None:
    """Let the scratch tables of a finished build be the ones to go on from; those of others go."""
    place = kept_work(build)
    place.parent.mkdir(exist_ok=True)
    place.parent.chmod(0o700)
    (scratch / "work.duckdb").chmod(0o600)
    (scratch / "work.duckdb").replace(place)
    for other in place.parent.glob("*.duckdb"):
        if other != place:
            other.unlink()


def is_of_patients(target: str) -> bool:
    """Is it a table of clinics' rows? Those are made anew in every build, and kept in none to go on from."""
    return target.startswith(("clinic.", "work.clinic_"))


def _read(build: Path, work: Path) -> Base | None:
    try:
        with duckdb.connect(work, read_only=True) as connection:
            ((code,),) = connection.execute("SELECT code FROM base_code").fetchall()
            quarters = connection.execute("SELECT quarter, fingerprint FROM base_quarter").fetchall()
            made = connection.execute("SELECT target, key, content FROM base_table").fetchall()
    except (duckdb.Error, ValueError):
        return None
    return Base(
        build,
        code,
        {Quarter.parse(quarter): fingerprint for quarter, fingerprint in quarters},
        {target: Made(key, content) for target, key, content in made},
    )
