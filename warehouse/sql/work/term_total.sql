-- Cases of the universe by preferred term.
SELECT
    reported.term_number,
    count(*) AS cases
FROM work.case_term AS reported
SEMI JOIN work.universe AS universe
    ON reported.case_id = universe.case_id
GROUP BY reported.term_number
