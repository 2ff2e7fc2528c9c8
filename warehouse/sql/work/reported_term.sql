-- Distinct published terms of reactions.
SELECT
    reported_term,
    row_number() OVER (ORDER BY reported_term) AS term_id
FROM (SELECT DISTINCT reported_term FROM work.quarter_reported_term) AS published
