-- Outcome rows of the cases that count.
SELECT
    current_report.case_id,
    child.source_line,
    child.source_part,
    child.outcome
FROM staged.report_outcome AS child
INNER JOIN work.current_report AS current_report
    ON
        child.quarter = current_report.quarter
        AND child.report_id = current_report.report_id
