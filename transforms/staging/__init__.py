"""From the bytes of one FDA quarter to typed Parquet, every line accounted for.

The way of a line: ``layout`` names the columns of its era, ``block`` reads sixty-four megabytes at once where all
lines are whole, ``repair`` judges the few that are not, ``typing`` turns text into numbers, dates and codes,
``tally`` counts what happened, ``table`` writes one staged table and ``quarter`` a whole quarter at once or not at all.
"""

from transforms.staging.quarter import Opener, stage_quarter
from transforms.staging.table import stage_deleted, stage_table
from transforms.staging.tally import Part, TableAccount

__all__ = ["Opener", "Part", "TableAccount", "stage_deleted", "stage_quarter", "stage_table"]
