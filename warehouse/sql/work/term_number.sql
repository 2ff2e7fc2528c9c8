-- Preferred terms as small integers.
SELECT
    term,
    row_number() OVER (ORDER BY term)::INTEGER AS term_number
FROM (SELECT DISTINCT term FROM work.matched_term) AS matched
WHERE term IS NOT NULL
