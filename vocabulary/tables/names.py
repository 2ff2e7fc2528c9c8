"""What became of the reported names: how many came to an ingredient, and which did not."""

from __future__ import annotations

from vocabulary.table import Column, Kind, Table

MAPPED_BY = (
    "active_ingredient",
    "reviewed_name",
    "listed_name",
    "dictionary",
    "known_ingredient",
    "partly",
    "unmapped",
    "no_name",
)
"""How a drug row came to an ingredient; the last three did not, or not with all parts of its name."""


def _text(name: str, description: str, *, allowed: tuple[str, ...] = ()) -> Column:
    return Column(name, Kind.TEXT, description, nullable=False, allowed=allowed)


def _count(name: str, description: str, unit: str) -> Column:
    return Column(name, Kind.BIGINT, description, unit=unit, nullable=False, minimum=0)


_SHARE = Column(
    "drug_row_share", Kind.DOUBLE, "Part of the drug rows of the quarter.", nullable=False, minimum=0, maximum=1
)

NAME_COVERAGE = Table(
    "meta",
    "name_coverage",
    "One row per quarter (and all together), way to an ingredient, and rule: all drug rows, counted or not.",
    (
        _text("quarter", "Quarter whose files hold the rows, or all."),
        _text(
            "mapped_by",
            "active_ingredient: FDA's own coding; reviewed_name: a name of a reviewed substance; listed_name: a brand "
            "or spelling listed for another ingredient; dictionary: an optional dictionary names it; known_ingredient: "
            "the cleaned name is an ingredient by one of these; partly: some parts of the name are; unmapped: none is; "
            "no_name: no name was given.",
            allowed=MAPPED_BY,
        ),
        _text("match_rule", "Rule by which the names were read; several where the parts of a name differ; or none."),
        Column("is_mapped", Kind.BOOLEAN, "Every part of the name came to an ingredient.", nullable=False),
        _count("drug_row_count", "Drug rows.", "rows"),
        _SHARE,
        _count("name_count", "Distinct pairs of reported name and active ingredient.", "names"),
    ),
    key=("quarter", "mapped_by", "match_rule"),
)

UNMAPPED_NAME = Table(
    "meta",
    "unmapped_name",
    "One row per cleaned name that is no known ingredient: the 2,000 that stand in most drug rows.",
    (
        Column("place", Kind.INTEGER, "1 for the most frequent.", nullable=False, minimum=1),
        _text("cleaned_name", "The name as it stands in core.substance."),
        _count("drug_row_count", "Drug rows with it.", "rows"),
        Column("drug_row_share", Kind.DOUBLE, "Part of all drug rows.", nullable=False, minimum=0, maximum=1),
        _count("reported_name_count", "Distinct reported names that were read as it.", "names"),
        _text("example_reported_name", "The most frequent of these."),
        _text("first_quarter", "First quarter with it."),
        _text("last_quarter", "Last quarter with it."),
    ),
    key=("cleaned_name",),
)

TABLES = (NAME_COVERAGE, UNMAPPED_NAME)
