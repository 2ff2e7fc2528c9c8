"""What a data folder holds: quarters, counts, build and age."""

from __future__ import annotations

from datetime import datetime

import polars as pl
from rich.console import Group
from rich.table import Table
from rich.text import Text

from pipeline.clinic_status import clinic_status
from pipeline.home import Home
from pipeline.settings import Settings
from pipeline.staging import read_manifest
from pipeline.validating import current_certificate
from sources import Receipt, current_receipts
from vocabulary.quarter import Quarter
from warehouse.query import open_published


def status(home: Home, settings: Settings, now: datetime) -> Group:
    """Tables for a person: one row per quarter, one per clinic batch, then the published build."""
    table = Table(title=f"Quarters in {home.root}", title_justify="left", header_style="bold")
    for name in ("Quarter", "Landed", "Staged reports", "Rejected lines", "Certificate", "In the published file"):
        table.add_column(name, justify="left" if name in {"Quarter", "Certificate"} else "right")
    published = _published(home)
    landed = current_receipts(home.raw)
    for quarter in sorted({*landed, *home.staged_quarters()}):
        table.add_row(*_row(home, quarter, landed, published))
    clinics = clinic_status(home, settings)
    return Group(table, *([] if clinics is None else [clinics]), _build_line(home, now))


def _row(home: Home, quarter: Quarter, landed: dict[Quarter, Receipt], published: dict[str, int]) -> list[str]:
    manifest = read_manifest(home.staged(quarter))
    receipt = landed.get(quarter)
    is_staged = bool(manifest) and receipt is not None and manifest["source"]["sha256"] == receipt.sha256
    reports, rejected = _totals(home, quarter) if manifest else (0, 0)
    certificate = current_certificate(home, quarter) if manifest else None
    return [
        f"{quarter}{' (simulated)' if receipt is not None and receipt.is_simulated else ''}",
        "no" if receipt is None else f"{receipt.landed_at:%Y-%m-%d}",
        f"{reports:,}" if is_staged else "no" if not manifest else "older zip",
        f"{rejected:,}" if manifest else "",
        certificate.status if certificate else "none",
        f"{published[str(quarter)]:,} cases" if str(quarter) in published else "no",
    ]


def _totals(home: Home, quarter: Quarter) -> tuple[int, int]:
    account = pl.read_parquet(home.staged(quarter) / "line_account.parquet")
    reports = account.filter(pl.col("table_name") == "report")["rows_loaded"].sum()
    return int(reports), int(account["lines_rejected"].sum())


def _published(home: Home) -> dict[str, int]:
    if not home.published.exists():
        return {}
    with open_published(home.published) as connection:
        rows = connection.execute(
            "SELECT quarter, rows_counted FROM meta.row_account WHERE table_name = 'report'"
        ).fetchall()
    return dict(rows)


def _build_line(home: Home, now: datetime) -> Text:
    if not home.published.exists():
        return Text("Nothing is published yet. `ketavigil run` does.")
    with open_published(home.published) as connection:
        build_id, built_at, first, last, count, simulated = connection.execute(
            "SELECT build_id, built_at, first_quarter, last_quarter, quarter_count, is_simulated FROM meta.build"
        ).fetchall()[0]
        (cases,) = connection.execute("SELECT count(*) FROM core.report").fetchall()[0]
    age = now.replace(tzinfo=None) - built_at
    hours = age.total_seconds() / 3600
    size = home.published.stat().st_size / 1e6
    return Text(
        f"Published {home.published}: build {build_id} of {built_at:%Y-%m-%d %H:%M} UTC "
        f"({f'{hours / 24:.0f} days' if hours >= 48 else f'{hours:.0f} hours'} old), {cases:,} cases of {count} "
        f"{'quarter' if count == 1 else 'quarters'}, {first} to {last}{' (SIMULATED)' if simulated else ''}, "
        f"{size:,.0f} MB."
    )
