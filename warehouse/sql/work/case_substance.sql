-- One row per case and substance given; role_rank 1 primary suspect, 2 secondary suspect, 3 concomitant or interacting.
SELECT
    drug.case_id,
    number.substance_number,
    min(CASE drug.role WHEN 'PS' THEN 1 WHEN 'SS' THEN 2 ELSE 3 END)::TINYINT AS role_rank
FROM core.report_drug AS drug
INNER JOIN core.drug_name_substance AS named
    ON drug.drug_name_id = named.drug_name_id
INNER JOIN work.substance_number AS number
    ON named.substance = number.substance
WHERE drug.role IN ('PS', 'SS', 'C', 'I')
GROUP BY drug.case_id, number.substance_number
