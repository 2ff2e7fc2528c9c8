-- Nulls per column as the Parquet footers state them: exact, and without reading a row.
SELECT
    path_in_schema AS column_name,
    sum(stats_null_count)::BIGINT AS null_rows,
    sum(num_values)::BIGINT AS row_count,
    count(stats_null_count) = count(*) AS is_complete
FROM parquet_metadata(getvariable('files'))
GROUP BY path_in_schema;
