-- Cases by term, sorted so that a question about one term reads little.
SELECT
    number.term,
    reported.case_id
FROM work.case_term AS reported
INNER JOIN work.term_number AS number
    ON reported.term_number = number.term_number
-- The numbers are in the order of the text, and cheaper to sort.
ORDER BY number.term_number, reported.case_id
