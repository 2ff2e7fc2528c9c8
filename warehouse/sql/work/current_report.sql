-- One row per case that counts, with the report that speaks for it, and the quarter in which the case was first seen,
-- whatever became of that sighting. In the order of the quarters, so that a slice of them is read alone.
WITH conflicting AS (
    SELECT
        case_id,
        min(quarter) AS quarter
    FROM work.conflicting_case
    GROUP BY case_id
)

SELECT
    version.case_id,
    version.quarter,
    version.report_id,
    version.source_line,
    version.source_part,
    least(version.first_quarter, conflicting.quarter) AS entry_quarter
FROM work.version AS version
ANTI JOIN work.deleted_case AS deleted
    ON version.case_id = deleted.case_id
LEFT JOIN conflicting
    ON version.case_id = conflicting.case_id
WHERE version.version_rank = 1
ORDER BY version.quarter
