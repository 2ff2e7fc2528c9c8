"""The error tree. A message names the file, table, quarter, column or line, and the remedy.

The command prints these without a traceback and exits non-zero; anything else is a defect of ours.
Clinic values never appear in a message.
"""


class KetavigilError(Exception):
    """Base of every error that a user can cause or mend."""


class SettingsError(KetavigilError):
    """A setting or an argument cannot be used."""


class BusyError(KetavigilError):
    """Another process works on the same quarter or build; later it will not."""


class StoreError(KetavigilError):
    """The store that several machines share does not answer, or what it gave is not what was put there."""


class SourceError(KetavigilError):
    """A source could not be read: a missing file, a failed download."""


class HostileArchiveError(SourceError):
    """A zip is refused because of what its directory says: traversal, absurd ratio, encryption, wrong members."""


class LayoutError(KetavigilError):
    """A quarter's columns are not the declared ones, or a table's file is missing."""


class ReferenceDataError(KetavigilError):
    """A reviewed reference table breaks one of its own rules."""


class DictionaryError(KetavigilError):
    """An optional dictionary's folder is missing, or its files have another format."""


class CertificateError(KetavigilError):
    """A quarter has no current certificate."""


class ClinicBatchError(KetavigilError):
    """A clinic batch is refused: table, column, rule, number of rows and remedy, never a value."""


class BuildError(KetavigilError):
    """The warehouse could not be built or did not pass its own checks."""


class SchemaVersionError(BuildError):
    """A finished file holds the tables of another version of this code; it is refused, not misread."""


class NotificationError(KetavigilError):
    """A notification could not be sent; the work that it tells of is done all the same.

    Attributes:
        sent: the ways that it went.
    """

    def __init__(self, message: str, sent: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.sent = sent


class QueryError(KetavigilError):
    """A question to the published file cannot be answered: its SQL, a table, a cell, a format."""
