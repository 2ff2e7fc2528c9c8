-- Rows of one child table against the reports of the quarter.
SELECT
    count(*) AS row_count,
    count(*) FILTER (WHERE report_key.report_id IS NULL) AS orphan_rows,
    count(*) FILTER (
        WHERE
        child.case_id <> report_key.lowest_case_id
        AND child.case_id <> report_key.highest_case_id
    ) AS other_case_rows
FROM query_table(getvariable('child')) AS child
LEFT JOIN report_key ON child.report_id = report_key.report_id;
