"""Tables of answers. FAERS has no denominator: a share of reports is never an incidence; clinics have one."""

from vocabulary.tables.mart import (
    clinic,
    deduplicated,
    evidence,
    interaction,
    sensitivity,
    side_effect,
    signal,
    strata,
    time,
)

TABLES = (
    *(*side_effect.TABLES, *sensitivity.TABLES, *strata.TABLES, *signal.TABLES, *interaction.TABLES, *time.TABLES),
    *(*clinic.TABLES, *evidence.TABLES, *deduplicated.TABLES),
)
