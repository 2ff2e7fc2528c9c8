"""The drop folder: which batches in it are whole, and how one is taken out of it. No name in it is ever told.

A batch is moved to ``incoming/clinic/<token>``, for the owner alone, before anything is looked at; the token is random
and says nothing of the batch. So what is worked on cannot change, two runs cannot take one batch, and a run that is
killed leaves it where the next one finds it.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from errno import EXDEV
from pathlib import Path

from pipeline.clinic_staging import owner_only
from pipeline.home import Home
from pipeline.settings import Settings
from vocabulary.errors import ClinicBatchError, SettingsError

_ON_ITS_WAY = (".part", ".partial", ".tmp", ".filepart", ".crdownload", ".upload")
_MOVING = ".moving"
_PREFIX = "batch-"


def drop_folder(home: Home, settings: Settings) -> Path:
    """The folder that is watched."""
    return settings.clinic_drop or home.root / "drop" / "clinic"


def incoming(home: Home) -> Path:
    """Batches that were taken out of the drop folder and are not done with."""
    return home.root / "incoming" / "clinic"


def waiting_in_drop(folder: Path) -> list[Path]:
    """Everything in the drop folder that may be a batch, whole or not; a folder that is not there holds none."""
    try:
        entries = sorted(folder.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise SettingsError(f"The drop folder for clinics cannot be read: {error.strerror}.") from None
    return [entry for entry in entries if not entry.name.startswith(".") and entry.suffix.lower() not in _ON_ITS_WAY]


def settled(folder: Path, seconds: float, now: float) -> list[Path]:
    """Those of them that have not changed for some seconds.

    Args:
        folder: the drop folder.
        seconds: how long nothing of a batch must have changed, and no file may have come to it.
        now: the time, in seconds since 1970.
    """
    return [entry for entry in waiting_in_drop(folder) if now - _last_change(entry) >= seconds]


def claim(home: Home, folder: Path, seconds: float, now: float) -> list[str]:
    """Take every settled batch out of the drop folder, and name all that wait to be worked on, older ones first.

    Raises:
        BusyError: another run is at it.
        SettingsError: the folder cannot be read, or what lies in it cannot be moved.
    """
    with home.only_writer("clinic-drop"):
        left = waiting(home)
        return [*left, *(_take(home, entry) for entry in settled(folder, seconds, now))]


def waiting(home: Home) -> list[str]:
    """Tokens of batches that were taken out and not done with, sorted."""
    return sorted(place.name for place in incoming(home).glob(f"{_PREFIX}*") if _content(place) is not None)


def claimed(home: Home, token: str) -> Path | None:
    """The batch of a token, under the name that it was sent by; None where it is done with.

    Raises:
        ClinicBatchError: it is not here, or no token.
    """
    found = _content(incoming(home) / token) if token.removeprefix(_PREFIX).isalnum() else None
    if found is None and not (incoming(home) / f".{Path(token).name}.done").exists():
        raise ClinicBatchError(
            f"{Path(token).name} was not taken out of the drop folder on this machine. Let the tasks of "
            "clinic_reports run where the drop folder is, or put the data folder on a disk that all workers share."
        )
    return found


def done_with(home: Home, token: str) -> None:
    """Remove what is left of a batch that was taken in or refused, and note that it is done with."""
    (incoming(home) / f".{token}.done").touch(mode=0o600)
    shutil.rmtree(incoming(home) / token, ignore_errors=True)


def _content(place: Path) -> Path | None:
    try:
        return next((entry for entry in sorted(place.iterdir()) if entry.name != _MOVING), None)
    except OSError:
        return None


def _take(home: Home, entry: Path) -> str:
    token = f"{_PREFIX}{secrets.token_hex(5)}"
    place = incoming(home) / token
    place.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner_only(place.parent)
    owner_only(place)
    told = ""
    try:
        try:
            entry.rename(place / entry.name)
        except OSError as error:
            if error.errno != EXDEV:
                raise
            _copy_over(entry, place)
    except OSError as error:
        told = str(error.strerror)
        shutil.rmtree(place, ignore_errors=True)
    if told:
        raise SettingsError(
            f"A batch cannot be moved out of the drop folder for clinics: {told}. Whoever runs the pipeline must be "
            "allowed to remove what clinics put there."
        )
    return token


def _copy_over(entry: Path, place: Path) -> None:
    """To another file system: whole before it counts. Killed in between, it is taken twice, and the second is none."""
    scratch = place / _MOVING
    if entry.is_dir() and not entry.is_symlink():
        shutil.copytree(entry, scratch, symlinks=True)
    else:
        shutil.copy2(entry, scratch, follow_symlinks=False)
    scratch.rename(place / entry.name)
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry)
    else:
        entry.unlink()


def _last_change(entry: Path) -> float:
    """When a batch or anything in it last changed here, by the time of this system and not by what a sender claims."""
    return max((_changed(path) for path in _all(entry)), default=0.0)


def _all(entry: Path) -> Iterator[Path]:
    yield entry
    if entry.is_dir() and not entry.is_symlink():
        for folder, folders, files in os.walk(entry):
            yield from (Path(folder) / name for name in (*folders, *files))


def _changed(path: Path) -> float:
    try:
        return path.lstat().st_ctime
    except OSError:
        return float("inf")  # it is being changed now
