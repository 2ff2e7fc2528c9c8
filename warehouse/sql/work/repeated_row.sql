-- Lines of DEMO that state a report again within its quarter: all but the lowest line of (quarter, report, case).
WITH repeated AS (
    SELECT
        quarter,
        report_id,
        case_id,
        min(source_line) AS kept_line
    FROM staged.report
    WHERE case_id IS NOT NULL
    GROUP BY quarter, report_id, case_id
    HAVING count(*) > 1
),

stated AS (
    SELECT
        report.quarter,
        report.source_line,
        repeated.kept_line,
        json_merge_patch(to_json(report), '{"source_line": null}')::VARCHAR AS content
    FROM staged.report
    INNER JOIN repeated
        ON
            report.quarter = repeated.quarter
            AND report.report_id = repeated.report_id
            AND report.case_id = repeated.case_id
)

SELECT
    later.quarter,
    later.source_line,
    CASE WHEN later.content = kept.content THEN 'duplicate_row' ELSE 'conflicting_row' END AS reason
FROM stated AS later
INNER JOIN stated AS kept
    ON
        later.quarter = kept.quarter
        AND later.kept_line = kept.source_line
WHERE later.source_line > later.kept_line
