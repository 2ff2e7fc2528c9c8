-- Every sighting that does not count, with one reason.
WITH excluded AS (
    SELECT
        quarter,
        source_line,
        source_part,
        'no_case_id' AS reason
    FROM staged.report
    WHERE case_id IS NULL
    UNION ALL
    SELECT
        quarter,
        source_line,
        source_part,
        reason
    FROM work.repeated_row
    UNION ALL
    SELECT
        quarter,
        source_line,
        source_part,
        'conflicting_case' AS reason
    FROM work.conflicting_case
    UNION ALL
    SELECT
        quarter,
        source_line,
        source_part,
        'superseded' AS reason
    FROM work.version
    WHERE version_rank > 1
    UNION ALL
    SELECT
        version.quarter,
        version.source_line,
        version.source_part,
        'deleted' AS reason
    FROM work.version AS version
    SEMI JOIN work.deleted_case AS deleted
        ON version.case_id = deleted.case_id
    WHERE version.version_rank = 1
)

SELECT
    report.quarter,
    report.source_line,
    report.source_part,
    report.report_id,
    report.case_id,
    report.case_version,
    report.fda_received_date,
    excluded.reason
FROM staged.report AS report
INNER JOIN excluded
    ON
        report.quarter = excluded.quarter
        AND report.source_line = excluded.source_line
        AND report.source_part = excluded.source_part
UNION ALL
SELECT
    quarter,
    source_line,
    source_part,
    report_id,
    case_id,
    case_version,
    fda_received_date,
    'dropped_by_correction' AS reason
FROM staged.dropped_report
