-- Substances as small integers, so that counting never touches text.
SELECT
    substance,
    row_number() OVER (ORDER BY substance)::INTEGER AS substance_number
FROM (SELECT DISTINCT substance FROM core.drug_name_substance) AS found
