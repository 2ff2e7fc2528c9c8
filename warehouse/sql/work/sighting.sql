-- One row per sighting that can be its case's current version.
SELECT
    report.quarter,
    report.source_line,
    report.source_part,
    report.report_id,
    report.case_id,
    report.case_version,
    report.fda_received_date,
    report.quarter >= '2012q4' AS is_faers
FROM staged.report AS report
ANTI JOIN work.repeated_row AS repeated
    ON
        report.quarter = repeated.quarter
        AND report.source_line = repeated.source_line
        AND report.source_part = repeated.source_part
WHERE report.case_id IS NOT NULL
