-- Cases of the universe with a substance under suspicion and a term; how many of them with it as primary suspect.
SELECT
    substance.substance_number,
    reported.term_number,
    count(*) AS suspect,
    count(*) FILTER (WHERE substance.role_rank = 1) AS primary_suspect
FROM work.case_substance AS substance
INNER JOIN work.case_term AS reported
    ON substance.case_id = reported.case_id
WHERE substance.role_rank <= 2
GROUP BY substance.substance_number, reported.term_number
