"""Messages on what failed. Findings on clinic batches say table, column, rule and number of rows, never a value."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.notify.message import Message
from transforms.privacy import Finding


def refused_batch(reason: str, findings: Sequence[Finding], clinic_id: str | None) -> Message:
    """A clinic batch was refused.

    Args:
        reason: the first sentence of the refusal, with where the batch is kept.
        findings: all that is wrong with it; none where it could not be read.
        clinic_id: the clinic's id; None where the manifest could not be believed.
    """
    clinic = "" if clinic_id is None else f" of clinic {clinic_id}"
    subject = f"A batch{clinic} was refused" + (f": {len(findings)} findings" if findings else "")
    lines = (reason, *(finding.text for finding in findings), "Mend it at the clinic and send it again as a whole.")
    return Message("refused_batch", subject, lines)


def failed_quarter(quarter: str, step: str, reason: str, link: str | None = None) -> Message:
    """A FAERS quarter could not be taken in; the others go on."""
    return Message("failed_quarter", f"Quarter {quarter} failed: {step}", (reason,), link)


def failed_task(dag: str, task: str, reason: str, link: str | None = None) -> Message:
    """Something else failed; what is published stays."""
    return Message("failed_task", f"{dag}: {task} failed", (reason, "What is published stays as it is."), link)
