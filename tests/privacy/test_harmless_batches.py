"""What a careful clinic may send passes the privacy gate; the rate is printed."""

from __future__ import annotations

from pathlib import Path

from tests.privacy.clinic_batches import make, read_files, read_path, tell
from vocabulary.tables.clinic import BATCH_TABLES, ID_COLUMNS


def harmless(tmp_path: Path):
    """Name and batch of everything that a careful clinic may send."""
    for seed in range(30):
        yield f"csv {seed}", make(seed, patients=1 + seed % 7, sessions=1 + seed % 4).read()
    for seed in range(30, 45):
        yield f"parquet {seed}", make(seed, patients=1 + seed % 5).read("parquet")
    yield "empty", make(1, patients=0).read()
    yield "empty parquet", make(1, patients=0).read("parquet")
    yield "large", make(2, patients=200, sessions=3).read()
    yield "byte order mark", read_files(make(3).files(change=lambda content: b"\xef\xbb\xbf" + content))
    yield "Windows line ends", read_files(make(3).files(change=lambda content: content.replace(b"\n", b"\r\n")))
    yield "no last line end", read_files(make(3).files(change=lambda content: content.removesuffix(b"\n")))
    yield "quoted", read_files(make(3).files(change=quoted))
    shuffled = make(4)
    shuffled.headers = {name: list(reversed(table.column_names)) for name, table in BATCH_TABLES.items()}
    yield "columns in another order", shuffled.read()
    bare = make(5)
    for name, table in BATCH_TABLES.items():
        for row in bare.tables[name]:
            row |= {column.name: "" for column in table.columns if column.nullable and column.name != "side_effect"}
    yield "blank wherever that is allowed", bare.read()
    for bound in ("minimum", "maximum"):
        yield f"every number at its {bound}", at_bound(bound).read()
    corrected = make(6)
    corrected.manifest["revision"] = 17
    yield "revision 17", corrected.read(name=f"{corrected.manifest['clinic_id']}~{corrected.manifest['batch_id']}-r17")
    for name in ("batch", "batch-2", str(make(8).manifest["clinic_id"])):
        yield f"folder {len(name)}", read_path(make(8).write(tmp_path / "folders", name=name))
        yield f"zip {len(name)}", read_path(make(8).write_zip(tmp_path / "zips", name=name))
    yield "zip of a folder", read_path(make(9).write_zip(tmp_path / "nested", inside="batch/"))
    yield "zip of Parquet", read_path(make(9).write_zip(tmp_path / "zipped", "parquet"))


def quoted(content: bytes) -> bytes:
    lines = content.decode().splitlines()
    return "".join(",".join(f'"{cell}"' for cell in line.split(",")) + "\n" for line in lines).encode()


def at_bound(bound: str):
    batch = make(10)
    for name, table in BATCH_TABLES.items():
        for row in batch.tables[name]:
            for column in table.columns:
                limit = getattr(column, bound)
                if limit is not None and column.name not in ID_COLUMNS:
                    row[column.name] = f"{limit:g}"
    return batch


def test_harmless_batches_pass(tmp_path, capsys):
    refused = {}
    count = 0
    for name, batch in harmless(tmp_path):
        count += 1
        if batch.findings:
            refused[name] = [finding.text for finding in batch.findings]
        else:
            assert all(set(table.column_names) == set(batch.tables[key].columns) for key, table in BATCH_TABLES.items())
    tell(capsys, f"harmless batches: {count}, {count - len(refused)} pass")
    assert refused == {}
    assert count >= 50
