-- Cases by term, sorted so that a question about one term reads little.
SELECT
    number.term,
    reported.case_id
FROM work.case_term AS reported
INNER JOIN work.term_number AS number
    ON reported.term_number = number.term_number
ORDER BY number.term, reported.case_id
