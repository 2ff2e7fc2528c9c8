"""Made-up clinic batches for tests: rows as text, so that any cell can be changed, and every way to write them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from sources.clinic_batch import open_drop
from transforms.clinic import Batch, read_batch
from transforms.privacy import FindingKind
from vocabulary.table import Kind
from vocabulary.tables.clinic import (
    ACTIONS,
    BATCH_TABLES,
    DOSE_MG_BY_ROUTE,
    DRUGS,
    ID_LENGTH,
    ID_LETTERS,
    INDICATIONS,
    OUTCOMES,
    ROUTES,
    SCALE_MAXIMUM,
    SCHEMA_VERSION,
)

Row = dict[str, str]


@dataclass
class MadeUp:
    """A batch in the making: ``tables`` and ``manifest`` may be changed before it is written."""

    manifest: dict[str, object]
    tables: dict[str, list[Row]]
    headers: dict[str, list[str]] = field(default_factory=dict)

    def header(self, table: str) -> list[str]:
        return self.headers.get(table) or list(BATCH_TABLES[table].column_names)

    def csv(self, table: str) -> bytes:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        header = self.header(table)
        writer.writerow(header)
        declared = BATCH_TABLES[table].column_names
        extra = [name for name in header if name not in declared]
        for row in self.tables[table]:
            writer.writerow([row.get(name, "") if name in declared or name in extra else "" for name in header])
        return text.getvalue().encode()

    def parquet(self, table: str) -> bytes:
        declared = BATCH_TABLES[table]
        frame = pl.DataFrame(
            {
                column.name: pl.Series(
                    column.name, [row.get(column.name) or None for row in self.tables[table]], dtype=pl.String
                )
                for column in declared.columns
            }
        ).with_columns(
            [
                (pl.col(column.name) == "yes")
                if column.kind is Kind.BOOLEAN
                else pl.col(column.name).cast(column.kind.polars)
                for column in declared.columns
            ]
        )
        out = io.BytesIO()
        frame.write_parquet(out)
        return out.getvalue()

    def files(
        self, ending: str = "csv", change: Callable[[bytes], bytes] = lambda content: content
    ) -> dict[str, bytes]:
        """File name to bytes, manifest last; ``change`` is applied to each table's file before it is hashed."""
        made: dict[str, bytes] = {}
        listed = []
        for table in BATCH_TABLES:
            content = change(self.csv(table) if ending == "csv" else self.parquet(table))
            made[f"{table}.{ending}"] = content
            listed.append(
                {
                    "table_name": table,
                    "file_name": f"{table}.{ending}",
                    "row_count": len(self.tables[table]),
                    "sha256": hashlib.sha256(content).hexdigest(),
                }
            )
        made["manifest.json"] = json.dumps({**self.manifest, "files": listed}).encode()
        return made

    def write(self, folder: Path, ending: str = "csv", name: str = "batch") -> Path:
        place = folder / name
        place.mkdir(parents=True, exist_ok=True)
        for file_name, content in self.files(ending).items():
            (place / file_name).write_bytes(content)
        return place

    def write_zip(self, folder: Path, ending: str = "csv", name: str = "batch", inside: str = "") -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file_name, content in self.files(ending).items():
                archive.writestr(inside + file_name, content)
        return path

    def read(self, ending: str = "csv", name: str = "batch") -> Batch:
        """Through the gate without a disk."""
        return read_files(self.files(ending), name)


@dataclass(frozen=True)
class InMemory:
    position: int
    name: str
    content: bytes

    def read(self) -> bytes:
        return self.content


def read_files(files: dict[str, bytes], name: str = "batch") -> Batch:
    return read_batch(name, [InMemory(at, file, content) for at, (file, content) in enumerate(files.items(), 1)])


def new_id(rng: random.Random) -> str:
    return "".join(rng.choice(ID_LETTERS) for _ in range(ID_LENGTH))


