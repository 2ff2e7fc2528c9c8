"""What is tried again, and when: only what another time may mend."""

from datetime import timedelta

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

from vocabulary.errors import (
    BuildError,
    BusyError,
    CertificateError,
    ClinicBatchError,
    HostileArchiveError,
    LayoutError,
    ReferenceDataError,
    SettingsError,
    StoreError,
)

SAME_AGAIN = [
    *(BuildError, CertificateError, ClinicBatchError, HostileArchiveError, LayoutError, ReferenceDataError),
    SettingsError,
]
"""Errors that say the same next time: the data or the settings must change first."""

# Waits 5 to 10, 10 to 20, 20 to 40 minutes (`default_task_retry_delay`, doubled, with Airflow's jitter).
LATER = {"retry_exponential_backoff": 2.0, "max_retry_delay": timedelta(hours=1)}

IF_BUSY = ExceptionRetryPolicy([RetryRule([BusyError, StoreError])], default=RetryAction.FAIL)
"""Where another held the lock, and where the process was killed, which leaves no error behind."""

UNLESS_SAME_AGAIN = ExceptionRetryPolicy([RetryRule(SAME_AGAIN, RetryAction.FAIL, reason="It would fail again.")])
"""What asks a server: bad days pass."""
