"""Where things lie in the data folder, and who may write there."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from vocabulary.errors import BusyError
from vocabulary.quarter import Quarter


def store_address(home: object) -> str | None:
    """``s3://bucket/prefix`` where a home is one, though a path has lost a stroke of it; None where it is a folder."""
    address = str(home or "").replace("s3:/", "s3://", 1).replace("s3:///", "s3://", 1).rstrip("/")
    return address if address.startswith("s3://") else None


def working_copy_folder(address: str) -> Path:
    """Where this machine keeps its working copy of a store: in the user's cache folder, one per address."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "ketavigil" / address.removeprefix("s3://").strip("/")


@dataclass(frozen=True, slots=True)
class Home:
    """The data folder."""

    root: Path

    def __post_init__(self) -> None:
        """The address of a store, as a person may name it, means this machine's working copy of it."""
        if address := store_address(self.root):
            object.__setattr__(self, "root", working_copy_folder(address))

    @property
    def raw(self) -> Path:
        """Landed zips, one folder per quarter; written once."""
        return self.root / "raw" / "faers"

    @property
    def simulated(self) -> Path:
        """Made-up zips that a run without a source lands from."""
        return self.root / "simulated"

    def staged(self, quarter: Quarter) -> Path:
        """Typed Parquet of one quarter; the folder's name is the column that DuckDB reads."""
        return self.root / "staged" / "faers" / f"quarter={quarter}"

    def staged_bytes(self, quarter: Quarter) -> int:
        """Size of a quarter's staged files."""
        return sum(path.stat().st_size for path in self.staged(quarter).glob("*/*.parquet"))

    def rejected(self, quarter: Quarter) -> Path:
        """Lines of one quarter that were not loaded."""
        return self.root / "rejected" / "faers" / str(quarter)

    def certificate(self, quarter: Quarter) -> Path:
        """Result of one quarter's validation."""
        return self.root / "certificates" / "faers" / f"{quarter}.json"

    @property
    def quality(self) -> Path:
        """Data Docs."""
        return self.root / "quality"

    @property
    def builds(self) -> Path:
        """The last finished builds."""
        return self.root / "warehouse" / "builds"

    @property
    def published(self) -> Path:
        """The file that people query."""
        return self.root / "warehouse" / "ketavigil.duckdb"

    def staged_quarters(self) -> list[Quarter]:
        """Quarters that are staged, in time order."""
        folders = (self.root / "staged" / "faers").glob("quarter=*/manifest.json")
        return sorted(Quarter.parse(path.parent.name.removeprefix("quarter=")) for path in folders)

    def clinic_staged(self, clinic_id: str, batch_id: str) -> Path:
        """Typed Parquet of one clinic batch; a higher revision takes the whole folder's place."""
        return self.root / "staged" / "clinic" / f"batch={clinic_id}~{batch_id}"

    def clinic_batches(self) -> list[Path]:
        """Folders of staged clinic batches, sorted."""
        return sorted(path.parent for path in (self.root / "staged" / "clinic").glob("batch=*/manifest.json"))

    def clinic_certificate(self, clinic_id: str, batch_id: str) -> Path:
        """Result of one clinic batch's validation."""
        return self.root / "certificates" / "clinic" / f"{clinic_id}~{batch_id}.json"

    @property
    def clinic_quarantine(self) -> Path:
        """Refused clinic batches, for the owner's eyes alone."""
        return self.root / "quarantine" / "clinic"

    @contextmanager
    def only_writer(self, what: str, *, waits: bool = False) -> Iterator[None]:
        """Hold the lock ``what`` (a quarter, or ``build``); the system frees it when the process ends, however it ends.

        Args:
            what: the lock's name.
            waits: until whoever holds it is done.

        Raises:
            BusyError: another process holds it.
        """
        folder = self.root / ".locks"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{what}.lock").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
            except OSError as error:
                raise BusyError(
                    f"Another run is working on {what} in {self.root}. Wait for it to end, or name another --home."
                ) from error
            yield
