-- Values of one table that were not taken as they stand, most frequent first.
SELECT
    column_name,
    issue,
    sum(row_count)::BIGINT AS row_count,
    arg_max(value, row_count) AS commonest_value
FROM value_issue
WHERE table_name = getvariable('child')
GROUP BY column_name, issue
ORDER BY row_count DESC, column_name ASC, issue ASC;
