-- Every sighting of every case with its rank: 1 is the current version, whatever the order of loading; and the first
-- quarter in which the case was seen.
SELECT
    sighting.quarter,
    sighting.source_line,
    sighting.source_part,
    sighting.report_id,
    sighting.case_id,
    row_number() OVER newest_first AS version_rank,
    min(sighting.quarter) OVER (newest_first ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS first_quarter
FROM work.sighting AS sighting
ANTI JOIN work.conflicting_case AS conflicting
    ON
        sighting.quarter = conflicting.quarter
        AND sighting.source_line = conflicting.source_line
        AND sighting.source_part = conflicting.source_part
WINDOW newest_first AS (
    PARTITION BY sighting.case_id
    ORDER BY
        sighting.is_faers DESC,
        sighting.case_version DESC NULLS LAST,
        sighting.fda_received_date DESC NULLS LAST,
        sighting.quarter DESC,
        sighting.report_id DESC
)