def make(seed: int, patients: int = 3, sessions: int = 2, readings: int = 3) -> MadeUp:
    """A batch that is fit to be taken in; the same seed gives the same one."""
    rng = random.Random(seed)
    tables: dict[str, list[Row]] = {name: [] for name in BATCH_TABLES}
    for _ in range(patients):
        patient_id = new_id(rng)
        tables["patient"].append(
            {
                "patient_id": patient_id,
                "age_years": rng.choice(["", "90", str(rng.randint(18, 89))]),
                "sex": rng.choice(["F", "M", "UNK"]),
                "indication": rng.choice(INDICATIONS),
                "prior_treatment_failures": rng.choice(["", "0", "4"]),
            }
        )
        start, day = rng.choice([(1, 0), (1, 0), (7, 1400)]), 0
        for number in range(sessions):
            _add_session(tables, rng, patient_id, start[0] + number, start[1] + day, readings)
            day += rng.randint(0, 5)
    manifest: dict[str, object] = {
        "clinic_id": new_id(rng),
        "batch_id": new_id(rng),
        "revision": 1,
        "schema_version": SCHEMA_VERSION,
        "period": rng.choice(["2024q3", "2023"]),
        "is_simulated": True,
    }
    return MadeUp(manifest, tables)


def _add_session(
    tables: dict[str, list[Row]], rng: random.Random, patient_id: str, number: int, day: int, readings: int
) -> None:
    session_id, route = new_id(rng), rng.choice(ROUTES)
    low, high = DOSE_MG_BY_ROUTE[route]
    weight = rng.randint(45, 140)
    dose = round(rng.uniform(max(low, 5), min(high, 300)), 2)
    tables["session"].append(
        {
            "session_id": session_id,
            "patient_id": patient_id,
            "session_number": str(number),
            "day_offset": str(day),
            "drug": rng.choice(DRUGS),
            "route": route,
            "dose_mg": f"{dose:g}",
            "dose_mg_per_kg": rng.choice(["", f"{dose / weight:.3f}"]),
            "infusion_minutes": "40" if route == "intravenous" else "",
            "concomitant_benzodiazepine": rng.choice(["yes", "no", ""]),
            "concomitant_stimulant": "no",
            "concomitant_maoi": "",
            "concomitant_opioid": "no",
            "monitored_minutes": "120",
            "discharge_minutes": rng.choice(["", "125"]),
            "completed": rng.choice(["yes", "no"]),
        }
    )
    for reading in range(readings):
        diastolic = rng.randint(50, 100)
        tables["vital"].append(
            {
                "session_id": session_id,
                "minute_offset": str(-5 + 20 * reading),
                "systolic_mmhg": str(diastolic + rng.randint(20, 80)),
                "diastolic_mmhg": str(diastolic),
                "heart_rate_bpm": rng.choice(["", str(rng.randint(45, 150))]),
                "spo2_percent": rng.choice(["", "98"]),
            }
        )
    for scale, most in SCALE_MAXIMUM.items():
        tables["scale"].append(
            {"session_id": session_id, "scale": scale, "minute_offset": "40", "score": str(rng.randint(0, most))}
        )
    side_effect, term = rng.choice([("nausea_vomiting", ""), ("", "Dizziness"), ("dissociation", "Dissociation")])
    tables["event"].append(
        {
            "session_id": session_id,
            "side_effect": side_effect,
            "term": term,
            "severity": str(rng.randint(1, 3)),
            "onset_minute": "10",
            "resolved_minute": rng.choice(["", "10", "90"]),
            "serious": "no",
            "action": rng.choice(ACTIONS),
            "outcome": rng.choice([outcome for outcome in OUTCOMES if outcome != "fatal"]),
        }
    )


def privacy_places(findings) -> set[tuple[str, str | None]]:
    """Table and column of each finding of the privacy gate."""
    return {(finding.table, finding.column) for finding in findings if finding.kind is FindingKind.PRIVACY}


def tell(capsys, text: str) -> None:
    """Show a rate beside the test's dot."""
    with capsys.disabled():
        sys.stdout.write(f"\n{text}\n")


def read_path(path: Path):
    drop = open_drop(path)
    return read_batch(drop.name, drop.files, has_comment=drop.has_comment)
