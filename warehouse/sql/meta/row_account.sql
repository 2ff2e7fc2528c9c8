-- What became of every staged row: counted, of a sighting that does not count, or without a report in its quarter.
-- A report id that stands for two sightings counts once: its rows follow the sighting that counts.
WITH sighting AS (
    SELECT
        report.quarter,
        report.report_id,
        bool_or(current_report.case_id IS NOT NULL) AS is_counted
    FROM staged.report AS report
    LEFT JOIN work.current_report AS current_report
        ON
            report.quarter = current_report.quarter
            AND report.source_line = current_report.source_line
            AND report.source_part = current_report.source_part
    GROUP BY report.quarter, report.report_id
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

child_count AS (
    SELECT
        child.quarter,
        child.table_name,
        sighting.is_counted,
        count(*) AS row_count
    FROM child
    LEFT JOIN sighting
        ON
            child.quarter = sighting.quarter
            AND child.report_id = sighting.report_id
    GROUP BY child.quarter, child.table_name, sighting.is_counted
)

SELECT
    quarter,
    table_name,
    sum(row_count)::BIGINT AS rows_loaded,
    coalesce(sum(row_count) FILTER (WHERE is_counted), 0)::BIGINT AS rows_counted,
    coalesce(sum(row_count) FILTER (WHERE NOT is_counted), 0)::BIGINT AS rows_excluded,
    coalesce(sum(row_count) FILTER (WHERE is_counted IS NULL), 0)::BIGINT AS rows_without_report
FROM child_count
GROUP BY quarter, table_name
UNION ALL
SELECT
    report.quarter,
    'report' AS table_name,
    count(*) AS rows_loaded,
    count(current_report.case_id) AS rows_counted,
    count(*) - count(current_report.case_id) AS rows_excluded,
    0::BIGINT AS rows_without_report
FROM staged.report AS report
LEFT JOIN work.current_report AS current_report
    ON
        report.quarter = current_report.quarter
        AND report.source_line = current_report.source_line
        AND report.source_part = current_report.source_part
GROUP BY report.quarter
