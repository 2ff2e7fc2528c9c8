"""The reviewed tables against real FAERS rows: every frequent term that sounds like one of our contexts is decided."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from transforms.contexts import match_indications, match_routes

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
ZIPS = sorted((SHARED / "real" / "faers").glob("*.zip"))

pytestmark = pytest.mark.skipif(not ZIPS, reason="../shared/real/faers is not beside this checkout")

SOUNDS_LIKE = re.compile(
    r"anxi|phobi|\bpanic|post.?traumatic|acute stress|obsessive|nervousness|depress|suicid|self.?inj|bipolar|affective"
    r"|mood|an(a)?esth|sedat|intubat|ventilation|premedic|surgery|neuromuscular bl|\bprocedural"
    r"|\bpain|analges|neuralg|arthralgia|myalgia|headache|migraine|fibromyalgia|sciatica"
    r"|abuse|misuse|overdose|poisoning|substance|dependence|toxicity to|withdrawal"
    r"|unknown indication|ill.defined|off label|exposure|product use",
    re.IGNORECASE,
)


def published(table: str, column: str) -> Counter[str]:
    """Every text of one column of all real zips, with its rows."""
    found: Counter[str] = Counter()
    for path in ZIPS:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if re.fullmatch(rf"{table}\d\dQ\d\.TXT", Path(name).name.upper()):
                    header, *lines = archive.read(name).decode("utf-8-sig", "replace").splitlines()
                    place = [part.strip().lower() for part in header.split("$")].index(column)
                    found.update(parts[place] for line in lines if len(parts := line.split("$")) > place)
    return found


def test_frequent_indications_that_sound_like_a_context_are_reviewed() -> None:
    counts = published("INDI", "indi_pt")
    assert sum(counts.values()) > 80_000
    read = match_indications(pl.DataFrame({"reported_indication": list(counts)}))
    missing = [
        (text, counts[text])
        for text in read.filter(match_rule="unreviewed")["reported_indication"]
        if counts[text] >= 3 and SOUNDS_LIKE.search(text)
    ]
    assert missing == []


def test_each_context_occurs_and_pain_is_not_the_rest() -> None:
    counts = published("INDI", "indi_pt")
    read = match_indications(pl.DataFrame({"reported_indication": list(counts)}))
    rows: Counter[str] = Counter()
    for text, context in read.select("reported_indication", "context").iter_rows():
        rows[context] += counts[text]
    # Nobody in these rows was treated for social anxiety: that is why it ranks first.
    assert {context for context, number in rows.items() if number} == {
        *("other_anxiety_ptsd", "depression", "anaesthesia_procedure", "pain", "misuse_or_overdose"),
        *("other", "unknown"),
    }
    assert rows["unknown"] > 33_000
    assert rows["other"] > 0.9 * (sum(rows.values()) - rows["unknown"])


def test_every_published_route_is_reviewed() -> None:
    routes = published("DRUG", "route")
    assert len(routes) > 40
    read = match_routes(pl.DataFrame({"route": list(routes)}))
    assert read.filter(match_rule="unreviewed")["route"].to_list() == []
