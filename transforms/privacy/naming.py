"""Judges names that a clinic chose itself: of columns, keys and files. A name is never repeated, only classified."""

from __future__ import annotations

import re
import unicodedata

from transforms.privacy.finding import Finding, FindingKind
from transforms.privacy.identifiers import CLASSES, FREE_TEXT, IdentifierClass
from transforms.privacy.values import class_of_value
from vocabulary.tables.clinic import ID_LENGTH, ID_LETTERS

_ID = f"[{ID_LETTERS}]{{{ID_LENGTH}}}"
_DROP_NAME = re.compile(rf"^(batch|{_ID}(~{_ID})?)(-r?\d{{1,3}})?$")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
_BREAK = re.compile(r"[\W_]+")
_TELLING = re.compile(r"[\d\s@:/,.]")
"""A name without any of these is a plain word, which as a value would be told to be a name."""

_NAME_PATTERNS = [(found, re.compile(found.names)) for found in (*CLASSES, FREE_TEXT)]


def class_of_name(name: str) -> IdentifierClass | None:
    """What a name looks like: by its words (``PatientDOB`` has two), else as a value; None where it tells nothing."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    parted = _BREAK.sub(" ", _CAMEL.sub(" ", plain)).lower().strip()
    # A pattern may mean several words or one: ``e mail`` and ``email``.
    for found, pattern in _NAME_PATTERNS:
        if pattern.search(parted) or pattern.search(parted.replace(" ", "")):
            return found
    if not _TELLING.search(name):
        return None
    found = class_of_value(name)
    return None if found is FREE_TEXT else found


def undeclared_name(table: str, what: str, name: str) -> Finding:
    """A column, key or file that the contract does not have.

    Args:
        table: table, ``manifest`` or ``batch``.
        what: where it is, such as ``column 4``.
        name: its name, which is not repeated.
    """
    found = class_of_name(name)
    looks = f"its name looks like {found.words.partition(';')[0]}" if found else "its name tells nothing"
    return Finding(
        FindingKind.PRIVACY,
        table,
        what,
        found.rule if found else "undeclared",
        1,
        f"It is not in the contract; {looks}. Remove it: only what the contract names may be sent.",
    )


def drop_name_finding(name: str) -> Finding | None:
    """Judge the name of the folder or zip of a batch, without its ending."""
    if _DROP_NAME.match(name):
        return None
    found = class_of_name(name)
    looks = f" and looks like {found.words.partition(';')[0]}" if found else ""
    return Finding(
        FindingKind.PRIVACY,
        "batch",
        "name",
        found.rule if found else "undeclared",
        1,
        f"The name of the folder or zip is not of the contract{looks}. "
        "Call it batch, or by its ids as <clinic_id>~<batch_id>, with a number such as -2 behind if need be.",
    )


def is_drop_name(name: str) -> bool:
    """May a folder or zip be called so?"""
    return _DROP_NAME.match(name) is not None
