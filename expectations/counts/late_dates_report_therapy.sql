-- Dates of courses that lie after the end of the quarter, per column.
SELECT
    count(*) FILTER (WHERE start_date > getvariable('quarter_end')) AS start_date,
    count(*) FILTER (WHERE end_date > getvariable('quarter_end')) AS end_date
FROM report_therapy;
