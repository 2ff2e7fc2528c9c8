-- Loaded rows by quarter and table, and those whose report is not in its quarter. Rows that a correction drops were
-- loaded too.
WITH stated AS (
    SELECT
        quarter,
        report_id
    FROM staged.report
    UNION
    SELECT
        quarter,
        report_id
    FROM staged.dropped_report
),

child AS (
    SELECT
        'report_drug' AS table_name,
        quarter,
        report_id
    FROM staged.report_drug
    UNION ALL
    SELECT
        'report_reaction' AS table_name,
        quarter,
        report_id
    FROM staged.report_reaction
    UNION ALL
    SELECT
        'report_outcome' AS table_name,
        quarter,
        report_id
    FROM staged.report_outcome
    UNION ALL
    SELECT
        'report_source' AS table_name,
        quarter,
        report_id
    FROM staged.report_source
    UNION ALL
    SELECT
        'report_therapy' AS table_name,
        quarter,
        report_id
    FROM staged.report_therapy
    UNION ALL
    SELECT
        'report_indication' AS table_name,
        quarter,
        report_id
    FROM staged.report_indication
),

found AS (
    SELECT
        child.quarter,
        child.table_name,
        count(*) AS row_count,
        count(*) FILTER (WHERE stated.report_id IS NULL) AS orphan_count
    FROM child
    LEFT JOIN stated
        ON
            child.quarter = stated.quarter
            AND child.report_id = stated.report_id
    GROUP BY child.quarter, child.table_name
    UNION ALL
    SELECT
        quarter,
        'report' AS table_name,
        count(*) AS row_count,
        0 AS orphan_count
    FROM staged.report
    GROUP BY quarter
    UNION ALL
    SELECT
        quarter,
        table_name,
        row_count,
        0 AS orphan_count
    FROM staged.dropped_row
)

SELECT
    quarter,
    table_name,
    sum(row_count)::BIGINT AS rows_loaded,
    sum(orphan_count)::BIGINT AS rows_without_report
FROM found
GROUP BY quarter, table_name
