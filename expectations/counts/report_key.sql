-- Distinct reports of the quarter with the cases they are printed with: nearly always one.
CREATE TEMP TABLE report_key AS
SELECT
    report_id,
    count(*) AS row_count,
    min(case_id) AS lowest_case_id,
    max(case_id) AS highest_case_id
FROM report
GROUP BY report_id;
