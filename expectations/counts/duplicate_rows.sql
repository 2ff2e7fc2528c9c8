-- Rows that repeat an earlier row of the same report in everything but their line.
-- Compared by report and a 64-bit hash of the row: with a handful of rows per report, two different rows of one report
-- with the same hash are not to be expected in a thousand histories of FAERS.
SELECT coalesce(sum(same_rows - 1), 0)::BIGINT AS duplicate_rows
FROM (
    SELECT count(*) AS same_rows
    FROM (
        SELECT
            report_id,
            hash(*COLUMNS(* EXCLUDE (source_line, source_part))) AS content
        FROM query_table(getvariable('child'))
    ) AS hashed
    GROUP BY report_id, content
) AS grouped;
