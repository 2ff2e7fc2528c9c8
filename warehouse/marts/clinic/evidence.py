"""mart.evidence: clinic, label or trial, and FAERS side by side; nothing is added or averaged across them."""

from __future__ import annotations

import duckdb
import polars as pl

from transforms.incidence import wilson
from vocabulary.tables.clinic import DRUGS
from vocabulary.tables.mart.evidence import EVIDENCE, FAERS_COMPARATORS
from warehouse.marts.columns import column
from warehouse.plan import Step, frame_step, query

_READS = (
    "mart.clinic_incidence",
    "core.clinical_rate",
    "core.side_effect",
    "mart.side_effect_reporting",
    "mart.side_effect_comparison",
)
_CHOICE = "definition = 'label_style' AND role_scope = 'suspect' AND context = 'all' AND route_group = 'all'"


def steps() -> list[Step]:
    """The step of this file."""
    return [frame_step("mart.evidence", _evidence, *_READS)]


def _evidence(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    drugs = ", ".join(f"('{drug}')" for drug in DRUGS)
    rows = query(
        connection, f"SELECT drug, side_effect FROM (VALUES {drugs}) AS studied (drug), core.side_effect ORDER BY ALL"
    )
    for part in (_clinic(connection), _reference(connection), _faers(connection)):
        rows = rows.join(part, on=["drug", "side_effect"], how="left")
    return rows.select(EVIDENCE.column_names)


def _clinic(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """As published: what disclosure control left out is left out here."""
    names = [name.removeprefix("clinic_") for name in EVIDENCE.column_names if name.startswith("clinic_")]
    columns = ", ".join(f"{name} AS clinic_{name}" for name in names)
    return query(
        connection,
        f"SELECT drug, side_effect, {columns} FROM mart.clinic_incidence "
        "WHERE dimension = 'all' AND measure = 'reported'",
    )


def _reference(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    rates = query(
        connection,
        "SELECT drug, side_effect, study AS reference_study, outcome_name AS reference_outcome, event_count, "
        "total_count, percent / 100 AS reference_patient_share, "
        "control_event_count / control_total_count AS reference_control_share "
        "FROM core.clinical_rate WHERE is_shown_in_evidence AND unit = 'patients'",
    )
    # Without the count of events the published percentage is rounded, and no interval is made of it.
    events = rates["event_count"].cast(pl.Float64).to_numpy()
    share = wilson(events, rates["total_count"].cast(pl.Float64).to_numpy())
    return rates.drop("event_count", "total_count").with_columns(
        column("reference_patient_share_lower_95", share.lower_95),
        column("reference_patient_share_upper_95", share.upper_95),
    )


def _faers(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    share = query(
        connection,
        "SELECT exposure AS drug, side_effect, report_count AS faers_report_count, "
        "exposed_report_count AS faers_exposed_report_count, reporting_share AS faers_reporting_share, "
        "reporting_share_lower_95 AS faers_reporting_share_lower_95, "
        "reporting_share_upper_95 AS faers_reporting_share_upper_95 "
        f"FROM mart.side_effect_reporting WHERE {_CHOICE}",
    )
    for other in FAERS_COMPARATORS:
        measures = ["ror", "ic"] if other == "rest" else ["ror"]
        columns = ", ".join(
            f"{measure}{ending} AS faers_{measure}_against_{other}{ending}"
            for measure in measures
            for ending in ("", "_lower_95", "_upper_95")
        )
        compared = query(
            connection,
            f"SELECT exposure AS drug, side_effect, {columns}, "
            f"is_zero_cell_corrected AS faers_ror_against_{other}_is_zero_cell_corrected "
            "FROM mart.side_effect_comparison "
            f"WHERE {_CHOICE} AND comparator = '{other}'",
        )
        share = share.join(compared, on=["drug", "side_effect"], how="left")
    return share
