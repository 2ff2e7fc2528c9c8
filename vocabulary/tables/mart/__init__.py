"""Tables of answers. FAERS has no denominator: a share here is a share of reports, never an incidence."""

from vocabulary.tables.mart import side_effect, signal

TABLES = (*side_effect.TABLES, *signal.TABLES)
