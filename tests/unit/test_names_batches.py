"""What a name means does not depend on the names that are matched beside it, on order or on row numbers."""

from __future__ import annotations

import random
import time

import polars as pl

from transforms.names import match_names

NAMES = [
    ("KETAMINE", None),
    ("KETAMINE", "KETAMINE HYDROCHLORIDE"),
    ("S-KETAMINE (KETANEST)", None),
    ("SPRAVATO", "ESKETAMINE HYDROCHLORIDE"),
    ("VENLAFAXXINE 75 MG", None),
    ("COCKTAIL (VERSED, KETAMINE)", None),
    ("PAXIL(PIROXICAM)(PIROXICAM)", None),
    ("PAROX?TINE", None),
    ("BUPROPION + DEXTROMETHORPHAN", None),
    ("ASPIRIN (ACETYLSALICYLIC ACID))", None),
    (") CLOSED TOO EARLY (OPENED TWICE ((", None),
    ("KETAMINE/AMITRIPTYLINE", "KETAMINE\\AMITRIPTYLINE"),
    ("", None),
    (None, None),
]


def frame(names: list[tuple[str | None, str | None]], first_id: int = 0) -> pl.DataFrame:
    rows = [(first_id + place, name, ingredient) for place, (name, ingredient) in enumerate(names)]
    schema = {"name_id": pl.Int64, "reported_drug_name": pl.String, "active_ingredient": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def meaning(matched: pl.DataFrame, pairs: pl.DataFrame) -> set[tuple[object, ...]]:
    return set(matched.join(pairs, on="name_id").drop("name_id").rows())


def test_alone_or_together() -> None:
    together = frame(NAMES)
    alone: set[tuple[object, ...]] = set()
    for place, pair in enumerate(NAMES):
        single = frame([pair], first_id=place)
        alone |= meaning(match_names(single), single)
    assert meaning(match_names(together), together) == alone


def test_order_and_ids_change_nothing() -> None:
    shuffled = NAMES.copy()
    random.Random(7).shuffle(shuffled)
    straight, turned = frame(NAMES), frame(shuffled, first_id=10_000)
    assert meaning(match_names(straight), straight) == meaning(match_names(turned), turned)


def test_output_is_ordered_and_says_each_substance_once() -> None:
    matched = match_names(frame(NAMES))
    assert matched.equals(matched.sort("name_id", "substance"))
    assert not matched.select("name_id", "substance").is_duplicated().any()
    assert matched.null_count().sum_horizontal().item() == 0


def test_a_hundred_thousand_names_take_seconds() -> None:
    chance = random.Random(1)
    bases = [name for name, _ in NAMES if name] + ["LISINOPRIL", "ZESTRIL (LISINOPRIL)", "IRON/FOLIC ACID"]
    names = [
        f"{chance.choice(bases)} {''.join(chance.choices('ABCDEFGH', k=6))} {place} MG TABLET"
        for place in range(100_000)
    ]
    pairs = frame([(name, None) for name in names])
    started = time.perf_counter()
    matched = match_names(pairs)
    # About 2 s on two quiet cores; a million has to stay near a minute.
    assert time.perf_counter() - started < 30
    assert matched["name_id"].n_unique() == 100_000
