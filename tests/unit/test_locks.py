"""The lock files: whole, hashed, without an address, and the smaller one a part of the larger."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-run.lock", "requirements-team.lock")
FIRST = "requirements-pip.lock"  # pip itself, which no other lock names


def entries(name: str) -> dict[str, str]:
    """Requirement to its hashes, as the lock spells them."""
    text = (ROOT / name).read_text().replace("\\\n", " ")
    return {line.split(" ")[0]: " ".join(re.findall(r"--hash=\S+", line)) for line in text.splitlines() if line.strip()}


@pytest.mark.parametrize("name", [*LOCKS, FIRST])
def test_every_line_is_a_version_with_hashes(name):
    for requirement, hashes in entries(name).items():
        assert re.fullmatch(r"[a-z0-9._-]+(\[[a-z0-9,_-]+\])?==\S+", requirement), requirement
        assert "--hash=sha256:" in hashes, requirement


@pytest.mark.parametrize("name", [*LOCKS, FIRST])
def test_no_address_stands_in_it(name):
    assert not re.search(r"https?://|--index|--extra-index|--find-links", (ROOT / name).read_text())


def test_what_runs_is_what_is_tested():
    whole, *smaller = (entries(name) for name in LOCKS)
    for one in smaller:
        assert one.items() <= whole.items()
