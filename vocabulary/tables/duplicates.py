"""Probable duplicates: clusters, the pairs behind them, the model and what was compared."""

from __future__ import annotations

from vocabulary.table import Column, Kind, Table

COMPARISONS = ("sex", "age", "event_date", "country", "substances", "terms", "weight", "literature", "sender")

REASONS = (
    "kept",
    "same_manufacturer_number",
    "same_authority_number",
    "same_literature_patient",
    "linked",
)
"""Why a case is in its cluster, the surest first."""

_PROBABILITY = Column(
    "probability",
    Kind.DOUBLE,
    "Probability that the two are one patient's case under the model of meta.duplicate_model; 1 for an exact key.",
    nullable=False,
    minimum=0,
    maximum=1,
)

REPORT_DUPLICATE = Table(
    "core",
    "report_duplicate",
    "One row per case of a cluster of probable duplicates, the kept case included.",
    (
        Column("case_id", Kind.BIGINT, "Case.", nullable=False),
        Column(
            "cluster_id",
            Kind.BIGINT,
            "Case that is kept of the cluster: one that counts, then the most complete, then the earliest.",
            nullable=False,
        ),
        _PROBABILITY,
        Column(
            "reason",
            Kind.TEXT,
            "kept; the exact key that it shares with the kept case; or linked by probability with the kept case.",
            nullable=False,
            allowed=REASONS,
        ),
    ),
    key=("case_id",),
)

REPORT_DUPLICATE_PAIR = Table(
    "core",
    "report_duplicate_pair",
    "One row per pair of cases that was compared and came out at a probability of 0.1 or more, also where it is below "
    "that at which cases are linked: what each comparison adds, in bits.",
    (
        Column("case_id", Kind.BIGINT, "The case with the lower number.", nullable=False),
        Column("other_case_id", Kind.BIGINT, "The other case.", nullable=False),
        _PROBABILITY,
        Column(
            "match_weight",
            Kind.DOUBLE,
            "Base-2 logarithm of the odds: the prior and what the comparisons add.",
            unit="bits",
            nullable=False,
        ),
        *(
            Column(
                f"{name}_bits",
                Kind.DOUBLE,
                f"What the comparison of {name.replace('_', ' ')} adds; 0 where one of the two says nothing.",
                unit="bits",
                nullable=False,
            )
            for name in COMPARISONS
        ),
    ),
    key=("case_id", "other_case_id"),
)

DUPLICATE_MODEL = Table(
    "meta",
    "duplicate_model",
    "One row per comparison and level of the model that links duplicates.",
    (
        Column("comparison", Kind.TEXT, "What is compared.", nullable=False, allowed=COMPARISONS),
        Column("level", Kind.SHORT, "Level of agreement; 0 is none.", nullable=False, minimum=0),
        Column("label", Kind.TEXT, "The level in words.", nullable=False),
        Column("m", Kind.DOUBLE, "Share of pairs of one patient on this level, of those that both tell.",
               nullable=False, minimum=0, maximum=1),
        Column("u", Kind.DOUBLE, "The same share of pairs of different patients who were given the same drug; of the "
               "substances, of any two cases.", nullable=False, minimum=0, maximum=1),
        Column("weight_bits", Kind.DOUBLE, "log2(m / u).", unit="bits", nullable=False),
        Column("m_source", Kind.TEXT, "trained on this build, or reviewed (reference/duplicate_model.csv).",
               nullable=False, allowed=("trained", "reviewed")),
        Column("u_pair_count", Kind.BIGINT, "Sampled pairs behind u; 0 where it is the reviewed one.", unit="pairs",
               nullable=False, minimum=0),
        Column("outcome", Kind.TEXT, "What was trained, or why not.", nullable=False),
    ),
    key=("comparison", "level"),
)  # fmt: skip

DUPLICATE_LINKAGE = Table(
    "meta",
    "duplicate_linkage",
    "One row: what was compared, and what came of it.",
    (
        Column("case_count", Kind.BIGINT, "Cases of the build.", unit="cases", nullable=False, minimum=0),
        Column("compared_case_count", Kind.BIGINT, "Cases that took part.", unit="cases", nullable=False, minimum=0),
        Column("is_everyone", Kind.BOOLEAN, "All cases took part; else only those that name a studied substance or a "
               "comparator, because there are more than KETAVIGIL_DUPLICATE_MOST_CASES.", nullable=False),
        Column("pair_count", Kind.BIGINT, "Pairs compared.", unit="pairs", nullable=False, minimum=0),
        Column("pairs_per_case", Kind.DOUBLE, "pair_count / compared_case_count.", nullable=False, minimum=0),
        Column("prior", Kind.DOUBLE, "Probability that two cases drawn at random are of one patient.",
               nullable=False, minimum=0, maximum=1),
        Column("threshold", Kind.DOUBLE, "Probability from which two cases are linked.", nullable=False),
        Column("cluster_count", Kind.BIGINT, "Clusters.", unit="clusters", nullable=False, minimum=0),
        Column("duplicate_count", Kind.BIGINT, "Cases in them that are not kept.", unit="cases", nullable=False,
               minimum=0),
    ),
)  # fmt: skip

CORE_TABLES = (REPORT_DUPLICATE, REPORT_DUPLICATE_PAIR)
META_TABLES = (DUPLICATE_MODEL, DUPLICATE_LINKAGE)
