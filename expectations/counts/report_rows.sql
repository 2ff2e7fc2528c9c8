-- Reports against their drugs, reactions and numbers; one row.
SELECT
    (SELECT count(*) FROM report_key) AS reports,
    (SELECT coalesce(sum(row_count - 1), 0)::BIGINT FROM report_key) AS repeated_reports,
    (SELECT count(*) FROM report_key ANTI JOIN report_drug USING (report_id)) AS reports_without_drug,
    (SELECT count(*) FROM report_key ANTI JOIN report_reaction USING (report_id)) AS reports_without_reaction,
    count(*) AS row_count,
    count(*) FILTER (
        WHERE coalesce(report_id <> try_cast(case_id::VARCHAR || case_version::VARCHAR AS BIGINT), TRUE)
    ) AS other_number_rows,
    count(fda_received_date) AS dated_rows,
    count(*) FILTER (WHERE fda_received_date > getvariable('quarter_end')) AS received_after_rows
FROM report;
