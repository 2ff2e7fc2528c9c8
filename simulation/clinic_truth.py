"""The truth beside made-up clinics: what was planted, and what a correct reader must count.

``truth_clinic.json``: format, seed, damage, spread, batches (folder or zip name to rows per table, and ``refused_for``
where it must be refused), totals.

``truth_clinic_incidence.parquet``: drug, side_effect, measure and

* ``planted_*``: the incidence per session (all, first, later) and per patient in a population without end; exact for
  what is reported and for the scales, exact to about 1e-4 for rises of pressure, null for what follows from several
  numbers together (absolute thresholds, tachycardia);
* counts: what the batches written here hold, whatever was planted: sessions and patients with it, those in which it
  could be told, and sessions in which it could not. ``drug`` is ``all`` for all sessions together.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from simulation.clinic_planted import planted, session_shares
from simulation.clinic_scenario import ClinicScenario
from simulation.clinic_sessions import Visits

FORMAT = 1
MEASURED = {
    "cadss_above_4": "dissociation",
    "moaas_below_5": "sedation_disorientation",
    "systolic_rise_20": "blood_pressure_increased",
    "systolic_rise_40": "blood_pressure_increased",
    "diastolic_rise_25": "blood_pressure_increased",
    "systolic_180": "blood_pressure_increased",
    "diastolic_110": "blood_pressure_increased",
    "pressure_165_100": "blood_pressure_increased",
    "tachycardia": "heart_rate_increased",
}
"""Measure to its side effect."""

_COUNTS = ("event_session_count", "session_count", "event_patient_count", "patient_count", "unassessed_session_count")


@dataclass
class ClinicAccount:
    """Counts over all clinics, and the batches."""

    counts: dict[tuple[str, str, str], NDArray[np.int64]] = field(default_factory=dict)
    batches: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, seen: Visits, measures: Mapping[tuple[str, str], NDArray[np.uint8]]) -> None:
        """Count one clinic.

        Args:
            seen: its sessions.
            measures: (side effect, measure) to 0, 1 or 2 (cannot be told) per session.
        """
        drug = seen.frame["drug"].to_numpy()
        for name in ("all", *sorted(set(drug.tolist()))):
            here = np.ones(seen.size, dtype=np.bool_) if name == "all" else drug == name
            owner = seen.owner[here]
            for (side_effect, measure), state in measures.items():
                at = state[here]
                count = np.array(
                    [
                        (at == 1).sum(),
                        (at != 2).sum(),
                        len(np.unique(owner[at == 1])),
                        len(np.unique(owner[at != 2])),
                        (at == 2).sum(),
                    ]
                )
                key = (name, side_effect, measure)
                self.counts[key] = self.counts.get(key, np.zeros(len(_COUNTS), dtype=np.int64)) + count


def write_clinic_truth(
    out: Path, seed: int, damage: tuple[str, ...], scenario: ClinicScenario, account: ClinicAccount
) -> None:
    """Write truth_clinic.json and truth_clinic_incidence.parquet."""
    kept = [batch for batch in account.batches.values() if "refused_for" not in batch]
    totals = {table: sum(batch["rows"][table] for batch in kept) for table in ("session", "vital", "scale", "event")}
    truth = {
        "format": FORMAT,
        "seed": seed,
        "damage": list(damage),
        "spread": scenario.spread,
        "batches": account.batches,
        "totals": totals,
    }
    (out / "truth_clinic.json").write_text(json.dumps(truth, indent=1) + "\n", encoding="utf-8")
    incidence_truth(scenario, account).write_parquet(out / "truth_clinic_incidence.parquet")


def incidence_truth(scenario: ClinicScenario, account: ClinicAccount) -> pl.DataFrame:
    """What was planted beside what was written."""
    shares = session_shares(scenario)
    exact = {
        (one.drug, one.side_effect, one.measure): {
            "planted_session_incidence": one.tendency.over_sessions(shares),
            "planted_first_session_incidence": one.tendency.per_session(is_first=True),
            "planted_later_session_incidence": one.tendency.per_session(is_first=False),
            "planted_patient_incidence": one.tendency.per_patient(shares, one.assessed),
        }
        for one in planted(scenario)
    }
    nothing = dict.fromkeys(next(iter(exact.values())))
    rows = [
        {"drug": key[0], "side_effect": key[1], "measure": key[2]}
        | (exact.get(key) or nothing)
        | dict(zip(_COUNTS, counts.tolist(), strict=True))
        for key, counts in sorted(account.counts.items())
    ]
    return pl.DataFrame(rows, infer_schema_length=None)
