"""The store that several machines share: objects under ``s3://bucket/prefix``, and one index per part of the data.

An object is content: its name holds the first half of its sha256, it is written once and never changed. An index says
which objects are a part's files now; it is replaced in one request, and only if nobody else has replaced it meanwhile.
So a reader sees a part as it was or as it is, never a mixture, and two writers never both win.

Address, region and keys are those of AWS: AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, or
the role of the machine. Nothing of them is ever written or printed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from vocabulary.errors import SettingsError, StoreError

if TYPE_CHECKING:
    from obstore.store import S3Store

SCHEME = "s3://"
_INDEX = "index"
_BLOCK = 8 << 20


class StoreConflictError(StoreError):
    """Another machine has replaced the part meanwhile. Take what it wrote, and look again at what is left to do."""


@dataclass(frozen=True, slots=True)
class File:
    """One file of a part.

    Attributes:
        sha256: of its bytes, in hex.
        size_bytes: of the whole file.
    """

    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Index:
    """Which files a part has.

    Attributes:
        files: path in the data folder to file.
        e_tag: what the store calls this state of the index; None before it is written.
    """

    files: dict[str, File]
    e_tag: str | None = None


class Store:
    """Objects and indexes under one prefix of one bucket.

    Args:
        address: ``s3://bucket/prefix``.
        encryption: asked for with each object, ``AES256`` or ``aws:kms``; None leaves it to the bucket.
        patience_seconds: how long a request is tried again.
    """

    def __init__(self, address: str, *, encryption: str | None = None, patience_seconds: int = 120) -> None:
        bucket, _, prefix = address.removeprefix(SCHEME).strip("/").partition("/")
        if not address.startswith(SCHEME) or not bucket:
            raise SettingsError(f"{address} is no store. Write s3://bucket/prefix.")
        self.address = address
        self._objects = _open(bucket, prefix, encryption, patience_seconds)

    def indexes(self) -> dict[str, str]:
        """Name of each part to the state of its index."""
        with self._asked("list its parts"):
            listed = [entry for chunk in self._objects.list(f"{_INDEX}/") for entry in chunk]
        return {
            entry["path"].removeprefix(f"{_INDEX}/").removesuffix(".json"): str(entry["e_tag"])
            for entry in sorted(listed, key=lambda entry: entry["path"])
        }

    def index(self, part: str) -> Index:
        """A part's index; without files where the store has none."""
        with self._asked(f"give the index of {part}"):
            try:
                found = self._objects.get(_index_path(part))
            except FileNotFoundError:
                return Index({})
            content: dict[str, Any] = json.loads(bytes(found.bytes()))
        files = {path: File(one["sha256"], one["size_bytes"]) for path, one in content["files"].items()}
        return Index(files, str(found.meta["e_tag"]))

    def put_index(self, part: str, files: dict[str, File], replaces: Index) -> Index:
        """Replace a part's index.

        Raises:
            StoreConflictError: it is not ``replaces`` any more.
        """
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        content = {path: {"sha256": one.sha256, "size_bytes": one.size_bytes} for path, one in sorted(files.items())}
        text = json.dumps({"part": part, "files": content}, indent=1) + "\n"
        with self._asked(f"take the index of {part}"):
            try:
                done = self._objects.put(
                    _index_path(part),
                    text.encode(),
                    mode="create" if replaces.e_tag is None else {"e_tag": replaces.e_tag},
                    use_multipart=False,
                )
            except (AlreadyExistsError, PreconditionError):
                raise StoreConflictError(
                    f"{part} was changed in {self.address} by another machine meanwhile. Run again."
                ) from None
        return Index(dict(files), str(done["e_tag"]))

    def put_file(self, path: str, local: Path, file: File, *, is_private: bool) -> None:
        """Upload a file's content."""
        with self._asked(f"take {path}"):
            self._objects.put(object_name(path, file, is_private=is_private), local)

    def get_file(self, path: str, target: Path, file: File, *, is_private: bool) -> None:
        """Download a file and prove it.

        Raises:
            StoreError: it is not there, or has other bytes than were put there.
        """
        digest = hashlib.sha256()
        with self._asked(f"give {path}"):
            try:
                stream = self._objects.get(object_name(path, file, is_private=is_private)).stream(_BLOCK)
            except FileNotFoundError:
                raise StoreConflictError(f"{path} is gone from {self.address}: it was replaced. Run again.") from None
            with target.open("wb") as out:
                for block in stream:
                    digest.update(block)
                    out.write(block)
        if digest.hexdigest() != file.sha256:
            target.unlink()
            raise StoreError(f"{path} in {self.address} is damaged: its sha256 is not that of the index.")

    def unused(self, now: datetime, older_than_days: int) -> dict[str, int]:
        """Objects that no index names, to their size in bytes; not those put less than some days ago.

        The index of young ones may be to come. Content that comes back after a while is uploaded anew, so that it is
        young again.
        """
        used = {
            object_name(path, file, is_private=is_private)
            for part in self.indexes()
            for path, file in self.index(part).files.items()
            for is_private in (False, True)
        }
        before = now.astimezone(UTC) - timedelta(days=older_than_days)
        with self._asked("list its objects"):
            listed = [entry for chunk in self._objects.list() for entry in chunk]
        return {
            entry["path"]: entry["size"]
            for entry in sorted(listed, key=lambda entry: entry["path"])
            if not entry["path"].startswith(f"{_INDEX}/")
            and entry["path"] not in used
            and entry["last_modified"] < before
        }

    def remove_unused(self, now: datetime, older_than_days: int) -> dict[str, int]:
        """Remove what is ``unused``, and give it."""
        unused = self.unused(now, older_than_days)
        if unused:
            with self._asked("remove objects"):
                self._objects.delete(list(unused))
        return unused

    @contextmanager
    def _asked(self, what: str) -> Iterator[None]:
        from obstore.exceptions import BaseError

        try:
            yield
        except (BaseError, OSError) as error:
            first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise StoreError(f"{self.address} did not {what}: {first[:300]}") from error


def object_name(path: str, file: File, *, is_private: bool) -> str:
    """Where the store keeps a file's content: ``<folder>/<first half of the sha256>/<name>``, private ones apart."""
    place = PurePosixPath(path)
    kept = str(place.parent / file.sha256[:32] / place.name)
    return f"private/{kept}" if is_private else kept


def _index_path(part: str) -> str:
    return f"{_INDEX}/{part}.json"


def _open(bucket: str, prefix: str, encryption: str | None, patience_seconds: int) -> S3Store:
    try:
        from obstore.store import S3Store
    except ImportError as error:
        raise SettingsError("A store needs the package obstore: install ketavigil with its extra `store`.") from error
    import os

    config: dict[str, Any] = {}
    if encryption:
        config["server_side_encryption"] = encryption
    is_plain = os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://")
    return S3Store(
        bucket,
        prefix=prefix or None,
        config=config,  # type: ignore[arg-type]
        client_options={"allow_http": is_plain, "timeout": "600s", "connect_timeout": "10s"},
        retry_config={"max_retries": 8, "retry_timeout": timedelta(seconds=patience_seconds)},
    )
