-- As duplicate_rows, for the widest table: only drugs with several rows can hold a duplicate, and they are few.
SELECT coalesce(sum(same_rows - 1), 0)::BIGINT AS duplicate_rows
FROM (
    SELECT count(*) AS same_rows
    FROM (
        SELECT
            report_id,
            hash(*COLUMNS(* EXCLUDE (source_line, source_part))) AS content
        FROM report_drug
        WHERE report_id IN (
            SELECT report_id FROM drug_key
            WHERE row_count > 1
        )
    ) AS hashed
    GROUP BY
        report_id,
        content
) AS grouped;
