-- Courses of the drugs of the cases that count.
SELECT
    current_report.case_id,
    child.source_line,
    child.source_part,
    child.drug_sequence,
    child.start_date,
    child.start_date_precision,
    child.end_date,
    child.end_date_precision,
    child.duration_days
FROM staged.report_therapy AS child
INNER JOIN work.current_report AS current_report
    ON
        child.quarter = current_report.quarter
        AND child.report_id = current_report.report_id
