"""Airflow's own database: old runs, logs and events go by Airflow's own command."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from airflow.sdk.exceptions import AirflowSkipException

BLOCKED = ("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "AIRFLOW__CORE__SQL_ALCHEMY_CONN")
"""Airflow keeps its database from tasks by these two; only a part of Airflow, a process of its own, may open it."""


def clean_metadata(keep_days: int, *, dry_run: bool) -> None:
    """Run ``airflow db clean`` for what is older than so many days.

    The database is that of KETAVIGIL_AIRFLOW_DATABASE, or the SQLite file of an Airflow for one person. Where a
    worker has neither, as it should be for a team, the task is skipped and says what to run where.
    """
    own = Path(os.environ.get("AIRFLOW_HOME", "")) / "airflow.db"
    address = os.environ.get("KETAVIGIL_AIRFLOW_DATABASE") or (f"sqlite:///{own}" if own.is_file() else "")
    before = (datetime.now(UTC) - timedelta(days=keep_days)).isoformat(timespec="seconds")
    arguments = ["db", "clean", "--clean-before-timestamp", before, "--skip-archive", "--yes"]
    arguments += ["--dry-run"] if dry_run else []
    if not address:
        raise AirflowSkipException(f"This worker may not open Airflow's database. Run: airflow {' '.join(arguments)}")
    env = {name: value for name, value in os.environ.items() if name not in BLOCKED}
    env |= {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": address}
    subprocess.run([sys.executable, "-m", "airflow", *arguments], env=env, check=True)
