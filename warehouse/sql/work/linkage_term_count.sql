-- Compared cases by preferred term.
SELECT
    reported.term_number,
    count(*) AS cases
FROM work.case_term AS reported
SEMI JOIN work.linkage_told AS told
    ON reported.case_id = told.case_id
GROUP BY reported.term_number
