-- What became of every staged row: counted, of a sighting that does not count, or without a report in its quarter.
-- A report id that stands for two sightings counts once: its rows follow the sighting that counts.
SELECT
    loaded.quarter,
    loaded.table_name,
    loaded.rows_loaded,
    coalesce(counted.row_count, 0) AS rows_counted,
    loaded.rows_loaded - loaded.rows_without_report - coalesce(counted.row_count, 0) AS rows_excluded,
    loaded.rows_without_report
FROM work.loaded_row AS loaded
LEFT JOIN work.counted_row AS counted
    ON
        loaded.quarter = counted.quarter
        AND loaded.table_name = counted.table_name
