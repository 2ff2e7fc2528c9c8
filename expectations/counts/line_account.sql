-- The line account of one table.
SELECT
    lines_in_file,
    lines_from_splits,
    lines_read,
    rows_loaded,
    lines_rejected,
    lines_blank
FROM line_account
WHERE table_name = getvariable('child');
