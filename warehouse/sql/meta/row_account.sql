-- What became of every staged row: counted, of a sighting that does not count, or without a report in its quarter.
-- A report id that stands for two sightings counts once: its rows follow the sighting that counts.
WITH every_sighting AS (
    SELECT
        report.quarter,
        report.report_id,
        current_report.case_id IS NOT NULL AS is_counted
    FROM staged.report AS report
    LEFT JOIN work.current_report AS current_report
        ON
            report.quarter = current_report.quarter
            AND report.source_line = current_report.source_line
            AND report.source_part = current_report.source_part
    UNION ALL
    SELECT
        quarter,
        report_id,
        FALSE AS is_counted
    FROM staged.dropped_report
),

sighting AS (
    SELECT
        quarter,
        report_id,
        bool_or(is_counted) AS is_counted
    FROM every_sighting
    GROUP BY quarter, report_id
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

row_count AS (
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
    UNION ALL
    SELECT
        report.quarter,
        'report' AS table_name,
        current_report.case_id IS NOT NULL AS is_counted,
        count(*) AS row_count
    FROM staged.report AS report
    LEFT JOIN work.current_report AS current_report
        ON
            report.quarter = current_report.quarter
            AND report.source_line = current_report.source_line
            AND report.source_part = current_report.source_part
    GROUP BY ALL
    UNION ALL
    -- Rows that a correction drops were loaded and do not count.
    SELECT
        quarter,
        table_name,
        FALSE AS is_counted,
        row_count
    FROM staged.dropped_row
)

SELECT
    quarter,
    table_name,
    sum(row_count)::BIGINT AS rows_loaded,
    coalesce(sum(row_count) FILTER (WHERE is_counted), 0)::BIGINT AS rows_counted,
    coalesce(sum(row_count) FILTER (WHERE NOT is_counted), 0)::BIGINT AS rows_excluded,
    coalesce(sum(row_count) FILTER (WHERE is_counted IS NULL), 0)::BIGINT AS rows_without_report
FROM row_count
GROUP BY quarter, table_name
