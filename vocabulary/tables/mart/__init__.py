"""Tables of answers. FAERS has no denominator: a share here is a share of reports, never an incidence."""

from vocabulary.tables.mart import interaction, sensitivity, side_effect, signal, strata, time

TABLES = (*side_effect.TABLES, *sensitivity.TABLES, *strata.TABLES, *signal.TABLES, *interaction.TABLES, *time.TABLES)
