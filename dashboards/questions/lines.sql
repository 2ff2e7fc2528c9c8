SELECT
    quarter,
    sum(lines_read)::BIGINT AS lines_read,
    sum(rows_loaded)::BIGINT AS rows_loaded,
    sum(lines_rejected)::BIGINT AS lines_rejected,
    sum(lines_blank)::BIGINT AS lines_blank,
    sum(lines_from_splits)::BIGINT AS lines_from_splits
FROM meta.line_account
GROUP BY quarter
ORDER BY quarter
