"""Settings, all with defaults; each can be set by an environment variable KETAVIGIL_<NAME> or an option."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipeline.home import store_address, working_copy_folder


class Settings(BaseSettings):
    """What can be set. The table in docs/settings.md is made from these descriptions."""

    model_config = SettingsConfigDict(env_prefix="KETAVIGIL_", env_ignore_empty=True, extra="ignore")

    home: Path = Field(
        default=Path("data"), description="Data folder: raw, staged, certificates, warehouse and all else."
    )
    store: str | None = Field(
        default=None,
        description="Where several machines share their work, `s3://bucket/prefix`; `KETAVIGIL_HOME` is then this "
        "machine's working copy. An `s3://` address as `KETAVIGIL_HOME` or `--home` means the same, with a working "
        "copy in the user's cache folder.",
    )
    store_encryption: str | None = Field(
        default=None, description="Encryption asked of the store, `AES256` or `aws:kms`; else what the bucket does."
    )
    store_clinic_rows: bool = Field(
        default=False,
        description="Put `clinic.duckdb`, with rows of patients and small counts, beside the published file in the "
        "store too.",
    )
    store_keep_days: int = Field(
        default=7,
        ge=1,
        description="Days for which housekeeping leaves files in the store that no part names any more: what is being "
        "pushed is not named yet.",
    )
    web: Path | None = Field(
        default=None,
        description="Folder that a web server shows: DAGs deliver pages and Data Docs there.",
    )
    source: str | None = Field(
        default=None,
        description="Folder of quarterly zips, an http(s) address, or `faers` for the FDA, where no source is given. "
        "Without it `ketavigil run` works on simulated quarters; `ketavigil land` and the DAGs ask the FDA.",
    )
    quarters: str | None = Field(
        default=None,
        description="Quarters taken where neither an option nor a parameter names any, such as `2019q1..2026q2`.",
    )
    faers_url: str = Field(
        default="https://fis.fda.gov/content/Exports", description="Where the source `faers` looks for quarterly zips."
    )
    memory_limit: str = Field(default="4GB", description="Memory that DuckDB may use; past it, it spills to disk.")
    threads: int | None = Field(default=None, description="Threads for DuckDB; all cores where not set.")
    workers: int | None = Field(
        default=None,
        ge=1,
        description="Quarters staged or validated side by side, each with its own memory; all cores where not set.",
    )
    incremental: bool = Field(
        default=True,
        description="Go on from the last build where its scratch tables are still there; the tables are the same.",
    )
    keep_builds: int = Field(default=3, ge=1, description="Finished builds that are kept, the published one included.")
    keep_sites: int = Field(default=3, ge=1, description="Sites of builds that are kept, the current one included.")
    raw_policy: Literal["keep", "drop_replaced"] = Field(
        default="keep",
        description="What housekeeping does with raw zips: keeps all, or drops those that the FDA has replaced since.",
    )
    quarantine_days: int | None = Field(
        default=None, ge=1, description="Days after which housekeeping removes refused clinic batches; never if unset."
    )
    allow_incomplete: bool = Field(
        default=False, description="Build from quarters whose files are incomplete, with a recorded warning."
    )
    clinic_minimum_cell: int = Field(
        default=11,
        ge=2,
        description="Smallest count of clinic sessions or patients, 0 apart, that the published file shows.",
    )
    quarter_due_days: int | None = Field(
        default=90,
        ge=1,
        description="Days after the end of a quarter by which a server should have it; later, the daily run says so.",
    )
    stale_hours: float = Field(
        default=48,
        gt=0,
        description="Hours after which `status --check` calls it stale that the source was not asked, or that what is "
        "certified is not published.",
    )
    minimum_free_gb: float = Field(
        default=5, ge=0, description="Free space of the data folder in GB, below which `status --check` tells of it."
    )
    deadline_hours: float | None = Field(
        default=None,
        ge=0,
        description="In Airflow, hours after which a run that is not through is told of as late; never if unset.",
    )
    approval_warnings: int | None = Field(
        default=None,
        ge=0,
        description="In Airflow, a build with a quarter of which more rules warned waits for approval; never if unset.",
    )
    approval_signal_changes: int | None = Field(
        default=None,
        ge=0,
        description="In Airflow, a build in which more criteria of signals changed waits for approval; never if unset.",
    )
    data_docs_url: str | None = Field(
        default=None, description="Where Data Docs are served, for the link in the form of an approval."
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description="What commands say of their steps: `text` for people, `json` for one line each."
    )
    clinic_drop: Path | None = Field(
        default=None,
        description="Folder that clinics put batches into, watched by the DAG `clinic_reports`; `drop/clinic` in the "
        "data folder where not set.",
    )
    clinic_settle_seconds: int = Field(
        default=60,
        ge=0,
        description="Seconds for which a batch in the drop folder must not have changed before it is taken: it may "
        "still be on its way.",
    )
    clinic_ask: bool = Field(
        default=False,
        description="Ask a person in Airflow what becomes of each refused batch: `reject` or `return`. Neither lets it "
        "through.",
    )
    notify_email: str | None = Field(
        default=None, description="Addresses, parted by commas, that get what failed and what changed by e-mail."
    )
    notify_clinic_email: str | None = Field(
        default=None,
        description="Addresses of the owners of clinic data, who get refused batches: `name@host` for all clinics, "
        "`<clinic_id>=name@host` for one. Where none fits, those of `KETAVIGIL_NOTIFY_EMAIL`.",
    )
    notify_webhook: SecretStr | None = Field(
        default=None, description="Address that gets every notification as JSON. A secret."
    )
    notify_webhook_token: SecretStr | None = Field(default=None, description="Sent to it as bearer token. A secret.")
    site_url: str | None = Field(
        default=None,
        description="Where the pages are served, for links in notifications; the folder `site` where not set.",
    )
    smtp_host: str | None = Field(default=None, description="Server that takes e-mail.")
    smtp_port: int = Field(default=587, description="Its port.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="How the connection to it is encrypted; `none` for one on the same machine."
    )
    smtp_from: str | None = Field(default=None, description="Sender of e-mail.")
    smtp_user: str | None = Field(default=None, description="User at the server; none where it asks for none.")
    smtp_password: SecretStr | None = Field(default=None, description="Its password. A secret.")
    rxnorm: Path | None = Field(
        default=None, description="Folder of RxNorm (RXNCONSO.RRF, RXNREL.RRF) for drug names that no table knows."
    )
    meddra: Path | None = Field(
        default=None, description="Folder of MedDRA (llt.asc, pt.asc, mdhier.asc) for terms, SOCs and SMQs."
    )
    whodrug: Path | None = Field(
        default=None, description="Folder of WHODrug B3 (DD, DDA, INA), or of an ATC index (atc.csv)."
    )
    duplicate_most_cases: int = Field(
        default=5_000_000,
        ge=0,
        description="Cases up to which all are compared to find probable duplicates; above it only those that name a "
        "studied substance or a comparator, and meta.duplicate_linkage says so.",
    )
    simulated_quarters: str = Field(
        default="2012q2..2012q4,2020q3,2022q3..2022q4", description="Quarters made up where there is no source."
    )
    simulated_reports: int = Field(default=20_000, ge=1, description="Reports in each made-up quarter.")
    simulated_seed: int = Field(default=20_190_305, description="Seed of the made-up quarters.")
    simulated_clinics: int = Field(default=4, ge=0, description="Made-up clinics where there is no source.")
    simulated_patients: int = Field(default=250, ge=5, description="Patients of each made-up clinic.")

    @model_validator(mode="before")
    @classmethod
    def _home_may_be_a_store(cls, values: dict[str, Any]) -> dict[str, Any]:
        """An address as home is the store, and the working copy lies in the user's cache folder, one per address."""
        address = store_address(values.get("home"))
        return values if address is None else values | {"store": address, "home": working_copy_folder(address)}

    @property
    def dictionaries(self) -> dict[str, Path]:
        """Folders of the optional dictionaries that are set."""
        folders = {"rxnorm": self.rxnorm, "meddra": self.meddra, "whodrug": self.whodrug}
        return {kind: folder for kind, folder in folders.items() if folder is not None}
