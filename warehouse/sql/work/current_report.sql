-- One row per case that counts, with the report that speaks for it.
SELECT
    version.case_id,
    version.quarter,
    version.report_id,
    version.source_line,
    version.source_part
FROM work.version AS version
ANTI JOIN work.deleted_case AS deleted
    ON version.case_id = deleted.case_id
WHERE version.version_rank = 1
