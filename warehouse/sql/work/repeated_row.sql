-- Lines of DEMO that state a report again within its quarter: all but the lowest line of (quarter, report, case).
WITH repeated AS (
    SELECT
        quarter,
        report_id,
        case_id,
        min(row(source_line, source_part)) AS kept_place
    FROM staged.report
    WHERE case_id IS NOT NULL
    GROUP BY quarter, report_id, case_id
    HAVING count(*) > 1
),

stated AS (
    SELECT
        report.quarter,
        report.source_line,
        report.source_part,
        row(report.source_line, report.source_part) AS place,
        repeated.kept_place,
        json_merge_patch(to_json(report), '{"source_line": null, "source_part": null}')::VARCHAR AS content
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
    later.source_part,
    CASE WHEN later.content = kept.content THEN 'duplicate_row' ELSE 'conflicting_row' END AS reason
FROM stated AS later
INNER JOIN stated AS kept
    ON
        later.quarter = kept.quarter
        AND later.kept_place = kept.place
WHERE later.place > later.kept_place
