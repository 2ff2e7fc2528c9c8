-- Every preferred term of the build, and every reviewed one.
SELECT
    coalesce(found.term, reviewed.term) AS term,
    coalesce(total.cases, 0) AS case_count,
    reviewed.term IS NOT NULL AS is_reviewed
FROM work.term_number AS found
LEFT JOIN work.term_total AS total
    ON found.term_number = total.term_number
FULL OUTER JOIN (SELECT DISTINCT term FROM core.side_effect_term) AS reviewed
    ON found.term = reviewed.term
