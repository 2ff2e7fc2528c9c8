-- The drug row that becomes primary suspect in a report without one (FDA's FAQ 30): the first drug that was given.
WITH without_suspect AS (
    SELECT current_report.*
    FROM work.current_report AS current_report
    ANTI JOIN staged.report_drug AS drug
        ON
            current_report.quarter = drug.quarter
            AND current_report.report_id = drug.report_id
            AND drug.role = 'PS'
)

SELECT
    without_suspect.case_id,
    arg_min(
        struct_pack(source_line := drug.source_line, source_part := drug.source_part),
        row(coalesce(drug.drug_sequence, 9223372036854775807), drug.source_line, drug.source_part)
    ) FILTER (WHERE drug.role IS DISTINCT FROM 'DN') AS place
FROM staged.report_drug AS drug
INNER JOIN without_suspect
    ON
        drug.quarter = without_suspect.quarter
        AND drug.report_id = without_suspect.report_id
GROUP BY without_suspect.case_id
