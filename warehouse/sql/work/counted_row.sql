-- Rows of the cases that count, by table and quarter of the report.
WITH counted AS (
    SELECT
        'report' AS table_name,
        case_id
    FROM work.current_report
    UNION ALL
    SELECT
        'report_drug' AS table_name,
        case_id
    FROM core.report_drug
    UNION ALL
    SELECT
        'report_reaction' AS table_name,
        case_id
    FROM core.report_reaction
    UNION ALL
    SELECT
        'report_outcome' AS table_name,
        case_id
    FROM core.report_outcome
    UNION ALL
    SELECT
        'report_source' AS table_name,
        case_id
    FROM core.report_source
    UNION ALL
    SELECT
        'report_therapy' AS table_name,
        case_id
    FROM core.report_therapy
    UNION ALL
    SELECT
        'report_indication' AS table_name,
        case_id
    FROM core.report_indication
)

SELECT
    current_report.quarter,
    counted.table_name,
    count(*) AS row_count
FROM counted
INNER JOIN work.current_report AS current_report
    ON counted.case_id = current_report.case_id
GROUP BY current_report.quarter, counted.table_name
