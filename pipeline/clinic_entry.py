"""What the DAGs of clinics call: random tokens in, random tokens out, and counts. Nothing that a clinic wrote.

Airflow imports this file whenever it parses a DAG, so everything heavy is imported where it is used.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pipeline.task_log import TaskLog, log
from vocabulary.errors import CertificateError, ClinicBatchError, SettingsError

if TYPE_CHECKING:
    from pipeline.home import Home
    from pipeline.settings import Settings


def look_at_drop() -> tuple[int, str]:
    """How many batches lie settled in the drop folder, and a mark that changes when they do; nothing is touched."""
    from pipeline import fingerprint
    from pipeline.clinic_drop import drop_folder, settled

    settings, home = _place()
    found = settled(drop_folder(home, settings), settings.clinic_settle_seconds, time.time())
    return len(found), fingerprint.of_parts(*(f"{path.name} {path.lstat().st_ctime_ns}" for path in found))


def find_batches() -> list[str]:
    """Take every settled batch out of the drop folder, and give their tokens and those that an earlier run left.

    Raises:
        BusyError: another run is at it.
        SettingsError: the drop folder cannot be read or emptied.
    """
    from pipeline.clinic_drop import claim, drop_folder, waiting_in_drop

    settings, home = _place()
    folder = drop_folder(home, settings)
    tokens = claim(home, folder, settings.clinic_settle_seconds, time.time())
    log.info("%d batches to be taken in; %d still on their way", len(tokens), len(waiting_in_drop(folder)))
    return tokens


def take_in_batch(batch: str) -> None:
    """Take one batch in, whole or not at all: form and privacy gate, validation, staging.

    Raises:
        RefusedBatchError: it is refused; it lies in quarantine, and what is wrong with it is in the message.
        BusyError: another batch of the clinic is being taken in.
    """
    from pipeline import parts
    from pipeline.clinic import RefusedBatchError, take_in
    from pipeline.clinic_drop import claimed, done_with
    from pipeline.sharing import working_copy

    settings, home = _place()
    copy = working_copy(settings)
    path = claimed(home, batch)
    if path is None:
        log.info("%s was done with already", batch)
        return
    if copy is not None:
        copy.pull_kinds("clinic")  # other batches of the clinic, so that no session is counted twice
    try:
        taken = take_in(home, settings, path, TaskLog(), move_refused=True)
    except RefusedBatchError:
        done_with(home, batch)
        raise
    if copy is not None:
        copy.push(parts.clinic(taken.name))
    done_with(home, batch)
    log.info("%s %s %s r%d", batch, "is" if taken.is_new else "was already", taken.name, taken.revision)
    for warning in taken.warnings:
        log.warning("%s: %s", taken.name, warning)


def batches_anew() -> dict[str, int]:
    """Name and revision of each batch that a build would take and the published file does not rest on.

    It asks the data folder, so that what a killed run staged is announced by the next. Without a quarter that can be
    built from there is nothing to announce: a build takes clinics in when there is one.
    """
    from pipeline.building import admit
    from pipeline.clinic_status import published_batches
    from pipeline.sharing import working_copy

    settings, home = _place()
    if (copy := working_copy(settings)) is not None:
        copy.pull_kinds("staged", "certificate", "clinic", light=True)
    try:
        admission = admit(home, allow_incomplete=settings.allow_incomplete)
    except CertificateError as error:
        log.info("No build is asked for, since there is none without reports. %s", error)
        return {}
    for name, why in admission.refused_clinics.items():
        log.warning("clinic batch %s would not be in the build: %s", name, why)
    published = published_batches(home)
    rows = [batch.row for batch in admission.clinics]
    return {
        f"{row['clinic_id']}~{row['batch_id']}": int(str(row["revision"]))
        for row in rows
        if (row["clinic_id"], row["batch_id"], row["revision"], row["sha256"]) not in published
    }


def refused_to_ask() -> list[str]:
    """Quarantine names of refused batches that a person is to be asked about; none where that is not set."""
    from pipeline.clinic_refusals import undecided

    settings, home = _place()
    return [refusal.name for refusal in undecided(home)] if settings.clinic_ask else []


def describe_refused() -> list[dict[str, str]]:
    """For each of them the headline and the text that the person is shown: findings, without a value."""
    from pipeline.clinic_refusals import undecided

    settings, home = _place()
    asked = undecided(home) if settings.clinic_ask else []
    return [
        {
            "subject": f"Refused clinic batch {refusal.name}: reject or return?",
            "body": "It stays out either way. **reject** deletes it, **return** puts it out to be given back.\n\n"
            + "\n".join(f"- {sentence}" for sentence in refusal.sentences),
        }
        for refusal in asked
    ]


def settle_refused(question: dict[str, str], answer: dict[str, object]) -> None:
    """Do as a person answered.

    Raises:
        SettingsError: the answer is neither of the two.
        ClinicBatchError: the batch is not in quarantine.
    """
    from pipeline.clinic_refusals import decide

    _, home = _place()
    name = question["subject"].partition(":")[0].rpartition(" ")[2]
    chosen = answer["chosen_options"]
    if not isinstance(chosen, list) or len(chosen) != 1:
        raise ClinicBatchError("Answer with one of the two options.")
    place = decide(home, name, str(chosen[0]))
    log.info("%s was %s", name, "deleted" if place is None else "put into returned/clinic of the data folder")


def _place() -> tuple[Settings, Home]:
    from pipeline.home import Home
    from pipeline.settings import Settings

    settings = Settings()
    if not settings.home.is_absolute():
        raise SettingsError("Set KETAVIGIL_HOME to an absolute path: every task of Airflow must find the same folder.")
    return settings, Home(settings.home)
