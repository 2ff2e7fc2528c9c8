"""The DAG of clinics by ``dag.test()``: a refused batch fails alone, and Airflow holds nothing that a clinic wrote."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from pipeline import clinic_entry as entry
from pipeline.clinic_refusals import ANSWERS, undecided
from pipeline.home import Home
from tests.privacy.clinic_batches import MadeUp, make
from vocabulary.errors import ClinicBatchError, SettingsError

SCRIPT = Path(__file__).with_name("run_in_order.py")
TEXT, NAME, DOSE = "Zqanaryword", "Quinquilla Zqandoe", "148.37"


class Letters:
    def __init__(self) -> None:
        self.texts: list[str] = []

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        self.texts.append(envelope.content.decode())
        return "250 OK"


@dataclass(frozen=True)
class Taken:
    """What a run with three batches left."""

    airflow: Any
    home: Home
    run: dict[str, str]
    printed: str
    letters: list[str]
    batches: list[MadeUp]


def sound(seed: int) -> MadeUp:
    batch = make(seed)
    session = batch.tables["session"][0]
    session |= {"route": "intravenous", "dose_mg": DOSE, "dose_mg_per_kg": "", "infusion_minutes": "40"}
    return batch


@pytest.fixture(scope="module")
def taken(make_airflow: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Taken:
    folder = tmp_path_factory.mktemp("clinics")
    drop = folder / "drop"
    drop.mkdir()
    good, also, bad = sound(21), sound(22), sound(23)
    also.manifest["clinic_id"] = good.manifest["clinic_id"]  # of one clinic, so that they take turns
    for table, rows in bad.tables.items():
        for column in rows[0]:
            bad.tables[table][0][column] = f"{TEXT} {column}"
    good.write(drop)
    also.write_zip(drop, name=f"{also.manifest['clinic_id']}~{also.manifest['batch_id']}")
    bad.write_zip(drop, name=NAME)
    (drop / f"{NAME}.zip.part").write_text(TEXT)  # still on its way
    letters = Letters()
    mail = Controller(letters, hostname="127.0.0.1", port=0)
    mail.port = _free_port()
    mail.start()
    airflow = make_airflow(
        folder / "airflow",
        KETAVIGIL_HOME=str(folder / "data"),
        KETAVIGIL_CLINIC_DROP=str(drop),
        KETAVIGIL_CLINIC_SETTLE_SECONDS="0",
        KETAVIGIL_CLINIC_ASK="1",
        KETAVIGIL_NOTIFY_CLINIC_EMAIL="owner@c.example",
        KETAVIGIL_SMTP_HOST="127.0.0.1",
        KETAVIGIL_SMTP_PORT=str(mail.port),
        KETAVIGIL_SMTP_SECURITY="none",
        KETAVIGIL_SMTP_FROM="k@w.example",
    )
    try:
        printed = airflow.run(str(SCRIPT), json.dumps([["clinic_reports", {}]]), timeout=400)
    finally:
        mail.stop()
    (run,) = json.loads(printed.splitlines()[-1])
    return Taken(airflow, Home(folder / "data"), run, printed, letters.texts, [good, also, bad])


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


pytestmark = [pytest.mark.slow, pytest.mark.timeout(500)]


def test_a_refused_batch_fails_its_own_task_and_the_others_are_taken_in(taken: Taken) -> None:
    assert taken.run["state"] == "failed"
    states = taken.airflow.states(taken.run["run_id"])
    mapped = {name: state for name, state in states.items() if name.startswith("take_in_batch")}
    assert sorted(mapped.values()) == ["failed", "success", "success"]
    assert all(name.startswith("take_in_batch batch-") for name in mapped)
    rest = {name: state for name, state in states.items() if name not in mapped}
    assert rest == {
        "find_batches": "success",
        "announce_batches": "skipped",  # there is no quarter, so nothing could be built
        "announce_refused": "success",
        "report_failures": "failed",
    }
    assert len(taken.home.clinic_batches()) == 2
    assert len(undecided(taken.home)) == 1


def test_one_event_asks_about_the_refused(taken: Taken) -> None:
    ((name, extra),) = taken.airflow.rows("SELECT a.name, e.extra FROM asset_event e JOIN asset a ON a.id = e.asset_id")
    assert name == "ketavigil_clinic_refused"
    assert json.loads(extra)["refused"] == [one.name for one in undecided(taken.home)]


def test_its_owner_is_told_what_is_wrong(taken: Taken) -> None:
    (letter,) = taken.letters
    assert "privacy: patient.age_years" in letter.replace("=\r\n", "")


def test_airflow_holds_no_byte_of_what_a_clinic_wrote(taken: Taken) -> None:
    secret = [TEXT, NAME, NAME.replace(" ", "%20"), DOSE]
    for batch in taken.batches:
        for rows in batch.tables.values():
            secret += [row[key] for row in rows for key in ("patient_id", "session_id") if key in row]
    searched = {"printed": taken.printed.encode(), "letters": " ".join(taken.letters).encode()}
    for path in sorted(taken.airflow.home.rglob("*")):
        if path.is_file():
            searched[str(path)] = str(path).encode() + path.read_bytes()
    # Database, its rendered fields and XCom, logs: all that pages are made of.
    assert any(name.endswith("airflow.db") and len(content) > 100_000 for name, content in searched.items())
    for name, content in searched.items():
        for canary in set(secret):
            assert canary.encode() not in content, (name, canary)
    # The test can fail: a token and a finding are found.
    (token,) = taken.airflow.rows(
        "SELECT rendered_map_index FROM task_instance WHERE task_id = 'take_in_batch' AND map_index = 0 AND run_id = ?",
        taken.run["run_id"],
    )
    assert token[0].encode() in searched[str(taken.airflow.home / "airflow.db")]
    assert b"privacy: patient.age_years" in searched["printed"]


def test_what_is_on_its_way_stays_and_what_is_done_with_is_gone(taken: Taken) -> None:
    left = sorted(path.name for path in (taken.airflow.home.parent / "drop").iterdir())
    assert left == [f"{NAME}.zip.part"]
    kept = [path.name for path in (taken.home.root / "incoming" / "clinic").iterdir()]
    assert len(kept) == 3
    assert all(name.endswith(".done") for name in kept)


def test_a_person_can_reject_or_return_and_nothing_else(taken: Taken, monkeypatch) -> None:
    monkeypatch.setenv("KETAVIGIL_HOME", str(taken.home.root))
    assert entry.describe_refused() == [], "off unless it is asked for"
    monkeypatch.setenv("KETAVIGIL_CLINIC_ASK", "1")
    (question,) = entry.describe_refused()
    assert "privacy: patient.age_years" in question["body"]
    assert TEXT not in json.dumps(question)
    for answer in ("approve", "", "let it in"):
        with pytest.raises(SettingsError, match="reject or return"):
            entry.settle_refused(question, {"chosen_options": [answer]})
    with pytest.raises(ClinicBatchError):
        entry.settle_refused(question, {"chosen_options": [*ANSWERS]})
    before = taken.home.clinic_batches()
    entry.settle_refused(question, {"chosen_options": ["return"]})
    assert taken.home.clinic_batches() == before
    (place,) = (taken.home.root / "returned" / "clinic").iterdir()
    assert {path.name for path in place.iterdir()} == {"batch", "refusal.json"}
    assert TEXT.encode() in b"".join(path.read_bytes() for path in place.rglob("*.zip")) or list(place.rglob("*.zip"))
    for path in [place.parent, place, *place.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path
    assert entry.describe_refused() == []
