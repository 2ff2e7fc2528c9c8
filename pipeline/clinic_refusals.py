"""What becomes of refused batches: a person may have one deleted or put out to be given back. Nobody can let one in."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.clinic_staging import owner_only
from pipeline.home import Home
from vocabulary.errors import ClinicBatchError, SettingsError

REJECT, RETURN = "reject", "return"
ANSWERS = (REJECT, RETURN)
_REFUSAL = "refusal.json"
_CONTENT = "batch"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A batch in quarantine.

    Attributes:
        name: its folder there, a hash of its content.
        sentences: what is wrong with it, without a value.
        answer: what a person decided, None so far.
    """

    name: str
    sentences: tuple[str, ...]
    answer: str | None


def refusals(home: Home) -> list[Refusal]:
    """Every refused batch that is kept, or of which at least the refusal is, sorted by name."""
    found = []
    for path in sorted(home.clinic_quarantine.glob(f"*/{_REFUSAL}")):
        told = _read(path)
        reason = [told["reason"]] if told.get("reason") else []
        found.append(Refusal(path.parent.name, (*reason, *told.get("findings", ())), told.get("answer")))
    return found


def undecided(home: Home) -> list[Refusal]:
    """Those that nobody decided on."""
    return [refusal for refusal in refusals(home) if refusal.answer is None]


def returned(home: Home) -> Path:
    """Where batches lie that are to be given back."""
    return home.root / "returned" / "clinic"


def decide(home: Home, name: str, answer: str) -> Path | None:
    """Do with a refused batch as a person said. What was wrong with it is kept in quarantine, with the answer.

    Args:
        home: data folder.
        name: its folder in quarantine.
        answer: ``reject`` deletes it; ``return`` moves it to ``returned/clinic``, for its owner to give back.

    Returns:
        Where it is to be fetched; None where it was deleted.

    Raises:
        SettingsError: any other answer: there is none that lets a refused batch in.
        ClinicBatchError: there is no such batch.
    """
    if answer not in ANSWERS:
        raise SettingsError(f"A refused batch can be given {' or '.join(ANSWERS)}, and nothing else: it stays out.")
    place = home.clinic_quarantine / name
    if Path(name).name != name or not (place / _REFUSAL).is_file():
        raise ClinicBatchError("There is no such batch in quarantine.")
    told = _read(place / _REFUSAL)
    target = returned(home) / name
    if answer == RETURN and (place / _CONTENT).exists():
        target.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner_only(target.parent)
        shutil.rmtree(target, ignore_errors=True)
        owner_only(target)
        shutil.copyfile(place / _REFUSAL, target / _REFUSAL)
        (target / _REFUSAL).chmod(0o600)
        (place / _CONTENT).rename(target / _CONTENT)
    shutil.rmtree(place / _CONTENT, ignore_errors=True)
    scratch = place / f".{_REFUSAL}"
    scratch.touch(mode=0o600)
    scratch.write_text(json.dumps({**told, "answer": answer}, indent=1) + "\n", encoding="utf-8")
    scratch.replace(place / _REFUSAL)
    return target if answer == RETURN else None


def _read(path: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return told
