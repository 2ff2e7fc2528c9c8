-- Dates of reports that lie after the end of the quarter, per column.
SELECT
    count(*) FILTER (WHERE event_date > getvariable('quarter_end')) AS event_date,
    count(*) FILTER (WHERE manufacturer_received_date > getvariable('quarter_end')) AS manufacturer_received_date,
    count(*) FILTER (WHERE first_fda_received_date > getvariable('quarter_end')) AS first_fda_received_date,
    count(*) FILTER (WHERE fda_received_date > getvariable('quarter_end')) AS fda_received_date,
    count(*) FILTER (WHERE report_date > getvariable('quarter_end')) AS report_date,
    count(*) FILTER (WHERE death_date > getvariable('quarter_end')) AS death_date
FROM report;
