-- Reaction rows of the cases that count, with the term after the alias table.
SELECT
    current_report.case_id,
    reaction.source_line,
    reaction.source_part,
    matched.term,
    reaction.reported_term,
    reaction.recurrence_term
FROM staged.report_reaction AS reaction
INNER JOIN work.current_report AS current_report
    ON
        reaction.quarter = current_report.quarter
        AND reaction.report_id = current_report.report_id
LEFT JOIN work.matched_term AS matched
    ON reaction.reported_term = matched.reported_term
