-- The drug row that becomes primary suspect in a report without one (FDA's FAQ 30): the first drug that was given.
SELECT
    current_report.case_id,
    arg_min(
        struct_pack(source_line := drug.source_line, source_part := drug.source_part),
        row(coalesce(drug.drug_sequence, 9223372036854775807), drug.source_line, drug.source_part)
    ) FILTER (WHERE drug.role IS DISTINCT FROM 'DN') AS place
FROM staged.report_drug AS drug
INNER JOIN work.current_report AS current_report
    ON
        drug.quarter = current_report.quarter
        AND drug.report_id = current_report.report_id
GROUP BY current_report.case_id
HAVING NOT coalesce(bool_or(drug.role = 'PS'), FALSE)
