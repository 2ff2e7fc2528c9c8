-- Cases of the universe by substance under suspicion; how many of them with it as primary suspect.
SELECT
    substance.substance_number,
    count(*) AS suspect,
    count(*) FILTER (WHERE substance.role_rank = 1) AS primary_suspect
FROM work.case_substance AS substance
SEMI JOIN work.universe AS universe
    ON substance.case_id = universe.case_id
WHERE substance.role_rank <= 2
GROUP BY substance.substance_number
