SELECT *
FROM mart.evidence
ORDER BY drug, side_effect
